"""Sanctions: everybody reads the decisions; the agency proposes, decides and lifts; the vendor objects."""

from datetime import datetime
from typing import Any, Final, NamedTuple, cast
from uuid import UUID

import msgspec
from sqlalchemy.ext.asyncio import AsyncSession

from eorder_platform import tenancy
from eorder_platform.attachments import Attachment, attachment
from eorder_platform.directory.members import Member
from eorder_platform.directory.sanctions.advising import Opinion, record_opinion
from eorder_platform.directory.sanctions.deciding import (
    Decider,
    Decision,
    Lifting,
    decide,
    decider_for,
    lift,
)
from eorder_platform.directory.sanctions.files import MOST_FILES
from eorder_platform.directory.sanctions.models import SanctionCase
from eorder_platform.directory.sanctions.objecting import Objection, object_to
from eorder_platform.directory.sanctions.proposing import Proposal, propose_sanction, withdraw_proposal
from eorder_platform.directory.sanctions.queries import (
    Published,
    case_file,
    cases_filed,
    cases_of,
    decision_numbered,
    is_running,
    own_case,
    published,
)
from eorder_platform.directory.verifying import Verifier
from eorder_platform.errors import Refused
from eorder_web.api.agency import AGENCY, READ, WRITE, ReasonBody
from eorder_web.api.business import BUSINESS
from eorder_web.api.business import READ as OWN_READ
from eorder_web.api.business import WRITE as OWN_WRITE
from eorder_web.api.calls import Call
from eorder_web.api.operations import NATION, File, Operation, Page, reads, writes
from eorder_web.api.places import AS_MEMBER, AS_VERIFIER, nationally_as

PUBLIC: Final = "openness"
AS_DECIDER: Final = nationally_as(decider_for)
MOST_BYTES: Final = 60 * 1024 * 1024


class SanctionView(msgspec.Struct, frozen=True, kw_only=True):
    """A published decision; `in_force`: its business receives no new orders now."""

    number: str
    vendor_id: UUID
    vendor_name: str
    business_id_number: str
    level: str
    ground: str
    reasons: str
    decided_at: datetime
    valid_until: datetime | None
    ended_at: datetime | None
    ended_how: str | None
    ended_reason: str | None
    in_force: bool


class SanctionCaseView(msgspec.Struct, frozen=True, kw_only=True):
    """A case on its way: what is proposed, what the vendor and the inspectorate say, how it ended."""

    id: UUID
    number: str
    vendor_id: UUID
    level: str
    ground: str
    months: int | None
    facts: str
    proposed_at: datetime
    objection_due_at: datetime
    decide_by: datetime
    objection: str | None
    objected_at: datetime | None
    opinion: str | None
    opinion_from: str | None
    outcome: str | None
    reasons: str | None
    decided_at: datetime | None


class ProposalBody(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """A sanction that is proposed, with its evidence. `months` is left out for a warning."""

    business_id_number: str
    level: str
    ground: str
    months: int | None = None
    facts: str
    files: list[File]


class OpinionBody(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """What the inspectorate says; `giver`: its name and the number of its letter."""

    giver: str
    text: str
    files: list[File] = []


class ObjectionBody(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """What the vendor says to it."""

    text: str
    files: list[File] = []


class DecisionBody(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """What is imposed; nothing, where `level` is left out. `heard`: objection and opinion were read."""

    level: str = ""
    months: int | None = None
    reasons: str
    heard: bool


class LiftingBody(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """Why it ends; `annul`: as if it had never been."""

    reason: str
    annul: bool = False


class _LookedInto(NamedTuple):
    """What was sent, and its files as they are kept."""

    sent: Any
    files: tuple[Attachment, ...]


async def _look_into(body: Any) -> Any:
    if len(body.files) > MOST_FILES:
        raise Refused("Paling banyak %(most)s berkas.", "files", most=MOST_FILES)
    files = [await attachment(file.name, file.content, field="files") for file in body.files]
    return _LookedInto(body, tuple(files))


@reads("/sanctions", on=NATION, tag=PUBLIC, says="Putusan sanksi yang diumumkan.")
async def decisions(call: Call) -> Page[SanctionView]:
    """The published decisions, the newest first; at most a hundred."""
    async with tenancy.national() as session:
        found, _total = await published(session, limit=100)
        return Page([_view(one) for one in found])


@reads("/sanctions/{number}", on=NATION, tag=PUBLIC, says="Satu putusan sanksi.")
async def decision(call: Call, number: str) -> SanctionView:
    """One published decision by its number."""
    async with tenancy.national() as session:
        one, _others = await decision_numbered(session, number.upper())
        return _view(one)


@reads("/sanction-cases", on=NATION, tag=AGENCY, scope=READ, says="Usul sanksi yang menunggu putusan.")
async def cases(call: Call) -> Page[SanctionCaseView]:
    """The cases that wait, the nearest deadline first; at most fifty."""
    async with AS_VERIFIER.enter(call) as (session, _):
        return Page([_case(one.case) for one in await cases_filed(session, is_open=True)])


@reads("/sanction-cases/{case_id}", on=NATION, tag=AGENCY, scope=READ, says="Satu usul sanksi.")
async def case(call: Call, case_id: UUID) -> SanctionCaseView:
    """One case."""
    async with AS_VERIFIER.enter(call) as (session, _):
        return _case((await case_file(session, case_id)).case)


@writes(
    "/sanction-cases",
    on=NATION,
    tag=AGENCY,
    scope=WRITE,
    place=AS_VERIFIER,
    made=True,
    twins=("agency.propose_sanction",),
    shows="sanctions.case",
    prepares=_look_into,
    most_bytes=MOST_BYTES,
    says="Mengusulkan sanksi dengan buktinya.",
)
async def propose(session: AsyncSession, proposer: Verifier, body: ProposalBody) -> str:
    """Propose a sanction; the vendor is told and may object."""
    sent, files = cast(_LookedInto, body)
    proposal = Proposal(sent.business_id_number, sent.level, sent.ground, sent.months, sent.facts, files)
    return f"/sanction-cases/{(await propose_sanction(session, proposer, proposal)).id}"


@writes(
    "/sanction-cases/{case_id}/opinion",
    on=NATION,
    tag=AGENCY,
    scope=WRITE,
    place=AS_VERIFIER,
    twins=("agency.record_opinion",),
    shows="sanctions.case",
    prepares=_look_into,
    most_bytes=MOST_BYTES,
    says="Mencatat pendapat APIP atas usul sanksi.",
)
async def advise(session: AsyncSession, clerk: Verifier, case_id: UUID, body: OpinionBody) -> str:
    """Record what the inspectorate says."""
    sent, files = cast(_LookedInto, body)
    await record_opinion(session, clerk, Opinion(case_id, sent.giver, sent.text, files))
    return f"/sanction-cases/{case_id}"


@writes(
    "/sanction-cases/{case_id}/decision",
    on=NATION,
    tag=AGENCY,
    scope=WRITE,
    place=AS_DECIDER,
    twins=("agency.decide_sanction",),
    shows="sanctions.case",
    says="Memutuskan usul sanksi.",
    signs=True,
)
async def settle(session: AsyncSession, decider: Decider, case_id: UUID, body: DecisionBody) -> str:
    """Decide it; who proposed it may not. What is imposed holds everywhere from now on."""
    await decide(session, decider, Decision(case_id, body.level, body.months, body.reasons, body.heard))
    return f"/sanction-cases/{case_id}"


@writes(
    "/sanction-cases/{case_id}/withdrawal",
    on=NATION,
    tag=AGENCY,
    scope=WRITE,
    place=AS_VERIFIER,
    twins=("agency.withdraw_sanction",),
    shows="sanctions.case",
    says="Menarik usul sanksi sendiri.",
)
async def withdraw(session: AsyncSession, proposer: Verifier, case_id: UUID, body: ReasonBody) -> str:
    """Take one's own proposal back before it is decided."""
    await withdraw_proposal(session, proposer, case_id, body.reason)
    return f"/sanction-cases/{case_id}"


@writes(
    "/sanction-cases/{case_id}/lifting",
    on=NATION,
    tag=AGENCY,
    scope=WRITE,
    place=AS_DECIDER,
    twins=("agency.lift_sanction",),
    shows="sanctions.case",
    says="Mencabut sanksi lebih awal atau membatalkannya.",
    signs=True,
)
async def end(session: AsyncSession, lifter: Decider, case_id: UUID, body: LiftingBody) -> str:
    """End a sanction before its day, or annul it; who decided it may not."""
    await lift(session, lifter, Lifting(case_id, body.annul, body.reason))
    return f"/sanction-cases/{case_id}"


@reads(
    "/business/sanction-cases",
    on=NATION,
    tag=BUSINESS,
    scope=OWN_READ,
    says="Usul sanksi atas usaha sendiri.",
)
async def own_cases(call: Call) -> Page[SanctionCaseView]:
    """Every case against one's own business, the newest first."""
    async with AS_MEMBER.enter(call) as (session, member):
        return Page([_case(one) for one in await cases_of(session, member)])


@reads(
    "/business/sanction-cases/{case_id}",
    on=NATION,
    tag=BUSINESS,
    scope=OWN_READ,
    says="Satu usul sanksi atas usaha sendiri.",
)
async def own(call: Call, case_id: UUID) -> SanctionCaseView:
    """One case against one's own business."""
    async with AS_MEMBER.enter(call) as (session, member):
        return _case((await own_case(session, member, case_id))[0])


@writes(
    "/business/sanction-cases/{case_id}/objection",
    on=NATION,
    tag=BUSINESS,
    scope=OWN_WRITE,
    place=AS_MEMBER,
    twins=("vendors.object",),
    shows="sanctions.own",
    prepares=_look_into,
    most_bytes=MOST_BYTES,
    says="Mengajukan keberatan atas usul sanksi.",
)
async def objection(session: AsyncSession, member: Member, case_id: UUID, body: ObjectionBody) -> str:
    """Object to a proposed sanction, once and in time."""
    sent, files = cast(_LookedInto, body)
    await object_to(session, member, Objection(case_id, sent.text, files))
    return f"/business/sanction-cases/{case_id}"


def _view(one: Published) -> SanctionView:
    sanction, vendor = one
    return SanctionView(
        number=sanction.number,
        vendor_id=vendor.id,
        vendor_name=vendor.legal_name,
        business_id_number=vendor.business_id_number,
        level=sanction.level,
        ground=sanction.ground,
        reasons=sanction.reasons,
        decided_at=sanction.decided_at,
        valid_until=sanction.valid_until,
        ended_at=sanction.ended_at,
        ended_how=sanction.ended_how,
        ended_reason=sanction.ended_reason,
        in_force=is_running(sanction),
    )


def _case(one: SanctionCase) -> SanctionCaseView:
    return SanctionCaseView(**{name: getattr(one, name) for name in SanctionCaseView.__struct_fields__})


OPERATIONS: Final[list[Operation]] = [
    *(decisions, decision, cases, case, propose, advise, settle, withdraw, end),
    *(own_cases, own, objection),
]
