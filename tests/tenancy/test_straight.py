"""Statements straight to the driver share the session's transaction, and what is pending is written at its end."""

from datetime import date
from uuid import UUID

import asyncpg
import pytest
from sqlalchemy import event, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm.exc import StaleDataError

from eorder_platform import pending, straight, tenancy
from eorder_platform.database import home
from eorder_platform.ids import new_id
from eorder_platform.tenancy import Tenant
from eorder_platform.tenancy.ownership import owning
from eorder_tenants.organisation.models import Official, RegionalHoliday, WorkUnit
from tests.organisation.factories import a_work_unit


async def test_a_straight_statement_sees_what_the_session_had_still_to_write(
    dki_session: AsyncSession,
) -> None:
    official = an_unwritten_official()
    dki_session.add(official)
    assert await straight.value(dki_session, "select name from official where id = $1", official.id) == "Uji"


async def test_a_savepoint_takes_back_what_was_written_straight(dki_session: AsyncSession) -> None:
    unit = await a_work_unit(dki_session)
    await dki_session.flush()
    with pytest.raises(ValueError, match="stop"):
        async with dki_session.begin_nested():
            await straight.rows(dki_session, "update work_unit set name = 'Lain' where id = $1", unit.id)
            raise ValueError("stop")
    assert await straight.value(dki_session, "select name from work_unit where id = $1", unit.id) == unit.name


async def test_a_row_becomes_the_object_that_the_session_has_already(dki_session: AsyncSession) -> None:
    unit = await a_work_unit(dki_session)
    await dki_session.flush()
    await straight.rows(dki_session, "update work_unit set name = 'Lain' where id = $1", unit.id)
    found = await straight.row(
        dki_session, f"select {straight.columns(WorkUnit, 'u')} from work_unit u where id = $1", unit.id
    )
    assert found is not None
    assert straight.object_of(dki_session, WorkUnit, found) is unit
    assert unit.name == "Lain"
    assert unit not in dki_session.dirty


async def test_arrays_inside_rows_are_read_on_a_connection_that_never_saw_one() -> None:
    """Who may not be paid by whom is an array of ids in a payment's row; the driver learns a type when it meets it."""
    one = new_id()
    async with owning(home()) as engine, AsyncSession(engine) as session:
        (found,) = await straight.together(session, ("select array[$1::uuid], array['a']",), one)
    assert [tuple(row) for row in found] == [([one], ["a"])]


async def test_a_new_row_and_a_changed_one_are_written_when_the_transaction_ends(dki: Tenant) -> None:
    async with tenancy.inside(dki) as session:
        first, second = an_unwritten_official(), an_unwritten_official()
        session.add(first)
    flushes: list[object] = []
    async with tenancy.inside(dki) as session:
        event.listen(session.sync_session, "after_flush", lambda *_: flushes.append(1))
        (await session.get_one(Official, first.id)).position = "Kepala"
        session.add(second)
    assert not flushes, "the ORM wrote what was to be written at once"
    async with tenancy.inside(dki) as session:
        found = await session.execute(select(Official.id, Official.position).order_by(Official.position))
        positions: dict[UUID, str] = {row.id: row.position for row in found}
        assert (positions[first.id], positions[second.id]) == ("Kepala", "PP")


async def test_a_row_that_is_gone_meanwhile_is_not_changed_in_silence(dki_session: AsyncSession) -> None:
    closed = RegionalHoliday(day=date(2026, 6, 24), name="Hari jadi")
    dki_session.add(closed)
    await dki_session.flush()
    with dki_session.no_autoflush:
        closed.name = "Lain"
        await straight.rows(dki_session, "delete from regional_holiday where day = $1", closed.day)
        with pytest.raises(StaleDataError):
            await pending.write(dki_session)


async def test_what_a_refused_row_says_stays_out_of_the_errors_text(dki_session: AsyncSession) -> None:
    with pytest.raises(asyncpg.NotNullViolationError) as error:
        await straight.rows(
            dki_session, "insert into regional_holiday values ($1::date, $2)", None, "3171230506900001"
        )
    assert "3171230506900001" not in str(error.value)


def an_unwritten_official() -> Official:
    official_id = new_id()
    return Official(
        id=official_id, name="Uji", email=f"{official_id.hex}@uji.example", position="PP", active=True
    )
