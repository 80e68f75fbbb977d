"""By what a form that is sent twice is known."""

import hashlib
import secrets
from typing import Any, Final

from litestar.datastructures import UploadFile

from eorder_web.edge.receiving import CSRF_FIELD
from eorder_web.edge.visiting import Request

KEY_FIELD: Final = "_kunci"


def new_key() -> str:
    """An idempotency key for a form about to be shown."""
    return secrets.token_urlsafe(16)


async def key_of(request: Request) -> str:
    """What a repetition is known by: the form's key, its address, and everything sent with it.

    A page that the browser brings back ("kembali") still carries its key. What the person changed there is no
    repetition, and must not be answered as if it had been kept. The same in every process and after a restart: fields
    are taken by their names (Litestar's `multi_items` names them out of a set), values of one field as they were sent.
    """
    form = await request.form()
    sent = hashlib.sha256()
    _add(sent, str(form.get(KEY_FIELD) or new_key()).encode(), request.scope["path"].encode())
    for name in sorted({*form} - {KEY_FIELD, CSRF_FIELD}):
        for value in form.getall(name):
            _add(sent, name.encode(), *await _bytes_of(value))
    return sent.hexdigest()


def _add(sent: "hashlib._Hash", *parts: bytes) -> None:
    """Each with its length before it, so that no value reads like the next field."""
    for part in parts:
        sent.update(len(part).to_bytes(8, "big") + part)


async def _bytes_of(value: Any) -> tuple[bytes, ...]:
    if not isinstance(value, UploadFile):
        return (str(value).encode(),)
    content = await value.read()
    await value.seek(0)
    return value.filename.encode(), content
