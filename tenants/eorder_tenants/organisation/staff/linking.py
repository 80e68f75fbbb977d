"""Which of our officials somebody of the directory is: by NIP or by an e-mail that it has verified, never by a name."""

import re
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from eorder_platform.errors import Refused
from eorder_tenants.organisation.models import Official

NIP: Final = re.compile(r"\d{18}")
NOBODY: Final = (
    "Akun pegawai ini tidak cocok dengan pejabat mana pun di sini. Yang dicocokkan NIP atau e-mail yang sudah"
    " dipastikan direktori, bukan nama. Minta admin daerah memeriksa keduanya."
)


@dataclass(frozen=True)
class Person:
    """What the directory says of somebody, as far as it counts. Empty: it does not say, or has not verified it."""

    civil_servant_id: str
    email: str
    name: str = ""


def person_in(claims: dict[str, Any], civil_servant_claim: str) -> Person:
    """What counts of the claims of an ID token."""
    nip = re.sub(r"\s", "", str(claims.get(civil_servant_claim, "")))
    email = str(claims.get("email", "")).strip() if claims.get("email_verified") is True else ""
    return Person(nip if NIP.fullmatch(nip) else "", email, str(claims.get("name", "")))


async def official_behind(session: AsyncSession, person: Person, *, active: bool = True) -> Official | None:
    """The one official who is that person. Refused where the NIP is one official's and the e-mail another's."""
    found: dict[object, Official] = {}
    for held, value in (
        (Official.civil_servant_id, person.civil_servant_id),
        (func.lower(Official.email), person.email.lower()),
    ):
        if value:
            wanted = select(Official).where(held == value, *([Official.active] if active else []))
            found |= {one.id: one for one in await session.scalars(wanted)}
    if len(found) > 1:
        raise Refused(
            "NIP dan e-mail akun pegawai ini milik dua pejabat yang berbeda. Minta admin memeriksanya."
        )
    return next(iter(found.values()), None)
