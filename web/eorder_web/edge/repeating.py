"""By what a form that is sent twice is known, and where the first sending led."""

import hashlib
import secrets
from functools import lru_cache
from typing import Any, Final, cast
from uuid import UUID

from litestar.datastructures import UploadFile
from sqlalchemy import Select, Table, Update, bindparam, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from eorder_platform import clock
from eorder_platform.identity.models import NationalIdempotencyKey
from eorder_tenants.organisation.models import IdempotencyKey
from eorder_web.edge.visiting import CSRF_FIELD, Request

KEY_FIELD: Final = "_kunci"
KEYS, NATIONAL_KEYS = (cast(Table, table.__table__) for table in (IdempotencyKey, NationalIdempotencyKey))


def new_key() -> str:
    """An idempotency key for a form about to be shown."""
    return secrets.token_urlsafe(16)


async def key_of(request: Request) -> str:
    """What a repetition is known by: the form's key, its address, and everything sent with it.

    A page that the browser brings back ("kembali") still carries its key. What the person changed there is no
    repetition, and must not be answered as if it had been kept.
    """
    form = await request.form()
    sent = hashlib.sha256(f"{form.get(KEY_FIELD) or new_key()}\0{request.scope['path']}".encode())
    for name, value in form.multi_items():
        if name not in (KEY_FIELD, CSRF_FIELD):
            sent.update(f"\0{name}\0".encode() + await _bytes_of(value))
    return sent.hexdigest()


async def earlier_location(session: AsyncSession, table: Table, account_id: UUID, key: str) -> str | None:
    """Where the first sending led; None for the first one itself, whose key is taken by asking."""
    take, look, _ = _statements(table)
    taken = {"account_id": account_id, "key": key, "location": "", "created_at": clock.now()}
    if (await session.execute(take, taken)).first() is not None:
        return None
    return str(await session.scalar(look, {"account": account_id, "sent": key}))


async def remember(session: AsyncSession, table: Table, account_id: UUID, key: str, location: str) -> None:
    """Keep where this sending leads, for those that repeat it."""
    *_, keep = _statements(table)
    await session.execute(keep, {"account": account_id, "sent": key, "location": location})


async def _bytes_of(value: Any) -> bytes:
    if not isinstance(value, UploadFile):
        return str(value).encode()
    content = await value.read()
    await value.seek(0)
    return value.filename.encode() + content


@lru_cache(maxsize=2)
def _statements(table: Table) -> tuple[Any, Select[Any], Update]:
    """To take a key, to look where it led, to remember where it leads; built once, because every write asks them."""
    known = table.c.account_id == bindparam("account"), table.c.key == bindparam("sent")
    take = insert(table).on_conflict_do_nothing().returning(table.c.key)
    return take, select(table.c.location).where(*known), update(table).where(*known)
