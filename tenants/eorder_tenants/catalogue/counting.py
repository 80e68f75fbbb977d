"""The numbers beside the choices of the catalogue, kept in step with the offers by whoever changes them."""

from collections import Counter
from collections.abc import Iterable

from sqlalchemy import delete, func, literal, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from eorder_tenants.catalogue.models import Offer, OfferCount, OfferCountKind

Place = tuple[OfferCountKind, str]


def places_of(offer: Offer | None) -> list[Place]:
    """Where an offer is counted: nowhere while nobody sees it."""
    if offer is None or not offer.visible:
        return []
    return places_at(offer.category_group, offer.vendor_region_code)


def places_at(category_group: str, vendor_region_code: str) -> list[Place]:
    return [(OfferCountKind.GROUP, category_group), (OfferCountKind.REGION, vendor_region_code)]


async def count_move(session: AsyncSession, before: Iterable[Place], after: Iterable[Place]) -> None:
    """Offers that were counted in the first places are now counted in the second."""
    moves = Counter(after)
    moves.subtract(before)
    # always in the same order, so that two jobs never wait for each other's rows
    rows = [{"kind": kind, "code": code, "offers": n} for (kind, code), n in sorted(moves.items()) if n]
    for row in rows:
        counted = insert(OfferCount).values(row)
        total = OfferCount.offers + counted.excluded.offers
        await session.execute(
            counted.on_conflict_do_update(index_elements=["kind", "code"], set_={"offers": total})
        )


async def recount(session: AsyncSession) -> None:
    """Count every visible offer anew; for offers that came in by no use case (a restored or measured region)."""
    await session.execute(delete(OfferCount))
    columns = {OfferCountKind.GROUP: Offer.category_group, OfferCountKind.REGION: Offer.vendor_region_code}
    for kind, column in columns.items():
        counted = select(literal(kind.value), column, func.count()).where(Offer.visible).group_by(column)
        await session.execute(insert(OfferCount).from_select(["kind", "code", "offers"], counted))
