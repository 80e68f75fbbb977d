"""Sanctions by command: the same use cases as on the agency's desk, by the person of the agency whom `--by` names."""

from collections.abc import Sequence
from pathlib import Path

from eorder_platform import clock, tenancy
from eorder_platform.attachments import attachment
from eorder_platform.directory.sanctions.advising import Opinion, record_opinion
from eorder_platform.directory.sanctions.deciding import Decision, Lifting, decide, decider_for, lift
from eorder_platform.directory.sanctions.proposing import Proposal, propose_sanction
from eorder_platform.directory.sanctions.queries import (
    case_numbered,
    cases_filed,
    is_running,
    published,
    sanctions_of,
    vendor_numbered,
)
from eorder_platform.directory.verifying import verifier_for
from eorder_platform.formatting import INDONESIAN, date_long
from eorder_platform.identity.agency import account_of
from eorder_platform.identity.events import NOWHERE
from eorder_platform.identity.factors import take_code
from eorder_platform.identity.proving import Proof
from eorder_platform.identity.signing_nationally import carry_proof


async def standing_of(nib: str) -> list[str]:
    """A vendor's status and its sanctions, a line each."""
    async with tenancy.national() as session:
        vendor = await vendor_numbered(session, nib)
        lines = [f"{vendor.legal_name} (NIB {nib}): {vendor.status}"]
        for one in await sanctions_of(session, vendor.id):
            state = "berlaku" if is_running(one) else one.ended_how or "tercatat"
            lines.append(
                f"  {one.number} {one.level} {state}, sampai {one.valid_until or '-'}: {one.reasons}"
            )
    return lines


async def everything_open() -> list[str]:
    """Cases that wait, then sanctions that hold, a line each."""
    async with tenancy.national() as session:
        waiting = await cases_filed(session, is_open=True)
        holding, _total = await published(session, running=True)
    return [
        *(
            f"{one.case.number} usul {one.case.level}: {one.legal_name}, diputuskan paling lambat"
            f" {date_long(one.case.decide_by.date(), INDONESIAN)}"
            for one in waiting
        ),
        *(
            f"{one.sanction.number} berlaku: {one.vendor.legal_name}, sampai {one.sanction.valid_until}"
            for one in holding
        ),
    ]


async def propose(
    by: str,
    nib: str,
    level: str,
    ground: str,
    months: int | None,
    facts: str,
    evidence: Sequence[Path],
) -> str:
    """The case is open; says its number."""
    files = [await attachment(path.name, path.read_bytes(), field="files") for path in evidence]
    async with tenancy.national() as session:
        proposer = await verifier_for(session, (await account_of(session, by)).id)
        proposal = Proposal(nib, level, ground, months, facts, tuple(files))
        case = await propose_sanction(session, proposer, proposal)
        return f"{case.number}: penyedia diberi tahu; keberatan sampai {case.objection_due_at}."


async def advise(by: str, number: str, giver: str, text: str) -> str:
    """The inspectorate's opinion stands in the case."""
    async with tenancy.national() as session:
        clerk = await verifier_for(session, (await account_of(session, by)).id)
        await record_opinion(session, clerk, Opinion(await case_numbered(session, number), giver, text))
    return f"{number}: pendapat APIP tercatat."


async def decide_case(
    by: str, number: str, level: str, months: int | None, reasons: str, heard: bool, code: str = ""
) -> str:
    """The case has ended; `code`: what the one who signs it has just read in their app."""
    proof = await _shown(by, code)
    async with tenancy.national() as session:
        carry_proof(session, proof)
        decider = await decider_for(session, (await account_of(session, by)).id)
        decision = Decision(await case_numbered(session, number), level, months, reasons, heard)
        case = await decide(session, decider, decision)
        return f"{number}: {case.outcome}."


async def lift_sanction(by: str, number: str, reason: str, annul: bool, code: str = "") -> str:
    """The sanction has ended; `code`: as for a decision."""
    proof = await _shown(by, code)
    async with tenancy.national() as session:
        carry_proof(session, proof)
        lifter = await decider_for(session, (await account_of(session, by)).id)
        sanction = await lift(session, lifter, Lifting(await case_numbered(session, number), annul, reason))
        return f"{number}: {sanction.ended_how}."


async def _shown(by: str, code: str) -> Proof | None:
    if not code:
        return None
    async with tenancy.national() as session:
        account_id = (await account_of(session, by)).id
    return Proof(await take_code(account_id, code, NOWHERE), clock.now())
