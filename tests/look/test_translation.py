"""Every Indonesian text that a template or a handler may say has its English."""

import ast
import re
from collections.abc import Callable, Iterator

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po
from jinja2.ext import extract_from_ast

from eorder_tenants.orders.core.models import Status
from eorder_tenants.orders.lifecycle import Action
from eorder_web.edge.navigation import ROLE_WORDS
from eorder_web.look.rendering import ROOT, environment
from eorder_web.look.translating import FACT, LOCALE_FOLDER, language, ngettext, speaking

CALLS = ("_", "ngettext")
HOUSE = ROOT.parent.parent
NOT_ON_PAGES = {
    "cli.py",
    "jobs.py",
    "ownership.py",
    "migrating.py",
    "provisioning.py",
    "founding.py",
    "settings.py",
}
"""Modules whose sentences go to a shell, into mail or nowhere; so do the folders of the demo and of legal documents."""
WORDS_FOR = {
    "{name}": "Nama usaha",
    "{measured}": "penjualan setahun",
    "{_words(seconds)}": "80 detik",
    "{sentence}": "Anda menyetujui pesanan ini, jadi tidak dapat memeriksanya",
    "{acts[person]}": "membuat pesanan ini",
    "{said}": "tersedia Rp 1, diperlukan Rp 2",
}
"""What stands in a composed sentence where its facts are words; figures and names may be anything."""


def texts_of_templates() -> Iterator[tuple[str, str, bool]]:
    """Place, text, and whether it counts things."""
    jinja = environment("id")
    for path in sorted(ROOT.rglob("*.html")):
        name = path.relative_to(ROOT).as_posix()
        tree = jinja.parse(path.read_text(), name)
        for line, call, message in extract_from_ast(tree, CALLS):
            key = message[0] if isinstance(message, tuple) else message
            if key is not None:
                yield f"{name}:{line}", key, call == "ngettext"


def texts_of_handlers() -> Iterator[tuple[str, str, bool]]:
    keywords = {"_": None, "ngettext": (1, 2)}
    for name, line, message, *_rest in extract_from_dir(ROOT, [("**.py", "python")], {}, keywords):
        key = message[0] if isinstance(message, tuple) else message
        yield f"{name}:{line}", key, isinstance(message, tuple)


@pytest.mark.parametrize("texts", [texts_of_templates, texts_of_handlers])
def test_every_text_has_its_english(texts: Callable[[], Iterator[tuple[str, str, bool]]]) -> None:
    english = language("en")
    missing = [
        f"{place} {key!r}"
        for place, key, counts in texts()
        if key not in (english.plurals if counts else english.texts)
    ]
    assert not missing, "add to web/eorder_web/look/locale/en/*.po:\n" + "\n".join(missing)


def sentences_below_the_pages() -> Iterator[tuple[str, str]]:
    """Place and text of every sentence in Python code, with its facts filled in as they may be."""
    for path in sorted(HOUSE.glob("*/eorder_*/**/*.py")):
        folders = {"demo", "documents", "embedded", "seeds", "gallery"} & set(path.parts)
        if folders or path.name in NOT_ON_PAGES:
            continue
        tree = ast.parse(path.read_text())
        parts = {id(part) for one in ast.walk(tree) if isinstance(one, ast.JoinedStr) for part in one.values}
        parts |= {id(one.value) for one in ast.walk(tree) if isinstance(one, ast.Expr)}
        for node in ast.walk(tree):
            if id(node) not in parts and (text := _filled(node)) and re.fullmatch("[A-Z“7].* .*[.?]”?", text):
                yield f"{path.relative_to(HOUSE)}:{node.lineno}", text  # type: ignore[attr-defined]


def _filled(node: ast.AST) -> str | None:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if not isinstance(node, ast.JoinedStr):
        return None
    pieces = (
        ast.unparse(part.value) if isinstance(part, ast.FormattedValue) else part for part in node.values
    )
    return "".join(
        WORDS_FOR.get(f"{{{piece}}}", "7") if isinstance(piece, str) else str(piece.value)  # type: ignore[attr-defined]
        for piece in pieces
    )


def test_every_sentence_that_is_said_below_the_pages_has_its_english() -> None:
    english = language("en")
    said = list(sentences_below_the_pages())
    assert len(said) > 250
    missing = [f"{place} {text!r}" for place, text in said if english.gettext(text) == text]
    assert not missing, "add to web/eorder_web/look/locale/en/sentences.po:\n" + "\n".join(missing)


def test_a_composed_sentence_is_said_again_with_its_facts() -> None:
    english = language("en").gettext
    assert english("Nama usaha wajib diisi.") == "Business name is required."
    assert english("Saldo tidak cukup: tersedia Rp 1.000, diperlukan Rp 2.000.") == (
        "The balance is too small: Rp 1.000 available, Rp 2.000 needed."
    )
    assert english("Diterima penyedia.") == "Accepted by the vendor."
    assert english("PPN 12% dari DPP nilai lain") == "VAT (PPN) 12% of the reduced base"


def test_what_the_business_names_has_its_english() -> None:
    named = [status.label for status in Status]
    named += [text for action in Action for text in (action.label, action.done)]
    named += ROLE_WORDS.values()
    assert [text for text in named if text not in language("en").texts] == []


def test_a_translation_keeps_every_fact_of_its_text() -> None:
    english = language("en")
    pairs = [*english.texts.items(), *((key, many) for key, (_one, many) in english.plurals.items())]
    lost = [key for key, text in pairs if set(FACT.findall(key)) != set(FACT.findall(text))]
    assert not lost


def test_no_two_catalogues_say_the_same_text_differently() -> None:
    said: dict[str, str] = {}
    for path in sorted((LOCALE_FOLDER / "en").glob("*.po")):
        with path.open("rb") as file:
            for message in read_po(file, locale="en"):
                if message.id and isinstance(message.id, str):
                    assert said.setdefault(message.id, str(message.string)) == message.string, path.name


def test_a_text_without_english_reads_in_indonesian() -> None:
    assert language("en").gettext("Kalimat yang belum diterjemahkan") == "Kalimat yang belum diterjemahkan"


def test_english_counts_one_and_many() -> None:
    key = "Ada %(n)s hal yang perlu diperbaiki"
    with speaking("en"):
        assert ngettext(key, key, 1) == "There is 1 thing to correct"
        assert ngettext(key, key, 3) == "There are 3 things to correct"
    assert ngettext(key, key, 3) == "Ada 3 hal yang perlu diperbaiki"
