"""The receiver counts and judges what arrived (pemeriksaan); the vendor agrees with the result or asks again."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from eorder_platform.errors import Refused
from eorder_platform.money import line_amount
from eorder_platform.sentences import Fact, Sentence
from eorder_platform.tenancy import Tenant
from eorder_tenants.documents import signing
from eorder_tenants.documents.facts import DocumentKind
from eorder_tenants.orders.core import stepping
from eorder_tenants.orders.core.models import Order, OrderLine
from eorder_tenants.orders.lifecycle import Action
from eorder_tenants.orders.papers import composing as papers
from eorder_tenants.orders.papers.parts import VENDOR_CAPACITY
from eorder_tenants.orders.requesting.catalogue_lines import TOO_FINE
from eorder_tenants.organisation.actors import Actor

LONGEST_NOTE = 500


@dataclass(frozen=True)
class Finding:
    """What became of one line. Accepted and rejected make up what was ordered; a rejection says why."""

    accepted: Decimal
    rejected: Decimal
    note: str = ""


@dataclass(frozen=True)
class Inspection:
    """The receiver's form: a finding for every line and the ticks of the report.

    Whether the quantity fits follows from the findings, and what came after its date is never in time.
    """

    order_id: UUID
    version: int
    findings: Mapping[UUID, Finding]
    function_fits: bool = True
    time_fits: bool = True
    note: str = field(default="")


async def inspect_order(session: AsyncSession, actor: Actor, inspection: Inspection) -> Order:
    """Write the inspection report (berita acara pemeriksaan, BAP).

    Refused beside the line: quantities that do not add up to what was ordered, a rejection without a note, an accepted
    part that is worth nothing. Nothing accepted at all: refused, because then the goods are sent back
    (:func:`send_back`).
    """
    order = await stepping.begin(session, actor, Action.INSPECT, inspection.order_id, inspection.version)
    problems = [
        (f"{field}_{line.id}", problem)
        for line in order.lines
        for field, problem in _problems(line, inspection.findings.get(line.id))
    ]
    if problems:
        raise Refused.several(problems)
    if not any(finding.accepted for finding in inspection.findings.values()):
        raise Refused("Tidak ada yang diterima. Gunakan “Minta kirim ulang” agar penyedia menggantinya.")
    for line in order.lines:
        finding = inspection.findings[line.id]
        line.accepted_quantity, line.rejected_quantity = finding.accepted, finding.rejected
        line.inspection_note = finding.note.strip() or None
    order.inspected_by = actor.official_id
    everything = all(not line.rejected_quantity for line in order.lines)
    in_time = inspection.time_fits and not is_late(session, order)
    composer = await papers.inspection_report(
        session,
        order,
        actor.official_id,
        fits=(inspection.function_fits, everything, in_time),
        note=inspection.note.strip()[:LONGEST_NOTE],
    )
    document = await signing.sign(
        session, order.id, order.work_unit, DocumentKind.INSPECTION_REPORT, actor.official_id, composer
    )
    return await stepping.finish(
        session,
        actor,
        order,
        Action.INSPECT,
        document_hash=document.facts_hash,
        details={"document": document.number, "everything_accepted": everything},
    )


def is_late(session: AsyncSession, order: Order) -> bool:
    """Did it arrive after the day it was promised for, as the region's calendar has it?"""
    tenant: Tenant = session.info["tenant"]
    assert order.delivered_at and order.delivery_due_on
    return order.delivered_at.astimezone(ZoneInfo(tenant.zone)).date() > order.delivery_due_on


async def send_back(session: AsyncSession, actor: Actor, order_id: UUID, version: int, reason: str) -> Order:
    """Nothing of it can be used: the vendor delivers again (retur); the delivery date stays as it was."""
    order = await stepping.begin(session, actor, Action.SEND_BACK, order_id, version)
    return await stepping.finish(session, actor, order, Action.SEND_BACK, reason=reason)


async def agree_inspection(session: AsyncSession, actor: Actor, order_id: UUID, version: int) -> Order:
    """The vendor's owner signs the result, and with it the handover of what was accepted."""
    order = await stepping.begin(session, actor, Action.AGREE_INSPECTION, order_id, version)
    document = await signing.countersign(
        session, order.id, DocumentKind.INSPECTION_REPORT, VENDOR_CAPACITY, actor.name
    )
    return await stepping.finish(
        session, actor, order, Action.AGREE_INSPECTION, document_hash=document.facts_hash
    )


async def contest_inspection(
    session: AsyncSession, actor: Actor, order_id: UUID, version: int, reason: str
) -> Order:
    """The vendor disagrees and says why: the goods are inspected once more, with a report of its own."""
    order = await stepping.begin(session, actor, Action.CONTEST_INSPECTION, order_id, version)
    return await stepping.finish(session, actor, order, Action.CONTEST_INSPECTION, reason=reason)


def _problems(line: OrderLine, finding: Finding | None) -> Iterator[tuple[str, str]]:
    """Which of the line's two fields is wrong, and why: what was accepted, or the note on what was not."""
    if finding is None:
        yield "accepted", Sentence("Isi hasil pemeriksaan %(item)s.", item=line.name)
        return
    ordered: dict[str, Fact] = {"quantity": line.quantity, "unit": line.unit}
    amounts = (finding.accepted, finding.rejected)
    if finding.accepted.is_finite() and finding.accepted > line.quantity:
        yield "accepted", Sentence("Paling banyak %(quantity)s %(unit)s, sebanyak yang dipesan.", **ordered)
    elif any(not amount.is_finite() or amount < 0 for amount in amounts) or sum(amounts) != line.quantity:
        text = "Jumlah diterima dan ditolak harus sama dengan yang dipesan, %(quantity)s %(unit)s."
        yield "accepted", Sentence(text, **ordered)
    elif finding.accepted != finding.accepted.quantize(Decimal("0.001")):
        yield "accepted", TOO_FINE
    elif finding.accepted and not line_amount(finding.accepted, line.unit_price_rupiah):
        yield (
            "accepted",
            "Bagian yang diterima tidak bernilai satu rupiah pun. Tolak seluruhnya atau terima lebih banyak.",
        )
    elif finding.rejected and len(finding.note.strip()) < 5:
        yield "note", "Tulis mengapa sebagian ditolak."
