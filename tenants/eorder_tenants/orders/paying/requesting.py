"""From a complete invoice towards money: the treasurer asks for the payment, the budget user (PA) approves it."""

from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from eorder_platform import clock
from eorder_tenants.approvals.duties import approver_did_not_request, treasurer_is_alone
from eorder_tenants.orders.core import stepping
from eorder_tenants.orders.core.models import Order, Status
from eorder_tenants.orders.core.parts import Case
from eorder_tenants.orders.core.steps import DAY_BEFORE, KEEP_RUNNING, PA, TREASURER, Step, Subject
from eorder_tenants.orders.paying.payee import refuse_changed_payee, why_held
from eorder_tenants.organisation.actors import Actor

REQUEST = Step(
    name="request_payment",
    noun="permintaan-pembayaran",
    label="Ajukan pembayaran",
    done="Pembayaran diajukan bendahara",
    subject=Subject.INVOICE,
    sources=(Status.INVOICED,),
    target=Status.PAYMENT_REQUESTED,
    by=(TREASURER,),
    duties=(treasurer_is_alone,),
    clock="payment_days",
    reminder=DAY_BEFORE,
    awaited=True,
)
APPROVE = Step(
    name="approve_payment",
    noun="persetujuan-pembayaran",
    label="Setujui pembayaran",
    done="Pembayaran disetujui",
    subject=Subject.INVOICE,
    sources=(Status.PAYMENT_REQUESTED,),
    target=Status.PAYMENT_APPROVED,
    by=(PA,),
    duties=(approver_did_not_request,),
    clock=KEEP_RUNNING,
    reminder=DAY_BEFORE,
    awaited=True,
)
REFUSE = Step(
    name="refuse_payment",
    noun="penolakan-pembayaran",
    label="Kembalikan ke bendahara",
    done="Pembayaran dikembalikan ke bendahara",
    subject=Subject.INVOICE,
    sources=(Status.PAYMENT_REQUESTED,),
    target=Status.INVOICED,
    by=(PA,),
    duties=(approver_did_not_request,),
    clock="invoice_check_days",
    reason=True,
)


@REQUEST.use_case
async def request_payment(
    session: AsyncSession, actor: Actor, order_id: UUID, version: int, part_id: UUID | None = None
) -> Order:
    """The treasurer has checked the invoice and found it complete: the days until payment begin to run."""
    case = await stepping.begin(session, actor, REQUEST, order_id, version, part_id)
    await refuse_changed_payee(session, case)
    case.invoice.requested_by, case.invoice.requested_at = actor.official_id, clock.now()
    return await stepping.finish(session, actor, case, REQUEST)


@REQUEST.shown_with
async def what_holds_it(_session: AsyncSession, case: Case) -> dict[str, Any]:
    """Why it cannot be paid now, if so."""
    return {"held": why_held(case.order)}


@APPROVE.use_case
async def approve_payment(
    session: AsyncSession, actor: Actor, order_id: UUID, version: int, part_id: UUID | None = None
) -> Order:
    """The budget user (Pengguna Anggaran) approves what the treasurer asked for."""
    case = await stepping.begin(session, actor, APPROVE, order_id, version, part_id)
    case.invoice.approved_by, case.invoice.approved_at = actor.official_id, clock.now()
    return await stepping.finish(session, actor, case, APPROVE)


@REFUSE.use_case
async def refuse_payment(
    session: AsyncSession,
    actor: Actor,
    order_id: UUID,
    version: int,
    reason: str,
    part_id: UUID | None = None,
) -> Order:
    """The budget user does not approve, and says why; the treasurer checks again."""
    case = await stepping.begin(session, actor, REFUSE, order_id, version, part_id)
    await stepping.finish(session, actor, case, REFUSE, reason=reason)
    case.invoice.requested_by = case.invoice.requested_at = None
    return case.order
