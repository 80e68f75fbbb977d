"""What stands beside an order on its page: its journal, what was said, the people in it, the money it draws from.

Ask for the order itself first (queries.order_for): it may not be visible.
"""

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from eorder_platform import straight
from eorder_platform.rules import RuleBook
from eorder_tenants.catalogue.sanctions import HOLDS, SanctionHere
from eorder_tenants.documents.models import OrderDocument
from eorder_tenants.documents.queries import DOCUMENTS, documents_from
from eorder_tenants.orders.contracting.approving import APPROVE, LAPSE, RETURN
from eorder_tenants.orders.conversation.models import Comment
from eorder_tenants.orders.conversation.queries import COMMENTS, comments_from
from eorder_tenants.orders.core import journal
from eorder_tenants.orders.core.models import Order, OrderEvent
from eorder_tenants.orders.core.parts import paid_by_later_years
from eorder_tenants.organisation.actors import Actor
from eorder_tenants.organisation.law import LAW, taken


@dataclass(frozen=True)
class Balance:
    """The balance an order draws from. `reserved` is what other orders hold or have committed; whole rupiah."""

    ceiling: int
    realised: int
    reserved: int
    this: int


@dataclass(frozen=True)
class Beside:
    """What one statement reads beside an order: its journal and papers, the names of the officials who took part in
    it, the money it draws from, the law, a page of what was said, and the sanction that holds on its vendor.
    """

    entries: list[OrderEvent]
    documents: list[OrderDocument]
    names: dict[UUID, str]
    balance: Balance | None
    rules: RuleBook
    comments: list[Comment]
    sanction: SanctionHere | None


async def beside_of(
    session: straight.Reads, actor: Actor, order: Order, comments_before: UUID | None = None
) -> Beside:
    """All of it as this actor may read it; the order's parts must be loaded."""
    entries, documents, names, balance, law, comments, sanction = await straight.together(
        session, _BESIDE, order.id, list(_people(order)), comments_before
    )
    return Beside(
        seen_by(actor, journal.entries_from(session, entries)),
        documents_from(session, documents),
        {one[0]: one[1] for one in names},
        _balance(order, *balance[0]) if balance else None,
        await taken(session, *law[0]),
        comments_from(session, comments),
        SanctionHere(*sanction[0]) if sanction else None,
    )


def seen_by(actor: Actor, entries: list[OrderEvent]) -> list[OrderEvent]:
    """Everything that happened, in its order; a vendor reads what happened since the order was issued to them."""
    if actor.vendor_id is None:
        return entries
    issued = [number for number, entry in enumerate(entries) if entry.action == APPROVE.name]
    return entries[issued[-1] :] if issued else []


async def beside_draft(session: straight.Reads, order_id: UUID) -> tuple[str | None, SanctionHere | None]:
    """Why a draft came back, if its last step was that; and the sanction that holds on its vendor."""
    last, sanction = await straight.together(session, (_LAST, _SANCTION), order_id)
    reason = last[0][1] if last and last[0][0] in (RETURN.name, LAPSE.name) else None
    return reason, SanctionHere(*sanction[0]) if sanction else None


def _people(order: Order) -> set[UUID]:
    people = {order.drafted_by, order.approved_by, order.approved_for}
    for delivery in order.deliveries:
        if delivery.inspection:
            people |= {delivery.inspection.inspected_by, delivery.inspection.inspected_for}
        if delivery.handover:
            people |= {delivery.handover.handed_over_by, delivery.handover.handed_over_for}
    for invoice in order.invoices:
        people |= {invoice.requested_by, invoice.requested_for, invoice.approved_by, invoice.approved_for}
        if invoice.payment:
            people |= {invoice.payment.paid_by, invoice.payment.paid_for}
    return {one for one in people if one}


async def balance_of(session: straight.Reads, order: Order) -> Balance | None:
    """The balance of the package and budget line that an order names by now, whether or not that is kept yet."""
    found = await straight.row(session, _NAMED_BALANCE, order.package_id, order.budget_line_id)
    return _balance(order, *found) if found else None


def _balance(order: Order, ceiling: int, realised: int, reserved: int) -> Balance:
    """The balance of the order's package and budget line, with the order's own part told apart."""
    own, paid = order.draw.amount, order.realised_rupiah - paid_by_later_years(order)
    return Balance(ceiling=ceiling, realised=realised - paid, reserved=reserved - (own - paid), this=own)


_LAST: Final = "select action, reason from order_event where order_id = $1 order by sequence desc limit 1"
_NAMES: Final = "select id, name from official where id = any($2)"
_BALANCE: Final = """
select b.ceiling, b.realised, b.held + b.committed from orders o
join budget_balance b on b.package_id = o.package_id and b.budget_line_id = o.budget_line_id
where o.id = $1
"""
_NAMED_BALANCE: Final = """
select ceiling, realised, held + committed from budget_balance where package_id = $1 and budget_line_id = $2
"""
_SANCTION: Final = HOLDS.format(vendor="(select o.vendor_id from orders o where o.id = $1)", now="now()")
_BESIDE: Final = (journal.ENTRIES, DOCUMENTS, _NAMES, _BALANCE, LAW, COMMENTS, _SANCTION)
