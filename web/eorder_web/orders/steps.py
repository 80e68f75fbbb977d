"""From a noun that was POSTed to the use case that carries it out; the forms' words become its arguments."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from eorder_platform.errors import Refused
from eorder_tenants.orders.contracting import answering, approving, cancelling
from eorder_tenants.orders.fulfilling import completing, delivering, handing_over, inspecting
from eorder_tenants.orders.lifecycle import Action
from eorder_tenants.orders.paying import invoicing, paying
from eorder_tenants.orders.paying.invoicing import NewInvoice
from eorder_tenants.orders.paying.paying import MadePayment, PaymentMethod
from eorder_tenants.organisation.actors import Actor
from eorder_web.orders.forms import number_in

Form = Mapping[str, str]
CONFIRMATION: Final = "periksa"
DECLARED: Final = frozenset({Action.APPROVE, Action.ACCEPT})
"""Signatures: the person ticks what he declares by signing."""
Act = Callable[[AsyncSession, Actor], Awaitable[Any]]
UseCase = Callable[..., Awaitable[Any]]

_PLAIN_OF_OFFICIALS: Mapping[Action, UseCase] = {
    Action.APPROVE: approving.approve_order,
    Action.AGREE_CANCELLATION: cancelling.agree_cancellation,
    Action.REFUSE_CANCELLATION: cancelling.refuse_cancellation,
    Action.HAND_OVER: handing_over.hand_over,
    Action.REQUEST_PAYMENT: paying.request_payment,
    Action.APPROVE_PAYMENT: paying.approve_payment,
    Action.COMPLETE: completing.complete_order,
}
_REASONED_OF_OFFICIALS: Mapping[Action, UseCase] = {
    Action.RETURN_TO_DRAFT: approving.return_order,
    Action.REJECT: approving.reject_order,
    Action.WITHDRAW: cancelling.withdraw_order,
    Action.ASK_CANCELLATION: cancelling.ask_cancellation,
    Action.SEND_BACK: inspecting.send_back,
    Action.RETURN_INVOICE: paying.return_invoice,
    Action.REFUSE_PAYMENT: paying.refuse_payment,
}
_PLAIN_OF_VENDORS: Mapping[Action, UseCase] = {
    Action.ACCEPT: answering.accept_order,
    Action.AGREE_CANCELLATION: cancelling.agree_cancellation,
    Action.REFUSE_CANCELLATION: cancelling.refuse_cancellation,
    Action.START_DELIVERY: delivering.start_delivery,
    Action.DELIVER: delivering.deliver_order,
    Action.AGREE_INSPECTION: inspecting.agree_inspection,
}
_REASONED_OF_VENDORS: Mapping[Action, UseCase] = {
    Action.DECLINE: answering.decline_order,
    Action.ASK_CANCELLATION: cancelling.ask_cancellation,
    Action.CONTEST_INSPECTION: inspecting.contest_inspection,
}


def official_step(action: Action, order_id: UUID, version: int, form: Form) -> Act | None:
    """The official's act, ready for a session and an actor; None for a noun that no official may POST here."""
    if action is Action.RECORD_PAYMENT:
        if form.get("method") not in set(PaymentMethod):
            raise Refused("Pilih cara bayar.", "method")
        method, reference = PaymentMethod(form["method"]), form.get("reference", "")
        made = MadePayment(order_id, version, method, reference, number_in(form, "net"))
        return lambda session, actor: paying.record_payment(session, actor, made)
    return _step(_PLAIN_OF_OFFICIALS, _REASONED_OF_OFFICIALS, action, order_id, version, form)


def vendor_step(action: Action, order_id: UUID, version: int, form: Form) -> Act | None:
    """The same for a vendor's member."""
    if action is Action.INVOICE:
        new = NewInvoice(order_id, version, form.get("number", ""), form.get("tax_invoice_number", ""))
        return lambda session, actor: invoicing.send_invoice(session, actor, new)
    return _step(_PLAIN_OF_VENDORS, _REASONED_OF_VENDORS, action, order_id, version, form)


def _step(
    plain: Mapping[Action, UseCase],
    reasoned: Mapping[Action, UseCase],
    action: Action,
    order_id: UUID,
    version: int,
    form: Form,
) -> Act | None:
    if action in DECLARED and form.get(CONFIRMATION) != "ya":
        raise Refused("Centang pernyataan ini dahulu.", CONFIRMATION)
    if action in plain:
        return lambda session, actor: plain[action](session, actor, order_id, version)
    if action in reasoned:
        reason = form.get("reason", "")
        return lambda session, actor: reasoned[action](session, actor, order_id, version, reason)
    return None
