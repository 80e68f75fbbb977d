"""Balances compared with entries, and a balance of the past."""

from datetime import UTC, date, datetime

from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession

from eorder_platform import clock
from eorder_platform.ids import new_id
from eorder_tenants.budgets.ledger import Draw, commit, hold
from eorder_tenants.budgets.models import BudgetBalance
from eorder_tenants.budgets.reconciling import Difference, Position, differences, position_on
from eorder_tenants.organisation.actors import SYSTEM_ACTOR as SYSTEM
from tests.budgets.factories import a_balance, a_budget_line, a_package, by


async def test_a_balance_changed_behind_the_ledger_is_found(dki_session: AsyncSession) -> None:
    balance = await a_balance(dki_session, 1_000_000)
    await dki_session.execute(update(BudgetBalance).where(BudgetBalance.id == balance.id).values(held=5))
    assert await differences(dki_session) == [
        Difference(balance.id, stored=Position(1_000_000, held=5), entered=Position(1_000_000))
    ]


async def test_balances_that_were_made_behind_the_ledger_are_found_in_the_order_of_their_ids(
    dki_session: AsyncSession,
) -> None:
    line = await a_budget_line(dki_session)
    made = sorted(new_id() for _ in range(3))
    for one in (made[2], made[0], made[1]):
        package = await a_package(dki_session)
        dki_session.add(BudgetBalance(id=one, budget_line_id=line.id, package_id=package.id, ceiling=7))
        await dki_session.flush()
    assert [one for one in await differences(dki_session) if one.balance_id in made] == [
        Difference(one, stored=Position(7), entered=Position()) for one in made
    ]


async def test_a_past_balance_is_rebuilt_for_the_end_of_the_day_in_the_offices_zone(
    gorontalo_session: AsyncSession,
) -> None:
    with clock.travelling_to(datetime(2026, 3, 2, 1, tzinfo=UTC)):
        balance = await a_balance(gorontalo_session, 1_000_000)
        await a_balance(gorontalo_session, 3_000_000)
    order, draws = new_id(), [Draw(balance.budget_line_id, balance.package_id, 400_000)]
    with clock.travelling_to(datetime(2026, 3, 9, 15, 59, tzinfo=UTC)):  # 23.59 WITA
        await hold(gorontalo_session, SYSTEM, by("submit", order), draws)
    with clock.travelling_to(datetime(2026, 3, 9, 16, 0, tzinfo=UTC)):  # 00.00 WITA of the next day
        await commit(gorontalo_session, SYSTEM, by("approve", order), draws)
    said = [await position_on(gorontalo_session, balance.id, date(2026, 3, day)) for day in (1, 2, 9, 10)]
    assert said == [
        Position(),
        Position(1_000_000),
        Position(1_000_000, held=400_000),
        Position(1_000_000, committed=400_000),
    ]
