"""Passwords: argon2id, with the library's present parameters; a hash made with older ones is renewed at sign-in."""

import asyncio
from collections.abc import Iterable
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from eorder_platform.errors import Refused

MINIMUM_LENGTH: Final = 10
MAXIMUM_LENGTH: Final = 200
FEWEST_GUESSES: Final = 10**9
"""As zxcvbn counts them: two common words with a year take fewer, three words without a connection take more."""
LOOKED_AT: Final = 40
"""Letters whose patterns are counted: more take the processor too long, and change nothing about a weak beginning."""
COMMON_HERE: Final = (
    *(
        "rahasia",
        "katasandi",
        "sandi",
        "bismillah",
        "alhamdulillah",
        "sayang",
        "cinta",
        "merdeka",
        "pancasila",
    ),
    *(
        "garuda",
        "indonesia",
        "nusantara",
        "jakarta",
        "bandung",
        "surabaya",
        "gorontalo",
        "bendahara",
        "pengadaan",
    ),
    *("pejabat", "penyedia", "pemda", "eorder", "belanja", "umkm", "selamat", "semangat"),
)
"""Words that people here begin with; zxcvbn's own lists know those of English and of leaked passwords."""

_hasher = PasswordHasher()
_NOBODY: Final = _hasher.hash("no account has this password")


def check_new_password(password: str, field: str = "password", *, of: Iterable[str] = ()) -> None:
    """Refuse a password that is too short, too long, common, or made from what others know of its owner (`of`)."""
    if len(password) < MINIMUM_LENGTH:
        raise Refused("Kata sandi paling sedikit %(least)s karakter.", field, least=MINIMUM_LENGTH)
    if len(password) > MAXIMUM_LENGTH:
        raise Refused("Kata sandi paling banyak %(most)s karakter.", field, most=MAXIMUM_LENGTH)
    if _guesses(password, of) < FEWEST_GUESSES:
        raise Refused("Kata sandi terlalu mudah ditebak. Gunakan beberapa kata yang berbeda.", field)


def _guesses(password: str, of: Iterable[str]) -> int:
    from zxcvbn import zxcvbn  # its lists take 14 MB, which only processes in which somebody chooses one need

    known = [part for text in of for part in (text, *text.replace("@", " ").replace(".", " ").split())]
    joined = ["".join(text.split()) for text in of]
    return int(zxcvbn(password[:LOOKED_AT], user_inputs=[*COMMON_HERE, *known, *joined])["guesses"])


async def hash_password(password: str) -> str:
    """The argon2id hash of a password (about 50 ms of work, away from the event loop)."""
    return await asyncio.to_thread(_hasher.hash, password)


async def is_right_password(password: str, password_hash: str | None) -> bool:
    """Does the password fit? Takes as long for an account that does not exist (`None`) as for one that does."""

    def verify() -> bool:
        try:
            return _hasher.verify(password_hash or _NOBODY, password) and password_hash is not None
        except (VerificationError, InvalidHashError):
            return False

    return await asyncio.to_thread(verify)


def needs_renewal(password_hash: str) -> bool:
    """Was this hash made with older parameters than today's?"""
    return _hasher.check_needs_rehash(password_hash)
