"""Registering on a phone without JavaScript: a page a group of questions, nothing typed is lost."""

import re
import secrets

from sqlalchemy import func, select

from eorder_platform import outbox, tenancy
from eorder_platform.directory.models import Vendor, VendorStatus
from eorder_platform.directory.sections import FIELDS, Section
from eorder_platform.identity.models import Account
from eorder_platform.mail import read_mailbox
from eorder_web.operations import jobs
from tests.directory.factories import some_answers
from tests.vendors.browsing import Visitor

PASSWORD = "nasi kotak hangat"
assert jobs.__all__  # what follows from registering is declared


def somebody(**others: str) -> dict[str, str]:
    """What the first page asks, of somebody new."""
    email = f"{secrets.token_hex(6)}@contoh.id"
    return {"name": "Rahma Pakaya", "email": email, "phone": "0812 3456 7890", "password": PASSWORD} | others


async def asks_for_an_account(visitor: Visitor, person: dict[str, str] | None = None) -> str:
    person = person or somebody()
    await visitor.opens("/daftar")
    await visitor.sends("/daftar", person)
    return person["email"]


async def letter_to(email: str) -> str:
    """The newest letter that the worker would have mailed there by now."""
    await outbox.carry_out_open(outbox.NATION, ["vendors.mail_code", "identity.new_password"])
    return next(mail.text for mail in read_mailbox() if mail.to == email)


async def code_to(email: str) -> str:
    found = re.search(r"\b\d{6}\b", await letter_to(email))
    assert found is not None
    return found[0]


async def makes_an_account(visitor: Visitor) -> str:
    email = await asks_for_an_account(visitor)
    await visitor.sends("/daftar/kode", {"code": await code_to(email)})
    assert visitor.page.url.path == "/daftar/usaha"
    return email


def of(section: Section, answers: dict[str, str]) -> dict[str, str]:
    return {name: text for name, text in answers.items() if name in FIELDS[section]}


async def answers_everything(visitor: Visitor, answers: dict[str, str]) -> None:
    for section, slug in zip(Section, ("usaha", "pemilik", "alamat", "rekening"), strict=True):
        assert visitor.page.url.path == f"/daftar/{slug}"
        await visitor.sends(f"/daftar/{slug}", of(section, answers))


async def test_a_business_registers_and_waits_for_the_verifier(visitor: Visitor) -> None:
    answers = some_answers()
    await makes_an_account(visitor)
    await answers_everything(visitor, answers)
    assert visitor.page.url.path == "/daftar/ringkasan"
    assert visitor.sees("Kota Gorontalo")
    await visitor.sends("/daftar/ringkasan", again=True)
    assert visitor.page.url.path == "/usaha/profil"
    assert visitor.sees("Sedang diperiksa verifikator")
    async with tenancy.national() as session:
        same = select(Vendor).where(Vendor.business_id_number == answers["business_id_number"])
        vendors = list(await session.scalars(same))
    assert [vendor.status for vendor in vendors] == [VendorStatus.UNDER_VERIFICATION]


async def test_an_account_that_was_never_confirmed_sends_nothing_to_the_verifier(visitor: Visitor) -> None:
    answers = some_answers()
    email = await makes_an_account(visitor)
    await set_confirmed(email, False)
    await answers_everything(visitor, answers)
    assert visitor.sees("Alamat e-mail Anda belum dikonfirmasi") and visitor.sees(email)
    await visitor.opens("/akun")
    form = visitor.hidden_fields("/akun/kata-sandi") | {"_kunci": "from-an-older-page"}
    refused = await visitor.client.post("/daftar/ringkasan", data=form)
    assert refused.status_code == 422 and "belum dikonfirmasi" in refused.text
    async with tenancy.national() as session:
        same = select(Vendor).where(Vendor.business_id_number == answers["business_id_number"])
        assert (await session.scalars(same)).all() == []


async def set_confirmed(email: str, confirmed: bool) -> None:
    async with tenancy.national() as session:
        account = (await session.scalars(select(Account).where(Account.email == email))).one()
        account.email_confirmed = confirmed


async def test_every_wrong_answer_is_named_and_everything_typed_stays(visitor: Visitor) -> None:
    await makes_an_account(visitor)
    page = await visitor.sends("/daftar/usaha", {"business_id_number": "12", "legal_name": "CV Dapur Karawo"})
    assert page.status_code == 422
    assert visitor.sees("NIB terdiri dari 13 angka.")
    assert visitor.sees("Pilih bentuk usaha.")
    assert visitor.sees('value="CV Dapur Karawo"')
    await visitor.opens("/daftar/usaha")
    assert visitor.sees('value="12"')


async def test_the_regencies_of_a_province_are_shown_without_javascript(visitor: Visitor) -> None:
    await makes_an_account(visitor)
    await visitor.opens("/daftar/alamat")
    page = await visitor.sends("/daftar/alamat", {"province_code": "75", "tampilkan": "wilayah"})
    assert page.status_code == 200
    assert visitor.sees("Kabupaten Boalemo")
    assert not visitor.sees("Kota Bandung")


async def test_one_field_is_checked_when_it_is_left_and_nothing_is_kept(visitor: Visitor) -> None:
    await makes_an_account(visitor)
    token = visitor.hidden_fields("/daftar/usaha")["_csrf"]
    answer = await visitor.client.post(
        "/daftar/usaha/periksa",
        data={"_csrf": token, "business_id_number": "12"},
        headers={"HX-Request": "true", "HX-Source": "input#business_id_number"},
    )
    assert "NIB terdiri dari 13 angka." in answer.text
    assert "Pilih bentuk usaha." not in answer.text
    await visitor.opens("/daftar/usaha")
    assert not visitor.sees('value="12"')


async def test_somebody_who_comes_back_signs_in_and_goes_on_where_he_stopped(
    visitor: Visitor, other_visitor: Visitor
) -> None:
    email = await makes_an_account(visitor)
    await visitor.sends("/daftar/usaha", of(Section.BUSINESS, some_answers()))
    await other_visitor.opens("/masuk")
    await other_visitor.sends("/masuk", {"email": email, "password": PASSWORD})
    assert other_visitor.page.url.path == "/daftar/pemilik"


async def test_the_phone_that_the_account_was_asked_for_stands_among_the_contacts(visitor: Visitor) -> None:
    await makes_an_account(visitor)
    await visitor.opens("/daftar/alamat")
    assert visitor.sees('value="+6281234567890"')


async def test_the_summary_says_what_is_still_missing(visitor: Visitor) -> None:
    await makes_an_account(visitor)
    await visitor.opens("/daftar/ringkasan")
    assert visitor.sees("Belum lengkap")
    assert visitor.sees("Tentang usaha: NIB terdiri dari 13 angka.")


async def test_that_a_business_is_known_is_told_to_who_confirmed_their_mailbox_only(
    visitor: Visitor, other_visitor: Visitor
) -> None:
    answers = some_answers()
    await makes_an_account(visitor)
    await answers_everything(visitor, answers)
    await visitor.sends("/daftar/ringkasan")
    stranger = await makes_an_account(other_visitor)
    await set_confirmed(stranger, False)
    await answers_everything(other_visitor, answers)
    assert other_visitor.page.url.path == "/daftar/ringkasan"
    assert not other_visitor.sees("sudah terdaftar") and not other_visitor.sees("sudah tercatat")
    await set_confirmed(stranger, True)
    await other_visitor.opens("/daftar/usaha")
    page = await other_visitor.sends("/daftar/usaha", of(Section.BUSINESS, answers))
    assert page.status_code == 422
    assert other_visitor.sees("NIB ini sudah terdaftar.")
    async with tenancy.national() as session:
        count = select(func.count()).select_from(Vendor)
        known = count.where(Vendor.business_id_number == answers["business_id_number"])
        assert await session.scalar(known) == 1
