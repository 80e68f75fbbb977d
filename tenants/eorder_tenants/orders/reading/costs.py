"""What each delivery of an order comes to, and where the order's money stands because of it.

Ask for the order itself first (queries.order_for): it may not be visible.
"""

from dataclasses import dataclass
from datetime import date
from uuid import UUID
from zoneinfo import ZoneInfo

from eorder_platform import clock, straight
from eorder_platform.rules import RuleBook
from eorder_platform.tenancy import Tenant
from eorder_tenants.orders.core.assessing import assess_delivery
from eorder_tenants.orders.core.models import Delivery, Order, Status
from eorder_tenants.orders.core.parts import has_remainder
from eorder_tenants.orders.fulfilling.handing_over import Expected
from eorder_tenants.taxes.assessment import Assessment
from eorder_tenants.taxes.late_penalty import late_penalty


@dataclass(frozen=True)
class Cost:
    """What one delivery comes to: signed with its handover, an estimate of today before.

    `base` is its price before tax, `late_days` how many days after the promised day it came (or, still to come, would
    come), of which `charged_days` cost `permil` each.
    """

    delivery: Delivery
    assessment: Assessment
    gross: int
    base: int
    penalty: int
    late_days: int
    charged_days: int
    permil: int

    @property
    def expected(self) -> Expected:
        return Expected(self.assessment, self.penalty)


@dataclass(frozen=True)
class Standing:
    """Where an order's money stands; the four parts make up the whole, which the order costs as far as is known."""

    paid: int
    owed: int
    arrived: int
    coming: int

    @property
    def whole(self) -> int:
        return self.paid + self.owed + self.arrived + self.coming


async def costs_of(session: straight.Reads, order: Order, rules: RuleBook) -> dict[UUID, Cost]:
    """By delivery, those that were withdrawn left out. The order's parts must be loaded."""
    tenant: Tenant = session.info["tenant"]
    return {
        one.id: await _cost(session, order, one, rules, tenant) for one in order.deliveries if one.is_live
    }


def standing_of(order: Order, costs: dict[UUID, Cost]) -> Standing:
    """What was paid, what is owed, what has arrived and was not handed over, and what has not arrived."""
    paid = sum(one.gross_rupiah for one in order.invoices if one.payment)
    owed = sum(one.handover.gross_rupiah for one in order.deliveries if one.handover) - paid
    left = order.gross_rupiah - paid - owed
    live = [one for one in order.deliveries if one.is_live]
    arrived = sum(costs[one.id].gross for one in live if one.delivered_at and not one.handover)
    if not has_remainder(order) and all(one.delivered_at for one in live):
        arrived = left
    return Standing(paid, owed, min(arrived, left), max(0, left - arrived))


async def _cost(
    session: straight.Reads, order: Order, delivery: Delivery, rules: RuleBook, tenant: Tenant
) -> Cost:
    due, made = order.delivery_due_on, delivery.handover
    assert due
    late_days = max(0, (_comes_on(delivery, tenant) - due).days)
    charged_days = min(late_days, rules.value("late_penalty_days_maximum", on=due))
    permil = rules.value("late_penalty_permil", on=due)
    if made:
        assessment = Assessment.from_facts(made.assessment)
        base, gross, penalty = made.base_rupiah, made.gross_rupiah, made.penalty_rupiah
    else:
        assessment = await assess_delivery(session, order, delivery, rules, clock.today(tenant.zone))
        base, gross = assessment.base, assessment.gross
        penalty = late_penalty(base, due, _comes_on(delivery, tenant), rules)
    return Cost(delivery, assessment, gross, base, penalty, late_days, charged_days, permil)


def _comes_on(delivery: Delivery, tenant: Tenant) -> date:
    """The day on which it came, or is expected at the earliest."""
    if delivery.delivered_at:
        return delivery.delivered_at.astimezone(ZoneInfo(tenant.zone)).date()
    return max(delivery.expected_on, clock.today(tenant.zone))


def expected_of(costs: dict[UUID, Cost]) -> Expected | None:
    """What an order with one delivery comes to between its inspection and its handover."""
    only = next(iter(costs.values())) if len(costs) == 1 else None
    inspected = only and only.delivery.status in (Status.INSPECTED, Status.HANDOVER_PENDING)
    return only.expected if only and inspected else None
