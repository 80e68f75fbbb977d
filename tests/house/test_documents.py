"""Code cites the documents by section and scenario: each citation leads somewhere."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
DOCUMENTS = {name: (ROOT / "docs" / f"{name}.md").read_text() for name in ("domain", "architecture")}
SECTION = r"\d+(?:\.\d+)?"
CITED = re.compile(rf"(domain|architecture)\.md((?:(?:,| and)? {SECTION}(?: \([^)]*\))?)*)", re.IGNORECASE)
BY_NUMBER = re.compile(r"\b(SOD\d+)\b|(?:\"\"\"|\()([AT]\d{1,2})\b")
"""A duty anywhere; a scenario or example where a docstring begins or a bracket opens with it."""


def _sources() -> dict[Path, str]:
    rooms = ("platform", "tenants", "web", "tests", "infra", "migrations")
    paths = [
        path
        for room in rooms
        for path in (ROOT / room).rglob("*")
        if path.suffix in (".py", ".html", ".mako")
    ]
    return {path: path.read_text() for path in paths if path != Path(__file__)}


def test_every_section_that_is_cited_can_be_found() -> None:
    cited = [(path, found) for path, text in _sources().items() for found in CITED.finditer(text)]
    assert len(cited) > 20
    for path, found in cited:
        headings = re.findall(rf"^##+ ({SECTION})\.? ", DOCUMENTS[found[1].lower()], re.MULTILINE)
        sections = re.findall(rf" ({SECTION})", re.sub(r"\([^)]*\)", "", found[2]))
        assert sections, f"{path}: {found[0]} names no section"
        assert set(sections) <= set(headings), f"{path}: {found[0]}"


def test_every_duty_and_scenario_that_is_cited_can_be_found() -> None:
    known = set(re.findall(r"^\| (SOD\d+|[AT]\d+) \|", DOCUMENTS["domain"], re.MULTILINE))
    cited = {(one or two, path) for path, text in _sources().items() for one, two in BY_NUMBER.findall(text)}
    assert len(cited) > 20
    assert [(number, str(path)) for number, path in cited if number not in known] == []


@pytest.mark.parametrize(
    "document", ["README.md", "CONTRIBUTING.md", "docs/architecture.md", "docs/domain.md"]
)
def test_a_document_leads_only_to_what_exists(document: str) -> None:
    text = (ROOT / document).read_text()
    named = re.findall(
        r"`((?:platform|tenants|web|migrations|infra|tests|docs)/[\w./-]+)`|\]\(([\w./-]+)\)", text
    )
    lost = [place for pair in named for place in pair if place and not (ROOT / place).exists()]
    assert lost == []
