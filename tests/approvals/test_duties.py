"""Separation of duties, person by person: whoever had one hand in an order does not lend it the other."""

import random
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import product
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy.orm.attributes import set_committed_value

from eorder_platform.errors import NotAllowed
from eorder_platform.ids import new_id
from eorder_tenants.budgets.models import BudgetLine
from eorder_tenants.catalogue.models import VendorParticipation
from eorder_tenants.orders.core.checking import Forbidden, case_for, is_party, may
from eorder_tenants.orders.core.models import (
    CarriedPayable,
    Delivery,
    Handover,
    Inspection,
    Invoice,
    Order,
    Status,
)
from eorder_tenants.orders.core.steps import LAST_CALL, Step, Subject, declared
from eorder_tenants.orders.lifecycle import steps
from eorder_tenants.orders.paying.funding import FUND
from eorder_tenants.orders.reading.choices import choices_for
from eorder_tenants.organisation.actors import Actor, Letter
from eorder_tenants.organisation.models import DELEGABLE, LetterKind, Role

OPERATIONAL = frozenset(Role) - {Role.AUDITOR, Role.TENANT_ADMIN}
SIGNATURES = (
    "drafted_by",
    "approved_by",
    "inspected_by",
    "handed_over_by",
    "payment_requested_by",
    "payment_approved_by",
)
KEPT_FROM: dict[str, set[str]] = {
    "approve": {"drafted_by"},
    "return_to_draft": {"drafted_by"},
    "reject": {"drafted_by"},
    "withdraw": {"drafted_by"},
    "ask_cancellation": {"drafted_by"},
    "agree_cancellation": {"drafted_by"},
    "refuse_cancellation": {"drafted_by"},
    "close_short": {"drafted_by"},
    "send_back": {"drafted_by", "approved_by", "payment_requested_by"},
    "inspect": {"drafted_by", "approved_by", "payment_requested_by"},
    "hand_over": {"drafted_by", "inspected_by", "payment_requested_by"},
    "request_payment": {"drafted_by", "approved_by", "inspected_by", "handed_over_by"},
    "return_invoice": {"drafted_by", "approved_by", "inspected_by", "handed_over_by"},
    "approve_payment": {"payment_requested_by", "drafted_by", "inspected_by"},
    "refuse_payment": {"payment_requested_by", "drafted_by", "inspected_by"},
    "record_payment": {
        "drafted_by",
        "approved_by",
        "inspected_by",
        "handed_over_by",
        "payment_approved_by",
    },
    "complete": {"drafted_by"},
    "terminate": {"drafted_by"},
    "call_off_delivery": {"drafted_by"},
}
"""Which earlier hand keeps a person from which act, above the limit for merged receipts."""
OF_OFFICIALS = [one for one in steps() if any(isinstance(party, Role) for party in one.by)]


def an_order(step: Step, signatures: dict[str, UUID] | None = None, members: tuple[UUID, ...] = ()) -> Order:
    """An order of Rp 20 million, or its part, where that step may be taken, signed by these persons so far."""
    source, given = step.sources[0], {name: new_id() for name in SIGNATURES} | (signatures or {})
    order = Order(
        status=source,
        work_unit_id=UNIT,
        vendor_id=new_id(),
        gross_rupiah=20_000_000,
        merged_receipt_maximum=10_000_000,
        cancellation_side="vendor",
        warnings=LAST_CALL,
        drafted_by=given["drafted_by"],
        approved_by=given["approved_by"],
    )
    order.participation = VendorParticipation(payee={"member_account_ids": [str(one) for one in members]})
    order.lines = []
    order.package_id, order.budget_line_id = new_id(), new_id()
    order.budget_line = BudgetLine(fiscal_year=YEAR_THAT_IS_OVER)
    invoice = Invoice(
        id=new_id(),
        calls=LAST_CALL,
        status=source if step.subject is Subject.INVOICE else Status.INVOICED,
        requested_by=given["payment_requested_by"],
        approved_by=given["payment_approved_by"],
    )
    delivery = Delivery(
        id=new_id(),
        sequence=1,
        calls=LAST_CALL,
        status=source if step.subject is Subject.DELIVERY else Status.HANDED_OVER,
        handover=Handover(id=new_id(), handed_over_by=given["handed_over_by"], invoice_id=invoice.id),
    )
    set_committed_value(delivery, "inspection", Inspection(inspected_by=given["inspected_by"]))
    order.deliveries, order.invoices = [delivery], [invoice]
    assert delivery.handover
    carried = CarriedPayable(handover_id=delivery.handover.id, fiscal_year=YEAR_THAT_IS_OVER)
    set_committed_value(order, "payables", [carried] if step is FUND else [])
    return order


UNIT = new_id()
YEAR_THAT_IS_OVER = 2020


def somebody(*roles: Role) -> Actor:
    return Actor(new_id(), "Serba Bisa", frozenset((role, UNIT) for role in roles or OPERATIONAL))


@pytest.mark.parametrize("signature", SIGNATURES)
@pytest.mark.parametrize("step", OF_OFFICIALS, ids=lambda one: one.name)
def test_a_person_with_every_role_is_stopped_by_what_they_signed_before(step: Step, signature: str) -> None:
    person = somebody()
    assert person.id
    signatures = {signature: person.id}
    if step.name in ("change", "discard", "submit", "recall"):
        signatures = {"drafted_by": person.id} | signatures
    order = an_order(step, signatures)
    if signature in KEPT_FROM.get(step.name, set()):
        with pytest.raises(NotAllowed):
            case_for(person, order, step)
    else:
        assert case_for(person, order, step).status in step.sources


@pytest.mark.parametrize("step", OF_OFFICIALS, ids=lambda one: one.name)
def test_nobody_buys_from_a_vendor_they_belong_to(step: Step) -> None:
    """SOD5, at every step: the link may have come after the submission (A39)."""
    person = somebody()
    assert person.id
    own = {"drafted_by": person.id} if Status.DRAFT in step.sources else {}
    with pytest.raises(NotAllowed, match="terdaftar pada usaha penyedia"):
        case_for(person, an_order(step, own, (person.id,)), step)


@pytest.mark.parametrize("role", [Role.TENANT_ADMIN, Role.AUDITOR])
@pytest.mark.parametrize("step", OF_OFFICIALS, ids=lambda one: one.name)
def test_who_administers_or_audits_signs_nothing_in_orders(step: Step, role: Role) -> None:
    with pytest.raises(NotAllowed):
        case_for(somebody(role), an_order(step), step)
    with pytest.raises(NotAllowed):
        case_for(somebody(role, *OPERATIONAL), an_order(step), step)


@pytest.mark.parametrize(("name", "signature"), [("inspect", "approved_by"), ("hand_over", "inspected_by")])
def test_one_person_may_approve_and_receive_a_small_order(name: str, signature: str) -> None:
    """SOD3: up to the rule `merged_receipt_maximum`, the limit itself included."""
    step, person = declared[name], somebody()
    assert person.id
    order = an_order(step, {signature: person.id})
    order.gross_rupiah = order.merged_receipt_maximum
    assert case_for(person, order, step)
    order.gross_rupiah += 1
    with pytest.raises(NotAllowed, match="Rp"):
        case_for(person, order, step)


def test_who_inspected_any_delivery_of_an_invoice_does_not_pay_it() -> None:
    """SOD2 over several deliveries: the second one's receiver is kept out as well as the first one's."""
    step, person = declared["record_payment"], somebody()
    assert person.id
    order = an_order(step)
    second = Delivery(
        id=new_id(),
        sequence=2,
        status=Status.HANDED_OVER,
        handover=Handover(handed_over_by=new_id(), invoice_id=order.invoices[0].id),
    )
    set_committed_value(second, "inspection", Inspection(inspected_by=person.id))
    order.deliveries = [*order.deliveries, second]
    with pytest.raises(NotAllowed, match="memeriksa"):
        case_for(person, order, step)


def test_a_disabled_button_says_why() -> None:
    step, person = declared["approve"], somebody()
    assert person.id
    choices = {one.step: one for one in choices_for(person, an_order(step, {"drafted_by": person.id}))}
    assert not choices[step].allowed
    assert choices[step].why_not == "Anda membuat pesanan ini, jadi tidak dapat menyetujuinya."


def test_a_page_offers_nothing_to_those_without_the_role() -> None:
    step = declared["approve"]
    offered = choices_for(somebody(Role.RECEIVER), an_order(step))
    assert offered == []


WALKS = 100_000
HANDS = {
    "approve": ("approved", {Role.COMMITMENT_OFFICER}),
    "inspect": ("inspected", {Role.RECEIVER}),
    "hand_over": ("handed_over", {Role.COMMITMENT_OFFICER, Role.BUDGET_USER}),
    "request_payment": ("requested", {Role.TREASURER}),
    "approve_payment": ("payment_approved", {Role.BUDGET_USER}),
    "record_payment": ("paid", {Role.TREASURER}),
}
"""The acts that leave a signature, in their order: which hand it is, and whose. Written down apart from the code."""
NEVER_ONE = {
    frozenset(pair)
    for pair in (
        *(("drafted", other) for other, _ in HANDS.values()),
        ("approved", "requested"),
        ("approved", "paid"),
        ("inspected", "requested"),
        ("inspected", "paid"),
        ("inspected", "payment_approved"),
        ("handed_over", "requested"),
        ("handed_over", "paid"),
        ("requested", "payment_approved"),
        ("payment_approved", "paid"),
    )
}
"""SOD1, SOD2, SOD4: two hands that are never one mind's, whatever the order is worth."""
NEVER_ONE_ABOVE = {frozenset(("approved", "inspected")), frozenset(("inspected", "handed_over"))}
"""SOD3: nor these, above the limit for merged receipts."""


@dataclass
class Facts:
    """An order as separation of duties sees it, without a database: whose minds stand behind each hand."""

    minds: dict[str, set[UUID]]
    gross_rupiah: int
    merged_receipt_maximum: int = 10
    work_unit_id: UUID = field(default_factory=lambda: UNIT)
    vendor_id: UUID = field(default_factory=lambda: UNIT)
    payee: dict[str, Any] = field(default_factory=dict)
    lacks_money: bool = False
    cancellation_side: str = ""

    def _of(self, *hands: str) -> frozenset[UUID]:
        return frozenset().union(*(self.minds.get(hand, ()) for hand in hands))

    @property
    def drafted_by(self) -> UUID:
        return next(iter(self.minds["drafted"]))

    approved_by = property(lambda self: self._of("approved"))
    inspected_by = property(lambda self: self._of("inspected"))
    handed_over_by = property(lambda self: self._of("handed_over"))
    payment_requested_by = property(lambda self: self._of("requested"))
    payment_approved_by = property(lambda self: self._of("payment_approved"))
    paid_by = property(lambda self: self._of("requested", "paid"))


def an_office(chance: random.Random) -> list[Actor]:
    """Six people of one unit with some roles each, and letters between them as the house issues them."""
    people = [somebody(*chance.sample(sorted(OPERATIONAL), chance.randint(1, 3))) for _ in range(6)]
    letters: dict[UUID, list[Letter]] = {}
    for number in range(chance.randint(0, 6)):
        absent, delegate = chance.sample(people, 2)
        roles = sorted(absent.roles & set(DELEGABLE))
        if not roles or delegate.id is None:
            continue
        vacant = chance.random() < 0.2
        letter = Letter(
            id=new_id(),
            number=f"800/{number}",
            kind=LetterKind.VACANT if vacant else LetterKind.ABSENT,
            role=Role(chance.choice(roles)),
            work_unit_id=UNIT,
            delegator_id=None if vacant else absent.id,
            delegator_name="" if vacant else absent.name,
            duties=frozenset(chance.sample(sorted(HANDS), chance.randint(1, len(HANDS)))),
            maximum_rupiah=chance.choice([None, 15]),
            since=date(2026, 1, 1),
            until=date(2026, 12, 31),
        )
        letters.setdefault(delegate.id, []).append(letter)
    return [replace(one, letters=tuple(letters.get(one.id or UNIT, ()))) for one in people]


def minds_by_the_book(person: Actor, name: str, facts: Facts) -> set[UUID] | None:
    """As whom the person may act, by the independent model: the minds that the act counts for, or None."""
    hand, roles = HANDS[name]
    ways: list[tuple[set[UUID], int | None]] = []
    assert person.id
    if roles & person.roles:
        ways.append(({person.id}, None))
    for letter in person.letters:
        if letter.role in roles and name in letter.duties:
            behind = {person.id} | ({letter.delegator_id} if letter.delegator_id else set())
            ways.append((behind, letter.maximum_rupiah))
    above = facts.gross_rupiah > facts.merged_receipt_maximum
    forbidden = NEVER_ONE | (NEVER_ONE_ABOVE if above else set())
    for minds, most in ways:
        clash = any(
            minds & signed for other, signed in facts.minds.items() if frozenset((hand, other)) in forbidden
        )
        if not clash and (most is None or facts.gross_rupiah <= most):
            return minds
    return None


def test_a_hundred_thousand_random_walks_never_lend_one_person_two_conflicting_hands() -> None:
    """What the declared duties allow is what the independent model allows, both ways, at every step of every walk."""
    chance = random.Random(15)
    taken = refused = by_letter = 0
    for walk in range(WALKS):
        if walk % 100 == 0:
            office = an_office(chance)
        drafter = chance.choice(office)
        assert drafter.id
        facts = Facts({"drafted": {drafter.id}}, gross_rupiah=chance.choice([10, 12, 20]))
        for name in HANDS:
            step, person = declared[name], chance.choice(office)
            found = may(person, facts, facts, step) if is_party(person, facts, step) else None
            allowed = found is not None and not isinstance(found, Forbidden)
            minds = minds_by_the_book(person, name, facts)
            assert allowed == (minds is not None), (name, person, facts)
            if minds is None or isinstance(found, Forbidden) or found is None:
                refused += 1
                continue
            assert {found.id, found.acts_for} - {None} == minds
            facts.minds.setdefault(HANDS[name][0], set()).update(minds)
            taken, by_letter = taken + 1, by_letter + (found.letter is not None)
        above = facts.gross_rupiah > facts.merged_receipt_maximum
        for one, other in product(facts.minds, repeat=2):
            if frozenset((one, other)) in NEVER_ONE | (NEVER_ONE_ABOVE if above else set()) and one != other:
                assert not facts.minds[one] & facts.minds[other], (one, other, facts)
    assert min(taken, refused) > WALKS / 4 and by_letter > WALKS / 20, "the walks go somewhere"


def test_every_duty_of_two_hands_raises_the_red_flag() -> None:
    """RF15 is for all that keep two hands apart, and for nothing else."""
    apart = {
        duty for name in KEPT_FROM for duty in declared[name].duties if not duty.__name__.startswith("_")
    }
    from eorder_tenants.approvals.duties import SEPARATION, money_is_there

    assert apart - {money_is_there} == SEPARATION
