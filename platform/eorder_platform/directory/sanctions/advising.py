"""The opinion of the inspectorate (pendapat APIP) is put into the case: who gave it, in which letter, what it says."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from eorder_platform import clock
from eorder_platform.attachments import Attachment
from eorder_platform.directory.sanctions import journal
from eorder_platform.directory.sanctions.files import keep_files
from eorder_platform.directory.sanctions.models import SanctionCase, Side
from eorder_platform.directory.sanctions.proposing import SHORTEST_TEXT, open_case
from eorder_platform.directory.verifying import Verifier
from eorder_platform.errors import Conflict, Refused
from eorder_platform.texts import too_long


@dataclass(frozen=True)
class Opinion:
    """`giver`: the inspectorate and the number of its letter."""

    case_id: UUID
    giver: str
    text: str
    files: tuple[Attachment, ...] = ()


async def record_opinion(session: AsyncSession, clerk: Verifier, opinion: Opinion) -> SanctionCase:
    """It stands beside proposal and objection for who decides. Refused a second time and where it says too little."""
    case = await open_case(session, opinion.case_id)
    if case.opinion_at is not None:
        raise Conflict("Pendapat APIP sudah tercatat.")
    giver, text = " ".join(opinion.giver.split()), opinion.text.strip()
    problems: list[tuple[str | None, str]] = []
    if len(giver) < 5:
        problems.append(("giver", "Tulis nama inspektorat dan nomor suratnya."))
    elif excess := too_long(giver, "giver"):
        problems.append(("giver", excess))
    if len(text) < SHORTEST_TEXT:
        problems.append(("text", "Tulis isi pendapatnya."))
    elif excess := too_long(text, "text"):
        problems.append(("text", excess))
    if problems:
        raise Refused.several(problems)
    case.opinion, case.opinion_from = text, giver
    case.opinion_by, case.opinion_at = clerk.account_id, clock.now()
    await journal.write_down(session, case.id, "opinion", clerk.account_id, giver)
    await keep_files(session, case.id, Side.OPINION, clerk.account_id, opinion.files)
    return case
