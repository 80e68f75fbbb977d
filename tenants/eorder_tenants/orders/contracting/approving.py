"""The commitment officer (PPK) answers a submitted order: signs it, returns it for correction, or rejects it."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from eorder_platform import clock
from eorder_platform.errors import Refused
from eorder_platform.sentences import Rupiah
from eorder_platform.tenancy import Tenant
from eorder_tenants.budgets import ledger
from eorder_tenants.documents import signing
from eorder_tenants.documents.facts import DocumentKind
from eorder_tenants.orders.core import stepping
from eorder_tenants.orders.core.assessing import reckon
from eorder_tenants.orders.core.models import Order
from eorder_tenants.orders.lifecycle import Action
from eorder_tenants.orders.papers import composing as papers
from eorder_tenants.orders.requesting.catalogue_lines import offers_of
from eorder_tenants.orders.requesting.submitting import (
    Problem,
    problems_with_offers,
    problems_with_package,
    problems_with_vendor,
)
from eorder_tenants.organisation.actors import Actor
from eorder_tenants.organisation.law import rulebook
from eorder_tenants.taxes.cap import refuse_over_cap


async def approve_order(session: AsyncSession, actor: Actor, order_id: UUID, version: int) -> Order:
    """Sign the purchase order (surat pesanan): what was held becomes a commitment, the vendor's time begins to run.

    Everything that may have changed since the submission is asked again: the vendor's standing, the products, the
    package, the taxes and the cap of today. Refused with what is wrong; then the order can be returned.
    """
    order = await stepping.begin(session, actor, Action.APPROVE, order_id, version)
    tenant: Tenant = session.info["tenant"]
    today = clock.today(tenant.zone)
    problems: list[Problem] = [
        *await problems_with_vendor(session, order),
        *problems_with_offers(order, await offers_of(session, order)),
        *problems_with_package(order, tenant),
    ]
    if order.delivery_due_on and order.delivery_due_on < today:
        problems.append((None, "Tanggal penyerahan sudah lewat."))
    if problems:
        raise Refused.several((None, sentence) for _, sentence in problems)
    rules = await rulebook(session)
    assessment = await reckon(session, order, rules, today)
    if assessment.gross != order.budget_rupiah:
        raise Refused(
            "Pajak berubah sejak pesanan ini diajukan: nilainya sekarang %(now)s, sedangkan "
            "anggaran yang dicadangkan %(reserved)s. Kembalikan untuk diajukan lagi.",
            now=Rupiah(assessment.gross),
            reserved=Rupiah(order.budget_rupiah),
        )
    refuse_over_cap(assessment, rules, today)
    await ledger.commit(session, actor, order.id, order.round, [order.draw])
    order.approved_by = actor.official_id
    composer = await papers.purchase_order(session, order, actor.official_id, assessment, rules, today)
    document = await signing.sign(
        session, order.id, order.work_unit, DocumentKind.PURCHASE_ORDER, actor.official_id, composer
    )
    return await stepping.finish(
        session,
        actor,
        order,
        Action.APPROVE,
        document_hash=document.facts_hash,
        details={"document": document.number, "gross_rupiah": order.gross_rupiah},
        rules=rules,
    )


async def return_order(
    session: AsyncSession, actor: Actor, order_id: UUID, version: int, reason: str
) -> Order:
    """Give the order back to its officer for correction; its money is free again until the next submission."""
    order = await stepping.begin(session, actor, Action.RETURN_TO_DRAFT, order_id, version)
    return await back_to_draft(session, actor, order, Action.RETURN_TO_DRAFT, reason)


async def reject_order(
    session: AsyncSession, actor: Actor, order_id: UUID, version: int, reason: str
) -> Order:
    """Say no for good."""
    order = await stepping.begin(session, actor, Action.REJECT, order_id, version)
    await release_hold(session, actor, order)
    return await stepping.finish(session, actor, order, Action.REJECT, reason=reason)


async def back_to_draft(
    session: AsyncSession, actor: Actor, order: Order, action: Action, reason: str | None
) -> Order:
    """Release the hold and open a new round, so that the ledger takes the next submission as a new one."""
    await release_hold(session, actor, order)
    await stepping.finish(session, actor, order, action, reason=reason)
    order.round += 1
    order.submitted_at = None
    return order


async def release_hold(session: AsyncSession, actor: Actor, order: Order) -> None:
    """The order goes no further: what it held is available again."""
    await ledger.release_hold(session, actor, order.id, order.round, [order.draw])
    order.budget_rupiah = 0
