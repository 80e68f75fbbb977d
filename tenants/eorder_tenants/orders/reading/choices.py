"""What an order offers a person now, and what of it waits for them."""

from eorder_tenants.orders.core.checking import Choice, is_party, why_not
from eorder_tenants.orders.core.models import Order
from eorder_tenants.orders.core.parts import cases_of
from eorder_tenants.orders.lifecycle import steps
from eorder_tenants.organisation.actors import Actor


def choices_for(actor: Actor, order: Order) -> list[Choice]:
    """Every step that this actor's appointments offer on the order and its parts now, allowed or with why not.

    The order's parts must be loaded.
    """
    choices = []
    for step in steps():
        if is_party(actor, order, step):
            for case in cases_of(order, step.subject):
                if case.status in step.sources:
                    why = why_not(actor, case, step)
                    if why is None or not step.passing:
                        choices.append(Choice(step, case, why is None, why))
    return choices


def awaiting(actor: Actor, order: Order) -> list[Choice]:
    """The steps of this order that wait for this very actor, who may take them."""
    return [one for one in choices_for(actor, order) if one.step.awaited and one.allowed]
