"""A business registers once for all regions."""

import asyncio

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from eorder_platform import tenancy
from eorder_platform.directory.models import BusinessScale, RegistrationDraft, VendorPrivate, VendorStatus
from eorder_platform.directory.registering import draft_of, register_vendor, save_draft
from eorder_platform.directory.sections import answers_of
from eorder_platform.errors import Refused
from tests.directory.factories import (
    a_national_identity_number,
    a_registered_vendor,
    an_account,
    digits,
    some_answers,
    vendor_of,
)


async def test_an_account_becomes_the_owner_of_its_business(national_session: AsyncSession) -> None:
    account = await an_account(national_session)
    member = await register_vendor(national_session, account.id, some_answers())
    vendor = await vendor_of(national_session, member)
    assert member.is_owner
    assert (vendor.trade_name, vendor.region_code, vendor.status) == (
        "Dapur Karawo",
        "75.71",
        VendorStatus.REGISTERED,
    )
    assert vendor.business_scale == BusinessScale.MICRO


async def test_secret_numbers_are_sealed_and_open_again(national_session: AsyncSession) -> None:
    answers = some_answers()
    account = await an_account(national_session)
    member = await register_vendor(national_session, account.id, answers)
    private = await national_session.get_one(VendorPrivate, member.vendor_id)
    lying = private.identity_encrypted + private.bank_account_encrypted + (private.tax_id_encrypted or b"")
    assert answers["national_identity_number"].encode() not in lying
    opened = answers_of(await vendor_of(national_session, member), private)
    assert opened["national_identity_number"] == answers["national_identity_number"]
    assert opened["bank_account"] == "012345678901234"
    assert opened["tax_id"] == "0021832415000000"


async def test_every_problem_of_every_group_is_named_beside_its_field(national_session: AsyncSession) -> None:
    account = await an_account(national_session)
    wrong = some_answers(
        business_id_number="12", legal_name=None, trade_name=None, tax_id=None, region_code="75", phone="123",
        bank_account="1",
    )  # fmt: skip
    with pytest.raises(Refused) as refusal:
        await register_vendor(national_session, account.id, wrong)
    named = [field for field, _ in refusal.value.problems]
    assert named == ["business_id_number", "legal_name", "tax_id", "region_code", "phone", "bank_account"]


@pytest.mark.parametrize(
    ("field", "wrong", "told"),
    [
        ("legal_form", "yayasan", "Pilih bentuk usaha."),
        ("scale_amount", "seribu", "bukan jumlah rupiah"),
        ("scale_amount", "60.000.000.000", "usaha besar (PP 7/2021 ps. 35)"),
        ("national_identity_number", "7571013113900001", ""),
        ("tax_id", "7571011208900001", "sama dengan NIK pemilik"),
        ("vat_registered", "", "Pilih status PKP."),
        ("region_code", "75", "Pilih kabupaten atau kota."),
        ("region_code", "99.99", "Pilih kabupaten atau kota."),
        ("email", "rahma", "alamat e-mail lengkap"),
        ("bank_code", "999", "Pilih bank."),
    ],
)
async def test_a_wrong_answer_is_refused_with_a_sentence(
    national_session: AsyncSession, field: str, wrong: str, told: str
) -> None:
    account = await an_account(national_session)
    with pytest.raises(Refused) as refusal:
        await register_vendor(national_session, account.id, some_answers(**{field: wrong}))
    assert refusal.value.problems[0][0] == field
    assert told in refusal.value.problems[0][1]


@pytest.mark.parametrize(
    ("basis", "amount", "scale"),
    [
        ("sales", "2.000.000.000", BusinessScale.MICRO),
        ("sales", "2.000.000.001", BusinessScale.SMALL),
        ("capital", "1.000.000.001", BusinessScale.SMALL),
        ("capital", "10.000.000.000", BusinessScale.MEDIUM),
    ],
)
async def test_the_scale_follows_from_sales_or_capital(
    national_session: AsyncSession, basis: str, amount: str, scale: BusinessScale
) -> None:
    member = await a_registered_vendor(national_session, scale_basis=basis, scale_amount=amount)
    assert (await vendor_of(national_session, member)).business_scale == scale


async def test_a_business_without_tax_number_says_so(national_session: AsyncSession) -> None:
    member = await a_registered_vendor(national_session, tax_id=None, without_tax_id="ya")
    private = await national_session.get_one(VendorPrivate, member.vendor_id)
    assert private.tax_id_encrypted is None


async def test_a_known_business_and_a_known_owner_are_refused(national_session: AsyncSession) -> None:
    nib, nik = f"9{digits(12)}", a_national_identity_number()
    await a_registered_vendor(national_session, business_id_number=nib, national_identity_number=nik)
    with pytest.raises(Refused, match="NIB ini sudah terdaftar"):
        await a_registered_vendor(national_session, business_id_number=nib)
    with pytest.raises(Refused, match="NIK ini sudah tercatat"):
        await a_registered_vendor(national_session, national_identity_number=nik)


async def test_of_two_registrations_of_one_nib_at_once_one_is_refused() -> None:
    nib = f"9{digits(12)}"

    async def register() -> bool:
        try:
            async with tenancy.national() as session:
                await a_registered_vendor(session, business_id_number=nib)
        except Refused as refusal:
            assert refusal.problems[0][0] == "business_id_number"
            return False
        return True

    assert sorted(await asyncio.gather(register(), register())) == [False, True]


async def test_an_account_has_one_business(national_session: AsyncSession) -> None:
    account = await an_account(national_session)
    await register_vendor(national_session, account.id, some_answers())
    with pytest.raises(Refused, match="sudah memiliki usaha"):
        await register_vendor(national_session, account.id, some_answers())


async def test_a_draft_keeps_what_was_typed_until_registration(national_session: AsyncSession) -> None:
    account = await an_account(national_session)
    await save_draft(national_session, account.id, {"legal_name": "CV Dapur"})
    await save_draft(national_session, account.id, some_answers(legal_name="CV Dapur Karawo"))
    assert (await draft_of(national_session, account.id))["legal_name"] == "CV Dapur Karawo"
    sealed = await national_session.scalar(
        select(RegistrationDraft.answers_encrypted).where(RegistrationDraft.account_id == account.id)
    )
    assert sealed is not None
    assert b"Karawo" not in sealed
    await register_vendor(national_session, account.id, await draft_of(national_session, account.id))
    assert await draft_of(national_session, account.id) == {}
