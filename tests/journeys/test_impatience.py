"""Buttons pressed twice and forms sent twice at the same moment: whatever was meant happened once."""

from typing import TYPE_CHECKING

import pytest

from tests.journeys.conftest import Welcome
from tests.journeys.walking import Walk

if TYPE_CHECKING:
    from tests.journeys.visitor import Visitor

pytestmark = pytest.mark.browser


def test_an_order_sent_approved_and_paid_in_impatience_is_sent_approved_and_paid_once(
    welcome: Welcome,
) -> None:
    walk = Walk(welcome)
    impatiently(walk.is_drafted(), "Ajukan Rp")
    walk.is_found_submitted()
    impatiently(walk.is_ready_to_approve(), "Setujui Rp")
    walk.is_delivered()
    walk.is_handed_over()
    impatiently(walk.is_ready_to_pay(), "Catat pembayaran Rp")

    treasurer = walk.is_shown_to("bendahara")
    for happened in ("Diajukan ke PPK", "Surat pesanan ditandatangani PPK", "Dibayar"):
        once = treasurer.main.locator(".events li p:first-child").get_by_text(happened, exact=True)
        assert once.count() == 1, happened
    assert treasurer.main.locator(".doclist li").count() == 4
    budget_moved_once(walk)


def impatiently(visitor: "Visitor", button: str) -> None:
    """Twice at once, and as that shows nothing, a double click on the page that still stands there."""
    assert visitor.sends_twice(button) == [200, 200]
    visitor.presses_twice(button)


def budget_moved_once(walk: Walk) -> None:
    """One hold, one commitment, one realisation: three movements in the package's ledger."""
    treasurer = walk.person("bendahara")
    treasurer.opens("/anggaran")
    treasurer.follows("Alat Tulis")
    treasurer.follows("Alat tulis kantor")
    ledger = treasurer.main.locator("#buku-besar tbody tr", has_text=walk.number)
    assert ledger.count() == 3, ledger.all_inner_texts()
