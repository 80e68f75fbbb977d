"""Every act at every status by everybody: what is not declared is impossible, below the pages."""

from collections.abc import Awaitable, Callable, Iterator
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from eorder_platform import clock
from eorder_platform.errors import Conflict, NotAllowed, NotVisible
from eorder_tenants.orders.contracting import answering, approving, cancelling
from eorder_tenants.orders.core import journal
from eorder_tenants.orders.core.models import Order, Status
from eorder_tenants.orders.fulfilling import completing, delivering, handing_over, inspecting
from eorder_tenants.orders.lifecycle import LIFECYCLE, Action, check
from eorder_tenants.orders.paying import invoicing, paying
from eorder_tenants.orders.requesting import drafting, submitting
from eorder_tenants.organisation.actors import Actor
from tests.orders.factories import MONDAY, Cast, a_cast, accepting, an_order, completed

WHY = "Alasan yang cukup panjang"
Act = Callable[[AsyncSession, Actor, Order, Cast], Awaitable[Any]]


@pytest.fixture(autouse=True)
def _in_july() -> Iterator[None]:
    with clock.travelling_to(MONDAY):
        yield


def _plain(function: Any) -> Act:
    return lambda session, actor, order, cast: function(session, actor, order.id, order.version)


def _with_reason(function: Any) -> Act:
    return lambda session, actor, order, cast: function(session, actor, order.id, order.version, WHY)


ACTS: dict[Action, Act] = {
    Action.CHANGE: lambda session, actor, order, cast: drafting.change_draft(
        session, actor, completed(order, cast)
    ),
    Action.DISCARD: _plain(drafting.discard_draft),
    Action.SUBMIT: _plain(submitting.submit_order),
    Action.RETURN_TO_DRAFT: _with_reason(approving.return_order),
    Action.APPROVE: _plain(approving.approve_order),
    Action.REJECT: _with_reason(approving.reject_order),
    Action.ACCEPT: _plain(answering.accept_order),
    Action.DECLINE: _with_reason(answering.decline_order),
    Action.WITHDRAW: _with_reason(cancelling.withdraw_order),
    Action.ASK_CANCELLATION: _with_reason(cancelling.ask_cancellation),
    Action.AGREE_CANCELLATION: _plain(cancelling.agree_cancellation),
    Action.REFUSE_CANCELLATION: _plain(cancelling.refuse_cancellation),
    Action.START_DELIVERY: _plain(delivering.start_delivery),
    Action.DELIVER: _plain(delivering.deliver_order),
    Action.SEND_BACK: _with_reason(inspecting.send_back),
    Action.INSPECT: lambda session, actor, order, cast: inspecting.inspect_order(
        session, actor, inspecting.Inspection(order.id, order.version, accepting(order))
    ),
    Action.AGREE_INSPECTION: _plain(inspecting.agree_inspection),
    Action.CONTEST_INSPECTION: _with_reason(inspecting.contest_inspection),
    Action.HAND_OVER: _plain(handing_over.hand_over),
    Action.INVOICE: lambda session, actor, order, cast: invoicing.send_invoice(
        session, actor, invoicing.NewInvoice(order.id, order.version, tax_invoice_number="1" * 17)
    ),
    Action.RETURN_INVOICE: _with_reason(paying.return_invoice),
    Action.REQUEST_PAYMENT: _plain(paying.request_payment),
    Action.REFUSE_PAYMENT: _with_reason(paying.refuse_payment),
    Action.APPROVE_PAYMENT: _plain(paying.approve_payment),
    Action.RECORD_PAYMENT: lambda session, actor, order, cast: paying.record_payment(
        session,
        actor,
        paying.MadePayment(order.id, order.version, paying.PaymentMethod.DIRECT, order.id.hex),
    ),
    Action.COMPLETE: _plain(completing.complete_order),
}
OF_THE_SYSTEM = {Action.LAPSE, Action.EXPIRE, Action.FORGET}
MAY: dict[Action, set[str]] = {
    Action.CHANGE: {"officer"},
    Action.DISCARD: {"officer"},
    Action.SUBMIT: {"officer"},
    Action.RETURN_TO_DRAFT: {"approver"},
    Action.APPROVE: {"approver"},
    Action.REJECT: {"approver"},
    Action.ACCEPT: {"owner"},
    Action.DECLINE: {"owner"},
    Action.WITHDRAW: {"approver"},
    Action.ASK_CANCELLATION: {"approver", "owner"},
    Action.AGREE_CANCELLATION: {"approver"},  # the owner asked
    Action.REFUSE_CANCELLATION: {"approver", "owner"},
    Action.START_DELIVERY: {"owner", "staff"},
    Action.DELIVER: {"owner", "staff"},
    Action.SEND_BACK: {"receiver"},
    Action.INSPECT: {"receiver"},
    Action.AGREE_INSPECTION: {"owner"},
    Action.CONTEST_INSPECTION: {"owner"},
    Action.HAND_OVER: {"approver"},
    Action.INVOICE: {"owner"},
    Action.RETURN_INVOICE: {"treasurer"},
    Action.REQUEST_PAYMENT: {"treasurer"},
    Action.REFUSE_PAYMENT: {"budget_user"},
    Action.APPROVE_PAYMENT: {"budget_user"},
    Action.RECORD_PAYMENT: {"treasurer"},
    Action.COMPLETE: {"approver"},
}
"""Written down by hand beside the declaration, so that a slip in one shows in the other."""


def test_every_declared_action_has_its_use_case_and_its_people() -> None:
    declared = {one.action for one in LIFECYCLE}
    assert declared == set(Action) == set(ACTS) | OF_THE_SYSTEM
    assert set(MAY) == set(ACTS)


def test_every_status_can_be_reached_and_left() -> None:
    assert {one.target for one in LIFECYCLE} | {Status.DRAFT} == set(Status)
    for status in Status:
        assert status.is_final != any(one.source is status for one in LIFECYCLE), status


def test_every_status_but_the_last_waits_for_somebody() -> None:
    for status in Status:
        awaited = [one for one in LIFECYCLE if one.source is status and one.awaited]
        assert len(awaited) == (0 if status.is_final else 1), status


@pytest.mark.parametrize("status", list(Status))
async def test_nothing_undeclared_can_be_done_by_anybody(dki_session: AsyncSession, status: Status) -> None:
    cast = await a_cast(dki_session)
    order = await an_order(dki_session, cast, status)
    before = (order.status, order.version, len(await journal.history(dki_session, order.id)))
    possible = {one.action for one in LIFECYCLE if one.source is status}
    for action, act in ACTS.items():
        for name, actor in cast.everybody.items():
            if action in possible and name in MAY[action]:
                continue
            with pytest.raises((NotAllowed, Conflict)):
                check(actor, order, action)
            if action in possible or name in MAY[action] | {"stranger"}:
                with pytest.raises((NotAllowed, NotVisible, Conflict)):
                    await act(dki_session, actor, order, cast)
    after = (order.status, order.version, len(await journal.history(dki_session, order.id)))
    assert after == before


@pytest.mark.parametrize(
    "transition", [one for one in LIFECYCLE if one.action in ACTS], ids=lambda o: f"{o.action}-{o.source}"
)
async def test_everything_declared_can_be_done_by_those_named(
    dki_session: AsyncSession, transition: Any
) -> None:
    for name in MAY[transition.action]:
        cast = await a_cast(dki_session)
        order = await an_order(dki_session, cast, transition.source)
        if transition.action is Action.DISCARD:
            await drafting.add_to_draft(dki_session, cast.officer, cast.offer.id, Decimal(1), cast.unit.id)
        await ACTS[transition.action](dki_session, cast.everybody[name], order, cast)
        if transition.action is not Action.DISCARD:
            assert order.status == transition.target


@pytest.mark.parametrize("action", [one.action for one in LIFECYCLE if one.action in ACTS], ids=str)
async def test_whoever_saw_an_older_version_is_told_who_was_first(
    dki_session: AsyncSession, action: Action
) -> None:
    cast = await a_cast(dki_session)
    source = next(one.source for one in LIFECYCLE if one.action is action)
    order = await an_order(dki_session, cast, source)
    actor = cast.everybody[next(iter(MAY[action]))]

    class Outdated:
        id, version, lines, title = order.id, order.version - 1, order.lines, order.title

    with pytest.raises(Conflict):
        await ACTS[action](dki_session, actor, Outdated(), cast)  # type: ignore[arg-type]
