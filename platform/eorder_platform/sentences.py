"""What people are told: an Indonesian text with places, and the facts that fill them.

A sentence is a string: the finished Indonesian one, for logs, journals, mail and tests. It also keeps its text and its
facts, so that the pages can say it in another language, with that language's figures and dates.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, time
from decimal import Decimal
from gettext import NullTranslations
from typing import Any, Final, Self

from eorder_platform import formatting
from eorder_platform.formatting import INDONESIAN


@dataclass(frozen=True, slots=True)
class Rupiah:
    """An amount of money as a fact of a sentence; `short`: the scale in words, "Rp 2,5 miliar"."""

    amount: int
    short: bool = False


@dataclass(frozen=True, slots=True)
class Rate:
    """A rate as a fact of a sentence: 15 permil read "1,5%"."""

    permil: int


Fact = str | int | Decimal | date | time | Rupiah | Rate
"""A string is a name, or what somebody typed, and stays as it is in every language, unless it is a Sentence: that is
said in the reader's language too. Figures and times get the marks of the language, dates its months."""

_AS_WRITTEN: Final = NullTranslations()


class Sentence(str):
    """`Sentence("Paling banyak %(most)s.", most=Rupiah(50_000_000))`: one finished sentence (or label) and its parts.

    `n` is set by :func:`counted` where the words depend on a number.
    """

    text: str
    facts: Mapping[str, Fact]
    n: int | None

    def __new__(cls, text: str, /, **facts: Fact) -> Self:
        return cls._made(text, facts, None)

    @classmethod
    def _made(cls, text: str, facts: Mapping[str, Fact], n: int | None) -> Self:
        made = super().__new__(cls, _filled(text, facts, n, _AS_WRITTEN, INDONESIAN))
        made.text, made.facts, made.n = text, facts, n
        return made

    def translated(self, translations: NullTranslations, locale: str) -> str:
        """The same sentence in another language."""
        return _filled(self.text, self.facts, self.n, translations, locale)


def counted(text: str, n: int, /, **facts: Fact) -> Sentence:
    """A sentence about `n` things, "%(n)s detik": other languages have a form for one and a form for many."""
    return Sentence._made(text, {"n": n, **facts}, n)


def joined(mark: str, sentences: Iterable[str]) -> Sentence:
    """Several sentences or labels as one, with that mark between them."""
    parts = {f"part_{number}": sentence for number, sentence in enumerate(sentences)}
    return Sentence(mark.join(f"%({name})s" for name in parts), **parts)


def term(text: str) -> Sentence:
    """A word of ours among the facts (a status, a field's name), which has its own translation."""
    return text if isinstance(text, Sentence) else Sentence(text)


def as_json(sentence: str) -> Any:
    """For a column that keeps what is to be said later; :func:`from_json` gives it back."""
    if not isinstance(sentence, Sentence):
        return sentence
    facts = {name: _fact_as_json(fact) for name, fact in sentence.facts.items()}
    return {"text": sentence.text, "facts": facts, "n": sentence.n}


def from_json(stored: Any) -> str:
    """The sentence that :func:`as_json` wrote."""
    if isinstance(stored, str):
        return stored
    facts = {name: _fact_from_json(fact) for name, fact in stored["facts"].items()}
    return Sentence._made(stored["text"], facts, stored["n"])


def _filled(
    text: str, facts: Mapping[str, Fact], n: int | None, translations: NullTranslations, locale: str
) -> str:
    found = translations.gettext(text) if n is None else translations.ngettext(text, text, n)
    return (
        found % {name: _fact(fact, translations, locale) for name, fact in facts.items()} if facts else found
    )


def _fact(fact: Fact, translations: NullTranslations, locale: str) -> str:
    match fact:
        case Sentence():
            return fact.translated(translations, locale)
        case str():
            return fact
        case Rupiah(amount, short):
            return formatting.rupiah_short(amount, locale) if short else formatting.rupiah(amount, locale)
        case Rate(permil):
            return formatting.percent(Decimal(permil) / 10, 1, locale)
        case date():
            return formatting.date_long(fact, locale)
        case time():
            return formatting.time_short(fact, locale)
        case _:
            return formatting.quantity(fact, locale)


def _fact_as_json(fact: Fact) -> Any:
    match fact:
        case str():
            return as_json(fact)
        case int():
            return fact
        case Rupiah(amount, short):
            return {"rupiah": amount, "short": short}
        case Rate(permil):
            return {"permil": permil}
        case date():
            return {"date": fact.isoformat()}
        case time():
            return {"time": fact.isoformat()}
        case Decimal():
            return {"quantity": str(fact)}


def _fact_from_json(stored: Any) -> Fact:
    match stored:
        case {"rupiah": amount, "short": short}:
            return Rupiah(amount, short)
        case {"permil": permil}:
            return Rate(permil)
        case {"date": day}:
            return date.fromisoformat(day)
        case {"time": moment}:
            return time.fromisoformat(moment)
        case {"quantity": quantity}:
            return Decimal(quantity)
        case int():
            return stored
        case _:
            return from_json(stored)
