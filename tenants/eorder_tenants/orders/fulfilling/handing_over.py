"""The commitment officer signs the handover (BAST): from here on the region owes what it accepted, and no more."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from eorder_platform import clock
from eorder_platform.rules import RuleBook
from eorder_platform.tenancy import Tenant
from eorder_tenants.budgets import ledger
from eorder_tenants.budgets.ledger import Draw
from eorder_tenants.documents import signing
from eorder_tenants.documents.facts import DocumentKind
from eorder_tenants.orders.core import stepping
from eorder_tenants.orders.core.assessing import assess_order, reckon
from eorder_tenants.orders.core.models import Order, Status
from eorder_tenants.orders.lifecycle import Action
from eorder_tenants.orders.papers import composing as papers
from eorder_tenants.organisation.actors import Actor
from eorder_tenants.organisation.law import rulebook
from eorder_tenants.taxes.assessment import Assessment
from eorder_tenants.taxes.late_penalty import late_penalty


@dataclass(frozen=True)
class Expected:
    """What the accepted part costs and what lateness takes off, as both sides see it before they sign."""

    assessment: Assessment
    penalty: int


async def hand_over(session: AsyncSession, actor: Actor, order_id: UUID, version: int) -> Order:
    """Close the delivery over the accepted part (close short where something was rejected).

    The amounts are assessed anew with this day as the tax point of VAT; the commitment follows them and what is not
    needed returns to the budget line. Delivery after its date costs the vendor a permil a day of the price before tax.
    """
    order = await stepping.begin(session, actor, Action.HAND_OVER, order_id, version)
    tenant: Tenant = session.info["tenant"]
    today = clock.today(tenant.zone)
    rules = await rulebook(session)
    order.penalty_rupiah = 0
    assessment = await reckon(session, order, rules, today)
    order.penalty_rupiah = _penalty(order, assessment, rules, tenant)
    order.net_rupiah -= order.penalty_rupiah
    await _follow(session, actor, order)
    order.handed_over_by = actor.official_id
    late_days = max(0, (_delivered_on(order, tenant) - _due_on(order)).days)
    composer = await papers.handover_report(session, order, actor.official_id, assessment, late_days)
    document = await signing.sign(
        session, order.id, order.work_unit, DocumentKind.HANDOVER_REPORT, actor.official_id, composer
    )
    return await stepping.finish(
        session,
        actor,
        order,
        Action.HAND_OVER,
        document_hash=document.facts_hash,
        details={
            "document": document.number,
            "gross_rupiah": order.gross_rupiah,
            "penalty_rupiah": order.penalty_rupiah,
        },
        rules=rules,
    )


async def expected_at_handover(session: AsyncSession, order: Order) -> Expected | None:
    """What the handover would come to today; None before the inspection and after the handover."""
    if order.status not in (Status.INSPECTED, Status.HANDOVER_PENDING):
        return None
    tenant: Tenant = session.info["tenant"]
    rules = await rulebook(session)
    assessment = await assess_order(session, order, rules, clock.today(tenant.zone))
    return Expected(assessment, _penalty(order, assessment, rules, tenant))


def _penalty(order: Order, assessment: Assessment, rules: RuleBook, tenant: Tenant) -> int:
    return late_penalty(assessment.base, _due_on(order), _delivered_on(order, tenant), rules)


def _due_on(order: Order) -> date:
    assert order.delivery_due_on
    return order.delivery_due_on


def _delivered_on(order: Order, tenant: Tenant) -> date:
    assert order.delivered_at
    return order.delivered_at.astimezone(ZoneInfo(tenant.zone)).date()


async def _follow(session: AsyncSession, actor: Actor, order: Order) -> None:
    """Bring the commitment to what the order now costs.

    It may rise, by a new VAT rate between signature and handover or by one rupiah of rounding: then the whole sum is
    committed anew in a round of its own, and refused where the budget does not have it.
    """
    unused = order.budget_rupiah - order.gross_rupiah
    if unused > 0:
        part = Draw(order.draw.budget_line_id, order.draw.package_id, unused)
        await ledger.release_commitment(session, actor, order.id, order.round, [part])
    elif unused < 0:
        await ledger.release_commitment(session, actor, order.id, order.round, [order.draw])
        order.round += 1
    order.budget_rupiah = order.gross_rupiah
    if unused < 0:
        await ledger.hold(session, actor, order.id, order.round, [order.draw])
        await ledger.commit(session, actor, order.id, order.round, [order.draw])
