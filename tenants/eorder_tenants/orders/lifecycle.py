"""The way of an order, declared in one place: what may follow what, who does it, and what it brings about.

Everything that changes an order asks here first (stepping.py), so a page, an API, a job and a script hear the same
refusal. Whatever is not declared is impossible. Facts: domain.md 2.4 (states), 1.2 (separation of duties), 2.6.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from eorder_platform.directory.models import VendorRole
from eorder_platform.errors import Conflict, NotAllowed
from eorder_platform.sentences import term
from eorder_tenants.approvals.duties import (
    Duty,
    approver_did_not_draft,
    approver_did_not_request,
    not_the_drafter,
    only_his_own,
    payer_did_not_approve,
    receiver_did_not_approve,
    signer_did_not_inspect,
    treasurer_is_alone,
    why_kept_out,
    why_linked,
)
from eorder_tenants.documents.facts import DocumentKind
from eorder_tenants.orders.core.models import Order, Status
from eorder_tenants.organisation.actors import SYSTEM, Actor
from eorder_tenants.organisation.models import Role

PP, PPK, PA = Role.PROCUREMENT_OFFICER, Role.COMMITMENT_OFFICER, Role.BUDGET_USER
RECEIVER, TREASURER = Role.RECEIVER, Role.TREASURER
OWNER, STAFF = VendorRole.OWNER, VendorRole.STAFF
Party = Role | VendorRole | str

UNTIL_DELIVERY = "delivery_due_on"
"""The clock that is no rule: the delivery date that the order itself names."""
KEEP_RUNNING = "keep_running"
"""The clock of the status before goes on: one deadline for two steps."""
DAY_BEFORE = "day_before"
"""The reminder that is no rule: on the morning of the last business day before the deadline's own."""


class Action(StrEnum):
    """Everything that can be done to an order. The value stands in the journal."""

    CHANGE = "change"
    DISCARD = "discard"
    FORGET = "forget"
    SUBMIT = "submit"
    RETURN_TO_DRAFT = "return_to_draft"
    LAPSE = "lapse"
    APPROVE = "approve"
    REJECT = "reject"
    ACCEPT = "accept"
    DECLINE = "decline"
    WITHDRAW = "withdraw"
    EXPIRE = "expire"
    ASK_CANCELLATION = "ask_cancellation"
    AGREE_CANCELLATION = "agree_cancellation"
    REFUSE_CANCELLATION = "refuse_cancellation"
    START_DELIVERY = "start_delivery"
    DELIVER = "deliver"
    SEND_BACK = "send_back"
    INSPECT = "inspect"
    AGREE_INSPECTION = "agree_inspection"
    CONTEST_INSPECTION = "contest_inspection"
    HAND_OVER = "hand_over"
    INVOICE = "invoice"
    RETURN_INVOICE = "return_invoice"
    REQUEST_PAYMENT = "request_payment"
    REFUSE_PAYMENT = "refuse_payment"
    APPROVE_PAYMENT = "approve_payment"
    RECORD_PAYMENT = "record_payment"
    COMPLETE = "complete"

    @property
    def label(self) -> str:
        """What its button says."""
        return _LABELS[self][0]

    @property
    def done(self) -> str:
        """What the journal says happened."""
        return _LABELS[self][1]


_LABELS = {
    Action.CHANGE: ("Ubah", "Draf diubah"),
    Action.DISCARD: ("Buang draf", "Draf dibuang"),
    Action.FORGET: ("Buang otomatis", "Draf dibuang karena lama tidak diubah"),
    Action.SUBMIT: ("Ajukan ke PPK", "Diajukan ke PPK"),
    Action.RETURN_TO_DRAFT: ("Kembalikan", "Dikembalikan untuk diperbaiki"),
    Action.LAPSE: ("Kembalikan otomatis", "Kembali menjadi draf karena tidak dijawab PPK"),
    Action.APPROVE: ("Setujui dan tandatangani surat pesanan", "Surat pesanan ditandatangani PPK"),
    Action.REJECT: ("Tolak", "Ditolak PPK"),
    Action.ACCEPT: ("Terima pesanan", "Diterima penyedia"),
    Action.DECLINE: ("Tolak pesanan", "Ditolak penyedia"),
    Action.WITHDRAW: ("Tarik surat pesanan", "Surat pesanan ditarik PPK"),
    Action.EXPIRE: ("Batalkan otomatis", "Batal karena penyedia tidak menjawab"),
    Action.ASK_CANCELLATION: ("Minta pembatalan", "Pembatalan diminta"),
    Action.AGREE_CANCELLATION: ("Setujui pembatalan", "Pembatalan disetujui kedua pihak"),
    Action.REFUSE_CANCELLATION: ("Tolak pembatalan", "Pembatalan tidak jadi"),
    Action.START_DELIVERY: ("Mulai kirim", "Pengiriman dimulai"),
    Action.DELIVER: ("Nyatakan tiba", "Pesanan tiba"),
    Action.SEND_BACK: ("Minta kirim ulang", "Dikembalikan untuk dikirim ulang"),
    Action.INSPECT: ("Catat hasil pemeriksaan", "Diperiksa"),
    Action.AGREE_INSPECTION: ("Setujui hasil pemeriksaan", "Hasil pemeriksaan disetujui penyedia"),
    Action.CONTEST_INSPECTION: ("Minta pemeriksaan ulang", "Penyedia meminta pemeriksaan ulang"),
    Action.HAND_OVER: ("Tandatangani serah terima", "Berita acara serah terima ditandatangani"),
    Action.INVOICE: ("Kirim tagihan", "Tagihan dikirim"),
    Action.RETURN_INVOICE: ("Kembalikan tagihan", "Tagihan dikembalikan"),
    Action.REQUEST_PAYMENT: ("Ajukan pembayaran", "Pembayaran diajukan bendahara"),
    Action.REFUSE_PAYMENT: ("Kembalikan ke bendahara", "Pembayaran dikembalikan ke bendahara"),
    Action.APPROVE_PAYMENT: ("Setujui pembayaran", "Pembayaran disetujui"),
    Action.RECORD_PAYMENT: ("Catat pembayaran", "Dibayar"),
    Action.COMPLETE: ("Tutup pesanan", "Pesanan ditutup"),
}


@dataclass(frozen=True, kw_only=True)
class Transition:
    """One way from a status to the next.

    `by`: any of these parties may do it. `duties`: why this person may not. `clock`: the rule that
    says how long the new status may last. `reminder`: when whoever the new status waits for is reminded, once: after
    the days of that rule, or the day before. `stamp`: the column that remembers when. `reason`: it must be given.
    `awaited`: it is the step that the order waits for, so it stands in somebody's task list.
    """

    action: Action
    source: Status
    target: Status
    by: tuple[Party, ...]
    duties: tuple[Duty, ...] = ()
    document: DocumentKind | None = None
    clock: str | None = None
    reminder: str | None = None
    stamp: str | None = None
    reason: bool = False
    awaited: bool = False


def _only_the_other_side(actor: Actor, order: Order) -> str | None:
    if order.cancellation_side == ("vendor" if actor.vendor_id else "buyer"):
        return "Pembatalan ini Anda minta sendiri; pihak lain yang menjawabnya."
    return None


LIFECYCLE: tuple[Transition, ...] = (
    # The officer's desk. A draft changes without an entry in the journal, which begins at the first submission.
    Transition(
        action=Action.CHANGE, source=Status.DRAFT, target=Status.DRAFT, by=(PP,), duties=(only_his_own,)
    ),
    Transition(
        action=Action.DISCARD,
        source=Status.DRAFT,
        target=Status.CANCELLED,
        by=(PP,),
        duties=(only_his_own,),
        stamp="closed_at",
    ),
    Transition(
        action=Action.FORGET, source=Status.DRAFT, target=Status.CANCELLED, by=(SYSTEM,), stamp="closed_at"
    ),
    Transition(
        action=Action.SUBMIT,
        source=Status.DRAFT,
        target=Status.AWAITING_APPROVAL,
        by=(PP,),
        duties=(only_his_own,),
        clock="approval_lapse_days",
        reminder="approval_reminder_days",
        stamp="submitted_at",
        awaited=True,
    ),
    # The commitment officer (PPK) answers; his signature makes the purchase order (surat pesanan).
    Transition(
        action=Action.APPROVE,
        source=Status.AWAITING_APPROVAL,
        target=Status.ISSUED,
        by=(PPK,),
        duties=(approver_did_not_draft,),
        document=DocumentKind.PURCHASE_ORDER,
        clock="vendor_answer_days",
        reminder=DAY_BEFORE,
        stamp="issued_at",
        awaited=True,
    ),
    Transition(
        action=Action.RETURN_TO_DRAFT,
        source=Status.AWAITING_APPROVAL,
        target=Status.DRAFT,
        by=(PPK,),
        duties=(not_the_drafter,),
        reason=True,
    ),
    Transition(
        action=Action.REJECT,
        source=Status.AWAITING_APPROVAL,
        target=Status.REJECTED,
        by=(PPK,),
        duties=(not_the_drafter,),
        stamp="closed_at",
        reason=True,
    ),
    Transition(action=Action.LAPSE, source=Status.AWAITING_APPROVAL, target=Status.DRAFT, by=(SYSTEM,)),
    # The vendor answers, or time does.
    Transition(
        action=Action.ACCEPT,
        source=Status.ISSUED,
        target=Status.ACCEPTED,
        by=(OWNER,),
        clock=UNTIL_DELIVERY,
        stamp="accepted_at",
        awaited=True,
    ),
    Transition(
        action=Action.DECLINE,
        source=Status.ISSUED,
        target=Status.REJECTED,
        by=(OWNER,),
        stamp="closed_at",
        reason=True,
    ),
    Transition(
        action=Action.WITHDRAW,
        source=Status.ISSUED,
        target=Status.CANCELLED,
        by=(PPK,),
        duties=(not_the_drafter,),
        stamp="closed_at",
        reason=True,
    ),
    Transition(
        action=Action.EXPIRE, source=Status.ISSUED, target=Status.EXPIRED, by=(SYSTEM,), stamp="closed_at"
    ),
    # After acceptance only both together may cancel.
    Transition(
        action=Action.ASK_CANCELLATION,
        source=Status.ACCEPTED,
        target=Status.CANCELLATION_ASKED,
        by=(PPK, OWNER),
        duties=(not_the_drafter,),
        clock="cancellation_answer_days",
        reason=True,
    ),
    Transition(
        action=Action.AGREE_CANCELLATION,
        source=Status.CANCELLATION_ASKED,
        target=Status.CANCELLED,
        by=(PPK, OWNER),
        duties=(not_the_drafter, _only_the_other_side),
        stamp="closed_at",
        awaited=True,
    ),
    Transition(
        action=Action.REFUSE_CANCELLATION,
        source=Status.CANCELLATION_ASKED,
        target=Status.ACCEPTED,
        by=(PPK, OWNER),
        duties=(not_the_drafter,),
        clock=UNTIL_DELIVERY,
    ),
    # Delivery, inspection (berita acara pemeriksaan) and handover (BAST), which both sides sign.
    Transition(
        action=Action.START_DELIVERY,
        source=Status.ACCEPTED,
        target=Status.IN_DELIVERY,
        by=(OWNER, STAFF),
        clock=UNTIL_DELIVERY,
        awaited=True,
    ),
    Transition(
        action=Action.DELIVER,
        source=Status.IN_DELIVERY,
        target=Status.DELIVERED,
        by=(OWNER, STAFF),
        clock="inspection_days",
        stamp="delivered_at",
        awaited=True,
    ),
    Transition(
        action=Action.SEND_BACK,
        source=Status.DELIVERED,
        target=Status.IN_DELIVERY,
        by=(RECEIVER,),
        duties=(not_the_drafter, receiver_did_not_approve),
        clock=UNTIL_DELIVERY,
        reason=True,
    ),
    Transition(
        action=Action.INSPECT,
        source=Status.DELIVERED,
        target=Status.INSPECTED,
        by=(RECEIVER,),
        duties=(not_the_drafter, receiver_did_not_approve),
        document=DocumentKind.INSPECTION_REPORT,
        clock="handover_signature_days",
        stamp="inspected_at",
        awaited=True,
    ),
    Transition(
        action=Action.AGREE_INSPECTION,
        source=Status.INSPECTED,
        target=Status.HANDOVER_PENDING,
        by=(OWNER,),
        clock="handover_signature_days",
        stamp="inspection_agreed_at",
        awaited=True,
    ),
    Transition(
        action=Action.CONTEST_INSPECTION,
        source=Status.INSPECTED,
        target=Status.DELIVERED,
        by=(OWNER,),
        clock="inspection_days",
        reason=True,
    ),
    Transition(
        action=Action.HAND_OVER,
        source=Status.HANDOVER_PENDING,
        target=Status.HANDED_OVER,
        by=(PPK,),
        duties=(not_the_drafter, signer_did_not_inspect),
        document=DocumentKind.HANDOVER_REPORT,
        clock="invoice_days",
        stamp="handed_over_at",
        awaited=True,
    ),
    # The money: the treasurer checks and asks, the budget user approves, the treasurer pays, the PPK closes.
    Transition(
        action=Action.INVOICE,
        source=Status.HANDED_OVER,
        target=Status.INVOICED,
        by=(OWNER,),
        clock="invoice_check_days",
        stamp="invoiced_at",
        awaited=True,
    ),
    Transition(
        action=Action.RETURN_INVOICE,
        source=Status.INVOICED,
        target=Status.HANDED_OVER,
        by=(TREASURER,),
        duties=(treasurer_is_alone,),
        clock="invoice_days",
        reason=True,
    ),
    Transition(
        action=Action.RETURN_INVOICE,
        source=Status.PAYMENT_APPROVED,
        target=Status.HANDED_OVER,
        by=(TREASURER,),
        duties=(treasurer_is_alone,),
        clock="invoice_days",
        reason=True,
    ),
    Transition(
        action=Action.REQUEST_PAYMENT,
        source=Status.INVOICED,
        target=Status.PAYMENT_REQUESTED,
        by=(TREASURER,),
        duties=(treasurer_is_alone,),
        clock="payment_days",
        reminder=DAY_BEFORE,
        stamp="payment_requested_at",
        awaited=True,
    ),
    Transition(
        action=Action.APPROVE_PAYMENT,
        source=Status.PAYMENT_REQUESTED,
        target=Status.PAYMENT_APPROVED,
        by=(PA,),
        duties=(approver_did_not_request,),
        clock=KEEP_RUNNING,
        reminder=DAY_BEFORE,
        stamp="payment_approved_at",
        awaited=True,
    ),
    Transition(
        action=Action.REFUSE_PAYMENT,
        source=Status.PAYMENT_REQUESTED,
        target=Status.INVOICED,
        by=(PA,),
        duties=(approver_did_not_request,),
        clock="invoice_check_days",
        reason=True,
    ),
    Transition(
        action=Action.RECORD_PAYMENT,
        source=Status.PAYMENT_APPROVED,
        target=Status.PAID,
        by=(TREASURER,),
        duties=(treasurer_is_alone, payer_did_not_approve),
        document=DocumentKind.PAYMENT_RECEIPT,
        stamp="paid_at",
        awaited=True,
    ),
    Transition(
        action=Action.COMPLETE,
        source=Status.PAID,
        target=Status.COMPLETED,
        by=(PPK,),
        duties=(not_the_drafter,),
        stamp="closed_at",
        awaited=True,
    ),
)

_BY_STEP = {(one.action, one.source): one for one in LIFECYCLE}
REMINDERS = {one.target: one.reminder for one in LIFECYCLE if one.reminder}
"""By the status that waits."""


@dataclass(frozen=True)
class Choice:
    """An action as a page offers it: its button, or beside a disabled one the sentence why not."""

    action: Action
    allowed: bool
    why_not: str | None
    needs_reason: bool
    awaited: bool

    @property
    def label(self) -> str:
        return self.action.label


def check(actor: Actor, order: Order, action: Action) -> Transition:
    """The transition this actor may take now.

    Another party's act or one that separation of duties forbids: NotAllowed. One that the order's status does not
    allow (any more): Conflict. `order.participation` must be loaded, because a vendor link is asked of it (SOD5).
    """
    if not any(_is(actor, party, order) for one in LIFECYCLE if one.action is action for party in one.by):
        raise NotAllowed(
            "Tugas Anda tidak mencakup langkah “%(step)s” pada pesanan ini.", step=term(action.label)
        )
    transition = _BY_STEP.get((action, Status(order.status)))
    if transition is None:
        raise Conflict(
            "Pesanan ini berstatus “%(state)s”, jadi langkah “%(step)s” tidak dapat dilakukan.",
            state=term(Status(order.status).label),
            step=term(action.label),
        )
    if why := _why_not(actor, order, transition):
        raise NotAllowed(why)
    return transition


def actions_for(actor: Actor, order: Order) -> list[Choice]:
    """What this actor's appointments offer on this order now, allowed or with the reason why not; nothing else."""
    choices = []
    for one in transitions_from(Status(order.status)):
        if any(_is(actor, party, order) for party in one.by):
            why = _why_not(actor, order, one)
            choices.append(Choice(one.action, why is None, why, one.reason, one.awaited))
    return choices


def transitions_from(status: Status) -> Iterator[Transition]:
    """What may follow a status, in the order of the declaration."""
    return (one for one in LIFECYCLE if one.source is status)


def awaits(actor: Actor, order: Order) -> Action | None:
    """The step of this order that waits for this very actor, if he may take it."""
    return next((one.action for one in actions_for(actor, order) if one.awaited and one.allowed), None)


def _why_not(actor: Actor, order: Order, transition: Transition) -> str | None:
    if actor.appointments and (why := why_kept_out(actor) or why_linked(actor, order.participation.payee)):
        return why
    return next((why for duty in transition.duties if (why := duty(actor, order))), None)


def _is(actor: Actor, party: Party, order: Order) -> bool:
    if isinstance(party, Role):
        return actor.holds(party, order.work_unit_id)
    if isinstance(party, VendorRole):
        return actor.vendor_id == order.vendor_id and actor.vendor_role == party
    return actor.id is None and party == SYSTEM


def role_of(actor: Actor, order: Order, transition: Transition) -> str:
    """In which capacity he takes it, for the journal."""
    return str(next(party for party in transition.by if _is(actor, party, order)))
