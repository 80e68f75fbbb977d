"""Which words mean the same: the agency's synonyms and the names of the categories, kept by each process.

Asked with every search is only which state they are in (:data:`STATE`); a process that has not seen it reads them.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple

import asyncpg

from eorder_platform.wording.indexing import CATEGORY
from eorder_platform.wording.stems import by_ear
from eorder_platform.wording.words import Word, cut

STATES_KEPT: Final = 8
MOST_WORDS: Final = 5
"""Words of a phrase that means something together."""
STATE: Final = """
(select concat_ws(' ', (select max(version) from nusantara.synonym_version),
    (select max(changed_at) from nusantara.category), (select count(*) from nusantara.category)))
"""
_READ: Final = f"""
select {STATE} as state,
    array(select row(phrase, meanings, both_ways) from nusantara.synonym where ended_version is null) as synonyms,
    array(select row(code, name, name_english) from nusantara.category where active) as categories
"""

Phrase = tuple[str, ...]


class Meaning(NamedTuple):
    """What is sought beside a phrase: other words, or all of a category. `text` is how people read it."""

    text: str
    words: tuple[Word, ...] = ()
    category: str = ""


@dataclass(frozen=True, eq=False)
class Lexicon:
    """The synonyms of one state, by the words of their phrases."""

    state: str
    meanings: Mapping[Phrase, tuple[Meaning, ...]]
    heard: Mapping[Phrase, tuple[Meaning, ...]]
    words: frozenset[str]
    longest: int = field(default=1)

    def of(self, phrase: Sequence[Word]) -> tuple[Meaning, ...]:
        """What these words together also mean, also spelt by ear; a single one also in another form.

        A part of a code or a measure is no form of it: hp680 means what it says and nothing else.
        """
        found = self.meanings.get(tuple(word.text for word in phrase), ())
        found = found or self.heard.get(tuple(by_ear(word.text) for word in phrase), ())
        if not found and len(phrase) == 1 and phrase[0].text.isalpha():
            forms = (self.meanings.get((form,)) for form in phrase[0].forms)
            found = next((meaning for meaning in forms if meaning), ())
        return found


Entry = tuple[str, Sequence[str], bool]
"""A synonym: phrase, meanings, both ways."""


def lexicon_of(state: str, synonyms: Iterable[Entry], categories: Iterable[tuple[str, str, str]]) -> Lexicon:
    """From synonyms and from categories as (code, name, English name)."""
    categories = list(categories)
    names = {code: name for code, name, _ in categories}
    found: dict[Phrase, dict[Meaning, None]] = {}
    words: set[str] = set()

    def note(phrase: str, meanings: Iterable[str]) -> None:
        key = tuple(word.text for word in cut(phrase)[:MOST_WORDS])
        words.update(key)
        if key:
            made = (_meaning(text, names) for text in meanings)
            found.setdefault(key, {}).update(dict.fromkeys(one for one in made if one is not None))

    for phrase, meanings, both_ways in synonyms:
        note(phrase, meanings)
        for text in meanings:
            words.update(word.text for word in cut(text) if not text.startswith(CATEGORY))
            if both_ways and not text.startswith(CATEGORY):
                note(text, [phrase, *(other for other in meanings if other != text)])
    for code, *both in categories:
        for name in both:
            note(name, [CATEGORY + code])
    for made in found.values():  # a synonym's category is this one's too; its further words are not
        for one in list(made):
            beyond = found.get(tuple(word.text for word in one.words), {})
            made.update({further: None for further in list(beyond) if further.category})
    by_phrase = {phrase: tuple(one) for phrase, one in found.items()}
    return Lexicon(
        state,
        by_phrase,
        {tuple(by_ear(word) for word in phrase): one for phrase, one in by_phrase.items()},
        frozenset(word for word in words if len(word) > 2 and word.isalpha()),
        max((len(phrase) for phrase in found), default=1),
    )


def near(lexicon: Lexicon, words: Iterable[Word]) -> tuple[tuple[str, str], ...]:
    """Categories, as (code, name), that one of the words has to do with: it means them, or stands in what does."""
    sought = {form for word in words for form in (word.text, *word.forms)}
    found: dict[tuple[str, str], None] = {}
    for phrase, meanings in lexicon.meanings.items():
        if not sought.isdisjoint(phrase):
            found.update({(one.category, one.text): None for one in meanings if one.category})
    return tuple(found)


def besides(lexicon: Lexicon, entry: Entry) -> Lexicon:
    """The same with one synonym more, to try it out."""
    phrase, texts, _ = entry
    key = tuple(word.text for word in cut(phrase)[:MOST_WORDS])
    codes = {text.removeprefix(CATEGORY): text for text in texts if text.startswith(CATEGORY)}
    made = tuple(one for text in texts if (one := _meaning(text, codes)) is not None)
    meanings = {**lexicon.meanings, key: (*lexicon.meanings.get(key, ()), *made)}
    words = lexicon.words | set(key)
    return Lexicon(lexicon.state, meanings, lexicon.heard, words, max(lexicon.longest, len(key)))


def _meaning(text: str, categories: Mapping[str, str]) -> Meaning | None:
    if not text.startswith(CATEGORY):
        words = tuple(cut(text)[:MOST_WORDS])
        return Meaning(text, words) if words else None
    code = text.removeprefix(CATEGORY)
    return Meaning(categories[code], category=code) if code in categories else None


NOTHING: Final = Lexicon("", {}, {}, frozenset())
_kept: dict[tuple[str, str], Lexicon] = {}
_newest: dict[str, Lexicon] = {}


def known(placement: str) -> Lexicon:
    """What this process last read there; nothing before it read anything."""
    return _newest.get(placement, NOTHING)


async def current(connection: asyncpg.Connection, placement: str) -> Lexicon:
    """What this process knows if nothing has changed since, or as it is now."""
    kept = known(placement)
    return (
        kept
        if await connection.fetchval(f"select {STATE}") == kept.state
        else await read(connection, placement)
    )


async def read(connection: asyncpg.Connection, placement: str) -> Lexicon:
    """As it is now."""
    row = await connection.fetchrow(_READ)
    assert row is not None
    lexicon = _kept.get((placement, row["state"]))
    if lexicon is None:
        lexicon = lexicon_of(row["state"], row["synonyms"], row["categories"])
        while len(_kept) >= STATES_KEPT:
            del _kept[next(iter(_kept))]
        _kept[placement, row["state"]] = lexicon
    _newest[placement] = lexicon
    return lexicon


def forget() -> None:
    """As in a process that has just begun."""
    _kept.clear()
    _newest.clear()
