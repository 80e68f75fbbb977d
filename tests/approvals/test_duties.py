"""Separation of duties, person by person: whoever had one hand in an order does not lend it the other."""

from uuid import UUID

import pytest
from sqlalchemy.orm.attributes import set_committed_value

from eorder_platform.errors import NotAllowed
from eorder_platform.ids import new_id
from eorder_tenants.budgets.models import BudgetLine
from eorder_tenants.catalogue.models import VendorParticipation
from eorder_tenants.orders.core.checking import case_for
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
from eorder_tenants.organisation.actors import Actor
from eorder_tenants.organisation.models import Role

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
