"""Who gets a notice by mail, in which language, and whether at once: asked when the mail's turn has come."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from eorder_platform.identity.models import Account
from eorder_platform.notices.models import (
    DEFAULT,
    REQUIRED,
    By,
    Mail,
    NationalNotice,
    Notice,
    NoticeChoice,
    NoticeKind,
)


@dataclass(frozen=True)
class Recipient:
    """Whom to write to, and how they want to hear of this kind of notice."""

    account_id: UUID
    name: str
    email: str
    language: str
    by: By


async def recipient_of(session: AsyncSession, account_id: UUID, kind: NoticeKind) -> Recipient | None:
    """In a national transaction; None for an account that is closed."""
    chosen = (NoticeChoice.account_id == Account.id) & (NoticeChoice.kind == kind)
    found = await session.execute(
        select(Account.name, Account.email, Account.language, NoticeChoice.by)
        .outerjoin(NoticeChoice, chosen)
        .where(Account.id == account_id, Account.active)
    )
    row = found.one_or_none()
    if row is None:
        return None
    by = By.AT_ONCE if kind in REQUIRED else By(row.by or DEFAULT[kind])
    return Recipient(account_id, row.name, row.email, row.language, by)


async def recipient_of_digest(session: AsyncSession, account_id: UUID) -> Recipient | None:
    """Whom the day's digest goes to; None for an account that is closed."""
    account = await session.get(Account, account_id)
    if account is None or not account.active:
        return None
    return Recipient(account_id, account.name, account.email, account.language, By.DIGEST)


async def digested(session: AsyncSession, before: datetime) -> dict[UUID, list[Notice | NationalNotice]]:
    """By account, oldest first: what waits for the digest here and is older than that moment."""
    table: Any = Notice if session.info.get("tenant") else NationalNotice
    waiting = (
        select(table)
        .where(table.mail == Mail.DIGEST, table.created_at < before)
        .order_by(table.created_at, table.id)
    )
    found: dict[UUID, list[Notice | NationalNotice]] = {}
    for one in await session.scalars(waiting):
        found.setdefault(one.account_id, []).append(one)
    return found


async def settle_digest(session: AsyncSession, notice_ids: Sequence[UUID], *, sent: bool) -> None:
    """Keep how the digest with these went."""
    table = Notice if session.info.get("tenant") else NationalNotice
    mail = Mail.SENT if sent else Mail.NONE
    await session.execute(update(table).where(table.id.in_(notice_ids)).values(mail=mail))


async def unmailed(session: AsyncSession, notice_id: UUID) -> Notice | NationalNotice | None:
    """The notice, unless its mail was settled by an earlier run."""
    table: type[Notice] | type[NationalNotice] = Notice if session.info.get("tenant") else NationalNotice
    found: Notice | NationalNotice | None = await session.get(table, notice_id)
    return found if found is not None and found.mail == Mail.OPEN else None


async def settle_mail(session: AsyncSession, notice_id: UUID, mail: Mail) -> None:
    """Keep how its mail went."""
    table = Notice if session.info.get("tenant") else NationalNotice
    await session.execute(update(table).where(table.id == notice_id).values(mail=mail))
