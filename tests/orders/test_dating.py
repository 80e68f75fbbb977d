"""Which moment a typed day and hour mean, by the office's own clock, and which are refused beside their field."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from eorder_platform import clock
from eorder_platform.errors import Refused
from eorder_platform.rules import RuleBook
from eorder_platform.seeds.rules import national_rules
from eorder_tenants.orders.core.dating import moment_of

LAW = RuleBook(national_rules())
MONDAY, TUESDAY, TODAY = date(2026, 7, 6), date(2026, 7, 7), date(2026, 7, 8)
TEN_O_CLOCK = datetime(2026, 7, 8, 3, tzinfo=UTC)
HALF_PAST_TWELVE = datetime(2026, 7, 7, 5, 30, 20, tzinfo=UTC)
"""And twenty seconds, on Tuesday in Jakarta."""
FIVE_O_CLOCK = datetime(2026, 7, 7, 10, tzinfo=UTC)
"""On Tuesday in Jakarta, when the office is closed."""


@pytest.fixture(autouse=True)
def _on_wednesday_at_ten_in_jakarta() -> Iterator[None]:
    with clock.travelling_to(TEN_O_CLOCK):
        yield


@pytest.mark.parametrize(
    ("day", "hour", "since", "moment"),
    [
        (None, None, None, TEN_O_CLOCK),
        (TODAY, None, None, TEN_O_CLOCK),
        (TODAY, time(10), None, TEN_O_CLOCK),
        (TODAY, time(9, 30), None, datetime(2026, 7, 8, 2, 30, tzinfo=UTC)),
        (None, time(9, 30), HALF_PAST_TWELVE, datetime(2026, 7, 8, 2, 30, tzinfo=UTC)),
        (TUESDAY, None, None, datetime(2026, 7, 7, 9, tzinfo=UTC)),
        (TUESDAY, None, HALF_PAST_TWELVE, datetime(2026, 7, 7, 9, tzinfo=UTC)),
        (TUESDAY, None, FIVE_O_CLOCK, FIVE_O_CLOCK),
        (TUESDAY, time(12, 30), HALF_PAST_TWELVE, HALF_PAST_TWELVE),
        (TUESDAY, time(12, 31), HALF_PAST_TWELVE, datetime(2026, 7, 7, 5, 31, tzinfo=UTC)),
        (TUESDAY, time(12, 29), None, datetime(2026, 7, 7, 5, 29, tzinfo=UTC)),
    ],
)
async def test_a_day_is_the_end_of_its_office_hours_and_an_hour_is_itself(
    dki_session: AsyncSession, day: date | None, hour: time | None, since: datetime | None, moment: datetime
) -> None:
    assert moment_of(dki_session, LAW, day, hour, since=since, field="day") == moment


@pytest.mark.parametrize(
    ("day", "hour", "since", "field", "sentence"),
    [
        (date(2026, 7, 9), None, None, "day", "Tanggal ini belum tiba."),
        (date(2026, 7, 9), time(8), None, "day", "Tanggal ini belum tiba."),
        (MONDAY, None, HALF_PAST_TWELVE, "day", "Paling awal 7 Juli 2026, hari langkah sebelumnya."),
        (TODAY, time(10, 1), None, "hour", "Jam ini belum tiba."),
        (TUESDAY, time(12, 29), HALF_PAST_TWELVE, "hour", "Jam ini sebelum langkah sebelumnya."),
    ],
)
async def test_what_is_still_to_come_or_lies_before_the_step_before_is_refused(
    dki_session: AsyncSession,
    day: date | None,
    hour: time | None,
    since: datetime | None,
    field: str,
    sentence: str,
) -> None:
    with pytest.raises(Refused) as refusal:
        moment_of(dki_session, LAW, day, hour, since=since, field="day", hour_field="hour")
    assert [(at, text.replace("\N{NO-BREAK SPACE}", " ")) for at, text in refusal.value.problems] == [
        (field, sentence)
    ]


@pytest.mark.parametrize("hour", [time(10, 1), time(12, 29)])
async def test_an_hour_without_a_field_of_its_own_is_refused_beside_its_day(
    dki_session: AsyncSession, hour: time
) -> None:
    day, since = (TODAY, None) if hour < time(12) else (TUESDAY, HALF_PAST_TWELVE)
    with pytest.raises(Refused) as refusal:
        moment_of(dki_session, LAW, day, hour, since=since, field="day")
    assert refusal.value.problems[0][0] == "day"


async def test_a_day_lies_back_as_far_as_the_rule_says_and_no_further(dki_session: AsyncSession) -> None:
    most = LAW.value("backdating_days", on=TODAY)
    first = TODAY - timedelta(days=most)
    assert moment_of(dki_session, LAW, first, since=None, field="day").date() == first
    with pytest.raises(Refused) as refusal:
        moment_of(dki_session, LAW, first - timedelta(days=1), since=None, field="day")
    assert refusal.value.problems == [("day", f"Tanggal ini lebih dari {most} hari yang lalu.")]


async def test_today_is_the_office_s_own(gorontalo_session: AsyncSession) -> None:
    """Half past midnight in Gorontalo is still the evening before in Greenwich."""
    with clock.travelling_to(datetime(2026, 7, 7, 16, 30, tzinfo=UTC)):
        quarter_past = moment_of(gorontalo_session, LAW, TODAY, time(0, 15), since=None, field="day")
        assert quarter_past == datetime(2026, 7, 7, 16, 15, tzinfo=UTC)
        since = datetime(2026, 7, 6, 16, 10, tzinfo=UTC)
        with pytest.raises(Refused, match="Paling awal 7"):
            moment_of(gorontalo_session, LAW, MONDAY, since=since, field="day")
