"""Dates and hours as people write them, in Indonesian and English; whatever a page shows of them is read back."""

import re
from datetime import date, time
from functools import lru_cache
from typing import Final

from eorder_platform.blanks import trimmed
from eorder_platform.errors import Refused
from eorder_platform.formatting import INDONESIAN, month_names

YEARS: Final = range(1945, 2200)
"""Of what anybody here buys, signs or is born in; others are slips of the finger."""
LONGEST_DATE: Final = 60
"""Characters. A pattern that looks for its beginning at every place takes minutes for a text without end."""
EXAMPLE: Final = date(2026, 12, 31)
HALF_PAST_TEN: Final = time(10, 30)

_WEEKDAY: Final = re.compile(r"[a-z’']+,? (?=\d)", re.IGNORECASE)
_WRITTEN: Final = (
    re.compile(r"(?P<year>\d{4})([-/.])(?P<month>\d{1,2})\2(?P<day>\d{1,2})", re.ASCII),
    re.compile(r"(?P<day>\d{1,2})(?:([-/.])|\s)(?P<month>\d{1,2})(?(2)\2|\s)(?P<year>\d{4})", re.ASCII),
    re.compile(r"(?P<day>\d{1,2})[\s-]?(?P<name>[a-z]+)\.?,?[\s-]?(?P<year>\d{4})", re.ASCII | re.IGNORECASE),
    re.compile(r"(?P<name>[a-z]+)\.? (?P<day>\d{1,2}),? (?P<year>\d{4})", re.ASCII | re.IGNORECASE),
)
_HOUR: Final = re.compile(
    r"(?:pukul |jam )?(?P<hour>[0-2]?\d)(?:[.:](?P<minute>[0-5]\d))?(?: (?:wib|wita|wit))?",
    re.ASCII | re.IGNORECASE,
)


def parse_date(text: str, *, field: str | None = None) -> date:
    """What a person typed, as a date: "2026-07-12", "12/7/2026", "12-07-2026", "12 Juli 2026", "Jul 12, 2026".

    The day comes before the month, in English too, as every page of ours shows it. Refused: nothing, a year of two
    digits (it can be read in two ways), a day that no calendar has.
    """
    typed = " ".join(trimmed(text).split())
    if not typed:
        raise Refused("Pilih tanggal, atau tulis misalnya %(example)s.", field, example=EXAMPLE)
    if len(typed) <= LONGEST_DATE and (day := _read(typed) or _read(_WEEKDAY.sub("", typed, count=1))):
        return day
    raise Refused(
        "“%(typed)s” bukan tanggal. Tulis misalnya %(example)s.", field, typed=typed[:40], example=EXAMPLE
    )


def parse_hour(text: str, *, field: str | None = None) -> time:
    """What a person typed, as an hour on the office's own clock: "10.30", "10:30", "8", "pukul 10.30 WIB"."""
    typed = " ".join(trimmed(text).split())
    written = _HOUR.fullmatch(typed)
    if written and int(written["hour"]) < 24:
        return time(int(written["hour"]), int(written["minute"] or 0))
    raise Refused("Tulis jam seperti %(example)s.", field, example=HALF_PAST_TEN)


def _read(typed: str) -> date | None:
    for form in _WRITTEN:
        if found := form.fullmatch(typed):
            parts = found.groupdict()
            month = int(parts["month"]) if parts.get("month") else _months().get(parts["name"].casefold())
            if month and int(parts["year"]) in YEARS:
                return _date(int(parts["year"]), month, int(parts["day"]))
    return None


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


@lru_cache(maxsize=1)
def _months() -> dict[str, int]:
    """Long and short names of both languages: no two of them disagree."""
    return {
        name.casefold().rstrip("."): number
        for locale in (INDONESIAN, "en")
        for short in (False, True)
        for number, name in enumerate(month_names(locale, short=short), start=1)
    } | {"agt": 8, "sept": 9, "nop": 11}
