"""Tables out of files that offices really have: CSV with commas or semicolons in three encodings, and XLSX.

Nothing in a file is executed or trusted: formulas stay text and are named as problems, and a file that would
unpack into far more than it weighs is refused before it is opened.
"""

import csv
import io
import re
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum
from typing import Any, Final

import openpyxl

from eorder_platform.errors import Refused

ONE_MIB: Final = 1024 * 1024
MAXIMUM_BYTES: Final = 10 * ONE_MIB
MAXIMUM_UNPACKED_BYTES: Final = 60 * ONE_MIB
MAXIMUM_ROWS: Final = 25_000
"""A large region has 17,115 budget lines and 12,013 packages (domain.md 10)."""
MAXIMUM_LINES: Final = 100_000
"""Blank ones with the others: spreadsheets keep tens of thousands of rows that were only ever coloured."""
MAXIMUM_COLUMNS: Final = 50
ZIP, OLD_EXCEL = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"


class Written(Enum):
    """How a cell was written, where the text alone does not tell."""

    TEXT = "text"
    NUMBER = "number"
    FORMULA = "formula"


@dataclass(frozen=True)
class Cell:
    """What a cell says, as text without surrounding blanks; dates as YYYY-MM-DD, whole numbers without a point."""

    text: str = ""
    written: Written = Written.TEXT


@dataclass(frozen=True)
class Table:
    """The headers and the rows that are not blank, each with its number as the person sees it in a spreadsheet.

    `sheet` names the sheet of a spreadsheet that was read, `unread` its others.
    """

    headers: list[str]
    rows: list[tuple[int, list[Cell]]]
    sheet: str = ""
    unread: tuple[str, ...] = ()


def read_table(content: bytes) -> Table:
    """The table in a file's bytes; its kind is told by its content, never by its name.

    Refused on "file": nothing in it, too large, too many rows, an old .xls, anything that is not a table.
    """
    if not content.strip():
        raise Refused("Berkas ini kosong.", "file")
    if len(content) > MAXIMUM_BYTES:
        raise Refused(
            "Berkas paling besar %(most)s MB. Bagi menjadi beberapa berkas.",
            "file",
            most=MAXIMUM_BYTES // ONE_MIB,
        )
    if content.startswith(OLD_EXCEL):
        raise Refused(
            "Ini berkas Excel lama (.xls) atau berkata sandi. Simpan sebagai .xlsx atau .csv, lalu unggah lagi.",
            "file",
        )
    return _spreadsheet(content) if content.startswith(ZIP) else _table(_separated(content))


def _table(lines: Iterable[list[Cell]], sheet: str = "", unread: tuple[str, ...] = ()) -> Table:
    headers: list[str] | None = None
    rows: list[tuple[int, list[Cell]]] = []
    for number, cells in enumerate(lines, start=1):
        if number > MAXIMUM_LINES:
            raise Refused(
                "Berkas ini berisi terlalu banyak baris kosong. Salin isinya ke berkas baru, lalu unggah lagi.",
                "file",
            )
        if not any(cell.text for cell in cells):
            continue
        if headers is None:
            headers = [cell.text for cell in cells]
            continue
        if len(rows) == MAXIMUM_ROWS:
            raise Refused("Satu berkas paling banyak %(most)s baris.", "file", most=MAXIMUM_ROWS)
        rows.append((number, cells))
    if headers is None or not rows:
        raise Refused("Berkas ini tidak berisi baris data di bawah judul kolom.", "file")
    return Table(headers, rows, sheet, unread)


def _separated(content: bytes) -> Iterator[list[Cell]]:
    text = _decoded(content)
    first, _, rest = text.partition("\n")
    if re.fullmatch(r"sep=.\r?", first):  # Excel's own note to itself
        text = "\n" + rest
    try:
        for fields in csv.reader(io.StringIO(text, newline=""), delimiter=_separator(text), strict=True):
            yield [_plain(field) for field in fields[:MAXIMUM_COLUMNS]]
    except csv.Error as error:
        raise Refused(
            "Berkas CSV ini rusak: tanda kutip tidak berpasangan atau isinya bukan teks.", "file"
        ) from error


def _decoded(content: bytes) -> str:
    if b"\x00" in content:
        raise Refused("Berkas ini bukan CSV atau XLSX. Simpan sebagai “CSV UTF-8” atau .xlsx.", "file")
    for encoding in ("utf-8-sig", "cp1252"):  # Excel's plain "CSV" is the second
        with suppress(UnicodeDecodeError):
            return content.decode(encoding)
    return content.decode("latin-1")


def _separator(text: str) -> str:
    """The mark that stands most often in the header line outside quotation marks."""
    header = next((line for line in text.splitlines() if line.strip()), "")
    bare = re.sub(r'"[^"]*"', "", header)
    return max((";", ",", "\t"), key=bare.count)


def _spreadsheet(content: bytes) -> Table:
    """The first sheet that is not hidden. Others are named, so that nobody believes they were read."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            unpacked = sum(part.file_size for part in archive.infolist())
        if unpacked > MAXIMUM_UNPACKED_BYTES:
            raise Refused(
                "Isi berkas XLSX ini terlalu besar setelah dibuka. Bagi menjadi beberapa berkas.", "file"
            )
        book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=False, keep_links=False)
        sheet, *others = (sheet for sheet in book.worksheets if sheet.sheet_state == "visible")
        sheet.reset_dimensions()  # what a file claims about its size need not be true
        lines = (
            _without_blank_end([_cell(cell.value, cell.data_type) for cell in row])
            for row in sheet.iter_rows(max_col=MAXIMUM_COLUMNS)
        )
        return _table(lines, sheet.title, tuple(other.title for other in others))
    except Refused:
        raise
    except Exception as error:  # damaged files fail in a dozen ways inside zipfile, zlib, XML and openpyxl
        raise Refused(
            "Berkas XLSX ini tidak dapat dibuka. Simpan ulang dari aplikasi Anda, lalu coba lagi.", "file"
        ) from error


def _without_blank_end(cells: list[Cell]) -> list[Cell]:
    """openpyxl fills every row up to the last column that may be."""
    last = max((place for place, cell in enumerate(cells, start=1) if cell.text), default=0)
    return cells[:last]


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
            return _plain(str(value))


def _plain(text: str) -> Cell:
    text = text.replace("\N{NO-BREAK SPACE}", " ").strip()
    # A sign before a figure is an amount; "=", or a sign before a word, is what a spreadsheet would execute.
    return Cell(
        text, Written.FORMULA if re.match(r"=|[+@-][A-Za-z(]", text) and len(text) > 1 else Written.TEXT
    )
