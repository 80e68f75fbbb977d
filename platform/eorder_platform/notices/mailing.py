"""Who gets a notice by mail, in which language, and whether at once: asked when the mail's turn has come."""

from dataclasses import dataclass
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


async def unmailed(session: AsyncSession, notice_id: UUID) -> Notice | NationalNotice | None:
    """The notice, unless its mail was settled by an earlier run."""
    table: type[Notice] | type[NationalNotice] = Notice if session.info.get("tenant") else NationalNotice
    found: Notice | NationalNotice | None = await session.get(table, notice_id)
    return found if found is not None and found.mail == Mail.OPEN else None


async def settle_mail(session: AsyncSession, notice_id: UUID, mail: Mail) -> None:
    """Keep how its mail went."""
    table = Notice if session.info.get("tenant") else NationalNotice
    await session.execute(update(table).where(table.id == notice_id).values(mail=mail))
