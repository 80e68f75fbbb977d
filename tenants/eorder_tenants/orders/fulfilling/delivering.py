"""The vendor delivers, at once or in parts: says what comes when, sets out, and says that it has arrived."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import Decimal
from hashlib import sha256
from typing import Any, Final
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm.attributes import set_committed_value

from eorder_platform import clock, straight
from eorder_platform.attachments import SUFFIXES, Attachment
from eorder_platform.errors import Refused
from eorder_platform.files import file_store
from eorder_platform.ids import new_id
from eorder_platform.rules import RuleBook
from eorder_platform.sentences import Rupiah, Sentence
from eorder_platform.tenancy import Tenant
from eorder_platform.texts import too_long
from eorder_tenants.orders.core import stepping
from eorder_tenants.orders.core.assessing import write_sums
from eorder_tenants.orders.core.budget import follow_value
from eorder_tenants.orders.core.dating import moment_of
from eorder_tenants.orders.core.models import Delivery, DeliveryLine, Order, Status
from eorder_tenants.orders.core.parts import Case, close_rest, remaining_of
from eorder_tenants.orders.core.steps import OWNER, RECEIVER, STAFF, UNTIL_DELIVERY, Step, Subject
from eorder_tenants.organisation.actors import Actor
from eorder_tenants.organisation.law import rulebook

OPEN = (Status.ACCEPTED, Status.PARTLY_DELIVERED)

ANNOUNCE = Step(
    name="announce_delivery",
    noun="jadwal-pengiriman",
    label="Jadwalkan pengiriman",
    done="Pengiriman dijadwalkan",
    sources=OPEN,
    target=Status.ANNOUNCED,
    by=(OWNER, STAFF),
    clock=UNTIL_DELIVERY,
    tells=(RECEIVER,),
)
START = Step(
    name="start_delivery",
    noun="pengiriman",
    label="Mulai kirim",
    done="Pengiriman dimulai",
    sources=OPEN,
    target=Status.IN_DELIVERY,
    by=(OWNER, STAFF),
    clock=UNTIL_DELIVERY,
    awaited=True,
    tells=(RECEIVER,),
)
DEPART = Step(
    name="depart",
    noun="keberangkatan",
    label="Berangkat",
    done="Pengiriman berangkat",
    subject=Subject.DELIVERY,
    sources=(Status.ANNOUNCED,),
    target=Status.IN_DELIVERY,
    by=(OWNER, STAFF),
    clock=UNTIL_DELIVERY,
    tells=(RECEIVER,),
)
WITHDRAW = Step(
    name="withdraw_delivery",
    noun="penarikan-pengiriman",
    label="Batalkan pengiriman ini",
    done="Pengiriman dibatalkan",
    subject=Subject.DELIVERY,
    sources=(Status.ANNOUNCED, Status.IN_DELIVERY),
    target=Status.CANCELLED,
    by=(OWNER, STAFF),
    reason=True,
    tells=(RECEIVER,),
)
DELIVER = Step(
    name="deliver",
    noun="kedatangan",
    label="Nyatakan tiba",
    done="Pesanan tiba",
    subject=Subject.DELIVERY,
    sources=(Status.IN_DELIVERY, Status.ANNOUNCED),
    target=Status.DELIVERED,
    by=(OWNER, STAFF),
    clock="inspection_days",
    awaited=True,
)


SHORTEST_REASON: Final = 5


@dataclass(frozen=True)
class NewDelivery:
    """The vendor's form. `quantities` by line of the order; a line that is left out does not come. None of them: all.

    `expected_on` and `expected_at` are the office's own day and hour; without a day it is today. `departed_on` and
    `departed_at` likewise, of what sets out; now, where neither was typed. `proof` shows the load or its delivery note;
    `without_proof` says why there is none, where one is asked for.
    """

    order_id: UUID
    version: int
    quantities: Mapping[UUID, Decimal] = field(default_factory=dict)
    expected_on: date | None = None
    expected_at: time | None = None
    carrier: str = ""
    driver: str = ""
    note: str = ""
    proof: Attachment | None = None
    departed_on: date | None = None
    departed_at: time | None = None
    without_proof: str = ""


@dataclass(frozen=True)
class Departure:
    """When what was announced set out, by the office's own clock; now, where neither was typed."""

    order_id: UUID
    version: int
    departed_on: date | None = None
    departed_at: time | None = None
    part_id: UUID | None = None
    proof: Attachment | None = None
    without_proof: str = ""


@dataclass(frozen=True)
class Arrival:
    """When it arrived, like :class:`Departure`; `proof` shows the goods there, or a receipt."""

    order_id: UUID
    version: int
    arrived_on: date | None = None
    arrived_at: time | None = None
    part_id: UUID | None = None
    proof: Attachment | None = None
    without_proof: str = ""


@ANNOUNCE.use_case
async def announce_delivery(session: AsyncSession, actor: Actor, new: NewDelivery) -> Delivery:
    """Say what will come when. Refused beside their fields: see :func:`_new_delivery`."""
    case = await stepping.begin(session, actor, ANNOUNCE, new.order_id, new.version)
    delivery = await _new_delivery(session, case, new)
    await stepping.finish(session, actor, case, ANNOUNCE, part=delivery, details=_details(delivery))
    return delivery


@START.use_case
async def start_delivery(session: AsyncSession, actor: Actor, new: NewDelivery) -> Delivery:
    """The goods are on their way, or the work has begun: everything that is left, or what the form says.

    Refused: a moment to come, before the order was accepted, or too long ago (core/dating.py).
    """
    case = await stepping.begin(session, actor, START, new.order_id, new.version)
    rules = await rulebook(session)
    departed_at = _departed_at(session, rules, case.order, new)
    why = _why_without_proof(session, case.order, rules, new)
    delivery = await _new_delivery(session, case, new)
    delivery.departed_at = departed_at
    _may_be_undone(session, delivery, rules)
    details = _details(delivery, new.proof, departed_at=departed_at)
    await stepping.finish(session, actor, case, START, part=delivery, reason=why, details=details)
    return delivery


@DEPART.use_case
async def depart(session: AsyncSession, actor: Actor, departure: Departure) -> Order:
    """What was announced is on its way. Refused like :func:`start_delivery`."""
    case = await stepping.begin(
        session, actor, DEPART, departure.order_id, departure.version, departure.part_id
    )
    delivery, rules = case.delivery, await rulebook(session)
    delivery.departed_at = _departed_at(session, rules, case.order, departure)
    why = _why_without_proof(session, case.order, rules, departure)
    if departure.proof:
        delivery.photo_key = await _stored(session, case.order, departure.proof)
    _may_be_undone(session, delivery, rules)
    details = _details(delivery, departure.proof, departed_at=delivery.departed_at)
    return await stepping.finish(session, actor, case, DEPART, reason=why, details=details)


@WITHDRAW.use_case
async def withdraw_delivery(
    session: AsyncSession,
    actor: Actor,
    order_id: UUID,
    version: int,
    reason: str,
    part_id: UUID | None = None,
) -> Order:
    """It does not come after all."""
    case = await stepping.begin(session, actor, WITHDRAW, order_id, version, part_id)
    return await without_delivery(session, actor, case, WITHDRAW, reason)


@DELIVER.use_case
async def deliver_order(session: AsyncSession, actor: Actor, arrival: Arrival) -> Order:
    """It has arrived; this moment decides about lateness unless the receiver sends it back.

    Refused: a moment to come, before it was announced or set out, or too long ago (core/dating.py).
    """
    case = await stepping.begin(session, actor, DELIVER, arrival.order_id, arrival.version, arrival.part_id)
    delivery, rules = case.delivery, await rulebook(session)
    delivery.delivered_at = moment_of(
        session,
        rules,
        arrival.arrived_on,
        arrival.arrived_at,
        since=delivery.delivered_at or delivery.departed_at or delivery.announced_at,
        field="arrived_on",
        hour_field="arrived_at",
    )
    why = _why_without_proof(session, case.order, rules, arrival)
    if arrival.proof:
        delivery.arrival_proof_key = await _stored(session, case.order, arrival.proof)
    _may_be_undone(session, delivery, rules)
    details = _details(delivery, arrival.proof, arrived_at=delivery.delivered_at)
    return await stepping.finish(session, actor, case, DELIVER, reason=why, details=details, rules=rules)


@DEPART.shown_with
@DELIVER.shown_with
async def most_likely_day(session: straight.Reads, case: Case, typed: Mapping[str, str]) -> dict[str, Any]:
    """Today, the day on which it most likely set out or arrived, and whether a proof is asked for."""
    tenant: Tenant = session.info["tenant"]
    today = clock.today(tenant.zone)
    return {"today": today, "proof_above": _proof_above(case.order, await rulebook(session), today)}


@ANNOUNCE.shown_with
@START.shown_with
async def what_is_left(session: straight.Reads, case: Case, typed: Mapping[str, str]) -> dict[str, Any]:
    """The lines with what still has to be announced of each."""
    tenant: Tenant = session.info["tenant"]
    left, today = remaining_of(case.order), clock.today(tenant.zone)
    return {
        "left": [(line, left[line.id]) for line in case.order.lines if left[line.id]],
        "is_rest": any(one.is_live for one in case.order.deliveries),
        "today": today,
        "proof_above": _proof_above(case.order, await rulebook(session), today),
    }


async def without_delivery(
    session: AsyncSession, actor: Actor, case: Case, step: Step, reason: str | None = None
) -> Order:
    """The delivery does not count any more: its quantities are to be delivered otherwise.

    Where the order was closed short and something else was bought, nobody waits for them: they are closed as well.
    """
    order, tenant = case.order, session.info["tenant"]
    case.delivery.status = Status.CANCELLED
    if order.closed_short_at and any(one.is_live for one in order.deliveries):
        close_rest(order)
        await write_sums(session, order, await rulebook(session), clock.today(tenant.zone))
        await follow_value(session, actor, order, step)
    details = {"delivery": case.delivery.sequence}
    return await stepping.finish(session, actor, case, step, reason=reason, details=details)


async def _new_delivery(session: AsyncSession, case: Case, new: NewDelivery) -> Delivery:
    """Refused: more than is left of a line, nothing at all, a day that has passed or lies far off, texts too long."""
    order, tenant = case.order, session.info["tenant"]
    today = clock.today(tenant.zone)
    left = remaining_of(order)
    coming = dict(new.quantities) if new.quantities else left
    problems: list[tuple[str | None, str]] = []
    for line in order.lines:
        quantity = coming.get(line.id, Decimal(0))
        if quantity.is_finite() and quantity > left[line.id]:
            text = "Sisa yang belum dikirim %(left)s %(unit)s."
            problems.append((f"quantities_{line.id}", Sentence(text, left=left[line.id], unit=line.unit)))
        elif not quantity.is_finite() or quantity < 0 or quantity != quantity.quantize(Decimal("0.001")):
            problems.append((f"quantities_{line.id}", "Jumlah ini tidak dapat dikirim."))
    if not any(coming.get(line.id) for line in order.lines):
        problems.append((None, "Isi jumlah barang yang dikirim."))
    if new.expected_on and new.expected_on < today:
        problems.append(("expected_on", "Tanggal tiba sudah lewat."))
    elif new.expected_on and (new.expected_on - today).days > 366:
        problems.append(("expected_on", "Tanggal tiba terlalu jauh."))
    for name, text in (("carrier", new.carrier), ("driver", new.driver), ("note", new.note)):
        if sentence := too_long(text, name):
            problems.append((name, sentence))
    if problems:
        raise Refused.several(problems)
    delivery = Delivery(
        id=new_id(),
        order_id=order.id,
        sequence=max((one.sequence for one in order.deliveries), default=0) + 1,
        status=Status.ANNOUNCED,
        event_sequence=order.next_event,
        expected_on=new.expected_on or today,
        expected_at=new.expected_at,
        carrier=new.carrier.strip(),
        driver=new.driver.strip(),
        note=new.note.strip(),
        calls=0,
        announced_at=clock.now(),
        lines=[
            DeliveryLine(order_line_id=line.id, quantity=coming[line.id])
            for line in order.lines
            if coming.get(line.id)
        ],
        handover=None,
    )
    set_committed_value(delivery, "inspection", None)
    if new.proof:
        delivery.photo_key = await _stored(session, order, new.proof)
    order.deliveries.append(delivery)
    session.add(delivery)
    return delivery


def _departed_at(
    session: AsyncSession, rules: RuleBook, order: Order, typed: NewDelivery | Departure
) -> datetime:
    return moment_of(
        session,
        rules,
        typed.departed_on,
        typed.departed_at,
        since=order.accepted_at,
        field="departed_on",
        hour_field="departed_at",
    )


def _proof_above(order: Order, rules: RuleBook, today: date) -> int | None:
    """The value above which a photo or paper is asked for, where this order lies above it; rupiah."""
    limit = rules.value("proof_required_above", on=today)
    return limit if order.gross_rupiah > limit else None


def _why_without_proof(
    session: AsyncSession, order: Order, rules: RuleBook, typed: NewDelivery | Departure | Arrival
) -> str | None:
    """What the journal says instead of a proof. Refused beside the proof: neither, where it is asked."""
    tenant: Tenant = session.info["tenant"]
    given = typed.without_proof.strip()
    if typed.proof:
        return None
    if len(given) >= SHORTEST_REASON:
        why = f"Tanpa bukti: {given}"
        if sentence := too_long(why, "reason"):
            raise Refused(sentence, "without_proof")
        return why
    limit = _proof_above(order, rules, clock.today(tenant.zone))
    if limit is None:
        return None
    raise Refused(
        "Untuk pesanan di atas %(limit)s, lampirkan foto atau surat jalan, atau tulis mengapa tidak ada.",
        "proof",
        limit=Rupiah(limit),
    )


def _may_be_undone(session: AsyncSession, delivery: Delivery, rules: RuleBook) -> None:
    """For as long as the rule says today (undoing.py)."""
    tenant: Tenant = session.info["tenant"]
    delivery.undo_minutes = rules.value("undo_minutes", on=clock.today(tenant.zone))


async def _stored(session: AsyncSession, order: Order, proof: Attachment) -> str:
    """The key under which it lies among the region's files; a rollback leaves one that nobody names."""
    tenant: Tenant = session.info["tenant"]
    key = f"deliveries/{order.id}/{new_id()}.{SUFFIXES[proof.media_type]}"
    await file_store().inside(tenant.slug).put(key, proof.content)
    return key


def _details(delivery: Delivery, proof: Attachment | None = None, **moments: datetime) -> dict[str, Any]:
    """What the journal keeps: which delivery, when it happened by what was typed, and the proof's fingerprint."""
    details: dict[str, Any] = {"delivery": delivery.sequence}
    details |= {name: at.isoformat() for name, at in moments.items()}
    return details | {"proof": sha256(proof.content).hexdigest()} if proof else details
