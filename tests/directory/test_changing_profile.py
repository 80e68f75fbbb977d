"""The owner changes the business's facts; each change is recorded and reaches the regions."""

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from eorder_platform.directory.changing_profile import change_section
from eorder_platform.directory.members import Member
from eorder_platform.directory.models import VendorRole
from eorder_platform.directory.queries import changes_of, payee_facts, payee_version, private_facts
from eorder_platform.directory.sections import Section, answers_of
from eorder_platform.errors import Conflict, NotAllowed, Refused
from tests.directory.factories import (
    a_registered_vendor,
    a_submitted_case,
    a_verified_vendor,
    mentions,
    vendor_of,
    written_jobs,
)


async def answers_now(session: AsyncSession, member: Member, **different: str) -> dict[str, str]:
    answers = answers_of(await vendor_of(session, member), await private_facts(session, member))
    return {**answers, **different}


async def test_a_new_telephone_number_is_recorded_and_reaches_the_regions(
    national_session: AsyncSession,
) -> None:
    member, other = await a_verified_vendor(national_session), await a_verified_vendor(national_session)
    before = await payee_version(national_session, member.vendor_id)
    answers = await answers_now(national_session, member, phone="0811 2222 3333")
    assert (await change_section(national_session, member, Section.ADDRESS, answers)).at_once
    assert await payee_version(national_session, member.vendor_id) == before + 1
    assert (await payee_facts(national_session, member.vendor_id))["phone"] == "+6281122223333"
    (change, name), *_ = await changes_of(national_session, member.vendor_id)
    assert (name, change.facts["phone"]) == ("Rahma Pakaya", ["+6281234567890", "+6281122223333"])
    spread = await written_jobs(national_session, "catalogue.spread_payee")
    assert mentions(spread, vendor_id=member.vendor_id) == 1
    assert mentions(spread, vendor_id=other.vendor_id) == 0


async def test_staff_changes_nothing_of_the_business(national_session: AsyncSession) -> None:
    owner = await a_verified_vendor(national_session)
    staff = Member(owner.account_id, "Staf", owner.vendor_id, VendorRole.STAFF)
    with pytest.raises(NotAllowed, match="pemilik"):
        await change_section(
            national_session, staff, Section.BANK, await answers_now(national_session, owner)
        )


async def test_a_changed_public_fact_goes_to_every_regions_copy(national_session: AsyncSession) -> None:
    member = await a_verified_vendor(national_session)
    answers = await answers_now(national_session, member, trade_name="Dapur Karawo Nusantara")
    await change_section(national_session, member, Section.BUSINESS, answers)
    assert (await vendor_of(national_session, member)).trade_name == "Dapur Karawo Nusantara"
    spread = await written_jobs(national_session, "directory.spread_vendor")
    assert mentions(spread, vendor_id=member.vendor_id) == 1


async def test_the_same_answers_again_change_nothing(national_session: AsyncSession) -> None:
    member = await a_verified_vendor(national_session)
    for section in Section:
        answers = await answers_now(national_session, member)
        assert not any(await change_section(national_session, member, section, answers))
    assert await changes_of(national_session, member.vendor_id) == []


async def test_which_business_it_is_and_whose_stays_whatever_is_sent(national_session: AsyncSession) -> None:
    member = await a_verified_vendor(national_session)
    forged = await answers_now(national_session, member, business_id_number="9999999999999")
    await change_section(national_session, member, Section.BUSINESS, forged)
    assert (await vendor_of(national_session, member)).business_id_number != "9999999999999"
    forged = await answers_now(
        national_session, member, owner_name="Orang Lain", national_identity_number="7571010101800001"
    )
    assert not any(await change_section(national_session, member, Section.OWNER, forged))
    assert (await payee_facts(national_session, member.vendor_id))["owner_name"] == "Rahma Pakaya"


async def test_before_verification_everything_can_be_corrected(national_session: AsyncSession) -> None:
    member = await a_registered_vendor(national_session)
    answers = await answers_now(national_session, member, legal_name="CV Dapur Karawo Abadi")
    await change_section(national_session, member, Section.BUSINESS, answers)
    assert (await vendor_of(national_session, member)).legal_name == "CV Dapur Karawo Abadi"


async def test_nothing_moves_while_the_verifier_looks(national_session: AsyncSession) -> None:
    member = await a_registered_vendor(national_session)
    await a_submitted_case(national_session, member)
    with pytest.raises(Conflict, match="sedang diperiksa"):
        await change_section(
            national_session, member, Section.BANK, await answers_now(national_session, member)
        )


async def test_a_wrong_change_is_refused_at_its_field(national_session: AsyncSession) -> None:
    member = await a_verified_vendor(national_session)
    with pytest.raises(Refused) as refusal:
        answers = await answers_now(national_session, member, bank_account="12")
        await change_section(national_session, member, Section.BANK, answers)
    assert refusal.value.problems[0][0] == "bank_account"


async def test_a_region_gets_exactly_the_facts_of_a_payee(national_session: AsyncSession) -> None:
    member = await a_verified_vendor(national_session)
    payee = await payee_facts(national_session, member.vendor_id)
    assert payee == {
        "owner_name": "Rahma Pakaya",
        "tax_id": "•••• 0000",
        "bank_name": "Bank Rakyat Indonesia (BRI)",
        "bank_account": "•••• 1234",
        "bank_account_id": str(member.vendor_id),
        "bank_account_holder": "CV Dapur Karawo",
        "bank_account_changing_since": None,
        "address": "Jalan Nani Wartabone 12, Kota Gorontalo 96115",
        "phone": "+6281234567890",
        "email": "rahma@contoh.id",
        "legal_form": "limited_partnership",
        "vat_registered": False,
        "final_tax_certificate_until": None,
        "turnover_statement_year": None,
        "turnover_outside_rupiah": 0,
        "earlier": [],
        "member_account_ids": [str(member.account_id)],
    }
