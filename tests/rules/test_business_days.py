"""Deadlines by an office's own days."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eorder_platform.business_days import (
    END_OF_OFFICE,
    add_business_days,
    add_calendar_days,
    business_day_before,
    business_days_between,
    is_business_day,
)
from eorder_platform.seeds.holidays import national_holidays

WIB, WITA, WIT = "Asia/Jakarta", "Asia/Makassar", "Asia/Jayapura"
HOLIDAYS = {day for day, _ in national_holidays()}
MOMENTS = st.timedeltas(timedelta(), timedelta(days=1030)).map(
    lambda after: datetime(2025, 1, 1, tzinfo=UTC) + after
)
ZONES = st.sampled_from([WIB, WITA, WIT])


def test_three_business_days_from_a_monday_morning_end_with_thursday() -> None:
    monday = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
    assert add_business_days(monday, 3, WIB, HOLIDAYS) == datetime(2026, 11, 26, 16, 59, tzinfo=UTC)
    assert add_business_days(monday, 3, WITA, HOLIDAYS) == datetime(2026, 11, 26, 15, 59, tzinfo=UTC)


def test_deadlines_are_moments_of_greenwich() -> None:
    monday = datetime(2026, 11, 23, 9, 0, tzinfo=ZoneInfo(WIB))
    deadlines = (
        add_business_days(monday, 3, WIB, HOLIDAYS),
        add_calendar_days(monday, 3, WIB),
        business_day_before(monday, WIB, HOLIDAYS),
    )
    assert all(deadline.tzinfo is UTC for deadline in deadlines)


def test_five_calendar_days_from_a_monday_end_with_saturday() -> None:
    monday = datetime(2026, 7, 6, 2, 0, tzinfo=UTC)
    assert add_calendar_days(monday, 5, WIB) == datetime(2026, 7, 11, 16, 59, tzinfo=UTC)
    assert add_calendar_days(monday, 5, WITA) == datetime(2026, 7, 11, 15, 59, tzinfo=UTC)
    assert add_calendar_days(monday, 5, WIB, END_OF_OFFICE) == datetime(2026, 7, 11, 9, 0, tzinfo=UTC)


def test_calendar_days_count_from_the_office_s_own_date() -> None:
    late = datetime(2026, 11, 22, 16, 30, tzinfo=UTC)  # Sunday in Jakarta, Monday in Jayapura
    assert add_calendar_days(late, 1, WIB) == datetime(2026, 11, 23, 16, 59, tzinfo=UTC)
    assert add_calendar_days(late, 1, WIT) == datetime(2026, 11, 24, 14, 59, tzinfo=UTC)


def test_a_deadline_may_end_with_the_office() -> None:
    friday = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)
    assert add_business_days(friday, 1, WIB, HOLIDAYS, END_OF_OFFICE) == datetime(2026, 11, 23, 9, tzinfo=UTC)


def test_a_weekend_does_not_count() -> None:
    friday = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)
    assert add_business_days(friday, 1, WIB, HOLIDAYS).date() == date(2026, 11, 23)


def test_lebaran_and_its_collective_leave_do_not_count() -> None:
    tuesday = datetime(2026, 3, 17, 3, 0, tzinfo=UTC)
    assert add_business_days(tuesday, 1, WIB, HOLIDAYS).date() == date(2026, 3, 25)


def test_the_office_s_own_date_counts_not_that_of_greenwich() -> None:
    late = datetime(2026, 11, 22, 16, 30, tzinfo=UTC)  # Sunday in Jakarta, Monday in Jayapura
    assert add_business_days(late, 1, WIB, HOLIDAYS).date() == date(2026, 11, 23)
    assert add_business_days(late, 1, WIT, HOLIDAYS).date() == date(2026, 11, 24)


def test_paying_on_the_day_itself_took_no_days() -> None:
    morning = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
    assert business_days_between(morning, morning + timedelta(hours=6), WIB, HOLIDAYS) == 0
    assert business_days_between(morning, morning + timedelta(days=7), WIB, HOLIDAYS) == 5
    assert business_days_between(morning + timedelta(days=7), morning, WIB, HOLIDAYS) == -5


def test_a_deadline_of_no_days_or_a_moment_without_zone_is_a_mistake_of_the_program() -> None:
    with pytest.raises(ValueError, match="at least one"):
        add_business_days(datetime(2026, 11, 23, tzinfo=UTC), 0, WIB, HOLIDAYS)
    with pytest.raises(ValueError, match="time zone"):
        add_business_days(datetime(2026, 11, 23), 1, WIB, HOLIDAYS)  # noqa: DTZ001


@given(MOMENTS, st.integers(1, 20), ZONES)
def test_a_deadline_is_that_many_business_days_away_and_falls_on_one(
    moment: datetime, days: int, zone: str
) -> None:
    deadline = add_business_days(moment, days, zone, HOLIDAYS)
    assert business_days_between(moment, deadline, zone, HOLIDAYS) == days
    assert is_business_day(deadline.date(), HOLIDAYS)
    assert deadline > moment
    assert deadline < add_business_days(moment, days + 1, zone, HOLIDAYS)


@given(MOMENTS, ZONES)
def test_the_business_day_before_is_the_last_one_on_which_offices_still_open(
    moment: datetime, zone: str
) -> None:
    before = business_day_before(moment, zone, HOLIDAYS)
    opening = before.astimezone(ZoneInfo(zone))
    assert (opening.hour, is_business_day(opening.date(), HOLIDAYS)) == (8, True)
    assert business_days_between(before, moment, zone, HOLIDAYS) == is_business_day(
        moment.astimezone(ZoneInfo(zone)).date(), HOLIDAYS
    )
