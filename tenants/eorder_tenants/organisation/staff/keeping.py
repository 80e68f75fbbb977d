"""The region's administrator writes down its staff directory: where it is, and how it is asked."""

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from eorder_platform import clock, secrecy
from eorder_platform.errors import Conflict, NotVisible, Refused
from eorder_platform.identity.openid.foreign import Issuer
from eorder_platform.identity.openid.programs import NEEDS_HTTPS, is_address
from eorder_platform.overtaken import unless_overtaken
from eorder_platform.secrecy import Purpose
from eorder_platform.tenancy import Tenant
from eorder_tenants.organisation.actors import Actor
from eorder_tenants.organisation.appointing import require_administrator
from eorder_tenants.organisation.staff.models import StaffDirectory

SCIM_PREFIX: Final = "eoc_"
DEFAULT_CLAIM: Final = "nip"
WRITTEN_MEANWHILE: Final = (
    "Admin lain baru saja menyimpan direktori pegawai. Muat ulang halaman dan periksa isinya."
)


@dataclass(frozen=True)
class Entered:
    """What the administrator typed. `secret` empty: the one that is known stays."""

    name: str
    issuer: str
    client_id: str
    secret: str
    civil_servant_claim: str
    active: bool


async def directory_of(session: AsyncSession) -> StaffDirectory | None:
    """This region's, if it has one."""
    tenant: Tenant = session.info["tenant"]
    return await session.get(StaffDirectory, tenant.id)


async def directory_for(session: AsyncSession, actor: Actor) -> StaffDirectory | None:
    """The same, for who may change it."""
    require_administrator(actor)
    return await directory_of(session)


async def enter(session: AsyncSession, actor: Actor, entered: Entered) -> StaffDirectory:
    """Write it down. Refused, beside its field: what is no https address, what is missing.

    Conflict where somebody else has just written the region's first one.
    """
    require_administrator(actor)
    tenant: Tenant = session.info["tenant"]
    directory = await session.get(StaffDirectory, tenant.id, with_for_update=True)
    _check(entered, directory)
    if directory is None:
        directory = StaffDirectory(id=tenant.id)
    elif directory.issuer != entered.issuer and not entered.secret:
        raise Refused("Penerbitnya berganti: tulis juga rahasia yang baru.", "secret")
    directory.name, directory.issuer = entered.name.strip(), entered.issuer
    directory.client_id, directory.active = entered.client_id, entered.active
    directory.civil_servant_claim = entered.civil_servant_claim or DEFAULT_CLAIM
    if entered.secret:
        sealed = secrecy.encrypt(entered.secret, Purpose.STAFF_DIRECTORY, tenant.id, region=tenant.id)
        directory.secret_encrypted = sealed
    directory.changed_by, directory.changed_at = actor.official_id, clock.now()
    async with unless_overtaken(session, {"pk_staff_directory": Conflict(WRITTEN_MEANWHILE)}):
        session.add(directory)
    return directory


async def new_scim_token(session: AsyncSession, actor: Actor) -> str:
    """The token with which the directory tells of people; the one before is over. Shown once."""
    require_administrator(actor)
    tenant: Tenant = session.info["tenant"]
    directory = await session.get(StaffDirectory, tenant.id, with_for_update=True)
    if directory is None:
        raise NotVisible("Tulis dahulu direktori pegawainya.")
    token = SCIM_PREFIX + secrets.token_urlsafe(32)
    directory.scim_token_hash = _hashed(token)
    directory.changed_by, directory.changed_at = actor.official_id, clock.now()
    return token


def issuer_of(directory: StaffDirectory) -> Issuer:
    """How it is asked, its secret opened."""
    region: UUID = directory.id
    secret = secrecy.decrypt(directory.secret_encrypted, Purpose.STAFF_DIRECTORY, region, region=region)
    return Issuer(directory.issuer, directory.client_id, secret)


def is_scim_token(directory: StaffDirectory | None, token: str) -> bool:
    """In constant time."""
    known = directory.scim_token_hash if directory is not None else None
    return known is not None and hmac.compare_digest(known, _hashed(token))


def _hashed(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _check(entered: Entered, known: StaffDirectory | None) -> None:
    found: list[tuple[str | None, str]] = []
    if not entered.name.strip():
        found.append(("name", "Nama direktori wajib diisi."))
    if not is_address(entered.issuer) or "?" in entered.issuer:
        found.append(("issuer", NEEDS_HTTPS))
    if not entered.client_id:
        found.append(("client_id", "Client id wajib diisi."))
    if not entered.secret and known is None:
        found.append(("secret", "Rahasia wajib diisi."))
    if found:
        raise Refused.several(found)
