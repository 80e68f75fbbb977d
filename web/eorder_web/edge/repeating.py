"""By what a form that is sent twice is known."""

import hashlib
import secrets
from typing import Any, Final

from litestar.datastructures import UploadFile

from eorder_web.edge.visiting import CSRF_FIELD, Request

KEY_FIELD: Final = "_kunci"


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


async def _bytes_of(value: Any) -> bytes:
    if not isinstance(value, UploadFile):
        return str(value).encode()
    content = await value.read()
    await value.seek(0)
    return value.filename.encode() + content
