"""A text cut into words, alike for what stands in the catalogue and for what somebody seeks in it.

Capitals, accents, apostrophes of any kind and signs make no difference; a number and its unit are one word, whichever
way they are written (80gr, 80 gram, 80 gsm; 1.500 ml, 1,5 liter).
"""

import re
import unicodedata
from decimal import Decimal
from functools import lru_cache
from itertools import pairwise
from typing import Final, NamedTuple

from eorder_platform.wording.stems import forms

LONGEST: Final = 40
"""Letters of a word; the rest of a longer one says nothing to anybody."""

_UNITS: Final = {
    "gram": "g gr grm gram grams gsm",
    "kg": "kg kgs kilo kilogram",
    "ml": "ml cc mililiter",
    "liter": "l lt ltr liter litre",
    "mm": "mm milimeter",
    "cm": "cm centimeter sentimeter",
    "meter": "m mtr meter metre",
    "m2": "m2",
    "inci": "in inch inci inchi",
    "lembar": "lbr lembar lbar sheet sheets",
    "halaman": "hlm halaman pages",
    "watt": "w watt",
    "volt": "v volt",
    "mah": "mah",
    "gb": "gb",
    "tb": "tb",
    "mb": "mb",
    "pk": "pk",
    "pcs": "pc pcs",
    "lumen": "lumen lm",
    "menu": "menu",
    "lauk": "lauk",
    "orang": "orang org pax",
    "seater": "seater",
}
_UNIT: Final = {written: unit for unit, all_ in _UNITS.items() for written in all_.split()}
_ALSO: Final = {"kg": ("gram", 1000), "liter": ("ml", 1000), "meter": ("cm", 100), "cm": ("mm", 10)}
"""Units in which the same is said smaller: (which, how many)."""

_MARKS: Final = str.maketrans(
    dict.fromkeys("'’‘`´ʼʹ′\u00ad\u200b", "") | {"×": "x", "²": "2", "³": "3", "”": '"', "″": '"'}
)
_PIECE: Final = re.compile(
    rf"(?P<number>\d{{1,3}}(?:\.\d{{3}})+|\d+[.,]\d{{1,2}}|\d+)\s*"
    rf"(?:(?P<unit>{'|'.join(sorted(_UNIT, key=len, reverse=True))})(?![a-z0-9])|(?P<inches>\"))"
    r"|(?P<thousands>\d{1,3}(?:\.\d{3})+)(?![\d.,a-z])|(?P<decimal>\d+[.,]\d{1,2})(?![\d.,a-z])|(?P<word>[^\W_]+)"
)
_BETWEEN: Final = re.compile(r"(?<=\d)\s*x\s*(?=\d)")
_PARTS: Final = re.compile(r"\d+|\D+")


class Word(NamedTuple):
    """A word as it was written (but for capitals and signs), and the forms under which it is the same word.

    `forms` are its stems and other spellings, of a measure its number and the same measure in a smaller unit.
    """

    text: str
    forms: tuple[str, ...] = ()


def plain(text: str) -> str:
    """Without capitals, accents and apostrophes, every sign in its commonest shape."""
    decomposed = unicodedata.normalize("NFKD", text.translate(_MARKS).casefold().translate(_MARKS))
    return "".join(sign for sign in decomposed if not unicodedata.combining(sign))


def cut(text: str) -> list[Word]:
    """The words of a text in their order."""
    words: list[Word] = []
    for piece in _PIECE.finditer(_BETWEEN.sub(" ", plain(text))):
        if number := piece["number"]:
            words.append(_measure(_digits(number), _UNIT[piece["unit"]] if piece["unit"] else "inci"))
        elif number := piece["thousands"] or piece["decimal"]:
            words.append(Word(_digits(number)))
        else:
            words.append(_word(piece["word"][:LONGEST]))
    return words


def joined(words: list[Word]) -> list[tuple[int, str]]:
    """Neighbours written as one word, each with the place of the first: nasi kotak is nasikotak, hp 680 is hp680."""
    pairs = pairwise(words)
    return [
        (place, one.text + other.text)
        for place, (one, other) in enumerate(pairs)
        if one.text[:1].isalpha() and len(one.text + other.text) <= LONGEST and "." not in other.text
    ]


def _measure(number: str, unit: str) -> Word:
    forms = [number, unit]
    if (smaller := _ALSO.get(unit)) is not None:
        forms.append(f"{(Decimal(number) * smaller[1]).normalize():f}{smaller[0]}")
    return Word(number + unit, tuple(forms))


def _digits(number: str) -> str:
    if re.fullmatch(r"\d{1,3}(\.\d{3})+", number):
        return number.replace(".", "")
    whole, _, rest = number.replace(",", ".").partition(".")
    return f"{whole}.{rest.rstrip('0')}".rstrip(".") if rest else whole


@lru_cache(maxsize=20_000)
def _word(text: str) -> Word:
    """Letters and digits that were written together also count apart: hp680 is found under 680."""
    parts = [part for part in _PARTS.findall(text) if len(part) > 1] if not text.isalpha() else []
    parts = [part for part in parts if part != text]
    found = dict.fromkeys([*forms(text), *parts])
    return Word(text, tuple(found))
