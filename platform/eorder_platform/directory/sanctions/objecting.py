"""The vendor objects to a proposed sanction while its days last (keberatan), with papers of its own."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from eorder_platform import clock
from eorder_platform.attachments import Attachment
from eorder_platform.directory.members import Member
from eorder_platform.directory.sanctions import journal
from eorder_platform.directory.sanctions.files import keep_files
from eorder_platform.directory.sanctions.models import SanctionCase, Side
from eorder_platform.directory.sanctions.proposing import SHORTEST_TEXT, open_case
from eorder_platform.errors import Conflict, Refused
from eorder_platform.texts import too_long


@dataclass(frozen=True)
class Objection:
    """What the vendor says to it."""

    case_id: UUID
    text: str
    files: tuple[Attachment, ...] = ()


async def object_to(session: AsyncSession, member: Member, objection: Objection) -> SanctionCase:
    """The owner's word stands beside the proposal; it can be decided from now on.

    Refused to staff, after the last day, a second time, and beside its field where it says too little or too much.
    """
    member.must_own()
    case = await open_case(session, objection.case_id, member.vendor_id)
    if case.objected_at is not None:
        raise Conflict("Keberatan Anda sudah diterima dan dibaca sebelum diputuskan.")
    if clock.now() > case.objection_due_at:
        raise Conflict("Batas mengajukan keberatan sudah lewat.")
    text = objection.text.strip()
    if len(text) < SHORTEST_TEXT:
        raise Refused("Tulis keberatan Anda dengan jelas, agar pemutus memahaminya.", "text")
    if excess := too_long(text, "text"):
        raise Refused.several([("text", excess)])
    case.objection, case.objected_by, case.objected_at = text, member.account_id, clock.now()
    await journal.write_down(session, case.id, "objected", member.account_id)
    await keep_files(session, case.id, Side.OBJECTION, member.account_id, objection.files)
    return case
