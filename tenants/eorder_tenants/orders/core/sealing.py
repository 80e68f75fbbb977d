"""The seal of a journal's entry: an HMAC over all that it says, its place, and the seal before it.

The key is the region's own, derived from the master key: whoever has the database, or the region's login, can add an
entry but not seal it. Until revision t0100 the seal was a plain hash; :func:`seal_anew` carries such journals over.
"""

import hmac
import json
from collections.abc import Mapping
from hashlib import sha256
from typing import Any, Final
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from eorder_platform.secrecy import journal_key
from eorder_platform.tenancy import Tenant
from eorder_tenants.orders.core.models import OrderEvent

BEGINNING: Final = "0" * 64
"""Stands where the first entry names the seal before it."""
_SEALED: Final = (
    "order_id",
    "sequence",
    "at",
    "action",
    "from_status",
    "to_status",
    "actor_id",
    "actor_name",
    "role",
    "delegation_id",
    "reason",
    "document_hash",
    "details",
    "previous_hash",
)


def seal(entry: OrderEvent, tenant: Tenant) -> str:
    """The seal that belongs on an entry of that region."""
    return _hmac(tenant, _written(entry))


def sealed(tenant: Tenant, content: Mapping[str, Any]) -> str:
    """The seal of anything else of that region that stays as it is, by the same key; what it is stands in it."""
    return _hmac(tenant, _as_bytes(content))


async def seal_anew(session: AsyncSession, order_id: UUID) -> bool:
    """Put keyed seals on a whole journal; False where an entry bears neither its seal nor its plain hash.

    The session is the owner's: nobody else may write on what is in the journal.
    """
    tenant: Tenant = session.info["tenant"]
    entries = await session.scalars(
        select(OrderEvent).where(OrderEvent.order_id == order_id).order_by(OrderEvent.sequence)
    )
    standing = renewed = BEGINNING
    for number, entry in enumerate(entries.all(), start=1):
        known = (seal(entry, tenant), sha256(_written(entry)).hexdigest())
        if (entry.sequence, entry.previous_hash) != (number, standing) or entry.hash not in known:
            return False
        session.expunge(entry)
        standing, entry.previous_hash = entry.hash, renewed
        entry.hash = renewed = seal(entry, tenant)
        await session.execute(
            update(OrderEvent)
            .where(OrderEvent.id == entry.id)
            .values(previous_hash=entry.previous_hash, hash=entry.hash)
        )
    return True


def _written(entry: OrderEvent) -> bytes:
    content = {name: getattr(entry, name) for name in _SEALED}
    if entry.factor is not None:  # entries from before it was kept bear the seals of their time
        content["factor"] = entry.factor
    return _as_bytes(content)


def _as_bytes(content: Mapping[str, Any]) -> bytes:
    written = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"), default=_text)
    return written.encode()


def _hmac(tenant: Tenant, written: bytes) -> str:
    return hmac.new(journal_key(tenant.id), written, sha256).hexdigest()


def _text(value: Any) -> str:
    return value.isoformat() if hasattr(value, "isoformat") else str(value)
