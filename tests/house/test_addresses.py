"""Addresses are made from the names of routes: no page writes another's by hand, and every name is a route's."""

import ast
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from uuid import UUID

import pytest

from eorder_platform.addresses import PROMISED
from eorder_platform.settings import settings
from eorder_web import routes
from eorder_web.edge.naming import learn_addresses
from eorder_web.look import addresses
from eorder_web.look.addresses import UnknownRoute, address, national_address, stem

ROOT = Path(__file__).resolve().parents[2]
WEB = ROOT / "web/eorder_web"
BELOW_WEB = [ROOT / "platform/eorder_platform", ROOT / "tenants/eorder_tenants"]
NO_PAGES = {
    "edge/built_files.py": "serves the built files themselves",
    "edge/dispatching.py": "leads to the pages for hosts that are nobody's",
    "gallery/show.html": "a page of specimens",
    "gallery/specimens.py": "a page of specimens",
    "look/components/ui.html": "explains itself by an example",
}
LITERAL = re.compile(r"/(?!static/|_/)[a-z][a-z-]*(?:[/?.{#]|$)")
CALL = re.compile(r"\b(?:(?:national_|regional_)?address|stem|address_in)\((?:[^\"()]*, )?\s*\"([\w.]+)\"")
DECORATORS = {"get", "post", "put", "patch", "delete", "route"}


@pytest.fixture(autouse=True, scope="module")
def _learnt() -> None:
    learn_addresses([*routes.region(), *routes.nation()])


def test_no_address_of_a_page_is_written_by_hand() -> None:
    written = {
        f"{path.relative_to(WEB)}: {text}"
        for path, text in [*_literals_in_python(WEB), *_literals_in_templates()]
        if str(path.relative_to(WEB)) not in NO_PAGES and not _is_of_the_api(path)
    }
    assert written == set()


def _is_of_the_api(path: Path) -> bool:
    """Its addresses are its own, declared with its operations; tests/api asks that each of them leads somewhere."""
    return path.suffix == ".py" and path.parent == WEB / "api"


def test_no_address_of_a_page_is_written_below_the_web_but_those_that_were_promised() -> None:
    written = {
        f"{path.name}: {text}"
        for root in BELOW_WEB
        for path, text in _literals_in_python(root)
        if path.name != "addresses.py"
    }
    assert written == set()


def test_every_name_that_is_written_is_a_route_s() -> None:
    named = {
        (path.name, name)
        for path in [*WEB.rglob("*.py"), *WEB.rglob("*.html")]
        for name in CALL.findall(path.read_text())
    }
    assert len({name for _, name in named}) > 60
    assert not {one for one in named if one[1] not in addresses.routes}


def test_what_was_mailed_and_printed_leads_to_the_page_of_that_name() -> None:
    for name, path in PROMISED.items():
        assert re.sub(r":\w+}", "}", addresses.routes[name].path) == path


def test_an_address_is_filled_in() -> None:
    order = UUID("019ad000-0000-7000-8000-000000000001")
    assert address("orders.list") == "/pesanan"
    assert address("orders.show", order_id=order) == f"/pesanan/{order}"
    assert (
        address("organisation.open_on", day=date(2026, 12, 31)) == "/organisasi/libur/2026-12-31/pencabutan"
    )
    assert address("transparency.order", number="../a b") == "/belanja/..%2Fa%20b"
    assert stem("catalogue.show") + str(order) == address("catalogue.show", offer_id=order)
    assert national_address("vendors.register") == settings().national_url("/daftar")


def test_a_query_has_the_names_that_people_see() -> None:
    assert address("budgets.uploads", kind="officials") == "/anggaran/unggahan?jenis=officials"
    assert address("transparency.spending", words="nasi & teh", year="") == "/belanja?q=nasi+%26+teh"
    wanted = address("catalogue.list", categories=("FNB", "ATK.PAPER"), lowest_rupiah=0)
    assert wanted == "/katalog?kategori=FNB&kategori=ATK.PAPER&harga_dari=0"


@pytest.mark.parametrize(
    ("name", "facts"), [("orders.nowhere", {}), ("orders.show", {}), ("orders.tasks", {"colour": "red"})]
)
def test_an_address_that_nobody_serves_is_a_mistake(name: str, facts: dict[str, str]) -> None:
    with pytest.raises(UnknownRoute):
        address(name, **facts)


def _literals_in_python(root: Path) -> Iterator[tuple[Path, str]]:
    for path in sorted(root.rglob("*.py")):
        tree = ast.parse(path.read_text())
        declared = {id(leaf) for call in _declarations(tree) for leaf in ast.walk(call)}
        for node in ast.walk(tree):
            if not isinstance(node, ast.Constant) or id(node) in declared:
                continue
            if isinstance(node.value, str) and LITERAL.match(node.value) and "\n" not in node.value:
                yield path, node.value


def _declarations(tree: ast.AST) -> Iterator[ast.expr]:
    """Where a route says its own path."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            for one in node.decorator_list:
                if isinstance(one, ast.Call) and isinstance(one.func, ast.Name) and one.func.id in DECORATORS:
                    yield one


def _literals_in_templates() -> Iterator[tuple[Path, str]]:
    for path in sorted(WEB.rglob("*.html")):
        for text in re.findall(r"[\"']([^\"'\s<>]+)", path.read_text()):
            if LITERAL.match(text):
                yield path, text
