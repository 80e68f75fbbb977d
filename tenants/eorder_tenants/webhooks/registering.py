"""The region's administrator says where programs want to hear of orders, tries it, and ends it."""

import base64
import secrets
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from eorder_platform import clock
from eorder_platform.errors import NotVisible, Refused
from eorder_platform.ids import new_id
from eorder_platform.secrecy import Purpose, decrypt, encrypt
from eorder_platform.settings import settings
from eorder_platform.tenancy import Tenant
from eorder_platform.texts import too_long
from eorder_tenants.orders.core.steps import declared
from eorder_tenants.organisation.actors import Actor
from eorder_tenants.organisation.appointing import require_administrator
from eorder_tenants.webhooks.models import Webhook

MOST: Final = 20
LONGEST_URL: Final = 500
SECRET_PREFIX: Final = "whsec_"
TEST: Final = "test"
"""The kind of a message that only tries the address."""


@dataclass(frozen=True)
class NewWebhook:
    """What is written down. `events`: names of steps; none for all."""

    name: str
    url: str
    events: tuple[str, ...] = ()


async def add_webhook(session: AsyncSession, actor: Actor, new: NewWebhook) -> Webhook:
    """From now on every step of an order is told there.

    Refused beside their fields: no name, an address that is not complete and https, a step that does not exist, more
    than twenty addresses. Where the address leads is looked at whenever something is sent (platform/outgoing.py).
    """
    require_administrator(actor)
    problems: list[tuple[str | None, str]] = []
    if not new.name.strip():
        problems.append(("name", "Tulis nama program penerimanya."))
    elif sentence := too_long(new.name, "name"):
        problems.append(("name", sentence))
    if not _is_address(new.url):
        problems.append(("url", "Alamat harus lengkap, dimulai https://, tanpa tanda pagar."))
    if unknown := [one for one in new.events if one not in declared]:
        problems.append(("events", f"{unknown[0][:60]}?"))
    if problems:
        raise Refused.several(problems)
    live = select(func.count()).select_from(Webhook).where(Webhook.ended_at.is_(None))
    if (await session.scalar(live) or 0) >= MOST:
        raise Refused("Paling banyak %(most)s alamat. Hentikan satu dahulu.", "url", most=MOST)
    tenant: Tenant = session.info["tenant"]
    webhook_id = new_id()
    secret = SECRET_PREFIX + base64.b64encode(secrets.token_bytes(32)).decode()
    row = Webhook(
        id=webhook_id,
        name=new.name.strip(),
        url=new.url,
        events=list(dict.fromkeys(new.events)),
        secret_encrypted=encrypt(secret, Purpose.WEBHOOK, webhook_id, region=tenant.id),
        created_by=actor.official_id,
        created_at=clock.now(),
    )
    session.add(row)
    await session.flush()
    return row


async def end_webhook(session: AsyncSession, actor: Actor, webhook_id: UUID) -> Webhook:
    """Nothing is sent there any more. Twice changes nothing."""
    row = await webhook_named(session, actor, webhook_id, lock=True)
    if row.ended_at is None:
        row.ended_at, row.end_reason = clock.now(), "Dihentikan oleh admin daerah"
    return row


async def webhooks_of(session: AsyncSession, actor: Actor) -> list[Webhook]:
    """Every address that was written down, those that are told first."""
    require_administrator(actor)
    newest = select(Webhook).order_by(Webhook.ended_at.is_not(None), Webhook.created_at.desc(), Webhook.id)
    return list(await session.scalars(newest))


async def webhook_named(
    session: AsyncSession, actor: Actor, webhook_id: UUID, *, lock: bool = False
) -> Webhook:
    """One of them, or NotVisible."""
    require_administrator(actor)
    row = await session.get(Webhook, webhook_id, with_for_update=lock)
    if row is None:
        raise NotVisible("Alamat kabar otomatis ini tidak ditemukan.")
    return row


def secret_of(webhook: Webhook, tenant: Tenant) -> str:
    """The secret with which messages to this address are signed, as its program keeps it (`whsec_…`)."""
    return decrypt(webhook.secret_encrypted, Purpose.WEBHOOK, webhook.id, region=tenant.id)


def _is_address(url: str) -> bool:
    """A complete https address; http only to this machine, and only where the settings say so."""
    if len(url) > LONGEST_URL or not url.isascii() or not url.isprintable() or " " in url or "\\" in url:
        return False
    try:
        parts = urlsplit(url)
        named, _ = parts.hostname, parts.port
    except ValueError:
        return False
    plain = parts.scheme == "http" and settings().outgoing_to_loopback
    return bool(named) and (parts.scheme == "https" or plain) and "#" not in url and "@" not in parts.netloc
