"""The ledger one step at a time: what is held, committed, paid, given back, refused, and repeated."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from eorder_platform import clock, tenancy
from eorder_platform.errors import Refused
from eorder_platform.ids import new_id
from eorder_platform.mail import read_mailbox
from eorder_platform.outbox import Outbox
from eorder_platform.tenancy import Tenant
from eorder_tenants.budgets import portions
from eorder_tenants.budgets.alarming import tell_of_overcommitment
from eorder_tenants.budgets.ledger import (
    Draw,
    carry,
    change_ceilings,
    commit,
    hold,
    realise,
    release_commitment,
    release_hold,
    take_on,
)
from eorder_tenants.budgets.models import BudgetBalance, LedgerEntry
from eorder_tenants.budgets.reconciling import Position, differences
from eorder_tenants.organisation.actors import SYSTEM_ACTOR as SYSTEM
from eorder_tenants.organisation.actors import Actor
from eorder_tenants.organisation.models import Official, Role
from tests.budgets.factories import a_balance, a_budget_line, a_package, an_upload, by, change_ceiling
from tests.orders.factories import MONDAY, a_cast, an_order
from tests.organisation.factories import a_work_unit, an_official


@pytest.fixture(autouse=True)
def _in_the_year_of_the_lines() -> Iterator[None]:
    with clock.travelling_to(MONDAY):
        yield


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
    with pytest.raises(Refused, match="diturunkan di bawah yang sudah terikat") as refusal:
        async with dki_session.begin_nested():
            await hold(dki_session, SYSTEM, by("submit", new_id()), [draw_of(balance, 1)])
    assert refusal.value.problems[0][0] == "budget"
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


async def test_every_step_stands_in_the_ledger_with_its_order_its_round_its_person_and_its_reason(
    dki_session: AsyncSession,
) -> None:
    balance, order = await a_balance(dki_session, 1_000_000), new_id()
    actor = Actor(new_id(), "Siti Rahma")
    draws, moment = [draw_of(balance, 600_000)], datetime(2026, 3, 9, 2, 30, tzinfo=UTC)
    with clock.travelling_to(moment):
        await hold(dki_session, actor, by("submit", order), draws)
        await release_hold(dki_session, actor, by("return_to_draft", order), draws)
        await hold(dki_session, actor, by("submit", order, 2), draws)
        await commit(dki_session, actor, by("approve", order, 2), draws)
        await release_commitment(dki_session, actor, by("expire", order, 2), draws)
        await hold(dki_session, actor, by("submit", order, 3), draws)
        await commit(dki_session, actor, by("approve", order, 3), draws)
        await realise(dki_session, actor, by("record_payment", order, 3), draws, [500_000])
    entries = (
        await dki_session.scalars(
            select(LedgerEntry).where(LedgerEntry.order_id == order).order_by(LedgerEntry.id)
        )
    ).all()
    assert [(one.round, one.action, one.credit, one.debit, one.amount, one.reason) for one in entries] == [
        (1, "submit", "available", "held", 600_000, "Pesanan diajukan"),
        (1, "return_to_draft", "held", "available", 600_000, "Pencadangan dilepas"),
        (2, "submit", "available", "held", 600_000, "Pesanan diajukan"),
        (2, "approve", "held", "committed", 600_000, "Surat pesanan ditandatangani"),
        (2, "expire", "committed", "available", 600_000, "Pengikatan dilepas"),
        (3, "submit", "available", "held", 600_000, "Pesanan diajukan"),
        (3, "approve", "held", "committed", 600_000, "Surat pesanan ditandatangani"),
        (3, "record_payment", "committed", "realised", 500_000, "Pesanan dibayar"),
        (3, "record_payment", "committed", "available", 100_000, "Pesanan dibayar"),
    ]
    assert [one.event_sequence for one in entries] == [10, 12, 20, 21, 23, 30, 31, 34, 34]
    assert {(one.balance_id, one.actor_id, one.at) for one in entries} == {(balance.id, actor.id, moment)}


async def test_what_a_year_cannot_pay_leaves_its_line_and_binds_one_of_a_later_year(
    dki_session: AsyncSession,
) -> None:
    ended, running, order = (
        await a_balance(dki_session, 900_000),
        await a_balance(dki_session, 700_000),
        new_id(),
    )
    actor = Actor(new_id(), "Siti Rahma")
    await hold(dki_session, actor, by("submit", order), [draw_of(ended, 600_000)])
    await commit(dki_session, actor, by("approve", order), [draw_of(ended, 600_000)])
    for _ in range(2):
        await carry(dki_session, actor, by("carry_over", order), [draw_of(ended, 600_000)])
    for _ in range(2):
        await take_on(dki_session, actor, by("fund_payable", order), [draw_of(running, 600_000)])
    assert await position(dki_session, ended) == Position(900_000)
    assert await position(dki_session, running) == Position(700_000, committed=600_000)
    entries = (
        await dki_session.scalars(
            select(LedgerEntry).where(LedgerEntry.order_id == order).order_by(LedgerEntry.id).offset(2)
        )
    ).all()
    assert [
        (
            one.balance_id,
            one.action,
            one.event_sequence,
            one.credit,
            one.debit,
            one.amount,
            one.reason,
            one.actor_id,
        )
        for one in entries
    ] == [
        (
            ended.id,
            "carry_over",
            15,
            "committed",
            "available",
            600_000,
            "Dicatat sebagai utang belanja",
            actor.id,
        ),
        (
            running.id,
            "fund_payable",
            16,
            "available",
            "committed",
            600_000,
            "Utang belanja dibebankan",
            actor.id,
        ),
    ]
    assert await differences(dki_session) == []


async def test_a_later_year_takes_on_no_more_than_it_has(dki_session: AsyncSession) -> None:
    running = await a_balance(dki_session, 700_000)
    with pytest.raises(Refused, match="Saldo tidak cukup"):
        await take_on(dki_session, SYSTEM, by("fund_payable", new_id()), [draw_of(running, 700_001)])
    assert await position(dki_session, running) == Position(700_000)


async def test_a_payment_is_entered_at_the_moment_the_money_left(dki_session: AsyncSession) -> None:
    balance, order = await a_balance(dki_session, 1_000_000), new_id()
    draws, left = [draw_of(balance, 600_000)], datetime(2026, 3, 9, 2, 30, tzinfo=UTC)
    await hold(dki_session, SYSTEM, by("submit", order), draws)
    await commit(dki_session, SYSTEM, by("approve", order), draws)
    await realise(dki_session, SYSTEM, by("record_payment", order), draws, [600_000], left)
    paid = select(LedgerEntry.at).where(LedgerEntry.order_id == order, LedgerEntry.debit == "realised")
    assert await dki_session.scalar(paid) == left


@pytest.mark.parametrize("paid", [-1, 600_001])
async def test_a_payment_is_of_what_is_committed_and_no_more(dki_session: AsyncSession, paid: int) -> None:
    balance, order = await a_balance(dki_session, 1_000_000), new_id()
    draws = [draw_of(balance, 600_000)]
    await hold(dki_session, SYSTEM, by("submit", order), draws)
    await commit(dki_session, SYSTEM, by("approve", order), draws)
    with pytest.raises(ValueError, match=f"realised {paid} of a commitment of 600000"):
        await realise(dki_session, SYSTEM, by("record_payment", order), draws, [paid])


async def test_a_step_names_each_balance_once_with_an_amount(dki_session: AsyncSession) -> None:
    balance = await a_balance(dki_session, 1_000_000)
    for draws in (
        [draw_of(balance, 0)],
        [draw_of(balance, 1)] * 2,
        [draw_of(balance, 1), draw_of(balance, 2)],
    ):
        with pytest.raises(ValueError, match=r"^draws name each balance once, with an amount above zero$"):
            await hold(dki_session, SYSTEM, by("submit", new_id()), draws)
    await hold(dki_session, SYSTEM, by("submit", new_id()), [draw_of(balance, 1)])
    assert await position(dki_session, balance) == Position(1_000_000, held=1)


async def test_of_several_draws_one_without_a_ceiling_refuses_them_all(dki_session: AsyncSession) -> None:
    balance, package = await a_balance(dki_session, 1_000_000), await a_package(dki_session)
    draws = [draw_of(balance, 1), Draw(balance.budget_line_id, package.id, 1)]
    with pytest.raises(Refused) as refusal:
        await hold(dki_session, SYSTEM, by("submit", new_id()), draws)
    sentence = "Paket ini tidak memiliki pagu pada baris anggaran yang dipilih."
    assert refusal.value.problems == [("budget", sentence)]
    with pytest.raises(Refused) as refusal:
        await hold(dki_session, SYSTEM, by("submit", new_id()), draws[1:])
    assert refusal.value.problems == [("budget", sentence)]


async def test_a_repetition_that_adds_a_balance_or_leaves_money_out_is_a_mistake(
    dki_session: AsyncSession,
) -> None:
    first, second = await a_balance(dki_session, 1_000_000), await a_balance(dki_session, 1_000_000)
    order, draws = new_id(), [draw_of(first, 600_000), draw_of(second, 300_000)]
    await hold(dki_session, SYSTEM, by("submit", order), draws[:1])
    with pytest.raises(ValueError, match=f"order {order} repeats round 1 with other amounts"):
        async with dki_session.begin_nested():
            await hold(dki_session, SYSTEM, by("submit", order), draws)
    await commit(dki_session, SYSTEM, by("approve", order), draws[:1])
    await realise(dki_session, SYSTEM, by("record_payment", order), draws[:1], [600_000])
    with pytest.raises(ValueError, match=f"order {order} repeats round 1 with other amounts"):
        async with dki_session.begin_nested():
            await realise(dki_session, SYSTEM, by("record_payment", order), draws[:1], [599_999])
    with pytest.raises(ValueError, match=f"order {order} repeats round 1 with other amounts"):
        await realise(dki_session, SYSTEM, by("record_payment", order), [draw_of(first, 700_000)], [600_000])


async def test_an_order_gives_back_no_more_than_it_has(dki_session: AsyncSession) -> None:
    balance, order = await a_balance(dki_session, 1_000_000), new_id()
    await hold(dki_session, SYSTEM, by("submit", new_id()), [draw_of(balance, 500_000)])
    await hold(dki_session, SYSTEM, by("submit", order), [draw_of(balance, 100_000)])
    with pytest.raises(ValueError, match=f"order {order} moves more than it has on balance {balance.id}"):
        async with dki_session.begin_nested():
            await release_hold(dki_session, SYSTEM, by("return_to_draft", order), [draw_of(balance, 100_001)])
    await release_hold(dki_session, SYSTEM, by("return_to_draft", order), [draw_of(balance, 100_000)])
    assert await position(dki_session, balance) == Position(1_000_000, held=500_000)


async def test_a_ceiling_may_fall_to_nothing_and_not_below(dki_session: AsyncSession) -> None:
    balance = await a_balance(dki_session, 1_000_000)
    pair, actor = (balance.budget_line_id, balance.package_id), Actor(new_id(), "Budi")
    moment = datetime(2026, 3, 9, 2, 30, tzinfo=UTC)
    with clock.travelling_to(moment):
        assert not (await change_ceiling(dki_session, actor, *pair, 0, "Pergeseran anggaran")).overcommitted
    assert await position(dki_session, balance) == Position()
    last = select(LedgerEntry).where(LedgerEntry.balance_id == balance.id).order_by(LedgerEntry.id.desc())
    entry = (await dki_session.scalars(last)).first()
    assert entry
    assert (entry.credit, entry.debit, entry.amount) == ("available", "outside", 1_000_000)
    assert (entry.actor_id, entry.at, entry.reason, entry.order_id) == (
        actor.id,
        moment,
        "Pergeseran anggaran",
        None,
    )
    with pytest.raises(ValueError, match=r"^a ceiling is never negative$"):
        await change_ceiling(dki_session, actor, *pair, -1, "Pergeseran anggaran")


async def test_each_of_many_ceilings_is_set_and_a_missing_balance_is_made(
    dki_session: AsyncSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(portions, "ROWS_A_STATEMENT", 1)
    old, line, package = (
        await a_balance(dki_session, 1_000_000),
        await a_budget_line(dki_session),
        await a_package(dki_session),
    )
    ceilings = {(old.budget_line_id, old.package_id): 1_500_000, (line.id, package.id): 700_000}
    set_ = await change_ceilings(
        dki_session, SYSTEM, ceilings, await an_upload(dki_session, "Perubahan APBD")
    )
    assert {(one.budget_line_id, one.package_id): one.ceiling for one in set_} == ceilings
    assert [one.id for one in set_] == sorted(one.id for one in set_)
    assert await position(dki_session, old) == Position(1_500_000)
    assert await differences(dki_session) == []


async def test_a_balance_that_falls_short_is_told_of_once_and_recovers_with_its_ceiling(
    dki_session: AsyncSession,
) -> None:
    balance = await a_balance(dki_session, 1_000_000)
    pair = (balance.budget_line_id, balance.package_id)
    await hold(dki_session, SYSTEM, by("submit", new_id()), [draw_of(balance, 800_000)])
    await dki_session.refresh(balance)
    fits = await change_ceiling(dki_session, SYSTEM, *pair, 800_000, "Pergeseran")
    assert not fits.overcommitted
    letters = select(Outbox.job).where(Outbox.arguments == {"balance_id": str(balance.id)})
    for ceiling in (700_000, 600_000):
        assert (await change_ceiling(dki_session, SYSTEM, *pair, ceiling, "Pergeseran")).overcommitted
        assert list(await dki_session.scalars(letters)) == ["budgets.tell_of_overcommitment"]
    assert (await change_ceiling(dki_session, SYSTEM, *pair, 799_999, "Pergeseran")).overcommitted
    assert not (await change_ceiling(dki_session, SYSTEM, *pair, 800_000, "Pergeseran")).overcommitted
    assert await differences(dki_session) == []


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
