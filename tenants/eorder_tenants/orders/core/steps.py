"""What a step of an order is. Each is declared once, beside its use case; everything else follows from the declaration:

its button and address, its form, who may take it and why not, the task list, the deadline and the letter that reminds
of it, the journal's words, and the tests that walk every step. lifecycle.py names all steps in the order of the way.
"""

import inspect
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, is_dataclass
from enum import StrEnum
from functools import cached_property, wraps
from typing import Any, Final, TypeVar, cast, get_type_hints

from sqlalchemy.ext.asyncio import AsyncSession

from eorder_platform import straight
from eorder_platform.directory.models import VendorRole
from eorder_tenants.approvals.duties import Duty
from eorder_tenants.documents.facts import DocumentKind
from eorder_tenants.orders.core.models import Status
from eorder_tenants.organisation.models import Role

PP, PPK, PA = Role.PROCUREMENT_OFFICER, Role.COMMITMENT_OFFICER, Role.BUDGET_USER
RECEIVER, TREASURER, ADMIN, AUDITOR = Role.RECEIVER, Role.TREASURER, Role.TENANT_ADMIN, Role.AUDITOR
OWNER, STAFF = VendorRole.OWNER, VendorRole.STAFF
Party = Role | VendorRole | str

UNTIL_DELIVERY: Final = "delivery_due_on"
"""The clock that is no rule: the delivery date that the order itself names."""
KEEP_RUNNING: Final = "keep_running"
"""The clock of the status before goes on: one deadline for two steps."""
DAY_BEFORE: Final = "day_before"
"""The reminder that is no rule: on the morning of the last business day before the deadline's own."""

LAST_CALL: Final = 2
"""The clock has called, those who come next had their time, and it called again."""

UseCase = TypeVar("UseCase", bound=Callable[..., Awaitable[Any]])
Facts = Callable[[straight.Reads, Any, Mapping[str, str]], Awaitable[Mapping[str, Any]]]


class Subject(StrEnum):
    """What a step is taken on: the order itself or one of its parts."""

    ORDER = "order"
    DELIVERY = "delivery"
    BILLING = "billing"
    INVOICE = "invoice"


@dataclass(kw_only=True, eq=False)
class Step:
    """One step, with everything that is known of it.

    `name` stands in the journal; `noun` is its address below the order's, empty where no page offers it; `label` is
    what its button says, `done` what the journal says happened. It leads what it is taken on (`subject`) from one of
    `sources` to `target`. `by`: any of these parties may take it. `duties`: why this person may not. `clock`: the rule
    that says how long the new status may last. `reminder`: when whoever the new status waits for is reminded, once:
    after the days of that rule, or the day before. `stamp`: the order's column that remembers when. `reason`: one must
    be given. `awaited`: it is the step that its source waits for, so it stands in somebody's task list. `declares`:
    what the person ticks that they declare by signing. `tells`: who hears of it besides those for whom the order then
    waits. `signs`: it asks for proof of the person, a factor stronger than a password shown just now; `may_sign`: so it
    does where the region sets that rule. `passing`: a page offers it only while it may be taken, and does not say
    afterwards why it may not.

    A step that the clock takes, when the deadline of its source has passed: `rule` names what it kept, `warning` is
    what a page and a reminder say will follow. Where it leads nowhere else (`stays`) it calls those who come next, and
    does so again when their time has passed: `later` may take the step as well once the clock has called,
    `last_resort` only once it has called twice. What a person does that leads nowhere else forgets no call.

    A step that the system takes because of something outside the order names that in `follows`; no deadline leads
    to it.
    """

    name: str
    label: str
    done: str
    sources: tuple[Status, ...]
    target: Status
    by: tuple[Party, ...]
    noun: str = ""
    subject: Subject = Subject.ORDER
    duties: tuple[Duty, ...] = ()
    document: DocumentKind | None = None
    clock: str | None = None
    reminder: str | None = None
    stamp: str | None = None
    reason: bool = False
    awaited: bool = False
    declares: str = ""
    signs: bool = False
    may_sign: str = ""
    tells: tuple[Party, ...] = ()
    warning: str = ""
    passing: bool = False
    rule: str = ""
    follows: str = ""
    later: tuple[Party, ...] = ()
    last_resort: bool = False
    act: Callable[..., Awaitable[Any]] = field(init=False, repr=False)
    facts: Facts | None = field(init=False, repr=False, default=None)

    def __post_init__(self) -> None:
        declared[self.name] = self

    def use_case(self, act: UseCase) -> UseCase:
        """Decorates the function that carries the step out.

        It takes the session, the actor and either one input (a frozen dataclass that begins with `order_id` and
        `version`) or `order_id`, `version`, a `reason` where one must be given, and a `part_id` where the step is
        taken on a part of the order. What it changes is written when its transaction ends: none of its questions is
        about that, and the order's row is written once.
        """

        @wraps(act)
        async def write_at_the_end(session: AsyncSession, *given: Any) -> Any:
            await session.flush()
            with session.no_autoflush:
                return await act(session, *given)

        self.act = write_at_the_end
        return cast(UseCase, write_at_the_end)

    def shown_with(self, facts: Facts) -> Facts:
        """Decorates the function (session, case, typed) → names and values that this step's own form shows.

        `typed`: what was sent with the form before, where it is shown again.
        """
        self.facts = facts
        return facts

    @cached_property
    def input(self) -> type[Any] | None:
        """The dataclass that the use case takes, or None where order, version and reason are all it needs."""
        third = list(inspect.signature(self.act).parameters)[2]
        asked = get_type_hints(self.act)[third]
        return asked if is_dataclass(asked) and isinstance(asked, type) else None

    @property
    def is_of_system(self) -> bool:
        """Taken by the clock alone, or because of something outside the order."""
        return not any(isinstance(party, Role | VendorRole) for party in self.by)

    @property
    def stays(self) -> bool:
        """The clock calls, and all stands where it stood."""
        return self.is_of_system and self.target in self.sources

    def parties(self, calls: int) -> tuple[Party, ...]:
        """Who may take it after so many calls of the clock."""
        if self.last_resort and calls < LAST_CALL:
            return ()
        return (*self.by, *self.later) if calls else self.by

    def __repr__(self) -> str:
        return f"<step {self.name}>"


declared: Final[dict[str, Step]] = {}
"""By name, as the journal knows them; a step is here once its module was read."""
