"""Documents as people ask for them: of an order, and by the code under a QR."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from eorder_tenants.documents.facts import DocumentKind
from eorder_tenants.documents.models import OrderDocument


async def documents_of(session: AsyncSession, order_id: UUID) -> list[OrderDocument]:
    """Every document of an order in the order of signing. Ask for the order first: it may not be visible."""
    signed = select(OrderDocument).where(OrderDocument.order_id == order_id)
    return list(await session.scalars(signed.order_by(OrderDocument.signed_at, OrderDocument.id)))


async def document_of(session: AsyncSession, order_id: UUID, kind: DocumentKind) -> OrderDocument | None:
    """The document of that kind that counts: the last one, where an inspection was repeated."""
    signed = select(OrderDocument).where(OrderDocument.order_id == order_id, OrderDocument.kind == kind)
    return (await session.scalars(signed.order_by(OrderDocument.signed_at.desc()).limit(1))).first()


async def document_by_code(session: AsyncSession, code: str) -> OrderDocument | None:
    """The document under a QR code; small letters and missing dashes are forgiven. Public: show no private facts."""
    letters = "".join(letter for letter in code.upper() if letter.isalnum())
    grouped = "-".join(letters[start : start + 4] for start in range(0, len(letters), 4))
    return (
        await session.scalars(select(OrderDocument).where(OrderDocument.verification_code == grouped))
    ).one_or_none()
