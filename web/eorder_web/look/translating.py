"""Two languages: every key is the Indonesian sentence, English comes from `locale/en/*.po`.

Templates are compiled once per language (see `rendering`), so `_("…")` costs nothing there at run time. Python code
that composes a sentence asks for the language of the request, which the edge has set with `speaking`.

Below the pages nobody knows of languages: a refusal is raised in Indonesian, its facts filled in. Such a sentence is
recognised by its pattern among those of `sentences.po`, and said again in English with the same facts.
"""

import io
import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import lru_cache
from gettext import NullTranslations
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import Translations
from markupsafe import Markup

from eorder_platform.sentences import Sentence

LOCALES = ("id", "en")
DEFAULT_LOCALE = "id"
LOCALE_FOLDER = Path(__file__).parent / "locale"
COMPOSED = "sentences.po"
FACT = re.compile(r"%\((\w+)\)s")

_spoken: ContextVar[str] = ContextVar("spoken_language", default=DEFAULT_LOCALE)


@dataclass(frozen=True)
class Language:
    """The texts of one language; a text that is missing reads in Indonesian."""

    locale: str
    texts: dict[str, str] = field(default_factory=dict)
    plurals: dict[str, tuple[str, str]] = field(default_factory=dict)
    patterns: list[tuple[re.Pattern[str], str]] = field(default_factory=list)

    def gettext(self, key: str, **facts: object) -> str:
        """The text for `key`, with `%(name)s` filled in; markup among the facts makes the result markup."""
        if isinstance(key, Sentence):
            return key.said(translations(self.locale), self.locale)
        return _filled(self.texts.get(key) or self._composed(key), facts)

    def _composed(self, sentence: str) -> str:
        """A sentence that already carries its facts, in this language; one that nobody knows stays as it is."""
        if sentence.removesuffix(".") in self.texts:
            return self.texts[sentence.removesuffix(".")] + "."
        for pattern, text in self.patterns:
            if found := pattern.fullmatch(sentence):
                return text % {name: self.texts.get(fact, fact) for name, fact in found.groupdict().items()}
        return sentence

    def ngettext(self, singular: str, plural: str, n: int, **facts: object) -> str:
        """The text for `n` things. Indonesian has one form; `%(n)s` is filled in unless given formatted."""
        one, many = self.plurals.get(singular, (singular, plural))
        return _filled(one if n == 1 else many, {"n": n, **facts})


@lru_cache(maxsize=len(LOCALES))
def translations(locale: str) -> NullTranslations:
    """The catalogue of a language, compiled in memory from its .po files; Indonesian needs none."""
    found = NullTranslations()
    for path in sorted((LOCALE_FOLDER / locale).glob("*.po")):
        with path.open("rb") as file:
            catalogue = read_po(file, locale=locale)
        compiled = io.BytesIO()
        write_mo(compiled, catalogue)
        compiled.seek(0)
        read = Translations(compiled)
        found = found.merge(read) if isinstance(found, Translations) else read
    return found


@lru_cache(maxsize=len(LOCALES))
def language(locale: str) -> Language:
    """The language's texts, read once from all its .po files; the first file by name wins."""
    texts: dict[str, str] = {}
    plurals: dict[str, tuple[str, str]] = {}
    patterns: list[tuple[re.Pattern[str], str]] = []
    for path in sorted((LOCALE_FOLDER / locale).glob("*.po")):
        with path.open("rb") as file:
            catalogue = read_po(file, locale=locale)
        for message in catalogue:
            match message.id, message.string:
                case (str(key), *_), (str(one), str(many)):
                    plurals.setdefault(key, (one, many))
                case str(key), str(text) if key and text:
                    texts.setdefault(key, text)
                    if path.name == COMPOSED and FACT.search(key):
                        patterns.append((_pattern(key), text))
    patterns.sort(key=lambda one: -len(one[0].pattern))
    return Language(locale, texts, plurals, patterns)


def _pattern(key: str) -> re.Pattern[str]:
    """What the sentence looks like with any facts."""
    *plain, last = FACT.split(key)[::2]
    names = FACT.findall(key)
    pieces = [f"{re.escape(text)}(?P<{name}>.+?)" for text, name in zip(plain, names, strict=True)]
    return re.compile("".join(pieces) + re.escape(last), re.DOTALL)


@contextmanager
def speaking(locale: str) -> Iterator[None]:
    """Within this block `_` and `ngettext` answer in `locale`."""
    token = _spoken.set(locale)
    try:
        yield
    finally:
        _spoken.reset(token)


def spoken() -> str:
    """The language of the request at hand."""
    return _spoken.get()


def _(key: str, **facts: object) -> str:
    """The sentence in the language of the request."""
    return language(spoken()).gettext(key, **facts)


def ngettext(singular: str, plural: str, n: int, **facts: object) -> str:
    """The sentence for `n` things in the language of the request."""
    return language(spoken()).ngettext(singular, plural, n, **facts)


def _filled(text: str, facts: dict[str, object]) -> str:
    if not facts:
        return text
    if any(hasattr(fact, "__html__") for fact in facts.values()):
        return Markup(text) % facts
    return text % facts
