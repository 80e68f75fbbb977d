"""What the API can do, declared once for each act: address, who may ask, what is sent, what is answered.

Routing, reading, refusing, the OpenAPI document, its page and the test of parity are derived from it. A read is a
function of the call; a write is a function of (session, who, …) that returns the address of what it made or changed,
whose own read is then the answer: so a repetition is answered like the first sending, and no write has a shape of its
own::

    @reads("/work-units", on=REGION, opens=OFFICIALS, scope="organisation:read", tag="organisation",
           says="Satuan kerja daerah ini.")
    async def work_units(call: Call) -> Page[WorkUnitView]: ...

    @writes("/work-units/{unit_id}/phone", on=REGION, place=HERE, scope="organisation:write", tag="organisation",
            says="Mengganti nomor telepon satuan kerja.", twins=("organisation.change_unit_phone",))
    async def unit_phone(session: AsyncSession, actor: Actor, unit_id: UUID, body: PhoneBody) -> str: ...
"""

import inspect
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any, Final, Generic, TypeVar, get_type_hints

import msgspec

from eorder_tenants.orders.core.steps import Step
from eorder_web.api.places import ApiPlace

T = TypeVar("T")
Run = Callable[..., Awaitable[Any]]
Declare = Callable[[Run], "Operation"]

REGION: Final = frozenset({"region"})
NATION: Final = frozenset({"nation"})
EVERYWHERE: Final = REGION | NATION
MOST_AT_ONCE: Final = 100
NOTHING: Final = ""
"""What a write returns that leaves nothing to be read: the answer is 204."""


class Page(msgspec.Struct, Generic[T], frozen=True):
    """Part of a list. `next` is the address of what follows, the same as in the header Link; absent on the last."""

    items: list[T]
    next: str | None = None


class Listing(msgspec.Struct, kw_only=True, frozen=True):
    """What every list can be asked: how many at once, and from where on (`next` of the answer before says it)."""

    limit: Annotated[int, msgspec.Meta(ge=1, le=MOST_AT_ONCE)] = 25
    cursor: Annotated[str, msgspec.Meta(max_length=500)] = ""


class File(msgspec.Struct, frozen=True):
    """A file inside JSON: what it is called, and its bytes in base64."""

    name: str
    content: bytes


class Binary(msgspec.Struct, frozen=True):
    """An answer that is a file and not JSON."""

    content: bytes
    media_type: str
    name: str


@dataclass(frozen=True, kw_only=True)
class Operation:
    """One act of the API; see the module.

    `scope`: what an access token must have been given for; empty where everybody may read. `twins`: names of the pages'
    routes that do the same. `changes_version`: it takes the version of what it changes from If-Match. `prepares` looks
    into what takes its time (files) before the transaction begins. `most_bytes`: of what is sent.
    `signs`: it takes proof of the person (the header Proof-Code); what is signed without saying so here is refused.
    `taken_by_place`: values of the path that only its place reads. `made`: answered 201. `shows`: the read that
    answers a write; empty where nothing is left to be read.
    """

    method: str
    path: str
    name: str
    on: frozenset[str]
    tag: str
    says: str
    scope: str
    run: Run
    answers: Any
    parameters: Mapping[str, Any]
    body: Any = None
    query: Any = None
    place: ApiPlace[Any] | None = None
    made: bool = False
    twins: tuple[str, ...] = ()
    changes_version: bool = False
    prepares: Callable[[Any], Awaitable[Any]] | None = None
    most_bytes: int = 256 * 1024
    describes: str = ""
    example: Any = None
    outside_the_region: bool = False
    taken_by_place: tuple[str, ...] = ()
    step: Step | None = None
    signs: bool = False
    shows: str = ""

    @property
    def segments(self) -> tuple[str, ...]:
        return tuple(self.path.strip("/").split("/"))

    @property
    def is_public(self) -> bool:
        return not self.scope


@dataclass
class _Node:
    literal: "dict[str, _Node]" = field(default_factory=dict)
    parameter: "_Node | None" = None
    operations: dict[str, Operation] = field(default_factory=dict)


class Routes:
    """Operations by address: a segment that is written out comes before one that is a value."""

    def __init__(self, operations: list[Operation]) -> None:
        self.operations = operations
        self._root = _Node()
        for one in operations:
            node = self._root
            for segment in one.segments:
                if segment.startswith("{"):
                    node.parameter = node.parameter or _Node()
                    node = node.parameter
                else:
                    node = node.literal.setdefault(segment, _Node())
            assert one.method not in node.operations, f"two operations at {one.method} {one.path}"
            node.operations[one.method] = one

    def find(self, path: str) -> tuple[dict[str, Operation], list[str]]:
        """The operations by method at this path below the API's own, and the values in it; empty where nothing is."""
        values: list[str] = []
        node = self._walk(self._root, path.strip("/").split("/"), values)
        return (node.operations, values) if node is not None else ({}, [])

    def _walk(self, node: _Node, segments: list[str], values: list[str]) -> _Node | None:
        if not segments:
            return node if node.operations else None
        head, *rest = segments
        if (below := node.literal.get(head)) and (found := self._walk(below, rest, values)):
            return found
        if node.parameter is not None and head:
            values.append(head)
            if found := self._walk(node.parameter, rest, values):
                return found
            values.pop()
        return None


def reads(
    path: str, *, says: str, tag: str, on: frozenset[str] = REGION, scope: str = "", **more: Any
) -> Declare:
    """Declares a function (call, *path values, query) → what is answered; the function becomes the operation."""

    def declare(run: Run) -> Operation:
        return _operation(run, "GET", path, says=says, tag=tag, on=on, scope=scope, **more)

    return declare


def writes(
    path: str,
    *,
    says: str,
    tag: str,
    scope: str,
    place: ApiPlace[Any],
    on: frozenset[str] = REGION,
    method: str = "POST",
    **more: Any,
) -> Declare:
    """Declares a function (session, who, *path values, body) → address of what it made; it becomes the operation."""

    def declare(run: Run) -> Operation:
        return _operation(run, method, path, says=says, tag=tag, on=on, scope=scope, place=place, **more)

    return declare


def _operation(run: Run, method: str, path: str, **more: Any) -> Operation:
    hints = get_type_hints(run)
    named = [segment[1:-1] for segment in path.strip("/").split("/") if segment.startswith("{")]
    unknown = [name for name in named if name not in hints and name not in more.get("taken_by_place", ())]
    assert not unknown, f"{run.__name__} does not take {unknown}"
    module = run.__module__.rpartition(".")[2]
    return Operation(
        method=method,
        path=path,
        name=more.pop("name", f"{module}.{run.__name__}"),
        run=run,
        answers=more.pop("answers", hints.get("return")),
        parameters={name: hints.get(name, str) for name in named},
        body=more.pop("body", hints.get("body")),
        query=more.pop("query", hints.get("query")),
        describes=more.pop("describes", inspect.getdoc(run) or ""),
        **more,
    )
