"""Cases of sanction for tests: proposed, heard, advised and decided by people of the agency."""

import secrets
from datetime import timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from eorder_platform import clock
from eorder_platform.attachments import Attachment
from eorder_platform.directory.members import Member
from eorder_platform.directory.sanctions.advising import Opinion, record_opinion
from eorder_platform.directory.sanctions.deciding import Decider, Decision, decide
from eorder_platform.directory.sanctions.models import SanctionCase
from eorder_platform.directory.sanctions.proposing import Proposal, propose_sanction
from eorder_platform.directory.verifying import Verifier
from eorder_platform.identity.models import NationalRole, NationalRoleName
from tests.directory.factories import (
    a_verified_vendor,
    a_verifier,
    an_account,
    digits,
    vendor_of,
)

PROOF = Attachment("berita-acara.pdf", "application/pdf", b"%PDF-1.4 bukti")
FACTS = "Barang pesanan EO-31-2026-0000098 tidak dikirim sampai akhir tenggat."
REASONS = "Dua wanprestasi terbukti dalam dua belas bulan; sesuai saran inspektorat."


def a_company_tax_id() -> str:
    """A tax number of an entity that no other test has."""
    return f"0{digits(15)}"


async def a_vendor_of_its_own(session: AsyncSession, **different: str | None) -> Member:
    """A verified business whose numbers nobody shares."""
    return await a_verified_vendor(session, **{"tax_id": a_company_tax_id(), **different})


async def an_administrator(session: AsyncSession, name: str = "Ratna Wulandari") -> Decider:
    account = await an_account(session, name)
    session.add(NationalRole(account_id=account.id, role=NationalRoleName.AGENCY_ADMIN))
    await session.flush()
    return Decider(account.id)


async def a_proposal(
    session: AsyncSession,
    member: Member,
    proposer: Verifier | None = None,
    *,
    level: str = "suspension",
    ground: str = "breach",
    months: int | None = 6,
) -> SanctionCase:
    number = (await vendor_of(session, member)).business_id_number
    proposal = Proposal(number, level, ground, months, FACTS, (PROOF,))
    case = await propose_sanction(session, proposer or await a_verifier(session), proposal)
    await session.flush()
    return case


async def advised(session: AsyncSession, case: SanctionCase) -> SanctionCase:
    opinion = Opinion(
        case.id, "Inspektorat DKI, ND-118/2026", "Keterlambatan terbukti; disarankan enam bulan."
    )
    await record_opinion(session, await a_verifier(session), opinion)
    await session.flush()
    return case


def a_decision(case: SanctionCase, level: str = "suspension", months: int | None = 6) -> Decision:
    return Decision(case.id, level, months, REASONS, heard=True)


async def a_sanction(
    session: AsyncSession,
    member: Member,
    decider: Decider | None = None,
    *,
    level: str = "suspension",
    ground: str = "breach",
    months: int | None = 6,
) -> SanctionCase:
    """Imposed: proposed, nobody objected, advised, decided on the day after the last one for objecting."""
    case = await a_proposal(session, member, level=level, ground=ground, months=months)
    await advised(session, case)
    with clock.travelling_to(case.objection_due_at + timedelta(minutes=1 + secrets.randbelow(9))):
        await decide(session, decider or await an_administrator(session), a_decision(case, level, months))
        await session.flush()
    return case
