"""What an order's page shows, to its officials and to its vendor: the order, its parts, and what may be done now."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from eorder_tenants.documents.models import OrderDocument
from eorder_tenants.documents.queries import documents_of
from eorder_tenants.orders.core.checking import Choice
from eorder_tenants.orders.core.models import Delivery, Order, Status
from eorder_tenants.orders.core.plain_fields import particulars_of
from eorder_tenants.orders.core.steps import Step
from eorder_tenants.orders.fulfilling.handing_over import Expected, expected_at_handover
from eorder_tenants.orders.reading.choices import choices_for
from eorder_tenants.orders.reading.context import journal_of
from eorder_tenants.organisation.actors import Actor
from eorder_web.edge.answering import Problems
from eorder_web.look.formatting import datetime_short
from eorder_web.look.rendering import has_template
from eorder_web.look.translating import _
from eorder_web.orders import presenting
from eorder_web.orders.taking import Attempt


@dataclass(frozen=True)
class Offered:
    """A step as the page offers it: where its form goes, what the form shows, and what was wrong with it last time.

    `template` is the step's own `<noun>.html`, or None where a button, or a reason and a button, is all of it.
    """

    choice: Choice
    address: str
    template: str | None
    facts: Mapping[str, Any]
    values: Mapping[str, str]
    problems: Problems

    @property
    def key(self) -> str:
        part = self.choice.case.part
        return f"{self.choice.step.name}-{part.id if part else ''}"


async def workspace_of(
    session: AsyncSession, actor: Actor, order: Order, zone: str, base: str, attempt: Attempt
) -> dict[str, Any]:
    """The context that both pages of an order have in common. `base` is the order's address there."""
    choices = choices_for(actor, order)
    offered = [await _offered(session, one, base, attempt) for one in choices]
    events = await journal_of(session, actor, order)
    documents: Sequence[OrderDocument] = await documents_of(session, order.id)
    expected = await expected_of(session, order)
    next_choice = presenting.awaited(choices)
    return {
        "order": order,
        "base": base,
        "problems": attempt.problems,
        "status_text": presenting.status_tag(order.status),
        "stages": presenting.stages(order, zone),
        "amounts": presenting.amounts(order, expected),
        "particulars": particulars_of(order),
        "expected": expected,
        "documents": documents,
        "entries": presenting.journal_entries(events),
        "notice": presenting.last_word(events),
        "progress": presenting.progress(order) if order.deliveries else [],
        "deliveries": presenting.deliveries_shown(order, zone, choices, documents),
        "offered": [one for one in offered if not isinstance(one.choice.case.part, Delivery)],
        "offered_on": _by_delivery(offered),
        "choices": choices,
        "next": next_choice,
        "next_anchor": presenting.anchor_of(next_choice) if next_choice else "",
        "deadline": deadline_text(order, zone),
        "waiting_for": waiting_text(order),
    }


async def expected_of(session: AsyncSession, order: Order) -> Expected | None:
    """What an order with one delivery comes to between its inspection and its handover."""
    live = [one for one in order.deliveries if one.is_live]
    return await expected_at_handover(session, order, live[0]) if len(live) == 1 else None


def deadline_text(order: Order, zone: str) -> str:
    """Until when the next step is due, in the region's zone."""
    return f"{_('Batas')} {datetime_short(order.due_at, zone)}" if order.due_at else ""


def waiting_text(order: Order) -> str:
    """For those who may do nothing now: whose turn it is."""
    if Status(order.status).is_final:
        return _("Pesanan ini sudah berakhir; tidak ada lagi yang perlu dilakukan.")
    return _("Saat ini tidak ada yang menunggu Anda pada pesanan ini.") + f" {_(Status(order.status).label)}."


async def _offered(session: AsyncSession, choice: Choice, base: str, attempt: Attempt) -> Offered:
    step, part = choice.step, choice.case.part
    template = f"orders/steps/{step.noun}.html"
    own = choice.allowed and has_template(template)
    failed = _shares_form(step, attempt.step) and attempt.part_id in (None, part.id if part else None)
    facts = await step.facts(session, choice.case) if own and step.facts else {}
    return Offered(
        choice=choice,
        address=f"{base}/{step.noun}",
        template=template if own else None,
        facts=facts,
        values=attempt.values if failed else {},
        problems=attempt.problems if failed else (),
    )


def _shares_form(step: Step, tried: Step | None) -> bool:
    """Two buttons of one form are two steps with the same input."""
    return step is tried or (tried is not None and step.input is not None and step.input is tried.input)


def _by_delivery(offered: Sequence[Offered]) -> dict[UUID, list[Offered]]:
    found: dict[UUID, list[Offered]] = {}
    for one in offered:
        if isinstance(one.choice.case.part, Delivery):
            found.setdefault(one.choice.case.part.id, []).append(one)
    return found
