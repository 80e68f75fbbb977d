"""How figures, dates and times read on screen, in both languages.

Plain string work, because a catalogue page calls these a hundred times. Every function takes the language last;
`rendering` binds it once per language, so templates write `{{ amount|rupiah }}`.
"""

from collections.abc import Callable
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from zoneinfo import ZoneInfo

NBSP = "\N{NO-BREAK SPACE}"
MINUS = "\N{MINUS SIGN}"
SECONDS_PER_DAY = 86_400

ZONES = {"Asia/Jakarta": "WIB", "Asia/Makassar": "WITA", "Asia/Jayapura": "WIT"}

MONTHS = {
    "id": "Januari Februari Maret April Mei Juni Juli Agustus September Oktober November Desember".split(),
    "en": "January February March April May June July August September October November December".split(),
}
MONTHS_SHORT = {
    "id": "Jan Feb Mar Apr Mei Jun Jul Agu Sep Okt Nov Des".split(),
    "en": "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(),
}
SCALES = {
    "id": ((10**12, 2, "triliun"), (10**9, 1, "miliar"), (10**6, 1, "juta")),
    "en": ((10**12, 2, "trillion"), (10**9, 1, "billion"), (10**6, 1, "million")),
}


@lru_cache(maxsize=16_384)
def rupiah(amount: int, locale: str = "id") -> str:
    """`Rp 12.500.000` with a no-break space; a negative amount carries a true minus sign before the currency."""
    sign = MINUS if amount < 0 else ""
    return f"{sign}Rp{NBSP}{_grouped(abs(amount), locale)}"


@lru_cache(maxsize=4_096)
def rupiah_short(amount: int, locale: str = "id") -> str:
    """`Rp 412,6 miliar`, `Rp 2,29 triliun`: the scale in words; below one million the whole amount."""
    sign, size = MINUS if amount < 0 else "", abs(amount)
    for scale, digits, word in SCALES[locale]:
        # 999.95 million rounds up to one billion, never to "1.000,0 juta"
        if size >= scale - scale // 20_000:
            rounded = (size * 10**digits + scale // 2) // scale
            return f"{sign}Rp{NBSP}{_fraction(rounded, digits, locale)}{NBSP}{word}"
    return rupiah(amount, locale)


@lru_cache(maxsize=4_096)
def number(value: int | Decimal, digits: int = 0, locale: str = "id") -> str:
    """`2.500`, or with `digits` decimals `4,20`; halves round away from zero."""
    if isinstance(value, int) and digits == 0:
        return (MINUS if value < 0 else "") + _grouped(abs(value), locale)
    rounded = Decimal(value).quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP)
    text = _localized(f"{abs(rounded):,f}", locale)
    return (MINUS if rounded < 0 else "") + text


@lru_cache(maxsize=4_096)
def quantity(value: int | Decimal, locale: str = "id") -> str:
    """A Decimal(12,3) without its idle zeros: `120`, `2,5`."""
    if isinstance(value, Decimal):
        value = value.normalize()
        digits = max(0, -int(value.as_tuple().exponent))
        return number(value, digits, locale)
    return number(value, 0, locale)


@lru_cache(maxsize=1_024)
def percent(value: int | Decimal, digits: int = 1, locale: str = "id") -> str:
    """`96,1%` from a value that already is in percent; a whole number stays whole."""
    if isinstance(value, int) or value == value.to_integral_value():
        digits = 0
    return number(value, digits, locale) + "%"


def share(part: int, whole: int, locale: str = "id") -> str:
    """`part` of `whole` in percent with one decimal; a dash where there is no whole."""
    if whole == 0:
        return "–"
    return _fraction((part * 2_000 + whole) // (whole * 2), 1, locale) + "%"


def date_long(day: date, zone: str | None = None, locale: str = "id") -> str:
    """`23 November 2026`. A moment (aware datetime) needs the office's zone."""
    local = _day(day, zone)
    return f"{local.day}{NBSP}{MONTHS[locale][local.month - 1]}{NBSP}{local.year}"


def date_short(day: date, zone: str | None = None, locale: str = "id") -> str:
    """`23 Nov 2026`. A moment (aware datetime) needs the office's zone."""
    local = _day(day, zone)
    return f"{local.day}{NBSP}{MONTHS_SHORT[locale][local.month - 1]}{NBSP}{local.year}"


def datetime_short(moment: datetime, zone: str, locale: str = "id") -> str:
    """`23 Nov 2026, 16.00 WIB`: always with the zone in which the office reads its clock."""
    local = moment.astimezone(_zone(zone))
    return f"{date_short(local.date(), None, locale)}, {time_short(moment, zone, locale)}"


def time_short(moment: datetime, zone: str, locale: str = "id") -> str:
    """`16.00 WIB`; English writes a colon."""
    local = moment.astimezone(_zone(zone))
    separator = "." if locale == "id" else ":"
    return f"{local.hour:02d}{separator}{local.minute:02d}{NBSP}{ZONES[zone]}"


def relative(moment: datetime, now: datetime, locale: str = "id") -> str:
    """`3 jam lalu` or `2 jam lagi` within one day, otherwise nothing: show the exact time beside it, always."""
    seconds = int((now - moment).total_seconds())
    if abs(seconds) >= SECONDS_PER_DAY:
        return ""
    minutes = abs(seconds) // 60
    if minutes == 0:
        return "baru saja" if locale == "id" else "just now"
    amount, words = (minutes, ("menit", "minute")) if minutes < 60 else (minutes // 60, ("jam", "hour"))
    if locale == "id":
        return f"{amount} {words[0]} {'lalu' if seconds >= 0 else 'lagi'}"
    plural = words[1] if amount == 1 else words[1] + "s"
    return f"{amount} {plural} ago" if seconds >= 0 else f"in {amount} {plural}"


def phone(number: str, locale: str = "id") -> str:
    """`+62 812-4433-1655` from the stored `+6281244331655`; anything else stays as it is."""
    if not number.startswith("+62"):
        return number
    rest = number.removeprefix("+62")
    return f"+62{NBSP}{rest[:3]}-{rest[3:7]}-{rest[7:]}".rstrip("-")


def place(name: str, locale: str = "id") -> str:
    """Jakarta's administrative cities by the name they are called by: "Jakarta Pusat"."""
    return name.removeprefix("Kota Administrasi ").removeprefix("Kabupaten Administrasi ")


FILTERS: dict[str, Callable[..., str]] = {
    "rupiah": rupiah,
    "rupiah_short": rupiah_short,
    "number": number,
    "quantity": quantity,
    "percent": percent,
    "share": share,
    "date_long": date_long,
    "date_short": date_short,
    "datetime_short": datetime_short,
    "time_short": time_short,
    "relative": relative,
    "phone": phone,
    "place": place,
}


def _grouped(value: int, locale: str) -> str:
    text = f"{value:,}"
    return text.replace(",", ".") if locale == "id" else text


def _fraction(value: int, digits: int, locale: str) -> str:
    """`value` counts tenths or hundredths; idle zeros fall away."""
    whole, rest = divmod(value, 10**digits)
    decimals = f"{rest:0{digits}d}".rstrip("0")
    return _grouped(whole, locale) + (f"{',' if locale == 'id' else '.'}{decimals}" if decimals else "")


def _localized(text: str, locale: str) -> str:
    return text.translate(_SWAPPED) if locale == "id" else text


_SWAPPED = str.maketrans(",.", ".,")
_zone = lru_cache(maxsize=8)(ZoneInfo)


def _day(day: date, zone: str | None) -> date:
    if not isinstance(day, datetime):
        return day
    if zone is None:
        raise TypeError("a moment has a date only in some office's zone")
    return day.astimezone(_zone(zone)).date()
