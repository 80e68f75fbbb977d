"""Whether a person may take a step now; asked by pages, use cases, jobs and scripts alike."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Protocol
from uuid import UUID

from eorder_platform.directory.models import VendorRole
from eorder_platform.errors import Conflict, NotAllowed, Refused
from eorder_platform.sentences import Sentence, term
from eorder_tenants.approvals.duties import (
    EVERYBODYS,
    SEPARATION,
    Duty,
    Signatures,
    within_the_letter,
)
from eorder_tenants.orders.core.models import Order, Status
from eorder_tenants.orders.core.parts import Case, cases_of
from eorder_tenants.orders.core.steps import LAST_CALL, Party, Step, Subject
from eorder_tenants.organisation.actors import SYSTEM, Actor, Letter
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
    """A step as a page offers it on an order or a part of it: its button, or the sentence why not.

    `letter`: by which the person would take it, where it is not their own to take.
    """

    step: Step
    case: Case
    allowed: bool
    why_not: str | None
    letter: Letter | None = None

    @property
    def label(self) -> str:
        return self.step.label


TOO_EARLY = "Langkah ini baru menjadi tugas Anda bila batasnya lewat dan yang berwenang belum bertindak."


class ForbiddenByDuty(NotAllowed):
    """A duty keeps this person from the step on this order; `separates`: it keeps two acts of one person apart."""

    def __init__(self, forbidden: "Forbidden", case: Case) -> None:
        super().__init__(forbidden.why)
        self.message = forbidden.why
        self.letter = forbidden.actor.letter
        self.separates = forbidden.duty in SEPARATION
        self.order_id = case.order.id


@dataclass(frozen=True)
class Forbidden:
    """Why somebody may not, in the capacity `actor` (by which letter), and the duty that says so."""

    actor: Actor
    why: str
    duty: Duty


def case_for(actor: Actor, order: Order, step: Step, part_id: UUID | None = None) -> Case:
    """What the step may be taken on now: the order, the named part, or the one part that stands where it begins; with
    the letter by which this person takes it, where it is not their own to take.

    Another party's step: NotAllowed. One that separation of duties forbids: ForbiddenByDuty. One that the order's
    status does not allow (any more): Conflict. Several parts and none named: Refused. `order.participation` must be
    loaded, because a vendor link is asked of it (SOD5).
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
    found = capacity_for(actor, cases[0], step)
    if isinstance(found, Forbidden):
        raise ForbiddenByDuty(found, cases[0])
    return replace(cases[0], letter=found.letter)


def is_party(actor: Actor, order: Belonging, step: Step, calls: int = LAST_CALL) -> bool:
    """Whether the step is this actor's at all, by role or by a letter; `calls`: after so many calls of the clock."""
    return any(True for _ in _capacities(actor, order, step, calls))


def capacity_for(actor: Actor, case: Case, step: Step) -> Actor | Forbidden:
    """As whom they take it: themselves before any letter, and of several letters the first that is not forbidden."""
    found = may(actor, case.order, case, step)
    return replace(found, why=_explained(found, actor, case)) if isinstance(found, Forbidden) else found


def may(actor: Actor, order: Belonging, case: Signatures, step: Step) -> Actor | Forbidden:
    """The same of plain facts, without the words that explain a letter's part in it."""
    forbidden: Forbidden | None = None
    for acting in _capacities(actor, order, step, LAST_CALL):
        found = _forbidden(acting, case, step)
        if found is None:
            return acting
        forbidden = forbidden or found
    return forbidden or _forbidden(actor, case, step) or actor


def why_not(actor: Actor, case: Case, step: Step) -> str | None:
    """The duty that keeps this very person from it, in words."""
    found = capacity_for(actor, case, step)
    return found.why if isinstance(found, Forbidden) else None


def role_of(actor: Actor, order: Order, step: Step, letter: Letter | None = None) -> str:
    """In which capacity they take it, for the journal."""
    if letter is not None:
        return letter.role
    return str(next(party for party in step.parties(LAST_CALL) if _is(actor, party, order)))


def _capacities(actor: Actor, order: Belonging, step: Step, calls: int) -> Iterator[Actor]:
    """The actor as themselves, where the step is theirs, then by each letter that covers it."""
    parties = step.parties(calls)
    if any(_is(actor, party, order) for party in parties):
        yield actor
    for letter in actor.letters:
        if any(letter.covers(party, order.work_unit_id, step.name) for party in parties):
            yield replace(actor, letter=letter)


def _forbidden(actor: Actor, case: Signatures, step: Step) -> Forbidden | None:
    for duty in (*EVERYBODYS, *step.duties, within_the_letter):
        if why := duty(actor, case):
            return Forbidden(actor, why, duty)
    return None


def _explained(found: Forbidden, actor: Actor, case: Case) -> str:
    """The sentence as it is where they did it themselves; else through which letter it concerns them."""
    duty, letter = found.duty, found.actor.letter
    if duty not in SEPARATION:
        return found.why
    if own := duty(actor, case.directly):
        return own
    if letter is not None and letter.delegator_id:
        absent = replace(actor, id=letter.delegator_id, letter=None)
        if duty(absent, case):
            return Sentence(
                "Dengan surat %(number)s Anda bertindak atas nama %(name)s, dan bagi %(name)s berlaku: “%(why)s”",
                number=letter.number,
                name=letter.delegator_name,
                why=found.why,
            )
    return Sentence(
        "Yang dilakukan pejabat lain atas nama Anda terhitung sebagai tindakan Anda: “%(why)s”", why=found.why
    )


def _is(actor: Actor, party: Party, order: Belonging) -> bool:
    if isinstance(party, Role):
        return actor.holds(party, order.work_unit_id)
    if isinstance(party, VendorRole):
        return actor.vendor_id == order.vendor_id and actor.vendor_role == party
    return actor.id is None and party == SYSTEM
