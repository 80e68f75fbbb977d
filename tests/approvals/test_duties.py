"""Separation of duties, person by person: whoever had one hand in an order does not lend it the other."""

from uuid import UUID

import pytest

from eorder_platform.errors import NotAllowed
from eorder_platform.ids import new_id
from eorder_tenants.catalogue.models import VendorParticipation
from eorder_tenants.orders.core.models import Order
from eorder_tenants.orders.lifecycle import LIFECYCLE, Action, Transition, actions_for, check
from eorder_tenants.organisation.actors import Actor
from eorder_tenants.organisation.models import Role

OPERATIONAL = frozenset(Role) - {Role.AUDITOR, Role.TENANT_ADMIN}
HANDS = (
    "drafted_by",
    "approved_by",
    "inspected_by",
    "handed_over_by",
    "payment_requested_by",
    "payment_approved_by",
)
KEPT_FROM: dict[Action, set[str]] = {
    Action.APPROVE: {"drafted_by"},
    Action.RETURN_TO_DRAFT: {"drafted_by"},
    Action.REJECT: {"drafted_by"},
    Action.WITHDRAW: {"drafted_by"},
    Action.ASK_CANCELLATION: {"drafted_by"},
    Action.AGREE_CANCELLATION: {"drafted_by"},
    Action.REFUSE_CANCELLATION: {"drafted_by"},
    Action.SEND_BACK: {"drafted_by", "approved_by"},
    Action.INSPECT: {"drafted_by", "approved_by"},
    Action.HAND_OVER: {"drafted_by", "inspected_by"},
    Action.REQUEST_PAYMENT: {"drafted_by", "approved_by", "inspected_by", "handed_over_by"},
    Action.RETURN_INVOICE: {"drafted_by", "approved_by", "inspected_by", "handed_over_by"},
    Action.APPROVE_PAYMENT: {"payment_requested_by", "drafted_by", "inspected_by"},
    Action.REFUSE_PAYMENT: {"payment_requested_by", "drafted_by", "inspected_by"},
    Action.RECORD_PAYMENT: {
        "drafted_by",
        "approved_by",
        "inspected_by",
        "handed_over_by",
        "payment_approved_by",
    },
    Action.COMPLETE: {"drafted_by"},
}
"""Which earlier hand keeps a person from which act, above the limit for merged receipts."""
OF_OFFICIALS = [one for one in LIFECYCLE if any(isinstance(party, Role) for party in one.by)]


def an_order(
    transition: Transition, hands: dict[str, UUID] | None = None, members: tuple[UUID, ...] = ()
) -> Order:
    """An order of Rp 20 million where that transition may be taken, touched by these hands."""
    order = Order(
        status=transition.source,
        work_unit_id=UNIT,
        vendor_id=new_id(),
        gross_rupiah=20_000_000,
        merged_receipt_maximum=10_000_000,
        cancellation_side="vendor",
        **({name: new_id() for name in HANDS} | (hands or {})),
    )
    order.participation = VendorParticipation(payee={"member_account_ids": [str(one) for one in members]})
    return order


UNIT = new_id()


def somebody(*roles: Role) -> Actor:
    return Actor(new_id(), "Serba Bisa", frozenset((role, UNIT) for role in roles or OPERATIONAL))


@pytest.mark.parametrize("hand", HANDS)
@pytest.mark.parametrize("transition", OF_OFFICIALS, ids=lambda one: f"{one.action}-{one.source}")
def test_a_person_with_every_role_is_stopped_by_his_earlier_hand(transition: Transition, hand: str) -> None:
    person = somebody()
    assert person.id
    hands = {hand: person.id}
    if transition.action in (Action.CHANGE, Action.DISCARD, Action.SUBMIT):
        hands = {"drafted_by": person.id} | hands
    order = an_order(transition, hands)
    if hand in KEPT_FROM.get(transition.action, set()):
        with pytest.raises(NotAllowed):
            check(person, order, transition.action)
    else:
        assert check(person, order, transition.action) is transition


@pytest.mark.parametrize("transition", OF_OFFICIALS, ids=lambda one: f"{one.action}-{one.source}")
def test_nobody_buys_from_a_vendor_he_belongs_to(transition: Transition) -> None:
    """SOD5, at every step: the link may have come after the submission (A39)."""
    person = somebody()
    assert person.id
    own = {"drafted_by": person.id} if transition.source == "draft" else {}
    with pytest.raises(NotAllowed, match="terdaftar pada usaha penyedia"):
        check(person, an_order(transition, own, (person.id,)), transition.action)


@pytest.mark.parametrize("role", [Role.TENANT_ADMIN, Role.AUDITOR])
@pytest.mark.parametrize("transition", OF_OFFICIALS, ids=lambda one: f"{one.action}-{one.source}")
def test_who_administers_or_audits_has_no_hand_in_orders(transition: Transition, role: Role) -> None:
    with pytest.raises(NotAllowed):
        check(somebody(role), an_order(transition), transition.action)
    with pytest.raises(NotAllowed):
        check(somebody(role, *OPERATIONAL), an_order(transition), transition.action)


@pytest.mark.parametrize(
    ("action", "hand"), [(Action.INSPECT, "approved_by"), (Action.HAND_OVER, "inspected_by")]
)
def test_one_person_may_approve_and_receive_a_small_order(action: Action, hand: str) -> None:
    """SOD3: up to the rule `merged_receipt_maximum`, the limit itself included."""
    transition = next(one for one in LIFECYCLE if one.action is action)
    person = somebody()
    assert person.id
    order = an_order(transition, {hand: person.id})
    order.gross_rupiah = order.merged_receipt_maximum
    assert check(person, order, action)
    order.gross_rupiah += 1
    with pytest.raises(NotAllowed, match="Rp"):
        check(person, order, action)


def test_a_disabled_button_says_why() -> None:
    transition = next(one for one in LIFECYCLE if one.action is Action.APPROVE)
    person = somebody()
    assert person.id
    choices = {
        one.action: one for one in actions_for(person, an_order(transition, {"drafted_by": person.id}))
    }
    assert not choices[Action.APPROVE].allowed
    assert choices[Action.APPROVE].why_not == "Anda membuat pesanan ini, jadi tidak dapat menyetujuinya."


def test_a_page_offers_nothing_to_those_without_the_role() -> None:
    transition = next(one for one in LIFECYCLE if one.action is Action.APPROVE)
    assert actions_for(somebody(Role.TREASURER), an_order(transition)) == []
    elsewhere = Actor(new_id(), "Unit lain", frozenset({(Role.COMMITMENT_OFFICER, new_id())}))
    assert actions_for(elsewhere, an_order(transition)) == []
