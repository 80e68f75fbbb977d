"""How figures, dates and times read on screen: the platform's formatting in the reader's language, and what only
pages show.

Templates write `{{ amount|rupiah }}`; which language is spoken, `translating` knows.
"""

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from zoneinfo import ZoneInfo

from eorder_platform import formatting, money
from eorder_platform.formatting import NO_BREAK_SPACE as NBSP
from eorder_web.look.translating import _, ngettext, spoken

SECONDS_PER_DAY = 86_400

ZONES = {"Asia/Jakarta": "WIB", "Asia/Makassar": "WITA", "Asia/Jayapura": "WIT"}


def rupiah(amount: int) -> str:
    """`Rp 12.500.000`."""
    return formatting.rupiah(amount, spoken())


def rupiah_short(amount: int) -> str:
    """`Rp 412,6 miliar`."""
    return formatting.rupiah_short(amount, spoken())


def number(value: int | Decimal, digits: int = 0) -> str:
    """`2.500`, or with `digits` decimals `4,20`."""
    return formatting.number(value, digits, spoken())


def quantity(value: int | Decimal) -> str:
    """`1.250,5`."""
    return formatting.quantity(value, spoken())


def typed_quantity(value: Decimal) -> str:
    """A quantity as it stands in a field to be typed over; a form's `quantity` reads it back."""
    return money.typed_quantity(value, spoken())


def percent(value: int | Decimal, digits: int = 1) -> str:
    """`96,1%` from a value that already is in percent; a whole number stays whole."""
    return formatting.percent(value, digits, spoken())


def megabytes(size: int) -> str:
    """`1,2 MB`, below a tenth of it `84 kB`, rounded up: the size of a file in bytes."""
    if size < 100_000:
        return f"{number(-(-size // 1_000))}{NBSP}kB"
    return f"{number(Decimal(size) / 1_000_000, 1)}{NBSP}MB"


def share(part: int, whole: int) -> str:
    """`part` of `whole` in percent with one decimal, idle zeros left away; a dash where there is no whole."""
    if whole == 0:
        return "–"
    return quantity(Decimal((part * 2_000 + whole) // (whole * 2)) / 10) + "%"


def date_long(day: date, zone: str | None = None) -> str:
    """`23 November 2026`. A moment (aware datetime) needs the office's zone."""
    return formatting.date_long(_day(day, zone), spoken())


def date_short(day: date, zone: str | None = None) -> str:
    """`23 Nov 2026`. A moment (aware datetime) needs the office's zone."""
    return formatting.date_short(_day(day, zone), spoken())


def datetime_short(moment: datetime, zone: str) -> str:
    """`23 Nov 2026, 16.00 WIB`: always with the zone in which the office reads its clock."""
    local = moment.astimezone(_zone(zone))
    return f"{formatting.date_short(local.date(), spoken())}, {_time(local, zone)}"


def months_short() -> list[str]:
    """`Jan` to `Des`."""
    return formatting.month_names(spoken(), short=True)


def day_of_year(month: int, day: int) -> str:
    """`10 Desember`: a day of every year."""
    return f"{day} {formatting.month_names(spoken())[month - 1]}"


def time_short(moment: datetime, zone: str) -> str:
    """`16.00 WIB`; English writes a colon."""
    return _time(moment.astimezone(_zone(zone)), zone)


def _time(local: datetime, zone: str) -> str:
    return f"{formatting.time_short(local, spoken())}{NBSP}{ZONES[zone]}"


def relative(moment: datetime, now: datetime) -> str:
    """`3 jam lalu` or `2 jam lagi` within one day, otherwise nothing: show the exact time beside it, always."""
    seconds = int((now - moment).total_seconds())
    if abs(seconds) >= SECONDS_PER_DAY:
        return ""
    hours, minutes = divmod(abs(seconds) // 60, 60)
    if hours == 0 and minutes == 0:
        return _("baru saja")
    if seconds >= 0:
        if hours:
            return ngettext("%(n)s jam lalu", "%(n)s jam lalu", hours)
        return ngettext("%(n)s menit lalu", "%(n)s menit lalu", minutes)
    if hours:
        return ngettext("%(n)s jam lagi", "%(n)s jam lagi", hours)
    return ngettext("%(n)s menit lagi", "%(n)s menit lagi", minutes)


def place(name: str) -> str:
    """Jakarta's administrative cities by the name they are called by: "Jakarta Pusat"."""
    return name.removeprefix("Kota Administrasi ").removeprefix("Kabupaten Administrasi ")


FILTERS: dict[str, Callable[..., str]] = {
    "rupiah": rupiah,
    "rupiah_short": rupiah_short,
    "number": number,
    "quantity": quantity,
    "typed_quantity": typed_quantity,
    "percent": percent,
    "share": share,
    "date_long": date_long,
    "date_short": date_short,
    "datetime_short": datetime_short,
    "time_short": time_short,
    "relative": relative,
    "phone": formatting.phone,
    "place": place,
}

_zone = lru_cache(maxsize=8)(ZoneInfo)


def _day(day: date, zone: str | None) -> date:
    if not isinstance(day, datetime):
        return day
    if zone is None:
        raise TypeError("a moment has a date only in some office's zone")
    return day.astimezone(_zone(zone)).date()
