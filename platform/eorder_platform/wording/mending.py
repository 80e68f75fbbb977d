"""Which known word somebody meant who mistyped one.

A word's keys are its spelling by ear and that with any one letter left out: two words that share a key are a slip or
two apart. So candidates are looked up by an index and compared here.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

import asyncpg

from eorder_platform.wording.stems import by_ear
from eorder_platform.wording.words import Word

SHORTEST: Final = 4
LONGEST: Final = 24
SHORTEST_HALF: Final = 3
FAR: Final = 7
"""Letters from which a word may be two slips away, not one."""


def keys(word: str) -> list[str]:
    """Under which a word is looked up; none for short ones and those with digits."""
    if not SHORTEST <= len(word) <= LONGEST or not word.isalpha():
        return []
    heard = by_ear(word)
    return list(dict.fromkeys([heard, *(heard[:at] + heard[at + 1 :] for at in range(len(heard)))]))


def keys_of(words: Iterable[str]) -> dict[str, list[str]]:
    """Each word with its keys, always in the same order; short ones, which only stand beside others, have none."""
    return {word: keys(word) for word in sorted(set(words)) if word.isalpha() and len(word) >= SHORTEST_HALF}


def halves(word: str) -> list[tuple[str, str]]:
    """Every way to write it as two words."""
    return [(word[:at], word[at:]) for at in range(SHORTEST_HALF, len(word) - SHORTEST_HALF + 1)]


async def slips_in(
    connection: asyncpg.Connection, words: Iterable[Word], source: str, shown: str
) -> dict[str, str]:
    """The mistyped words, each with what was probably meant; `source` is the table that has the offers."""
    typed = {word.text: word for word in words if keys(word.text)}
    if not typed:
        return {}
    pairs = [(text, key) for text in typed for key in keys(text)]
    apart = [(text, *both) for text in typed for both in halves(text)]
    rows = await connection.fetch(
        _CANDIDATES.format(source=source, shown=shown),
        [text for text, _ in pairs],
        [key for _, key in pairs],
        [text for text, *_ in apart],
        [one for _, one, _ in apart],
        [other for *_, other in apart],
    )
    slips: dict[str, str] = {}
    for text, word in typed.items():
        candidates = [(row["meant"], row["offers"]) for row in rows if row["typed"] == text]
        if any(meant == text for meant, _ in candidates):
            continue
        two = [meant for meant, _ in candidates if " " in meant]
        meant = nearest(word, [one for one in candidates if " " not in one[0]]) or next(iter(two), None)
        if meant is not None:
            slips[text] = meant
    return slips


_CANDIDATES: Final = """
with near as (
    select distinct a.typed, k.word as meant
    from unnest($1::text[], $2::text[]) as a (typed, key)
    join nusantara.known_word k on k.keys @> array[a.key]),
apart as (
    select p.typed, one.word || ' ' || other.word as meant
    from unnest($3::text[], $4::text[], $5::text[]) as p (typed, one, other)
    join nusantara.known_word one on one.word = p.one join nusantara.known_word other on other.word = p.other
    order by least(length(p.one), length(p.other)) desc)
select near.typed, near.meant, (select count(*) from (
    select from {source} where {shown} and search @@ quote_literal(near.meant)::tsquery limit 20) o) as offers
from near
union all select typed, meant, 0 from apart
"""


def nearest(word: Word, candidates: Iterable[tuple[str, int]]) -> str | None:
    """The likeliest of the candidates, each with how many offers have it; None where none is near.

    What offers have comes before what they have not, then the fewest slips, the same first letter, the most offers.
    """
    most = 2 if len(word.text) >= FAR else 1
    ranked = []
    for candidate, offers in candidates:
        slips = min(
            distance(word.text, candidate, most + 1), distance(by_ear(word.text), by_ear(candidate), most)
        )
        if slips <= most:
            ranked.append((not offers, slips, candidate[0] != word.text[0], -offers, candidate))
    return min(ranked)[-1] if ranked else None


def mended(words: Sequence[Word], instead: Mapping[str, str]) -> str:
    """The words as they are shown and sought again."""
    return " ".join(instead.get(word.text, word.text) for word in words)


def distance(one: str, other: str, most: int) -> int:
    """Slips between two words: a letter more, less or another, two that changed places; `most` + 1 where it is more."""
    if abs(len(one) - len(other)) > most:
        return most + 1
    before: list[int] = []
    row = list(range(len(other) + 1))
    for place, letter in enumerate(one, 1):
        earlier, before, row = before, row, [place]
        for column, against in enumerate(other, 1):
            cost = min(before[column] + 1, row[column - 1] + 1, before[column - 1] + (letter != against))
            crossed = place > 1 and column > 1 and letter == other[column - 2] and one[place - 2] == against
            if crossed:
                cost = min(cost, earlier[column - 2] + 1)
            row.append(cost)
        if min(row) > most:
            return most + 1
    return row[-1]
