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

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final, NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import select, tuple_
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from eorder_platform import clock, outbox, straight
from eorder_platform.errors import Refused
from eorder_platform.ids import new_id
from eorder_platform.sentences import Rupiah
from eorder_platform.tenancy import Tenant
from eorder_tenants.budgets.models import BudgetBalance, ImportBatch, LedgerAccount, LedgerEntry
from eorder_tenants.budgets.portions import in_portions
from eorder_tenants.organisation.actors import Actor

AVAILABLE, HELD = LedgerAccount.AVAILABLE, LedgerAccount.HELD
COMMITTED, REALISED = LedgerAccount.COMMITTED, LedgerAccount.REALISED
NO_CEILING: Final = "Paket ini tidak memiliki pagu pada baris anggaran yang dipilih."


@dataclass(frozen=True)
class Draw:
    """What an order takes from one balance, the pair of a budget line and a package; whole rupiah above zero."""

    budget_line_id: UUID
    package_id: UUID
    amount: int


class Cause(NamedTuple):
    """The entry of an order's journal that moves its money: its number and what was done; `round` is the ledger's.

    The database refuses a movement without it, with one that does not move money so, or a second time for one entry.
    """

    order_id: UUID
    round: int
    event_sequence: int
    action: str


@dataclass(frozen=True)
class _Movement:
    credit: LedgerAccount
    debit: LedgerAccount
    amount: int


async def hold(session: AsyncSession, actor: Actor, cause: Cause, draws: Sequence[Draw]) -> None:
    """Hold money for an order that is submitted (available → held).

    Refused on "budget" where a balance has less available than is drawn, or was overcommitted by a lower ceiling.
    """
    await _carry_out(session, actor, cause, draws, AVAILABLE, HELD, "Pesanan diajukan")


async def commit(session: AsyncSession, actor: Actor, cause: Cause, draws: Sequence[Draw]) -> None:
    """Turn what the order holds into a commitment, when its purchase order is signed (held → committed)."""
    await _carry_out(session, actor, cause, draws, HELD, COMMITTED, "Surat pesanan ditandatangani")


async def release_hold(session: AsyncSession, actor: Actor, cause: Cause, draws: Sequence[Draw]) -> None:
    """Give back what an order held that goes no further (held → available)."""
    await _carry_out(session, actor, cause, draws, HELD, AVAILABLE, "Pencadangan dilepas")


async def release_commitment(
    session: AsyncSession, actor: Actor, cause: Cause, draws: Sequence[Draw]
) -> None:
    """Give back what a signed order bound that was rejected, expired or cancelled (committed → available)."""
    await _carry_out(session, actor, cause, draws, COMMITTED, AVAILABLE, "Pengikatan dilepas")


async def carry(session: AsyncSession, actor: Actor, cause: Cause, draws: Sequence[Draw]) -> None:
    """Give back what a year's line had bound for what it cannot pay any more: a carried payable (utang belanja)."""
    await _carry_out(session, actor, cause, draws, COMMITTED, AVAILABLE, "Dicatat sebagai utang belanja")


async def take_on(session: AsyncSession, actor: Actor, cause: Cause, draws: Sequence[Draw]) -> None:
    """Bind money of a later year for a carried payable (available → committed). Refused on "budget" as a hold is."""
    await _carry_out(session, actor, cause, draws, AVAILABLE, COMMITTED, "Utang belanja dibebankan")


async def realise(
    session: AsyncSession,
    actor: Actor,
    cause: Cause,
    draws: Sequence[Draw],
    realised_amounts: Sequence[int],
    at: datetime | None = None,
) -> None:
    """Book the payment (committed → realised) and release the rest of the commitment (committed → available).

    `realised_amounts` stand in the order of `draws`, each from zero to what that draw had committed. `at`: when the
    money left, where that was not now. Its day in the office lies in the fiscal year of every line, which the caller
    has asked (the database refuses anything else).
    """
    movements = {}
    for draw, paid in zip(draws, realised_amounts, strict=True):
        if not 0 <= paid <= draw.amount:
            raise ValueError(f"realised {paid} of a commitment of {draw.amount}")
        movements[draw] = [
            _Movement(COMMITTED, REALISED, paid),
            _Movement(COMMITTED, AVAILABLE, draw.amount - paid),
        ]
    await _move(session, actor, cause, draws, movements, "Pesanan dibayar", at)


async def change_ceilings(
    session: AsyncSession, actor: Actor, ceilings: Mapping[tuple[UUID, UUID], int], batch: ImportBatch
) -> list[BudgetBalance]:
    """Set ceilings by (budget line, package) as an upload says; a balance is made at its first one, and the same one
    changes nothing. Each change names the upload: another for the same balance is refused by the database.

    A ceiling below what is bound already is accepted, because the law changed it (APBD shift): the balance becomes
    `overcommitted`, which blocks new holds until releases or a higher ceiling bring it back, and budget users and
    auditors are told.
    """
    if any(ceiling < 0 for ceiling in ceilings.values()):
        raise ValueError("a ceiling is never negative")
    balances = await _locked_balances(session, list(ceilings))
    for balance in balances:
        _set_ceiling(session, actor, balance, ceilings[balance.budget_line_id, balance.package_id], batch)
    await session.flush()  # the caller's next statement may be an UPDATE of these very rows
    return balances


async def _locked_balances(session: AsyncSession, pairs: Sequence[tuple[UUID, UUID]]) -> list[BudgetBalance]:
    """The balances of these pairs, made where they are missing, locked in the order of their ids."""
    rows = [{"budget_line_id": line, "package_id": package, "ceiling": 0} for line, package in pairs]
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
    session: AsyncSession, actor: Actor, balance: BudgetBalance, ceiling: int, batch: ImportBatch
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
            reason=batch.file_name,
            import_id=batch.id,
        )
    )
    balance.ceiling = ceiling
    if balance.available < 0 and not balance.overcommitted:
        outbox.write(session, "budgets.tell_of_overcommitment", balance_id=balance.id)
    balance.overcommitted = balance.available < 0


async def _carry_out(
    session: AsyncSession,
    actor: Actor,
    cause: Cause,
    draws: Sequence[Draw],
    credit: LedgerAccount,
    debit: LedgerAccount,
    reason: str,
) -> None:
    movements = {draw: [_Movement(credit, debit, draw.amount)] for draw in draws}
    await _move(session, actor, cause, draws, movements, reason)


async def _move(
    session: AsyncSession,
    actor: Actor,
    cause: Cause,
    draws: Sequence[Draw],
    movements: Mapping[Draw, Sequence[_Movement]],
    reason: str,
    at: datetime | None = None,
) -> None:
    moved = []
    with session.no_autoflush:  # nothing here asks for what the session has still to write
        for draw in await _in_order(session, draws):
            moving = [one for one in movements[draw] if one.amount]
            moment = at or clock.now()
            spends = any(one.debit is REALISED for one in moving)
            realised_on = _office_day(session, moment) if spends else None
            values = (*cause, moment, actor.id, reason, realised_on)
            moved.append(await _move_on(session, draw, moving, values))
        if len(set(moved)) > 1:
            raise ValueError(f"order {cause.order_id} repeats round {cause.round} with other amounts")
        if any(moved) and any(one.credit is not AVAILABLE for some in movements.values() for one in some):
            await _check_own_money(session, cause.order_id)


def _office_day(session: AsyncSession, moment: datetime) -> date:
    tenant: Tenant = session.info["tenant"]
    return moment.astimezone(ZoneInfo(tenant.zone)).date()


async def _in_order(session: AsyncSession, draws: Sequence[Draw]) -> list[Draw]:
    """The draws in the order of their balances' ids; what has no balance is refused when it is moved."""
    by_pair = {(draw.budget_line_id, draw.package_id): draw for draw in draws}
    if len(by_pair) != len(draws) or any(draw.amount <= 0 for draw in draws):
        raise ValueError("draws name each balance once, with an amount above zero")
    if len(draws) == 1:
        return list(draws)
    lines, packages = zip(*by_pair, strict=True)
    found = await straight.rows(session, _IN_ORDER, lines, packages)
    if len(found) < len(draws):
        raise Refused(NO_CEILING, "budget")
    return [by_pair[row["budget_line_id"], row["package_id"]] for row in found]


async def _move_on(
    session: AsyncSession, draw: Draw, moving: Sequence[_Movement], entry: Sequence[object]
) -> bool:
    """Write the entries and change the draw's balance, in one statement; False when they stand already.

    `entry` says of each: its cause, moment, person, reason and, where money is spent, the moment's day in the office.
    """
    change = dict.fromkeys(LedgerAccount, 0)
    for one in moving:
        change[one.credit] -= one.amount
        change[one.debit] += one.amount
    needed = -change[AVAILABLE]
    changes = (needed, *(change[account] for account in (HELD, COMMITTED, REALISED)))
    ids, credits, debits = [new_id() for _ in moving], [m.credit for m in moving], [m.debit for m in moving]
    balance_id, written, moved = (
        await straight.rows(
            session,
            _ENTER_AND_MOVE,
            *(draw.budget_line_id, draw.package_id),
            *changes,
            *entry,
            *(ids, credits, debits, [m.amount for m in moving]),
        )
    )[0]
    if balance_id is None:
        raise Refused(NO_CEILING, "budget")
    if written < len(moving):
        await _refuse_other_amounts(session, balance_id, moving, written, *entry[:2])
        return False
    while not moved:
        # Read under a lock: another order may have given back money since the UPDATE looked.
        available, overcommitted = (await straight.rows(session, _LEFT, balance_id))[0]
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
        moved = await straight.rows(session, _MOVE, balance_id, *changes)
    return True


async def _refuse_other_amounts(
    session: AsyncSession, balance_id: UUID, moving: Sequence[_Movement], written: int, *of: object
) -> None:
    standing = {tuple(row) for row in await straight.rows(session, _STANDING, balance_id, *of)}
    if written or not {(one.credit, one.debit, one.amount) for one in moving} <= standing:
        raise ValueError(f"order {of[0]} repeats round {of[1]} with other amounts")


async def _check_own_money(session: AsyncSession, order_id: UUID) -> None:
    """An order moves only what is its own.

    Looked up after the balances are locked, so that a commitment and a release in the same instant cannot both pass.
    """
    for balance_id, held, committed in await straight.rows(session, _OWN_MONEY, order_id):
        if held < 0 or committed < 0:
            raise ValueError(f"order {order_id} moves more than it has on balance {balance_id}")


_IN_ORDER: Final = """
select b.budget_line_id, b.package_id
from budget_balance b join unnest($1::uuid[], $2::uuid[]) as pair (line, package)
    on b.budget_line_id = pair.line and b.package_id = pair.package
order by b.id
"""
_LEFT: Final = """
select ceiling - held - committed - realised, overcommitted from budget_balance where id = $1 for no key update
"""
_CHANGED: Final = """
update budget_balance set held = held + {held}, committed = committed + {committed}, realised = realised + {realised},
    overcommitted = held + committed + realised + {bound} > ceiling
where id = {id} and ({needed} <= 0 or held + committed + realised + {bound} <= ceiling)
"""
"""The balance after a movement; where something is needed, only if that much is left."""
_MOVE: Final = (
    _CHANGED.format(
        id="$1",
        needed="$2::bigint",
        held="$3::bigint",
        committed="$4::bigint",
        realised="$5::bigint",
        bound="($3::bigint + $4::bigint + $5::bigint)",
    )
    + "returning id"
)
_MOVE_ENTERED: Final = _CHANGED.format(
    id="(select id from balance)",
    needed="$3::bigint",
    held="$4::bigint",
    committed="$5::bigint",
    realised="$6::bigint",
    bound="($4::bigint + $5::bigint + $6::bigint)",
)
_ENTER_AND_MOVE: Final = f"""
with balance as (select id from budget_balance where budget_line_id = $1 and package_id = $2),
entered as (
    insert into ledger_entry (balance_id, order_id, round, event_sequence, action, at, actor_id, reason,
        id, credit, debit, amount, realised_on, budget_line_id, fiscal_year)
    select balance.id, $7::uuid, $8::integer, $9::integer, $10::text, $11::timestamptz, $12::uuid, $13::text, moving.*,
        case when moving.debit = 'realised' then $14::date end, case when moving.debit = 'realised' then $1::uuid end,
        case when moving.debit = 'realised' then (select fiscal_year from budget_line where id = $1) end
    from balance,
        unnest($15::uuid[], $16::text[], $17::text[], $18::bigint[]) as moving (id, credit, debit, amount)
    on conflict do nothing returning id),
moved as ({_MOVE_ENTERED} and (select count(*) from entered) = cardinality($15) returning id)
select (select id from balance), (select count(*) from entered), exists (select from moved)
"""
_STANDING: Final = """
select credit, debit, amount from ledger_entry where balance_id = $1 and order_id = $2 and round = $3
"""
_OWN_MONEY: Final = """
select balance_id,
    sum(case when debit = 'held' then amount when credit = 'held' then -amount else 0 end),
    sum(case when debit = 'committed' then amount when credit = 'committed' then -amount else 0 end)
from ledger_entry where order_id = $1 group by balance_id
"""
