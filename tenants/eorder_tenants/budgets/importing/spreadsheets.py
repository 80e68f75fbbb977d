"""XLSX as cells: the first sheet that is shown, and what its reader must be told about it.

openpyxl reads row by row, so that a file which claims a million columns takes no memory, and tells formulas and errors
from values (infra/decisions/0016).
"""

import io
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from typing import IO, Any, Final, cast
from xml.parsers import expat

from eorder_platform.errors import Refused
from eorder_tenants.budgets.importing.cells import Cell, Written, cell_of

MAXIMUM_UNPACKED_BYTES: Final = 60 * 1024 * 1024
MAXIMUM_ELEMENTS: Final = 1_500_000
"""Of XML in all its parts: two for a cell with a value, one for a cell that was only ever coloured. A region's largest
file (domain.md 10) has some 700,000; a million empty cells weigh 4 KiB and take seconds."""
MAXIMUM_COLUMNS: Final = 50
PIECE: Final = 256 * 1024


@dataclass(frozen=True)
class Sheet:
    """The sheet that was read, the titles of the `others` that are shown, and the numbers of its `hidden` rows."""

    title: str
    lines: Iterator[list[Cell]]
    others: tuple[str, ...]
    hidden: set[int]


@contextmanager
def opened(content: bytes) -> Iterator[Sheet]:
    """The first sheet that is not hidden; its lines are read while it is open.

    Refused on "file": what would unpack into far more than it weighs or holds more cells and texts than any list of
    an office, before it is opened; what is damaged.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            unpacked = sum(part.file_size for part in archive.infolist())
            if unpacked > MAXIMUM_UNPACKED_BYTES or _has_too_many_elements(archive):
                raise Refused(
                    "Isi berkas XLSX ini terlalu besar setelah dibuka. Bagi menjadi beberapa berkas.", "file"
                )
        import openpyxl  # only who reads a spreadsheet needs it, and its five megabytes

        book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=False, keep_links=False)
        sheet, *others = (sheet for sheet in book.worksheets if sheet.sheet_state == "visible")
        sheet.reset_dimensions()  # what a file claims about its size need not be true
        yield Sheet(
            title=sheet.title,
            lines=(_cells(row) for row in sheet.iter_rows(max_col=MAXIMUM_COLUMNS)),
            others=tuple(other.title for other in others),
            hidden=_hidden_rows(cast(Any, sheet)._get_source()),
        )
    except (Refused, MemoryError):
        raise
    except Exception as error:  # damaged files fail in a dozen ways inside zipfile, zlib, XML and openpyxl
        raise Refused(
            "Berkas XLSX ini tidak dapat dibuka. Simpan ulang dari aplikasi Anda, lalu coba lagi.", "file"
        ) from error


def _has_too_many_elements(archive: zipfile.ZipFile) -> bool:
    """Counted without parsing: every `<` that does not end an element."""
    count = 0
    for part in archive.infolist():
        with archive.open(part) as content:
            while piece := content.read(PIECE):
                count += piece.count(b"<") - piece.count(b"</")
                if count > MAXIMUM_ELEMENTS:
                    return True
    return False


def _hidden_rows(sheet: IO[bytes]) -> set[int]:
    """openpyxl leaves out which rows are hidden where it reads a sheet without keeping it."""
    rows, hidden = 0, set()

    def begin(name: str, attributes: dict[str, str]) -> None:
        nonlocal rows
        if name.rpartition(":")[2] == "row":
            rows += 1
            if attributes.get("hidden") in ("1", "true"):
                hidden.add(int(attributes.get("r", rows)))

    parser = expat.ParserCreate()
    parser.StartElementHandler = begin
    with sheet:
        parser.ParseFile(sheet)
    return hidden


def _cells(row: tuple[Any, ...]) -> list[Cell]:
    """openpyxl fills every row up to the last column that may be."""
    last = max((place for place, cell in enumerate(row, start=1) if cell.value is not None), default=0)
    return [_cell(cell.value, cell.data_type) for cell in row[:last]]


def _cell(value: Any, data_type: str) -> Cell:
    if data_type == "f" or data_type == "e":
        return Cell(str(getattr(value, "text", value)), Written.FORMULA)  # an array formula is an object
    match value:
        case None:
            return Cell()
        case bool():
            return Cell("ya" if value else "tidak")
        case int():
            return Cell(str(value), Written.NUMBER)
        case float():
            return Cell(str(int(value)) if value.is_integer() else repr(value), Written.NUMBER)
        case datetime():
            return Cell(value.date().isoformat())
        case date():
            return Cell(value.isoformat())
        case _:
            return cell_of(str(value))
