"""A table declared once: its columns say what a row holds; how that reads on the page and in the CSV follows.

Dates, times, amounts and statuses are recognised by their type, so that a column is a label and a value.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any, Generic, TypeVar
from zoneinfo import ZoneInfo

from eorder_platform import formatting
from eorder_platform.csv_writing import CsvValue
from eorder_platform.sentences import Rupiah, Sentence
from eorder_web.look.formatting import date_short, datetime_short, number, rupiah
from eorder_web.look.translating import _, spoken

Row = TypeVar("Row")


@dataclass(frozen=True)
class Tag:
    """A status: its tone, as `ui.status` draws it, and its words."""

    tone: str
    text: str


Value = str | int | date | time | Rupiah | Tag | None


@dataclass(frozen=True)
class TableColumn(Generic[Row]):
    """One column. A moment (datetime) is told in the region's zone; None and "" are nothing.

    `shown`: the words for a value on the page, where they are others than those of its type. `href`: where it leads.
    `below`: on the page in small print below the column before it; in the CSV a column like the others. `figure`: it is
    compared from row to row, so it stands on the right. `name`: what programs call it, that of its label unless said;
    it stays as it is when the label changes.
    """

    label: str
    value: Callable[[Row], Value]
    shown: Callable[[Any], str] | None = None
    href: Callable[[Row], str] | None = None
    below: bool = False
    figure: bool = False
    name: str = ""


@dataclass(frozen=True)
class Cell:
    """What stands in one cell of the page: words or a tag, and the words below them."""

    label: str
    text: str
    tag: Tag | None
    href: str
    below: list[str]
    figure: bool


def headings(columns: Sequence[TableColumn[Any]]) -> list[tuple[str, str]]:
    """The columns of the page, as `ui.data_table` takes them."""
    return [(_(one.label), "num" if one.figure else "") for one in columns if not one.below]


def cells(columns: Sequence[TableColumn[Row]], row: Row, zone: str) -> list[Cell]:
    """One row of the page."""
    found: list[Cell] = []
    for one in columns:
        value = one.value(row)
        text = _shown(one, value, zone)
        if not one.below:
            tag = value if isinstance(value, Tag) else None
            href = one.href(row) if one.href else ""
            found.append(Cell(_(one.label), text or "–", tag, href, [], one.figure))
        elif text:
            found[-1].below.append(text)
    return found


def csv_headings(columns: Sequence[TableColumn[Any]]) -> list[str]:
    """The first line of the CSV for people, in the reader's language."""
    return [_(one.label) for one in columns]


def csv_names(columns: Sequence[TableColumn[Any]]) -> list[str]:
    """The first line of the CSV for programs: `hari_terlambat`."""
    return [one.name or "_".join(one.label.lower().split()) for one in columns]


def csv_cells(columns: Sequence[TableColumn[Row]], row: Row, zone: str) -> list[CsvValue]:
    """One line of the CSV: moments in that zone, amounts as plain figures."""
    return [_plain(one.value(row), zone) for one in columns]


def _shown(column: TableColumn[Any], value: Value, zone: str) -> str:
    if value is None or value == "":
        return ""
    if column.shown:
        return column.shown(value)
    match value:
        case Sentence():
            return _(value)
        case str():
            return value
        case Tag(text=text):
            return text
        case Rupiah(amount):
            return rupiah(amount)
        case datetime():
            return datetime_short(value, zone)
        case date():
            return date_short(value)
        case time():
            return formatting.time_short(value, spoken())
        case int():
            return number(value)


def _plain(value: Value, zone: str) -> CsvValue:
    match value:
        case Tag(text=text):
            return text
        case Rupiah(amount):
            return amount
        case datetime():
            return value.astimezone(ZoneInfo(zone))
        case Sentence():
            return _(value)
        case _:
            return value
