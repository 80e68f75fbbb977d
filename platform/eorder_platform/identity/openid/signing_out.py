"""Signing out: once, and it is over at every host; programs outside are told (back-channel logout)."""

from uuid import UUID

from sqlalchemy import ColumnElement, delete
from sqlalchemy.ext.asyncio import AsyncSession

from eorder_platform import outbox, tenancy
from eorder_platform.identity import sessions
from eorder_platform.identity.openid import access_tokens, telling
from eorder_platform.identity.openid.models import Program, ProgramSignIn
from eorder_platform.identity.sessions import Session
from eorder_platform.outgoing import send

TOLD_WITHIN_SECONDS = 5


async def sign_out(place: str, token: str, session: Session) -> None:
    """The sign-in that this session came from is over: its sessions at once, then what programs hold of it."""
    await sessions.end(place, token)
    if session.sid:
        await sessions.end_sign_in(session.sid)
        async with tenancy.national() as national:
            await access_tokens.end_of_sign_in(national, [session.sid])
            await _tell(national, ProgramSignIn.sid == session.sid)


async def sign_out_one(account_id: UUID, session_id: str) -> None:
    """One of the person's sessions, by its name in the list of theirs, is over, and the sign-in that it came from."""
    ended = await sessions.end_one(account_id, session_id)
    if ended is not None and ended.sid:
        await sessions.end_sign_in(ended.sid)
        async with tenancy.national() as national:
            await access_tokens.end_of_sign_in(national, [ended.sid])
            await _tell(national, ProgramSignIn.sid == ended.sid)


async def sign_out_everywhere(account_id: UUID) -> None:
    """Every sign-in of this person is over, on every device."""
    await sessions.end_everywhere(account_id)
    async with tenancy.national() as national:
        await access_tokens.end_of_sign_ins_of(national, account_id)
        await _tell(national, ProgramSignIn.account_id == account_id)


async def _tell(session: AsyncSession, which: ColumnElement[bool]) -> None:
    """Each program that was told of one of these sign-ins is told of its end."""
    gone = delete(ProgramSignIn).where(which)
    told = gone.returning(ProgramSignIn.sid, ProgramSignIn.program_id, ProgramSignIn.account_id)
    for sid, program_id, account_id in await session.execute(told):
        outbox.write(
            session, "identity.tell_of_sign_out", program_id=program_id, account_id=account_id, sid=sid
        )


@outbox.national_job("identity.tell_of_sign_out")
async def tell_of_sign_out(*, program_id: str, account_id: str, sid: str) -> None:
    """Tell one program; told twice it finds nothing to end. A program that does not answer is tried again."""
    async with tenancy.national() as session:
        program = await session.get(Program, UUID(program_id))
    if program is None or not program.active or not program.back_channel_address:
        return
    token = await telling.logout_token(program.id, UUID(account_id), sid)
    answer = await send(
        "POST", program.back_channel_address, form={"logout_token": token}, seconds=TOLD_WITHIN_SECONDS
    )
    if answer.status not in (200, 204, 400):  # 400: it knows of no such sign-in, or will never understand us
        raise RuntimeError(f"{program.back_channel_address} answered {answer.status}")
