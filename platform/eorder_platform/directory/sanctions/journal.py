"""The journal of a case: append-only, written by whoever takes it further."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from eorder_platform import clock
from eorder_platform.directory.sanctions.models import SanctionEvent
from eorder_platform.identity.models import Account
from eorder_platform.ids import new_id

CLOCK = "Sistem"


async def write_down(
    session: AsyncSession, case_id: UUID, action: str, account_id: UUID | None, note: str | None = None
) -> None:
    """One turn of the case; without an account the clock did it."""
    name = (await session.get_one(Account, account_id)).name if account_id else CLOCK
    await session.flush()  # no relation tells the session that the journal needs the case first
    session.add(
        SanctionEvent(
            id=new_id(),
            case_id=case_id,
            at=clock.now(),
            action=action,
            account_id=account_id,
            actor_name=name,
            note=note,
        )
    )


async def turns_of(session: AsyncSession, case_id: UUID) -> list[SanctionEvent]:
    """Every turn, in its order."""
    turns = select(SanctionEvent).where(SanctionEvent.case_id == case_id)
    return list(await session.scalars(turns.order_by(SanctionEvent.at, SanctionEvent.id)))
