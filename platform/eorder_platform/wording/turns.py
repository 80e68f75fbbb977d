"""A table searched in turns: a word that stands everywhere costs no more than one that stands in a thousand rows.

Names are asked before the rest, and of each a thirty-second of the rows, then seven of them, then all others: by the
last byte of the id, which is chance, so that nobody is favoured. The first two parts have indexes of their own.
PostgreSQL takes the next turn only while it has too few, because nothing orders what it appends.
"""

from collections.abc import Iterable
from typing import Final

TIERS: Final = (
    "get_byte(uuid_send(id), 15) < 8",
    "get_byte(uuid_send(id), 15) >= 8 and get_byte(uuid_send(id), 15) < 64",
    "get_byte(uuid_send(id), 15) >= 64",
)
WEIGHTS: Final = "'{0.04,0.2,0.5,1}'"
"""Of words in the description; unit and seller; other forms of a word and the category; the name as it is written."""
TYPED: Final = 0.4
"""What counts besides for a name that has the very words, where synonyms were sought too."""


def in_turns(columns: str, source: str, conditions: Iterable[str], near: str, far: str, most: int) -> str:
    """SQL of the first rows of the table `source`, at most so many; `near` and `far` are tsqueries."""
    turns = [
        f"(select {columns} from {source} where {' and '.join([tier, words, *conditions])})"
        for words in (f"search @@ {near}", f"search @@ {far} and not search @@ {near}")
        for tier in TIERS
    ]
    return f"{' union all '.join(turns)} limit {most}"


def weight(rank: str, typed: str) -> str:
    """SQL of how well a row fits, for columns `search` and `name`: many words of a short name. Both are tsqueries."""
    fits = f"ts_rank({WEIGHTS}, search, {rank}) + {TYPED} * cast(search @@ {typed} as int)"
    return f"({fits}) / (20 + cast(char_length(name) as real))"
