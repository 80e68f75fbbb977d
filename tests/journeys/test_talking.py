"""Both sides talk on an order, with a photo from the vendor's phone and a paper from the office."""

from pathlib import Path

import pytest

from tests.directory.factories import a_photo
from tests.journeys.conftest import Welcome
from tests.journeys.walking import Walk

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_both_sides_talk_on_an_order(welcome: Welcome, scripts: bool, tmp_path: Path) -> None:
    photo = tmp_path / "kaki rak.jpg"
    photo.write_bytes(a_photo())
    walk = Walk(welcome, scripts)
    walk.is_submitted()
    walk.is_approved()
    walk.is_accepted()
    receiver = walk.is_shown_to("penerima")
    receiver.answers(text="Gudang buka sampai pukul 15.00 hari Jumat.\nBisa pagi?")
    receiver.presses("Kirim pesan")
    assert receiver.page.url.endswith("#percakapan")
    receiver.sees("Gudang buka sampai pukul 15.00")

    vendor = walk.is_shown_to("vendor")
    vendor.sees("Gudang buka sampai pukul 15.00", "Penerima barang")
    vendor.answers(text="Bisa, sekitar pukul 10.00. Ini rak penggantinya.")
    vendor.uploads("files", photo, "Kirim pesan")
    vendor.sees("Ini rak penggantinya.", "kaki rak.jpg")

    officer = walk.is_shown_to("pp")
    officer.sees("Ini rak penggantinya.")
    picture = officer.downloads(officer.main.get_by_role("link", name="kaki rak.jpg"))
    assert picture.startswith(b"RIFF")
