"""E-mail addresses: what mail can be sent to, and to one mailbox only."""

import re
from typing import Final

from eorder_platform.blanks import trimmed
from eorder_platform.errors import Refused

LONGEST: Final = 254
_LONGEST_NAME: Final = 64
_ATOM: Final = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LABEL: Final = r"[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_ADDRESS: Final = re.compile(rf"(?P<name>{_ATOM}(\.{_ATOM})*)@{_LABEL}(\.{_LABEL})+")
"""Stricter than HTML, which takes "a..b@x.id": points stand between other letters, hyphens inside a name (RFC 5321)."""


def check_email(written: str, field: str = "email") -> str:
    """The address without outer blanks; refused unless it is one complete address."""
    email = trimmed(written)
    if not email:
        raise Refused("E-mail wajib diisi.", field)
    address = _ADDRESS.fullmatch(email)
    if address is None or len(address["name"]) > _LONGEST_NAME or len(email) > LONGEST:
        raise Refused("Tulis alamat e-mail lengkap, misalnya nama@contoh.id.", field)
    return email
