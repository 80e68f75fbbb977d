"""Tables out of files that offices really have: CSV with commas or semicolons in three encodings, and XLSX.

Nothing in a file is executed or trusted: formulas stay text and are named as problems. What an upload brings is read
in a process of its own (`read_apart`).
"""

import csv
import io
import re
import sys
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice
from typing import Any, Final

from eorder_platform.apart import TooMuch, answer, apart
from eorder_platform.errors import Refused
from eorder_tenants.budgets.importing.cells import Cell, Written, bare, cell_of
from eorder_tenants.budgets.importing.spreadsheets import MAXIMUM_COLUMNS, opened

ONE_MIB: Final = 1024 * 1024
MAXIMUM_BYTES: Final = 10 * ONE_MIB
MAXIMUM_ROWS: Final = 25_000
"""A large region has 17,115 budget lines and 12,013 packages (domain.md 10)."""
MAXIMUM_LINES: Final = 100_000
"""Blank ones with the others: spreadsheets keep tens of thousands of rows that were only ever coloured."""
HEADERS_WITHIN: Final = 10
"""Rows at the top among which the column titles are looked for: offices put the name of the list above them."""
LONGEST_CELL: Final = 2_000
"""Characters of a cell that are handed on from the process of its own; no column takes as many."""
LONGEST_HEAD: Final = 20_000
"""Characters of a CSV in which its separator is looked for."""
SEPARATORS: Final = (";", ",", "\t")
ZIP, OLD_EXCEL = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
EXCEL_2003_XML: Final = b"urn:schemas-microsoft-com:office:spreadsheet"
HTML: Final = re.compile(rb"(\xef\xbb\xbf)?\s*<(!doctype html|html|head|body|table|meta)\b", re.IGNORECASE)
OPEN_DOCUMENT: Final = b"application/vnd.oasis.opendocument"

IsTitle = Callable[[str], bool]
"""Whether a text is the title of a column that the reader of the table knows."""


@dataclass(frozen=True)
class Table:
    """The headers and the rows that are not blank, each with its number as the person sees it in a spreadsheet.

    `sheet` names the sheet of a spreadsheet that was read, `unread` its others; `hidden` are the numbers of the rows
    that a spreadsheet does not show (filtered or hidden by hand): they are read like the others.
    """

    headers: list[str]
    rows: list[tuple[int, list[Cell]]]
    sheet: str = ""
    unread: tuple[str, ...] = ()
    hidden: tuple[int, ...] = ()


async def read_apart(content: bytes, titles: Collection[str]) -> Table:
    """The same as :func:`read_table`, in a process of its own; cells under other titles (:func:`bare`) come back empty.

    Refused also where the file wants more memory or time than that process has.
    """
    try:
        made = await apart(__name__, content, sorted(titles))
    except TooMuch:
        raise Refused(
            "Berkas ini terlalu rumit untuk dibaca. Salin isinya ke berkas baru atau simpan sebagai CSV, lalu unggah"
            " lagi.",
            "file",
        ) from None
    return Table(
        made["headers"],
        [(number, [Cell(text, Written(how)) for text, how in cells]) for number, cells in made["rows"]],
        made["sheet"],
        tuple(made["unread"]),
        tuple(made["hidden"]),
    )


def read_table(content: bytes, is_title: IsTitle) -> Table:
    """The table in a file's bytes; its kind is told by its content, never by its name.

    Its headers are the one among the first ten rows in which most titles are known; what stands above is passed over.
    Refused on "file": nothing in it, too large, too many rows, no known title, a file that is not CSV or XLSX.
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
    _refuse_other_kinds(content[:4096])
    if content.startswith(ZIP):
        with opened(content) as sheet:
            return _table(sheet.lines, is_title, sheet.title, sheet.others, sheet.hidden)
    return _table(_separated(content, is_title), is_title)


def _refuse_other_kinds(beginning: bytes) -> None:
    """What office programs open like a spreadsheet, and other programs call one: often their names end in .xls."""
    if OPEN_DOCUMENT in beginning[:100]:
        raise Refused(
            "Ini berkas OpenDocument (.ods). Buka di LibreOffice, pilih Simpan Sebagai, lalu jenis .xlsx atau .csv.",
            "file",
        )
    if EXCEL_2003_XML in beginning:
        raise Refused(
            "Ini berkas XML Excel 2003. Buka di Excel, pilih Simpan Sebagai, lalu jenis .xlsx atau .csv.",
            "file",
        )
    if HTML.match(beginning):
        raise Refused(
            "Ini halaman web (HTML) yang dinamai seperti berkas Excel. Buka di Excel, pilih Simpan Sebagai, lalu jenis"
            " .xlsx atau .csv.",
            "file",
        )


def _table(
    lines: Iterable[list[Cell]],
    is_title: IsTitle,
    sheet: str = "",
    unread: tuple[str, ...] = (),
    hidden: Collection[int] = (),
) -> Table:
    filled: list[tuple[int, list[Cell]]] = []
    for number, cells in enumerate(lines, start=1):
        if number > MAXIMUM_LINES:
            raise Refused(
                "Berkas ini berisi terlalu banyak baris kosong. Salin isinya ke berkas baru, lalu unggah lagi.",
                "file",
            )
        if any(cell.text for cell in cells):
            filled.append((number, cells))
        if len(filled) > MAXIMUM_ROWS + HEADERS_WITHIN:
            break
    if not filled:
        raise Refused("Berkas ini tidak berisi baris data di bawah judul kolom.", "file")
    place = _place_of_headers(filled, is_title, sheet if unread else "")
    headers, rows = [cell.text for cell in filled[place][1]], filled[place + 1 :]
    if len(rows) > MAXIMUM_ROWS:
        raise Refused("Satu berkas paling banyak %(most)s baris.", "file", most=MAXIMUM_ROWS)
    if not rows:
        raise Refused("Berkas ini tidak berisi baris data di bawah judul kolom.", "file")
    return Table(headers, rows, sheet, unread, tuple(number for number, _ in rows if number in hidden))


def _place_of_headers(filled: list[tuple[int, list[Cell]]], is_title: IsTitle, sheet: str) -> int:
    known = [
        sum(is_title(cell.text) for cell in cells)
        for number, cells in filled[:HEADERS_WITHIN]
        if number <= HEADERS_WITHIN
    ]
    if not any(known):
        if sheet:
            raise Refused(
                "Judul kolom tidak ditemukan pada lembar “%(sheet)s”, lembar pertama yang tampak. Pindahkan lembar data"
                " ke depan.",
                "file",
                sheet=sheet,
            )
        raise Refused(
            "Judul kolom tidak ditemukan. Semua judul harus berada dalam satu baris, di sepuluh baris teratas.",
            "file",
        )
    return known.index(max(known))


def _separated(content: bytes, is_title: IsTitle) -> Iterator[list[Cell]]:
    text = _decoded(content)
    first, _, rest = text.partition("\n")
    if re.fullmatch(r"sep=.\r?", first):  # Excel's own note to itself
        text = "\n" + rest
    try:
        for fields in csv.reader(
            io.StringIO(text, newline=""), delimiter=_separator(text, is_title), strict=True
        ):
            yield [cell_of(field) for field in fields[:MAXIMUM_COLUMNS]]
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


def _separator(text: str, is_title: IsTitle) -> str:
    """The mark by which most column titles are found."""

    def titles(separator: str) -> int:
        lines = csv.reader(io.StringIO(text[:LONGEST_HEAD], newline=""), delimiter=separator)
        return max((sum(map(is_title, fields)) for fields in islice(lines, HEADERS_WITHIN)), default=0)

    return max(SEPARATORS, key=titles)


def _as_json(content: bytes) -> dict[str, Any]:
    titles = frozenset(sys.argv[1:])
    table = read_table(content, lambda title: bare(title) in titles)
    asked = [bare(header) in titles for header in table.headers]
    return {
        "headers": [header[:LONGEST_CELL] for header in table.headers],
        "rows": [
            (number, [_handed_on(cell, of) for cell, of in zip(cells, asked, strict=False)])
            for number, cells in table.rows
        ],
        "sheet": table.sheet,
        "unread": table.unread,
        "hidden": table.hidden,
    }


def _handed_on(cell: Cell, asked: bool) -> tuple[str, str]:
    return (cell.text[:LONGEST_CELL], cell.written.value) if asked else ("", Written.TEXT.value)


if __name__ == "__main__":
    answer(_as_json)
