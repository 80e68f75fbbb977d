"""An order with what belongs to it, straight from the driver: every step and every page of an order begins with it."""

from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from eorder_platform import straight
from eorder_platform.tables import Base
from eorder_tenants.budgets.models import BudgetLine, Package
from eorder_tenants.catalogue.models import VendorParticipation
from eorder_tenants.orders.core import journal
from eorder_tenants.orders.core.models import Order, OrderLine
from eorder_tenants.orders.core.parts import PARTS, attach_parts
from eorder_tenants.orders.core.visibility import VISIBLE, sight_of
from eorder_tenants.organisation.actors import Actor
from eorder_tenants.organisation.models import WorkUnit

_BESIDE: Final[dict[str, tuple[type[Base], str, str]]] = {
    "participation": (VendorParticipation, "p", "join vendor_participation p on p.vendor_id = o.vendor_id"),
    "work_unit": (WorkUnit, "u", "join work_unit u on u.id = o.work_unit_id"),
    "package": (Package, "k", "left join package k on k.id = o.package_id"),
    "budget_line": (BudgetLine, "b", "left join budget_line b on b.id = o.budget_line_id"),
}
"""By relation of the order: its class, its name in the statement, and how it is found."""

_MODELS: Final[tuple[type[Base], ...]] = (Order, *(model for model, *_ in _BESIDE.values()))
_ORDER: Final = f"""
select {straight.columns(Order, "o")},
    {", ".join(straight.columns(model, alias) for model, alias, _ in _BESIDE.values())}
from orders o {" ".join(join for *_, join in _BESIDE.values())}
where o.id = $1 and {VISIBLE}
"""
_LOCKED: Final = f"{_ORDER} for no key update of o"
_LINES: Final = (
    f"select {straight.columns(OrderLine, 'l')} from order_line l where l.order_id = $1 order by l.position"
)


async def locked_order(session: AsyncSession, actor: Actor, order_id: UUID) -> Order | None:
    """The order as it stands now with all its parts, locked until the transaction ends; None for strangers."""
    order = await _order(session, _LOCKED, actor, order_id)
    if order is not None:
        # asked once the lock is there: what the statement saw that waited for it may be outdated
        (newest,) = await _load_beside(session, order, journal.NEWEST)
        journal.remember(session, order_id, newest)
    return order


async def seen_order(session: straight.Reads, actor: Actor, order_id: UUID) -> Order | None:
    """The order with all its parts, as its page shows it; None for strangers."""
    order = await _order(session, _ORDER, actor, order_id)
    if order is not None:
        await _load_beside(session, order)
    return order


async def _order(session: straight.Reads, statement: str, actor: Actor, order_id: UUID) -> Order | None:
    found = await straight.row(session, statement, order_id, *sight_of(actor))
    if found is None:
        return None
    order, *beside = straight.objects_of(session, _MODELS, found)
    assert isinstance(order, Order)
    straight.attach(order, dict(zip(_BESIDE, beside, strict=True)))
    return order


async def _load_beside(
    session: straight.Reads, order: Order, *further: str
) -> Sequence[Sequence[Sequence[Any]]]:
    """Put lines and parts on the order; what is asked further comes in the same round trip."""
    parts = PARTS if order.accepted_at else ()
    lines, *found = await straight.together(session, (_LINES, *parts, *further), order.id)
    straight.attach(order, {"lines": [straight.object_of(session, OrderLine, line) for line in lines]})
    attach_parts(session, order, *found[: len(parts)])
    return found[len(parts) :]
