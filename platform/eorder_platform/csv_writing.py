"""Rows as CSV in two forms: one for programs, one that an Indonesian Excel opens; neither runs anything in it.

Programs get RFC 4180: UTF-8, commas, CRLF, dates and moments by ISO 8601 (a moment with its offset from UTC), a point
before decimals. Excel gets a byte order mark (else it takes UTF-8 for Windows' old letters), semicolons and a decimal
comma, as Windows set to Indonesian separates. Dates stay ISO there too: Excel reads them as dates whatever country it
is set to, while 03/11/2026 is March in a half of our offices and November in the other.
"""

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from typing import Final

FORMULA_BEGINS: Final = ("=", "+", "-", "@", "\t", "\r", "\n")
"""A cell that begins so is run as a formula by spreadsheets; a quotation mark before it makes it text (OWASP)."""

CsvValue = str | int | Decimal | date | time | None
"""What a cell holds; a moment (datetime) is aware and in the zone in which it is to be read. Money is whole rupiah."""


@dataclass(frozen=True)
class CsvForm:
    """How the file begins, what stands between cells and before decimals."""

    begins: str
    separator: str
    decimal_mark: str
    offset: bool
    """Whether a moment tells its offset from UTC; Excel would take it for text."""


FOR_PROGRAMS: Final = CsvForm("", ",", ".", offset=True)
FOR_EXCEL: Final = CsvForm("\N{BYTE ORDER MARK}", ";", ",", offset=False)


def csv_head(headings: Sequence[str], form: CsvForm = FOR_PROGRAMS) -> str:
    """The file's beginning with the line of headings."""
    return form.begins + csv_text([headings], form)


def csv_text(rows: Iterable[Sequence[CsvValue]], form: CsvForm = FOR_PROGRAMS) -> str:
    """The rows as lines of CSV; texts are guarded, figures stay figures."""
    sheet = io.StringIO()
    writer = csv.writer(sheet, delimiter=form.separator, lineterminator="\r\n")
    writer.writerows([_written(cell, form) for cell in row] for row in rows)
    return sheet.getvalue()


def guarded(text: str) -> str:
    """Text that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(FORMULA_BEGINS) else text


def _written(cell: CsvValue, form: CsvForm) -> str | int:
    match cell:
        case None:
            return ""
        case str():
            return guarded(cell)
        case int():
            return cell
        case Decimal():
            return f"{cell:f}".replace(".", form.decimal_mark)
        case datetime():
            return cell.isoformat(timespec="minutes") if form.offset else f"{cell:%Y-%m-%d %H:%M}"
        case date():
            return cell.isoformat()
        case time():
            return f"{cell:%H:%M}"
