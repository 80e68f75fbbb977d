"""Asking other authorities about a business (OSS, Dukcapil, Coretax, its bank): help for who decides, no decision.

What is asked is written down with the request that asks it and carried out by a job, outside every transaction. Nobody
answered: asked again after longer and longer pauses, until one answers or the pauses are used up.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.ext.asyncio import AsyncSession

from eorder_platform import clock, outbox, tenancy
from eorder_platform.adapters.asking import ask
from eorder_platform.adapters.carrying import connected
from eorder_platform.adapters.models import Inquiry
from eorder_platform.adapters.systems import Answer, Outcome, Question, System
from eorder_platform.directory.locking import locked_vendor
from eorder_platform.directory.models import Vendor, VendorPrivate, VerificationCase
from eorder_platform.directory.sections import answers_of
from eorder_platform.directory.verifying import Verifier, is_linked
from eorder_platform.errors import Conflict, NotAllowed, NotVisible, Refused
from eorder_platform.ids import new_id
from eorder_platform.secrecy import Purpose, keyed_hash

ASKED: Final = (System.OSS, System.DUKCAPIL, System.CORETAX, System.BANK)
ASKED_JUST_NOW: Final = timedelta(minutes=2)
PAUSES: Final = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 30, 120, 360, 720))


@dataclass(frozen=True)
class Standing:
    """Where a question stands. `inquiry` is missing while none was asked; `is_about_before`: facts changed since."""

    system: System
    is_connected: bool
    inquiry: Inquiry | None
    is_about_before: bool


def questions_about(vendor: Vendor, private: VendorPrivate) -> dict[System, Question]:
    """What can be asked about this business now; without an NPWP nothing is asked of Coretax."""
    facts = answers_of(vendor, private)
    is_person = vendor.legal_form == "individual"
    asked: dict[System, dict[str, str]] = {
        System.OSS: {
            "business_id_number": facts["business_id_number"],
            "name": vendor.legal_name,
            "national_identity_number": facts["national_identity_number"],
        },
        System.DUKCAPIL: {
            "national_identity_number": facts["national_identity_number"],
            "name": private.owner_name,
        },
        System.BANK: {
            "bank_code": private.bank_code,
            "bank_account": facts["bank_account"],
            "bank_account_holder": private.bank_account_holder,
        },
    }
    if facts.get("tax_id"):
        asked[System.CORETAX] = {
            "tax_id": facts["tax_id"],
            "name": private.owner_name if is_person else vendor.legal_name,
            "vat_registered": "ya" if vendor.vat_registered else "tidak",
        }
    return {system: Question(system, asked[system]) for system in ASKED if system in asked}


async def inquire(session: AsyncSession, vendor_id: UUID, by: UUID | None = None) -> int:
    """Ask every connected system anew; returns how many."""
    vendor = await session.get_one(Vendor, vendor_id)
    private = await session.get_one(VendorPrivate, vendor_id)
    reached, made = connected(), 0
    for system, question in questions_about(vendor, private).items():
        if system not in reached:
            continue
        row = Inquiry(
            id=new_id(),
            system=system,
            vendor_id=vendor_id,
            facts_hash=_hash(question.facts),
            asked_by=by,
            asked_at=clock.now(),
        )
        session.add(row)
        outbox.write(session, "directory.ask", inquiry_id=row.id)
        made += 1
    return made


async def inquire_again(session: AsyncSession, verifier: Verifier, case_id: UUID) -> None:
    """The verifier has every connected system asked once more about a business that waits for their decision.

    Refused while it still waits for an answer: a click asks once.
    """
    case = await session.get(VerificationCase, case_id)
    if case is None:
        raise NotVisible("Berkas verifikasi ini tidak ditemukan.")
    await locked_vendor(session, case.vendor_id)
    if case.outcome is not None:
        raise Conflict("Berkas ini sudah diputuskan, jadi tidak ada lagi yang ditanyakan.")
    if await is_linked(session, verifier, case.vendor_id, case.submitted_by):
        raise NotAllowed("Anda terkait dengan usaha ini, jadi verifikator lain yang memeriksanya.")
    waiting = select(Inquiry.id).where(
        Inquiry.vendor_id == case.vendor_id,
        Inquiry.outcome.is_(None),
        Inquiry.asked_at > clock.now() - ASKED_JUST_NOW,
    )
    if await session.scalar(waiting.limit(1)) is not None:
        raise Refused("Pertanyaan sebelumnya masih menunggu jawaban. Muat ulang sebentar lagi.")
    if not await inquire(session, case.vendor_id, verifier.account_id):
        raise Refused("Belum ada lembaga yang terhubung. Periksa sendiri di layanannya.")


async def standings_of(session: AsyncSession, vendor: Vendor, private: VendorPrivate) -> Sequence[Standing]:
    """Where each question about this business stands, the newest answer of each system."""
    newest = (
        select(Inquiry)
        .where(Inquiry.vendor_id == vendor.id)
        .order_by(Inquiry.system, Inquiry.asked_at.desc(), Inquiry.id.desc())
        .ext(distinct_on(Inquiry.system))
    )
    known = {one.system: one for one in await session.scalars(newest)}
    reached = connected()
    standings = []
    for system, question in questions_about(vendor, private).items():
        found = known.get(system)
        before = found is not None and found.facts_hash != _hash(question.facts)
        standings.append(Standing(system, system in reached, found, before))
    return standings


@outbox.national_job("directory.inquire")
async def inquire_about(*, vendor_id: str) -> None:
    """A business was handed in: its questions are asked before a verifier opens it. Twice asks twice, without harm."""
    async with tenancy.national() as session:
        await inquire(session, UUID(vendor_id))


@outbox.national_job("directory.ask")
async def ask_one(*, inquiry_id: str) -> None:
    """Ask what was written down; the answer is kept with when it came and by what it can be shown again."""
    async with tenancy.national() as session:
        row = await session.get(Inquiry, UUID(inquiry_id))
        if row is None or row.outcome not in (None, Outcome.UNAVAILABLE):
            return
        vendor = await session.get_one(Vendor, row.vendor_id)
        private = await session.get_one(VendorPrivate, row.vendor_id)
        question = questions_about(vendor, private).get(System(row.system))
        asked = row.facts_hash
    if question is None or _hash(question.facts) != asked:
        await _give_up(UUID(inquiry_id))  # the facts are others now, and were asked about anew or will be
        return
    answer = await ask(question)
    async with tenancy.national() as session:
        row = await session.get_one(Inquiry, UUID(inquiry_id), with_for_update=True)
        if row.outcome in (None, Outcome.UNAVAILABLE):
            _keep(row, answer)


async def due_inquiries(session: AsyncSession) -> int:
    """Have those asked again whose pause is over; returns how many."""
    due = (
        select(Inquiry)
        .where(Inquiry.next_at <= clock.now())
        .order_by(Inquiry.next_at)
        .limit(100)
        .with_for_update(skip_locked=True)
    )
    rows = list(await session.scalars(due))
    for row in rows:
        row.next_at = None
        outbox.write(session, "directory.ask", inquiry_id=row.id)
    return len(rows)


def _keep(row: Inquiry, answer: Answer) -> None:
    row.outcome, row.reason, row.answered_at = answer.outcome, answer.reason, answer.at
    row.source, row.stand_in, row.evidence = answer.source, answer.stand_in, answer.evidence
    row.said = dict(answer.said)
    row.attempts += 1
    is_silent = answer.outcome is Outcome.UNAVAILABLE
    pause = PAUSES[row.attempts - 1] if is_silent and row.attempts <= len(PAUSES) else None
    row.next_at = answer.at + pause if pause else None


async def _give_up(inquiry_id: UUID) -> None:
    async with tenancy.national() as session:
        await session.execute(update(Inquiry).where(Inquiry.id == inquiry_id).values(next_at=None))


def _hash(facts: Mapping[str, str]) -> str:
    return keyed_hash("\n".join(f"{name}={facts[name]}" for name in sorted(facts)), Purpose.LOOKUP)
