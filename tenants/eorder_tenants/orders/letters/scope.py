"""What a letter can hand over: the steps of a role, gathered by the stage in which they are taken."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from eorder_tenants.orders.core.steps import Step
from eorder_tenants.orders.lifecycle import LIFECYCLE
from eorder_tenants.organisation.models import DELEGABLE, Role


@dataclass(frozen=True)
class Scope:
    """The steps of one role in one stage; `key` is what a form calls it, `name` the stage's."""

    key: str
    name: str
    steps: tuple[Step, ...]

    @property
    def duties(self) -> list[str]:
        """The steps as a letter keeps them."""
        return [step.name for step in self.steps]


@lru_cache(maxsize=len(Role))
def scopes_of(role: Role) -> tuple[Scope, ...]:
    """Everything that a holder of that role does, stage by stage; empty for a role that nobody stands in for."""
    if role not in DELEGABLE:
        return ()
    found = []
    for stage in LIFECYCLE:
        own = tuple(step for step in stage.steps if role in (*step.by, *step.later))
        if own:
            found.append(Scope(stage.passed, stage.name, own))
    return tuple(found)


def covered(role: Role, duties: Iterable[str]) -> tuple[Scope, ...]:
    """Of these scopes what a letter with those duties hands over."""
    given = set(duties)
    found = []
    for scope in scopes_of(role):
        steps = tuple(step for step in scope.steps if step.name in given)
        if steps:
            found.append(Scope(scope.key, scope.name, steps))
    return tuple(found)
