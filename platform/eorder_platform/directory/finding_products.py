"""Published products of all verified vendors by their words, and the regions whose catalogues show them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

import asyncpg

from eorder_platform.searching import beginnings

COUNTED_AT_MOST: Final = 1_000
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


_FIND: Final = f"""
with found as (
    select p.id, p.name, p.price_rupiah, p.unit, p.coverage, p.published_at, v.id as vendor_id, v.trade_name
    from pusat.product p join nusantara.vendor v on v.id = p.vendor_id
    where p.search @@ to_tsquery('simple', $1) and p.status = 'published' and v.status = 'verified'
        and not v.sandbox
    limit {COUNTED_AT_MOST + 1})
select f.id, f.name, f.price_rupiah, f.unit, f.vendor_id, f.trade_name as vendor_name, array(
        select t.id from pusat.participation a join nusantara.tenant t on t.id = a.tenant_id
        where a.vendor_id = f.vendor_id and a.status = 'active' and exists (
            select from unnest(f.coverage) c
            where starts_with(t.region_code, c) or starts_with(c, t.region_code))
        order by t.region_code) as tenant_ids,
    (select count(*) from found) as found
from found f
order by f.published_at desc, f.id
limit $2
"""
"""Delivery areas are compared as catalogue/offering.py does when it decides what a region shows."""


async def find_products(
    connection: asyncpg.Connection, text: str, limit: int
) -> tuple[Sequence[FoundProduct], int]:
    """Products of whose name every word of `text` begins a word, the newest first, and how many there are in all.

    Without a word: none.
    """
    words = beginnings(text)
    rows = await connection.fetch(_FIND, words, limit) if words else []
    return [FoundProduct(*list(row)[:-1]) for row in rows], rows[0]["found"] if rows else 0
