"""The vendor undoes what they said by mistake: that a delivery set out, or that it arrived. Once, within rule

`undo_minutes` as it was when they said so.

Whatever anybody does with the delivery afterwards is built on it, and ends that (core/stepping.py).
"""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from eorder_platform import clock, straight
from eorder_platform.tenancy import Tenant
from eorder_tenants.approvals.duties import Duty
from eorder_tenants.orders.core import stepping
from eorder_tenants.orders.core.models import Order, Status
from eorder_tenants.orders.core.parts import Case
from eorder_tenants.orders.core.steps import OWNER, RECEIVER, STAFF, UNTIL_DELIVERY, Step, Subject
from eorder_tenants.orders.fulfilling.delivering import DELIVER, DEPART, START, without_delivery
from eorder_tenants.organisation.actors import Actor


def _just_after(step: Step) -> Duty:
    """The duty to undo a step at once, before anything else was done."""

    def duty(_actor: Actor, case: Case) -> str | None:
        last = case.delivery
        if last.last_step == step.name and last.undo_until and clock.now() < last.undo_until:
            return None
        return "Ini tidak dapat diurungkan lagi: waktunya lewat, atau sudah ada yang menindaklanjuti."

    return duty


UNDO_START = Step(
    name="undo_start",
    noun="pengurungan-pengiriman",
    label="Urungkan pengiriman",
    done="Pengiriman diurungkan",
    subject=Subject.DELIVERY,
    sources=(Status.IN_DELIVERY,),
    target=Status.CANCELLED,
    by=(OWNER, STAFF),
    duties=(_just_after(START),),
    passing=True,
    tells=(RECEIVER,),
)
UNDO_DEPARTURE = Step(
    name="undo_departure",
    noun="pengurungan-keberangkatan",
    label="Urungkan keberangkatan",
    done="Keberangkatan diurungkan",
    subject=Subject.DELIVERY,
    sources=(Status.IN_DELIVERY,),
    target=Status.ANNOUNCED,
    by=(OWNER, STAFF),
    duties=(_just_after(DEPART),),
    clock=UNTIL_DELIVERY,
    passing=True,
)
UNDO_ARRIVAL = Step(
    name="undo_arrival",
    noun="pengurungan-kedatangan",
    label="Urungkan pernyataan tiba",
    done="Pernyataan tiba diurungkan",
    subject=Subject.DELIVERY,
    sources=(Status.DELIVERED,),
    target=Status.IN_DELIVERY,
    by=(OWNER, STAFF),
    duties=(_just_after(DELIVER),),
    clock=UNTIL_DELIVERY,
    passing=True,
    tells=(RECEIVER,),
)


@UNDO_START.use_case
async def undo_start(
    session: AsyncSession, actor: Actor, order_id: UUID, version: int, part_id: UUID | None = None
) -> Order:
    """It never set out: what it would have brought is still to be delivered."""
    case = await stepping.begin(session, actor, UNDO_START, order_id, version, part_id)
    return await without_delivery(session, actor, case, UNDO_START)


@UNDO_DEPARTURE.use_case
async def undo_departure(
    session: AsyncSession, actor: Actor, order_id: UUID, version: int, part_id: UUID | None = None
) -> Order:
    """It has not set out yet, and comes as it was announced."""
    case = await stepping.begin(session, actor, UNDO_DEPARTURE, order_id, version, part_id)
    case.delivery.departed_at = None
    return await stepping.finish(session, actor, case, UNDO_DEPARTURE, details=_details(case))


@UNDO_ARRIVAL.use_case
async def undo_arrival(
    session: AsyncSession, actor: Actor, order_id: UUID, version: int, part_id: UUID | None = None
) -> Order:
    """It has not arrived yet."""
    case = await stepping.begin(session, actor, UNDO_ARRIVAL, order_id, version, part_id)
    case.delivery.delivered_at = case.delivery.arrival_proof_key = None
    return await stepping.finish(session, actor, case, UNDO_ARRIVAL, details=_details(case))


@UNDO_START.shown_with
@UNDO_DEPARTURE.shown_with
@UNDO_ARRIVAL.shown_with
async def until_when(session: straight.Reads, case: Case, typed: Mapping[str, str]) -> dict[str, Any]:
    """The moment until which it may be undone, and the office's zone in which it reads."""
    tenant: Tenant = session.info["tenant"]
    return {"until": case.delivery.undo_until, "zone": tenant.zone}


def _details(case: Case) -> dict[str, int]:
    return {"delivery": case.delivery.sequence}
