"""The documents of an order; what the code under a QR tells everybody is in transparency/verifying.py."""

from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID

from eorder_platform import straight
from eorder_tenants.documents.facts import DocumentKind
from eorder_tenants.documents.models import OrderDocument

DOCUMENTS: Final = f"""
select {straight.columns(OrderDocument, "d")} from order_document d where d.order_id = $1 order by d.signed_at, d.id
"""


async def documents_of(session: straight.Reads, order_id: UUID) -> list[OrderDocument]:
    """Every document of an order in the order of signing. Ask for the order first: it may not be visible."""
    return documents_from(session, await straight.rows(session, DOCUMENTS, order_id))


def documents_from(session: straight.Reads, signed: Sequence[Sequence[Any]]) -> list[OrderDocument]:
    """What :data:`DOCUMENTS` answered."""
    return [straight.object_of(session, OrderDocument, one) for one in signed]


async def document_of(
    session: straight.Reads, order_id: UUID, kind: DocumentKind, part_id: UUID | None = None
) -> OrderDocument | None:
    """The document of that kind (about that part of the order) that counts: the last, where one was repeated."""
    signed = await straight.row(session, _LAST, order_id, kind, part_id)
    return straight.object_of(session, OrderDocument, signed) if signed else None


_LAST: Final = f"""
select {straight.columns(OrderDocument, "d")} from order_document d
where d.order_id = $1 and d.kind = $2 and ($3::uuid is null or d.part_id = $3) order by d.signed_at desc limit 1
"""
