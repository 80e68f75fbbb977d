"""What a cell of a file says and how it was written, whatever the kind of the file."""

import re
from dataclasses import dataclass
from enum import Enum

from eorder_platform.blanks import trimmed


class Written(Enum):
    """How a cell was written, where the text alone does not tell."""

    TEXT = "text"
    NUMBER = "number"
    FORMULA = "formula"


@dataclass(frozen=True, slots=True)
class Cell:
    """What a cell says, as text without surrounding blanks; dates as YYYY-MM-DD, whole numbers without a point."""

    text: str = ""
    written: Written = Written.TEXT


def cell_of(text: str) -> Cell:
    """The cell in which that text stands; one that begins with "=" is what a spreadsheet would execute."""
    text = trimmed(text)
    return Cell(text, Written.FORMULA if text.startswith("=") and len(text) > 1 else Written.TEXT)


def bare(title: str) -> str:
    """A column's title without blanks, case and punctuation, in which files differ."""
    return re.sub(r"[\W_]+", "", title).casefold()
