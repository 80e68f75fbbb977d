"""What nobody remembers when a route, a job or a table is added: the application itself is asked."""

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from litestar.handlers import HTTPRouteHandler
from litestar.routes import HTTPRoute

from eorder_platform import outbox
from eorder_tenants.tables import metadata
from eorder_web.edge import access
from eorder_web.edge.dispatching import Dispatcher
from eorder_web.operations import jobs

ROOT = Path(__file__).resolve().parents[2]
SOURCES = [ROOT / "platform/eorder_platform", ROOT / "tenants/eorder_tenants", ROOT / "web/eorder_web"]
KNOWN_ACCESS = {"public", *access.NEEDED_ROLES}

FORBIDDEN = {
    r"advisory_(xact_)?lock": "an advisory lock is one machine's",
    r"\b(pg_notify|LISTEN [a-z]|NOTIFY [a-z])": "a notification is one machine's and one database's",
    r"(?i)\bselect \*": "a column that is added later would come along",
    r"(?i)\bset (local |session )?(role|session authorization)\b": "a role that can be set can be escaped from",
    r"(?i)set_config\(": "nothing is set per transaction",
    r"(?i)security definer": "a function must not know more than who calls it",
    r"(?i)\bcreate (or replace )?(function|view|materialized view|sequence|type)\b": "see architecture.md 3",
    r"(?i)enable row level security": "schemas and roles keep regions apart",
    r"\bENUM\(": "text and CHECK instead",
}
"""What may stand nowhere in our code, and why."""

KEPT_TO = {
    r"\bpools\b|\baddress_of\b|\bpassword_of\b|\breading_connections\b": ("tenancy", "database.py"),
    r"create_async_engine|asyncpg\.connect\b|create_pool": ("tenancy", "database.py"),
    r"\bowning\(|\bowner_url\b": ("tenancy", "settings.py", "demo"),
    r"(?i)\bcreate trigger\b": ("tables.py",),
    r"search_path": ("tenancy", "tables.py"),
    r"\.commit\(\)": ("tenancy",),
    r"os\.environ|getenv": ("settings.py", "serve.py", "embedded"),
    r"from sqlalchemy import (?!Table\n)|\bsession\.(add|delete|execute|get|get_one|scalars?)\(": (
        "eorder_platform",
        "eorder_tenants",
        "demo",
        "sandbox",
    ),
}
"""What only some rooms of the house may touch."""


def _handlers(application: Any) -> list[HTTPRouteHandler]:
    found = {id(one): one for route in application.routes for one in getattr(route, "route_handlers", ())}
    return [one for one in found.values() if isinstance(one, HTTPRouteHandler)]


def _python() -> Iterator[tuple[Path, str]]:
    for source in SOURCES:
        for path in sorted(source.rglob("*.py")):
            yield path, path.read_text()


@pytest.mark.parametrize("kind", ["region", "nation"])
def test_every_route_says_who_may_open_it(application: Dispatcher, kind: str) -> None:
    silent = [
        f"{sorted(one.http_methods)} {sorted(one.paths)}"
        for one in _handlers(getattr(application, kind))
        if one.opt.get("access") not in KNOWN_ACCESS and one.http_methods != {"OPTIONS"}
    ]
    assert not silent


@pytest.mark.parametrize("kind", ["region", "nation"])
def test_every_route_is_one_that_asks_who_may_open_it(application: Dispatcher, kind: str) -> None:
    """Before an HTTP handler the application asks; a mounted ASGI application or a websocket would go unasked."""
    routes = getattr(application, kind).routes
    assert {type(route) for route in routes} == {HTTPRoute}
    asked = {handler.resolve_before_request() for handler in _handlers(getattr(application, kind))}
    assert len(asked) == 1 and None not in asked


@pytest.mark.parametrize("kind", ["region", "nation"])
def test_every_route_has_a_name_of_its_own(application: Dispatcher, kind: str) -> None:
    handlers = [one for one in _handlers(getattr(application, kind)) if one.http_methods != {"OPTIONS"}]
    names = Counter(one.name for one in handlers if one.name is not None)
    assert not [name for name, count in names.items() if count > 1]
    own = [one for one in handlers if not next(iter(one.paths)).startswith(("/_/", "/static"))]
    assert not [sorted(one.paths) for one in own if not one.name]


@pytest.mark.parametrize("kind", ["region", "nation"])
def test_public_writes_are_the_known_ones(application: Dispatcher, kind: str) -> None:
    written = {
        one.name
        for one in _handlers(getattr(application, kind))
        if one.opt.get("access") == "public" and one.http_methods - {"GET", "HEAD", "OPTIONS"}
    }
    assert written <= PUBLIC_WRITES, f"open to everybody without signing in: {written - PUBLIC_WRITES}"


PUBLIC_WRITES = {
    "people.sign_in",
    "people.sign_out",
    "people.take_second_step",
    "people.ask_recovery",
    "people.stop_recovery",
    "people.reclaim",
    "people.sign_in_by_passkey",
    "people.passkey_question",
    "people.forgotten",
    "people.set_new_password",
    "notices.unsubscribe",
    "openid.authorize_by_form",
    "openid.introspect",
    "openid.push",
    "openid.revoke",
    "openid.sign_out_by_form",
    "openid.sign_out_now",
    "openid.token",
    "openid.userinfo_by_form",
    "organisation.accept_invitation",
    "organisation.scim_change_user",
    "organisation.scim_new_user",
    "organisation.scim_remove_user",
    "organisation.scim_replace_user",
    "transparency.check_file",
    "vendors.make_account",
    "vendors.prove_mailbox",
    "vendors.send_code",
    "vendors.stop_account",
}


def test_every_declared_job_is_known_to_the_worker() -> None:
    declared = {
        name
        for _, text in _python()
        for name in re.findall(r'@[\w.]*(?:tenant|national)_job\("([^"]+)"\)', text)
    }
    assert declared
    assert jobs.__all__
    assert declared <= outbox.declared_jobs()


def test_every_effect_that_is_written_has_its_job() -> None:
    written = {
        (path.relative_to(ROOT).as_posix(), name)
        for path, text in _python()
        for name in re.findall(r'outbox\.write\(\s*\w+,\s*"([^"]+)"', text)
    }
    assert written
    assert not [place for place in written if place[1] not in outbox.declared_jobs()]


def test_every_table_of_a_region_says_what_may_change_in_it() -> None:
    silent = [
        table.name
        for table in metadata.sorted_tables
        if table.schema is None and not {"changes", "append_only"} & table.info.keys()
    ]
    assert not silent, f"{silent}: `writable(...)` or `APPEND_ONLY`, see CONTRIBUTING.md, A table"


def test_every_table_is_gathered_for_the_migrations() -> None:
    models = {
        (path.relative_to(ROOT).as_posix(), name)
        for path, text in _python()
        for name in re.findall(r'^    __tablename__ = "(\w+)"', text, re.MULTILINE)
    }
    known = {table.name for table in metadata.sorted_tables}
    assert not [place for place in models if place[1] not in known]


@pytest.mark.parametrize("pattern", FORBIDDEN)
def test_what_would_open_or_tie_a_region_is_not_written(pattern: str) -> None:
    found = [
        f"{path.relative_to(ROOT)}: {match[0]}"
        for path, text in _python()
        for match in re.finditer(pattern, text)
    ]
    assert not found, FORBIDDEN[pattern]


@pytest.mark.parametrize("pattern", KEPT_TO)
def test_what_only_some_may_touch_is_left_to_them(pattern: str) -> None:
    rooms = KEPT_TO[pattern]
    astray = [
        f"{path.relative_to(ROOT)}: {match[0]}"
        for path, text in _python()
        if not any(room in path.parts for room in rooms)
        for match in re.finditer(pattern, text)
    ]
    assert not astray
