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


async def test_a_new_bank_account_is_recorded_masked_and_reaches_the_regions(
    national_session: AsyncSession,
) -> None:
    member, other = await a_verified_vendor(national_session), await a_verified_vendor(national_session)
    before = await payee_version(national_session, member.vendor_id)
    answers = await answers_now(national_session, member, bank_account="998877665544", bank_code="008")
    assert await change_section(national_session, member, Section.BANK, answers)
    assert await payee_version(national_session, member.vendor_id) == before + 1
    assert (await payee_facts(national_session, member.vendor_id))["bank_account"] == "998877665544"
    (change, name), *_ = await changes_of(national_session, member.vendor_id)
    assert (name, change.facts["bank_account"]) == ("Rahma Pakaya", ["•••• 1234", "•••• 5544"])
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
        assert not await change_section(
            national_session, member, section, await answers_now(national_session, member)
        )
    assert await changes_of(national_session, member.vendor_id) == []


async def test_verified_facts_stay_whatever_is_sent(national_session: AsyncSession) -> None:
    member = await a_verified_vendor(national_session)
    forged = await answers_now(
        national_session, member, legal_name="PT Lain", business_id_number="9999999999999"
    )
    await change_section(national_session, member, Section.BUSINESS, forged)
    vendor = await vendor_of(national_session, member)
    assert vendor.legal_name == "CV Dapur Karawo"
    forged = await answers_now(national_session, member, owner_name="Orang Lain", without_tax_id="ya")
    await change_section(national_session, member, Section.OWNER, forged)
    payee = await payee_facts(national_session, member.vendor_id)
    assert (payee["owner_name"], payee["tax_id"]) == ("Rahma Pakaya", "0021832415000000")


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
        "tax_id": "0021832415000000",
        "bank_name": "Bank Rakyat Indonesia (BRI)",
        "bank_account": "012345678901234",
        "bank_account_holder": "CV Dapur Karawo",
        "address": "Jalan Nani Wartabone 12, Kota Gorontalo 96115",
        "phone": "+6281234567890",
        "email": "rahma@contoh.id",
        "legal_form": "limited_partnership",
        "vat_registered": False,
        "final_tax_certificate_until": None,
        "turnover_statement_year": None,
        "member_account_ids": [str(member.account_id)],
    }
