"""What happens to an account's ways of signing in is written down, and its person hears of it by mail at once.

These letters cannot be switched off; the job that writes them in the person's language is the web's.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from eorder_platform import clock, outbox
from eorder_platform.identity.models import Account, AccountEvent
from eorder_platform.ids import new_id

TELL: Final = "people.tell_of_event"
SHOWN: Final = 8


class Kind(StrEnum):
    """What can happen."""

    NEW_DEVICE = "new_device"
    APP_SET = "app_set"
    APP_REMOVED = "app_removed"
    PASSKEY_ADDED = "passkey_added"
    PASSKEY_REMOVED = "passkey_removed"
    PAPER_MADE = "paper_made"
    PAPER_USED = "paper_used"
    PASSWORD_CHANGED = "password_changed"
    RECOVERY_ASKED = "recovery_asked"
    RECOVERY_CONFIRMED = "recovery_confirmed"
    RECOVERY_OPENS = "recovery_opens"
    RECOVERY_STOPPED = "recovery_stopped"
    RECOVERY_DONE = "recovery_done"


@dataclass(frozen=True)
class Where:
    """From where somebody acts: the host's name for people, the browser in plain words, the address of the network."""

    office: str = ""
    browser: str = ""
    address: str = ""


NOWHERE: Final = Where()


async def record(
    session: AsyncSession,
    account_id: UUID,
    kind: Kind,
    where: Where = NOWHERE,
    *,
    by: UUID | None = None,
    **details: Any,
) -> None:
    """Write it down, and tell the person."""
    known = {name: value for name, value in {**vars(where), **details}.items() if value}
    event = AccountEvent(id=new_id(), account_id=account_id, at=clock.now(), kind=kind, by=by, details=known)
    session.add(event)
    outbox.write(session, TELL, event_id=event.id)


async def told_of(session: AsyncSession, event_id: UUID) -> tuple[AccountEvent, Account]:
    """What happened, and to whom."""
    event = await session.get_one(AccountEvent, event_id)
    return event, await session.get_one(Account, event.account_id)


async def newest(session: AsyncSession, account_id: UUID) -> Sequence[AccountEvent]:
    """The last few, newest first."""
    found = (
        select(AccountEvent)
        .where(AccountEvent.account_id == account_id)
        .order_by(AccountEvent.at.desc(), AccountEvent.id.desc())
        .limit(SHOWN)
    )
    return (await session.scalars(found)).all()
