"""Every Indonesian text that a template or a handler may say has its English."""

import re
from collections.abc import Callable, Iterator

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po
from jinja2.ext import extract_from_ast

from eorder_tenants.orders.lifecycle import Action
from eorder_tenants.orders.models import Status
from eorder_web.navigation import ROLE_WORDS
from eorder_web.rendering import ROOT, environment
from eorder_web.translating import LOCALE_FOLDER, language, ngettext, speaking

CALLS = ("_", "ngettext")
FACT = re.compile(r"%\((\w+)\)s")


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
    assert not missing, "add to web/eorder_web/locale/en/*.po:\n" + "\n".join(missing)


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
