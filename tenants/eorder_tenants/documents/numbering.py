"""Numbers without a gap (domain.md 6.2): raised in the transaction that signs, so a failure burns none.

The counter row stays locked until that transaction ends; it is taken as late as possible.
"""

from datetime import date
from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession

from eorder_platform import straight
from eorder_tenants.documents.facts import DocumentKind
from eorder_tenants.documents.numbering_pattern import DEFAULT_PATTERN, format_number
from eorder_tenants.organisation.models import WorkUnit

_COUNT: Final = """
insert into document_counter (work_unit_id, kind, year, last_number) values ($1, $2, $3, 1)
on conflict (work_unit_id, kind, year) do update set last_number = document_counter.last_number + 1
returning last_number
"""
CLASS_CODE = "000.3"
"""Procurement in the classification of archives (Permendagri 83/2022)."""
INVOICE = "invoice"
INVOICE_CODE = "INV"


async def next_document_number(
    session: AsyncSession, unit: WorkUnit, kind: DocumentKind, day: date
) -> tuple[int, str]:
    """The next sequence of (unit, kind, year) and its number, ``000.3/0123/SP/DINKES/VII/2026``; `day` is the
    office's own date, so that numbering begins anew on its 1 January."""
    return await _next(session, unit, kind, kind.code, day)


async def next_invoice_number(session: AsyncSession, unit: WorkUnit, day: date) -> str:
    """The number of a vendor's invoice to that unit, for vendors who keep no numbers of their own."""
    return (await _next(session, unit, INVOICE, INVOICE_CODE, day))[1]


async def _next(session: AsyncSession, unit: WorkUnit, kind: str, code: str, day: date) -> tuple[int, str]:
    sequence = int(await straight.value(session, _COUNT, unit.id, kind, day.year))
    number = format_number(
        DEFAULT_PATTERN,
        sequence=sequence,
        day=day,
        class_code=CLASS_CODE,
        document_code=code,
        unit_code=unit.code,
    )
    return sequence, number
