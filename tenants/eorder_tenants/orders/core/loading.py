"""An order with what belongs to it, straight from the driver: every step and every page of an order begins with it."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any, Final, cast
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from eorder_platform import straight
from eorder_platform.tables import Base
from eorder_tenants.budgets.models import BudgetLine, Package
from eorder_tenants.catalogue.models import VendorParticipation
from eorder_tenants.orders.core import journal
from eorder_tenants.orders.core.models import Order, OrderLine
from eorder_tenants.orders.core.parts import PARTS, attach_parts, load_parts
from eorder_tenants.orders.core.visibility import VISIBLE, sight_of
from eorder_tenants.organisation.actors import Actor
from eorder_tenants.organisation.law import LAW, remember
from eorder_tenants.organisation.models import WorkUnit

_BESIDE: Final[dict[str, tuple[type[Base], str, str]]] = {
    "participation": (VendorParticipation, "p", "join vendor_participation p on p.vendor_id = o.vendor_id"),
    "work_unit": (WorkUnit, "u", "join work_unit u on u.id = o.work_unit_id"),
    "package": (Package, "k", "left join package k on k.id = o.package_id"),
    "budget_line": (BudgetLine, "b", "left join budget_line b on b.id = o.budget_line_id"),
}
"""By relation of the order: its class, its name in the statement, and how it is found."""

_MODELS: Final[tuple[type[Base], ...]] = (Order, *(model for model, *_ in _BESIDE.values()))
_COLUMNS: Final = ", ".join(
    (straight.columns(Order, "o"), *(straight.columns(model, alias) for model, alias, _ in _BESIDE.values()))
)
_FROM: Final = (
    f"from orders o {' '.join(join for *_, join in _BESIDE.values())} where o.id = $1 and {VISIBLE}"
)
_ORDER: Final = f"select {_COLUMNS} {_FROM}"
_LINES: Final = (
    f"select {straight.columns(OrderLine, 'l')} from order_line l where l.order_id = $1 order by l.position"
)
_WITH_THE_LOCK: Final = (_LINES, journal.NEWEST, LAW)
_READ_WITH: Final = "read with the order's lock"


async def locked_order(
    session: AsyncSession, actor: Actor, order_id: UUID, *, parts: bool = True, further: tuple[str, ...] = ()
) -> Order | None:
    """The order as it stands now with all its parts, locked until the transaction ends; None for strangers.

    The law comes along (:func:`organisation.law.rulebook`), and what is asked `further` of the order
    (:func:`read_with`). `parts`: whether it is likely to have any.
    """
    asked = (*_WITH_THE_LOCK, *(PARTS if parts else ()), *further)
    found = await straight.row(session, _locking(asked), order_id, *sight_of(actor))
    if found is None:
        return None
    order = _order_from(session, found)
    *_, seen, locked = found
    answers = found[-len(asked) - straight.MORE_COLUMNS - 2 :][: len(asked)]
    if seen != locked:
        # it was changed while this waited for the lock: what stands beside the order was read before
        answers = await straight.together(session, asked, order.id)
    lines, newest, law = answers[:3]
    _attach_lines(session, order, lines)
    journal.remember(session, order_id, newest)
    remember(session, law[0])
    session.info[_READ_WITH] = order_id, further, answers[len(asked) - len(further) :]
    if parts or not order.accepted_at:
        attach_parts(session, order, *(answers[3 : 3 + len(PARTS)] if parts else ()))
    else:
        await load_parts(session, order)
    return order


async def read_with(
    session: AsyncSession, order: Order, further: tuple[str, ...]
) -> Sequence[Sequence[Sequence[Any]]]:
    """What these statements answer about the order: as it came with the lock, or else in a round trip of their own.

    The law comes along either way.
    """
    order_id, asked, found = session.info.pop(_READ_WITH, (None, (), ()))
    if (order_id, asked) == (order.id, further):
        return cast(Sequence[Sequence[Sequence[Any]]], found)
    *answers, law = await straight.together(session, (*further, LAW), order.id)
    remember(session, law[0])
    return answers


async def seen_order(session: straight.Reads, actor: Actor, order_id: UUID) -> Order | None:
    """The order with all its parts, as its page shows it; None for strangers."""
    found = await straight.row(session, _ORDER, order_id, *sight_of(actor))
    if found is None:
        return None
    order = _order_from(session, found)
    lines, *parts = await straight.together(
        session, (_LINES, *(PARTS if order.accepted_at else ())), order.id
    )
    _attach_lines(session, order, lines)
    attach_parts(session, order, *parts)
    return order


def _order_from(session: straight.Reads, found: Sequence[Any]) -> Order:
    order, *beside = straight.objects_of(session, _MODELS, found)
    assert isinstance(order, Order)
    straight.attach(order, dict(zip(_BESIDE, beside, strict=True)))
    return order


def _attach_lines(session: straight.Reads, order: Order, lines: Sequence[Sequence[Any]]) -> None:
    straight.attach(order, {"lines": [straight.object_of(session, OrderLine, line) for line in lines]})


@lru_cache(maxsize=16)
def _locking(beside: tuple[str, ...]) -> str:
    """The order's row, locked, and in the same statement what stands beside it.

    Whoever waited for the lock gets the row as it is now, everything else as it was when the statement began. The last
    two columns tell: by which transaction the order stood written then, and by which it is now.
    """
    return f"""
    select {_COLUMNS}, {straight.beside(beside)},
        (select seen.xmin::text from orders seen where seen.id = $1), o.xmin::text
    {_FROM} for no key update of o
    """
