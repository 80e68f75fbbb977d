"""A second person decides (putusan), and the decision holds everywhere at once; later another one may lift it.

Whoever decides or lifts comes in as a :class:`Decider`, by page, program or command alike.
"""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import exists, select
from sqlalchemy.ext.asyncio import AsyncSession

from eorder_platform import clock, outbox
from eorder_platform.directory.locking import locked_vendor
from eorder_platform.directory.models import Vendor, VendorPrivate, VendorStatus
from eorder_platform.directory.sanctions import journal
from eorder_platform.directory.sanctions.models import (
    Ending,
    Level,
    Outcome,
    Sanction,
    SanctionCase,
    SanctionedVendor,
    SanctionKey,
)
from eorder_platform.directory.sanctions.proposing import (
    because,
    ends_at,
    is_of,
    length_problem,
    open_case,
    tell,
)
from eorder_platform.directory.sanctions.recognising import fingerprints_of, vendors_like
from eorder_platform.errors import Conflict, NotAllowed, NotVisible, Refused
from eorder_platform.identity.agency import agency_admin_for
from eorder_platform.identity.signing_nationally import signing_nationally
from eorder_platform.reference.law import NATIONAL_ZONE, rule_book


@dataclass(frozen=True)
class Decider:
    """An administrator of the agency, who signs what they decide."""

    account_id: UUID


async def decider_for(session: AsyncSession, account_id: UUID) -> Decider:
    """Whoever may decide today; NotAllowed for anybody else, ProofNeeded without fresh proof of the person.

    The one place at which whoever signs a sanction proves that it is they (decision 0038).
    """
    await agency_admin_for(session, account_id)
    await signing_nationally(session)
    return Decider(account_id)


@dataclass(frozen=True)
class Decision:
    """What is imposed: `level` with its `months`, or nothing at all where `level` is empty. `heard`: the decider says

    that they read objection and opinion.
    """

    case_id: UUID
    level: str
    months: int | None
    reasons: str
    heard: bool


async def decide(session: AsyncSession, decider: Decider, decision: Decision) -> SanctionCase:
    """The case ends. What is imposed is published and holds from this moment for everybody with the same numbers.

    Refused to who proposed it or works for the business, before the vendor was heard or their days are over, without
    the inspectorate's opinion, beside its field for a length that the rules do not know, and to the second of two.
    """
    case = await open_case(session, decision.case_id)
    if case.proposed_by == decider.account_id:
        raise NotAllowed("Anda yang mengusulkan sanksi ini, jadi admin lain yang memutuskannya.")
    if await is_of(session, decider.account_id, case.vendor_id):
        raise NotAllowed("Anda terkait dengan usaha ini, jadi admin lain yang memutuskannya.")
    reasons = await _checked(session, case, decision)
    now = clock.now()
    case.outcome = Outcome.IMPOSED if decision.level else Outcome.REFUSED
    case.reasons, case.decided_by, case.decided_at = reasons, decider.account_id, now
    await journal.write_down(session, case.id, str(case.outcome), decider.account_id, reasons)
    if decision.level:
        await _impose(session, case, decision, reasons)
    tell(session, case, str(case.outcome))
    return case


@dataclass(frozen=True)
class Lifting:
    """A sanction ends before its day (`annul` False), or counts as never imposed."""

    sanction_id: UUID
    annul: bool
    reason: str


async def lift(session: AsyncSession, lifter: Decider, lifting: Lifting) -> Sanction:
    """The sanction is over; its businesses sell again unless another one holds. The reason is published.

    Refused to who decided it (another administrator does), and once it has ended. A warning can only be annulled.
    """
    sanction, case = await _in_force(session, lifting.sanction_id)
    if case.decided_by == lifter.account_id:
        raise NotAllowed("Anda yang memutuskan sanksi ini, jadi admin lain yang mencabutnya.")
    if await is_of(session, lifter.account_id, case.vendor_id):
        raise NotAllowed("Anda terkait dengan usaha ini, jadi admin lain yang mencabutnya.")
    if sanction.level == Level.WARNING and not lifting.annul:
        raise Conflict("Teguran tidak memiliki masa berlaku; teguran hanya dapat dibatalkan.")
    reason = because(lifting.reason, "reason")
    sanction.ended_at = clock.now()
    sanction.ended_how = Ending.ANNULLED if lifting.annul else Ending.LIFTED
    sanction.ended_reason, case.lifted_by = reason, lifter.account_id
    await journal.write_down(session, case.id, str(sanction.ended_how), lifter.account_id, reason)
    await _let_sell_again(session, sanction)
    tell(session, case, str(sanction.ended_how))
    return sanction


async def end_by_the_clock(session: AsyncSession, sanction_id: UUID) -> bool:
    """Its last day is over: it ends by itself. False where somebody ended it a moment ago."""
    try:
        sanction, case = await _in_force(session, sanction_id)
    except Conflict:
        return False
    if sanction.valid_until is None or sanction.valid_until >= clock.now():
        return False
    sanction.ended_at, sanction.ended_how = clock.now(), Ending.EXPIRED
    await journal.write_down(session, case.id, str(Ending.EXPIRED), None)
    await _let_sell_again(session, sanction)
    tell(session, case, str(Ending.EXPIRED))
    return True


async def lapse_by_the_clock(session: AsyncSession, case_id: UUID) -> bool:
    """Nobody decided in time: the proposal is over. False where somebody did a moment ago."""
    try:
        case = await open_case(session, case_id)
    except Conflict:
        return False
    if case.decide_by >= clock.now():
        return False
    case.outcome, case.decided_at = Outcome.LAPSED, clock.now()
    await journal.write_down(session, case.id, str(Outcome.LAPSED), None)
    tell(session, case, str(Outcome.LAPSED))
    return True


async def sanctions_over(session: AsyncSession) -> list[UUID]:
    """Those whose last day is over and that have not ended yet, the oldest first."""
    over = select(Sanction.id).where(Sanction.ended_at.is_(None), Sanction.valid_until < clock.now())
    return list(await session.scalars(over.order_by(Sanction.valid_until)))


async def cases_overdue(session: AsyncSession) -> list[UUID]:
    """Those that nobody decided in time."""
    late = select(SanctionCase.id).where(SanctionCase.outcome.is_(None), SanctionCase.decide_by < clock.now())
    return list(await session.scalars(late.order_by(SanctionCase.decide_by)))


async def _checked(session: AsyncSession, case: SanctionCase, decision: Decision) -> str:
    """The reasons as they will be published."""
    law = (await rule_book(session)).on(clock.today(NATIONAL_ZONE))
    problems: list[tuple[str | None, str]] = []
    if decision.level not in ("", *Level):
        problems.append(("level", "Pilih putusan."))
    elif decision.level and (sentence := length_problem(law, decision.level, case.ground, decision.months)):
        problems.append(("months", sentence))
    if decision.level and case.objected_at is None and clock.now() <= case.objection_due_at:
        problems.append(
            (
                None,
                "Penyedia masih dapat mengajukan keberatan. Putuskan sesudah keberatan masuk atau batasnya lewat.",
            )
        )
    if decision.level and case.opinion_at is None:
        problems.append((None, "Pendapat APIP belum tercatat. Catat dahulu pendapatnya."))
    if not decision.heard:
        problems.append(("heard", "Nyatakan bahwa Anda sudah membaca keberatan dan pendapat APIP."))
    reasons = ""
    try:
        reasons = because(decision.reasons, "reasons")
    except Refused as refusal:
        problems += refusal.problems
    if problems:
        raise Refused.several(problems)
    return reasons


async def _impose(session: AsyncSession, case: SanctionCase, decision: Decision, reasons: str) -> None:
    assert case.decided_at is not None
    months = decision.months if decision.level != Level.WARNING else None
    session.add(
        Sanction(
            id=case.id,
            number=case.number,
            vendor_id=case.vendor_id,
            level=decision.level,
            ground=case.ground,
            reasons=reasons,
            decided_at=case.decided_at,
            valid_until=ends_at(case.decided_at, months) if months else None,
        )
    )
    await session.flush()  # no relation tells the session what refers to it
    private = await session.get_one(VendorPrivate, case.vendor_id)
    session.add_all(SanctionKey(case_id=case.id, fingerprint=one) for one in fingerprints_of(private))
    for vendor_id in await vendors_like(session, private):
        session.add(SanctionedVendor(sanction_id=case.id, vendor_id=vendor_id))
        vendor = await locked_vendor(session, vendor_id)
        if decision.level != Level.WARNING and vendor.status == VendorStatus.VERIFIED:
            vendor.status = VendorStatus.SUSPENDED
        if decision.level != Level.WARNING:
            outbox.write(session, "orders.follow_sanction", vendor_id=vendor_id)


async def _let_sell_again(session: AsyncSession, sanction: Sanction) -> None:
    reached = select(SanctionedVendor.vendor_id).where(SanctionedVendor.sanction_id == sanction.id)
    await session.flush()  # the look below must not find the sanction that ends
    for vendor_id in await session.scalars(reached.order_by(SanctionedVendor.vendor_id)):
        vendor = await locked_vendor(session, vendor_id)
        if vendor.status == VendorStatus.SUSPENDED and not await _is_kept_out(session, vendor):
            vendor.status = VendorStatus.VERIFIED
            outbox.write(session, "directory.spread_vendor", vendor_id=vendor_id)


async def _is_kept_out(session: AsyncSession, vendor: Vendor) -> bool:
    """Does another sanction hold?"""
    other = exists().where(
        SanctionedVendor.vendor_id == vendor.id,
        SanctionedVendor.sanction_id == Sanction.id,
        Sanction.level != Level.WARNING,
        Sanction.ended_at.is_(None),
    )
    return bool(await session.scalar(select(other)))


async def _in_force(session: AsyncSession, sanction_id: UUID) -> tuple[Sanction, SanctionCase]:
    """The sanction with its vendor and case, locked; Conflict once it has ended."""
    sanction = await session.get(Sanction, sanction_id)
    if sanction is None:
        raise NotVisible("Sanksi ini tidak ditemukan.")
    await locked_vendor(session, sanction.vendor_id)
    case = await session.get_one(SanctionCase, sanction_id, with_for_update=True)
    await session.refresh(sanction, with_for_update=True)
    if sanction.ended_at is not None:
        raise Conflict("Sanksi ini sudah berakhir. Muat ulang untuk melihatnya.")
    return sanction, case
