"""The API as an ASGI application of its own beside the pages: one operation for each request, and nothing in between.

What a request passes, in this order: its host, its token, its allowance, its address, what it may, what it sent; then
the operation, and the answer as JSON. Whatever goes wrong on the way is answered as a problem (problems.py).
"""

import hashlib
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from typing import Any, Final
from urllib.parse import quote

import msgspec
import structlog

from eorder_platform.errors import Expected, NotAllowed, NotVisible, Suspended
from eorder_platform.ids import new_id
from eorder_platform.notices import remembering
from eorder_platform.repetition import earlier_location, remember_location
from eorder_platform.settings import settings
from eorder_platform.tenancy import registry
from eorder_web.api import problems
from eorder_web.api.authorising import check_scope, recognise
from eorder_web.api.calls import PREFIX, Call
from eorder_web.api.limiting import RateLimits
from eorder_web.api.operations import NOTHING, Binary, Operation, Page, Routes
from eorder_web.api.places import keys_of
from eorder_web.api.problems import HttpProblem
from eorder_web.api.reading import body_of, read_body, read_query, read_values
from eorder_web.edge.dispatching import LONGEST_QUERY, SANDBOX_HEADERS, STRICT_TRANSPORT, address_in, host_in
from eorder_web.look.translating import LOCALES, speaking

Headers = list[tuple[bytes, bytes]]
Receive = Callable[[], Awaitable[Any]]

LONGEST_KEY: Final = 200
JSON: Final = b"application/json"
ANYBODY: Final = b"*"


class Answer:
    """What goes out."""

    __slots__ = ("body", "headers", "media_type", "status")

    def __init__(
        self, status: int, body: bytes, headers: Headers | None = None, media_type: bytes = JSON
    ) -> None:
        self.status, self.body, self.headers, self.media_type = status, body, headers or [], media_type


class Api:
    """ASGI application of everything below /api/v1; see the module."""

    def __init__(self, operations: list[Operation]) -> None:
        self.routes = {
            kind: Routes([one for one in operations if kind in one.on]) for kind in ("region", "nation")
        }
        self._limits = RateLimits()
        self._encode = msgspec.json.Encoder(enc_hook=_plain).encode

    async def __call__(self, scope: Any, receive: Receive, send: Callable[[Any], Awaitable[None]]) -> None:
        """Answer one request."""
        headers = dict(scope["headers"])
        call = Call(
            method="GET" if scope["method"] == "HEAD" else scope["method"],
            path=scope["path"].removeprefix(PREFIX),
            query=scope["query_string"],
            headers=headers,
            host=host_in(scope),
            address=address_in(scope["client"], headers),
            request_id=new_id().hex,
            locale=locale_in(headers.get(b"accept-language", b"")),
        )
        told: Headers = []
        with speaking(call.locale), structlog.contextvars.bound_contextvars(request=call.request_id):
            answer = await self._answered(call, receive, told)
        await self._send(call, answer, told, send)

    async def _answered(self, call: Call, receive: Receive, told: Headers) -> Answer:
        """`told` gathers the headers that any answer has from here on."""
        operation: Operation | None = None
        try:
            routes = await self._place(call)
            try:
                call.caller = await recognise(call)
            finally:  # who guesses tokens is counted by where they are
                told += await self._limits.count(call)
            operation, values = self._operation(call, routes)
            check_scope(call, operation)
            call.values, call.signs = read_values(operation, values), operation.signs
            if operation.method == "GET":
                return await self._read(call, operation)
            return await self._write(call, operation, receive, routes)
        except Expected as refusal:
            return self._problem(problems.of_refusal(refusal, call.request_id, operation))
        except HttpProblem as problem:
            answer = self._problem(problems.of_request(problem, call.request_id))
            names = {name.lower() for name in problem.headers}
            told[:] = [one for one in told if one[0].decode() not in names]
            answer.headers += [
                (name.lower().encode(), text.encode()) for name, text in problem.headers.items()
            ]
            return answer
        except Exception as error:
            return self._problem(problems.of_accident(error, call.request_id, call.path))

    async def _place(self, call: Call) -> Routes:
        """The operations of this host: a region's, or the nation's."""
        if call.host == settings().national_host:
            return self.routes["nation"]
        call.tenant = await registry.by_host(call.host)
        if call.tenant is None:
            raise HttpProblem(404, "not-found", "Tidak ditemukan", "Tidak ada wilayah di alamat ini.")
        return self.routes["region"]

    def _operation(self, call: Call, routes: Routes) -> tuple[Operation, list[str]]:
        if len(call.query) > LONGEST_QUERY:
            raise HttpProblem(
                414,
                "too-long",
                "Alamat terlalu panjang",
                "Alamat ini terlalu panjang. Persempit pilihan, lalu coba lagi.",
            )
        by_method, values = routes.find(call.path)
        if not by_method:
            raise problems.no_such_address()
        operation = by_method.get(call.method)
        if operation is None:
            raise HttpProblem(
                405,
                "no-such-method",
                "Cara ini tidak tersedia",
                "Alamat ini tidak menerima tindakan tersebut.",
                headers={"Allow": ", ".join(sorted(by_method))},
            )
        return operation, values

    async def _read(self, call: Call, operation: Operation) -> Answer:
        given = {name: value for name, value in call.values.items() if name not in operation.taken_by_place}
        if operation.query is not None:
            given["query"] = read_query(operation, call.query)
        found = await operation.run(call, **given)
        if isinstance(found, Binary):
            return _file(found)
        headers: Headers = []
        if isinstance(found, Page) and found.next:
            headers.append((b"link", f'<{found.next}>; rel="next"'.encode()))
        version = getattr(found, "version", None)
        body = self._encode(found)
        if isinstance(version, int):
            headers.append((b"etag", f'"{version}"'.encode()))
        elif operation.is_public:
            tag = b'"' + hashlib.blake2b(body, digest_size=12).hexdigest().encode() + b'"'
            headers.append((b"etag", tag))
            if tag in call.headers.get(b"if-none-match", b""):
                return Answer(304, b"", headers)
        return Answer(200, body, headers)

    async def _write(self, call: Call, operation: Operation, receive: Receive, routes: Routes) -> Answer:
        """Once for each key: the second sending is answered by what the first one made, as it stands now."""
        assert operation.place is not None
        if call.tenant and call.tenant.is_suspended and not operation.outside_the_region:
            raise Suspended
        sent = await body_of(receive, call.headers, operation.most_bytes)
        given: dict[str, Any] = {
            name: value for name, value in call.values.items() if name not in operation.taken_by_place
        }
        if operation.body is not None:
            body = read_body(operation, sent, call.header(b"content-type"))
            if operation.prepares is not None:
                body = await operation.prepares(body)
            given["body"] = body
        if operation.changes_version:
            given["version"] = _version_in(call)
        key = _key_of(call, sent)
        async with operation.place.enter(call) as (session, who):
            location = None
            if key:
                location = await earlier_location(session, keys_of(session), call.account_id, key)
            again = location is not None
            if location is None:
                location = await operation.run(session, who, **given)
                if key:
                    remember_location(
                        session, keys_of(session), call.account_id, key, location or NOTHING_LEFT
                    )
        await remembering.forget(call.place, call.account_id)
        headers: Headers = [(b"idempotency-replayed", b"true")] if again else []
        if location in (NOTHING, NOTHING_LEFT):
            return Answer(204, b"", headers)
        answer = await self._made(call, location, operation, routes)
        if answer.status == 200 and operation.made:
            answer.status = 201
        answer.headers += [*headers, (b"location", f"{PREFIX}{location}".encode())]
        return answer

    async def _made(self, call: Call, location: str, writing: Operation, routes: Routes) -> Answer:
        """What stands at that address after the write, as its own read tells it; nothing for whom it is closed now."""
        by_method, values = routes.find(location)
        operation = by_method["GET"]
        assert operation.name == writing.shows, f"{writing.name} leads to {operation.name}"
        shown = replace(call, method="GET", path=location, query=b"", headers={})
        shown.values = read_values(operation, values)
        try:
            return await self._read(shown, operation)
        except (NotVisible, NotAllowed):
            return Answer(204, b"")

    def _problem(self, details: problems.ProblemDetails) -> Answer:
        return Answer(details.status, self._encode(details), media_type=problems.MEDIA_TYPE)

    async def _send(
        self, call: Call, answer: Answer, told: Headers, send: Callable[[Any], Awaitable[None]]
    ) -> None:
        private = call.caller is not None or answer.media_type == problems.MEDIA_TYPE
        names = {name for name, _ in answer.headers}
        headers: Headers = [
            *answer.headers,
            *(one for one in told if one[0] not in names),
            (b"cache-control", b"private, no-store" if private else b"public, no-cache"),
            (b"vary", b"Accept-Language, Authorization"),
            (b"content-language", call.locale.encode()),
            (b"x-content-type-options", b"nosniff"),
            (b"x-request-id", call.request_id.encode()),
        ]
        if answer.status not in (204, 304):
            headers.append((b"content-type", answer.media_type))
            headers.append((b"content-length", str(len(answer.body)).encode()))
        if settings().public_scheme == "https":
            headers.append(STRICT_TRANSPORT)
        if call.tenant and call.tenant.is_sandbox:
            headers += SANDBOX_HEADERS
        await send({"type": "http.response.start", "status": answer.status, "headers": headers})
        await send({"type": "http.response.body", "body": answer.body})


NOTHING_LEFT: Final = "-"
"""How a key remembers that what it did left nothing to be read."""


def locale_in(accepted: bytes) -> str:
    """The language that is asked for first of those that we speak; Indonesian where none is."""
    wanted: list[tuple[float, int, str]] = []
    for place, part in enumerate(accepted.decode("latin-1").split(",")[:20]):
        name, _, weight = part.strip().partition(";q=")
        short = name.partition("-")[0].lower()
        if short in LOCALES:
            try:
                wanted.append((-float(weight or 1), place, short))
            except ValueError:
                continue
    return min(wanted)[2] if wanted else LOCALES[0]


def _version_in(call: Call) -> int:
    """The version that the caller saw, from If-Match; 428 where it is not said."""
    text = call.header(b"if-match").strip().removeprefix("W/").strip('"')
    if not text:
        raise HttpProblem(
            428,
            "version-needed",
            "Versi belum disebut",
            "Sebut versi yang Anda lihat di kepala If-Match, supaya perubahan orang lain tidak tertimpa.",
        )
    if not (text.isascii() and text.isdigit()) or len(text) > 9:
        raise HttpProblem(
            412, "outdated", "Sudah berubah", "Versi di kepala If-Match bukan versi yang sekarang."
        )
    return int(text)


def _key_of(call: Call, sent: bytes) -> str:
    """By what a repetition is known: the caller's key with the address and everything that was sent, as for forms."""
    key = call.header(b"idempotency-key")
    if not key:
        return ""
    if len(key) > LONGEST_KEY:
        raise HttpProblem(
            400, "unreadable", "Permintaan tidak dapat diproses", "Idempotency-Key terlalu panjang."
        )
    assert call.caller is not None
    said = hashlib.sha256()
    for part in (
        b"api",
        call.caller.client_id.encode(),
        key.encode("latin-1"),
        call.method.encode(),
        call.path.encode(),
        call.header(b"if-match").encode(),
        sent,
    ):
        said.update(len(part).to_bytes(8, "big") + part)
    return said.hexdigest()


def _file(found: Binary) -> Answer:
    named = f"inline; filename*=UTF-8''{quote(found.name)}".encode()
    return Answer(200, found.content, [(b"content-disposition", named)], found.media_type.encode())


def _plain(value: Any) -> Any:
    """What msgspec does not know: subclasses of texts and of UUID (the driver has its own), sets of roles."""
    if isinstance(value, str):
        return str.__str__(value)
    if isinstance(value, Mapping):
        return dict(value)
    if hasattr(value, "hex") and hasattr(value, "version"):
        return str(value)
    if isinstance(value, frozenset | set):
        return sorted(value)
    raise TypeError(f"no JSON for {type(value).__name__}")
