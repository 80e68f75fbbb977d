"""Lists in steps: where an answer ended is where the next one begins, however much comes in between (keyset)."""

import base64
import binascii
from collections.abc import Callable, Sequence
from typing import Any, TypeVar
from urllib.parse import parse_qsl, urlencode

import msgspec
from sqlalchemy.ext.asyncio import AsyncSession

from eorder_platform.errors import Refused
from eorder_platform.listing import Listed, key_types, some_of
from eorder_web.api.calls import PREFIX, Call
from eorder_web.api.operations import Listing, Page

Row = TypeVar("Row")
Shown = TypeVar("Shown")


def position(query: Listing, kind: Any) -> Any:
    """Where to go on, as values of that type; None for the beginning. Refused beside `cursor`: what we never wrote."""
    if not query.cursor:
        return None
    try:
        packed = base64.urlsafe_b64decode(query.cursor + "=" * (-len(query.cursor) % 4))
        return msgspec.json.decode(packed, type=kind)
    except (ValueError, binascii.Error, msgspec.DecodeError):
        raise Refused("Penanda halaman ini tidak dikenal. Mulai lagi dari awal.", "cursor") from None


def paged(
    call: Call,
    query: Listing,
    rows: Sequence[Row],
    keys: Callable[[int], Sequence[Any]],
    show: Callable[[Row], Shown],
) -> Page[Shown]:
    """The answer of one row more than was asked for, which tells whether anything follows; `keys`: of the row at."""
    items = [show(row) for row in rows[: query.limit]]
    if len(rows) <= query.limit:
        return Page(items)
    cursor = (
        base64.urlsafe_b64encode(msgspec.json.encode(_plain(keys(query.limit - 1)))).rstrip(b"=").decode()
    )
    kept = [
        (name, value)
        for name, value in parse_qsl(call.query.decode("latin-1"), keep_blank_values=False)
        if name not in ("cursor", "limit")
    ]
    asked = urlencode([*kept, ("limit", query.limit), ("cursor", cursor)])
    return Page(items, f"{PREFIX}{call.path}?{asked}")


async def steps_of(
    call: Call, session: AsyncSession, query: Listing, listed: Listed[Row], show: Callable[[Row], Shown]
) -> Page[Shown]:
    """The same of a list that is declared (platform/listing.py)."""
    after = position(query, tuple[key_types(listed)])  # type: ignore[misc]
    rows, keys = await some_of(session, listed, after, query.limit + 1)
    return paged(call, query, rows, lambda at: keys[at], show)


def _plain(keys: Sequence[Any]) -> list[Any]:
    return [str(key) if hasattr(key, "hex") and hasattr(key, "version") else key for key in keys]
