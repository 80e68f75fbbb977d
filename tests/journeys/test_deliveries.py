"""An order in two deliveries: a part is rejected, what was accepted is paid, and the rest is closed short."""

import pytest

from tests.journeys.conftest import Welcome
from tests.journeys.walking import Walk

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_an_order_in_two_deliveries_is_paid_in_part_and_its_rest_closed(
    welcome: Welcome, scripts: bool
) -> None:
    """Seven reams: four come, one of them damaged; three are paid; three more come; the seventh is not waited for."""
    walk = Walk(welcome, scripts)
    walk.is_submitted()
    walk.is_approved()
    walk.is_accepted()
    walk.is_delivered_in_part("4")
    walk.is_inspected(rejected="1")
    handed_over_and_the_rest_awaited(walk)
    walk.is_paid()
    vendor = walk.is_shown_to("vendor")
    vendor.sees("3 dari 4 rim", "1 ditolak: Rusak", "Menunggu sisa kiriman")

    walk.is_delivered_in_part("3")
    walk.is_inspected()
    handed_over_and_the_rest_awaited(walk)
    officer = walk.is_shown_to("ppk")
    officer.main.locator("summary", has_text="Tutup sisa pesanan").click()
    officer.answers(reason="Rapat sudah selesai, satu rim tidak diperlukan lagi.")
    officer.presses("Tutup sisa pesanan")
    officer.sees("1 ditutup, tidak dibeli", "Pengiriman 2", "Di tangan siapa", "Sudah diserahterimakan")
    assert officer.main.locator(".kirim").count() == 2


def handed_over_and_the_rest_awaited(walk: Walk) -> None:
    officer = walk.waits_with("ppk")
    officer.answers(rest="delivered")
    officer.presses("Tandatangani serah terima")
    officer.sees("Berita acara serah terima ditandatangani")
