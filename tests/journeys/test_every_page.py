"""Everybody opens all that his menus and the lists behind them lead to; each kind is examined at both widths.

Each is also weighed as if it were the first page that this browser ever opened here: bytes, requests, jumps.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

import pytest
from playwright.sync_api import Route

from tests.journeys.conftest import Welcome
from tests.journeys.measuring import Scales
from tests.journeys.walking import NATION, REGION, VENDOR
from tests.look.conftest import AXE

if TYPE_CHECKING:
    from tests.journeys.visitor import Visitor

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("journeys")]

PEOPLE: Final = {
    "a citizen of the nation": (NATION, None),
    "a citizen of a region": (REGION, None),
    "a vendor": (NATION, VENDOR),
    "the verifier": (NATION, "verifikator@nasional.example"),
    "the agency": (NATION, "admin@nasional.example"),
    "the procurement officer": (REGION, "pp@dki.example"),
    "the commitment officer": (REGION, "ppk@dki.example"),
    "the treasurer": (REGION, "bendahara@dki.example"),
    "the administrator": (REGION, "admin@dki.example"),
}
NOT_FOLLOWED: Final = (
    ".csv",
    ".pdf",
    "/xlsx",
    "/csv",
    "/keluar",
    "bahasa=",
    "tema=",
    "/dokumen/",
    "/foto/",
    "/contoh/",
)
"""Downloads, and what would change the visitor."""
LETTERS: Final = "/surat"
"""The demo's mailbox: its letters are to others, and lead where they may go."""
LINKS: Final = "links => links.map(link => new URL(link.getAttribute('href'), location).href)"
"""Of the map's regions too: in SVG `href` is no string."""


@pytest.mark.parametrize("who", PEOPLE)
def test_all_that_the_menus_lead_to_is_sound(welcome: Welcome, who: str) -> None:
    host, email = PEOPLE[who]
    visitor = welcome(host)
    if email:
        visitor.signs_in(email)
    visitor.opens("/")
    beginnings = links(visitor, ".masthead, .foot") | links(visitor, ".hero")
    assert len(beginnings) > 5
    found, scales, heavy = set[str](), Scales(visitor.page), list[str]()
    for path in sorted(beginnings):
        heavy += scales.faults_of(visitor.stack.address(host, path))
        visitor.arrives()
        if path != LETTERS:
            found |= one_of_each_kind(links(visitor, "main"), beginnings)
    for path in sorted(one_of_each_kind(found, beginnings)):
        heavy += scales.faults_of(visitor.stack.address(host, path))
        visitor.arrives()
    assert not heavy, "\n".join(heavy)


def test_the_scales_see_what_is_too_much(welcome: Welcome) -> None:
    visitor = welcome(NATION)
    address = visitor.stack.address(NATION, "/berat")
    heavy = (
        f"<!doctype html><link rel=icon href=/ikon><script src=/loncat></script><p>{'berat ' * 11_000}</p>"
    )
    jump = "setTimeout(() => document.querySelector('p').before(document.createElement('hr'), 'x'.repeat(9)), 60)"
    visitor.page.route("**/berat", answering(heavy, "text/html"))
    visitor.page.route("**/loncat", answering(jump, "text/javascript"))
    faults = Scales(visitor.page).faults_of(address)
    assert [one for one in faults if "bytes" in one] and [one for one in faults if "shifts by" in one], faults


def test_the_examiner_sees_what_is_too_small_to_touch_and_what_is_covered(welcome: Welcome) -> None:
    visitor = welcome(NATION, phone=True)
    begin = '<!doctype html><html lang="id"><title>Kecil</title><link rel="icon" href="data:,"><main><h1>Kecil</h1>'
    small = "<button style='width:12px;height:12px;padding:0'>a</button>" * 3
    covered = "<a href='/' style='display:block;margin-top:740px'>Tautan</a></main><nav style='position:fixed;bottom:0;"
    covered += "left:0;right:0'><a href='/x' style='display:block;height:80px'>Batang</a></nav>"
    for number, (fault, said) in enumerate(((small, "target-size"), (covered, "covered: <a"))):
        visitor.page.route(f"**/kecil{number}", answering(begin + fault, "text/html"))
        visitor.page.goto(visitor.stack.address(NATION, f"/kecil{number}"))
        visitor.page.evaluate(AXE.read_text())
        assert [one for one in visitor.violations(390) if said in one], said


def answering(body: str, content_type: str) -> Callable[[Route], None]:
    """Answers an address of a browser's own."""
    return lambda route: route.fulfill(body=body, content_type=content_type)


def links(visitor: "Visitor", within: str) -> set[str]:
    """The paths that links in that part of the page lead to, on this host."""
    origin = visitor.stack.address(visitor.host, "")
    selector = ", ".join(f"{part} a[href]" for part in within.split(", "))
    found = visitor.page.locator(selector).evaluate_all(LINKS)
    paths = {link.removeprefix(origin).partition("#")[0] for link in found if link.startswith(f"{origin}/")}
    return {path for path in paths if not any(part in path for part in NOT_FOLLOWED)}


def one_of_each_kind(paths: set[str], known: set[str]) -> set[str]:
    """Of many orders, vendors or products one; nothing that differs in its question alone, or was opened already."""
    from tests.journeys.visitor import pattern_of

    kinds = {pattern_of(path.partition("?")[0]): path for path in sorted(paths, reverse=True)}
    opened = {pattern_of(path.partition("?")[0]) for path in known}
    return {path for kind, path in kinds.items() if kind not in opened}
