"""Whether a person may take a step now; asked by pages, use cases, jobs and scripts alike."""

from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from eorder_platform.directory.models import VendorRole
from eorder_platform.errors import Conflict, NotAllowed, Refused
from eorder_platform.sentences import term
from eorder_tenants.approvals.duties import Signatures, why_kept_out, why_linked
from eorder_tenants.orders.core.models import Order, Status
from eorder_tenants.orders.core.parts import Case, cases_of
from eorder_tenants.orders.core.steps import LAST_CALL, Party, Step, Subject
from eorder_tenants.organisation.actors import SYSTEM, Actor
from eorder_tenants.organisation.models import Role

WHICH = {
    Subject.DELIVERY: "Pilih pengiriman yang dimaksud.",
    Subject.INVOICE: "Pilih tagihan yang dimaksud.",
}


class Belonging(Protocol):
    """Whose an order is: the unit that orders and the vendor."""

    @property
    def work_unit_id(self) -> UUID: ...
    @property
    def vendor_id(self) -> UUID: ...


@dataclass(frozen=True)
class Choice:
    """A step as a page offers it on an order or a part of it: its button, or the sentence why not."""

    step: Step
    case: Case
    allowed: bool
    why_not: str | None

    @property
    def label(self) -> str:
        return self.step.label


TOO_EARLY = "Langkah ini baru menjadi tugas Anda bila batasnya lewat dan yang berwenang belum bertindak."


def case_for(actor: Actor, order: Order, step: Step, part_id: UUID | None = None) -> Case:
    """What the step may be taken on now: the order, the named part, or the one part that stands where it begins.

    Another party's step or one that separation of duties forbids: NotAllowed. One that the order's status does not
    allow (any more): Conflict. Several parts and none named: Refused. `order.participation` must be loaded, because a
    vendor link is asked of it (SOD5).
    """
    if not is_party(actor, order, step):
        raise NotAllowed(
            "Tugas Anda tidak mencakup langkah “%(step)s” pada pesanan ini.", step=term(step.label)
        )
    standing = [
        one
        for one in cases_of(order, step.subject)
        if one.status in step.sources and (part_id is None or (one.part and one.part.id == part_id))
    ]
    cases = [one for one in standing if is_party(actor, order, step, one.calls)]
    if standing and not cases:
        raise NotAllowed(TOO_EARLY)
    if not cases:
        raise Conflict(
            "Pesanan ini berstatus “%(status)s”, jadi langkah “%(step)s” tidak dapat dilakukan.",
            status=term(Status(order.status).label),
            step=term(step.label),
        )
    if len(cases) > 1:
        raise Refused(WHICH[step.subject])
    if why := why_not(actor, cases[0], step):
        raise NotAllowed(why)
    return cases[0]


def is_party(actor: Actor, order: Belonging, step: Step, calls: int = LAST_CALL) -> bool:
    """Whether the step is this actor's by role at all; `calls`: after so many calls of the clock."""
    return any(_is(actor, party, order) for party in step.parties(calls))


def why_not(actor: Actor, case: Signatures, step: Step) -> str | None:
    """The duty that keeps this very person from it, in words."""
    if actor.appointments and (why := why_kept_out(actor) or why_linked(actor, case.payee)):
        return why
    return next((why for duty in step.duties if (why := duty(actor, case))), None)


def role_of(actor: Actor, order: Order, step: Step) -> str:
    """In which capacity they take it, for the journal."""
    return str(next(party for party in step.parties(LAST_CALL) if _is(actor, party, order)))


def _is(actor: Actor, party: Party, order: Belonging) -> bool:
    if isinstance(party, Role):
        return actor.holds(party, order.work_unit_id)
    if isinstance(party, VendorRole):
        return actor.vendor_id == order.vendor_id and actor.vendor_role == party
    return actor.id is None and party == SYSTEM
