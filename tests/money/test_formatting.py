"""Figures and dates as the platform writes them in mail, documents and sentences; pages: tests/look/test_figures.py."""

from datetime import date
from decimal import Decimal

import pytest

from eorder_platform import formatting


@pytest.mark.parametrize(
    ("amount", "text"),
    [
        (0, "Rp\u00a00"),
        (999, "Rp\u00a0999"),
        (12_500_000, "Rp\u00a012.500.000"),
        (-294_570, "\u2212Rp\u00a0294.570"),
    ],
)
def test_rupiah_have_dots_and_a_space_that_does_not_break(amount: int, text: str) -> None:
    assert formatting.rupiah(amount) == text


@pytest.mark.parametrize(
    ("amount", "text"),
    [
        (950_000, "Rp\u00a0950.000"),
        (1_000_000, "Rp\u00a01\u00a0juta"),
        (12_540_000, "Rp\u00a012,5\u00a0juta"),
        (12_550_000, "Rp\u00a012,6\u00a0juta"),
        (412_600_000_000, "Rp\u00a0412,6\u00a0miliar"),
        (13_710_000_000_000, "Rp\u00a013,71\u00a0triliun"),
        (-2_000_000, "\u2212Rp\u00a02\u00a0juta"),
    ],
)
def test_short_rupiah_have_few_decimals_and_the_unit_in_words(amount: int, text: str) -> None:
    assert formatting.rupiah_short(amount) == text


def test_a_figure_is_never_a_thousand_of_its_unit() -> None:
    assert formatting.rupiah_short(999_949_999) == "Rp\u00a0999,9\u00a0juta"
    assert formatting.rupiah_short(999_950_000) == "Rp\u00a01\u00a0miliar"
    assert formatting.rupiah_short(950_000_000) == "Rp\u00a0950\u00a0juta"


def test_english_has_its_own_marks_months_and_words() -> None:
    assert formatting.rupiah(12_500_000, "en") == "Rp\u00a012,500,000"
    assert formatting.rupiah_short(2_290_000_000_000, "en") == "Rp\u00a02.29\u00a0trillion"
    assert formatting.quantity(Decimal("1250.500"), "en") == "1,250.5"
    assert formatting.date_long(date(2026, 8, 5), "en") == "5\u00a0August\u00a02026"


def test_halves_round_away_from_zero() -> None:
    assert formatting.number(Decimal("2.5")) == "3"
    assert formatting.number(Decimal("-4.125"), 2) == "\u22124,13"
