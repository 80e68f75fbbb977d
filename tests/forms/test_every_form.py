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
from eorder_platform.directory.models import VendorRole
from eorder_platform.tenancy import Tenant
from eorder_tenants.orders.lifecycle import steps
from eorder_tenants.organisation.models import Role
from eorder_web.edge.dispatching import Dispatcher
from tests.forms.everybody import Everybody, Person, everybody_of_a_region, everybody_of_the_nation
from tests.forms.found_forms import Form, forms_of, links_of, texts_in
from tests.forms.undoing import Stored, undone
from tests.orders.factories import MONDAY

ClientFor = Callable[[str], httpx.AsyncClient]
NO_FORM_LEADS_THERE: dict[str, str] = {
    "people.passkey_question": "a script asks what the device shall sign (tests/identity/test_passkeys.py)",
    "people.add_passkey": "its form stands at hosts where browsers let a passkey be made: the nation's, sent there",
}
"""Routes that write and that no page found here leads to, and why."""
KEPT_THOUGH_REFUSED = {
    "vendors.answer_section": "what was typed half is there when the person comes back",
    "vendors.prove_mailbox": "a wrong code is counted",
    "people.set_new_password": "the page that is shown again finds its account under a lock",
    "people.reclaim": "the page that is shown again finds its recovery under a lock",
}
"""Routes that store although they answer 422, and why."""
LEADS_TO_SIGN_IN = {"openid.choose_account": "another account is chosen by signing in with it"}
"""Routes that lead to the sign-in by what is chosen there, and why."""
NO_FORM_OF_THIS_STEP: dict[tuple[str, str], str] = {
    ("region", "pengajuan"): "the draft's own form hands it in, by its second button",
}
"""Nouns of an order's steps, with the side whose pages found here lead to no form of theirs, and why."""
NOT_FOLLOWED = ("/static/", "/surat", "/galeri", ".csv", "/csv", "/xlsx", "bahasa=", "tema=", "/_/")
SHARED = {"_kunci", "version", "part_id", "reason", "note", "valid_from", "legal_basis"}
"""Fields that every form of a route hands to the same reader."""
EACH_KIND = 2
"""Pages of one kind that one person opens."""

CONTROL = "a\x00b\x1b[31m\x07\x85%(typed)s {0} <b>'\"; --"
ENDLESS = "9" * 40
HALF_A_PAIR, NO_UTF8, CUT_SHORT = b"\xed\xa0\x80", b"\xff\xfea", b"%C3%"
FIGURES_OF_OTHERS = "\u0661\u0662"
WORDS = ("", CONTROL, HALF_A_PAIR)
FIGURES = (*WORDS, ENDLESS, "-1", "sepuluh", "NaN", "1e309", FIGURES_OF_OTHERS)
BY_KIND: dict[str, tuple[str | bytes, ...]] = {
    "hidden": ("", CONTROL, ENDLESS),
    "date": ("", "2026-02-30", "9999-12-31", "0001-01-01"),
    "time": ("", "24.00"),
    "select": ("", CONTROL, HALF_A_PAIR),
    "radio": ("", CONTROL),
    "checkbox": ("", CONTROL),
    "button": ("", CONTROL),
}
"""For whatever people do not type into."""
BY_THE_WAY = (CONTROL, HALF_A_PAIR)
"""For what the form's own address takes too, with the same readers."""
PNG = b"\x89PNG\r\n\x1a\n"


@dataclass
class Found:
    """A form with whoever may send it and the name of the route that takes it."""

    route: str
    form: Form
    person: Person


@pytest.mark.usefixtures("ordinary_monday")
@pytest.mark.parametrize(
    ("kind", "everybody"), [("region", everybody_of_a_region), ("nation", everybody_of_the_nation)]
)
async def test_no_form_breaks_on_anything_and_none_stores_half(
    kind: str, everybody: Everybody, dki: Tenant, application: Dispatcher, client_for: ClientFor
) -> None:
    with clock.travelling_to(MONDAY):
        people = await everybody(dki, client_for)
        found = await all_forms(people, writing(getattr(application, kind)))
        missing = {one.route for one in found} ^ {name for name, _ in writing(getattr(application, kind))}
        assert not missing - NO_FORM_LEADS_THERE.keys(), missing
        unseen = nouns_of(kind) - {one.form.action.rsplit("/", 1)[-1] for one in found}
        assert unseen == {noun for side, noun in NO_FORM_OF_THIS_STEP if side == kind}, unseen
        known = set[tuple[str, str]]()
        with undone() as stored:
            faults = [fault for one in found async for fault in tried(one, stored, known)]
            known.clear()
            faults += [fault for one in found async for fault in measured(one, known)]
    assert not faults, "\n".join(faults)


async def all_forms(people: list[Person], routes: list[tuple[str, re.Pattern[str]]]) -> list[Found]:
    """Each form once, as the first person has it whose pages show it."""
    found: dict[Any, Found] = {}
    for person in people:
        await person.signs_in()
        async for form in forms_seen_by(person):
            name = next((name for name, pattern in routes if pattern.fullmatch(form.action)), None)
            if name is not None:
                found.setdefault((name, shape_of(form)), Found(name, form, person))
    return list(found.values())


def nouns_of(kind: str) -> set[str]:
    """Of every step of an order that somebody of a region, or of a business, may take."""
    of_whom = Role if kind == "region" else VendorRole
    taken = (step for step in steps() if any(isinstance(one, of_whom) for one in (*step.by, *step.later)))
    return {step.noun for step in taken if step.noun}


async def forms_seen_by(person: Person) -> Any:
    """On the pages that were given, those behind the menus, and a few of each kind that these lead to."""
    opened: dict[str, int] = defaultdict(int)
    waiting, known = ["/pemberitahuan", *person.pages, "/", "/akun"], set[str]()
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


async def tried(one: Found, stored: Stored, known: set[tuple[str, str]]) -> Any:
    """What went wrong where this form was sent in all those ways. What several forms share is tried once."""
    address = shape_of(one.form)[0]
    keys = {
        name: (one.route if name in SHARED else address, name + field.kind)
        for name, field in one.form.fields.items()
    }
    shared = {name for name, key in keys.items() if key in known}
    known |= set(keys.values())
    for what, different in variations(one.form, shared):
        sent_to = f"{one.route} {one.form.action} as {one.person.name}, {what}"
        try:
            stored.forget()
            answer = await one.person.client.post(one.form.action, **sent_by(one.form, different))
            if is_shut_out(answer):
                await comes_back(one)
                stored.forget()
                answer = await one.person.client.post(one.form.action, **sent_by(one.form, different))
        except Exception as error:
            yield f"{sent_to}: {error!r}"
            continue
        if answer.status_code >= 500 or (is_shut_out(answer) and one.route not in LEADS_TO_SIGN_IN):
            yield f"{sent_to}: {answer.status_code}"
        refused = 400 <= answer.status_code < 500 and one.route not in KEPT_THOUGH_REFUSED
        if refused and any(stored.written):
            yield f"{sent_to}: {answer.status_code}, and something is stored"


async def measured(one: Found, known: set[tuple[str, str]]) -> Any:
    """Each text is taken up to its `maxlength`, line breaks as the browser counts and sends them, and no further."""
    for name, most in ((text.name, text.longest) for text in texts_in(one.form)):
        key = (shape_of(one.form)[0], name)
        if one.form.by_the_way or key in known:
            continue
        known.add(key)
        where = f"{one.route} {one.form.action}, {name}"
        if most is None:
            yield f"{where}: no maxlength (texts.LONGEST)"
            continue
        fits = "x" * (most - 2) + "\r\nx" if one.form.fields[name].kind == "textarea" else "x" * most
        for text, too_long in ((fits, False), (f"{fits}x", True)):
            answer = await one.person.client.post(one.form.action, **sent_by(one.form, {name: [text]}))
            if is_shut_out(answer):
                await comes_back(one)
                answer = await one.person.client.post(one.form.action, **sent_by(one.form, {name: [text]}))
            is_said = f"Paling panjang {most:,} karakter".replace(",", ".") in answer.text
            if answer.status_code in (303, 422) and is_said != too_long:
                yield f"{where}: {most} characters and {'one more' if too_long else 'no more'}, {answer.status_code}"


def is_shut_out(answer: httpx.Response) -> bool:
    """The form before this one ended the session, and with it the token."""
    signs_in = answer.headers.get("location", "").startswith("/masuk?")
    return signs_in or answer.status_code in (401, 403)


async def comes_back(one: Found) -> None:
    """Sign in anew, with a token that fits."""
    await one.person.signs_in()
    page = await one.person.client.get(one.form.page, follow_redirects=True)
    for form in forms_of(one.form.page, page.text):
        if "_csrf" in form.fields:
            one.form.fields["_csrf"].value = form.fields["_csrf"].value


def variations(form: Form, shared: set[str]) -> Iterator[tuple[str, dict[str, list[Any]]]]:
    """The form as it stands, and then with one field after another in every odd way."""
    yield "as it stands", {}
    for one in form.fields.values():
        if one.name == "_csrf" or one.name in shared:
            continue
        yield f"{one.name} left out", {one.name: []}
        if form.by_the_way and one.kind != "file":
            for odd in BY_THE_WAY:
                yield f"{one.name} is {odd[:20]!r}", {one.name: [odd]}
            continue
        if one.kind == "file":
            yield f"{one.name} is a text", {one.name: ["teks"]}
            yield f"{one.name} is no picture", {one.name: [("a.png", PNG)]}
            yield f"{one.name} is empty", {one.name: [("a.pdf", b"")]}
            yield f"{one.name} has an odd name", {one.name: [("../\x00\u202e.pdf" * 60, b"%PDF-1.7")]}
            continue
        for other in one.offered[1:] if one.kind == "button" else ():
            yield f"{one.name} is {other!r}", {one.name: [other]}
        yield f"{one.name} twice", {one.name: [one.value or "1", f"{one.value}1"]}
        for odd in BY_KIND.get(one.kind, FIGURES if one.figures else WORDS):
            yield f"{one.name} is {odd[:20]!r}", {one.name: [odd]}
        if one.kind not in BY_KIND:
            yield f"{one.name} without end", {one.name: ["x" * 200_000]}
    if form.fields:
        *_, last = form.fields
        for odd in (NO_UTF8, CUT_SHORT) if last != "_csrf" else ():
            yield f"{last} is {odd!r}", {last: [odd]}
        yield f"{last} of a megabyte", {last: ["x" * 1_000_000]}
        yield f"{last} is a file", {last: [("a.txt", b"teks")]}


def sent_by(form: Form, different: dict[str, list[Any]]) -> dict[str, Any]:
    """The request: as the form says, or in parts where a file is among its fields."""
    values: dict[str, list[Any]] = {name: [value] for name, value in form.filled_in.items()}
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


def writing(application: Any) -> list[tuple[str, re.Pattern[str]]]:
    """The name of every route that is posted to and how its addresses look, the most exact ones first.

    What programs call is no form of ours; tests of their own ask about it.
    """
    found = {}
    for route in application.routes:
        for handler in getattr(route, "route_handlers", ()):
            of_programs = getattr(handler, "opt", {}).get("of_programs")
            if isinstance(handler, HTTPRouteHandler) and "POST" in handler.http_methods and not of_programs:
                found[str(handler.name)] = re.sub(r"\{\w+:\w+\}", "[^/?]+", route.path)
    exact = sorted(found.items(), key=lambda one: one[1].count("[^/?]+"))
    return [(name, re.compile(pattern)) for name, pattern in exact]
