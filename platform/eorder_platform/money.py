"""Rupiah as people write and read it, and the whole-number arithmetic behind it. No floats."""

import re
from collections.abc import Sequence
from decimal import Decimal
from functools import lru_cache
from typing import Literal

from eorder_platform.blanks import trimmed
from eorder_platform.errors import Refused
from eorder_platform.formatting import INDONESIAN, decimal_mark, group_mark
from eorder_platform.sentences import Rupiah

LARGEST_RUPIAH = 10**15 - 1

# The separator of the cents is never that of the thousands: "12.500.00" is a slip of the finger, not 12.500.
_WRITTEN = re.compile(
    r"""(?:rp\.?|idr)?
        (?: (?P<dots>[0-9]{1,3}(?:\.[0-9]{3})+)(?:,00?|,-)?
          | (?P<commas>[0-9]{1,3}(?:,[0-9]{3})+)(?:\.00?|\.-)?
          | (?P<plain>[0-9]+)(?:,00?|,-|\.-)?
          | (?P<exported>[0-9]{4,})\.00? )""",
    re.IGNORECASE | re.VERBOSE,
)
_UNITS = {
    **dict.fromkeys(("ribu", "rb", "thousand"), 10**3),
    **dict.fromkeys(("juta", "jt", "million"), 10**6),
    **dict.fromkeys(("miliar", "milyar", "billion"), 10**9),
    **dict.fromkeys(("triliun", "trillion"), 10**12),
}
"""No "M": it is a milliard here and a million in English."""
# "2.500 juta" could be two and a half million or a thousand times as much, so that at most two decimals are read.
_SPOKEN = re.compile(
    rf"(?:rp\.?|idr)?(?P<whole>[0-9]{{1,6}})(?:[.,](?P<decimals>[0-9]{{1,2}}))?(?P<unit>{'|'.join(_UNITS)})",
    re.IGNORECASE,
)
_CURRENCY_BEHIND = re.compile(r"(?<=[0-9a-z-])(?:rupiah|idr)$", re.IGNORECASE)
# One to three digits and three decimals of which the last is idle: no page prints that, somebody meant thousands.
_THOUSANDS_PERHAPS = re.compile(r"[1-9][0-9]{0,2}\.[0-9]{2}0")
_THOUSANDTHS = 1000

Capitals = Literal["none", "first", "words"]


def amount_in_words(amount: int, *, capitals: Capitals = "first") -> str:
    """The amount spelled out (terbilang): 11000 → "Sebelas ribu rupiah". Never negative: ValueError."""
    if amount < 0:
        raise ValueError(f"an amount in words is never negative: {amount}")
    cases: dict[Capitals, Literal["lower", "sentence", "title"]]
    cases = {"none": "lower", "first": "sentence", "words": "title"}
    from lokal import terbilang  # with the holidays of the whole world: only papers ask

    return terbilang(amount, currency=True, case=cases[capitals])


def parse_rupiah(text: str, *, field: str | None = None) -> int:
    """What a person typed, as whole rupiah: "12.500.000", "12500000", "Rp 12.500.000", "12,500,000", "12.500.000,00",
    "Rp 12.500.000,-", "IDR 12.500.000", "450 juta", "2,5 miliar", "1,5 jt", "2 million", "500 ribu rupiah".

    Rupiah have no decimals, so that either mark groups thousands and nothing can be misread, on a page of either
    language. Refused: nothing, words, cents that are not zero, negative amounts, more than 15 digits.
    """
    typed = _CURRENCY_BEHIND.sub("", "".join(trimmed(text).split()))
    if not typed:
        raise Refused("Isi jumlah rupiah, misalnya %(example)s.", field, example=12_500_000)
    if spoken := _SPOKEN.fullmatch(typed):
        decimals = (spoken["decimals"] or "").ljust(2, "0")
        typed = str(int(spoken["whole"] + decimals) * _UNITS[spoken["unit"].lower()] // 100)
    written = _WRITTEN.fullmatch(typed)
    if written is None:
        raise Refused(
            "“%(typed)s” bukan jumlah rupiah. Tulis misalnya %(example)s atau %(short)s.",
            field,
            typed=text.strip()[:40],
            example=12_500_000,
            short=Rupiah(450_000_000, short=True),
        )
    digits = re.sub(r"[.,]", "", written[written.lastgroup or 0]).lstrip("0") or "0"
    # Python refuses, by another error, to make a number of thousands of digits.
    if len(digits) > len(str(LARGEST_RUPIAH)) or int(digits) > LARGEST_RUPIAH:
        raise Refused("Jumlah paling besar %(most)s.", field, most=Rupiah(LARGEST_RUPIAH))
    return int(digits)


def parse_quantity(text: str, *, field: str | None = None, locale: str = INDONESIAN) -> Decimal:
    """What a person typed, as a quantity, in the convention of the page it was typed on.

    Indonesian: "1250", "1.250", "1.250,5", "12,5"; English: "1250", "1,250", "1,250.5", "12.5". The other mark counts
    where it cannot group thousands ("12.5" on an Indonesian page). Refused: nothing, words, negative quantities, more
    than three decimals, more than twelve digits before them, and what the other language reads a thousand times as
    large: "1,000" on an Indonesian page would be 1, and no page ever prints it.
    """
    typed = "".join(text.split())
    if not typed:
        raise Refused("Isi jumlahnya, misalnya %(example)s.", field, example=Decimal("12.5"))
    written = _quantity_in(locale).fullmatch(typed)
    if written is None:
        raise Refused(
            "“%(typed)s” bukan jumlah. Tulis misalnya 100 atau %(example)s, paling banyak tiga angka desimal.",
            field,
            typed=typed[:40],
            example=Decimal("12.5"),
        )
    if written["foreign"]:
        return Decimal(written["foreign"].replace(",", "."))
    whole, decimals = written["whole"].replace(group_mark(locale), ""), written["decimals"] or "0"
    quantity = Decimal(f"{whole}.{decimals}")
    if _THOUSANDS_PERHAPS.fullmatch(f"{written['whole']}.{decimals}"):
        raise Refused(
            "“%(typed)s” dapat dibaca %(small)s atau %(large)s. Tulis salah satunya.",
            field,
            typed=typed,
            small=quantity,
            large=quantity * _THOUSANDTHS,
        )
    return quantity


def typed_quantity(quantity: Decimal, locale: str = INDONESIAN) -> str:
    """A quantity as it stands in a field to be typed over: "1250", and "2,5" or in English "2.5"."""
    return f"{quantity.normalize():f}".replace(".", decimal_mark(locale))


def line_amount(quantity: Decimal, unit_price: int) -> int:
    """Quantity (up to three decimals) times unit price, cut down to whole rupiah."""
    thousandths = quantity * _THOUSANDTHS
    if thousandths != int(thousandths):
        raise ValueError(f"a quantity has at most three decimals: {quantity}")
    return int(thousandths) * unit_price // _THOUSANDTHS


def round_half_up(numerator: int, denominator: int) -> int:
    """numerator / denominator to the nearest whole number, a half upwards; for amounts of zero and more."""
    return (2 * numerator + denominator) // (2 * denominator)


def apportion(total: int, weights: Sequence[int]) -> list[int]:
    """`total` divided in proportion to the weights by largest remainder, so that the parts add up exactly.

    Equal remainders go to the earlier part; weights of zero throughout give everything to the first.
    """
    whole = sum(weights)
    if whole == 0:
        return [total, *([0] * (len(weights) - 1))] if weights else []
    parts = [total * weight // whole for weight in weights]
    by_remainder = sorted(range(len(weights)), key=lambda i: -(total * weights[i] % whole))
    for index in by_remainder[: total - sum(parts)]:
        parts[index] += 1
    return parts


@lru_cache(maxsize=4)
def _quantity_in(locale: str) -> re.Pattern[str]:
    group, mark = re.escape(group_mark(locale)), re.escape(decimal_mark(locale))
    return re.compile(
        rf"""(?P<whole>[1-9][0-9]{{0,2}}(?:{group}[0-9]{{3}}){{1,3}}|[0-9]{{1,12}})(?:{mark}(?P<decimals>[0-9]{{1,3}}))?
          | (?P<foreign>[0-9]{{1,12}}{group}[0-9]{{1,2}}|0{group}[0-9]{{3}})""",
        re.VERBOSE,
    )
