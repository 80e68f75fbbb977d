"""The vendor reminds an office that has let the day of payment pass: journalled, and counted in public."""

from datetime import timedelta
from typing import Final
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from eorder_platform import clock
from eorder_tenants.orders.core import stepping
from eorder_tenants.orders.core.models import Order, Status
from eorder_tenants.orders.core.parts import Case
from eorder_tenants.orders.core.steps import (
    ADMIN,
    AUDITOR,
    KEEP_RUNNING,
    OWNER,
    PA,
    STAFF,
    TREASURER,
    Step,
    Subject,
)
from eorder_tenants.organisation.actors import Actor

BETWEEN: Final = timedelta(days=1)
"""Between two reminders: whoever is reminded shall have had a day."""


def _only_when_late(_actor: Actor, case: Case) -> str | None:
    invoice = case.invoice
    if not case.calls:
        return "Batas pembayaran belum lewat."
    if invoice.reminded_at and clock.now() < invoice.reminded_at + BETWEEN:
        return "Kantor sudah diingatkan hari ini."
    return None


REMIND_APPROVER = Step(
    name="remind_approver",
    noun="pengingat-persetujuan",
    label="Ingatkan kantor",
    done="Penyedia mengingatkan bahwa pembayaran lewat batas",
    subject=Subject.INVOICE,
    sources=(Status.PAYMENT_REQUESTED,),
    target=Status.PAYMENT_REQUESTED,
    by=(OWNER, STAFF),
    duties=(_only_when_late,),
    clock=KEEP_RUNNING,
    reason=True,
    passing=True,
    tells=(TREASURER, ADMIN, AUDITOR),
)
REMIND_TREASURER = Step(
    name="remind_treasurer",
    noun="pengingat-pembayaran",
    label="Ingatkan kantor",
    done="Penyedia mengingatkan bahwa pembayaran lewat batas",
    subject=Subject.INVOICE,
    sources=(Status.PAYMENT_APPROVED,),
    target=Status.PAYMENT_APPROVED,
    by=(OWNER, STAFF),
    duties=(_only_when_late,),
    clock=KEEP_RUNNING,
    reason=True,
    passing=True,
    tells=(PA, ADMIN, AUDITOR),
)


@REMIND_APPROVER.use_case
async def remind_approver(
    session: AsyncSession,
    actor: Actor,
    order_id: UUID,
    version: int,
    reason: str,
    part_id: UUID | None = None,
) -> Order:
    """The payment was not approved by its day: the vendor says so, at most once a day. No deadline moves."""
    return await _remind(session, actor, REMIND_APPROVER, order_id, version, reason, part_id)


@REMIND_TREASURER.use_case
async def remind_treasurer(
    session: AsyncSession,
    actor: Actor,
    order_id: UUID,
    version: int,
    reason: str,
    part_id: UUID | None = None,
) -> Order:
    """The approved payment was not made by its day, as above."""
    return await _remind(session, actor, REMIND_TREASURER, order_id, version, reason, part_id)


async def _remind(
    session: AsyncSession,
    actor: Actor,
    step: Step,
    order_id: UUID,
    version: int,
    reason: str,
    part_id: UUID | None,
) -> Order:
    case = await stepping.begin(session, actor, step, order_id, version, part_id)
    case.invoice.reminders += 1
    case.invoice.reminded_at = clock.now()
    return await stepping.finish(session, actor, case, step, reason=reason)
