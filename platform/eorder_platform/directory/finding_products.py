"""Published products of all verified vendors by their words, and the regions whose catalogues show them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final
from uuid import UUID

import asyncpg

from eorder_platform.wording import lexicon
from eorder_platform.wording.asking import Query, Understood, understand
from eorder_platform.wording.lexicon import Entry
from eorder_platform.wording.mending import mended, slips_in
from eorder_platform.wording.turns import in_turns, weight

NATIONALLY: Final = "pusat"
"""Under which this process keeps the lexicon of the nation's own database."""
COUNTED_AT_MOST: Final = 600
"""Found products beyond this are said to be more, not counted."""


@dataclass(frozen=True)
class FoundProduct:
    """A product with its vendor's public facts; `tenant_ids` are the regions that show it."""

    id: UUID
    name: str
    price_rupiah: int
    unit: str
    vendor_id: UUID
    vendor_name: str
    tenant_ids: Sequence[UUID]


@dataclass(frozen=True, eq=False)
class FoundProducts:
    """The best of what is found, and of how many: beyond COUNTED_AT_MOST only that there are more.

    `instead` is what was sought in the place of mistyped words; `loosely`: nothing has all the words.
    """

    products: Sequence[FoundProduct] = ()
    count: int = 0
    synonyms: tuple[str, ...] = ()
    instead: str = ""
    loosely: bool = False


_FOUND: Final = in_turns(
    "id, name, price_rupiah, unit, coverage, published_at, vendor_id, search",
    "pusat.product",
    ["status = 'published'"],
    "$1::tsquery",
    "$2::tsquery",
    COUNTED_AT_MOST + 1,
)
_FIND: Final = f"""
with found as materialized (
    select p.id, p.name, p.price_rupiah, p.unit, p.coverage, p.published_at, v.id as vendor_id, v.trade_name,
        {weight("$3::tsquery", "$5::tsquery")} as rank
    from ({_FOUND}) p join nusantara.vendor v on v.id = p.vendor_id
    where v.status = 'verified' and not v.sandbox)
select f.id, f.name, f.price_rupiah, f.unit, f.vendor_id, f.trade_name as vendor_name, array(
        select t.id from pusat.participation a join nusantara.tenant t on t.id = a.tenant_id
        where a.vendor_id = f.vendor_id and a.status = 'active' and exists (
            select from unnest(f.coverage) c
            where starts_with(t.region_code, c) or starts_with(c, t.region_code))
        order by t.region_code) as tenant_ids,
    (select count(*) from found) as found
from found f
order by f.rank desc, f.published_at desc, f.id
limit $4
"""
"""Delivery areas are compared as catalogue/offering.py does when it decides what a region shows."""


async def find_products(
    connection: asyncpg.Connection,
    text: str,
    limit: int,
    *,
    literally: bool = False,
    besides: Entry | None = None,
) -> FoundProducts:
    """Products with every word of `text` in their names or descriptions, the nearest first.

    Where nothing has them: with the words as they are spelt, and then with some of them. `literally` neither, and
    without synonyms. `besides` is a synonym to be tried out.
    """
    known = await lexicon.current(connection, NATIONALLY)
    if besides is not None:
        known = lexicon.besides(known, besides)
    understood = understand(text, known, literally=literally)
    found = await _find(connection, understood, understood.query(), limit)
    if found.count or literally or not understood.words:
        return found
    instead = ""
    if slips := await slips_in(connection, understood.words, "pusat.product", "status = 'published'"):
        instead = mended(understood.words, slips)
        understood = understand(instead, known)
        found = await _find(connection, understood, understood.query(), limit)
    if not found.count:
        looser = await _find(connection, understood, understood.looser(), limit)
        found = replace(looser, loosely=bool(looser.count))
    return replace(found, instead=instead if found.count else "")


async def _find(
    connection: asyncpg.Connection, understood: Understood, query: Query | None, limit: int
) -> FoundProducts:
    if query is None:
        return FoundProducts()
    rows = await connection.fetch(_FIND, query.near, query.far, query.rank, limit, query.typed)
    products = tuple(FoundProduct(*list(row)[:-1]) for row in rows)
    return FoundProducts(products, rows[0]["found"] if rows else 0, understood.synonyms)
