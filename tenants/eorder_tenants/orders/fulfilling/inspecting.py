"""The receiver counts and judges what arrived (pemeriksaan); the vendor agrees with the result or asks again."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm.attributes import set_committed_value

from eorder_platform import clock, straight
from eorder_platform.errors import Refused
from eorder_platform.ids import new_id
from eorder_platform.money import line_amount
from eorder_platform.sentences import Fact, Sentence
from eorder_platform.tenancy import Tenant
from eorder_platform.texts import too_long
from eorder_tenants.approvals.duties import did_not_pay, not_the_drafter, receiver_did_not_approve
from eorder_tenants.documents import signing
from eorder_tenants.documents.facts import DocumentKind
from eorder_tenants.orders.core import stepping
from eorder_tenants.orders.core.models import Delivery, DeliveryLine, Inspection, Order, OrderLine, Status
from eorder_tenants.orders.core.parts import Case
from eorder_tenants.orders.core.steps import (
    ADMIN,
    OWNER,
    PA,
    PPK,
    RECEIVER,
    STAFF,
    UNTIL_DELIVERY,
    Step,
    Subject,
)
from eorder_tenants.orders.papers import composing as papers
from eorder_tenants.orders.papers.parts import VENDOR_CAPACITY
from eorder_tenants.orders.requesting.catalogue_lines import TOO_FINE
from eorder_tenants.organisation.actors import SYSTEM, SYSTEM_ACTOR, Actor

SEND_BACK = Step(
    name="send_back",
    noun="pengiriman-ulang",
    label="Minta kirim ulang",
    done="Dikembalikan untuk dikirim ulang",
    subject=Subject.DELIVERY,
    sources=(Status.DELIVERED,),
    target=Status.IN_DELIVERY,
    by=(RECEIVER,),
    duties=(not_the_drafter, receiver_did_not_approve, did_not_pay),
    clock=UNTIL_DELIVERY,
    reason=True,
)
INSPECT = Step(
    name="inspect",
    noun="pemeriksaan",
    label="Catat hasil pemeriksaan",
    done="Diperiksa",
    subject=Subject.DELIVERY,
    sources=(Status.DELIVERED,),
    target=Status.INSPECTED,
    by=(RECEIVER,),
    duties=(not_the_drafter, receiver_did_not_approve, did_not_pay),
    document=DocumentKind.INSPECTION_REPORT,
    clock="handover_signature_days",
    awaited=True,
    may_sign="proof_at_inspection",
)
AGREE = Step(
    name="agree_inspection",
    noun="persetujuan-pemeriksaan",
    label="Setujui hasil pemeriksaan",
    done="Hasil pemeriksaan disetujui penyedia",
    subject=Subject.DELIVERY,
    sources=(Status.INSPECTED,),
    target=Status.HANDOVER_PENDING,
    by=(OWNER,),
    clock="handover_signature_days",
    awaited=True,
)
CONTEST = Step(
    name="contest_inspection",
    noun="sanggahan-pemeriksaan",
    label="Minta pemeriksaan ulang",
    done="Penyedia meminta pemeriksaan ulang",
    subject=Subject.DELIVERY,
    sources=(Status.INSPECTED,),
    target=Status.DELIVERED,
    by=(OWNER,),
    clock="inspection_days",
    reason=True,
)
CALL_RECEIVER = Step(
    name="call_receiver",
    label="Ingatkan pemeriksa",
    done="Batas pemeriksaan lewat",
    subject=Subject.DELIVERY,
    sources=(Status.DELIVERED,),
    target=Status.DELIVERED,
    by=(SYSTEM,),
    clock="escalation_days",
    rule="inspection_days",
    warning="Setelah itu Pengguna Anggaran dan admin daerah diberi tahu agar menunjuk pemeriksa lain; "
    "tidak ada yang dianggap diterima.",
    tells=(PA, PPK, ADMIN, OWNER),
)
AGREE_SILENTLY = Step(
    name="agree_silently",
    label="Lanjutkan otomatis",
    done="Hasil pemeriksaan berlaku karena penyedia tidak menjawab",
    subject=Subject.DELIVERY,
    sources=(Status.INSPECTED,),
    target=Status.HANDOVER_PENDING,
    by=(SYSTEM,),
    clock="handover_signature_days",
    rule="handover_signature_days",
    warning="Setelah itu hasil pemeriksaan berlaku dan pesanan lanjut ke serah terima.",
    tells=(OWNER, STAFF),
)


class Cause(StrEnum):
    """Why a part of a line was not accepted."""

    DAMAGED = "damaged"
    MISSING = "missing"
    OTHER_THAN_ORDERED = "other"
    ELSE = "else"

    @property
    def label(self) -> str:
        return CAUSES[self]


CAUSES = {
    Cause.DAMAGED: "Rusak",
    Cause.MISSING: "Kurang",
    Cause.OTHER_THAN_ORDERED: "Tidak sesuai pesanan",
    Cause.ELSE: "Lainnya",
}


class Result(StrEnum):
    """The receiver's answer for one line; the quantity and the cause are asked where a part is rejected."""

    ALL = "all"
    PART = "part"
    NOTHING = "nothing"

    @property
    def label(self) -> str:
        return RESULTS[self]


RESULTS = {
    Result.ALL: "Diterima semua",
    Result.PART: "Sebagian ditolak",
    Result.NOTHING: "Ditolak semua",
}


@dataclass(frozen=True)
class Finding:
    """What became of one line of the delivery. Accepted and rejected make up what was announced; a rejection says why.

    Of the two amounts one is enough, and neither is needed where `result` tells. What is rejected because it is missing
    did not come at all: the report counts it as not delivered.
    """

    accepted: Decimal | None = None
    rejected: Decimal | None = None
    note: str = ""
    cause: Cause | None = None
    result: Result | None = None

    def of(self, announced: Decimal) -> "Settled":
        """Both amounts, where this much was announced."""
        accepted, rejected = self.accepted, self.rejected
        match self.result:
            case Result.ALL:
                accepted, rejected = announced, Decimal(0)
            case Result.NOTHING:
                accepted, rejected = Decimal(0), announced
        if accepted is None and rejected is not None:
            accepted = announced - rejected
        elif rejected is None and accepted is not None:
            rejected = announced - accepted
        return Settled(accepted, rejected, self.note.strip(), self.cause if rejected else None)


@dataclass(frozen=True)
class Settled:
    """A finding with both amounts; None where nothing was said of the line."""

    accepted: Decimal | None
    rejected: Decimal | None
    note: str
    cause: Cause | None

    @property
    def delivered(self) -> Decimal:
        assert self.accepted is not None and self.rejected is not None
        return self.accepted if self.cause is Cause.MISSING else self.accepted + self.rejected


@dataclass(frozen=True)
class InspectionForm:
    """The receiver's form: a finding for every line of the delivery.

    The report says whether function, quantity and time fit. The quantity follows from the findings; so does the
    function (nothing was damaged or other than ordered) unless the receiver says otherwise; what came after its date is
    never in time.
    """

    order_id: UUID
    version: int
    findings: Mapping[UUID, Finding]
    function_fits: bool | None = None
    time_fits: bool = True
    note: str = ""
    part_id: UUID | None = None


@INSPECT.use_case
async def inspect_order(session: AsyncSession, actor: Actor, form: InspectionForm) -> Order:
    """Write the inspection report (berita acara pemeriksaan, BAP) of one delivery.

    Refused beside the line: quantities that do not add up to what was announced, a rejection without a note, an
    accepted part that is worth nothing. Nothing accepted at all: refused, because then the goods are sent back
    (:func:`send_back`).
    """
    case = await stepping.begin(session, actor, INSPECT, form.order_id, form.version, form.part_id)
    order, delivery = case.order, case.delivery
    names = {line.id: line for line in order.lines}
    findings = {
        line.order_line_id: form.findings.get(line.order_line_id, Finding()).of(line.quantity)
        for line in delivery.lines
    }
    problems = [
        (f"{field}_{line.order_line_id}", problem)
        for line in delivery.lines
        for field, problem in _problems(line, names[line.order_line_id], findings[line.order_line_id])
    ]
    if sentence := too_long(form.note.strip(), "note"):
        problems.append(("note", sentence))
    if problems:
        raise Refused.several(problems)
    if not any(finding.accepted for finding in findings.values()):
        raise Refused("Tidak ada yang diterima. Gunakan “Minta kirim ulang” agar penyedia menggantinya.")
    for line in delivery.lines:
        _write(line, findings[line.order_line_id])
    _count(order)
    everything = all(not finding.rejected for finding in findings.values())
    in_time = form.time_fits and not is_late(session, order, delivery)
    function_fits = form.function_fits
    if function_fits is None:
        unfit = {Cause.DAMAGED, Cause.OTHER_THAN_ORDERED}
        function_fits = not any(finding.cause in unfit for finding in findings.values())
    inspection = _inspection(actor, case, form.note, findings, (function_fits, in_time))
    session.add(inspection)
    set_committed_value(delivery, "inspection", inspection)
    composer = await papers.inspection_report(
        session,
        case,
        actor.official_id,
        fits=(function_fits, everything, in_time),
        note=inspection.note,
    )
    document = await signing.sign(
        session,
        order.id,
        order.work_unit,
        DocumentKind.INSPECTION_REPORT,
        actor.official_id,
        composer,
        part_id=delivery.id,
        factor=case.factor,
    )
    return await stepping.finish(
        session,
        actor,
        case,
        INSPECT,
        document_hash=document.facts_hash,
        details={
            "delivery": delivery.sequence,
            "document": document.number,
            "everything_accepted": everything,
        },
    )


@INSPECT.shown_with
async def what_arrived(session: straight.Reads, case: Case, typed: Mapping[str, str]) -> dict[str, Any]:
    """The delivery's lines, and whether it came too late to be in time."""
    names = {line.id: line for line in case.order.lines}
    lines = [(names[line.order_line_id], line.quantity) for line in case.delivery.lines]
    return {
        "arrived": sorted(lines, key=lambda one: one[0].position),
        "late": is_late(session, case.order, case.delivery),
        "results": [(str(one), one.label) for one in Result],
        "causes": [(str(one), one.label) for one in Cause],
    }


@SEND_BACK.use_case
async def send_back(
    session: AsyncSession,
    actor: Actor,
    order_id: UUID,
    version: int,
    reason: str,
    part_id: UUID | None = None,
) -> Order:
    """Nothing of it can be used: the vendor delivers it again (retur); the delivery date stays as it was."""
    case = await stepping.begin(session, actor, SEND_BACK, order_id, version, part_id)
    details = {"delivery": case.delivery.sequence}
    return await stepping.finish(session, actor, case, SEND_BACK, reason=reason, details=details)


@AGREE.use_case
async def agree_inspection(
    session: AsyncSession, actor: Actor, order_id: UUID, version: int, part_id: UUID | None = None
) -> Order:
    """The vendor's owner signs the result, and with it the handover of what was accepted."""
    case = await stepping.begin(session, actor, AGREE, order_id, version, part_id)
    document = await signing.countersign(
        session,
        case.order.id,
        DocumentKind.INSPECTION_REPORT,
        VENDOR_CAPACITY,
        actor.name,
        part_id=case.delivery.id,
    )
    assert case.delivery.inspection
    case.delivery.inspection.agreed_at = clock.now()
    details = {"delivery": case.delivery.sequence}
    return await stepping.finish(
        session, actor, case, AGREE, document_hash=document.facts_hash, details=details
    )


@CONTEST.use_case
async def contest_inspection(
    session: AsyncSession,
    actor: Actor,
    order_id: UUID,
    version: int,
    reason: str,
    part_id: UUID | None = None,
) -> Order:
    """The vendor disagrees and says why: the goods are inspected once more, with a report of its own."""
    case = await stepping.begin(session, actor, CONTEST, order_id, version, part_id)
    annul_inspection(case)
    details = {"delivery": case.delivery.sequence}
    return await stepping.finish(session, actor, case, CONTEST, reason=reason, details=details)


@CALL_RECEIVER.use_case
async def call_receiver(session: AsyncSession, case: Case) -> Order:
    """What arrived was not inspected in time; nothing of it counts as accepted."""
    why = "Barang yang tiba belum diperiksa sampai batas waktu."
    details = {"delivery": case.delivery.sequence}
    return await stepping.finish(session, SYSTEM_ACTOR, case, CALL_RECEIVER, reason=why, details=details)


@AGREE_SILENTLY.use_case
async def let_inspection_stand(session: AsyncSession, case: Case) -> Order:
    """The vendor neither agreed nor contested in time: the report stands without their signature."""
    why = "Penyedia tidak menyetujui dan tidak menyanggah sampai batas waktu."
    details = {"delivery": case.delivery.sequence}
    return await stepping.finish(session, SYSTEM_ACTOR, case, AGREE_SILENTLY, reason=why, details=details)


def annul_inspection(case: Case) -> None:
    """The delivery counts as never inspected."""
    assert case.delivery.inspection
    case.delivery.inspection.contested_at = clock.now()
    set_committed_value(case.delivery, "inspection", None)
    for line in case.delivery.lines:
        line.delivered_quantity = line.accepted_quantity = line.rejected_quantity = None
        line.cause = line.note = None
    _count(case.order)


def is_late(session: straight.Reads, order: Order, delivery: Delivery) -> bool:
    """Did it arrive after the day it was promised for, as the region's calendar has it?"""
    tenant: Tenant = session.info["tenant"]
    assert delivery.delivered_at and order.delivery_due_on
    return delivery.delivered_at.astimezone(ZoneInfo(tenant.zone)).date() > order.delivery_due_on


def _write(line: DeliveryLine, finding: Settled) -> None:
    assert finding.accepted is not None
    line.delivered_quantity = finding.delivered
    line.accepted_quantity = finding.accepted
    line.rejected_quantity = finding.delivered - finding.accepted
    line.cause = finding.cause
    line.note = finding.note or (finding.cause.label if finding.cause else None)


def _count(order: Order) -> None:
    """Write on the order's lines what was accepted and not accepted over all deliveries that were inspected."""
    for line in order.lines:
        inspected = [
            one
            for delivery in order.deliveries
            for one in delivery.lines
            if one.order_line_id == line.id and one.accepted_quantity is not None
        ]
        line.accepted_quantity = line.rejected_quantity = line.inspection_note = None
        if inspected:
            line.accepted_quantity = sum((one.payable_quantity for one in inspected), Decimal(0))
            line.rejected_quantity = (
                sum((one.quantity for one in inspected), Decimal(0)) - line.accepted_quantity
            )
            line.inspection_note = next((one.note for one in reversed(inspected) if one.note), None)


def _inspection(
    actor: Actor, case: Case, note: str, findings: Mapping[UUID, Settled], fits: tuple[bool, bool]
) -> Inspection:
    function_fits, time_fits = fits
    return Inspection(
        id=new_id(),
        order_id=case.order.id,
        drafted_by=case.order.drafted_by,
        event_sequence=case.order.next_event,
        delivery_id=case.delivery.id,
        inspected_by=actor.official_id,
        inspected_for=case.acts_for,
        inspected_at=clock.now(),
        function_fits=function_fits,
        time_fits=time_fits,
        note=note.strip(),
        findings={
            str(line_id): {
                "delivered": str(finding.delivered),
                "accepted": str(finding.accepted),
                "cause": finding.cause,
                "note": finding.note,
            }
            for line_id, finding in findings.items()
        },
    )


def _problems(line: DeliveryLine, ordered: OrderLine, finding: Settled) -> Iterator[tuple[str, str]]:
    """Which of the line's fields is wrong, and why: its result, what was accepted, or the note on what was not."""
    accepted, rejected = finding.accepted, finding.rejected
    if accepted is None or rejected is None:
        yield "accepted", Sentence("Isi hasil pemeriksaan %(item)s.", item=ordered.name)
        return
    if sentence := too_long(finding.note, "note"):
        yield "note", sentence
    arrived: dict[str, Fact] = {"quantity": line.quantity, "unit": ordered.unit}
    if accepted.is_finite() and accepted > line.quantity:
        text = "Paling banyak %(quantity)s %(unit)s, sebanyak yang dikirim."
        if line.quantity == ordered.quantity:
            text = "Paling banyak %(quantity)s %(unit)s, sebanyak yang dipesan."
        yield "accepted", Sentence(text, **arrived)
    elif any(not amount.is_finite() or amount < 0 for amount in (accepted, rejected)) or (
        accepted + rejected != line.quantity
    ):
        text = "Jumlah diterima dan ditolak harus sama dengan yang dikirim, %(quantity)s %(unit)s."
        yield "accepted", Sentence(text, **arrived)
    elif any(amount != amount.quantize(Decimal("0.001")) for amount in (accepted, rejected)):
        yield "accepted", TOO_FINE
    elif accepted and not line_amount(accepted, ordered.unit_price_rupiah):
        yield (
            "accepted",
            "Bagian yang diterima tidak bernilai satu rupiah pun. Tolak seluruhnya atau terima lebih banyak.",
        )
    elif rejected and len(finding.note) < 5 and finding.cause in (None, Cause.ELSE):
        yield "note", "Tulis mengapa sebagian ditolak."
