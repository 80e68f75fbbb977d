"""Balances against the ledger: do they agree to the rupiah today, and what did a balance say on a past day?"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Select, case, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from eorder_platform.tenancy import Tenant
from eorder_tenants.budgets.models import BudgetBalance, LedgerAccount, LedgerEntry


@dataclass(frozen=True)
class Position:
    """What a balance says, in whole rupiah."""

    ceiling: int = 0
    held: int = 0
    committed: int = 0
    realised: int = 0

    @property
    def available(self) -> int:
        return self.ceiling - self.held - self.committed - self.realised


@dataclass(frozen=True)
class Difference:
    """A balance whose row does not say what its entries add up to: somebody changed it behind the ledger."""

    balance_id: UUID
    stored: Position
    entered: Position


async def differences(session: AsyncSession) -> list[Difference]:
    """Every balance of the region that disagrees with its entries; an empty list is what should be found."""
    entered = await _entered(session, _sums())
    stored = await session.execute(
        select(
            BudgetBalance.id,
            BudgetBalance.ceiling,
            BudgetBalance.held,
            BudgetBalance.committed,
            BudgetBalance.realised,
        ).order_by(BudgetBalance.id)
    )
    return [
        Difference(balance_id, Position(*amounts), entered.get(balance_id, Position()))
        for balance_id, *amounts in stored
        if Position(*amounts) != entered.get(balance_id, Position())
    ]


async def position_on(session: AsyncSession, balance_id: UUID, day: date) -> Position:
    """What the balance said at the end of that day in the region's zone, rebuilt from the entries."""
    tenant: Tenant = session.info["tenant"]
    midnight = datetime.combine(day + timedelta(days=1), time(), ZoneInfo(tenant.zone))
    return await position_before(session, balance_id, midnight)


async def position_before(session: AsyncSession, balance_id: UUID, moment: datetime) -> Position:
    """What the balance said just before a moment; nothing at all before its first ceiling."""
    sums = _sums().where(LedgerEntry.balance_id == balance_id, LedgerEntry.at < moment)
    return (await _entered(session, sums)).get(balance_id, Position())


def _sums() -> Select[*tuple[Any, ...]]:
    return select(
        LedgerEntry.balance_id,
        -_balance_of(LedgerAccount.OUTSIDE),
        _balance_of(LedgerAccount.HELD),
        _balance_of(LedgerAccount.COMMITTED),
        _balance_of(LedgerAccount.REALISED),
    ).group_by(LedgerEntry.balance_id)


def _balance_of(account: LedgerAccount) -> ColumnElement[int]:
    """What came to an account less what left it."""
    return func.sum(
        case(
            (LedgerEntry.debit == account, LedgerEntry.amount),
            (LedgerEntry.credit == account, -LedgerEntry.amount),
            else_=0,
        )
    )


async def _entered(session: AsyncSession, sums: Select[*tuple[Any, ...]]) -> dict[UUID, Position]:
    return {
        balance_id: Position(*(int(amount) for amount in amounts))
        for balance_id, *amounts in await session.execute(sums)
    }
