"""Rupiah written, read, spelled out and divided."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eorder_platform.errors import Refused
from eorder_platform.money import (
    LARGEST_RUPIAH,
    amount_in_words,
    apportion,
    format_rupiah,
    format_rupiah_short,
    line_amount,
    parse_quantity,
    parse_rupiah,
    round_half_up,
    typed_quantity,
)


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
    assert format_rupiah(amount) == text


def test_documents_of_the_treasury_write_the_cents() -> None:
    assert format_rupiah(50_000_000, cents=True) == "Rp\u00a050.000.000,00"


@pytest.mark.parametrize(
    ("amount", "text"),
    [
        (950_000, "Rp\u00a0950.000"),
        (1_000_000, "Rp\u00a01\u00a0juta"),
        (12_540_000, "Rp\u00a012,5\u00a0juta"),
        (12_550_000, "Rp\u00a012,6\u00a0juta"),
        (412_600_000_000, "Rp\u00a0412,6\u00a0miliar"),
        (13_710_000_000_000, "Rp\u00a013,7\u00a0triliun"),
        (-2_000_000, "\u2212Rp\u00a02\u00a0juta"),
    ],
)
def test_short_rupiah_have_one_decimal_and_the_unit_in_words(amount: int, text: str) -> None:
    assert format_rupiah_short(amount) == text


def test_a_figure_is_never_a_thousand_of_its_unit() -> None:
    assert format_rupiah_short(999_949_999) == "Rp\u00a0999,9\u00a0juta"
    assert format_rupiah_short(999_950_000) == "Rp\u00a01\u00a0miliar"
    assert format_rupiah_short(950_000_000) == "Rp\u00a0950\u00a0juta"


@pytest.mark.parametrize(
    ("amount", "words"),
    [
        (0, "nol"),
        (11, "sebelas"),
        (100, "seratus"),
        (1_000, "seribu"),
        (11_000, "sebelas ribu"),
        (1_001, "seribu satu"),
        (1_100, "seribu seratus"),
        (111_111, "seratus sebelas ribu seratus sebelas"),
        (1_000_000, "satu juta"),
        (9_850_000, "sembilan juta delapan ratus lima puluh ribu"),
        (11_100_000, "sebelas juta seratus ribu"),
        (50_000_000, "lima puluh juta"),
        (1_000_000_000, "satu miliar"),
        (1_001_000_000, "satu miliar satu juta"),
        (1_000_000_000_000, "satu triliun"),
        (
            177_821_126_204,
            (
                "seratus tujuh puluh tujuh miliar delapan ratus dua puluh satu juta "
                "seratus dua puluh enam ribu dua ratus empat"
            ),
        ),
    ],
)
def test_amounts_are_spelled_as_on_a_receipt(amount: int, words: str) -> None:
    assert amount_in_words(amount, capitals="none") == f"{words} rupiah"


def test_the_first_letter_or_every_word_is_capital() -> None:
    assert amount_in_words(50_000_000) == "Lima puluh juta rupiah"
    assert amount_in_words(50_000_000, capitals="words") == "Lima Puluh Juta Rupiah"


def test_a_negative_amount_has_no_words() -> None:
    with pytest.raises(ValueError, match="negative"):
        amount_in_words(-1)


@pytest.mark.parametrize(
    "text",
    [
        "12.500.000",
        "12500000",
        "Rp 12.500.000",
        "Rp12.500.000",
        "rp. 12.500.000",
        "Rp\u00a012.500.000",
        "12,500,000",
        "12.500.000,00",
        "12500000.00",
        "12500000,0",
        " 12 500 000 ",
    ],
)
def test_people_write_the_same_amount_in_many_ways(text: str) -> None:
    assert parse_rupiah(text) == 12_500_000


@pytest.mark.parametrize(
    "text",
    ["", "  ", "dua juta", "12,5", "12.50", "12.500,50", "12.500.00", "12.00", "-500", "1.25.000", "Rp"],
)
def test_what_is_not_whole_rupiah_is_refused_at_its_field(text: str) -> None:
    with pytest.raises(Refused) as refusal:
        parse_rupiah(text, field="price")
    assert refusal.value.problems[0][0] == "price"


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("Rp 12.500.000,-", 12_500_000),
        ("12.500.000,-", 12_500_000),
        ("Rp. 12.500.000,-", 12_500_000),
        ("12,500,000.-", 12_500_000),
        ("500,-", 500),
        ("IDR 12.500.000,00", 12_500_000),
        ("\u200bRp\u00a012.500.000\ufeff", 12_500_000),
        ("450 juta", 450_000_000),
        ("Rp 2 miliar", 2_000_000_000),
        ("2,5 Milyar", 2_500_000_000),
        ("1.25 jt", 1_250_000),
        ("3 triliun", 3_000_000_000_000),
    ],
)
def test_amounts_are_read_as_offices_write_and_people_say_them(text: str, amount: int) -> None:
    assert parse_rupiah(text) == amount


@pytest.mark.parametrize(
    "text",
    ["2.500 juta", "2,500 miliar", "juta", "12.500.000-", ",-", "1.500,- juta", "450 jutaan", "5 ribu juta"],
)
def test_an_amount_that_can_be_meant_in_two_ways_is_refused(text: str) -> None:
    with pytest.raises(Refused, match="bukan jumlah rupiah"):
        parse_rupiah(text)


def test_more_money_than_there_is_is_refused() -> None:
    with pytest.raises(Refused, match="paling besar"):
        parse_rupiah(str(LARGEST_RUPIAH + 1))


@given(st.integers(0, LARGEST_RUPIAH))
def test_what_is_shown_can_be_typed_back(amount: int) -> None:
    assert parse_rupiah(format_rupiah(amount)) == amount
    assert parse_rupiah(format_rupiah(amount, cents=True)) == amount


def test_a_line_is_cut_down_to_whole_rupiah() -> None:
    assert line_amount(Decimal("2.500"), 10_001) == 25_002
    assert line_amount(Decimal(100), 45_000) == 4_500_000


def test_a_quantity_with_four_decimals_is_a_mistake_of_the_program() -> None:
    with pytest.raises(ValueError, match="three decimals"):
        line_amount(Decimal("0.0001"), 10_000)


@pytest.mark.parametrize(("n", "d", "rounded"), [(5, 2, 3), (4, 3, 1), (5, 3, 2), (0, 12, 0)])
def test_a_half_is_rounded_up(n: int, d: int, rounded: int) -> None:
    assert round_half_up(n, d) == rounded


@given(st.integers(0, 10**12), st.lists(st.integers(0, 10**9), min_size=1, max_size=20))
def test_parts_add_up_and_are_within_a_rupiah_of_their_share(total: int, weights: list[int]) -> None:
    parts = apportion(total, weights)
    assert sum(parts) == total
    assert all(part >= 0 for part in parts)
    if whole := sum(weights):
        assert all(abs(p * whole - total * w) < whole for p, w in zip(parts, weights, strict=True))


def test_an_odd_rupiah_goes_to_the_largest_remainder() -> None:
    assert apportion(100, [1, 1, 1]) == [34, 33, 33]
    assert apportion(10, [0, 0]) == [10, 0]


@pytest.mark.parametrize(
    ("text", "quantity"),
    [
        ("1250", "1250"),
        ("1.250", "1250"),
        ("1.250,5", "1250.5"),
        ("12,5", "12.5"),
        ("12.5", "12.5"),
        ("0.125", "0.125"),
        ("1,250", "1.25"),
        (" 1 000 ", "1000"),
    ],
)
def test_quantities_are_read_as_people_here_write_them(text: str, quantity: str) -> None:
    assert parse_quantity(text) == Decimal(quantity)


@pytest.mark.parametrize(
    "text", ["", "sepuluh", "-1", "1e3", "NaN", "Infinity", "1_000", "0,0005", "1.2.3", "²"]
)
def test_what_is_no_quantity_is_refused_beside_its_field(text: str) -> None:
    with pytest.raises(Refused) as refusal:
        parse_quantity(text, field="quantity")
    assert refusal.value.problems[0][0] == "quantity"


@given(st.decimals(min_value=0, max_value=999_999, places=3))
def test_a_quantity_put_into_a_field_is_read_back_the_same(quantity: Decimal) -> None:
    assert parse_quantity(typed_quantity(quantity)) == quantity
