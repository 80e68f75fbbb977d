"""Another bank account is confirmed by the owner, through the link in their mail; or stopped: "that was not me".

In this order: the owner asks, confirms by mail, a day passes, a verifier accepts. Whoever stole a session alone, or
reads the mailbox alone, cannot finish it; whoever reads the mailbox can always stop it, and the old account holds
meanwhile.
"""

from datetime import timedelta
from enum import StrEnum
from typing import Final
from uuid import UUID

from itsdangerous import BadData
from sqlalchemy.ext.asyncio import AsyncSession

from eorder_platform import clock, outbox
from eorder_platform.directory.asking import end, open_request
from eorder_platform.directory.fact_kinds import spread
from eorder_platform.directory.locking import locked
from eorder_platform.directory.members import Member
from eorder_platform.directory.models import ChangeOutcome, ChangeRequest
from eorder_platform.errors import NotAllowed, NotVisible
from eorder_platform.identity.departing import end_sessions
from eorder_platform.identity.links import VALIDITY, Expired, Used
from eorder_platform.signed_values import timed_serializer

COOLING: Final = timedelta(hours=24)
"""So long the owner may still say that it was not them, before anybody may accept it (SOD7)."""


class Link(StrEnum):
    """What a link about a bank account is for; it fits nothing else."""

    CONFIRM = "confirm"
    STOP = "stop"


def link_token(request: ChangeRequest, link: Link) -> str:
    """What stands in the link that is mailed to the owner."""
    token: str = timed_serializer(f"bank-account:{link}").dumps(request.id.hex)
    return token


async def account_asked_for(session: AsyncSession, token: str, link: Link) -> ChangeRequest:
    """The open request behind a link, locked; Expired for a confirmation after its day, Conflict once it has ended."""
    try:
        request_id, signed_at = timed_serializer(f"bank-account:{link}").loads(token, return_timestamp=True)
    except BadData as error:
        raise NotVisible("Tautan ini tidak dikenal. Salin seluruh tautan dari surat Anda.") from error
    request = await open_request(session, UUID(request_id))
    if link is Link.CONFIRM and request.confirmed_at is not None:
        raise Used
    if link is Link.CONFIRM and clock.now() > signed_at + VALIDITY:
        raise Expired
    return request


async def account_to_confirm(session: AsyncSession, member: Member, token: str) -> ChangeRequest:
    """The request that this person may confirm: the owner who asked for it, signed in; NotAllowed for others."""
    member.must_own()
    request = await account_asked_for(session, token, Link.CONFIRM)
    if (request.vendor_id, request.requested_by) != (member.vendor_id, member.account_id):
        raise NotAllowed("Tautan ini untuk akun lain. Keluar, lalu masuk sebagai pemilik yang memintanya.")
    return request


async def confirm_account(session: AsyncSession, member: Member, token: str) -> None:
    """The owner stands by it: payments are held from now on, and a verifier may accept it in a day."""
    request = await account_to_confirm(session, member, token)
    request.confirmed_at = clock.now()
    request.decidable_from = request.confirmed_at + COOLING
    spread(session, *await locked(session, request.vendor_id), public=False)
    outbox.write(session, "directory.account_confirmed", request_id=request.id)


async def stop_account(session: AsyncSession, token: str) -> None:
    """It was not the owner: nothing changes, and whoever is signed in as them is signed out everywhere."""
    request = await account_asked_for(session, token, Link.STOP)
    await end(session, request, ChangeOutcome.STOPPED, None)
    outbox.write(session, "directory.tell_vendor_of_change", request_id=request.id)
    end_sessions(session, request.requested_by)
