"""The commitment officer signs the handover (BAST) of a delivery: from here on the region owes what it accepted."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm.attributes import set_committed_value

from eorder_platform import clock, straight
from eorder_platform.errors import Refused
from eorder_platform.ids import new_id
from eorder_platform.rules import RuleBook
from eorder_platform.tenancy import Tenant
from eorder_tenants.approvals.duties import did_not_pay, not_the_drafter, signer_did_not_inspect
from eorder_tenants.documents import signing
from eorder_tenants.documents.facts import DocumentKind
from eorder_tenants.orders.core import stepping
from eorder_tenants.orders.core.assessing import (
    assess_delivery,
    handovers_of,
    shipping_of_delivery,
    write_amounts,
    write_sums,
)
from eorder_tenants.orders.core.budget import follow_value
from eorder_tenants.orders.core.carrying import carry, cause_on
from eorder_tenants.orders.core.dating import moment_of
from eorder_tenants.orders.core.models import Delivery, Handover, Order, Status
from eorder_tenants.orders.core.parts import Case, close_rest, has_remainder, remaining_of
from eorder_tenants.orders.core.steps import ADMIN, OWNER, PA, PPK, STAFF, Step, Subject
from eorder_tenants.orders.papers import composing as papers
from eorder_tenants.organisation.actors import SYSTEM, SYSTEM_ACTOR, Actor
from eorder_tenants.organisation.law import rulebook
from eorder_tenants.taxes.assessment import Assessment
from eorder_tenants.taxes.late_penalty import late_penalty

HAND_OVER = Step(
    name="hand_over",
    noun="serah-terima",
    label="Tandatangani serah terima",
    done="Berita acara serah terima ditandatangani",
    subject=Subject.DELIVERY,
    sources=(Status.HANDOVER_PENDING,),
    target=Status.HANDED_OVER,
    by=(PPK,),
    later=(PA,),
    duties=(not_the_drafter, signer_did_not_inspect, did_not_pay),
    document=DocumentKind.HANDOVER_REPORT,
    clock="invoice_days",
    awaited=True,
    signs=True,
)
CLOSE_SHORT = Step(
    name="close_short",
    noun="penutupan-sisa",
    label="Tutup sisa pesanan",
    done="Sisa pesanan ditutup",
    sources=(Status.PARTLY_DELIVERED,),
    target=Status.HANDED_OVER,
    by=(PPK,),
    duties=(not_the_drafter,),
    reason=True,
    tells=(OWNER, STAFF),
)
CALL_SIGNER = Step(
    name="call_signer",
    label="Ingatkan penanda tangan",
    done="Batas serah terima lewat",
    subject=Subject.DELIVERY,
    sources=(Status.HANDOVER_PENDING,),
    target=Status.HANDOVER_PENDING,
    by=(SYSTEM,),
    clock="escalation_days",
    rule="handover_signature_days",
    warning="Setelah itu Pengguna Anggaran dapat menandatanganinya.",
    tells=(ADMIN, OWNER),
)


class Rest(StrEnum):
    """What becomes of what was ordered and is still missing after this handover."""

    DELIVERED = "delivered"
    CLOSED = "closed"

    @property
    def label(self) -> str:
        return "Dikirim lagi oleh penyedia" if self is Rest.DELIVERED else "Ditutup; anggarannya dilepas"


@dataclass(frozen=True)
class Signature:
    """The commitment officer's form. `rest` is asked where something ordered is neither accepted nor on its way.

    `handed_over_on` is the day on which it took place, today where none was typed.
    """

    order_id: UUID
    version: int
    rest: Rest | None = None
    part_id: UUID | None = None
    handed_over_on: date | None = None


@dataclass(frozen=True)
class Expected:
    """What the accepted part costs and what lateness takes off, as both sides see it before they sign."""

    assessment: Assessment
    penalty: int


@HAND_OVER.use_case
async def hand_over(session: AsyncSession, actor: Actor, signature: Signature) -> Order:
    """Take over what was accepted of one delivery; the rest is delivered later, or the order is closed short.

    The amounts are assessed anew with the day it took place as the tax point of VAT; the commitment follows them and
    what is not needed returns to the budget line. A delivery after its date costs the vendor a permil a day of its
    price before tax; what came in time costs nothing. Refused: a rest for which nothing was chosen, and a day to come,
    before the inspection or an earlier handover, or too long ago (core/dating.py). What the budget's year cannot pay
    any more, because it is over or its last payment request was, is carried to the next (core/carrying.py).
    """
    case = await stepping.begin(
        session, actor, HAND_OVER, signature.order_id, signature.version, signature.part_id
    )
    order, delivery = case.order, case.delivery
    tenant: Tenant = session.info["tenant"]
    rules = await rulebook(session)
    assert delivery.inspection
    earlier = [one.handed_over_at for one in handovers_of(order)]
    moment = moment_of(
        session,
        rules,
        signature.handed_over_on,
        since=max([delivery.inspection.inspected_at, *earlier]),
        field="handed_over_on",
        letter=case.letter,
    )
    today = moment.astimezone(ZoneInfo(tenant.zone)).date()
    assessment = await assess_delivery(session, order, delivery, rules, today)
    handover = _handover(actor, case, assessment, rules, tenant, moment)
    session.add(handover)
    set_committed_value(delivery, "handover", handover)
    if has_remainder(order):
        if signature.rest is None and order.closed_short_at is None:
            raise Refused("Pilih apakah sisanya dikirim lagi atau ditutup.", "rest")
        if signature.rest is Rest.CLOSED or order.closed_short_at:
            close_rest(order)  # and counts for no threshold any more
            assessment = await assess_delivery(session, order, delivery, rules, today)
            write_amounts(handover, assessment)
    await write_sums(session, order, rules, today)
    cause = cause_on(order, handover, rules, clock.today(tenant.zone), today)
    if cause:
        await carry(session, actor, order, HAND_OVER, [(handover, cause)])
    else:
        await follow_value(session, actor, order, HAND_OVER)
    composer = await papers.handover_report(session, case, actor.official_id, assessment)
    document = await signing.sign(
        session,
        order.id,
        order.work_unit,
        DocumentKind.HANDOVER_REPORT,
        actor.official_id,
        composer,
        part_id=delivery.id,
        factor=case.factor,
    )
    return await stepping.finish(
        session,
        actor,
        case,
        HAND_OVER,
        document_hash=document.facts_hash,
        details={
            "delivery": delivery.sequence,
            "document": document.number,
            "gross_rupiah": handover.gross_rupiah,
            "penalty_rupiah": handover.penalty_rupiah,
            "handed_over_on": today.isoformat(),
            **({"carried": str(cause)} if cause else {}),
        },
        rules=rules,
    )


@HAND_OVER.shown_with
async def what_is_signed(session: straight.Reads, case: Case, typed: Mapping[str, str]) -> dict[str, Any]:
    """The amounts to sign, and what would be left of the order."""
    tenant: Tenant = session.info["tenant"]
    left = remaining_of(case.order)
    for line in case.delivery.lines:
        left[line.order_line_id] += line.quantity - line.payable_quantity
    return {
        "expected": await expected_at_handover(session, case.order, case.delivery),
        "left": []
        if case.order.closed_short_at
        else [(line, left[line.id]) for line in case.order.lines if left[line.id]],
        "rests": [(str(one), one.label) for one in Rest],
        "today": clock.today(tenant.zone),
    }


@CALL_SIGNER.use_case
async def call_signer(session: AsyncSession, case: Case) -> Order:
    """The handover was not signed in time: from now on the budget user (PA) may sign it as well."""
    why = "PPK belum menandatangani serah terima sampai batas waktu; Pengguna Anggaran kini juga dapat."
    details = {"delivery": case.delivery.sequence}
    return await stepping.finish(session, SYSTEM_ACTOR, case, CALL_SIGNER, reason=why, details=details)


@CLOSE_SHORT.use_case
async def close_short(
    session: AsyncSession, actor: Actor, order_id: UUID, version: int, reason: str
) -> Order:
    """Do not wait for the rest: what neither came nor is on its way is not bought; its money is available again.

    Refused while nothing was handed over or is on its way, or nothing of value: then the order is to be cancelled.
    """
    case = await stepping.begin(session, actor, CLOSE_SHORT, order_id, version)
    order, tenant = case.order, session.info["tenant"]
    rules = await rulebook(session)
    close_rest(order)
    if not any(line.due_rupiah for line in order.lines):
        raise Refused(
            "Yang sudah dijadwalkan tidak bernilai satu rupiah pun, jadi sisanya belum dapat ditutup."
        )
    await write_sums(session, order, rules, clock.today(tenant.zone))
    await follow_value(session, actor, order, CLOSE_SHORT)
    return await stepping.finish(
        session, actor, case, CLOSE_SHORT, reason=reason, details={"gross_rupiah": order.gross_rupiah}
    )


async def expected_at_handover(session: straight.Reads, order: Order, delivery: Delivery) -> Expected | None:
    """What the handover would come to today; None before the inspection and after the handover."""
    if delivery.status not in (Status.INSPECTED, Status.HANDOVER_PENDING):
        return None
    tenant: Tenant = session.info["tenant"]
    rules = await rulebook(session)
    assessment = await assess_delivery(session, order, delivery, rules, clock.today(tenant.zone))
    return Expected(assessment, _penalty(order, delivery, assessment, rules, tenant))


def _handover(
    actor: Actor, case: Case, assessment: Assessment, rules: RuleBook, tenant: Tenant, at: datetime
) -> Handover:
    order, delivery = case.order, case.delivery
    made = Handover(
        id=new_id(),
        order_id=order.id,
        delivery_id=delivery.id,
        invoice_id=None,
        handed_over_by=actor.official_id,
        handed_over_for=case.acts_for,
        handed_over_at=at,
        event_sequence=order.next_event,
        late_days=max(0, (_delivered_on(delivery, tenant) - _due_on(order)).days),
        shipping_rupiah=shipping_of_delivery(order, delivery),
        penalty_rupiah=_penalty(order, delivery, assessment, rules, tenant),
    )
    write_amounts(made, assessment)
    return made


def _penalty(
    order: Order, delivery: Delivery, assessment: Assessment, rules: RuleBook, tenant: Tenant
) -> int:
    return late_penalty(assessment.base, _due_on(order), _delivered_on(delivery, tenant), rules)


def _due_on(order: Order) -> date:
    assert order.delivery_due_on
    return order.delivery_due_on


def _delivered_on(delivery: Delivery, tenant: Tenant) -> date:
    assert delivery.delivered_at
    return delivery.delivered_at.astimezone(ZoneInfo(tenant.zone)).date()
