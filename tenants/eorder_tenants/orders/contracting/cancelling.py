"""Ending an order before delivery: the PPK withdraws it while the vendor has not answered, afterwards both agree.

A request for it that nobody answers counts as agreed to (domain.md 2.6, day 7).
"""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from eorder_tenants.approvals.duties import not_the_drafter
from eorder_tenants.orders.core import stepping
from eorder_tenants.orders.core.budget import release_commitment
from eorder_tenants.orders.core.models import Order, Status
from eorder_tenants.orders.core.parts import Case
from eorder_tenants.orders.core.steps import OWNER, PP, PPK, STAFF, UNTIL_DELIVERY, Step
from eorder_tenants.organisation.actors import SYSTEM, SYSTEM_ACTOR, Actor


def _only_the_other_side(actor: Actor, case: Case) -> str | None:
    if case.cancellation_side == ("vendor" if actor.vendor_id else "buyer"):
        return "Pembatalan ini Anda minta sendiri; pihak lain yang menjawabnya."
    return None


WITHDRAW = Step(
    name="withdraw",
    noun="penarikan",
    label="Tarik surat pesanan",
    done="Surat pesanan ditarik PPK",
    sources=(Status.ISSUED,),
    target=Status.CANCELLED,
    by=(PPK,),
    duties=(not_the_drafter,),
    stamp="closed_at",
    reason=True,
    tells=(PP, OWNER, STAFF),
)
ASK = Step(
    name="ask_cancellation",
    noun="permintaan-pembatalan",
    label="Minta pembatalan",
    done="Pembatalan diminta",
    sources=(Status.ACCEPTED,),
    target=Status.CANCELLATION_ASKED,
    by=(PPK, OWNER),
    duties=(not_the_drafter,),
    clock="cancellation_answer_days",
    reason=True,
    tells=(PP,),
)
AGREE = Step(
    name="agree_cancellation",
    noun="pembatalan",
    label="Setujui pembatalan",
    done="Pembatalan disetujui kedua pihak",
    sources=(Status.CANCELLATION_ASKED,),
    target=Status.CANCELLED,
    by=(PPK, OWNER),
    duties=(not_the_drafter, _only_the_other_side),
    stamp="closed_at",
    awaited=True,
    tells=(PP, PPK, OWNER, STAFF),
)
REFUSE = Step(
    name="refuse_cancellation",
    noun="penolakan-pembatalan",
    label="Tolak pembatalan",
    done="Pembatalan tidak jadi",
    sources=(Status.CANCELLATION_ASKED,),
    target=Status.ACCEPTED,
    by=(PPK, OWNER),
    duties=(not_the_drafter,),
    clock=UNTIL_DELIVERY,
    tells=(PP, PPK, OWNER, STAFF),
)
CANCEL_UNANSWERED = Step(
    name="cancel_unanswered",
    label="Batalkan otomatis",
    done="Dibatalkan karena permintaannya tidak dijawab",
    sources=(Status.CANCELLATION_ASKED,),
    target=Status.CANCELLED,
    by=(SYSTEM,),
    stamp="closed_at",
    rule="cancellation_answer_days",
    warning="Setelah itu pesanan dibatalkan.",
    tells=(PP, PPK, OWNER, STAFF),
)


@WITHDRAW.use_case
async def withdraw_order(
    session: AsyncSession, actor: Actor, order_id: UUID, version: int, reason: str
) -> Order:
    """The PPK takes back a purchase order that the vendor has not answered yet."""
    case = await stepping.begin(session, actor, WITHDRAW, order_id, version)
    await release_commitment(session, actor, case.order, WITHDRAW)
    return await stepping.finish(session, actor, case, WITHDRAW, reason=reason)


@ASK.use_case
async def ask_cancellation(
    session: AsyncSession, actor: Actor, order_id: UUID, version: int, reason: str
) -> Order:
    """Either side asks to cancel an accepted order; nothing is delivered until the other has answered."""
    case = await stepping.begin(session, actor, ASK, order_id, version)
    case.order.cancellation_side = "vendor" if actor.vendor_id else "buyer"
    return await stepping.finish(session, actor, case, ASK, reason=reason)


@AGREE.use_case
async def agree_cancellation(session: AsyncSession, actor: Actor, order_id: UUID, version: int) -> Order:
    """The other side agrees: the order is cancelled and its money released."""
    case = await stepping.begin(session, actor, AGREE, order_id, version)
    await release_commitment(session, actor, case.order, AGREE)
    return await stepping.finish(session, actor, case, AGREE)


@CANCEL_UNANSWERED.use_case
async def cancel_unanswered(session: AsyncSession, case: Case) -> Order:
    """The other side neither agreed nor refused: cancelled, its money released."""
    await release_commitment(session, SYSTEM_ACTOR, case.order, CANCEL_UNANSWERED)
    why = "Pihak lain tidak menjawab permintaan pembatalan sampai batas waktu."
    return await stepping.finish(session, SYSTEM_ACTOR, case, CANCEL_UNANSWERED, reason=why)


@REFUSE.use_case
async def refuse_cancellation(session: AsyncSession, actor: Actor, order_id: UUID, version: int) -> Order:
    """The other side refuses, or the one who asked takes it back: the order goes on as it was."""
    case = await stepping.begin(session, actor, REFUSE, order_id, version)
    await stepping.finish(session, actor, case, REFUSE)
    case.order.cancellation_side = None
    return case.order
