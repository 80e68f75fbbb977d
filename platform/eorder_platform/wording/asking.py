"""What somebody typed, understood: the queries that PostgreSQL is asked, the nearest first, and what is told of it.

All words must be there. Quotes keep words together, a minus keeps a word out, and the last word may be only begun.
What a query says of one word is any of its forms, the word written together with its neighbour, or a synonym.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations
from typing import Final

from eorder_platform.wording.indexing import APART, CATEGORY, HEAD, TOGETHER
from eorder_platform.wording.lexicon import Lexicon, Meaning
from eorder_platform.wording.words import Word, cut

MOST_WORDS: Final = 10
SHORTEST_BEGUN: Final = 3
SHORTEST_HALF: Final = 3
LEAVES_OUT_OF: Final = 6
"""With more words than these nothing is left out one by one."""

_IDLE: Final = frozenset(
    "untuk dan dengan di dari yang pada atau ke oleh serta per beserta beli pembelian belanja pengadaan kebutuhan"
    " cari butuh harga biaya murah for and of the with to buy".split()
)
"""Words that say nothing of what is sought, unless they are all there is."""
_PIECE: Final = re.compile(
    r"""(?<![^\s(])(-?)"([^"]*)"|(?<![^\s(])-(?=[^\W_])(\S+)|[^\s"]+|\s+|.""", re.DOTALL
)


@dataclass(frozen=True)
class Term:
    """Words that are sought together, and what they also mean."""

    words: tuple[Word, ...]
    meanings: tuple[Meaning, ...] = ()
    halves: tuple[tuple[Word, ...], ...] = ()
    """The same written apart: nasibox is nasi box."""


@dataclass(frozen=True)
class Query:
    """tsqueries as text. `near` asks names alone and `far` also sellers and descriptions: whatever the first finds
    the second finds too. `typed` asks names for the very words, and `rank` is what a match is weighed by."""

    near: str
    far: str
    typed: str
    rank: str


@dataclass(frozen=True)
class Understood:
    """The words that were typed, in terms; `begun` is the beginning of a last word that may go on."""

    terms: tuple[Term, ...]
    quoted: tuple[tuple[Word, ...], ...] = ()
    without: tuple[tuple[Word, ...], ...] = ()
    begun: str = ""

    @property
    def words(self) -> list[Word]:
        """Every single word that was sought."""
        return [word for term in self.terms for word in term.words]

    @property
    def synonyms(self) -> tuple[str, ...]:
        """What is also sought, as people read it."""
        return tuple(dict.fromkeys(meaning.text for term in self.terms for meaning in term.meanings))

    def query(self) -> Query | None:
        """All terms; None where nothing is sought."""
        return self._query(self.terms) if self.terms or self.quoted else None

    def looser(self) -> Query | None:
        """Any one word left out, and of many words only some of them; None where there is nothing to leave out."""
        terms = self.terms
        if len(terms) < 2:
            return None
        any_ = " | ".join(_term(term, places) for term in terms for places in (("",),))
        far = " | ".join(_term(term, ("", APART)) for term in terms)
        rest = self._rest(("", APART))
        if 2 < len(terms) <= LEAVES_OUT_OF:
            kept = combinations([_term(term, ("", APART)) for term in terms], len(terms) - 1)
            any_ = " | ".join(f"({' & '.join(some)})" for some in kept)
            far = f"{any_} | {far}"
        return Query(_all([f"({any_})", *rest]), _all([f"({far})", *rest]), self._typed(), self._rank())

    def _query(self, terms: Sequence[Term]) -> Query:
        last = terms[-1] if terms and self.begun else None
        near = [*_terms(terms, ("",)), *self._rest(("",))]
        far = [*_terms(terms, ("", APART), self.begun if last else ""), *self._rest(("", APART))]
        return Query(_all(near), _all(far), self._typed(), self._rank())

    def _rest(self, places: Sequence[str]) -> list[str]:
        kept = [_phrase(words, places) for words in self.quoted]
        return kept + [f"!({_phrase(words, ('', APART))})" for words in self.without]

    def _typed(self) -> str:
        words = [_phrase_of_forms(term.words, ("",)) for term in self.terms]
        return _all([*words, *(_phrase(quoted, ("",)) for quoted in self.quoted)])

    def _rank(self) -> str:
        found: dict[str, None] = {}
        for term in self.terms:
            for word in term.words:
                found.update(dict.fromkeys((word.text, *word.forms)))
            for also in (*(meaning.words for meaning in term.meanings), *term.halves):
                found.update(dict.fromkeys(form for word in also for form in (word.text, *word.forms)))
            found.update({CATEGORY + one.category.casefold(): None for one in term.meanings if one.category})
        found.update({word.text: None for quoted in self.quoted for word in quoted})
        if self.begun:
            found[self.begun] = None
        lexemes = [_lexeme(one) for one in found]
        words_alone = [one for one in found if not one.startswith(CATEGORY)]
        apart = [_lexeme(where + one) for where in (APART, HEAD, TOGETHER) for one in words_alone]
        begun = [f"{_lexeme(self.begun)}:*"] if self.begun else []
        return " | ".join([*lexemes, *apart, *begun])


@lru_cache(maxsize=2_000)
def understand(text: str, lexicon: Lexicon, *, literally: bool = False) -> Understood:
    """What was typed, by the words that mean the same; `literally`: without them."""
    free, quoted, without = _pieces(text)
    words = cut(free)[:MOST_WORDS]
    begun = ""
    if (
        re.search(r"[^\W_]$", text)
        and words
        and len(words[-1].text) >= SHORTEST_BEGUN
        and not quoted_last(text)
    ):
        begun = words[-1].text if words[-1].text.isalnum() else ""
    if any(word.text not in _IDLE for word in words):
        words = [word for word in words if word.text not in _IDLE]
    terms = tuple(Term((word,)) for word in words) if literally else tuple(_segments(words, lexicon))
    if begun and (not words or words[-1].text != begun):
        begun = ""
    return Understood(terms, quoted, without, begun)


def quoted_last(text: str) -> bool:
    """The last thing typed stands in quotes, or is kept out."""
    return bool(re.search(r"(^|\s)-\S+$", text))


def _pieces(text: str) -> tuple[str, tuple[tuple[Word, ...], ...], tuple[tuple[Word, ...], ...]]:
    free, quoted, without = list[str](), list[tuple[Word, ...]](), list[tuple[Word, ...]]()
    for piece in _PIECE.finditer(text):
        if piece[2] is not None:
            (without if piece[1] else quoted).append(tuple(cut(piece[2])[:MOST_WORDS]))
            free.append(" ")
        elif piece[3] is not None:
            without.append(tuple(cut(piece[3])[:MOST_WORDS]))
        else:
            free.append(piece[0])
    return "".join(free), tuple(filter(None, quoted)), tuple(filter(None, without))


def _segments(words: Sequence[Word], lexicon: Lexicon) -> Iterable[Term]:
    """Left to right, the longest phrase that means something first."""
    place = 0
    while place < len(words):
        for size in range(min(lexicon.longest, len(words) - place), 0, -1):
            phrase = tuple(words[place : place + size])
            meanings = lexicon.of(phrase)
            if meanings or size == 1:
                yield _with_halves(phrase, meanings, lexicon)
                place += size
                break


def _with_halves(phrase: tuple[Word, ...], meanings: tuple[Meaning, ...], lexicon: Lexicon) -> Term:
    word = phrase[0].text
    if len(phrase) > 1 or meanings or word in lexicon.words or not word.isalpha():
        return Term(phrase, meanings)
    for at in range(SHORTEST_HALF, len(word) - SHORTEST_HALF + 1):
        if word[:at] in lexicon.words and word[at:] in lexicon.words:
            halves = tuple(cut(f"{word[:at]} {word[at:]}"))
            return Term(phrase, lexicon.of(halves), (halves,))
    return Term(phrase)


def _terms(terms: Sequence[Term], places: Sequence[str], begun: str = "") -> list[str]:
    """Each term, where a word written together with the neighbouring term's is as good."""
    found = []
    for number, term in enumerate(terms):
        beside = []
        if number and term.words[0].text.isalnum():
            beside.append(terms[number - 1].words[-1].text + term.words[0].text)
        if number + 1 < len(terms) and terms[number + 1].words[0].text.isalnum():
            beside.append(term.words[-1].text + terms[number + 1].words[0].text)
        last = number + 1 == len(terms)
        found.append(_term(term, places, [one for one in beside if one[0].isalpha()], begun if last else ""))
    return found


def _term(term: Term, places: Sequence[str], beside: Iterable[str] = (), begun: str = "") -> str:
    either = [_phrase_of_forms(term.words, places, begun), *map(_lexeme, beside)]
    either += [_phrase_of_forms(words, places) for words in term.halves]
    for meaning in term.meanings:
        if meaning.category:
            either.append(_lexeme(CATEGORY + meaning.category.casefold()))
        else:
            either.append(_phrase_of_forms(meaning.words, places))
    return f"({' | '.join(dict.fromkeys(either))})"


def _phrase_of_forms(words: Sequence[Word], places: Sequence[str], begun: str = "") -> str:
    """All of these words, each in any form; neighbours also as one word."""
    each = []
    for place, word in enumerate(words):
        forms = [word.text] if word.text[:1].isdigit() else [word.text, *word.forms]
        forms += _same_measure(word)
        if place:
            forms.append(words[place - 1].text + word.text)
        if place + 1 < len(words):
            forms.append(word.text + words[place + 1].text)
        found = [_lexeme(where + form) for form in dict.fromkeys(forms) for where in places]
        if len(word.text) >= 2 * SHORTEST_HALF - 1:
            found.append(_lexeme(TOGETHER + word.text))
        if begun and place + 1 == len(words):
            found += [f"{_lexeme(where + begun)}:*" for where in places]
        each.append(f"({' | '.join(found)})" if len(found) > 1 else found[0])
    return f"({' & '.join(each)})" if len(each) > 1 else each[0]


def _same_measure(word: Word) -> list[str]:
    """Of 1liter: 1000ml, and not a bare 1."""
    return list(word.forms[2:]) if word.text[:1].isdigit() and len(word.forms) > 2 else []


def _phrase(words: Sequence[Word], places: Sequence[str]) -> str:
    """Exactly these words, one behind the other."""
    return " | ".join(f"({' <-> '.join(_lexeme(where + word.text) for word in words)})" for where in places)


def _all(parts: Sequence[str]) -> str:
    return " & ".join(f"({part})" for part in parts)


def _lexeme(text: str) -> str:
    return f"'{text}'"
