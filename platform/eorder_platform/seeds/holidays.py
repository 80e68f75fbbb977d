"""National holidays and collective leave (libur nasional, cuti bersama) from the yearly decree of three ministers."""

from collections.abc import Iterable, Iterator
from datetime import date

from holidays import country_holidays

YEARS = (2025, 2026, 2027)


def national_holidays(years: Iterable[int] = YEARS) -> Iterator[tuple[date, str]]:
    """(day, Indonesian name) in order of days; two holidays on one day are joined by "; ".

    Collective leave counts: government offices are closed. Beyond the newest decree the Islamic dates are
    astronomical estimates, so a year is seeded when its decree is out.
    """
    calendar = country_holidays(
        "ID",
        years=list(years),
        language="id",
        categories=("public", "government"),
        islamic_show_estimated=False,
    )
    yield from sorted(calendar.items())
