"""The agency registers programs: what they are, how they prove themselves, what they may at most."""

import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass, field
from typing import Any, Final, cast
from urllib.parse import urlsplit
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from eorder_platform import clock
from eorder_platform.errors import NotVisible, Refused
from eorder_platform.identity.openid import access_tokens
from eorder_platform.identity.openid.models import Program, ProgramKind
from eorder_platform.identity.openid.scopes import OF_A_PERSON, Scope
from eorder_platform.ids import new_id
from eorder_platform.settings import settings

SECRET_PREFIX: Final = "eos_"
MOST_ADDRESSES: Final = 10
LONGEST_ADDRESS: Final = 500
MOST_KEYS: Final = 5
NEEDS_HTTPS: Final = "Alamat harus lengkap, dimulai https://, tanpa tanda pagar."
_PLAIN: Final = re.compile(r"[!-~]+")
_LOOPBACK: Final = ("localhost", "127.0.0.1", "[::1]")


@dataclass(frozen=True)
class NewProgram:
    """What the agency writes down. `public_keys`: a JWK set, where it signs (private_key_jwt); else it gets a
    secret."""

    name: str
    operator: str
    homepage: str
    kind: ProgramKind
    scopes: frozenset[Scope]
    redirect_addresses: tuple[str, ...] = ()
    sign_out_addresses: tuple[str, ...] = ()
    back_channel_address: str = ""
    regions: frozenset[str] = frozenset()
    public_keys: dict[str, Any] | None = field(default=None, hash=False)
    acts_for_people: bool = True
    acts_for_itself: bool = False
    proves_possession: bool = False


@dataclass(frozen=True)
class Registered:
    """The program, and its secret (shown once; None where it signs)."""

    program: Program
    secret: str | None


async def register(session: AsyncSession, by: UUID | None, new: NewProgram) -> Registered:
    """A program may ask from now on. Refused, beside its field, where an address or a key could be misused."""
    _check(new)
    secret = None if new.public_keys else _new_secret()
    program = Program(
        id=new_id(),
        name=new.name.strip(),
        operator=new.operator.strip(),
        homepage=new.homepage,
        kind=new.kind,
        secret_hash=hashed_secret(secret) if secret else None,
        public_keys=_public_only(new.public_keys) if new.public_keys else None,
        redirect_addresses=[*new.redirect_addresses],
        sign_out_addresses=[*new.sign_out_addresses],
        back_channel_address=new.back_channel_address or None,
        scopes=[scope for scope in Scope if scope in new.scopes],
        regions=sorted(new.regions),
        acts_for_people=new.acts_for_people,
        acts_for_itself=new.acts_for_itself,
        proves_possession=new.proves_possession,
        registered_by=by,
        secret_changed_at=clock.now() if secret else None,
    )
    session.add(program)
    return Registered(program, secret)


async def rotate_secret(session: AsyncSession, program_id: UUID) -> str:
    """A new secret; the old one and every token that it could have asked for are over at once."""
    program = await _locked(session, program_id)
    if program.secret_hash is None:
        raise Refused("Program ini membuktikan diri dengan kunci, bukan rahasia.")
    secret = _new_secret()
    program.secret_hash, program.secret_changed_at = hashed_secret(secret), clock.now()
    await access_tokens.end_of_program(session, program_id)
    return secret


async def deactivate(session: AsyncSession, program_id: UUID) -> None:
    """Nothing is given to it any more, and what it holds is over at once. Twice changes nothing."""
    program = await _locked(session, program_id)
    if program.active:
        program.active, program.deactivated_at = False, clock.now()
    await access_tokens.end_of_program(session, program_id)


async def reactivate(session: AsyncSession, program_id: UUID) -> None:
    """It may ask again; what it held before stays over."""
    program = await _locked(session, program_id)
    program.active, program.deactivated_at = True, None


async def every_program(session: AsyncSession) -> list[Program]:
    """All that were ever registered, those that may ask first."""
    return list(await session.scalars(select(Program).order_by(Program.active.desc(), Program.name)))


async def registered(session: AsyncSession, program_id: UUID) -> Program:
    """One program, active or not; NotVisible where there is none."""
    program = await session.get(Program, program_id)
    if program is None:
        raise NotVisible
    return program


async def program_of(session: AsyncSession, client_id: str) -> Program | None:
    """The active program of a client id."""
    try:
        program = await session.get(Program, UUID(hex=client_id))
    except ValueError:
        return None
    return program if program is not None and program.active and program.id.hex == client_id else None


def is_secret_of(program: Program, secret: str) -> bool:
    """In constant time."""
    return program.secret_hash is not None and hmac.compare_digest(program.secret_hash, hashed_secret(secret))


def hashed_secret(secret: str) -> str:
    """It has 256 random bits, as a token has."""
    return hashlib.sha256(secret.encode()).hexdigest()


def _new_secret() -> str:
    return SECRET_PREFIX + secrets.token_urlsafe(32)


async def _locked(session: AsyncSession, program_id: UUID) -> Program:
    program = await session.get(Program, program_id, with_for_update=True)
    if program is None:
        raise NotVisible
    return program


def _check(new: NewProgram) -> None:
    found: list[tuple[str | None, str]] = []
    if not new.name.strip():
        found.append(("name", "Nama program wajib diisi."))
    if not new.operator.strip():
        found.append(("operator", "Pengelola wajib diisi."))
    if not is_address(new.homepage):
        found.append(("homepage", NEEDS_HTTPS))
    if not new.scopes:
        found.append(("scopes", "Pilih paling sedikit satu hal yang boleh dilakukan."))
    if not new.acts_for_people and not new.acts_for_itself:
        found.append(("acts_for_people", "Pilih untuk siapa program ini bertindak."))
    if new.acts_for_people and not new.redirect_addresses:
        found.append(("redirect_addresses", "Program yang bertindak untuk orang perlu alamat kembali."))
    if new.acts_for_itself and not new.scopes - OF_A_PERSON:
        found.append(("scopes", "Program yang bertindak sendiri perlu izin yang tidak menyangkut orang."))
    for name, addresses in (
        ("redirect_addresses", new.redirect_addresses),
        ("sign_out_addresses", new.sign_out_addresses),
        ("back_channel_address", (new.back_channel_address,) if new.back_channel_address else ()),
    ):
        if len(addresses) > MOST_ADDRESSES:
            found.append((name, "Paling banyak sepuluh alamat."))
        elif not all(map(is_address, addresses)):
            found.append((name, NEEDS_HTTPS))
    if new.public_keys is not None and not _are_public_keys(new.public_keys):
        found.append(
            ("public_keys", "Kunci harus berupa JWK Set (JSON) berisi kunci publik RSA, EC, atau OKP.")
        )
    if found:
        raise Refused.several(found)


def is_address(address: str) -> bool:
    """A complete https address without a fragment; plain http to this machine, while we are no https ourselves."""
    if len(address) > LONGEST_ADDRESS or not _PLAIN.fullmatch(address) or "\\" in address:
        return False
    try:
        parts = urlsplit(address)
        named = parts.hostname
        _ = parts.port
    except ValueError:
        return False
    if not named or "#" in address or "@" in parts.netloc or "*" in address:
        return False
    here = settings().public_scheme == "http" and (named in _LOOPBACK or named.endswith(".localhost"))
    return parts.scheme == "https" or (parts.scheme == "http" and here)


def _are_public_keys(keys: dict[str, Any]) -> bool:
    from joserfc.errors import JoseError
    from joserfc.jwk import KeySet

    listed = keys.get("keys")
    if not isinstance(listed, list) or not 1 <= len(listed) <= MOST_KEYS:
        return False
    try:
        return all(
            one.key_type in ("RSA", "EC", "OKP")
            for one in KeySet.import_key_set(cast(Any, _public_only(keys))).keys
        )
    except (JoseError, ValueError, TypeError, KeyError):
        return False


def _public_only(keys: dict[str, Any]) -> dict[str, Any]:
    """A private half that somebody pasted by mistake is not kept."""
    private = {"d", "p", "q", "dp", "dq", "qi", "oth", "k"}
    return {
        "keys": [{name: value for name, value in one.items() if name not in private} for one in keys["keys"]]
    }
