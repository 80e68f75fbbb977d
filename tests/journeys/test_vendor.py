"""A business comes in: from its first account to its product in one region's catalogue, and in no other's."""

import io
import re
import secrets
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PIL import Image, ImageDraw

from tests.directory.factories import some_answers, some_product
from tests.journeys.conftest import Welcome
from tests.journeys.walking import NATION

if TYPE_CHECKING:
    from tests.journeys.visitor import Visitor

pytestmark = pytest.mark.browser
PASSWORD = "nasi kotak hangat"
SECTIONS = (
    "business_id_number legal_name trade_name legal_form scale_basis scale_amount",
    "owner_name national_identity_number tax_id vat_registered",
    "province_code region_code street_address postcode phone email",
    "bank_code bank_account bank_account_holder",
)


def test_a_vendor_registers_is_verified_and_sells_in_the_region_that_takes_him_in(
    welcome: Welcome, tmp_path: Path
) -> None:
    mark = secrets.token_hex(3)
    business, product = f"Dapur Karawo {mark}", f"Nasi kuning {mark}, 5 lauk"
    vendor = welcome(NATION, phone=True)
    registers(vendor, business)
    the_verifier_accepts(welcome(NATION), business)
    writes_a_product(vendor, product, a_photo(tmp_path))
    asks_for_gorontalo(vendor)
    the_region_takes_him_in(welcome("gorontalo.localhost"), business)

    buyer = welcome("gorontalo.localhost")
    buyer.opens(f"/katalog?q={mark}")
    buyer.waits_for(lambda: buyer.main.get_by_role("link", name=product).count() > 0, "the offer here")
    buyer.follows(product)
    buyer.sees("Rp 35.000", business)
    shows_its_photo(buyer)
    elsewhere = welcome("dki.localhost")
    elsewhere.opens(f"/katalog?q={mark}")
    elsewhere.sees("0 hasil untuk", "Ditawarkan di wilayah lain")
    assert elsewhere.main.get_by_role("link", name=product).count() == 0

    changes_the_price(vendor, product)
    buyer.waits_for_words("Rp 36.500")


def registers(vendor: "Visitor", business: str) -> None:
    answers = some_answers(legal_name=business, trade_name=business, bank_account_holder=business)
    vendor.opens("/daftar")
    email = f"{secrets.token_hex(5)}@usaha.example"
    vendor.answers(name="Rahma Pakaya", email=email, phone="0812 3456 7890", password=PASSWORD)
    vendor.presses("Kirim kode")
    vendor.sees("Periksa surat Anda", email)
    types_the_code(vendor, email)
    for fields in SECTIONS:
        vendor.answers(**{name: answers[name] for name in fields.split()})
        vendor.presses("Lanjut")
    vendor.sees("Periksa sebelum mengirim", "Kota Gorontalo")
    vendor.presses("Daftar dan ajukan verifikasi")
    vendor.sees("Sedang diperiksa verifikator")


def types_the_code(vendor: "Visitor", email: str) -> None:
    """The letter is read beside the page, which stays as it is."""
    vendor.opens("/surat")
    vendor.waits_for_words(email)
    letter = vendor.main.locator("article", has_text=email).first.inner_text()
    code = re.search(r"\b\d{6}\b", letter)
    assert code
    vendor.opens("/daftar")
    vendor.answers(code=code[0])
    vendor.presses("Lanjut")


def the_verifier_accepts(verifier: "Visitor", business: str) -> None:
    verifier.signs_in("verifikator@nasional.example")
    verifier.opens("/verifikasi")
    verifier.follows(business)
    verifier.presses("Verifikasi usaha")
    verifier.opens("/verifikasi")
    verifier.sees_no(business)


def writes_a_product(vendor: "Visitor", name: str, photo: Path) -> None:
    vendor.opens("/usaha/produk")
    vendor.follows("Tulis produk")
    answers = some_product(name=name, minimum_order="10")
    del answers["coverage"]
    vendor.answers(**answers)
    vendor.main.locator('[name="coverage"][value="75"]').check()
    vendor.presses("Simpan sebagai draf")
    vendor.sees("Produk disimpan sebagai draf.")
    vendor.uploads("photo", photo, "Unggah")
    vendor.sees("Foto ditambahkan.", "1 dari 8")
    vendor.presses("Tayangkan")
    vendor.sees("Produk sudah tayang, tetapi belum ada wilayah yang menerima Anda.")


def asks_for_gorontalo(vendor: "Visitor") -> None:
    vendor.opens("/usaha/wilayah")
    vendor.presses("Minta diterima", within=vendor.main.locator(".task", has_text="Gorontalo"))
    vendor.sees("Diminta")


def the_region_takes_him_in(administrator: "Visitor", business: str) -> None:
    administrator.signs_in("admin@gorontalo.example")
    administrator.opens("/penyedia")
    administrator.waits_for_words(business)
    administrator.follows(business)
    administrator.presses("Terima penyedia")
    administrator.sees("Melayani daerah ini")


def changes_the_price(vendor: "Visitor", name: str) -> None:
    vendor.opens("/usaha/produk")
    vendor.follows(name)
    vendor.answers(price="36.500")
    vendor.presses("Simpan produk")
    vendor.sees("Produk disimpan.", "Terlihat di Gorontalo.")


def shows_its_photo(buyer: "Visitor") -> None:
    photo = buyer.main.locator(".gallery img").first
    photo.scroll_into_view_if_needed()
    buyer.page.wait_for_function("photo => photo.complete", arg=photo.element_handle())
    assert photo.evaluate("photo => photo.naturalWidth") == 960


def a_photo(folder: Path) -> Path:
    picture = Image.new("RGB", (1600, 1200), "#f2d9a0")
    ImageDraw.Draw(picture).ellipse((300, 200, 1300, 1000), fill="#c8452d")
    content = io.BytesIO()
    picture.save(content, "JPEG")
    file = folder / "nasi-kuning.jpg"
    file.write_bytes(content.getvalue())
    return file
