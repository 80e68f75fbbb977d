"""An order as its page shows it: the steps, the people, the amounts. Pure; it asks no database."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from eorder_tenants.orders.core.models import Order, OrderEvent, Status
from eorder_tenants.orders.fulfilling.handing_over import Expected
from eorder_tenants.orders.lifecycle import Action, Choice
from eorder_tenants.taxes.assessment import Assessment
from eorder_web.look.formatting import datetime_short
from eorder_web.look.translating import _

NOUNS: Final[Mapping[Action, str]] = {
    Action.SUBMIT: "pengajuan",
    Action.APPROVE: "persetujuan",
    Action.RETURN_TO_DRAFT: "pengembalian",
    Action.REJECT: "penolakan-ppk",
    Action.WITHDRAW: "penarikan",
    Action.ACCEPT: "penerimaan",
    Action.DECLINE: "penolakan",
    Action.ASK_CANCELLATION: "permintaan-pembatalan",
    Action.AGREE_CANCELLATION: "pembatalan",
    Action.REFUSE_CANCELLATION: "penolakan-pembatalan",
    Action.START_DELIVERY: "pengiriman",
    Action.DELIVER: "kedatangan",
    Action.SEND_BACK: "pengiriman-ulang",
    Action.INSPECT: "pemeriksaan",
    Action.AGREE_INSPECTION: "persetujuan-pemeriksaan",
    Action.CONTEST_INSPECTION: "sanggahan-pemeriksaan",
    Action.HAND_OVER: "serah-terima",
    Action.INVOICE: "tagihan",
    Action.RETURN_INVOICE: "pengembalian-tagihan",
    Action.REQUEST_PAYMENT: "permintaan-pembayaran",
    Action.REFUSE_PAYMENT: "penolakan-pembayaran",
    Action.APPROVE_PAYMENT: "persetujuan-pembayaran",
    Action.RECORD_PAYMENT: "pembayaran",
    Action.COMPLETE: "penutupan",
    Action.DISCARD: "pembuangan",
}
"""An action is a noun you can POST below the order's address."""

STATUS_KINDS: Final[Mapping[Status, str]] = {
    Status.DRAFT: "",
    Status.ACCEPTED: "go",
    Status.IN_DELIVERY: "go",
    Status.HANDED_OVER: "ok",
    Status.PAID: "ok",
    Status.COMPLETED: "ok",
    Status.REJECTED: "bad",
    Status.EXPIRED: "bad",
    Status.CANCELLED: "bad",
}

_STEPS: Final[Sequence[tuple[str, frozenset[Status], str]]] = (
    ("Disusun", frozenset({Status.DRAFT}), "submitted_at"),
    ("Persetujuan PPK", frozenset({Status.AWAITING_APPROVAL}), "issued_at"),
    ("Jawaban penyedia", frozenset({Status.ISSUED}), "accepted_at"),
    (
        "Pengiriman",
        frozenset({Status.ACCEPTED, Status.CANCELLATION_ASKED, Status.IN_DELIVERY}),
        "delivered_at",
    ),
    (
        "Serah terima",
        frozenset({Status.DELIVERED, Status.INSPECTED, Status.HANDOVER_PENDING}),
        "handed_over_at",
    ),
    (
        "Pembayaran",
        frozenset({Status.HANDED_OVER, Status.INVOICED, Status.PAYMENT_REQUESTED, Status.PAYMENT_APPROVED}),
        "paid_at",
    ),
)


@dataclass(frozen=True)
class Step:
    """One diamond of the order's way."""

    name: str
    state: str
    when: str = ""
    who: str = ""


@dataclass(frozen=True)
class Hand:
    """One person's part in the order, for the panel of separated duties."""

    role: str
    name: str
    state: str
    you: bool


@dataclass(frozen=True)
class Happening:
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


def status_tag(status: str) -> tuple[str, str]:
    """(kind, text) for `ui.status`."""
    known = Status(status)
    return STATUS_KINDS.get(known, "wait"), _(known.label)


def steps(order: Order, zone: str) -> list[Step]:
    """Six steps: what is done with its moment, what is going on with its deadline, where a dead order ended."""
    status, found = Status(order.status), list[Step]()
    current_reached = False
    for name, statuses, stamp in _STEPS:
        at: datetime | None = getattr(order, stamp)
        if status in statuses:
            current_reached = True
            when = f"{_('Batas')} {datetime_short(order.due_at, zone)}" if order.due_at else ""
            found.append(Step(_(name), "now", when))
        elif not current_reached and at is not None:
            found.append(Step(_(name), "done", datetime_short(at, zone)))
        elif not current_reached and status.is_dead:
            current_reached = True
            when = datetime_short(order.closed_at, zone) if order.closed_at else ""
            found.append(Step(_(status.label), "bad", when))
        else:
            found.append(Step(_(name), "next"))
    return found


def hands(order: Order, names: Mapping[UUID, str], you: UUID | None) -> list[Hand]:
    """Who did what so far; a place that is still empty shows who is missing."""
    parts = (
        ("Pejabat Pengadaan", order.drafted_by),
        ("PPK", order.approved_by),
        ("Penerima barang", order.inspected_by),
        ("Bendahara", order.paid_by or order.payment_requested_by),
        ("Pengguna Anggaran", order.payment_approved_by),
    )
    return [
        Hand(
            _(role),
            names.get(person, "") if person else "",
            "done" if person else "",
            person is not None and person == you,
        )
        for role, person in parts
    ]


def happenings(events: Iterable[OrderEvent]) -> list[Happening]:
    """The journal, newest first, each with its reason."""
    return [
        Happening(
            _(Action(event.action).done) + (f": “{event.reason}”" if event.reason else ""),
            event.at,
            event.actor_name,
        )
        for event in sorted(events, key=lambda event: -event.sequence)
    ]


def last_word(events: Iterable[OrderEvent]) -> tuple[str, str] | None:
    """(what happened, why), where the newest step was taken for a reason: whoever opens the order reads it first."""
    newest = max(events, key=lambda event: event.sequence, default=None)
    if newest is None or not newest.reason:
        return None
    return _(Action(newest.action).done), newest.reason


def amounts(order: Order, expected: Expected | None = None) -> list[Amount]:
    """From the goods to what the vendor receives; between inspection and handover as the handover would have it.

    Of an order that came to nothing nobody is paid, and nothing is withheld.
    """
    assessed = expected.assessment if expected else assessment_of(order)
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
        Amount(f"{_(tax.label)} {_('dipotong bendahara')}", -tax.amount) for tax in assessed.income_tax_lines
    ]
    if penalty:
        listed.append(Amount(_("Denda keterlambatan"), -penalty))
    listed.append(Amount(_("Dibayar ke penyedia"), assessed.net_to_vendor - penalty))
    return listed


def assessment_of(order: Order) -> Assessment | None:
    """The taxes as they stand on the order, or None while nothing was assessed."""
    facts: dict[str, Any] = order.assessment
    return Assessment.from_facts(facts) if facts else None


def awaited(choices: Iterable[Choice]) -> Choice | None:
    """The step that the order waits for and this person may take."""
    return next((choice for choice in choices if choice.awaited and choice.allowed), None)
