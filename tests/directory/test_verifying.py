"""The agency verifies each business once for the whole nation."""

from datetime import timedelta

import pytest
from sqlalchemy import delete
from sqlalchemy.ext.asyncio import AsyncSession

from eorder_platform import clock, tenancy
from eorder_platform.directory.jobs import tell_vendor
from eorder_platform.directory.models import (
    VendorMember,
    VendorPrivate,
    VendorRole,
    VendorStatus,
    VerificationCase,
)
from eorder_platform.directory.verification_queue import cases_waiting
from eorder_platform.directory.verifying import (
    accept_vendor,
    return_vendor,
    submit_for_verification,
    verifier_for,
    warnings_of,
)
from eorder_platform.errors import Conflict, NotAllowed, Refused
from eorder_platform.identity.models import NationalRole
from eorder_platform.mail import read_mailbox
from tests.directory.factories import (
    a_registered_vendor,
    a_submitted_case,
    a_verified_vendor,
    a_verifier,
    an_account,
    digits,
    mentions,
    vendor_of,
    written_jobs,
)


async def test_the_longest_wait_stands_first_in_the_queue(national_session: AsyncSession) -> None:
    early, late = await a_registered_vendor(national_session), await a_registered_vendor(national_session)
    with clock.travelling_to(clock.now() - timedelta(days=400)):
        first = await a_submitted_case(national_session, early)
    with clock.travelling_to(clock.now() - timedelta(days=399)):
        second = await a_submitted_case(national_session, late)
    assert [case.case_id for case in await cases_waiting(national_session)][:2] == [first.id, second.id]


async def test_an_accepted_business_is_verified_and_told(national_session: AsyncSession) -> None:
    member = await a_registered_vendor(national_session)
    case = await a_submitted_case(national_session, member)
    await accept_vendor(national_session, await a_verifier(national_session), case.id)
    vendor = await vendor_of(national_session, member)
    assert vendor.status == VendorStatus.VERIFIED
    assert vendor.verified_at is not None
    assert mentions(await written_jobs(national_session, "directory.tell_vendor"), case_id=case.id) == 1


async def test_a_returned_business_is_corrected_and_submitted_again(national_session: AsyncSession) -> None:
    member = await a_registered_vendor(national_session)
    case, verifier = await a_submitted_case(national_session, member), await a_verifier(national_session)
    await return_vendor(national_session, verifier, case.id, "Nama pemilik tidak sama dengan di NIB.")
    assert (await vendor_of(national_session, member)).status == VendorStatus.RETURNED
    again = await a_submitted_case(national_session, member)
    await accept_vendor(national_session, verifier, again.id)
    assert (await vendor_of(national_session, member)).status == VendorStatus.VERIFIED


async def test_a_return_needs_a_reason(national_session: AsyncSession) -> None:
    case = await a_submitted_case(national_session, await a_registered_vendor(national_session))
    with pytest.raises(Refused) as refusal:
        await return_vendor(national_session, await a_verifier(national_session), case.id, "  salah  ")
    assert refusal.value.problems[0][0] == "reason"


async def test_a_business_is_not_submitted_twice(national_session: AsyncSession) -> None:
    member = await a_registered_vendor(national_session)
    await a_submitted_case(national_session, member)
    with pytest.raises(Conflict):
        await submit_for_verification(national_session, member)
    with pytest.raises(Conflict):
        await submit_for_verification(national_session, await a_verified_vendor(national_session))


async def test_of_two_verifiers_the_second_hears_that_it_is_decided(national_session: AsyncSession) -> None:
    case = await a_submitted_case(national_session, await a_registered_vendor(national_session))
    await accept_vendor(national_session, await a_verifier(national_session), case.id)
    with pytest.raises(Conflict, match="sudah diputuskan"):
        await return_vendor(
            national_session, await a_verifier(national_session), case.id, "NIB tidak ditemukan di OSS."
        )


async def test_nobody_verifies_a_business_he_works_for(national_session: AsyncSession) -> None:
    member = await a_registered_vendor(national_session)
    case, verifier = await a_submitted_case(national_session, member), await a_verifier(national_session)
    staff = VendorMember(vendor_id=member.vendor_id, account_id=verifier.account_id, role=VendorRole.STAFF)
    national_session.add(staff)
    await national_session.flush()
    with pytest.raises(NotAllowed, match="terkait"):
        await accept_vendor(national_session, verifier, case.id)
    assert (await national_session.get_one(VerificationCase, case.id)).outcome is None


async def test_a_bank_account_that_two_businesses_name_is_pointed_out(national_session: AsyncSession) -> None:
    account = digits(12)
    await a_registered_vendor(national_session, legal_name="CV Yang Pertama", bank_account=account)
    member = await a_registered_vendor(national_session, bank_account=account)
    vendor = await vendor_of(national_session, member)
    private = await national_session.get_one(VendorPrivate, vendor.id)
    assert any(
        "CV Yang Pertama" in warning for warning in await warnings_of(national_session, vendor, private)
    )


async def test_only_the_agency_has_verifiers_and_only_as_of_today(national_session: AsyncSession) -> None:
    stranger, verifier = await an_account(national_session), await a_verifier(national_session)
    with pytest.raises(NotAllowed):
        await verifier_for(national_session, stranger.id)
    assert (await verifier_for(national_session, verifier.account_id)).name == "Siti Verifikator"
    await national_session.execute(delete(NationalRole).where(NationalRole.account_id == verifier.account_id))
    with pytest.raises(NotAllowed):
        await verifier_for(national_session, verifier.account_id)


async def test_the_vendor_is_mailed_the_reason() -> None:
    async with tenancy.national() as session:
        member = await a_registered_vendor(session, email="pemilik@contoh.id")
        case = await a_submitted_case(session, member)
        await return_vendor(session, await a_verifier(session), case.id, "Foto NIB tidak terbaca jelas.")
    await tell_vendor(case_id=str(case.id))
    newest = read_mailbox()[0]
    assert newest.to == "pemilik@contoh.id"
    assert "Foto NIB tidak terbaca jelas." in newest.text
