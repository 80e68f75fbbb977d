"""The budget ledger: hold, commit, realise, release. Overspending is impossible under any concurrency.

Every movement is written as an append-only entry *and* changes the balance row, in the caller's transaction.
The entry comes first: its unique key (order, balance, round, credit, debit) makes a movement happen exactly once,
so **repeating a call is harmless** (a job that runs twice, a second click): it changes nothing. A repetition with
other amounts is a mistake of the program: ValueError. An order that is submitted anew does so in a new round.

The balance row is locked by the UPDATE only, as late as possible and in the order of ids, so that no two
transactions wait for each other in a circle. Where it must be read under a lock it is FOR NO KEY UPDATE: a plain
FOR UPDATE waits for the foreign keys of everybody's new entries, and 32 clients deadlocked on that. A refusal
says what was available while the row was locked: it is never false, and like every refusal it leaves the
transaction to be rolled back.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, cast
from uuid import UUID

from sqlalchemy import BigInteger, Table, bindparam, case, func, or_, select, tuple_, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.sql.dml import ReturningUpdate

from eorder_platform import clock, outbox
from eorder_platform.errors import Refused
from eorder_platform.ids import new_id
from eorder_platform.sentences import Rupiah
from eorder_tenants.budgets.models import BudgetBalance, LedgerAccount, LedgerEntry
from eorder_tenants.budgets.portions import in_portions
from eorder_tenants.organisation.actors import Actor

AVAILABLE, HELD = LedgerAccount.AVAILABLE, LedgerAccount.HELD
COMMITTED, REALISED = LedgerAccount.COMMITTED, LedgerAccount.REALISED


@dataclass(frozen=True)
class Draw:
    """What an order takes from one balance, the pair of a budget line and a package; whole rupiah above zero."""

    budget_line_id: UUID
    package_id: UUID
    amount: int


@dataclass(frozen=True)
class _Movement:
    balance_id: UUID
    credit: LedgerAccount
    debit: LedgerAccount
    amount: int


async def hold(
    session: AsyncSession, actor: Actor, order_id: UUID, order_round: int, draws: Sequence[Draw]
) -> None:
    """Hold money for an order that is submitted (available → held).

    Refused on "budget" where a balance has less available than is drawn, or was overcommitted by a lower ceiling.
    """
    await _carry_out(session, actor, order_id, order_round, draws, AVAILABLE, HELD, "Pesanan diajukan")


async def commit(
    session: AsyncSession, actor: Actor, order_id: UUID, order_round: int, draws: Sequence[Draw]
) -> None:
    """Turn what the order holds into a commitment, when its purchase order is signed (held → committed)."""
    await _carry_out(
        session, actor, order_id, order_round, draws, HELD, COMMITTED, "Surat pesanan ditandatangani"
    )


async def release_hold(
    session: AsyncSession, actor: Actor, order_id: UUID, order_round: int, draws: Sequence[Draw]
) -> None:
    """Give back what an order held that goes no further (held → available)."""
    await _carry_out(session, actor, order_id, order_round, draws, HELD, AVAILABLE, "Pencadangan dilepas")


async def release_commitment(
    session: AsyncSession, actor: Actor, order_id: UUID, order_round: int, draws: Sequence[Draw]
) -> None:
    """Give back what a signed order bound that was rejected, expired or cancelled (committed → available)."""
    await _carry_out(session, actor, order_id, order_round, draws, COMMITTED, AVAILABLE, "Pengikatan dilepas")


async def realise(
    session: AsyncSession,
    actor: Actor,
    order_id: UUID,
    order_round: int,
    draws: Sequence[Draw],
    realised_amounts: Sequence[int],
) -> None:
    """Book the payment (committed → realised) and release the rest of the commitment (committed → available).

    `realised_amounts` stand in the order of `draws`, each from zero to what that draw had committed.
    """
    balances = await _balances_of(session, draws)
    movements = []
    for draw, balance_id, paid in zip(draws, balances, realised_amounts, strict=True):
        if not 0 <= paid <= draw.amount:
            raise ValueError(f"realised {paid} of a commitment of {draw.amount}")
        movements += [
            _Movement(balance_id, COMMITTED, REALISED, paid),
            _Movement(balance_id, COMMITTED, AVAILABLE, draw.amount - paid),
        ]
    await _move(session, actor, order_id, order_round, movements, "Pesanan dibayar")


async def change_ceiling(
    session: AsyncSession, actor: Actor, budget_line_id: UUID, package_id: UUID, ceiling: int, reason: str
) -> BudgetBalance:
    """Set the ceiling of one balance; see :func:`change_ceilings`."""
    return (await change_ceilings(session, actor, {(budget_line_id, package_id): ceiling}, reason))[0]


async def change_ceilings(
    session: AsyncSession, actor: Actor, ceilings: Mapping[tuple[UUID, UUID], int], reason: str
) -> list[BudgetBalance]:
    """Set ceilings by (budget line, package); a balance is made at its first one, and the same one changes nothing.

    A ceiling below what is bound already is accepted, because the law changed it (APBD shift): the balance becomes
    `overcommitted`, which blocks new holds until releases or a higher ceiling bring it back, and budget users and
    auditors are told.
    """
    if any(ceiling < 0 for ceiling in ceilings.values()):
        raise ValueError("a ceiling is never negative")
    balances = await _locked_balances(session, list(ceilings))
    for balance in balances:
        _set_ceiling(session, actor, balance, ceilings[balance.budget_line_id, balance.package_id], reason)
    await session.flush()  # the caller's next statement may be an UPDATE of these very rows
    return balances


async def _locked_balances(session: AsyncSession, pairs: Sequence[tuple[UUID, UUID]]) -> list[BudgetBalance]:
    """The balances of these pairs, made where they are missing, locked in the order of their ids."""
    rows = [
        {"id": new_id(), "budget_line_id": line, "package_id": package, "ceiling": 0}
        for line, package in pairs
    ]
    await session.execute(insert(BudgetBalance).on_conflict_do_nothing(), rows)
    pair = tuple_(BudgetBalance.budget_line_id, BudgetBalance.package_id)
    found: list[UUID] = []
    for some in in_portions(pairs):
        found += await session.scalars(select(BudgetBalance.id).where(pair.in_(some)))
    balances: list[BudgetBalance] = []
    for ids in in_portions(sorted(found)):
        balances += await session.scalars(
            select(BudgetBalance)
            .where(BudgetBalance.id.in_(ids))
            .order_by(BudgetBalance.id)
            .with_for_update(key_share=True)
            .execution_options(populate_existing=True)
        )
    return balances


def _set_ceiling(
    session: AsyncSession, actor: Actor, balance: BudgetBalance, ceiling: int, reason: str
) -> None:
    change = ceiling - balance.ceiling
    if change == 0:
        return
    raised = change > 0
    session.add(
        LedgerEntry(
            balance_id=balance.id,
            credit=LedgerAccount.OUTSIDE if raised else AVAILABLE,
            debit=AVAILABLE if raised else LedgerAccount.OUTSIDE,
            amount=abs(change),
            at=clock.now(),
            actor_id=actor.id,
            reason=reason,
        )
    )
    balance.ceiling = ceiling
    if balance.available < 0 and not balance.overcommitted:
        outbox.write(session, "budgets.tell_of_overcommitment", balance_id=balance.id)
    balance.overcommitted = balance.available < 0


async def _carry_out(
    session: AsyncSession,
    actor: Actor,
    order_id: UUID,
    order_round: int,
    draws: Sequence[Draw],
    credit: LedgerAccount,
    debit: LedgerAccount,
    reason: str,
) -> None:
    balances = await _balances_of(session, draws)
    movements = [
        _Movement(balance_id, credit, debit, draw.amount)
        for draw, balance_id in zip(draws, balances, strict=True)
    ]
    await _move(session, actor, order_id, order_round, movements, reason)


async def _balances_of(session: AsyncSession, draws: Sequence[Draw]) -> list[UUID]:
    """The balance of each draw; a pair that has none was never allotted money and is refused."""
    pairs = [(draw.budget_line_id, draw.package_id) for draw in draws]
    if len(set(pairs)) != len(pairs) or any(draw.amount <= 0 for draw in draws):
        raise ValueError("draws name each balance once, with an amount above zero")
    found: list[UUID] = []
    for line, package in pairs:
        found += await session.scalars(_BALANCE, {"budget_line_id": line, "package_id": package})
    if len(found) < len(pairs):
        raise Refused("Paket ini tidak memiliki pagu pada baris anggaran yang dipilih.", "budget")
    return found


async def _move(
    session: AsyncSession,
    actor: Actor,
    order_id: UUID,
    order_round: int,
    movements: Iterable[_Movement],
    reason: str,
) -> None:
    moving = sorted((one for one in movements if one.amount), key=lambda one: (one.balance_id, one.debit))
    if not await _enter(session, actor, order_id, order_round, moving, reason):
        return
    for balance_id in dict.fromkeys(one.balance_id for one in moving):
        await _change_balance(session, balance_id, [one for one in moving if one.balance_id == balance_id])
    if any(one.credit is not AVAILABLE for one in moving):
        await _check_own_money(session, order_id)


async def _enter(
    session: AsyncSession,
    actor: Actor,
    order_id: UUID,
    order_round: int,
    moving: Sequence[_Movement],
    reason: str,
) -> bool:
    """Write the entries; False when they stand already, so that the balances have been changed before."""
    written = 0
    for one in moving:
        entry = {
            "id": new_id(),
            "balance_id": one.balance_id,
            "order_id": order_id,
            "round": order_round,
            "credit": one.credit,
            "debit": one.debit,
            "amount": one.amount,
            "at": clock.now(),
            "actor_id": actor.id,
            "reason": reason,
        }
        written += (await session.execute(_ENTER, entry)).first() is not None
    if written == len(moving):
        return True
    standing = await session.execute(
        select(LedgerEntry.balance_id, LedgerEntry.credit, LedgerEntry.debit, LedgerEntry.amount).where(
            LedgerEntry.order_id == order_id, LedgerEntry.round == order_round
        )
    )
    if written or not {(m.balance_id, m.credit, m.debit, m.amount) for m in moving} <= {
        tuple(r) for r in standing
    }:
        raise ValueError(f"order {order_id} repeats round {order_round} with other amounts")
    return False


async def _change_balance(session: AsyncSession, balance_id: UUID, moving: Sequence[_Movement]) -> None:
    change = dict.fromkeys(LedgerAccount, 0)
    for one in moving:
        change[one.credit] -= one.amount
        change[one.debit] += one.amount
    needed = -change[AVAILABLE]
    moved = {"balance_id": balance_id, "needed": needed} | {
        f"{account}_change": change[account] for account in (HELD, COMMITTED, REALISED)
    }
    while (await session.execute(_MOVE, moved)).first() is None:
        # Read under a lock: another order may have given back money since the UPDATE looked.
        available, overcommitted = (await session.execute(_LEFT, {"balance_id": balance_id})).one()
        if overcommitted:
            raise Refused(
                "Pagu ini telah diturunkan di bawah yang sudah terikat; pesanan baru ditahan.", "budget"
            )
        if available < needed:
            raise Refused(
                "Saldo tidak cukup: tersedia %(available)s, diperlukan %(needed)s.",
                "budget",
                available=Rupiah(available),
                needed=Rupiah(needed),
            )


async def _check_own_money(session: AsyncSession, order_id: UUID) -> None:
    """An order moves only what is its own.

    Looked up after the balances are locked, so that a commitment and a release in the same instant cannot both pass.
    """
    rows = await session.execute(_OWN_MONEY, {"order_id": order_id})
    for balance_id, held, committed in rows:
        if held < 0 or committed < 0:
            raise ValueError(f"order {order_id} moves more than it has on balance {balance_id}")


# The statements of every step of an order, built once: building them costs more than asking.
_BALANCE: Final = select(BudgetBalance.id).where(
    BudgetBalance.budget_line_id == bindparam("budget_line_id"),
    BudgetBalance.package_id == bindparam("package_id"),
)
_LEFT: Final = (
    select(BudgetBalance.available, BudgetBalance.overcommitted)
    .where(BudgetBalance.id == bindparam("balance_id"))
    .with_for_update(key_share=True)
)
_ENTRY, _ROWS = cast(Table, LedgerEntry.__table__), cast(Table, BudgetBalance.__table__)
_ENTER: Final = (
    insert(_ENTRY).on_conflict_do_nothing(constraint="uq_ledger_entry_once").returning(_ENTRY.c.id)
)


def _moving() -> ReturningUpdate[tuple[UUID]]:
    """The balance after a movement; where something is needed, only if that much is left."""
    after = {
        account: _ROWS.c[account] + bindparam(f"{account}_change", type_=BigInteger)
        for account in (HELD, COMMITTED, REALISED)
    }
    bound = after[HELD] + after[COMMITTED] + after[REALISED]
    there = or_(bindparam("needed", type_=BigInteger) <= 0, bound <= _ROWS.c.ceiling)
    return (
        update(_ROWS)
        .where(_ROWS.c.id == bindparam("balance_id"), there)
        .values(after | {"overcommitted": bound > _ROWS.c.ceiling})
        .returning(_ROWS.c.id)
    )


_MOVE: Final = _moving()
_OWN_MONEY: Final = (
    select(
        LedgerEntry.balance_id,
        *(
            func.sum(
                case(
                    (LedgerEntry.debit == account, LedgerEntry.amount),
                    (LedgerEntry.credit == account, -LedgerEntry.amount),
                    else_=0,
                )
            )
            for account in (HELD, COMMITTED)
        ),
    )
    .where(LedgerEntry.order_id == bindparam("order_id"))
    .group_by(LedgerEntry.balance_id)
)
