"""What of a region has a public page of its own, for the maps that search engines read: products, vendors, orders."""

from typing import Final

import asyncpg

MOST: Final = 50_000
"""Of each the newest; what is older is found by searching."""
_ALL: Final = {
    "offers": "select id::text as key, published_at as at, id from offer where visible",
    "vendors": (
        "select p.vendor_id::text as key, p.decided_at as at, p.vendor_id as id from vendor_participation p"
        " join nusantara.vendor v on v.id = p.vendor_id where p.status = 'active' and v.status = 'verified'"
    ),
    "orders": "select number as key, issued_at as at, id from orders where issued_at is not null",
}
KINDS: Final = tuple(_ALL)


async def counted(connection: asyncpg.Connection) -> dict[str, int]:
    """How many of each kind there are, at most MOST."""
    counts = (f"(select count(*) from ({one} limit {MOST}) found) as {kind}" for kind, one in _ALL.items())
    return dict(await connection.fetchrow(f"select {', '.join(counts)}"))


async def keys_of(connection: asyncpg.Connection, kind: str, first: int, size: int) -> list[str]:
    """What names them in their addresses, the newest first."""
    rows = await connection.fetch(
        f"{_ALL[kind]} order by at desc nulls last, id desc limit $1 offset $2", size, first
    )
    return [row["key"] for row in rows]
