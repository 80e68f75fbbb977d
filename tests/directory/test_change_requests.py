"""What taxes and payouts rest on changes only by a verifier, and what held before is kept with its dates."""

import json
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from eorder_platform import clock
from eorder_platform.directory.asking import ask_for_change, pairs_of, withdraw_request
from eorder_platform.directory.change_queue import requests_of, requests_waiting
from eorder_platform.directory.changing_profile import change_section
from eorder_platform.directory.deciding_changes import accept_change, refuse_change
from eorder_platform.directory.members import Member
from eorder_platform.directory.models import ChangeRequest, FactKind, FactVersion, VendorMember, VendorRole
from eorder_platform.directory.queries import changes_of, payee_facts, payee_version, private_facts
from eorder_platform.directory.sections import Section, answers_of
from eorder_platform.errors import Conflict, NotAllowed, NotVisible, Refused
from eorder_platform.secrecy import Purpose, decrypt
from tests.directory.factories import (
    a_registered_vendor,
    a_verified_vendor,
    a_verifier,
    mentions,
    vendor_of,
    written_jobs,
)

TODAY = datetime(2026, 11, 30, 3, 0, tzinfo=UTC)


async def asks(
    session: AsyncSession, member: Member, section: Section = Section.OWNER, **different: str
) -> ChangeRequest:
    """The owner sends the form of that group with these answers; returns the request that it made."""
    answers = answers_of(await vendor_of(session, member), await private_facts(session, member))
    assert (await change_section(session, member, section, {**answers, **different})).asked
    waiting, *_ = await requests_of(session, member)
    return waiting


async def is_vat_registered(session: AsyncSession, member: Member) -> bool:
    return bool((await payee_facts(session, member.vendor_id))["vat_registered"])


async def versions_of(session: AsyncSession, vendor_id: UUID) -> list[tuple[FactVersion, dict[str, str]]]:
    await session.flush()
    kept = select(FactVersion).where(FactVersion.vendor_id == vendor_id).order_by(FactVersion.valid_from)
    return [
        (one, json.loads(decrypt(one.facts_encrypted, Purpose.FACTS, one.id)))
        for one in await session.scalars(kept)
    ]


async def test_a_tick_at_vat_moves_nothing_until_a_verifier_accepts(national_session: AsyncSession) -> None:
    session = national_session
    member = await a_verified_vendor(session)
    before = await payee_version(session, member.vendor_id)
    request = await asks(session, member, vat_registered="ya")
    assert not await is_vat_registered(session, member)
    assert await payee_version(session, member.vendor_id) == before
    assert await changes_of(session, member.vendor_id) == []
    await accept_change(session, await a_verifier(session), request.id)
    assert await is_vat_registered(session, member)
    assert await payee_version(session, member.vendor_id) == before + 1
    assert mentions(await written_jobs(session, "catalogue.spread_payee"), vendor_id=member.vendor_id) == 1
    assert mentions(await written_jobs(session, "directory.spread_vendor"), vendor_id=member.vendor_id) == 1
    assert (
        mentions(await written_jobs(session, "directory.tell_vendor_of_change"), request_id=request.id) == 1
    )
    (change, name), *_ = await changes_of(session, member.vendor_id)
    assert (name, change.facts) == ("Rahma Pakaya", {"vat_registered": ["tidak", "ya"]})


async def test_every_version_says_since_when_it_holds_and_by_whom(national_session: AsyncSession) -> None:
    session = national_session
    with clock.travelling_to(TODAY):
        member = await a_verified_vendor(session)
    with clock.travelling_to(TODAY + timedelta(days=2)):
        request = await asks(session, member, vat_registered="ya")
        verifier = await a_verifier(session)
        await accept_change(session, verifier, request.id)
    first, second = await versions_of(session, member.vendor_id)
    assert (first[0].valid_from, first[1]["vat_registered"], first[0].request_id) == (TODAY, "tidak", None)
    assert (second[0].valid_from, second[1]["vat_registered"]) == (TODAY + timedelta(days=2), "ya")
    assert (second[0].account_id, second[0].request_id) == (verifier.account_id, request.id)
    assert second[1]["tax_id"] == first[1]["tax_id"] == "0021832415000000"


async def test_regions_learn_what_held_before_and_until_when(national_session: AsyncSession) -> None:
    """A payment goes by the facts of its value date; numbers never leave with them."""
    session = national_session
    with clock.travelling_to(TODAY):
        member = await a_verified_vendor(session)
        assert (await payee_facts(session, member.vendor_id))["earlier"] == []
    verifier = await a_verifier(session)

    async def becomes(days: int, section: Section = Section.OWNER, **different: str) -> str:
        with clock.travelling_to(TODAY + timedelta(days=days)):
            request = await asks(session, member, section, **different)
            await accept_change(session, verifier, request.id)
            await session.flush()
            return clock.now().isoformat()

    certified = await becomes(2, certificate_number="S-1/PP55", certificate_until="2028-12-31")
    alone = await becomes(3, Section.BUSINESS, legal_form="individual")
    larger = await becomes(4, Section.BUSINESS, scale_amount="700.000.000")
    registered = await becomes(5, vat_registered="ya", certificate_number="", certificate_until="")
    facts = await payee_facts(session, member.vendor_id)
    first = {
        "until": certified,
        "legal_form": "limited_partnership",
        "tax_id": True,
        "vat_registered": False,
        "final_tax_certificate_until": None,
        "turnover_statement_year": None,
        "turnover_outside_rupiah": 0,
    }
    second = {**first, "until": alone, "final_tax_certificate_until": "2028-12-31"}
    third = {**second, "until": larger, "legal_form": "individual"}
    assert facts["earlier"] == [first, second, third, {**third, "until": registered}]
    assert (facts["vat_registered"], facts["final_tax_certificate_until"]) == (True, None)


async def test_what_is_refused_changes_nothing_and_says_why(national_session: AsyncSession) -> None:
    session = national_session
    member = await a_verified_vendor(session)
    request = await asks(session, member, Section.BUSINESS, legal_form="individual")
    verifier = await a_verifier(session)
    with pytest.raises(Refused, match="mengapa ditolak"):
        await refuse_change(session, verifier, request.id, "  tidak ")
    await refuse_change(session, verifier, request.id, "Akta perubahannya belum ada.")
    assert (await vendor_of(session, member)).legal_form == "limited_partnership"
    assert await versions_of(session, member.vendor_id) == []
    with pytest.raises(Conflict):
        await accept_change(session, verifier, request.id)


async def test_a_request_is_decided_once(national_session: AsyncSession) -> None:
    session = national_session
    member = await a_verified_vendor(session)
    request = await asks(session, member, vat_registered="ya")
    await accept_change(session, await a_verifier(session), request.id)
    await session.flush()
    for again in (accept_change(session, await a_verifier(session), request.id),
                  refuse_change(session, await a_verifier(session), request.id, "Tidak ada buktinya.")):  # fmt: skip
        with pytest.raises(Conflict, match="sudah selesai"):
            await again
    with pytest.raises(Conflict):
        await withdraw_request(session, member, request.id)
    assert len(await versions_of(session, member.vendor_id)) == 2


async def test_a_second_request_waits_for_the_first_and_a_withdrawn_one_makes_room(
    national_session: AsyncSession,
) -> None:
    session = national_session
    member = await a_verified_vendor(session)
    request = await asks(session, member, vat_registered="ya")
    with pytest.raises(Refused, match="masih menunggu"):
        await asks(session, member, turnover_year=str(clock.today("Asia/Jakarta").year))
    await asks(session, member, Section.BUSINESS, scale_amount="600.000.000")
    await withdraw_request(session, member, request.id)
    await session.flush()
    assert (await asks(session, member, vat_registered="ya")).id != request.id


async def test_two_requests_of_a_kind_never_wait_together_whatever_the_code_does(
    national_session: AsyncSession,
) -> None:
    member = await a_verified_vendor(national_session)
    request = await asks(national_session, member, vat_registered="ya")
    national_session.add(
        ChangeRequest(
            vendor_id=member.vendor_id,
            kind=request.kind,
            facts_encrypted=b"-",
            note="",
            requested_by=member.account_id,
        )
    )
    with pytest.raises(IntegrityError, match="uq_change_request_open"):
        await national_session.flush()


async def test_the_database_refuses_who_decides_about_their_own_request(
    national_session: AsyncSession,
) -> None:
    member = await a_verified_vendor(national_session)
    request = await asks(national_session, member, vat_registered="ya")
    request.outcome, request.decided_by, request.decided_at = "accepted", member.account_id, clock.now()
    with pytest.raises(IntegrityError, match="ck_change_request_decider"):
        await national_session.flush()


async def test_only_the_owner_asks_and_withdraws(national_session: AsyncSession) -> None:
    session = national_session
    owner = await a_verified_vendor(session)
    staff = Member(owner.account_id, "Staf", owner.vendor_id, VendorRole.STAFF)
    with pytest.raises(NotAllowed, match="pemilik"):
        await asks(session, staff, vat_registered="ya")
    with pytest.raises(NotAllowed, match="pemilik"):
        await ask_for_change(session, staff, FactKind.TAX, {"vat_registered": "ya"})
    request = await asks(session, owner, vat_registered="ya")
    with pytest.raises(NotAllowed, match="pemilik"):
        await withdraw_request(session, staff, request.id)
    with pytest.raises(NotVisible):
        await withdraw_request(session, await a_verified_vendor(session), request.id)


async def test_a_verifier_with_a_link_to_the_business_decides_nothing_about_it(
    national_session: AsyncSession,
) -> None:
    session = national_session
    member, verifier = await a_verified_vendor(session), await a_verifier(session)
    request = await asks(session, member, vat_registered="ya")
    session.add(
        VendorMember(vendor_id=member.vendor_id, account_id=verifier.account_id, role=VendorRole.STAFF)
    )
    await session.flush()
    with pytest.raises(NotAllowed, match="terkait"):
        await accept_change(session, verifier, request.id)
    with pytest.raises(NotAllowed, match="terkait"):
        await refuse_change(session, verifier, request.id, "Tidak ada buktinya.")


async def test_before_verification_the_vendor_corrects_freely(national_session: AsyncSession) -> None:
    member = await a_registered_vendor(national_session)
    answers = answers_of(
        await vendor_of(national_session, member), await private_facts(national_session, member)
    )
    answers["vat_registered"] = "ya"
    assert await change_section(national_session, member, Section.OWNER, answers) == (True, False)
    assert await is_vat_registered(national_session, member)
    assert await requests_of(national_session, member) == []


async def test_a_name_known_to_buyers_changes_at_once_beside_a_scale_that_waits(
    national_session: AsyncSession,
) -> None:
    session = national_session
    member = await a_verified_vendor(session)
    request = await asks(
        session, member, Section.BUSINESS, trade_name="Karawo Baru", scale_amount="9.000.000.000"
    )
    vendor = await vendor_of(session, member)
    assert (vendor.trade_name, vendor.business_scale) == ("Karawo Baru", "micro")
    assert pairs_of(request) == {"scale_amount": ("450000000", "9000000000")}
    await accept_change(session, await a_verifier(session), request.id)
    vendor = await vendor_of(session, member)
    assert (vendor.trade_name, vendor.business_scale) == ("Karawo Baru", "small")


async def test_the_queue_begins_with_the_longest_wait(national_session: AsyncSession) -> None:
    session = national_session
    early, late = await a_verified_vendor(session), await a_verified_vendor(session)
    with clock.travelling_to(TODAY):
        first = await asks(session, early, vat_registered="ya")
    with clock.travelling_to(TODAY + timedelta(hours=1)):
        second = await asks(session, late, vat_registered="ya")
    waiting = [one.request_id for one in await requests_waiting(session, limit=10_000)]
    assert waiting.index(first.id) < waiting.index(second.id)


async def test_a_turnover_statement_is_for_its_year_and_nothing_else_renews_it(
    national_session: AsyncSession,
) -> None:
    session = national_session
    with clock.travelling_to(TODAY):
        member = await a_verified_vendor(session, legal_form="individual", turnover_year="2026", tax_id=None,
                                         without_tax_id="ya")  # fmt: skip
        with pytest.raises(Refused, match="tahun ini, 2026"):
            await asks(session, member, turnover_year="2027")
    with clock.travelling_to(TODAY.replace(year=2027, month=2, day=1)):
        request = await asks(
            session, member, without_tax_id="", tax_id="02.183.241.5-000.000", turnover_year="2026"
        )
        assert "turnover_year" not in pairs_of(request)
        await accept_change(session, await a_verifier(session), request.id)
    payee = await payee_facts(session, member.vendor_id)
    assert (payee["tax_id"], payee["turnover_statement_year"]) == ("•••• 0000", 2026)


async def test_what_was_sold_elsewhere_belongs_to_the_statement_and_waits_for_the_verifier(
    national_session: AsyncSession,
) -> None:
    session = national_session
    with clock.travelling_to(TODAY):
        member = await a_verified_vendor(session, legal_form="individual", turnover_year="2026", tax_id=None,
                                         without_tax_id="ya", turnover_outside="Rp 120.000.000")  # fmt: skip
        assert (await payee_facts(session, member.vendor_id))["turnover_outside_rupiah"] == 120_000_000
        with pytest.raises(Refused):
            await asks(session, member, turnover_outside="banyak")
        request = await asks(session, member, turnover_outside="450 juta")
        assert pairs_of(request) == {"turnover_outside": ("120000000", "450000000")}
        assert (await payee_facts(session, member.vendor_id))["turnover_outside_rupiah"] == 120_000_000
        await accept_change(session, await a_verifier(session), request.id)
        assert (await payee_facts(session, member.vendor_id))["turnover_outside_rupiah"] == 450_000_000
        request = await asks(session, member, turnover_year="")
        await accept_change(session, await a_verifier(session), request.id)
    assert (await payee_facts(session, member.vendor_id))["turnover_outside_rupiah"] == 0


@pytest.mark.parametrize(
    ("legal_form", "last", "too_late"),
    [
        ("individual", "2033-11-30", "2033-12-01"),
        ("limited_partnership", "2030-11-30", "2030-12-01"),
        ("company", "2029-11-30", "2029-12-01"),
    ],
)
async def test_a_certificate_is_valid_no_longer_than_the_law_allows(
    national_session: AsyncSession, legal_form: str, last: str, too_late: str
) -> None:
    with clock.travelling_to(TODAY):
        member = await a_verified_vendor(national_session, legal_form=legal_form)
        for until in (too_late, "2036-12-31"):
            with pytest.raises(Refused, match="paling lama") as refusal:
                await asks(national_session, member, certificate_number="S-1", certificate_until=until)
            assert refusal.value.problems[0][0] == "certificate_until"
        await asks(national_session, member, certificate_number="S-1", certificate_until=last)


async def test_a_certificate_that_ran_out_is_not_put_in_force_and_blocks_no_other_change(
    national_session: AsyncSession,
) -> None:
    session = national_session
    with clock.travelling_to(TODAY):
        member = await a_verified_vendor(session, certificate_number="S-1", certificate_until="2026-12-31")
        request = await asks(session, member, certificate_number="S-2", certificate_until="2026-12-15")
    with clock.travelling_to(TODAY + timedelta(days=20)):
        with pytest.raises(Refused, match="tidak berlaku"):
            await accept_change(session, await a_verifier(session), request.id)
        await withdraw_request(session, member, request.id)
    with clock.travelling_to(TODAY + timedelta(days=60)):
        await session.flush()
        assert await asks(session, member, vat_registered="ya")
