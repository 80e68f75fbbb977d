"""Whoever chose English meets English: every kind of page that a person's links lead to, and every form refused empty.

What people wrote (products, offices, packages) is the same in every language: the demo's own words are left out of
account. Anything else that is one of our Indonesian texts, or reads like one, is a mistake.
"""

import ast
import csv
import re
from collections.abc import Iterator
from functools import lru_cache
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Final
from urllib.parse import urljoin, urlsplit

import httpx
import pytest

from eorder_web.look.rendering import ROOT
from eorder_web.operations.demo.people import PASSWORD
from tests.conftest import BUSY_SECONDS
from tests.identity.arriving import led_by_number, sign_in_by_number
from tests.journeys.codes import next_code
from tests.journeys.walking import NATION, REGION, VENDOR
from tests.look.catalogues import english, english_plurals

if TYPE_CHECKING:
    from tests.journeys.stack import Stack

pytestmark = [pytest.mark.xdist_group("journeys")]

HOUSE: Final = ROOT.parents[1]
PEOPLE: Final = {
    "a citizen of the nation": (NATION, None),
    "a citizen of a region": (REGION, None),
    "a vendor": (NATION, VENDOR),
    "the verifier": (NATION, "verifikator@nasional.example"),
    "the agency": (NATION, "admin@nasional.example"),
    "the procurement officer": (REGION, "pp@dki.example"),
    "the commitment officer": (REGION, "ppk@dki.example"),
    "the receiver": (REGION, "penerima@dki.example"),
    "the treasurer": (REGION, "bendahara@dki.example"),
    "the administrator": (REGION, "admin@dki.example"),
}
NOT_FOLLOWED: Final = re.compile(
    r"\.csv|/csv|/xlsx|/keluar|bahasa=|tema=|\.pdf|\.webp|/contoh/|/static/|/surat|/foto/"
)
"""Downloads, pictures, what would change the visitor, and the mailbox: letters are Indonesian."""
MAY_BE_SENT_EMPTY: Final = re.compile(r"/draf$|/keluar$")
SPOKEN: Final = (
    "aria-label", "alt", "title", "placeholder", "data-confirm", "data-too-large", "data-too-much", "data-label",
)  # fmt: skip
VOID: Final = ("input", "br", "img", "meta", "link", "hr", "wbr", "use", "path")
FACT: Final = re.compile(r"%\(\w+\)s")
INDONESIAN: Final = re.compile(
    r"\b(yang|untuk|dengan|tidak|belum|dapat|sudah|atau|dari|pada|oleh|akan|ini|Anda|wajib|paling|isi)\b"
)
POSITIONS: Final = {"Pejabat Pengadaan", "Admin daerah"}
"""What the demo's officials are called by their offices happens to be what we call their roles."""


class Words(HTMLParser):
    """What a page says, piece by piece; where its links lead; which forms want an answer.

    Code is the same in every language, with what its samples order and write.
    """

    def __init__(self) -> None:
        super().__init__()
        self.pieces: list[str] = []
        self.links: list[str] = []
        self.forms: list[dict[str, str]] = []
        self._open: list[str] = []
        self._silent = 0
        self._form: dict[str, str] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag not in VOID and (
            self._silent or given.get("lang") == "id" or tag in ("script", "style", "code")
        ):
            self._silent += 1
        self.pieces += [" ".join(given[name].split()) for name in SPOKEN if given.get(name)]
        if tag == "a" and given.get("href"):
            self.links.append(given["href"])
        if tag == "form" and given.get("method") == "post":
            self._form = {"action": given["action"]}
            self.forms.append(self._form)
        if self._form and given.get("name") == "_csrf":
            self._form["_csrf"] = given["value"]
        if self._form and "required" in given and given.get("type") not in ("radio", "checkbox"):
            self._form["asks"] = "yes"

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._form = {}
        self._silent = max(0, self._silent - 1)

    def handle_data(self, data: str) -> None:
        if not self._silent and data.strip():
            self.pieces.append(" ".join(data.split()))


SEEDS: Final = HOUSE / "platform/eorder_platform/seeds"
OURS: Final = frozenset(
    key
    for key, forms in [*english().items(), *english_plurals().items()]
    if key not in forms and not FACT.search(key)
) | {
    category["name"]
    for category in csv.DictReader((SEEDS / "categories.csv").read_text().splitlines())
    if category["name"] != category["name_english"]
}


@lru_cache(maxsize=1)
def data() -> re.Pattern[str]:
    """What the demo and the seeds call things, longest first."""
    names = set[str]()
    for path in (HOUSE / "web/eorder_web/operations/demo").glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                names |= {part.strip() for part in re.split(r"[|\n]", node.value)}
    names |= {cell for row in csv.reader((SEEDS / "provinces.csv").read_text().splitlines()) for cell in row}
    for path in (SEEDS / "law").glob("*.toml"):
        names |= set(re.findall(r'"([^"\n]+)"', path.read_text()))
    longest_first = sorted((name for name in names - OURS if len(name) > 4), key=len, reverse=True)
    return re.compile("|".join(map(re.escape, longest_first)))


def left_over(pieces: list[str]) -> Iterator[str]:
    """Pieces that are one of our Indonesian texts, or read like one. Two letters are a region's code."""
    for piece in pieces:
        told = data().sub("", piece)
        if len(piece) > 2 and piece not in POSITIONS and (told in OURS or INDONESIAN.search(told)):
            yield piece


@pytest.mark.parametrize("who", PEOPLE)
def test_every_page_is_english_throughout(stack: "Stack", who: str) -> None:
    host, email = PEOPLE[who]
    here = f"{host}:{stack.port}"
    found: dict[str, str] = {}
    with httpx.Client(
        base_url=f"http://127.0.0.1:{stack.port}", headers={"Host": here}, timeout=BUSY_SECONDS
    ) as browser:
        looked_at(led_by_number(browser, browser.get("/masuk?bahasa=en")), "/masuk", found)
        if email:
            assert sign_in_by_number(browser, email, PASSWORD, next_code(email)).status_code == 303
        opened, sent, waiting = set[str](), set[str](), ["/", "/tidak-ada", "/akun"]
        while waiting:
            path = waiting.pop()
            if kind_of(path) in opened:
                continue
            opened.add(kind_of(path))
            words = looked_at(browser.get(path), path, found)
            for link in words.links:
                there = urlsplit(urljoin(f"http://{here}{path}", link))
                if there.netloc == here and not NOT_FOLLOWED.search(link):
                    waiting.insert(0, there.path + (f"?{there.query}" if there.query else ""))
            for form in words.forms:
                action = form["action"]
                if "asks" in form and not MAY_BE_SENT_EMPTY.search(action) and kind_of(action) not in sent:
                    sent.add(kind_of(action))
                    answer = browser.post(action, data={"_csrf": form["_csrf"]})
                    looked_at(answer, f"{path} → {action}", found)
    assert len(opened) > 8
    assert not found, "\n".join(f"{path}  {piece[:150]!r}" for piece, path in found.items())


def looked_at(answer: httpx.Response, path: str, found: dict[str, str]) -> Words:
    """The page's words; what is left over in them is noted with where it was found first."""
    assert answer.status_code < 500, f"{path}: {answer.status_code}"
    words = Words()
    if "text/html" in answer.headers.get("content-type", ""):
        assert 'lang="en"' in answer.text[:200], path
        words.feed(answer.text)
        for piece in left_over(words.pieces):
            found.setdefault(piece, path)
    return words


def kind_of(path: str) -> str:
    """Of many orders, vendors or products one; what a page is asked beyond its address makes no other page."""
    return re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}|[A-Z0-9]{4,}(-[A-Z0-9]+)+|\d+", "*", path.partition("?")[0])
