"""A lost account comes back: phone and paper are gone, and no helpdesk can be talked into opening it.

Whoever asks knew the password in that browser. Two different administrators of the nation agree, neither of them its
person; then a day passes. Its person is told by mail at once and at each stage, and stops it with one click. After the
day the link in their mailbox sets a new password, and every factor and session is gone.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final
from uuid import UUID

from itsdangerous import BadData
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from eorder_platform import clock
from eorder_platform.errors import Conflict, NotAllowed, NotVisible, Refused
from eorder_platform.identity import guessing
from eorder_platform.identity.agency import agency_admin_for
from eorder_platform.identity.departing import end_sessions
from eorder_platform.identity.events import NOWHERE, Kind, Where, record
from eorder_platform.identity.factors import forget_factors
from eorder_platform.identity.models import (
    Account,
    AccountRecovery,
)
from eorder_platform.identity.passwords import check_new_password, hash_password
from eorder_platform.identity.recovering import take_password
from eorder_platform.identity.signing_nationally import signing_nationally
from eorder_platform.ids import new_id
from eorder_platform.reference.law import NATIONAL_ZONE, rule_book
from eorder_platform.signed_values import serializer
from eorder_platform.texts import fitting

WAIT_RULE: Final = "recovery_wait_hours"
SHORTEST_REASON: Final = 20
OF_AN_ACCOUNT: Final = 3
STOP, FINISH = "recovery:stop", "recovery:finish"
OVER: Final = "Pemulihan ini sudah selesai atau dihentikan."


@dataclass(frozen=True)
class Waiting:
    """A recovery as administrators see it: whose account, and who agreed so far."""

    recovery: AccountRecovery
    name: str
    email: str
    first: str


async def ask_for_account(session: AsyncSession, account_id: UUID, reason: str, where: Where) -> None:
    """Begin; one that runs already goes on. Refused without a reason that an administrator can check."""
    if len(reason.strip()) < SHORTEST_REASON:
        raise Refused(
            "Ceritakan apa yang hilang, dan bagaimana admin dapat memastikan bahwa ini Anda.", "reason"
        )
    await guessing.count_attempt([guessing.Limit(f"recovery:{account_id}", OF_AN_ACCOUNT)])
    account = await session.get_one(Account, account_id, with_for_update=True)
    if await _open_one(session, account.id) is not None:
        return
    wanted = AccountRecovery(
        id=new_id(), account_id=account.id, reason=fitting(reason.strip(), "reason"), asked_at=clock.now()
    )
    session.add(wanted)
    await session.flush()
    await record(session, account.id, Kind.RECOVERY_ASKED, where, recovery=str(wanted.id))


async def recoveries_waiting(session: AsyncSession, administrator_id: UUID) -> Sequence[Waiting]:
    """Those that run, the oldest first; only an administrator of the nation reads them."""
    await agency_admin_for(session, administrator_id)
    first = aliased(Account)
    found = await session.execute(
        select(AccountRecovery, Account.name, Account.email, first.name)
        .join(Account, Account.id == AccountRecovery.account_id)
        .outerjoin(first, first.id == AccountRecovery.first_by)
        .where(AccountRecovery.used_at.is_(None), AccountRecovery.stopped_at.is_(None))
        .order_by(AccountRecovery.asked_at)
    )
    return [Waiting(row[0], row[1], row[2], row[3] or "") for row in found]


async def agree(session: AsyncSession, administrator_id: UUID, recovery_id: UUID) -> AccountRecovery:
    """One administrator agrees, and with the second the day begins. Signed with fresh proof of the person.

    Refused: whoever is no administrator, the account's own person, and the same administrator twice.
    """
    await agency_admin_for(session, administrator_id)
    await signing_nationally(session)
    wanted = await _locked(session, recovery_id)
    if administrator_id == wanted.account_id:
        raise NotAllowed("Pemulihan akun sendiri disetujui orang lain.")
    if administrator_id == wanted.first_by:
        raise NotAllowed(
            "Anda sudah menyetujui pemulihan ini. Persetujuan kedua harus dari admin nasional lain."
        )
    if wanted.second_by is not None:
        raise Conflict("Pemulihan ini sudah disetujui dua admin.")
    if wanted.first_by is None:
        wanted.first_by, wanted.first_at, kind = administrator_id, clock.now(), Kind.RECOVERY_CONFIRMED
    else:
        hours = (await rule_book(session)).value(WAIT_RULE, on=clock.today(NATIONAL_ZONE))
        wanted.second_by, wanted.second_at, kind = administrator_id, clock.now(), Kind.RECOVERY_OPENS
        wanted.opens_at = clock.now() + timedelta(hours=hours)
    opens = wanted.opens_at.isoformat() if wanted.opens_at else ""
    by, recovery = administrator_id, str(wanted.id)
    await record(session, wanted.account_id, kind, NOWHERE, by=by, recovery=recovery, opens_at=opens)
    return wanted


async def refuse(session: AsyncSession, administrator_id: UUID, recovery_id: UUID) -> None:
    """One administrator's no is enough."""
    await agency_admin_for(session, administrator_id)
    wanted = await _locked(session, recovery_id)
    await _stop(session, wanted, administrator_id)


async def recovery_behind(session: AsyncSession, token: str, purpose: str) -> tuple[AccountRecovery, Account]:
    """What a link in the owner's mail is about; NotVisible for none of ours, Conflict once it is over."""
    try:
        recovery_id = UUID(serializer(purpose).loads(token))
    except (BadData, ValueError, TypeError) as error:
        raise NotVisible("Tautan ini tidak dikenal. Salin seluruh tautan dari surat Anda.") from error
    wanted = await _locked(session, recovery_id)
    return wanted, await session.get_one(Account, wanted.account_id)


async def was_used(session: AsyncSession, token: str) -> bool:
    """Whether the account behind this link is its person's again."""
    wanted = await session.get(AccountRecovery, UUID(serializer(FINISH).loads(token)))
    return wanted is not None and wanted.used_at is not None


def token_of(recovery_id: UUID, purpose: str) -> str:
    """What stands in the link that is mailed to the account's person."""
    return str(serializer(purpose).dumps(str(recovery_id)))


async def stop_by_owner(session: AsyncSession, token: str) -> None:
    """The account's person did not ask: it is over, and so is every session, because somebody knew the password."""
    wanted, account = await recovery_behind(session, token, STOP)
    await _stop(session, wanted, account.id)
    end_sessions(session, account.id)


async def reclaim(session: AsyncSession, token: str, password: str, where: Where) -> Account:
    """The day has passed: a new password, no factor left, no session left.

    Refused before that, and a weak password on "password".
    """
    wanted, account = await recovery_behind(session, token, FINISH)
    if wanted.opens_at is None or clock.now() < wanted.opens_at:
        raise Conflict("Waktu tunggu pemulihan ini belum selesai.")
    check_new_password(password, of=(account.email, account.name))
    await take_password(session, account, await hash_password(password))
    await forget_factors(session, account.id)
    account.factor_asked_at = None
    wanted.used_at = clock.now()
    end_sessions(session, account.id)
    await record(session, account.id, Kind.RECOVERY_DONE, where, recovery=str(wanted.id))
    return account


async def _stop(session: AsyncSession, wanted: AccountRecovery, by: UUID) -> None:
    wanted.stopped_at, wanted.stopped_by = clock.now(), by
    await record(session, wanted.account_id, Kind.RECOVERY_STOPPED, NOWHERE, by=by, recovery=str(wanted.id))


async def _locked(session: AsyncSession, recovery_id: UUID) -> AccountRecovery:
    wanted = await session.get(AccountRecovery, recovery_id, with_for_update=True, populate_existing=True)
    if wanted is None:
        raise NotVisible
    if wanted.used_at is not None or wanted.stopped_at is not None:
        raise Conflict(OVER)
    return wanted


async def _open_one(session: AsyncSession, account_id: UUID) -> AccountRecovery | None:
    found: AccountRecovery | None = await session.scalar(
        select(AccountRecovery).where(
            AccountRecovery.account_id == account_id,
            AccountRecovery.used_at.is_(None),
            AccountRecovery.stopped_at.is_(None),
        )
    )
    return found
