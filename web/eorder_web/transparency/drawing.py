"""Amounts as charts want them: a scale in words, a top that is a round number, and the bands of the map."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from eorder_tenants.transparency.spending import Part
from eorder_web.look.formatting import months_short, rupiah_short
from eorder_web.look.translating import _

MILLION: Final = 10**6
SCALES: Final = (
    (10**12, "triliun rupiah"),
    (10**9, "miliar rupiah"),
    (MILLION, "juta rupiah"),
    (1, "rupiah"),
)


@dataclass(frozen=True)
class MonthRow:
    """A month in the table below the chart."""

    name: str
    orders: int
    spent_rupiah: int


@dataclass(frozen=True)
class MonthChart:
    """Months as columns; `rows` are (label, value in `unit`, nothing to compare with)."""

    year: int
    months: Sequence[MonthRow]
    rows: Sequence[tuple[str, Decimal, None]]
    top: int
    unit: str
    highest: str


def month_chart(months: Iterable[Part], year: int, today: date) -> MonthChart:
    """The months of one year until today, those without an order too."""
    known = {part.key: part for part in months}
    parts = [
        known.get(f"{year}-{month:02}") for month in range(1, 13 if year < today.year else today.month + 1)
    ]
    rows = [
        MonthRow(name, part.orders if part else 0, part.spent_rupiah if part else 0)
        for name, part in zip(months_short(), parts, strict=False)
    ]
    highest = max(rows, key=lambda row: row.spent_rupiah)
    size, unit = next((scale for scale in SCALES if highest.spent_rupiah >= 2 * scale[0]), SCALES[-1])
    return MonthChart(
        year=year,
        months=[row for row in rows if row.orders],
        rows=[(row.name, Decimal(row.spent_rupiah) / size, None) for row in rows],
        top=round_top(Decimal(highest.spent_rupiah) / size),
        unit=_(unit),
        highest=f"{highest.name} {rupiah_short(highest.spent_rupiah)}",
    )


def round_top(largest: Decimal) -> int:
    """The next even round number: 2, 4, 6, 8 or 10 with noughts."""
    size = 1
    while largest > 10 * size:
        size *= 10
    return next(step * size for step in (2, 4, 6, 8, 10) if largest <= step * size)


def band_limits(largest: int) -> tuple[int, int, int]:
    """Where the map's bands two, three and four begin: round numbers near an eighth, a quarter and a half."""
    eighth, quarter, half = (_one_digit(largest // part) for part in (8, 4, 2))
    return eighth, quarter, half


def band_of(amount: int, limits: tuple[int, int, int]) -> int:
    """1 for little or nothing to 4 for most."""
    return 1 + sum(amount >= limit > 0 for limit in limits)


def _one_digit(amount: int) -> int:
    size = int("1".ljust(len(str(amount)), "0"))
    return amount // size * size
