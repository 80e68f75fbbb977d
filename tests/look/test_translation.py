"""Every Indonesian text that anybody may be told has its English, and the catalogues hold nothing else."""

import ast
import re
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

from jinja2.ext import extract_from_ast

from eorder_platform.sentences import Sentence, counted, term
from eorder_tenants.orders.core.models import Status
from eorder_tenants.orders.core.plain_fields import PLAIN_FIELDS
from eorder_tenants.orders.lifecycle import LIFECYCLE, steps
from eorder_web.edge.navigation import ROLE_WORDS
from eorder_web.look.rendering import ROOT, environment
from eorder_web.look.translating import _, ngettext, speaking, translations
from tests.look.catalogues import english, english_plurals, messages

HOUSE = ROOT.parent.parent
TEMPLATE_CALLS = ("_", "ngettext")
ONE = {
    "_",
    "Sentence",
    "term",
    "Refused",
    "Conflict",
    "NotAllowed",
    "NotVisible",
    "Unavailable",
    "StaleForm",
    "TableColumn",
}
COUNTED = {"counted", "ngettext"}
FACT = re.compile(r"%\((\w+)\)s")
SENTENCE = re.compile("[A-Z“7%].* .*[.?]”?", re.DOTALL)
NOT_ON_PAGES = {
    "cli.py",
    "jobs.py",
    "ownership.py",
    "migrating.py",
    "provisioning.py",
    "founding.py",
    "settings.py",
    "alarming.py",
    "sanctioning.py",
}
"""Modules whose sentences go to a shell, into mail or nowhere; so do the folders of the demo and of legal documents."""


@lru_cache(maxsize=1)
def sources() -> list[tuple[Path, ast.Module]]:
    """The modules whose words may reach a page."""
    return [
        (path, ast.parse(path.read_text()))
        for path in sorted(HOUSE.glob("*/eorder_*/**/*.py"))
        if not {"demo", "documents", "seeds", "gallery"} & set(path.parts) and path.name not in NOT_ON_PAGES
    ]


def texts_of_templates() -> Iterator[tuple[str, str, bool]]:
    """Place, text, and whether it counts things."""
    jinja = environment()
    for path in sorted(ROOT.rglob("*.html")):
        name = path.relative_to(ROOT).as_posix()
        tree = jinja.parse(path.read_text(), name)
        for line, call, message in extract_from_ast(tree, TEMPLATE_CALLS):
            key = message[0] if isinstance(message, tuple) else message
            if key is not None:
                yield f"{name}:{line}", key, call == "ngettext"


def texts_of_calls() -> Iterator[tuple[str, str, bool]]:
    """What Python code hands to whoever says it: a refusal, a sentence, a word among the facts, `_`."""
    for path, tree in sources():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and (name := _called(node)) in ONE | COUNTED and node.args:
                match node.args[0]:
                    case ast.Constant(value=str(text)):
                        yield f"{path.relative_to(HOUSE)}:{node.lineno}", text, name in COUNTED


def sentences_of_modules() -> Iterator[tuple[str, str, bool]]:
    """Every constant that reads as a sentence, wherever it waits to be said: in a list of problems, in a table."""
    for path, tree in sources():
        silent = {id(part) for one in ast.walk(tree) if isinstance(one, ast.JoinedStr) for part in one.values}
        silent |= {id(one.value) for one in ast.walk(tree) if isinstance(one, ast.Expr)}
        for node in ast.walk(tree):
            match node:
                case ast.Constant(value=str(text)) if id(node) not in silent and SENTENCE.fullmatch(text):
                    yield f"{path.relative_to(HOUSE)}:{node.lineno}", text, False


def _called(call: ast.Call) -> str:
    return call.func.id if isinstance(call.func, ast.Name) else getattr(call.func, "attr", "")


def _is_words(text: str) -> bool:
    return bool(re.search(r"[A-Za-z]{2}", FACT.sub("", text)))


def test_every_text_has_its_english() -> None:
    said = [*texts_of_templates(), *texts_of_calls(), *sentences_of_modules()]
    assert len(said) > 1_500
    missing = {
        f"{place} {text!r}"
        for place, text, counts in said
        if _is_words(text) and text not in (english_plurals() if counts else english())
    }
    assert not missing, "add to web/eorder_web/look/locale/en/*.po:\n" + "\n".join(sorted(missing))


def test_no_sentence_is_finished_before_it_is_said() -> None:
    """An f-string can be said in one language alone: its facts belong into a Sentence."""
    finished = [
        f"{path.relative_to(HOUSE)}:{node.lineno} {ast.unparse(node)}"
        for path, tree in sources()
        for node in ast.walk(tree)
        if isinstance(node, ast.JoinedStr) and SENTENCE.fullmatch(_with_facts(node))
    ]
    assert not finished, "\n".join(finished)


def _with_facts(node: ast.JoinedStr) -> str:
    return "".join(str(part.value) if isinstance(part, ast.Constant) else "7" for part in node.values)


def test_no_translation_is_of_a_text_that_nobody_says() -> None:
    constants = {text for _, text, _ in texts_of_templates()}
    for path in HOUSE.glob("*/eorder_*/**/*.py"):
        constants |= {
            node.value
            for node in ast.walk(ast.parse(path.read_text()))
            if isinstance(node, ast.Constant) and isinstance(node.value, str)
        }
    stale = [f"{name}: {key}" for name, key, _ in messages() if key not in constants]
    assert not stale, "\n".join(stale)


def test_what_the_business_names_has_its_english() -> None:
    named = [status.label for status in Status]
    named += [stage.name for stage in LIFECYCLE]
    named += [text for step in steps() for text in (step.label, step.done, step.declares) if text]
    named += [text for one in PLAIN_FIELDS for text in (one.label, one.hint) if text]
    named += ROLE_WORDS.values()
    assert [text for text in named if text not in english()] == []


def test_a_translation_keeps_every_fact_of_its_text() -> None:
    lost = [
        key
        for _, key, forms in messages()
        for form in forms
        if set(FACT.findall(key)) != set(FACT.findall(form))
    ]
    assert lost == []


def test_no_two_catalogues_say_the_same_text_differently() -> None:
    said: dict[tuple[str, int], tuple[str, ...]] = {}
    for name, key, forms in messages():
        assert said.setdefault((key, len(forms)), forms) == forms, f"{name}: {key}"


def test_a_sentence_is_said_with_its_facts_in_the_readers_language() -> None:
    refusal = Sentence("%(name)s wajib diisi.", name=term("Nama usaha"))
    assert _(refusal) == "Nama usaha wajib diisi."
    with speaking("en"):
        assert _(refusal) == "Business name is required."
        assert _(Sentence("Jumlah paling banyak %(most)s.", most=1_250)) == "The quantity is at most 1,250."
        assert _(Sentence("%(done)s.", done=term("Diterima penyedia"))) == "Accepted by the vendor."
        assert _(
            Sentence("Terlalu banyak percobaan. Coba lagi dalam %(wait)s.", wait=counted("%(n)s menit", 1))
        ) == ("Too many attempts. Try again in 1 minute.")


def test_a_text_without_english_reads_in_indonesian() -> None:
    with speaking("en"):
        assert _("Kalimat yang belum diterjemahkan") == "Kalimat yang belum diterjemahkan"
        assert _("") == ""


def test_the_catalogue_is_gettexts_own() -> None:
    assert translations("en").gettext("Katalog") == "Catalogue"
    assert translations("id").gettext("Katalog") == "Katalog"


def test_english_counts_one_and_many() -> None:
    key = "Ada %(n)s hal yang perlu diperbaiki"
    with speaking("en"):
        assert ngettext(key, key, 1) == "There is 1 thing to correct"
        assert ngettext(key, key, 3) == "There are 3 things to correct"
    assert ngettext(key, key, 3) == "Ada 3 hal yang perlu diperbaiki"
