"""E-mail addresses: what mail can be sent to, and to one mailbox only."""

import re
from typing import Final

from eorder_platform.errors import Refused

LONGEST: Final = 254
_ADDRESS: Final = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")


def check_email(written: str, field: str = "email") -> str:
    """The address without outer blanks; refused unless it is one complete address (as HTML defines it)."""
    email = written.strip()
    if not email:
        raise Refused("E-mail wajib diisi.", field)
    if len(email) > LONGEST or not _ADDRESS.fullmatch(email):
        raise Refused("Tulis alamat e-mail lengkap, misalnya nama@contoh.id.", field)
    return email
