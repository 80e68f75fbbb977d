"""The ledger one step at a time: what is held, committed, paid, given back, refused, and repeated."""

import pytest
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from eorder_platform import tenancy
from eorder_platform.errors import Refused
from eorder_platform.ids import new_id
from eorder_platform.mail import read_mailbox
from eorder_platform.tenancy import Tenant
from eorder_tenants.budgets.alarming import tell_of_overcommitment
from eorder_tenants.budgets.ledger import (
    Draw,
    change_ceiling,
    commit,
    hold,
    realise,
    release_commitment,
    release_hold,
)
from eorder_tenants.budgets.models import BudgetBalance, LedgerEntry
from eorder_tenants.budgets.reconciling import Position, differences
from eorder_tenants.organisation.actors import SYSTEM_ACTOR as SYSTEM
from eorder_tenants.organisation.models import Official, Role
from tests.budgets.factories import a_balance, a_budget_line, a_package, by
from tests.orders.factories import a_cast, an_order
from tests.organisation.factories import a_work_unit, an_official


async def test_an_order_goes_from_hold_to_payment_and_the_rest_is_given_back(
    dki_session: AsyncSession,
) -> None:
    balance, order = await a_balance(dki_session, 50_000_000), new_id()
    draws = [draw_of(balance, 12_500_000)]
    await hold(dki_session, SYSTEM, by("submit", order), draws)
    assert await position(dki_session, balance) == Position(50_000_000, held=12_500_000)
    await commit(dki_session, SYSTEM, by("approve", order), draws)
    assert await position(dki_session, balance) == Position(50_000_000, committed=12_500_000)
    await realise(dki_session, SYSTEM, by("record_payment", order), draws, [12_450_000])
    assert await position(dki_session, balance) == Position(50_000_000, realised=12_450_000)
    assert await differences(dki_session) == []


async def test_an_order_that_does_not_fit_is_refused_with_both_figures(dki_session: AsyncSession) -> None:
    balance = await a_balance(dki_session, 10_000_000)
    await hold(dki_session, SYSTEM, by("submit", new_id()), [draw_of(balance, 7_000_000)])
    with pytest.raises(Refused) as refusal:
        await hold(dki_session, SYSTEM, by("submit", new_id()), [draw_of(balance, 3_000_001)])
    sentence = "Saldo tidak cukup: tersedia Rp\xa03.000.000, diperlukan Rp\xa03.000.001."
    assert refusal.value.problems == [("budget", sentence)]


async def test_an_order_may_take_the_last_rupiah(dki_session: AsyncSession) -> None:
    balance = await a_balance(dki_session, 10_000_000)
    await hold(dki_session, SYSTEM, by("submit", new_id()), [draw_of(balance, 10_000_000)])
    assert (await position(dki_session, balance)).available == 0


async def test_a_package_without_money_on_that_line_is_refused(dki_session: AsyncSession) -> None:
    line, package = await a_budget_line(dki_session), await a_package(dki_session)
    with pytest.raises(Refused, match="tidak memiliki pagu"):
        await hold(dki_session, SYSTEM, by("submit", new_id()), [Draw(line.id, package.id, 1)])


async def test_one_order_may_draw_on_several_balances(dki_session: AsyncSession) -> None:
    first, second = await a_balance(dki_session, 5_000_000), await a_balance(dki_session, 5_000_000)
    order = new_id()
    draws = [draw_of(second, 4_000_000), draw_of(first, 2_000_000)]
    await hold(dki_session, SYSTEM, by("submit", order), draws)
    await commit(dki_session, SYSTEM, by("approve", order), draws)
    await realise(dki_session, SYSTEM, by("record_payment", order), draws, [3_000_000, 0])
    assert await position(dki_session, first) == Position(5_000_000)
    assert await position(dki_session, second) == Position(5_000_000, realised=3_000_000)
    assert await differences(dki_session) == []


async def test_every_step_repeated_changes_nothing(dki_session: AsyncSession) -> None:
    balance, order = await a_balance(dki_session, 1_000_000), new_id()
    draws = [draw_of(balance, 600_000)]
    for _ in range(2):
        await hold(dki_session, SYSTEM, by("submit", order), draws)
    for _ in range(2):
        await commit(dki_session, SYSTEM, by("approve", order), draws)
    for _ in range(2):
        await realise(dki_session, SYSTEM, by("record_payment", order), draws, [500_000])
    assert await position(dki_session, balance) == Position(1_000_000, realised=500_000)
    assert await differences(dki_session) == []


async def test_a_step_repeated_with_another_amount_is_a_mistake(dki_session: AsyncSession) -> None:
    balance, order = await a_balance(dki_session, 1_000_000), new_id()
    await hold(dki_session, SYSTEM, by("submit", order), [draw_of(balance, 600_000)])
    with pytest.raises(ValueError, match="repeats round 1"):
        await hold(dki_session, SYSTEM, by("submit", order), [draw_of(balance, 600_001)])


async def test_a_returned_order_holds_anew_in_its_next_round(dki_session: AsyncSession) -> None:
    balance, order = await a_balance(dki_session, 1_000_000), new_id()
    await hold(dki_session, SYSTEM, by("submit", order), [draw_of(balance, 900_000)])
    await release_hold(dki_session, SYSTEM, by("return_to_draft", order), [draw_of(balance, 900_000)])
    await hold(dki_session, SYSTEM, by("submit", order, 2), [draw_of(balance, 800_000)])
    assert await position(dki_session, balance) == Position(1_000_000, held=800_000)


async def test_a_cancelled_order_gives_its_commitment_back(dki_session: AsyncSession) -> None:
    balance, order = await a_balance(dki_session, 1_000_000), new_id()
    draws = [draw_of(balance, 900_000)]
    await hold(dki_session, SYSTEM, by("submit", order), draws)
    await commit(dki_session, SYSTEM, by("approve", order), draws)
    await release_commitment(dki_session, SYSTEM, by("expire", order), draws)
    assert await position(dki_session, balance) == Position(1_000_000)


async def test_an_order_cannot_commit_what_another_order_holds(dki_session: AsyncSession) -> None:
    balance, order = await a_balance(dki_session, 1_000_000), new_id()
    await hold(dki_session, SYSTEM, by("submit", new_id()), [draw_of(balance, 500_000)])
    await hold(dki_session, SYSTEM, by("submit", order), [draw_of(balance, 100_000)])
    with pytest.raises(ValueError, match="more than it has"):
        await commit(dki_session, SYSTEM, by("approve", order), [draw_of(balance, 500_000)])


async def test_an_order_cannot_both_commit_and_release_its_hold(dki_session: AsyncSession) -> None:
    balance, order = await a_balance(dki_session, 1_000_000), new_id()
    draws = [draw_of(balance, 500_000)]
    await hold(dki_session, SYSTEM, by("submit", new_id()), draws)
    await hold(dki_session, SYSTEM, by("submit", order), draws)
    await release_hold(dki_session, SYSTEM, by("return_to_draft", order), draws)
    with pytest.raises(ValueError, match="more than it has"):
        await commit(dki_session, SYSTEM, by("approve", order), draws)


async def test_a_ceiling_cut_below_what_is_bound_blocks_new_orders_until_it_fits_again(
    dki_session: AsyncSession,
) -> None:
    balance, order = await a_balance(dki_session, 1_000_000), new_id()
    draws = [draw_of(balance, 800_000)]
    await hold(dki_session, SYSTEM, by("submit", order), draws)
    cut = await change_ceiling(
        dki_session, SYSTEM, balance.budget_line_id, balance.package_id, 700_000, "Perubahan APBD"
    )
    assert cut.overcommitted
    with pytest.raises(Refused, match="diturunkan di bawah yang sudah terikat"):
        async with dki_session.begin_nested():
            await hold(dki_session, SYSTEM, by("submit", new_id()), [draw_of(balance, 1)])
    await release_hold(dki_session, SYSTEM, by("return_to_draft", order), draws)
    await hold(dki_session, SYSTEM, by("submit", new_id()), [draw_of(balance, 700_000)])
    assert await position(dki_session, balance) == Position(700_000, held=700_000)
    assert await differences(dki_session) == []


async def test_budget_users_and_auditors_are_told_of_a_cut_below_what_is_bound(dki: Tenant) -> None:
    async with tenancy.inside(dki) as session:
        cast = await a_cast(session, price=800_000, pkp=False, ceiling=1_000_000)
        await an_order(session, cast)
        balance, user = cast.balance, cast.budget_user
        stranger = await an_official(session, Role.BUDGET_USER, unit=await a_work_unit(session))
        await change_ceiling(
            session, SYSTEM, balance.budget_line_id, balance.package_id, 700_000, "Perubahan APBD"
        )
        names = {
            official.id: official.email
            for official in await session.scalars(
                select(Official).where(Official.id.in_([user.official_id, stranger.official_id]))
            )
        }
    told = await tell_of_overcommitment(dki, balance.id)
    assert names[user.official_id] in told
    assert names[stranger.official_id] not in told
    letter = next(mail for mail in read_mailbox() if mail.to == names[user.official_id])
    assert "Kekurangan Rp\xa0100.000" in letter.text


async def test_the_same_ceiling_again_writes_no_entry(dki_session: AsyncSession) -> None:
    balance = await a_balance(dki_session, 1_000_000)
    await change_ceiling(dki_session, SYSTEM, balance.budget_line_id, balance.package_id, 1_000_000, "Lagi")
    entries = select(func.count()).where(LedgerEntry.balance_id == balance.id)
    assert await dki_session.scalar(entries) == 1


def draw_of(balance: BudgetBalance, amount: int) -> Draw:
    return Draw(balance.budget_line_id, balance.package_id, amount)


async def position(session: AsyncSession, balance: BudgetBalance) -> Position:
    await session.refresh(balance)
    return Position(balance.ceiling, balance.held, balance.committed, balance.realised)
