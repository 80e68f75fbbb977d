"""Every form of ours, sent with every field left out, doubled, empty, huge or odd: an answer, and nothing half stored.

The routes are asked of the application and the fields of the pages that show the form: a new one is tried without
being named here. A route that writes and to which no page of anybody's leads is named below, with why.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import httpx
import pytest
from litestar.handlers import HTTPRouteHandler

from eorder_platform import clock
from eorder_platform.tenancy import Tenant
from eorder_web.edge.dispatching import Dispatcher
from tests.house.everybody import Everybody, Person, everybody_of_a_region, everybody_of_the_nation
from tests.house.found_forms import Form, forms_of, links_of
from tests.house.undoing import Stored, undone
from tests.orders.factories import MONDAY

ClientFor = Callable[[str], httpx.AsyncClient]
NO_FORM_LEADS_THERE: dict[str, str] = {}
"""Routes that write and that no page found here leads to, and why."""
KEPT_THOUGH_REFUSED = {"vendors.answer_section": "what was typed half is there when the person comes back"}
"""Routes that store although they answer 422, and why."""
NOT_FOLLOWED = ("/static/", "/surat", "/galeri", ".csv", "/csv", "/xlsx", "bahasa=", "tema=", "/_/")
EACH_KIND = 2
"""Pages of one kind that one person opens."""

ODD = {
    "empty": "",
    "control characters": "a\x00b\x1b[31m\x07\x85c",
    "a word": "sepuluh",
    "a number below nothing": "-1",
    "a number without end": "9" * 40,
    "no number": "NaN",
    "a power": "1e309",
    "figures of others": "\u0661\u0662",
    "a day that is none": "2026-02-30",
    "the last day": "9999-12-31",
    "the first day": "0001-01-01",
    "marks": "%(typed)s {0} <b>'\"; --",
}
NO_TEXT = {"half a pair": b"\xed\xa0\x80", "no UTF-8": b"\xff\xfea", "cut short": b"%C3%"}
PNG = b"\x89PNG\r\n\x1a\n"


@dataclass
class Found:
    """A form with whoever may send it and the name of the route that takes it."""

    route: str
    form: Form
    person: Person


@pytest.mark.parametrize(
    ("kind", "everybody"), [("region", everybody_of_a_region), ("nation", everybody_of_the_nation)]
)
async def test_no_form_breaks_on_anything_and_none_stores_half(
    kind: str, everybody: Everybody, dki: Tenant, application: Dispatcher, client_for: ClientFor
) -> None:
    with clock.travelling_to(MONDAY):
        people = await everybody(dki, client_for)
        found = await all_forms(people, list(writing(getattr(application, kind))))
        missing = {one.route for one in found} ^ {name for name, _ in writing(getattr(application, kind))}
        assert not missing - NO_FORM_LEADS_THERE.keys(), missing
        with undone() as stored:
            faults = [fault for one in found async for fault in tried(one, stored)]
    assert not faults, "\n".join(faults)


async def all_forms(people: list[Person], routes: list[tuple[str, re.Pattern[str]]]) -> list[Found]:
    """Each form once, as the first person has it whose pages show it."""
    found: dict[Any, Found] = {}
    for person in people:
        await person.signs_in()
        async for form in forms_seen_by(person):
            for name, pattern in routes:
                if pattern.fullmatch(form.action):
                    found.setdefault((name, shape_of(form)), Found(name, form, person))
    return list(found.values())


async def forms_seen_by(person: Person) -> Any:
    """On the pages that were given, those behind the menus, and a few of each kind that these lead to."""
    opened: dict[str, int] = defaultdict(int)
    waiting, known = [*person.pages, "/", "/akun", "/pemberitahuan"], set[str]()
    given = set(person.pages)
    while waiting:
        path = waiting.pop(0)
        kind = re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}|[A-Z0-9.-]{4,}", "*", path.partition("?")[0])
        if path in known or (opened[kind] >= EACH_KIND and path not in given):
            continue
        known.add(path)
        opened[kind] += 1
        page = await person.client.get(path, follow_redirects=True)
        if page.status_code != 200 or "html" not in page.headers["content-type"]:
            continue
        for form in forms_of(path, page.text):
            yield form
        links = sorted(links_of(page.text))
        waiting += [link for link in links if not any(part in link for part in NOT_FOLLOWED)]


def shape_of(form: Form) -> tuple[str, ...]:
    """What tells one form from another: its address and its fields, whatever they are about."""
    ids = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}")
    steps = re.sub(r"/(aturan|kategori)/[^/]+", r"/\1/*", form.action)
    names = sorted({ids.sub("*", one.name) + one.kind for one in form.fields.values()})
    return (re.sub(r"/[\w.-]{30,}", "/*", ids.sub("*", steps)), *names)


async def tried(one: Found, stored: Stored) -> Any:
    """What went wrong where this form was sent in all those ways."""
    for what, sent in variations(one.form):
        stored.forget()
        sent_to = f"{one.route} {one.form.action} as {one.person.name}, {what}"
        try:
            answer = await one.person.client.post(one.form.action, **sent)
        except Exception as error:
            yield f"{sent_to}: {error!r}"
            continue
        if answer.status_code >= 500:
            yield f"{sent_to}: {answer.status_code}"
        refused = 400 <= answer.status_code < 500 and one.route not in KEPT_THOUGH_REFUSED
        if refused and any(stored.rows):
            yield f"{sent_to}: {answer.status_code}, and {stored.rows} rows are stored"
        if answer.status_code in (401, 403) or answer.headers.get("location", "").startswith("/masuk"):
            await comes_back(one)


async def comes_back(one: Found) -> None:
    """Sign in anew, with a token that fits."""
    await one.person.signs_in()
    page = await one.person.client.get(one.form.page, follow_redirects=True)
    for form in forms_of(one.form.page, page.text):
        if "_csrf" in form.fields:
            one.form.fields["_csrf"].value = form.fields["_csrf"].value


def variations(form: Form) -> Iterator[tuple[str, dict[str, Any]]]:
    """The form as it stands, and then with one field after another in every odd way."""
    yield "as it stands", sent(form, {})
    for one in form.fields.values():
        if one.name == "_csrf":
            continue
        yield f"{one.name} left out", sent(form, {one.name: []})
        if one.kind == "file":
            yield f"{one.name} is a text", sent(form, {one.name: ["teks"]})
            yield f"{one.name} is no picture", sent(form, {one.name: [("a.png", PNG)]})
            yield f"{one.name} is empty", sent(form, {one.name: [("a.pdf", b"")]})
            yield (
                f"{one.name} has an odd name",
                sent(form, {one.name: [("../\x00\u202e.pdf" * 60, b"%PDF-1.7")]}),
            )
            continue
        usual = one.value or "1"
        yield f"{one.name} twice", sent(form, {one.name: [usual, usual + "1"]})
        for what, text in ODD.items():
            yield f"{one.name}: {what}", sent(form, {one.name: [text]})
        for what, raw in NO_TEXT.items():
            yield f"{one.name}: {what}", sent(form, {one.name: [raw]})
        for length in (one.longest or 300, 4_001, 200_000, 1_000_000):
            yield f"{one.name}: {length + 1} characters", sent(form, {one.name: ["x" * (length + 1)]})
        yield f"{one.name} is a file", sent(form, {one.name: [("a.txt", b"teks")]})


def sent(form: Form, different: dict[str, list[Any]]) -> dict[str, Any]:
    """The request: as the form says, or in parts where a file is among its fields."""
    values: dict[str, list[Any]] = {name: [value] for name, value in form.answers.items()}
    values |= different
    pairs = [(name, value) for name, several in values.items() for value in several]
    if form.multipart or any(isinstance(value, tuple) for _, value in pairs):
        return in_parts(pairs)
    body = b"&".join(quote(name).encode() + b"=" + _quoted(value) for name, value in pairs)
    return {"content": body, "headers": {"content-type": "application/x-www-form-urlencoded"}}


def in_parts(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """As multipart, byte for byte: a client library would put odd texts right."""
    body = b""
    for name, value in pairs:
        file = f'; filename="{quote(value[0], safe="./")}"' if isinstance(value, tuple) else ""
        content = value[1] if isinstance(value, tuple) else value
        head = f'--batas\r\nContent-Disposition: form-data; name="{name}"{file}\r\n\r\n'
        body += head.encode() + (content.encode() if isinstance(content, str) else content) + b"\r\n"
    kind = "multipart/form-data; boundary=batas"
    return {"content": body + b"--batas--\r\n", "headers": {"content-type": kind}}


def _quoted(value: str | bytes) -> bytes:
    if isinstance(value, bytes) and value.startswith(b"%"):
        return value
    return quote(value, safe="").encode()


def writing(application: Any) -> Iterator[tuple[str, re.Pattern[str]]]:
    """The name of every route that is posted to, and how its addresses look."""
    for route in application.routes:
        for handler in getattr(route, "route_handlers", ()):
            if isinstance(handler, HTTPRouteHandler) and "POST" in handler.http_methods:
                pattern = re.sub(r"\{\w+:\w+\}", "[^/]+", route.path)
                yield str(handler.name), re.compile(pattern)
