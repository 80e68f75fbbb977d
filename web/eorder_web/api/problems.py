"""What is answered instead of what was asked for: problem+json (RFC 9457) with the sentences of the pages."""

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final, get_args, get_origin

import msgspec
import structlog

from eorder_platform.errors import Expected, Outdated, Problem, Refused
from eorder_platform.identity.proving import CODE_FIELD
from eorder_web.api.operations import Operation
from eorder_web.edge.error_pages import UNREADABLE, is_database_away, sqlstate_of, status_of
from eorder_web.look.translating import _

log = structlog.get_logger()

MEDIA_TYPE: Final = b"application/problem+json"
_OF_A_ROW: Final = re.compile(
    r"(?P<part>.+)_(?P<row>[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})"
)


class Fault(msgspec.Struct, frozen=True, omit_defaults=True):
    """One thing that is wrong; `pointer` leads to its place in what was sent (RFC 6901), empty for all of it.

    `field`: the name under which the page has it.
    """

    detail: str
    pointer: str = ""
    field: str = ""


class ProblemDetails(msgspec.Struct, frozen=True, omit_defaults=True):
    """RFC 9457. `type` leads to what the kind of problem means; `instance` is what we find the request by."""

    type: str
    title: str
    status: int
    detail: str
    instance: str
    errors: list[Fault] = []


class HttpProblem(Exception):
    """A mistake in the request itself: which status, which kind (a word), title and sentence in Indonesian."""

    def __init__(
        self,
        status: int,
        kind: str,
        title: str,
        sentence: str,
        faults: Sequence[Fault] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(sentence)
        self.status, self.kind, self.title, self.sentence = status, kind, title, sentence
        self.faults, self.headers = list(faults), dict(headers or {})


def no_such_address() -> HttpProblem:
    """404 for a path that no operation has."""
    return HttpProblem(404, "not-found", "Tidak ditemukan", "Alamat API ini tidak ada.")


def of_refusal(error: Expected, request_id: str, operation: Operation | None) -> ProblemDetails:
    """A rule said no: the sentence that a page shows, each with its field."""
    status, title = status_of(error)
    kind = type(error).__name__
    if isinstance(error, Outdated):
        status = 412
    faults: list[Fault] = []
    if isinstance(error, Refused):
        faults = [fault_of(one, operation) for one in error.problems]
    return ProblemDetails(
        _type(kind), _(title), status, _(error.message), f"urn:eorder:request:{request_id}", faults
    )


def of_request(error: HttpProblem, request_id: str) -> ProblemDetails:
    """The request itself was not as the document says."""
    return ProblemDetails(
        _type(error.kind),
        _(error.title),
        error.status,
        _(error.sentence),
        f"urn:eorder:request:{request_id}",
        error.faults,
    )


def of_accident(error: Exception, request_id: str, path: str) -> ProblemDetails:
    """What nobody foresaw, and a database that is away."""
    if is_database_away(error):
        log.error("database unreachable", error=str(error))
        problem = HttpProblem(
            503,
            "unavailable",
            "Basis data sedang tidak tersedia",
            "Yang sudah tersimpan aman dan yang belum terkirim tidak tercatat. Coba lagi beberapa saat lagi.",
        )
    elif sqlstate_of(error) in UNREADABLE:
        log.warning("unreadable input", path=path, sqlstate=sqlstate_of(error))
        problem = HttpProblem(
            400, "unreadable", "Permintaan tidak dapat diproses", "Isi permintaan tidak sesuai bentuknya."
        )
    else:
        log.error("unexpected error", path=path, exc_info=error)
        problem = HttpProblem(
            500,
            "unexpected",
            "Terjadi kesalahan di pihak kami",
            "Tidak ada yang tersimpan setengah. Coba lagi; bila terulang, sebutkan kode rujukan di bawah.",
        )
    return of_request(problem, request_id)


def fault_of(problem: Problem, operation: Operation | None) -> Fault:
    """A page's problem with the place of its field in the JSON that was sent."""
    name, sentence = problem
    if not name:
        return Fault(_(sentence))
    if name == CODE_FIELD:  # sent in the header Proof-Code
        return Fault(_(sentence), field=name)
    return Fault(_(sentence), _pointer(name, operation.body if operation else None), name)


def _pointer(name: str, body: Any) -> str:
    """Where a form's field stands in the body: `quantity_<id>` is a value below `quantities`."""
    fields = {one.name: one.type for one in msgspec.structs.fields(body)} if _is_struct(body) else {}
    if name in fields or not (row := _OF_A_ROW.fullmatch(name)):
        return f"/{name}"
    for field, kind in fields.items():
        if not _is_mapping(kind):
            continue
        of_row = get_args(kind)[1]
        if field == row["part"] or (field, row["part"]) == ("quantities", "quantity"):
            return f"/{field}/{row['row']}"
        if row["part"] in getattr(of_row, "__dataclass_fields__", ()):
            return f"/{field}/{row['row']}/{row['part']}"
    return f"/{name}"


def _is_struct(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, msgspec.Struct)


def _is_mapping(kind: Any) -> bool:
    origin = get_origin(kind)
    return isinstance(origin, type) and issubclass(origin, Mapping)


def _type(kind: str) -> str:
    words = re.sub(r"(?<=[a-z])(?=[A-Z])", "-", kind).lower()
    return f"/api/v1/problems/{words}"
