"""Rupiah as people write and read it, and the whole-number arithmetic behind it. No floats."""

import re
from collections.abc import Sequence
from decimal import Decimal
from typing import Literal

from lokal import terbilang

from eorder_platform.blanks import trimmed
from eorder_platform.errors import Refused

NO_BREAK_SPACE = "\N{NO-BREAK SPACE}"
MINUS = "\N{MINUS SIGN}"
LARGEST_RUPIAH = 10**15 - 1
ONE_MILLION = 10**6

# The separator of the cents is never that of the thousands: "12.500.00" is a slip of the finger, not 12.500.
_WRITTEN = re.compile(
    r"""(?:rp\.?|idr)?
        (?: (?P<dots>[0-9]{1,3}(?:\.[0-9]{3})+)(?:,00?|,-)?
          | (?P<commas>[0-9]{1,3}(?:,[0-9]{3})+)(?:\.00?|\.-)?
          | (?P<plain>[0-9]+)(?:,00?|,-|\.-)?
          | (?P<exported>[0-9]{4,})\.00? )""",
    re.IGNORECASE | re.VERBOSE,
)
# "2.500 juta" could be two and a half million or a thousand times as much, so that at most two decimals are read.
_SPOKEN = re.compile(
    r"(?:rp\.?|idr)?(?P<whole>[0-9]{1,6})(?:[.,](?P<decimals>[0-9]{1,2}))?(?P<unit>juta|jt|miliar|milyar|triliun)",
    re.IGNORECASE,
)
_UNITS = {"juta": 10**6, "jt": 10**6, "miliar": 10**9, "milyar": 10**9, "triliun": 10**12}
_QUANTITY = re.compile(
    r"""(?P<whole>[1-9][0-9]{0,2}(?:\.[0-9]{3}){1,3}|[0-9]{1,12})(?:,(?P<decimals>[0-9]{1,3}))?
      | (?P<point>[0-9]{1,12}\.[0-9]{1,3})""",
    re.VERBOSE,
)
_SHORT_UNITS = ((10**12, "triliun"), (10**9, "miliar"), (ONE_MILLION, "juta"))
_THOUSANDTHS = 1000

Capitals = Literal["none", "first", "words"]


def format_rupiah(amount: int, *, cents: bool = False) -> str:
    """12500000 → "Rp 12.500.000" with a no-break space; negative amounts get a real minus sign before Rp.

    `cents` adds ",00", as treasury documents write it.
    """
    digits = f"{abs(amount):,}".replace(",", ".") + (",00" if cents else "")
    return f"{MINUS if amount < 0 else ''}Rp{NO_BREAK_SPACE}{digits}"


def format_rupiah_short(amount: int) -> str:
    """412600000000 → "Rp 412,6 miliar": one decimal, half up; below a million the full figure."""
    for size, unit in _SHORT_UNITS:
        # 999.950.000 would round to "1.000 juta"; that is said as "1 miliar".
        if abs(amount) >= max(size - size // 20_000, ONE_MILLION):
            whole, tenth = divmod(round_half_up(abs(amount) * 10, size), 10)
            figure = f"{whole:,}".replace(",", ".") + (f",{tenth}" if tenth else "")
            sign = MINUS if amount < 0 else ""
            return f"{sign}Rp{NO_BREAK_SPACE}{figure}{NO_BREAK_SPACE}{unit}"
    return format_rupiah(amount)


def amount_in_words(amount: int, *, capitals: Capitals = "first") -> str:
    """The amount spelled out (terbilang): 11000 → "Sebelas ribu rupiah". Never negative: ValueError."""
    if amount < 0:
        raise ValueError(f"an amount in words is never negative: {amount}")
    cases: dict[Capitals, Literal["lower", "sentence", "title"]]
    cases = {"none": "lower", "first": "sentence", "words": "title"}
    return terbilang(amount, currency=True, case=cases[capitals])


def parse_rupiah(text: str, *, field: str | None = None) -> int:
    """What a person typed, as whole rupiah: "12.500.000", "12500000", "Rp 12.500.000", "12,500,000", "12.500.000,00",
    "Rp 12.500.000,-", "IDR 12.500.000", "450 juta", "2,5 miliar".

    Refused: nothing, words, cents that are not zero, negative amounts, more than 15 digits.
    """
    typed = "".join(trimmed(text).split())
    if not typed:
        raise Refused("Isi jumlah rupiah.", field)
    if spoken := _SPOKEN.fullmatch(typed):
        decimals = (spoken["decimals"] or "").ljust(2, "0")
        typed = str(int(spoken["whole"] + decimals) * _UNITS[spoken["unit"].lower()] // 100)
    written = _WRITTEN.fullmatch(typed)
    if written is None:
        raise Refused(
            f"“{text.strip()}” bukan jumlah rupiah. Tulis rupiah penuh, misalnya 12.500.000.",
            field,
        )
    amount = int(re.sub(r"[.,]", "", written[written.lastgroup or 0]))
    if amount > LARGEST_RUPIAH:
        raise Refused(f"Jumlah paling besar {format_rupiah(LARGEST_RUPIAH)}.", field)
    return amount


def parse_quantity(text: str, *, field: str | None = None) -> Decimal:
    """What a person typed, as a quantity: "1250", "1.250", "1.250,5", "12,5", "12.5".

    A point before three digits groups thousands, as it does on every page. Refused: nothing, words, negative
    quantities, more than three decimals, more than twelve digits before them.
    """
    typed = "".join(text.split())
    if not typed:
        raise Refused("Isi jumlahnya.", field)
    written = _QUANTITY.fullmatch(typed)
    if written is None:
        raise Refused(
            f"“{typed[:40]}” bukan jumlah. Tulis misalnya 100 atau 12,5, paling banyak tiga angka di belakang koma.",
            field,
        )
    if written["point"]:
        return Decimal(written["point"])
    return Decimal(f"{written['whole'].replace('.', '')}.{written['decimals'] or 0}")


def typed_quantity(quantity: Decimal) -> str:
    """A quantity as it stands in a field to be typed over, alike in every language: "1250", "2,5"."""
    return f"{quantity.normalize():f}".replace(".", ",")


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
