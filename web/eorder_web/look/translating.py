"""Two languages: every key is the Indonesian text, English comes from `locale/en/*.po` by gettext.

Which language is spoken is known in one place: the edge sets it for a request with `speaking`, and everything here, the
formatting of figures and the templates read it there. Below the pages nobody knows of languages: what comes up from
there is a text of ours or a `Sentence`, which is said here with its facts.
"""

import io
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache, wraps
from gettext import NullTranslations
from pathlib import Path
from typing import Any, Protocol, TypeVar, TypeVarTuple

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import Translations
from markupsafe import Markup

from eorder_platform.formatting import INDONESIAN
from eorder_platform.sentences import Sentence

T = TypeVar("T")
Ts = TypeVarTuple("Ts")

LOCALES = (INDONESIAN, "en")
LOCALE_FOLDER = Path(__file__).parent / "locale"

_spoken: ContextVar[str] = ContextVar("spoken_language", default=INDONESIAN)


@contextmanager
def speaking(locale: str) -> Iterator[None]:
    """Within this block everything is said in `locale`."""
    token = _spoken.set(locale)
    try:
        yield
    finally:
        _spoken.reset(token)


spoken = _spoken.get
"""The language of the reader, `spoken()`; the variable's own method, because a page asks a hundred times."""


def _(text: str, **facts: object) -> str:
    """The text in the reader's language, with `%(name)s` filled in; markup among the facts makes the result markup.

    A Sentence is said with its own facts. What nobody translated (a name, an older sentence out of the database) stays.
    """
    if isinstance(text, Sentence):
        return text.translated(translations(spoken()), spoken())
    return _filled(translations(spoken()).gettext(text) if text else "", facts)


def ngettext(singular: str, plural: str, n: int, **facts: object) -> str:
    """The text for `n` things. Indonesian has one form; `%(n)s` is filled in unless given formatted."""
    return _filled(translations(spoken()).ngettext(singular, plural, n), {"n": n, **facts})


class Named(Protocol):
    """What carries its name in both languages: a category."""

    name: Any
    name_english: Any


def named(one: Named) -> str:
    """Its name in the reader's language."""
    return str(one.name_english if spoken() == "en" else one.name)


def kept_by_language(maxsize: int) -> Callable[[Callable[[*Ts], T]], Callable[[*Ts], T]]:
    """Like functools.lru_cache, for what is made of words: each language keeps its own."""

    def decorate(make: Callable[[*Ts], T]) -> Callable[[*Ts], T]:
        kept = lru_cache(maxsize)(lambda _locale, *args: make(*args))

        @wraps(make)
        def found(*args: *Ts) -> T:
            return kept(spoken(), *args)

        return found

    return decorate


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


def _filled(text: str, facts: dict[str, object]) -> str:
    if not facts:
        return text
    if any(hasattr(fact, "__html__") for fact in facts.values()):
        return Markup(text) % facts
    return text % facts
