"""The documents of an order; what the code under a QR tells everybody is in transparency/verifying.py."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from eorder_tenants.documents.facts import DocumentKind
from eorder_tenants.documents.models import OrderDocument


async def documents_of(session: AsyncSession, order_id: UUID) -> list[OrderDocument]:
    """Every document of an order in the order of signing. Ask for the order first: it may not be visible."""
    signed = select(OrderDocument).where(OrderDocument.order_id == order_id)
    return list(await session.scalars(signed.order_by(OrderDocument.signed_at, OrderDocument.id)))


async def document_of(
    session: AsyncSession, order_id: UUID, kind: DocumentKind, part_id: UUID | None = None
) -> OrderDocument | None:
    """The document of that kind (about that part of the order) that counts: the last, where one was repeated."""
    signed = select(OrderDocument).where(OrderDocument.order_id == order_id, OrderDocument.kind == kind)
    if part_id is not None:
        signed = signed.where(OrderDocument.part_id == part_id)
    return (await session.scalars(signed.order_by(OrderDocument.signed_at.desc()).limit(1))).first()
