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
    Party,
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


def _reminder(name: str, noun: str, waits: Status, tells: tuple[Party, ...]) -> Step:
    """The vendor says that a day has passed, at most once a day: no deadline moves, nothing else changes."""
    step = Step(
        name=name,
        noun=noun,
        label="Ingatkan kantor",
        done="Penyedia mengingatkan bahwa pembayaran lewat batas",
        subject=Subject.INVOICE,
        sources=(waits,),
        target=waits,
        by=(OWNER, STAFF),
        duties=(_only_when_late,),
        clock=KEEP_RUNNING,
        reason=True,
        passing=True,
        tells=tells,
    )

    @step.use_case
    async def remind(
        session: AsyncSession,
        actor: Actor,
        order_id: UUID,
        version: int,
        reason: str,
        part_id: UUID | None = None,
    ) -> Order:
        """The vendor reminds whoever holds their bill that its day has passed; it is counted and leads nowhere else."""
        case = await stepping.begin(session, actor, step, order_id, version, part_id)
        case.invoice.reminders += 1
        case.invoice.reminded_at = clock.now()
        return await stepping.finish(session, actor, case, step, reason=reason)

    return step


REMIND_APPROVER: Final = _reminder(
    "remind_approver", "pengingat-persetujuan", Status.PAYMENT_REQUESTED, (TREASURER, ADMIN, AUDITOR)
)
REMIND_TREASURER: Final = _reminder(
    "remind_treasurer", "pengingat-pembayaran", Status.PAYMENT_APPROVED, (PA, ADMIN, AUDITOR)
)
