"""What separation of duties leaves of a letter, with today's orders counted."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from eorder_tenants.approvals.duties import within_the_letter
from eorder_tenants.orders.core.checking import Forbidden
from eorder_tenants.orders.reading.tasks import Task, tasks_by_letter
from eorder_tenants.organisation.actors import Actor, Letter, actor_for


@dataclass
class Sum:
    """How many orders, and what they are worth together; whole rupiah."""

    count: int = 0
    rupiah: int = 0

    def add(self, task: Task) -> None:
        self.count, self.rupiah = self.count + 1, self.rupiah + task.gross_rupiah


@dataclass(frozen=True)
class Forecast:
    """Of what waits for the office now: what the person may take, what duties forbid them, what is above the letter."""

    free: Sum
    forbidden: Sum
    above: Sum


async def forecast(session: AsyncSession, delegate_id: UUID, letter: Letter) -> Forecast:
    """As if the letter held today."""
    delegate = await actor_for(session, delegate_id)
    office = Actor(
        letter.delegator_id, letter.delegator_name, frozenset({(letter.role, letter.work_unit_id)})
    )
    found = Forecast(Sum(), Sum(), Sum())
    for task, why in await tasks_by_letter(session, office, delegate, letter):
        if not isinstance(why, Forbidden):
            found.free.add(task)
        elif why.duty is within_the_letter:
            found.above.add(task)
        else:
            found.forbidden.add(task)
    return found
