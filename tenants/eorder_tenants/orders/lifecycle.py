"""The way of an order: every step of every stage, in order. Each step is declared beside its use case.

Whatever is not named here is impossible; what may follow what, who does it and what it brings about stands in the
declaration (core/steps.py tells what can be said of a step). Facts: domain.md 2.4 (states), 1.2 (separation of
duties), 2.6 (clocks).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from eorder_tenants.orders.contracting import answering, approving, cancelling, recalling, sanctioned
from eorder_tenants.orders.core.models import Status
from eorder_tenants.orders.core.steps import Step
from eorder_tenants.orders.fulfilling import (
    completing,
    delivering,
    giving_up,
    handing_over,
    inspecting,
    undoing,
)
from eorder_tenants.orders.paying import (
    complaining,
    funding,
    invoicing,
    recording,
    requesting,
    tax_invoices,
)
from eorder_tenants.orders.requesting import drafting, submitting


@dataclass(frozen=True, eq=False)
class Stage:
    """One diamond on the order's page: its name, its statuses, and the order's column that says when it was passed."""

    name: str
    statuses: tuple[Status, ...]
    passed: str
    steps: tuple[Step, ...]


LIFECYCLE: Final = (
    Stage(
        "Disusun",
        (Status.DRAFT,),
        "submitted_at",
        # A draft changes without an entry in the journal, which begins at the first submission.
        (drafting.CHANGE, drafting.DISCARD, drafting.FORGET, submitting.SUBMIT),
    ),
    Stage(
        "Persetujuan PPK",
        (Status.AWAITING_APPROVAL,),
        "issued_at",
        (
            approving.APPROVE,
            approving.RETURN,
            approving.REJECT,
            recalling.RECALL,
            approving.LAPSE,
            sanctioned.RETURN,
        ),
    ),
    Stage(
        "Jawaban penyedia",
        (Status.ISSUED,),
        "accepted_at",
        (answering.ACCEPT, answering.DECLINE, cancelling.WITHDRAW, answering.EXPIRE, sanctioned.CANCEL),
    ),
    Stage(
        "Pengiriman",
        (
            Status.ACCEPTED,
            Status.CANCELLATION_ASKED,
            Status.PARTLY_DELIVERED,
            Status.ANNOUNCED,
            Status.IN_DELIVERY,
        ),
        "delivered_at",
        (
            # After acceptance only both together may cancel, and only while nothing was sent.
            cancelling.ASK,
            cancelling.AGREE,
            cancelling.REFUSE,
            cancelling.CANCEL_UNANSWERED,
            delivering.START,
            delivering.ANNOUNCE,
            delivering.DEPART,
            delivering.DELIVER,
            delivering.WITHDRAW,
            undoing.UNDO_START,
            undoing.UNDO_DEPARTURE,
            handing_over.CLOSE_SHORT,
            giving_up.WARN,
            giving_up.CALL_OFF,
            giving_up.TERMINATE,
        ),
    ),
    Stage(
        "Serah terima",
        (Status.DELIVERED, Status.INSPECTED, Status.HANDOVER_PENDING),
        "handed_over_at",
        (
            undoing.UNDO_ARRIVAL,
            inspecting.SEND_BACK,
            inspecting.INSPECT,
            inspecting.AGREE,
            inspecting.CONTEST,
            handing_over.HAND_OVER,
            inspecting.CALL_RECEIVER,
            inspecting.AGREE_SILENTLY,
            handing_over.CALL_SIGNER,
            giving_up.TAKE_BACK,
        ),
    ),
    Stage(
        "Pembayaran",
        (Status.HANDED_OVER, Status.INVOICED, Status.PAYMENT_REQUESTED, Status.PAYMENT_APPROVED),
        "paid_at",
        (
            invoicing.INVOICE,
            invoicing.RETURN,
            invoicing.BILL,
            tax_invoices.ADD_TAX_INVOICE,
            funding.FUND,
            requesting.REQUEST,
            requesting.APPROVE,
            requesting.REFUSE,
            requesting.REQUEST_UNCHECKED,
            requesting.RETURN_INCOMPLETE,
            funding.CALL_FUNDER,
            requesting.CALL_APPROVER,
            complaining.REMIND_APPROVER,
            recording.RECORD,
            recording.CALL_TREASURER,
            complaining.REMIND_TREASURER,
            funding.CARRY,
            completing.COMPLETE,
            completing.COMPLETE_ALONE,
        ),
    ),
)


def steps() -> Iterator[Step]:
    """Every step, in the order of the way."""
    return (step for stage in LIFECYCLE for step in stage.steps)


def steps_from(status: Status) -> Sequence[Step]:
    """What may follow a status, in the order of the way."""
    return _by_source(LIFECYCLE).get(status, ())


@lru_cache(maxsize=4)
def _by_source(way: tuple[Stage, ...]) -> Mapping[Status, Sequence[Step]]:
    """A page of an order asks a hundred times what may follow."""
    found: dict[Status, list[Step]] = {}
    for stage in way:
        for step in stage.steps:
            for source in step.sources:
                found.setdefault(source, []).append(step)
    return found


def step_named(noun: str) -> Step | None:
    """The step at an address."""
    return next((step for step in steps() if noun and step.noun == noun), None)
