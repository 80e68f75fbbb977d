"""What a vendor does on its own pages, and what it cannot do on another's."""

import re
from datetime import UTC, datetime
from urllib.parse import urlsplit

from eorder_platform import clock, tenancy
from eorder_platform.directory.change_queue import requests_of
from eorder_platform.directory.jobs import account_confirmed, confirm_account
from eorder_platform.directory.members import Member
from eorder_platform.directory.models import ParticipationStatus, VendorMember, VendorRole
from eorder_platform.directory.participating import record_decision, request_participation
from eorder_platform.directory.queries import payee_facts, payee_secrets, products_of, regions_standing
from eorder_platform.directory.staffing import team_of
from eorder_platform.identity.jobs import invite
from eorder_platform.identity.models import Account
from eorder_platform.ids import new_id
from eorder_platform.mail import read_mailbox
from eorder_platform.tenancy import Tenant
from eorder_tenants.catalogue import jobs
from tests.catalogue.factories import a_seller
from tests.directory.factories import (
    a_committed_vendor,
    a_photo,
    a_public_vendor,
    a_published_product,
    a_registered_vendor,
    a_verified_vendor,
    digits,
    some_product,
)
from tests.vendors.browsing import Visitor


async def comes(visitor: Visitor, member: Member) -> None:
    await visitor.signs_in(member.account_id, member.name, member.role)


async def test_secret_numbers_are_shown_by_their_last_digits_only(visitor: Visitor) -> None:
    member = await a_committed_vendor()
    await comes(visitor, member)
    await visitor.opens("/usaha/profil")
    assert visitor.sees("•••• 1234")
    assert not visitor.sees("012345678901234")


async def test_a_new_bank_account_waits_is_seen_to_wait_and_is_taken_back(visitor: Visitor) -> None:
    member = await a_committed_vendor()
    await comes(visitor, member)
    await visitor.opens("/usaha/profil/rekening")
    new = {"bank_code": "008", "bank_account": "1230004567890", "bank_account_holder": "CV Dapur Karawo"}
    await visitor.sends("/usaha/profil/rekening", new, again=True)
    assert visitor.sees("Menunggu konfirmasi pemilik lewat surat")
    assert visitor.sees("•••• 1234</td>") and visitor.sees("•••• 7890")
    assert not visitor.sees("1230004567890")
    async with tenancy.national() as session:
        assert (await payee_secrets(session, member.vendor_id))["bank_account"] == "012345678901234"
        (request,) = await requests_of(session, member)
    await visitor.opens("/usaha/profil/rekening")
    page = await visitor.sends("/usaha/profil/rekening", {**new, "bank_account": "1230004567899"})
    assert page.status_code == 422
    assert visitor.sees("masih menunggu verifikator") and visitor.sees("1230004567899")
    await visitor.opens("/usaha/profil")
    await visitor.sends(f"/usaha/profil/permintaan/{request.id}/penarikan", again=True)
    assert visitor.sees("Permintaan ditarik")
    assert not visitor.sees("•••• 7890")


async def test_the_owner_confirms_another_account_by_the_mail_and_stops_it_by_the_same_mail(
    visitor: Visitor, other_visitor: Visitor
) -> None:
    member = await a_committed_vendor()
    await comes(visitor, member)
    await visitor.opens("/usaha/profil/rekening")
    new = {"bank_code": "008", "bank_account": "1230004567890", "bank_account_holder": "Orang Lain"}
    await visitor.sends("/usaha/profil/rekening", new)
    async with tenancy.national() as session:
        (request,) = await requests_of(session, member)
        email = (await session.get_one(Account, member.account_id)).email
    await confirm_account(request_id=str(request.id))
    (letter,) = [mail for mail in read_mailbox() if mail.to == email]
    confirm, stop = (urlsplit(link).path for link in re.findall(r"http\S+", letter.text))
    assert (await other_visitor.opens(confirm)).url.path == "/masuk"
    await visitor.opens(confirm)
    assert visitor.sees("•••• 7890") and not visitor.sees("1230004567890")
    await visitor.sends(confirm, again=True)
    assert visitor.sees("Diperiksa mulai")
    async with tenancy.national() as session:
        assert (await payee_facts(session, member.vendor_id))["bank_account_changing_since"]
    await account_confirmed(request_id=str(request.id))
    assert len([mail for mail in read_mailbox() if mail.to == email]) == 2
    await other_visitor.opens(stop)
    await other_visitor.sends(stop)
    assert other_visitor.page.url.path == "/lupa-sandi"
    assert other_visitor.sees("rekening yang lama tetap berlaku")
    await visitor.opens("/usaha/profil")
    assert visitor.page.url.path == "/masuk"
    assert (await other_visitor.opens(stop)).status_code == 409


async def test_a_paper_that_is_none_is_refused_beside_its_field_and_nothing_is_asked(
    visitor: Visitor,
) -> None:
    member = await a_committed_vendor()
    await comes(visitor, member)
    await visitor.opens("/usaha/profil/pemilik")
    page = await visitor.sends(
        "/usaha/profil/pemilik",
        {"tax_id": "0021832415000000", "vat_registered": "ya"},
        files=[("evidence", ("bukti.pdf", b"<html>", "application/pdf"))],
    )
    assert page.status_code == 422
    assert visitor.sees("PDF, JPG, atau PNG.")
    async with tenancy.national() as session:
        assert await requests_of(session, member) == []


async def test_which_business_it_is_is_not_asked_again(visitor: Visitor) -> None:
    await comes(visitor, await a_committed_vendor())
    await visitor.opens("/usaha/profil/usaha")
    assert not visitor.sees('name="business_id_number"')
    assert visitor.sees('name="trade_name"')
    assert visitor.sees("berlaku sesudah diterima verifikator")


async def test_staff_is_invited_sets_a_password_and_writes_products(
    visitor: Visitor, other_visitor: Visitor
) -> None:
    owner = await a_committed_vendor()
    await comes(visitor, owner)
    await visitor.opens("/usaha/profil/tim")
    staff = {"name": "Yusuf Hasan", "email": f"yusuf{digits(9)}@contoh.id"}
    await visitor.sends("/usaha/profil/tim", staff, again=True)
    assert visitor.sees("Yusuf Hasan")
    async with tenancy.national() as session:
        (_, invited) = await team_of(session, owner.vendor_id)
    await invite(account_id=str(invited.account_id), host="localhost")
    letter = next(mail for mail in read_mailbox() if mail.to == staff["email"])
    assert "staf penyedia" in letter.text
    link = urlsplit(letter.text.partition("http")[2].split()[0]).path
    await other_visitor.opens(link[link.index("/undangan") :])
    await other_visitor.sends(other_visitor.page.url.path, {"password": "kue basah hangat"})
    await other_visitor.signs_in(invited.account_id, invited.name, invited.role)
    await other_visitor.opens("/usaha/produk/baru")
    await other_visitor.sends("/usaha/produk", some_product(coverage=None) | {"coverage": ["75"]})
    assert other_visitor.sees("Produk disimpan sebagai draf.")
    await other_visitor.opens("/usaha/profil")
    assert not other_visitor.sees("/usaha/profil/rekening")
    for section in ("usaha", "pemilik", "rekening"):
        assert (await other_visitor.opens(f"/usaha/profil/{section}")).status_code == 403
    await visitor.opens("/usaha/profil")
    await visitor.sends(f"/usaha/profil/tim/{invited.account_id}/pemberhentian")
    await other_visitor.opens("/usaha/produk")
    assert other_visitor.page.url.path == "/masuk"


async def test_a_product_is_written_photographed_and_published(visitor: Visitor) -> None:
    member = await a_committed_vendor()
    await comes(visitor, member)
    await visitor.opens("/usaha/produk/baru")
    await visitor.sends(
        "/usaha/produk", some_product(coverage=None) | {"coverage": ["75.71", "31"]}, again=True
    )
    async with tenancy.national() as session:
        (product,) = await products_of(session, member.vendor_id)
    assert product.coverage == ["31", "75.71"]
    home = f"/usaha/produk/{product.id}"
    assert visitor.page.url.path == home
    await visitor.sends(f"{home}/foto", files=[("photo", ("foto.jpg", a_photo(), "image/jpeg"))])
    assert visitor.sees("1 dari 8")
    await visitor.sends(f"{home}/penayangan", again=True)
    assert visitor.page.url.path == "/usaha/wilayah"
    assert visitor.sees("belum ada wilayah yang menerima Anda")
    assert not visitor.sees("setiap wilayah yang Anda layani")
    await visitor.opens("/usaha/produk")
    assert visitor.sees("Belum terlihat di wilayah mana pun")


async def test_a_wrong_product_comes_back_with_what_was_typed(visitor: Visitor) -> None:
    await comes(visitor, await a_committed_vendor())
    await visitor.opens("/usaha/produk/baru")
    page = await visitor.sends(
        "/usaha/produk", some_product(price="gratis", coverage=None) | {"coverage": ["75.71"]}
    )
    assert page.status_code == 422
    assert visitor.sees("bukan jumlah rupiah")
    assert visitor.sees('value="75.71" id="coverage-75-71" checked')


async def test_an_english_form_speaks_and_counts_in_english(visitor: Visitor) -> None:
    member = await a_committed_vendor()
    await comes(visitor, member)
    await visitor.opens("/usaha/produk/baru?bahasa=en")
    assert visitor.sees("Meeting food and drink – ")
    assert visitor.sees("Choose a category")
    wrong = some_product(name="", minimum_order="1.500", lead_days="91", coverage=None)
    assert (await visitor.sends("/usaha/produk", wrong)).status_code == 422
    for sentence in (
        "Product name is required.",
        "“1.500” can be read as 1.5 or as 1,500. Write one of them.",
        "The time to prepare is 0 to 90 business days.",
        "Choose at least one delivery area.",
    ):
        assert visitor.sees(sentence)
    right = some_product(minimum_order="1,250.5", coverage=None) | {"coverage": ["75.71"]}
    await visitor.sends("/usaha/produk", right, again=True)
    assert visitor.sees('value="1250.5"')


async def test_the_hints_of_an_english_profile_are_english(visitor: Visitor) -> None:
    await comes(visitor, await a_committed_vendor())
    await visitor.opens("/usaha/profil/usaha?bahasa=en")
    assert visitor.sees("billion")
    assert not visitor.sees("miliar")


async def test_a_file_that_is_no_photo_is_refused_at_its_field(visitor: Visitor) -> None:
    member = await a_committed_vendor()
    async with tenancy.national() as session:
        product = await a_published_product(session, member)
    await comes(visitor, member)
    await visitor.opens(f"/usaha/produk/{product.id}")
    text = [("photo", ("foto.jpg", b"bukan gambar", "image/jpeg"))]
    page = await visitor.sends(f"/usaha/produk/{product.id}/foto", files=text)
    assert page.status_code == 422
    assert visitor.sees("Berkas ini bukan foto.")
    both = [
        ("photo", ("depan.jpg", a_photo(), "image/jpeg")),
        ("photo", ("daftar harga.pdf", b"%PDF", "image/jpeg")),
    ]
    await visitor.opens(f"/usaha/produk/{product.id}")
    assert (await visitor.sends(f"/usaha/produk/{product.id}/foto", files=both)).status_code == 422
    assert visitor.sees("daftar harga.pdf: Berkas ini bukan foto.")
    assert visitor.sees("0 dari 8")


async def test_another_vendors_product_is_not_there(visitor: Visitor) -> None:
    one, other = await a_committed_vendor(), await a_committed_vendor()
    async with tenancy.national() as session:
        product = await a_published_product(session, one)
    await comes(visitor, other)
    assert (await visitor.opens(f"/usaha/produk/{product.id}")).status_code == 404
    await visitor.opens("/usaha/produk/baru")
    token = visitor.hidden_fields("/usaha/produk")["_csrf"]
    answer = await visitor.client.post(f"/usaha/produk/{product.id}/penurunan", data={"_csrf": token})
    assert answer.status_code == 404


async def test_a_vendor_asks_one_of_two_regions_and_reads_why_it_was_declined(
    visitor: Visitor, dki: Tenant, gorontalo: Tenant
) -> None:
    member = await a_committed_vendor()
    await comes(visitor, member)
    await visitor.opens("/usaha/wilayah")
    await visitor.sends(f"/usaha/wilayah/{gorontalo.id}/permintaan", again=True)
    assert visitor.sees("Menunggu putusan wilayah")
    async with tenancy.national() as session:
        standings = {
            row.slug: one.status if one else None
            for row, one in await regions_standing(session, member.vendor_id)
        }
        assert standings == {dki.slug: None, gorontalo.slug: ParticipationStatus.REQUESTED}
        declined = ParticipationStatus.DECLINED
        await record_decision(session, member.vendor_id, gorontalo.id, declined, "Di luar jangkauan kirim.")
    await visitor.opens("/usaha/wilayah")
    assert visitor.sees("Di luar jangkauan kirim.")
    assert visitor.sees("Minta diterima lagi")


async def test_a_vendor_reads_until_when_the_region_answers(visitor: Visitor, gorontalo: Tenant) -> None:
    member = await a_committed_vendor()
    async with tenancy.national() as session:
        with clock.travelling_to(datetime(2026, 6, 8, 3, tzinfo=UTC)):
            await request_participation(session, member, gorontalo.id)
    await jobs.receive_request(vendor_id=str(member.vendor_id), tenant_id=str(gorontalo.id))
    await comes(visitor, member)
    await visitor.opens("/usaha/wilayah")
    assert visitor.sees("paling lambat 15 Jun 2026, 23.59 WITA")


async def test_the_public_directory_shows_no_private_fact(visitor: Visitor) -> None:
    async with tenancy.national() as session:
        member = await a_verified_vendor(
            session, trade_name="Dapur Sangat Rahasia", email="rahasia@contoh.id"
        )
        await a_published_product(session, member)
        payee = await payee_facts(session, member.vendor_id)
    await visitor.opens("/penyedia?q=sangat+rahasia")
    listing = visitor.page.text
    await visitor.opens(f"/penyedia/{member.vendor_id}")
    assert visitor.sees("Dapur Sangat Rahasia")
    assert visitor.sees("Kota Gorontalo")
    for secret in (
        "Nani Wartabone",
        "96115",
        "+62812",
        "0812",
        payee["bank_account"],
        payee["email"],
        "Rahma Pakaya",
    ):
        assert secret not in visitor.page.text + listing
    assert payee["tax_id"] not in visitor.page.text


async def test_a_product_leads_only_to_regions_that_show_it(
    visitor: Visitor, dki: Tenant, gorontalo: Tenant
) -> None:
    seller = await a_seller(dki, gorontalo, coverage="75")
    await visitor.opens(f"/penyedia/{seller.vendor_id}")
    links = [
        link for link in re.findall(r'href="([^"]+)"', visitor.page.text) if str(seller.product.id) in link
    ]
    assert [urlsplit(link).hostname for link in links] == ["gorontalo.localhost"]
    await comes(visitor, seller.member)
    for path in ("/usaha/produk", f"/usaha/produk/{seller.product.id}"):
        await visitor.opens(path)
        assert visitor.sees("Terlihat di Gorontalo")
        assert not visitor.sees("Terlihat di DKI Jakarta")


async def test_a_business_that_is_not_verified_is_not_in_the_directory(visitor: Visitor) -> None:
    async with tenancy.national() as session:
        member = await a_registered_vendor(session, trade_name="Belum Diperiksa Siapa Pun")
    await visitor.opens("/penyedia?q=belum+diperiksa+siapa")
    assert visitor.sees("Tidak ada yang cocok")
    assert (await visitor.opens(f"/penyedia/{member.vendor_id}")).status_code == 404


async def test_a_wildcard_in_the_search_is_only_a_sign(visitor: Visitor) -> None:
    await a_committed_vendor()
    await visitor.opens("/penyedia?q=%25")
    assert visitor.sees("Tidak ada yang cocok")


async def test_strangers_are_led_to_sign_in_and_officials_are_kept_out(visitor: Visitor) -> None:
    for path in ("/usaha/profil", "/usaha/produk", "/usaha/wilayah", "/daftar/usaha"):
        await visitor.opens(path)
        assert visitor.page.url.path == "/masuk"
    member = await a_committed_vendor()
    await visitor.signs_in(member.account_id, "Verifikator", "verifier")
    assert (await visitor.opens("/usaha/produk")).status_code == 403


async def test_another_tax_class_is_asked_for_on_the_products_page_and_waits(visitor: Visitor) -> None:
    member = await a_committed_vendor()
    async with tenancy.national() as session:
        product = await a_published_product(session, member)
    await comes(visitor, member)
    home = f"/usaha/produk/{product.id}"
    await visitor.opens(home)
    page = await visitor.sends(f"{home}/golongan-pajak", {"tax_class": "catering", "note": "Sama saja"})
    assert page.status_code == 422
    assert visitor.sees("Tidak ada yang berubah") and visitor.sees("Sama saja</textarea>")
    await visitor.sends(f"{home}/golongan-pajak", {"tax_class": "service", "note": "Juru masak"}, again=True)
    assert visitor.sees("Golongan pajak produk") and visitor.sees("Menunggu verifikator")
    assert visitor.sees("Jasa boga</td>") and visitor.sees("<b>Jasa</b>")


async def test_a_business_without_private_facts_reads_why_instead_of_an_error(
    visitor: Visitor, dki: Tenant
) -> None:
    """Seen where the nation's private rows had not come along with the public ones."""
    await comes(visitor, await a_member_without_private_facts(dki))
    for place in ("/usaha/profil", "/usaha/profil/rekening", "/usaha/profil/pemilik"):
        page = await visitor.opens(place)
        assert page.status_code == 404 and visitor.sees("tidak lengkap di direktori nasional"), place
    for place in ("/usaha", "/usaha/produk", "/usaha/pesanan", "/usaha/wilayah", "/akun"):
        assert (await visitor.opens(place)).status_code < 500, place


async def a_member_without_private_facts(tenant: Tenant) -> Member:
    vendor_id, account_id = await a_public_vendor(tenant.region_code), new_id()
    async with tenancy.national() as nation:
        email = f"{account_id.hex}@uji.id"
        nation.add(Account(id=account_id, email=email, name="Rahmat Hidayat", password_hash="-"))
        await nation.flush()
        nation.add(VendorMember(account_id=account_id, vendor_id=vendor_id, role=VendorRole.OWNER))
    return Member(account_id, "Rahmat Hidayat", vendor_id, VendorRole.OWNER)
