"""An order as its page shows it: the stages, the people, the amounts, the journal. Pure; it asks no database."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from eorder_platform.identity.proving import Factor
from eorder_tenants.orders.core.checking import Choice
from eorder_tenants.orders.core.models import Order, OrderEvent, Status
from eorder_tenants.orders.core.parts import Case
from eorder_tenants.orders.core.steps import declared
from eorder_tenants.orders.fulfilling.handing_over import Expected
from eorder_tenants.orders.lifecycle import LIFECYCLE
from eorder_tenants.taxes.assessment import Assessment
from eorder_tenants.taxes.reasons import reasons_of
from eorder_web.look.formatting import datetime_short
from eorder_web.look.translating import _
from eorder_web.orders.standing_in import signed_by, who_acted

FACTOR_WORDS: Final[Mapping[str, str]] = {
    Factor.APP: "kode aplikasi",
    Factor.DEVICE: "kunci sandi",
    Factor.SYNCED: "kunci sandi",
    Factor.PAPER: "kode pemulihan",
}


@dataclass(frozen=True)
class StageShown:
    """One diamond of the order's way."""

    name: str
    state: str
    when: str = ""
    who: str = ""


@dataclass(frozen=True)
class Part:
    """One person's part in the order, for the panel of separated duties."""

    role: str
    name: str
    state: str
    you: bool


@dataclass(frozen=True)
class Entry:
    """One line of the journal."""

    text: str
    at: datetime
    who: str


@dataclass(frozen=True)
class Amount:
    """One line under the order's table."""

    label: str
    amount: int
    grand: bool = False


@dataclass(frozen=True)
class Deductions:
    """What the vendor receives for an invoice (its number, empty before there is one), and each tax with its reason."""

    invoice: str
    net: int
    reasons: list[str]


def status_tag(status: str) -> tuple[str, str]:
    """(tone, text) for `ui.status`."""
    known = Status(status)
    return known.tone, _(known.label)


def stages(order: Order, zone: str) -> list[StageShown]:
    """Six stages: what is done with its moment, what is going on with its deadline, where a dead order ended."""
    status, found = Status(order.status), list[StageShown]()
    current_reached = False
    for stage in LIFECYCLE:
        at: datetime | None = getattr(order, stage.passed)
        if status in stage.statuses:
            current_reached = True
            due_at = Case(order).due_at
            when = f"{_('Batas')} {datetime_short(due_at, zone)}" if due_at else ""
            found.append(StageShown(_(stage.name), "now", when, _so_far(order, stage.passed)))
        elif not current_reached and at is not None:
            found.append(StageShown(_(stage.name), "done", datetime_short(at, zone)))
        elif not current_reached and status.is_dead:
            current_reached = True
            when = datetime_short(order.closed_at, zone) if order.closed_at else ""
            found.append(StageShown(_(status.label), "bad", when))
        else:
            found.append(StageShown(_(stage.name), "next", "", _so_far(order, stage.passed)))
    return found


def _so_far(order: Order, passed: str) -> str:
    """How many of several deliveries have passed a stage."""
    live = [one for one in order.deliveries if one.is_live]
    if len(live) < 2 and order.status != Status.PARTLY_DELIVERED:
        return ""
    paid = {invoice.id for invoice in order.invoices if invoice.payment}
    done = {
        "delivered_at": [one for one in live if one.delivered_at],
        "handed_over_at": [one for one in live if one.handover],
        "paid_at": [one for one in live if one.handover and one.handover.invoice_id in paid],
    }.get(passed)
    return "" if done is None else _("%(n)s dari %(all)s pengiriman", n=len(done), all=len(live))


def people(order: Order, names: Mapping[UUID, str], you: UUID | None) -> list[Part]:
    """Who did what so far, and for whom; a place that is still empty shows who is missing."""
    inspected = [one.inspection for one in order.deliveries if one.inspection]
    treasurers = [
        (one.payment.paid_by, one.payment.paid_for) if one.payment else (one.requested_by, one.requested_for)
        for one in order.invoices
    ]
    parts: tuple[tuple[str, list[tuple[UUID | None, UUID | None]]], ...] = (
        ("Pejabat Pengadaan", [(order.drafted_by, None)]),
        ("PPK", [(order.approved_by, order.approved_for)]),
        ("Penerima barang", [(one.inspected_by, one.inspected_for) for one in inspected]),
        ("Bendahara", treasurers),
        ("Pengguna Anggaran", [(one.approved_by, one.approved_for) for one in order.invoices]),
    )
    found = []
    for role, signed in parts:
        present = list(dict.fromkeys(one for one in signed if one[0]))
        text = ", ".join(signed_by(by, for_, names) for by, for_ in present)
        concerned = {person for pair in present for person in pair if person}
        found.append(Part(_(role), text, "done" if present else "", you in concerned))
    return found


def journal_entries(events: Iterable[OrderEvent]) -> list[Entry]:
    """The journal, newest first, each with its reason."""
    return [
        Entry(_done(event) + (f": “{event.reason}”" if event.reason else ""), event.at, _who(event))
        for event in sorted(events, key=lambda event: -event.sequence)
    ]


def _who(event: OrderEvent) -> str:
    """Who did it, by which letter; of a signature also with what they proved themselves."""
    who = who_acted(event.actor_name, event.role, event.details)
    if event.factor is None:
        return who
    return _("%(name)s, dengan %(factor)s", name=who, factor=_(FACTOR_WORDS[event.factor]))


def last_word(events: Iterable[OrderEvent]) -> tuple[str, str] | None:
    """(what was done, why), where the newest step was taken for a reason: whoever opens the order reads it first."""
    newest = max(events, key=lambda event: event.sequence, default=None)
    if newest is None or not newest.reason:
        return None
    return _done(newest), newest.reason


def _done(event: OrderEvent) -> str:
    text, number = _(declared[event.action].done), event.details.get("delivery")
    return f"{text} ({_('pengiriman %(n)s', n=number)})" if number and number > 1 else text


def amounts(order: Order, assessed: Assessment | None, expected: Expected | None = None) -> list[Amount]:
    """From the goods to what the vendor receives; between inspection and handover as the handover would have it.

    Of an order that came to nothing nobody is paid, and nothing is withheld.
    """
    penalty = expected.penalty if expected else order.penalty_rupiah
    if assessed is None:
        return [Amount(_("Nilai pesanan"), order.gross_rupiah, grand=True)]
    listed = [Amount(_("Subtotal"), assessed.base - assessed.shipping)]
    if assessed.shipping:
        listed.append(Amount(_("Ongkos kirim"), assessed.shipping))
    listed += [Amount(_(tax.label), tax.amount) for tax in assessed.vat_lines]
    listed += [Amount(_(tax.label), tax.amount) for tax in assessed.local_tax_lines]
    total = _("Nilai yang diterima") if expected else _("Nilai pesanan")
    listed.append(Amount(total, assessed.gross, grand=True))
    if Status(order.status).is_dead:
        return listed
    if assessed.vat_withheld:
        listed.append(Amount(_("PPN dipungut bendahara"), -assessed.vat_withheld))
    listed += [
        Amount(f"{_(tax.label)} {_('dipotong bendahara')}", -tax.amount)
        for tax in assessed.income_tax_lines
        if tax.amount
    ]
    listed += [Amount(_(tax.label), -tax.amount) for tax in assessed.caught_up]
    if penalty:
        listed.append(Amount(_("Denda keterlambatan"), -penalty))
    listed.append(Amount(_("Dibayar ke penyedia"), assessed.net_to_vendor - penalty))
    return listed


def deductions(
    order: Order, assessed: Assessment | None, expected: Expected | None = None
) -> list[Deductions]:
    """Why the vendor receives less than the order costs: by invoice, before the first as it is estimated."""
    if Status(order.status).is_dead:
        return []
    if order.invoices:
        return [
            Deductions(one.number, one.net_rupiah, reasons_of(Assessment.from_facts(one.assessment)))
            for one in order.invoices
        ]
    if assessed is None:
        return []
    penalty = expected.penalty if expected else order.penalty_rupiah
    return [Deductions("", assessed.net_to_vendor - penalty, reasons_of(assessed))]


def assessment_of(order: Order, expected: Expected | None = None) -> Assessment | None:
    """The taxes that the page shows: of the handover to come, or as they stand on the order; None before the first."""
    if expected:
        return expected.assessment
    facts: dict[str, Any] = order.assessment
    return Assessment.from_facts(facts) if facts else None


def awaited(choices: Iterable[Choice]) -> Choice | None:
    """The step that the order waits for and this person may take."""
    return next((choice for choice in choices if choice.step.awaited and choice.allowed), None)
