"""Figures and dates read as an Indonesian office writes them, and as an English reader expects."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from eorder_web.look import formatting
from eorder_web.look.translating import speaking

EIGHT_FORTYONE_IN_JAKARTA = datetime(2026, 11, 23, 1, 41, tzinfo=UTC)


@pytest.mark.parametrize(
    ("amount", "indonesian", "english"),
    [
        (12_500_000, "Rp\N{NO-BREAK SPACE}12.500.000", "Rp\N{NO-BREAK SPACE}12,500,000"),
        (-294_570, "−Rp\N{NO-BREAK SPACE}294.570", "−Rp\N{NO-BREAK SPACE}294,570"),
        (0, "Rp\N{NO-BREAK SPACE}0", "Rp\N{NO-BREAK SPACE}0"),
    ],
)
def test_rupiah_are_whole_and_grouped(amount: int, indonesian: str, english: str) -> None:
    assert formatting.rupiah(amount) == indonesian
    with speaking("en"):
        assert formatting.rupiah(amount) == english


@pytest.mark.parametrize(
    ("amount", "text"),
    [
        (412_600_000_000, "Rp 412,6 miliar"),
        (50_000_000, "Rp 50 juta"),
        (2_290_000_000_000, "Rp 2,29 triliun"),
        (999_950_000, "Rp 1 miliar"),
        (999_949_999, "Rp 999,9 juta"),
        (999_949, "Rp 999.949"),
        (-1_500_000, "−Rp 1,5 juta"),
    ],
)
def test_large_rupiah_are_told_with_one_decimal_and_a_word(amount: int, text: str) -> None:
    assert formatting.rupiah_short(amount).replace("\N{NO-BREAK SPACE}", " ") == text


def test_a_quantity_loses_its_idle_zeros() -> None:
    assert formatting.quantity(Decimal("120.000")) == "120"
    assert formatting.quantity(Decimal("2.500")) == "2,5"
    assert formatting.quantity(Decimal("2500")) == "2.500"
    with speaking("en"):
        assert formatting.quantity(Decimal("2.500")) == "2.5"


def test_percentages_and_shares() -> None:
    assert formatting.percent(Decimal("96.1")) == "96,1%"
    assert formatting.percent(40) == "40%"
    assert formatting.share(961, 1000) == "96,1%"
    with speaking("en"):
        assert formatting.share(1, 3) == "33.3%"
    assert formatting.share(0, 0) == "–"


def test_dates_are_written_out() -> None:
    day = date(2026, 8, 5)
    assert formatting.date_long(day).replace("\N{NO-BREAK SPACE}", " ") == "5 Agustus 2026"
    assert formatting.date_short(day).replace("\N{NO-BREAK SPACE}", " ") == "5 Agu 2026"
    with speaking("en"):
        assert formatting.date_short(day).replace("\N{NO-BREAK SPACE}", " ") == "5 Aug 2026"


@pytest.mark.parametrize(
    ("zone", "text"),
    [
        ("Asia/Jakarta", "23 Nov 2026, 08.41 WIB"),
        ("Asia/Makassar", "23 Nov 2026, 09.41 WITA"),
        ("Asia/Jayapura", "23 Nov 2026, 10.41 WIT"),
    ],
)
def test_a_time_is_told_in_the_zone_of_its_office(zone: str, text: str) -> None:
    told = formatting.datetime_short(EIGHT_FORTYONE_IN_JAKARTA, zone)
    assert told.replace("\N{NO-BREAK SPACE}", " ") == text


def test_a_moment_near_midnight_has_the_date_of_its_office() -> None:
    late = datetime(2026, 12, 31, 16, 30, tzinfo=UTC)
    assert formatting.date_short(late, "Asia/Jakarta").endswith("2026")
    assert formatting.date_short(late, "Asia/Makassar").endswith("2027")


def test_a_moment_without_a_zone_has_no_date() -> None:
    with pytest.raises(TypeError, match="zone"):
        formatting.date_short(EIGHT_FORTYONE_IN_JAKARTA)


def test_only_the_last_day_and_the_next_are_told_relatively() -> None:
    now = EIGHT_FORTYONE_IN_JAKARTA
    assert formatting.relative(now - timedelta(minutes=5), now) == "5 menit lalu"
    assert formatting.relative(now + timedelta(hours=2), now) == "2 jam lagi"
    with speaking("en"):
        assert formatting.relative(now - timedelta(hours=1), now) == "1 hour ago"
    assert formatting.relative(now - timedelta(seconds=20), now) == "baru saja"
    assert formatting.relative(now - timedelta(days=1), now) == ""


def test_a_phone_number_is_read_in_groups() -> None:
    assert formatting.FILTERS["phone"]("+6281244331655") == "+62\N{NO-BREAK SPACE}812-4433-1655"
    assert formatting.FILTERS["phone"]("+622112345678") == "+62\N{NO-BREAK SPACE}21-1234-5678"
    assert formatting.FILTERS["phone"]("+62435821") == "+62\N{NO-BREAK SPACE}435-821"
    assert formatting.FILTERS["phone"]("021 500") == "021 500"
