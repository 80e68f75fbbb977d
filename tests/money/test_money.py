"""Rupiah written, read, spelled out and divided."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eorder_platform import formatting
from eorder_platform.errors import Refused
from eorder_platform.money import (
    LARGEST_RUPIAH,
    amount_in_words,
    apportion,
    line_amount,
    parse_quantity,
    parse_rupiah,
    round_half_up,
    typed_quantity,
)

LOCALES = ("id", "en")


def test_no_amount_is_a_million_milliards() -> None:
    assert LARGEST_RUPIAH == 999_999_999_999_999
    assert parse_rupiah("999.999.999.999.999") == LARGEST_RUPIAH


def test_an_amount_of_thousands_of_digits_is_refused_like_any_too_large() -> None:
    assert parse_rupiah("0" * 5_000 + "7") == 7
    for typed in ("9" * 16, "9" * 5_000):
        with pytest.raises(Refused, match="Jumlah paling besar"):
            parse_rupiah(typed)


def test_an_amount_said_in_words_that_is_too_large_is_refused_as_too_large() -> None:
    with pytest.raises(Refused) as refusal:
        parse_rupiah("100000 triliun", field="ceiling")
    assert refusal.value.problems == [("ceiling", "Jumlah paling besar Rp\u00a0999.999.999.999.999.")]


def test_a_refused_amount_is_shown_with_an_example_and_not_longer_than_forty_letters() -> None:
    with pytest.raises(Refused) as refusal:
        parse_rupiah("x" * 45)
    sentence = f"“{'x' * 40}” bukan jumlah rupiah. Tulis misalnya 12.500.000 atau Rp\u00a0450\u00a0juta."
    assert refusal.value.problems == [(None, sentence)]


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
        ("1,5 jt", 1_500_000),
        ("Rp 2.000.000,-", 2_000_000),
        ("2 million", 2_000_000),
        ("1,000,000", 1_000_000),
        ("IDR 1.25 billion", 1_250_000_000),
        ("500 ribu", 500_000),
        ("750rb", 750_000),
        ("500 ribu rupiah", 500_000),
        ("2.000.000 Rupiah", 2_000_000),
        ("1,000,000 IDR", 1_000_000),
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


def test_no_amount_at_all_is_asked_for() -> None:
    with pytest.raises(Refused, match=r"Isi jumlah rupiah, misalnya 12\.500\.000\."):
        parse_rupiah(" ")


def test_more_money_than_there_is_is_refused() -> None:
    with pytest.raises(Refused, match="paling besar"):
        parse_rupiah(str(LARGEST_RUPIAH + 1))


@given(st.integers(0, LARGEST_RUPIAH), st.sampled_from(LOCALES))
def test_what_is_shown_can_be_typed_back(amount: int, locale: str) -> None:
    assert parse_rupiah(formatting.rupiah(amount, locale)) == amount


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
    assert apportion(8, [2, 1]) == [5, 3]  # 5⅓ and 2⅔
    assert apportion(10, [0, 0]) == [10, 0]
    assert apportion(0, []) == []


@pytest.mark.parametrize(
    ("text", "locale", "quantity"),
    [
        ("1250", "id", "1250"),
        ("1.250", "id", "1250"),
        ("1.250,5", "id", "1250.5"),
        ("12,5", "id", "12.5"),
        ("12.5", "id", "12.5"),
        ("0.125", "id", "0.125"),
        ("1,125", "id", "1.125"),
        (" 1 000 ", "id", "1000"),
        ("1250", "en", "1250"),
        ("1,000", "en", "1000"),
        ("1,250.5", "en", "1250.5"),
        ("12.5", "en", "12.5"),
        ("12,5", "en", "12.5"),
        ("0,125", "en", "0.125"),
        ("1.125", "en", "1.125"),
    ],
)
def test_quantities_are_read_in_the_convention_of_the_page(text: str, locale: str, quantity: str) -> None:
    assert parse_quantity(text, locale=locale) == Decimal(quantity)


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize(
    "text", ["", "sepuluh", "-1", "1e3", "NaN", "Infinity", "1_000", "0,0005", "0.0005", "1.2.3", "²"]
)
def test_what_is_no_quantity_is_refused_beside_its_field(text: str, locale: str) -> None:
    with pytest.raises(Refused) as refusal:
        parse_quantity(text, field="quantity", locale=locale)
    assert refusal.value.problems[0][0] == "quantity"


def test_a_missing_quantity_is_asked_for() -> None:
    with pytest.raises(Refused, match=r"^Isi jumlahnya, misalnya 12,5\.$"):
        parse_quantity(" ")


def test_a_refused_quantity_is_shown_with_an_example_and_not_longer_than_forty_letters() -> None:
    with pytest.raises(Refused, match=rf"^“{'x' * 40}” bukan jumlah\. Tulis misalnya 100 atau 12,5, paling"):
        parse_quantity("x" * 45)


@pytest.mark.parametrize(
    ("text", "locale", "readings"),
    [
        ("1,000", "id", "dibaca 1 atau 1.000"),
        ("1,250", "id", "dibaca 1,25 atau 1.250"),
        ("1.000", "en", "dibaca 1 atau 1.000"),
    ],
)
def test_thousands_in_the_other_languages_convention_are_asked_about(
    text: str, locale: str, readings: str
) -> None:
    with pytest.raises(Refused, match=f"^“{text}” dapat {readings}") as refusal:
        parse_quantity(text, field="quantity", locale=locale)
    assert refusal.value.problems[0][0] == "quantity"


@given(st.decimals(min_value=0, max_value=999_999_999, places=3), st.sampled_from(LOCALES))
def test_a_quantity_that_is_printed_is_read_back_the_same(quantity: Decimal, locale: str) -> None:
    assert parse_quantity(typed_quantity(quantity, locale), locale=locale) == quantity
    assert parse_quantity(formatting.quantity(quantity, locale), locale=locale) == quantity
