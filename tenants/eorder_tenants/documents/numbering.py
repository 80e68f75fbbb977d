"""Numbers without a gap (domain.md 6.2): raised in the transaction that signs, so a failure burns none.

The counter row stays locked until that transaction ends; it is taken as late as possible.
"""

from datetime import date

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from eorder_tenants.documents.facts import DocumentKind
from eorder_tenants.documents.models import DocumentCounter
from eorder_tenants.documents.numbering_pattern import DEFAULT_PATTERN, format_number
from eorder_tenants.organisation.models import WorkUnit

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
    counted = insert(DocumentCounter).values(work_unit_id=unit.id, kind=kind, year=day.year, last_number=1)
    counted = counted.on_conflict_do_update(
        index_elements=["work_unit_id", "kind", "year"],
        set_={"last_number": DocumentCounter.last_number + 1},
    )
    sequence = int(await session.scalar(counted.returning(DocumentCounter.last_number)) or 0)
    number = format_number(
        DEFAULT_PATTERN,
        sequence=sequence,
        day=day,
        class_code=CLASS_CODE,
        document_code=code,
        unit_code=unit.code,
    )
    return sequence, number
