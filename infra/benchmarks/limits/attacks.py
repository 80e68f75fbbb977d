"""Hostile requests: to every route that anybody may ask, in every way in which it could be made to work hard."""

import asyncio
import re
import time
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

from litestar.handlers import HTTPRouteHandler

REGION, NATION = "dki.localhost", "localhost"
FORM: Final = ("content-type", "application/x-www-form-urlencoded")
PARTS: Final = ("content-type", "multipart/form-data; boundary=batas")
SLOW_SECONDS: Final = 3.0
AS_MANY_AS_ARE_READ: Final = 240_000
"""Bytes of a form, a little below what a route takes (receiving.PLAIN)."""


@dataclass(frozen=True)
class Attack:
    """One request. `content` is made when it is sent: some are large, some take their time."""

    name: str
    method: str
    host: str
    path: str
    content: Callable[[], Any] = bytes
    headers: tuple[tuple[str, str], ...] = ()
    anonymous: bool = True


@dataclass(frozen=True)
class Visitor:
    """Somebody who opened a page at that host: their cookie, and the token that stood on it."""

    cookie: tuple[str, str]
    token: str


def attacks(application: Any, visitors: Mapping[str, Visitor]) -> Iterator[Attack]:
    """Every anonymous route of both kinds of host, each in every way; forms also with a token that fits."""
    for host, kind in ((REGION, application.region), (NATION, application.nation)):
        for method, path in _anonymous(kind):
            yield from _questions(host, path) if method == "GET" else _forms(host, path, visitors[host])


def _questions(host: str, path: str) -> Iterator[Attack]:
    yield Attack("long question", "GET", host, f"{path}?q={'x' * 60_000}")
    yield Attack("many questions", "GET", host, path + "?" + "a=&" * 20_000)
    yield Attack("giant header", "GET", host, path, headers=(("x-a", "x" * 60_000),))
    yield Attack("giant cookie", "GET", host, path, headers=(("cookie", "a=b; " * 12_000),))


def _forms(host: str, path: str, visitor: Visitor) -> Iterator[Attack]:
    million = f"_csrf={visitor.token}&".encode() + b"a=&" * 1_000_000
    for who, known in (("a stranger", ()), ("a visitor", (visitor.cookie,))):

        def sent(what: str, content: Callable[[], Any], kind: tuple[str, str] = FORM) -> Attack:
            return Attack(f"{what}, from {who}", "POST", host, path, content, (kind, *known))  # noqa: B023

        yield sent("a million a=&", partial(bytes, million))
        yield sent("a million a=&, no length", partial(_in_pieces, million))
        yield sent("as much as is read", partial(bytes, million[:AS_MANY_AS_ARE_READ]))
        yield sent(
            "one endless field", partial(bytes, f"_csrf={visitor.token}&a=".encode() + b"%41" * 80_000)
        )
        yield sent("deep multipart", partial(_deep, visitor.token), PARTS)
        yield sent("a slow body", _slowly)


def _anonymous(application: Any) -> Iterator[tuple[str, str]]:
    for route in application.routes:
        for handler in getattr(route, "route_handlers", ()):
            if isinstance(handler, HTTPRouteHandler) and handler.opt.get("access") == "public":
                for method in sorted({str(one) for one in handler.http_methods} & {"GET", "POST"}):
                    yield method, _filled_in(route.path)


def _filled_in(path: str) -> str:
    kinds = {"uuid": "01890000-0000-7000-8000-000000000000", "int": "2026", "date": "2026-07-01", "path": "x"}
    return re.sub(r"\{\w+:(\w+)\}", lambda found: kinds.get(found[1], "A" * 12), path)


async def _in_pieces(content: bytes) -> AsyncIterator[bytes]:
    for start in range(0, len(content), 65_536):
        yield content[start : start + 65_536]


async def _slowly() -> AsyncIterator[bytes]:
    until = time.monotonic() + SLOW_SECONDS
    yield b"_csrf="
    while time.monotonic() < until:
        yield b"a"
        await asyncio.sleep(0.1)


def _deep(token: str) -> bytes:
    """A hundred thousand parts, each of which says that it holds others."""
    first = f'--batas\r\nContent-Disposition: form-data; name="_csrf"\r\n\r\n{token}\r\n'
    part = '--batas\r\nContent-Disposition: form-data; name="a"\r\nContent-Type: multipart/mixed\r\n\r\n\r\n'
    return (first + part * 100_000).encode()
