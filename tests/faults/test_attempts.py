"""An effect that fails is tried again, ever more rarely, and not for ever."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from eorder_platform import clock, outbox, tenancy
from eorder_platform.ids import new_id
from eorder_platform.outbox import MAXIMUM_ATTEMPTS, RESEND_AFTER, Outbox
from eorder_platform.tenancy import Tenant

JOB = "faults.fail"


class WorkerDied(BaseException):
    """Stands for the end of the process: nothing after it runs."""


@pytest.fixture(autouse=True)
def _among_the_rows_of_other_tests(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outbox, "RESEND_AT_MOST", 1_000_000)


async def written(tenant: Tenant) -> UUID:
    """An open effect; returns its row's id."""
    some_id = new_id()
    with outbox.unsent():
        async with tenancy.inside(tenant) as session:
            outbox.write(session, JOB, some_id=some_id)
            await session.flush()
            return (await session.scalars(select(Outbox.id).order_by(Outbox.id.desc()).limit(1))).one()


async def attempts(tenant: Tenant, row_id: UUID) -> int:
    async with tenancy.inside(tenant) as session:
        return (await session.get_one(Outbox, row_id)).attempts


async def is_sent_after(tenant: Tenant, row_id: UUID, wait: timedelta) -> bool:
    """Does the relay send that row when it comes by that much later?"""
    with clock.travelling_to(clock.now() + wait), outbox.unsent():
        await outbox.relay(tenant.slug)
        async with tenancy.inside(tenant) as session:
            return (await session.get_one(Outbox, row_id)).sent_at == clock.now()


async def fail(*_: Any) -> None:
    raise OSError("the mail server is away")


async def kill(*_: Any) -> None:
    raise WorkerDied


async def test_a_job_that_always_fails_is_left_to_a_person_in_the_end(
    gorontalo: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(outbox._jobs, JOB, fail)
    row = await written(gorontalo)
    assert await is_sent_after(gorontalo, row, timedelta(minutes=1))
    for number in range(1, MAXIMUM_ATTEMPTS + 1):
        with pytest.raises(OSError, match="mail server"):
            await outbox._carry_out(gorontalo.slug, str(row))
        assert await attempts(gorontalo, row) == number
    assert not await is_sent_after(gorontalo, row, timedelta(days=3))
    await outbox._carry_out(gorontalo.slug, str(row))
    assert await attempts(gorontalo, row) == MAXIMUM_ATTEMPTS


async def test_the_wait_before_the_next_attempt_doubles(dki: Tenant, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(outbox._jobs, JOB, fail)
    row = await written(dki)
    assert await is_sent_after(dki, row, 2 * RESEND_AFTER)
    for _ in range(5):
        with pytest.raises(OSError, match="mail server"):
            await outbox._carry_out(dki.slug, str(row))
    assert not await is_sent_after(dki, row, 20 * RESEND_AFTER)
    assert await is_sent_after(dki, row, 40 * RESEND_AFTER)


async def test_an_attempt_that_kills_its_worker_counts(
    gorontalo: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(outbox._jobs, JOB, kill)
    row = await written(gorontalo)
    with pytest.raises(WorkerDied):
        await outbox._carry_out(gorontalo.slug, str(row))
    assert await attempts(gorontalo, row) == 1


async def test_a_worker_that_is_away_all_night_does_not_find_every_row_a_thousand_times(dki: Tenant) -> None:
    row, sent = await written(dki), 0
    for minute in range(5, 8 * 60, 5):
        sent += await is_sent_after(dki, row, timedelta(minutes=minute))
    assert 40 < sent <= 50
