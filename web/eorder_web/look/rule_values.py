"""What a dated rule says: its value in the reader's words, and these words, or a figure, read back from a form."""

import re
from collections.abc import Iterator
from contextlib import suppress
from datetime import time
from decimal import Decimal
from typing import Final

from eorder_platform import formatting
from eorder_platform.blanks import trimmed
from eorder_platform.dates import parse_date, parse_hour
from eorder_platform.errors import Refused
from eorder_platform.money import parse_quantity, parse_rupiah
from eorder_web.look.formatting import day_of_year, number, percent, rupiah
from eorder_web.look.translating import LOCALES, _, ngettext, speaking, spoken

END_OF_DAY: Final = 24
"""Of the unit hour_of_day: the last minute, not the first of the next day."""
LAST_MINUTE: Final = time(23, 59)
EXAMPLES: Final = {
    "rupiah": 50_000_000,
    "permil": 15,
    "business_days": 3,
    "calendar_days": 14,
    "hours": 24,
    "minutes": 10,
    "months": 6,
    "years": 5,
    "megabytes": 5,
    "count": 3,
    "part": 11,
    "month_day": 1210,
    "hour_of_day": 16,
    "day_of_month": 15,
    "article": 22,
    "account": 411_211_910,
    "flag": 1,
    "rounding": 1,
}
"""A value of every unit, as its form explains itself."""
SUFFIXES: Final = {
    "permil": "%",
    "business_days": "hari kerja",
    "calendar_days": "hari kalender",
    "hours": "jam",
    "minutes": "menit",
    "months": "bulan",
    "years": "tahun",
    "megabytes": "MB",
}
"""What stands behind the field of a unit; the others are written out."""
_PERCENT: Final = re.compile(r"([0-9.,]+) ?(?:%|persen|percent)?", re.IGNORECASE)
_PERMIL: Final = re.compile(r"([0-9]{1,4}) ?(?:‰|per ?mil(?:le)?|permil|per seribu)", re.IGNORECASE)
_NO_LEAP_YEAR: Final = 2026


def in_words(value: int, unit: str) -> str:
    """`50000000, rupiah` as Rp 50.000.000; `3, business_days` as 3 hari kerja; `1210, month_day` as 10 Desember."""
    match unit:
        case "rupiah":
            return rupiah(value)
        case "permil":
            return percent(Decimal(value) / 10)
        case "business_days":
            return ngettext("%(n)s hari kerja", "%(n)s hari kerja", value)
        case "calendar_days":
            return ngettext("%(n)s hari kalender", "%(n)s hari kalender", value)
        case "hours":
            return ngettext("%(n)s jam", "%(n)s jam", value)
        case "minutes":
            return ngettext("%(n)s menit", "%(n)s menit", value)
        case "months":
            return ngettext("%(n)s bulan", "%(n)s bulan", value)
        case "years":
            return ngettext("%(n)s tahun", "%(n)s tahun", value)
        case "megabytes":
            return _("%(n)s MB", n=number(value))
        case "part":
            return ngettext("%(n)s bagian", "%(n)s bagian", value)
        case "month_day":
            return day_of_year(value // 100, value % 100)
        case "hour_of_day":
            return formatting.time_short(LAST_MINUTE if value == END_OF_DAY else time(value), spoken())
        case "day_of_month":
            return _("tanggal %(day)s", day=value)
        case "article":
            return _("Pasal %(number)s", number=value)
        case "account":
            return f"{value // 1_000:06}-{value % 1_000:03}"
        case "flag" | "rounding":
            return dict(choices(unit))[str(value)]
        case _:
            return number(value)


def choices(unit: str) -> list[tuple[str, str]]:
    """Value and words where a unit has only a few values; else none."""
    return {
        "flag": [("1", _("ya")), ("0", _("tidak"))],
        "rounding": [("0", _("ke bawah")), ("1", _("ke terdekat"))],
    }.get(unit, [])


def suffix(unit: str) -> str | None:
    """What stands behind the field of that unit, in one piece on a phone too."""
    return _(SUFFIXES[unit]).replace(" ", formatting.NO_BREAK_SPACE) if unit in SUFFIXES else None


def hint(unit: str) -> str:
    """How the value of that unit may be written."""
    return _("Misalnya %(example)s.", example=in_words(EXAMPLES[unit], unit))


def value_in(text: str, unit: str) -> int:
    """What was typed for a rule of that unit: whatever a page shows, or its bare figure; a rate in percent.

    Refused on "value", with an example in the page's language.
    """
    typed = " ".join(trimmed(text).split())
    example = in_words(EXAMPLES[unit], unit)
    if not typed:
        raise Refused("Isi nilainya, misalnya %(example)s.", "value", example=example)
    if unit == "rupiah":
        return parse_rupiah(typed, field="value")
    value = None
    with suppress(Refused):
        value = {"permil": _rate, "month_day": _day_of_every_year, "hour_of_day": _hour}.get(unit, _figure)(
            typed, unit
        )
    if value is None:
        raise Refused(
            "“%(typed)s” tidak terbaca. Tulis misalnya %(example)s.",
            "value",
            typed=typed[:40],
            example=example,
        )
    return value


def _rate(typed: str, _unit: str) -> int | None:
    if whole := _PERMIL.fullmatch(typed):
        return int(whole[1])
    if rate := _PERCENT.fullmatch(typed):
        permil = parse_quantity(rate[1], locale=spoken()) * 10
        return int(permil) if permil == int(permil) else None
    return None


def _day_of_every_year(typed: str, _unit: str) -> int:
    if re.fullmatch(r"[0-9]{4}", typed):
        typed = f"{typed[2:]}/{typed[:2]}"
    for joint in ("/", " ", ", ", "-"):
        with suppress(Refused):
            day = parse_date(f"{typed}{joint}{_NO_LEAP_YEAR}")
            return day.month * 100 + day.day
    raise Refused("")


def _hour(typed: str, _unit: str) -> int | None:
    bare = re.sub(r"^(pukul|jam|at) ", "", typed, flags=re.IGNORECASE).replace(":", ".")
    if bare in ("24", "24.00", "23.59"):
        return END_OF_DAY
    hour = parse_hour(bare)
    return None if hour.minute else hour.hour


def _figure(typed: str, unit: str) -> int | None:
    """A whole number, alone or in the words of one of the languages."""
    digits = re.sub(r"[^0-9]", "", typed)[:12]
    known = [int(value) for value, _words in choices(unit)]
    for value in known or [int(digits or 0)]:
        if typed.casefold() in {
            words.replace("\N{NO-BREAK SPACE}", " ").casefold() for words in _ways(value, unit)
        }:
            return value
    return None


def _ways(value: int, unit: str) -> Iterator[str]:
    yield str(value)
    for locale in LOCALES:
        with speaking(locale), suppress(KeyError):
            yield number(value)
            yield in_words(value, unit)
