"""Deadlines in business days (hari kerja) of one region: Monday to Friday, without its holidays."""

from collections.abc import Set
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

START_OF_OFFICE, END_OF_OFFICE, END_OF_DAY = time(8), time(16), time(23, 59)

_ONE_DAY = timedelta(days=1)
_SATURDAY = 5


def is_business_day(day: date, holidays: Set[date]) -> bool:
    return day.weekday() < _SATURDAY and day not in holidays


def add_business_days(
    moment: datetime, days: int, zone: str, holidays: Set[date], until: time = END_OF_DAY
) -> datetime:
    """The deadline `days` business days after an aware moment, in UTC.

    Counting begins on the day after the office's own date of that moment, as periods in Indonesian administration
    do, whatever the hour; the deadline is `until` in `zone` (IANA name) on the last counted day. So everybody has at
    least `days` whole office days. Less than one day or a naive moment: ValueError.
    """
    if days < 1:
        raise ValueError(f"a deadline is at least one business day away, not {days}")
    day = _office_date(moment, zone)
    while days:
        day += _ONE_DAY
        days -= is_business_day(day, holidays)
    return datetime.combine(day, until, ZoneInfo(zone)).astimezone(UTC)


def add_calendar_days(moment: datetime, days: int, zone: str, until: time = END_OF_DAY) -> datetime:
    """The same, counting every day."""
    day = _office_date(moment, zone) + _ONE_DAY * days
    return datetime.combine(day, until, ZoneInfo(zone)).astimezone(UTC)


def business_day_before(moment: datetime, zone: str, holidays: Set[date]) -> datetime:
    """8:00 in `zone`, when offices open, on the last business day before the moment's own date; in UTC."""
    day = _office_date(moment, zone) - _ONE_DAY
    while not is_business_day(day, holidays):
        day -= _ONE_DAY
    return datetime.combine(day, START_OF_OFFICE, ZoneInfo(zone)).astimezone(UTC)


def business_days_between(start: datetime, end: datetime, zone: str, holidays: Set[date]) -> int:
    """Business days from the day after `start` up to and including the day of `end`, by the office's dates.

    The same day gives 0, the deadline of `add_business_days(start, n, …)` gives n; an `end` before `start` is
    negative by the same count.
    """
    first, last = _office_date(start, zone), _office_date(end, zone)
    if last < first:
        return -business_days_between(end, start, zone, holidays)
    days = (first + _ONE_DAY * (n + 1) for n in range((last - first).days))
    return sum(is_business_day(day, holidays) for day in days)


def _office_date(moment: datetime, zone: str) -> date:
    if moment.tzinfo is None:
        raise ValueError(f"a moment knows its time zone: {moment}")
    return moment.astimezone(ZoneInfo(zone)).date()
