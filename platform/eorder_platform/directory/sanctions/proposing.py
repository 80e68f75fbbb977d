"""Somebody of the agency proposes a sanction with its evidence (usul sanksi); the vendor is told and may object."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from eorder_platform import clock, outbox
from eorder_platform.attachments import Attachment
from eorder_platform.business_days import END_OF_DAY, add_business_days, add_calendar_days
from eorder_platform.directory.locking import locked_vendor
from eorder_platform.directory.models import Vendor, VendorMember
from eorder_platform.directory.sanctions import journal
from eorder_platform.directory.sanctions.files import keep_files
from eorder_platform.directory.sanctions.models import (
    DISHONEST,
    Ground,
    Level,
    Outcome,
    SanctionCase,
    SanctionCounter,
    Side,
)
from eorder_platform.directory.verifying import Verifier
from eorder_platform.errors import Conflict, NotAllowed, NotVisible, Refused
from eorder_platform.ids import new_id
from eorder_platform.reference.law import NATIONAL_ZONE, rule_book
from eorder_platform.reference.models import Holiday
from eorder_platform.rules import RulesOfDay
from eorder_platform.sentences import Sentence
from eorder_platform.texts import too_long

OBJECTION_RULE: Final = "sanction_objection_days"
DECISION_RULE: Final = "sanction_decision_days"
SHORTEST_TEXT: Final = 20


@dataclass(frozen=True)
class Proposal:
    """What shall be imposed on whom, and why. `months` is None for a warning."""

    business_id_number: str
    level: str
    ground: str
    months: int | None
    facts: str
    files: tuple[Attachment, ...] = ()


async def propose_sanction(session: AsyncSession, proposer: Verifier, proposal: Proposal) -> SanctionCase:
    """The case is open and the vendor is told; from now on its days for objecting run (domain.md 3.9).

    Refused with every problem at once: an unknown NIB, a business that was never verified, a level or length that the
    rules do not know, facts that nobody could answer, no evidence. One case at a time stands against a business, and
    nobody proposes anything against one that they work for (SOD8).
    """
    law = (await rule_book(session)).on(clock.today(NATIONAL_ZONE))
    vendor = await _vendor_named(session, proposal.business_id_number)
    _refuse_what_is_wrong(proposal, vendor, law)
    assert vendor is not None
    await locked_vendor(session, vendor.id)  # two proposals at once: the second one finds the first
    if await is_of(session, proposer.account_id, vendor.id):
        raise NotAllowed("Anda terkait dengan usaha ini, jadi rekan lain yang mengusulkannya.")
    if await open_case_of(session, vendor.id) is not None:
        raise Conflict("Usul sanksi untuk usaha ini sudah ada dan belum diputuskan.")
    now = clock.now()
    objection_due_at = await _objection_due(session, law, now)
    case = SanctionCase(
        id=new_id(),
        number=await _next_number(session, clock.today(NATIONAL_ZONE).year),
        vendor_id=vendor.id,
        level=proposal.level,
        ground=proposal.ground,
        months=proposal.months,
        facts=proposal.facts.strip(),
        proposed_by=proposer.account_id,
        proposed_at=now,
        objection_due_at=objection_due_at,
        decide_by=add_calendar_days(objection_due_at, law.value(DECISION_RULE), NATIONAL_ZONE),
    )
    session.add(case)
    await journal.write_down(session, case.id, "proposed", proposer.account_id)
    await keep_files(session, case.id, Side.PROPOSAL, proposer.account_id, proposal.files)
    tell(session, case, "proposed")
    return case


async def withdraw_proposal(session: AsyncSession, proposer: Verifier, case_id: UUID, reason: str) -> None:
    """Who proposed takes it back before it is decided, and says why; the vendor is told."""
    case = await open_case(session, case_id)
    if case.proposed_by != proposer.account_id:
        raise NotAllowed("Usul ditarik oleh yang mengusulkannya.")
    why = because(reason, "reason")
    case.outcome, case.reasons = Outcome.WITHDRAWN, why
    case.decided_by, case.decided_at = proposer.account_id, clock.now()
    await journal.write_down(session, case.id, "withdrawn", proposer.account_id, why)
    tell(session, case, "withdrawn")


async def open_case(session: AsyncSession, case_id: UUID, vendor_id: UUID | None = None) -> SanctionCase:
    """The case and its vendor, locked; NotVisible for none (of that vendor), Conflict once it has ended."""
    case = await session.get(SanctionCase, case_id)
    if case is None or vendor_id not in (None, case.vendor_id):
        raise NotVisible("Usul sanksi ini tidak ditemukan.")
    await locked_vendor(session, case.vendor_id)  # the vendor first, as whoever proposes does
    await session.refresh(case, with_for_update=True)
    if case.outcome is not None:
        raise Conflict("Usul sanksi ini sudah selesai. Muat ulang untuk melihat putusannya.")
    return case


async def open_case_of(session: AsyncSession, vendor_id: UUID) -> UUID | None:
    """The id of the case that is open against a business."""
    waiting = select(SanctionCase.id).where(
        SanctionCase.vendor_id == vendor_id, SanctionCase.outcome.is_(None)
    )
    found: UUID | None = await session.scalar(waiting)
    return found


async def is_of(session: AsyncSession, account_id: UUID, vendor_id: UUID) -> bool:
    """Does this account work for the business?"""
    return await session.get(VendorMember, (vendor_id, account_id)) is not None


def because(text: str, field: str) -> str:
    """A reason in one line, as others will read it. Refused beside its field: none, or too long."""
    reason = " ".join(text.split())
    if len(reason) < SHORTEST_TEXT:
        raise Refused("Tulis alasannya dengan lengkap; alasan ini dibaca pihak lain.", field)
    if excess := too_long(reason, "reason"):
        raise Refused.several([(field, excess)])
    return reason


def lengths(law: RulesOfDay, level: str, ground: str) -> range:
    """For how many months a sanction of that level may be imposed on that ground; empty for a warning."""
    if level == Level.SUSPENSION:
        return range(
            law.value("sanction_suspension_months_minimum"),
            law.value("sanction_suspension_months_maximum") + 1,
        )
    if level == Level.BLACKLIST:
        key = "sanction_blacklist_fraud_months" if ground in DISHONEST else "sanction_blacklist_months"
        return range(law.value(key), law.value(key) + 1)
    return range(0)


def length_problem(law: RulesOfDay, level: str, ground: str, months: int | None) -> Sentence | None:
    """What is wrong with the length, in words."""
    allowed = lengths(law, level, ground)
    if level == Level.WARNING or months in allowed:
        return None
    if len(allowed) == 1:
        return Sentence("Untuk dasar ini lamanya %(months)s bulan.", months=allowed[0])
    return Sentence("Lamanya %(least)s sampai %(most)s bulan.", least=allowed[0], most=allowed[-1])


def ends_at(start: datetime, months: int) -> datetime:
    """The last minute, in Jakarta, of the same day of the month so many months later."""
    day = start.astimezone(ZoneInfo(NATIONAL_ZONE)).date()
    years, month = divmod(day.month - 1 + months, 12)
    last = monthrange(day.year + years, month + 1)[1]
    end = date(day.year + years, month + 1, min(day.day, last))
    return datetime.combine(end, END_OF_DAY, ZoneInfo(NATIONAL_ZONE)).astimezone(ZoneInfo("UTC"))


def tell(session: AsyncSession, case: SanctionCase, what: str) -> None:
    """The vendor's people are told by letter, in their language."""
    outbox.write(session, "directory.tell_of_sanction", case_id=case.id, what=what)


async def _vendor_named(session: AsyncSession, number: str) -> Vendor | None:
    digits = "".join(mark for mark in number if mark.isdigit())
    known = select(Vendor).where(Vendor.business_id_number == digits, Vendor.sandbox.is_(False))
    vendor: Vendor | None = await session.scalar(known)
    return vendor


def _refuse_what_is_wrong(proposal: Proposal, vendor: Vendor | None, law: RulesOfDay) -> None:
    problems: list[tuple[str | None, str]] = []
    if vendor is None:
        problems.append(("business_id_number", "Tidak ada usaha dengan NIB ini di direktori."))
    elif vendor.verified_at is None:
        problems.append(
            ("business_id_number", "Usaha ini belum pernah diverifikasi, jadi tidak dapat dikenai sanksi.")
        )
    known = proposal.level in list(Level) and proposal.ground in list(Ground)
    if proposal.level not in list(Level):
        problems.append(("level", "Pilih jenis sanksi."))
    if proposal.ground not in list(Ground):
        problems.append(("ground", "Pilih dasar sanksi."))
    if known and (sentence := length_problem(law, proposal.level, proposal.ground, proposal.months)):
        problems.append(("months", sentence))
    if len(proposal.facts.strip()) < SHORTEST_TEXT:
        problems.append(("facts", "Tulis apa yang terjadi, pada pesanan mana, agar penyedia dapat menjawab."))
    elif excess := too_long(proposal.facts, "facts"):
        problems.append(("facts", excess))
    if not proposal.files:
        problems.append(("files", "Lampirkan sedikitnya satu bukti: foto, surat, atau berita acara."))
    if problems:
        raise Refused.several(problems)


async def _objection_due(session: AsyncSession, law: RulesOfDay, now: datetime) -> datetime:
    closed = frozenset(await session.scalars(select(Holiday.day).where(Holiday.day >= now.date())))
    return add_business_days(now, law.value(OBJECTION_RULE), NATIONAL_ZONE, closed)


async def _next_number(session: AsyncSession, year: int) -> str:
    """``SK-2026-021``; the counter's row is locked until the transaction ends, so a refusal burns no number."""
    counted = insert(SanctionCounter).values(year=year, last_number=1)
    counted = counted.on_conflict_do_update(
        index_elements=["year"], set_={"last_number": SanctionCounter.last_number + 1}
    )
    number = await session.scalar(counted.returning(SanctionCounter.last_number))
    return f"SK-{year}-{number:03}"
