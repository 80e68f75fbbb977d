"""A sanction on a vendor: proposed with evidence, heard, decided by a second person, known again, over on its day."""

from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from eorder_platform import clock
from eorder_platform.directory.models import VendorPrivate, VendorStatus
from eorder_platform.directory.registering import register_vendor
from eorder_platform.directory.sanctions.deciding import (
    Decider,
    Lifting,
    cases_overdue,
    decide,
    end_by_the_clock,
    lapse_by_the_clock,
    lift,
    sanctions_over,
)
from eorder_platform.directory.sanctions.files import files_of, read_file
from eorder_platform.directory.sanctions.journal import turns_of
from eorder_platform.directory.sanctions.models import Sanction, SanctionCase
from eorder_platform.directory.sanctions.objecting import Objection, object_to
from eorder_platform.directory.sanctions.proposing import (
    Proposal,
    ends_at,
    propose_sanction,
    withdraw_proposal,
)
from eorder_platform.directory.sanctions.queries import (
    decision_numbered,
    own_case,
    published,
    reached_by,
    running_sanction,
    sanctions_of,
)
from eorder_platform.directory.sanctions.recognising import fill_fingerprints
from eorder_platform.directory.verifying import Verifier, accept_vendor
from eorder_platform.errors import Conflict, Expected, NotAllowed, NotVisible, Refused
from eorder_platform.identity.models import NationalRole, NationalRoleName
from tests.directory.factories import (
    a_national_identity_number,
    a_registered_vendor,
    a_submitted_case,
    a_verifier,
    an_account,
    some_answers,
    vendor_of,
)
from tests.directory.sanctions import (
    FACTS,
    PROOF,
    REASONS,
    a_company_tax_id,
    a_decision,
    a_proposal,
    a_sanction,
    a_vendor_of_its_own,
    advised,
    an_administrator,
)

OBJECTION = "Kurir kami berhenti; kami sudah memakai kurir lain dan barang dikirim."


async def test_a_proposal_brings_its_evidence_and_the_vendors_days_begin(
    national_session: AsyncSession,
) -> None:
    member = await a_vendor_of_its_own(national_session)
    with clock.travelling_to(clock.now().replace(year=2026, month=7, day=6, hour=3)):  # a Monday
        case = await a_proposal(national_session, member)
    assert case.number.startswith("SK-2026-")
    assert f"{case.objection_due_at:%Y-%m-%d}" == "2026-07-13", "five business days"
    assert (await vendor_of(national_session, member)).status == VendorStatus.VERIFIED, (
        "nothing is decided yet"
    )
    [paper] = await files_of(national_session, case.id)
    assert (await read_file(national_session, case.id, paper.id))[1] == PROOF.content
    with pytest.raises(NotVisible):
        await read_file(national_session, paper.id, paper.id)
    assert [turn.action for turn in await turns_of(national_session, case.id)] == ["proposed"]


async def test_a_proposal_is_refused_with_everything_that_it_lacks(national_session: AsyncSession) -> None:
    verifier = await a_verifier(national_session)
    member = await a_vendor_of_its_own(national_session)
    number = (await vendor_of(national_session, member)).business_id_number
    with pytest.raises(Refused) as refusal:
        await propose_sanction(
            national_session, verifier, Proposal("123", "suspension", "breach", 5, "x", ())
        )
    assert {field for field, _ in refusal.value.problems} == {
        "business_id_number",
        "months",
        "facts",
        "files",
    }
    for level, ground, months in (
        ("suspension", "breach", 13),
        ("suspension", "breach", None),
        ("blacklist", "breach", 24),
        ("blacklist", "fraud", 12),
        ("hanging", "breach", 6),
        ("suspension", "", 6),
    ):
        with pytest.raises(Refused):
            proposal = Proposal(number, level, ground, months, FACTS, (PROOF,))
            await propose_sanction(national_session, verifier, proposal)
    newcomer = await a_registered_vendor(national_session, tax_id=a_company_tax_id())
    with pytest.raises(Refused):
        await a_proposal(national_session, newcomer)
    await a_proposal(national_session, member)
    with pytest.raises(Conflict):
        await a_proposal(national_session, member)


async def test_nobody_proposes_decides_or_lifts_where_they_are_linked(national_session: AsyncSession) -> None:
    member = await a_vendor_of_its_own(national_session)
    for role in (NationalRoleName.VERIFIER, NationalRoleName.AGENCY_ADMIN):
        national_session.add(NationalRole(account_id=member.account_id, role=role))
    with pytest.raises(NotAllowed):
        await a_proposal(national_session, member, Verifier(member.account_id, member.name))
    case = await advised(national_session, await a_proposal(national_session, member))
    with clock.travelling_to(case.objection_due_at + timedelta(hours=1)):
        with pytest.raises(NotAllowed):
            await decide(national_session, Decider(member.account_id), a_decision(case))
        await decide(national_session, await an_administrator(national_session), a_decision(case))
        with pytest.raises(NotAllowed):
            await lift(national_session, Decider(member.account_id), Lifting(case.id, False, REASONS))


async def test_a_second_person_decides_after_the_vendor_was_heard(national_session: AsyncSession) -> None:
    member = await a_vendor_of_its_own(national_session)
    proposer, other = await an_administrator(national_session), await an_administrator(national_session)
    case = await a_proposal(national_session, member, Verifier(proposer.account_id, "Ratna"))
    with pytest.raises(Refused) as early:
        await decide(national_session, other, a_decision(case))
    assert len(early.value.problems) == 2, "neither heard nor advised"
    await object_to(national_session, member, Objection(case.id, OBJECTION, (PROOF,)))
    await advised(national_session, case)
    with pytest.raises(NotAllowed):
        await decide(national_session, proposer, a_decision(case))
    await decide(national_session, other, a_decision(case))
    vendor = await vendor_of(national_session, member)
    assert vendor.status == VendorStatus.SUSPENDED
    sanction = await running_sanction(national_session, vendor.id)
    assert sanction is not None
    assert sanction.reasons == REASONS
    one, others = await decision_numbered(national_session, case.number)
    assert (one.vendor.id, others) == (vendor.id, [])
    found, total = await published(national_session, case.number.lower(), running=True)
    assert (total, found[0].sanction.id) == (1, case.id)
    with pytest.raises(Conflict):
        await decide(national_session, other, a_decision(case))
    turns = [turn.action for turn in await turns_of(national_session, case.id)]
    assert turns == ["proposed", "objected", "opinion", "imposed"]


async def test_the_database_itself_keeps_hands_and_hearing_apart(national_session: AsyncSession) -> None:
    member = await a_vendor_of_its_own(national_session)
    case = await advised(national_session, await a_proposal(national_session, member))
    another = (await an_administrator(national_session)).account_id
    late, early = case.objection_due_at + timedelta(hours=1), case.objection_due_at - timedelta(hours=1)

    def imposed(**more: object) -> dict[str, object]:
        facts = {"outcome": "imposed", "reasons": REASONS, "decided_by": another, "decided_at": late}
        return facts | more

    for values in (
        imposed(decided_by=case.proposed_by),
        imposed(decided_by=None),
        imposed(decided_at=early),
        imposed(opinion=None, opinion_at=None),
        imposed(lifted_by=another),
        {"objected_at": late},
        {"months": None},
    ):
        with pytest.raises(IntegrityError):
            async with national_session.begin_nested():
                changed = update(SanctionCase).where(SanctionCase.id == case.id).values(values)
                await national_session.execute(changed)


async def test_the_owner_objects_once_and_in_time_and_nobody_else(national_session: AsyncSession) -> None:
    member, stranger = [await a_vendor_of_its_own(national_session) for _ in range(2)]
    case = await a_proposal(national_session, member)
    with pytest.raises(NotVisible):
        await object_to(national_session, stranger, Objection(case.id, OBJECTION))
    with pytest.raises(NotVisible):
        await own_case(national_session, stranger, case.id)
    with pytest.raises(Refused):
        await object_to(national_session, member, Objection(case.id, "Tidak."))
    with clock.travelling_to(case.objection_due_at + timedelta(seconds=1)), pytest.raises(Conflict):
        await object_to(national_session, member, Objection(case.id, OBJECTION))
    await object_to(national_session, member, Objection(case.id, OBJECTION))
    with pytest.raises(Conflict):
        await object_to(national_session, member, Objection(case.id, OBJECTION))


async def test_a_warning_is_published_and_keeps_nobody_out(national_session: AsyncSession) -> None:
    member = await a_vendor_of_its_own(national_session)
    case = await a_sanction(national_session, member, level="warning", months=None)
    assert (await vendor_of(national_session, member)).status == VendorStatus.VERIFIED
    assert await running_sanction(national_session, member.vendor_id) is None
    assert [one.id for one in await sanctions_of(national_session, member.vendor_id)] == [case.id]


async def test_who_is_kept_out_comes_back_under_no_other_number(national_session: AsyncSession) -> None:
    tax_id, identity = a_company_tax_id(), a_national_identity_number()
    member = await a_vendor_of_its_own(national_session, tax_id=tax_id, national_identity_number=identity)
    waiting = await a_registered_vendor(national_session, tax_id=tax_id)
    waiting_case = await a_submitted_case(national_session, waiting)
    sister = await a_vendor_of_its_own(national_session, tax_id=tax_id)
    case = await a_sanction(national_session, member)
    assert (await vendor_of(national_session, sister)).status == VendorStatus.SUSPENDED, "the same tax number"
    reached = {vendor.id for vendor in await reached_by(national_session, case.id)}
    assert reached == {member.vendor_id, sister.vendor_id, waiting.vendor_id}
    with pytest.raises(Refused):
        await accept_vendor(national_session, await a_verifier(national_session), waiting_case.id)
    for field, different in (
        ("tax_id", {"tax_id": tax_id}),
        ("national_identity_number", {"national_identity_number": identity, "tax_id": a_company_tax_id()}),
    ):
        account = await an_account(national_session)
        with pytest.raises(Refused) as refusal:
            await register_vendor(national_session, account.id, some_answers(**different))
        [(told_at, sentence)] = refusal.value.problems
        assert (told_at, case.number in sentence) == (field, True)
    until = (await national_session.get_one(Sanction, case.id)).valid_until
    assert until is not None
    with clock.travelling_to(until + timedelta(days=1)):
        await register_vendor(
            national_session, (await an_account(national_session)).id, some_answers(tax_id=tax_id)
        )


async def test_it_ends_by_itself_on_its_day_and_not_before(national_session: AsyncSession) -> None:
    member = await a_vendor_of_its_own(national_session)
    case = await a_sanction(national_session, member)
    sanction = await national_session.get_one(Sanction, case.id)
    assert sanction.valid_until is not None
    assert await end_by_the_clock(national_session, case.id) is False
    assert case.id not in await sanctions_over(national_session)
    with clock.travelling_to(sanction.valid_until + timedelta(seconds=1)):
        assert case.id in await sanctions_over(national_session)
        assert await end_by_the_clock(national_session, case.id) is True
        assert await end_by_the_clock(national_session, case.id) is False, "twice does nothing"
    assert (await vendor_of(national_session, member)).status == VendorStatus.VERIFIED
    assert [one.id for one in await sanctions_of(national_session, member.vendor_id)] == [case.id], (
        "its history"
    )


async def test_another_administrator_lifts_it_and_says_why(national_session: AsyncSession) -> None:
    member = await a_vendor_of_its_own(national_session)
    decider, other = await an_administrator(national_session), await an_administrator(national_session)
    case = await a_sanction(national_session, member, decider)
    with pytest.raises(NotAllowed):
        await lift(national_session, decider, Lifting(case.id, False, REASONS))
    with pytest.raises(Refused):
        await lift(national_session, other, Lifting(case.id, False, "ya"))
    await lift(national_session, other, Lifting(case.id, True, REASONS))
    assert (await vendor_of(national_session, member)).status == VendorStatus.VERIFIED
    assert await sanctions_of(national_session, member.vendor_id) == [], "as if it had never been"
    with pytest.raises(Conflict):
        await lift(national_session, other, Lifting(case.id, False, REASONS))


async def test_of_two_sanctions_the_longer_one_goes_on(national_session: AsyncSession) -> None:
    member = await a_vendor_of_its_own(national_session)
    first = await a_sanction(national_session, member)
    second = await a_sanction(national_session, member, level="blacklist", ground="fraud", months=24)
    await lift(national_session, await an_administrator(national_session), Lifting(first.id, False, REASONS))
    assert (await vendor_of(national_session, member)).status == VendorStatus.SUSPENDED
    running = await running_sanction(national_session, member.vendor_id)
    assert running is not None
    assert running.id == second.id


async def test_a_proposal_ends_undecided_withdrawn_or_refused(national_session: AsyncSession) -> None:
    member = await a_vendor_of_its_own(national_session)
    verifier = await a_verifier(national_session)
    case = await a_proposal(national_session, member, verifier)
    with pytest.raises(NotAllowed):
        await withdraw_proposal(national_session, await a_verifier(national_session), case.id, REASONS)
    await withdraw_proposal(national_session, verifier, case.id, REASONS)
    case = await a_proposal(national_session, member, verifier)
    assert await lapse_by_the_clock(national_session, case.id) is False
    with clock.travelling_to(case.decide_by + timedelta(seconds=1)):
        assert case.id in await cases_overdue(national_session)
        assert await lapse_by_the_clock(national_session, case.id) is True
        with pytest.raises(Conflict):
            await decide(national_session, await an_administrator(national_session), a_decision(case))
    case = await a_proposal(national_session, member, verifier)
    await decide(national_session, await an_administrator(national_session), a_decision(case, "", None))
    assert case.outcome == "refused"
    assert (await vendor_of(national_session, member)).status == VendorStatus.VERIFIED


def test_months_end_on_their_day_in_jakarta() -> None:
    start = clock.now().replace(year=2026, month=8, day=31, hour=3)
    assert f"{ends_at(start, 6):%Y-%m-%d %H:%M}" == "2027-02-28 16:59"
    assert f"{ends_at(start.replace(month=11, day=30), 12):%Y-%m-%d}" == "2027-11-30"


async def test_old_tax_numbers_get_their_fingerprint(national_session: AsyncSession) -> None:
    member = await a_vendor_of_its_own(national_session)
    private = await national_session.get_one(VendorPrivate, member.vendor_id)
    known, private.tax_id_hash = private.tax_id_hash, None
    await national_session.flush()
    while await fill_fingerprints(national_session):
        await national_session.flush()
    assert (private.tax_id_hash, len(known or "")) == (known, 64)


async def test_every_refusal_is_a_sentence(national_session: AsyncSession) -> None:
    nobody = UUID(int=0)
    for attempt in (
        decide(national_session, Decider(nobody), a_decision(SanctionCase(id=nobody))),
        lift(national_session, Decider(nobody), Lifting(nobody, False, REASONS)),
        decision_numbered(national_session, "SK-1999-001"),
    ):
        with pytest.raises(Expected):
            await attempt
    assert not list(await national_session.scalars(select(Sanction.id).where(Sanction.id == nobody)))
