"""What a product is found by, as PostgreSQL keeps it: a tsvector of words that were cut here and not there.

Weights say where a word stands: A in the name as written, B another form of it and the category, C the unit of sale
and the seller, D the description. Words of seller and description begin with a dot: a search asks for names first, and
only where they are too few for the rest. The first word of a name stands there again behind a "^": an Indonesian name
begins with what the thing is (klip kertas is a clip). Two neighbours written as one word stand behind a "+".
"""

from typing import Final

from sqlalchemy import Index

from eorder_platform.wording.turns import TIERS
from eorder_platform.wording.words import cut, joined

VERSION: Final = 1
"""Grows when products are cut into other words: those that were cut before are cut again (rewriting.py)."""
APART: Final = "."
CATEGORY: Final = "#"
HEAD: Final = "^"
TOGETHER: Final = "+"
MOST_PLACES: Final = 200
"""Words of a description that count."""

_STRONGER: Final = {"A": 0, "B": 1, "C": 2, "D": 3}


def vector(
    name: str,
    *,
    unit: str = "",
    category_code: str = "",
    vendor: str = "",
    city: str = "",
    description: str = "",
) -> str:
    """The tsvector of a product, as text that PostgreSQL reads: `'kertas':1A 'rim':9C`."""
    found: dict[str, tuple[int, str]] = {}

    def note(word: str, place: int, weight: str) -> None:
        before = found.get(word)
        if before is None or _STRONGER[weight] < _STRONGER[before[1]]:
            found[word] = place, weight

    words = cut(name)
    for place, word in enumerate(words, 1):
        note(word.text, place, "A")
        for form in word.forms:
            note(form, place, "B")
    for word in words[:1]:
        for form in (word.text, *word.forms):
            note(HEAD + form, 1, "A")
    for place, both in joined(words):
        note(TOGETHER + both, place + 1, "B")
    last = len(words) + 1
    for word in cut(unit):
        note(word.text, last, "C")
    while category_code:
        note(CATEGORY + category_code.casefold(), last + 1, "B")
        category_code = category_code.rpartition(".")[0]
    place = last + 2
    for text, weight in ((vendor, "C"), (city, "C"), (description, "D")):
        for word in cut(text)[:MOST_PLACES]:
            for form in (word.text, *word.forms):
                if form not in found:
                    note(APART + form, place, weight)
            place += 1
    return " ".join(
        f"'{word}':{place}{weight if weight != 'D' else ''}" for word, (place, weight) in found.items()
    )


def indexes(table: str, shown: str) -> list[Index]:
    """Of the rows that are shown: all of them, and the first two of the parts that are searched in turns."""
    parts = (("few", f"{shown} and {TIERS[0]}"), ("some", f"{shown} and {TIERS[1]}"), ("", shown))
    return [
        Index(
            f"ix_{table}_search_{part}".rstrip("_"),
            "search",
            postgresql_using="gin",
            postgresql_with={"fastupdate": "off"},
            postgresql_where=where,
        )
        for part, where in parts
    ]
