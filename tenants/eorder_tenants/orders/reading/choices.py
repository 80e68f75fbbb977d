"""What an order offers a person now, what of it waits for them, and what the clock will do where nobody acts."""

from eorder_tenants.orders.core.checking import Choice, Forbidden, capacity_for, is_party, why_not
from eorder_tenants.orders.core.models import Order
from eorder_tenants.orders.core.parts import Case, cases_of
from eorder_tenants.orders.core.steps import Step, Subject
from eorder_tenants.orders.lifecycle import steps, steps_from
from eorder_tenants.organisation.actors import SYSTEM_ACTOR, Actor


def choices_for(actor: Actor, order: Order) -> list[Choice]:
    """Every step that this actor's appointments offer on the order and its parts now, allowed or with why not.

    The order's parts must be loaded.
    """
    cases = [case for subject in Subject for case in cases_of(order, subject)]
    offered = {step for case in cases for step in steps_from(case.status)}
    choices = []
    for step in steps():
        if step in offered and is_party(actor, order, step):
            for case in cases:
                if (
                    case.subject is step.subject
                    and case.status in step.sources
                    and is_party(actor, order, step, case.calls)
                ):
                    found = capacity_for(actor, case, step)
                    if not isinstance(found, Forbidden):
                        choices.append(Choice(step, case, True, None, found.letter))
                    elif not step.passing:
                        choices.append(Choice(step, case, False, found.why, found.actor.letter))
    return choices


def awaiting(actor: Actor, order: Order) -> list[Choice]:
    """The steps of this order that wait for this very actor, who may take them."""
    return [one for one in choices_for(actor, order) if one.step.awaited and one.allowed]


def step_of_the_clock(case: Case) -> Step | None:
    """What the clock will do with this when its deadline has passed."""
    return next(
        (
            step
            for step in steps_from(case.status)
            if step.rule and step.subject is case.subject and why_not(SYSTEM_ACTOR, case, step) is None
        ),
        None,
    )
