"""What is asked for in an address: the parameters that many pages share, and one reader for each kind of value.

People see Indonesian names, handlers have English ones. Whatever makes no sense in an address is left aside, never an
error: an old link should still show a page.
"""

import re
from typing import Annotated, Final
from uuid import UUID

from litestar.params import QueryParameter

Words = Annotated[str, QueryParameter(name="q")]
Literally = Annotated[str, QueryParameter(name="persis")]
Page = Annotated[str, QueryParameter(name="hal")]
Year = Annotated[str, QueryParameter(name="tahun")]
Status = Annotated[str, QueryParameter(name="status")]

ALL_YEARS: Final = "semua"
YEAR: Final = re.compile("[12][0-9]{3}", re.ASCII)
"""A year in which nothing was bought is one too: the page says so."""
LAST_PAGE: Final = 10_000
LONGEST_CODE: Final = 64


def words_in(text: str, longest: int = 200) -> str:
    """Words to search for, one blank between them; a NUL would not even reach a column."""
    return " ".join(text.replace("\0", "").split())[:longest]


def page_in(text: str, last: int = LAST_PAGE) -> int:
    """A page's number, the first where it is none."""
    return min(max(int(text[:10]), 1), last) if text.isascii() and text.isdigit() else 1


def year_in(text: str, current: int) -> int | None:
    """The year that was asked for, the current one where that is no year; None for all years."""
    if text == ALL_YEARS:
        return None
    return int(text) if YEAR.fullmatch(text) else current


def id_in(text: str) -> UUID | None:
    """An id, None where it is none."""
    try:
        return UUID(text)
    except ValueError:
        return None


def code_in(text: str) -> str | None:
    """A category's code or an order's number, None where it cannot be one."""
    return text if text.isprintable() and 0 < len(text) <= LONGEST_CODE else None
