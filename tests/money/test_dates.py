"""Dates and hours as people write them, and every amount, quantity and date that a page shows read back by a form."""

from datetime import date, time
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eorder_platform import formatting
from eorder_platform.dates import YEARS, parse_date, parse_hour
from eorder_platform.errors import Refused
from eorder_platform.money import parse_quantity, parse_rupiah
from eorder_web.look.translating import _, speaking

LOCALES = ("id", "en")
DAYS = st.dates(date(YEARS.start, 1, 1), date(YEARS.stop - 1, 12, 31))


@pytest.mark.parametrize(
    "text",
    [
        "2026-07-12",
        "2026/7/12",
        "12/7/2026",
        "12-07-2026",
        "12.7.2026",
        "12 7 2026",
        "12 Juli 2026",
        "12 juli 2026",
        "12 Jul 2026",
        "12-Jul-2026",
        "12 July 2026",
        "July 12, 2026",
        "Minggu, 12 Juli 2026",
        "\u200b12\u00a0Juli\u00a02026 ",
    ],
)
def test_people_write_the_same_day_in_many_ways(text: str) -> None:
    assert parse_date(text) == date(2026, 7, 12)


@pytest.mark.parametrize(
    ("text", "month"),
    [("1 Agt 2026", 8), ("1 Agu 2026", 8), ("1 Mei 2026", 5), ("1 Okt 2026", 10), ("1 Nop 2026", 11)],
)
def test_months_are_known_by_their_short_names(text: str, month: int) -> None:
    assert parse_date(text) == date(2026, month, 1)


@pytest.mark.parametrize(
    "text",
    ["besok", "12/7/26", "12-Jul-26", "31 Februari 2026", "30/2/2026", "12 Foo 2026", "2026-07", "0026-01-01",
     "12/7-2026", "9999-12-31", "\u0661\u0662/7/2026"],
)  # fmt: skip
def test_what_is_no_day_is_refused_beside_its_field_with_an_example(text: str) -> None:
    with pytest.raises(Refused) as refusal:
        parse_date(text, field="due_on")
    [(field, sentence)] = refusal.value.problems
    assert (field, sentence) == (
        "due_on",
        f"“{text}” bukan tanggal. Tulis misalnya 31\u00a0Desember\u00a02026.",
    )


@pytest.mark.parametrize(
    ("text", "hour"),
    [("10.30", time(10, 30)), ("10:30", time(10, 30)), ("8", time(8)), ("8.05", time(8, 5)),
     ("pukul 23.59 WIB", time(23, 59))],
)  # fmt: skip
def test_hours_are_read_as_people_write_them(text: str, hour: time) -> None:
    assert parse_hour(text) == hour


@pytest.mark.parametrize("text", ["", "24.00", "10.60", "10:30:00Z", "siang", "1030", "-1"])
def test_what_is_no_hour_is_refused(text: str) -> None:
    with pytest.raises(Refused, match=r"Tulis jam seperti 10\.30\."):
        parse_hour(text)


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        (lambda: parse_rupiah("murah"),
         "“murah” is no amount in rupiah. Write for example 12,500,000 or Rp 450 million."),
        (lambda: parse_rupiah(""), "Enter an amount in rupiah, for example 12,500,000."),
        (lambda: parse_quantity("banyak", locale="en"),
         "“banyak” is no quantity. Write for example 100 or 12.5, with at most three decimals."),
        (lambda: parse_date("besok"), "“besok” is no date. Write for example 31 December 2026."),
        (lambda: parse_date(""), "Choose a date, or write for example 31 December 2026."),
        (lambda: parse_hour("siang"), "Write an hour like 10:30."),
    ],
)  # fmt: skip
def test_on_an_english_page_the_example_is_english(typed: object, sentence: str) -> None:
    assert callable(typed)
    with pytest.raises(Refused) as refusal, speaking("en"):
        typed()
    with speaking("en"):
        assert _(refusal.value.problems[0][1]).replace("\u00a0", " ") == sentence


@given(DAYS, st.sampled_from(LOCALES))
def test_a_day_that_is_shown_is_read_back_the_same(day: date, locale: str) -> None:
    shown = (
        formatting.date_long(day, locale),
        formatting.date_short(day, locale),
        day.isoformat(),
        f"{day:%d/%m/%Y}",
    )
    assert {parse_date(text) for text in shown} == {day}


@given(st.times(), st.sampled_from(LOCALES))
def test_an_hour_that_is_shown_is_read_back_the_same(hour: time, locale: str) -> None:
    assert parse_hour(formatting.time_short(hour, locale)) == hour.replace(second=0, microsecond=0)


@given(st.integers(1, 9_999), st.sampled_from([10**5, 10**8]), st.sampled_from(LOCALES))
def test_an_amount_with_its_scale_in_words_is_read_back_the_same(
    tenths: int, scale: int, locale: str
) -> None:
    amount = tenths * scale
    assert parse_rupiah(formatting.rupiah_short(amount, locale)) == amount


@given(st.integers(0, 10**15 - 1), st.sampled_from(LOCALES))
def test_an_amount_is_read_back_however_it_is_shown(amount: int, locale: str) -> None:
    shown = (formatting.rupiah(amount, locale), formatting.number(amount, 0, locale), str(amount))
    assert {parse_rupiah(text) for text in shown} == {amount}
    assert (
        parse_rupiah(f"{formatting.rupiah(amount, locale)},-" if locale == "id" else f"{amount:,} rupiah")
        == amount
    )


@given(st.decimals(0, 999_999_999, places=3), st.sampled_from(LOCALES))
def test_a_quantity_is_read_back_on_the_page_that_shows_it(quantity: Decimal, locale: str) -> None:
    assert parse_quantity(formatting.quantity(quantity, locale), locale=locale) == quantity
