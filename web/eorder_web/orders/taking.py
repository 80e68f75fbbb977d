"""Taking a step of an order from its page: the same for an official in their region and a vendor's member."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from litestar import Response
from sqlalchemy.ext.asyncio import AsyncSession

from eorder_platform.errors import NotVisible, Refused
from eorder_tenants.orders.core.models import Status
from eorder_tenants.orders.core.steps import PP, Step
from eorder_tenants.orders.lifecycle import step_named
from eorder_tenants.organisation.actors import Actor
from eorder_web.edge.answering import Problems
from eorder_web.edge.forms import NOTHING_TYPED, Form
from eorder_web.edge.places import Place
from eorder_web.edge.visiting import Request
from eorder_web.edge.writing import write
from eorder_web.look.translating import _
from eorder_web.orders.answers import answers_to


@dataclass(frozen=True)
class Attempt:
    """A step that was refused: which, on which part, what was typed and what is wrong with it.

    `in_conversation`: it was a comment. `earlier`: the comment before which the page shows older ones.
    """

    step: Step | None = None
    part_id: UUID | None = None
    values: Mapping[str, str] = field(default_factory=lambda: NOTHING_TYPED)
    problems: Problems = ()
    in_conversation: bool = False
    earlier: UUID | None = None


Again = Callable[[Attempt], Awaitable[Response[Any]]]


async def take_step(
    request: Request,
    place: Place[Actor],
    order_id: UUID,
    noun: str,
    *,
    leads_to: Callable[[Step, Any], str],
    again: Again,
) -> Response[Any]:
    """Carry out the step at this address; `leads_to` says where to go after it, `again` shows the page once more.

    A noun that names no step: NotVisible. What the form lacks is refused before the transaction begins, because a
    picture takes its time to be read.
    """
    step = step_named(noun)
    if step is None:
        raise NotVisible
    form = await request.fields()

    async def show_again(problems: Problems, form: Form) -> Response[Any]:
        return await again(Attempt(step, form.id("part_id"), form, problems))

    try:
        answers = await answers_to(step, order_id, form)
    except Refused as refusal:
        answer = await show_again(refusal.problems, form)
        answer.status_code = 422
        return answer

    async def work(session: AsyncSession, actor: Actor, _form: Form) -> str:
        return leads_to(step, await step.act(session, actor, *answers))

    return await write(request, place, work, f"{_(step.done)}.", show_again)


def is_gone(step: Step, result: Any) -> bool:
    """Whether the person who took the step no longer sees the order: a draft is its officer's alone, or thrown away."""
    return result is None or (step.target is Status.DRAFT and PP not in step.by)
