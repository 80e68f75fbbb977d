"""Rows as CSV that a spreadsheet opens without running anything in it."""

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Final

FORMULA_BEGINS: Final = ("=", "+", "-", "@", "\t", "\r", "\n")
"""A cell that begins so is run as a formula by spreadsheets; a quotation mark before it makes it text (OWASP)."""


def csv_text(rows: Iterable[Sequence[str | int]]) -> str:
    """The rows as lines of CSV; texts are guarded, figures stay figures."""
    sheet = io.StringIO()
    csv.writer(sheet).writerows([guarded(cell) for cell in row] for row in rows)
    return sheet.getvalue()


def guarded(cell: str | int) -> str | int:
    """Text that no spreadsheet takes for a formula."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(FORMULA_BEGINS) else cell
