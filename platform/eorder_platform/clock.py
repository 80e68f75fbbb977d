"""The time, asked for in one place so that a test or the demo can travel."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

_travelled: ContextVar[datetime | None] = ContextVar("travelled", default=None)


def now() -> datetime:
    """This moment, aware, in UTC."""
    return _travelled.get() or datetime.now(UTC)


def today(zone: str) -> date:
    """The date in an office of that time zone (a date in an office is a date in its tenant's zone)."""
    return now().astimezone(ZoneInfo(zone)).date()


@contextmanager
def travelling_to(moment: datetime) -> Iterator[None]:
    """Within the block it is that (aware) moment for this task and what it starts."""
    token = _travelled.set(moment.astimezone(UTC))
    try:
        yield
    finally:
        _travelled.reset(token)
