"""Registering on a phone without JavaScript: a page a group of questions, nothing typed is lost."""

import re
import secrets

import httpx
from sqlalchemy import func, select

from eorder_platform import outbox, tenancy
from eorder_platform.directory.models import Vendor, VendorStatus
from eorder_platform.directory.sections import FIELDS, Section
from eorder_platform.mail import read_mailbox
from eorder_web.operations import jobs
from tests.directory.factories import some_answers
from tests.vendors.browsing import Visitor

PASSWORD = "nasi kotak hangat"
assert jobs.__all__  # what follows from registering is declared


async def makes_an_account(visitor: Visitor) -> str:
    email = f"{secrets.token_hex(6)}@contoh.id"
    await visitor.opens("/daftar")
    await visitor.sends("/daftar", {"name": "Rahma Pakaya", "email": email, "password": PASSWORD})
    return email


def of(section: Section, answers: dict[str, str]) -> dict[str, str]:
    return {name: text for name, text in answers.items() if name in FIELDS[section]}


async def confirms(visitor: Visitor, email: str) -> None:
    """Open the confirmation that was mailed, and come back to the summary."""
    await outbox.carry_out_open(outbox.NATION, ["identity.confirm_email"])
    letter = next(mail.text for mail in read_mailbox() if mail.to == email)
    link = re.search(r"http://\S+/konfirmasi/\S+", letter)
    assert link is not None
    path = httpx.URL(link[0]).path
    await visitor.opens(path)
    await visitor.sends(path)
    assert visitor.page.url.path == "/daftar/ringkasan"


async def answers_everything(visitor: Visitor, answers: dict[str, str]) -> None:
    for section, slug in zip(Section, ("usaha", "pemilik", "alamat", "rekening"), strict=True):
        assert visitor.page.url.path == f"/daftar/{slug}"
        await visitor.sends(f"/daftar/{slug}", of(section, answers))


async def test_a_business_registers_and_waits_for_the_verifier(visitor: Visitor) -> None:
    answers = some_answers()
    email = await makes_an_account(visitor)
    await answers_everything(visitor, answers)
    assert visitor.page.url.path == "/daftar/ringkasan"
    assert visitor.sees("Kota Gorontalo")
    await confirms(visitor, email)
    await visitor.sends("/daftar/ringkasan", again=True)
    assert visitor.page.url.path == "/usaha/profil"
    assert visitor.sees("Sedang diperiksa verifikator")
    async with tenancy.national() as session:
        same = select(Vendor).where(Vendor.business_id_number == answers["business_id_number"])
        vendors = list(await session.scalars(same))
    assert [vendor.status for vendor in vendors] == [VendorStatus.UNDER_VERIFICATION]


async def test_nothing_is_sent_to_the_verifier_before_the_address_is_confirmed(visitor: Visitor) -> None:
    answers = some_answers()
    email = await makes_an_account(visitor)
    await answers_everything(visitor, answers)
    assert visitor.sees("Alamat e-mail Anda belum dikonfirmasi") and visitor.sees(email)
    form = visitor.hidden_fields("/konfirmasi") | {"_kunci": "from-an-older-page"}
    refused = await visitor.client.post("/daftar/ringkasan", data=form)
    assert refused.status_code == 422 and "Konfirmasi dahulu alamat e-mail Anda" in refused.text
    async with tenancy.national() as session:
        same = select(Vendor).where(Vendor.business_id_number == answers["business_id_number"])
        assert (await session.scalars(same)).all() == []
    await visitor.sends("/konfirmasi")
    assert visitor.sees("Surat konfirmasi dikirim lagi ke alamat e-mail Anda.")


async def test_an_address_that_takes_no_mail_makes_no_account(visitor: Visitor) -> None:
    await visitor.opens("/daftar")
    for email in ("rahma", "rahma@", "a@b.id, c@d.id"):
        page = await visitor.sends("/daftar", {"name": "Rahma Pakaya", "email": email, "password": PASSWORD})
        assert page.status_code == 422
        assert visitor.sees("Tulis alamat e-mail lengkap")


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


async def test_somebody_who_comes_back_goes_on_where_he_stopped(
    visitor: Visitor, other_visitor: Visitor
) -> None:
    email = await makes_an_account(visitor)
    await visitor.sends("/daftar/usaha", of(Section.BUSINESS, some_answers()))
    await other_visitor.opens("/daftar")
    await other_visitor.sends("/daftar", {"name": "Rahma Pakaya", "email": email, "password": PASSWORD})
    assert other_visitor.page.url.path == "/daftar/pemilik"


async def test_a_known_email_with_another_password_is_refused(
    visitor: Visitor, other_visitor: Visitor
) -> None:
    email = await makes_an_account(visitor)
    await other_visitor.opens("/daftar")
    page = await other_visitor.sends(
        "/daftar", {"name": "Orang Lain", "email": email, "password": "tebakan saja"}
    )
    assert page.status_code == 422
    assert other_visitor.sees("E-mail ini sudah dipakai.")


async def test_the_summary_says_what_is_still_missing(visitor: Visitor) -> None:
    await makes_an_account(visitor)
    await visitor.opens("/daftar/ringkasan")
    assert visitor.sees("Belum lengkap")
    assert visitor.sees("Tentang usaha: NIB terdiri dari 13 angka.")


async def test_that_a_business_is_known_is_told_to_who_confirmed_their_mailbox_only(
    visitor: Visitor, other_visitor: Visitor
) -> None:
    answers = some_answers()
    email = await makes_an_account(visitor)
    await answers_everything(visitor, answers)
    await confirms(visitor, email)
    await visitor.sends("/daftar/ringkasan")
    stranger = await makes_an_account(other_visitor)
    await answers_everything(other_visitor, answers)
    assert other_visitor.page.url.path == "/daftar/ringkasan"
    assert not other_visitor.sees("sudah terdaftar") and not other_visitor.sees("sudah tercatat")
    await confirms(other_visitor, stranger)
    await other_visitor.opens("/daftar/usaha")
    page = await other_visitor.sends("/daftar/usaha", of(Section.BUSINESS, answers))
    assert page.status_code == 422
    assert other_visitor.sees("NIB ini sudah terdaftar.")
    async with tenancy.national() as session:
        count = select(func.count()).select_from(Vendor)
        known = count.where(Vendor.business_id_number == answers["business_id_number"])
        assert await session.scalar(known) == 1


async def test_everything_that_is_wrong_with_a_new_account_is_said_at_once(visitor: Visitor) -> None:
    await visitor.opens("/daftar")
    page = await visitor.sends("/daftar", {"name": "", "email": "bukan-alamat", "password": "pendek"})
    assert page.status_code == 422
    assert visitor.sees("Ada 3 hal yang perlu diperbaiki")
    assert visitor.sees("Kata sandi paling sedikit 10 karakter.")
