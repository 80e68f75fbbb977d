"""Sample files: the right headers and two rows that would be accepted, as CSV and as XLSX."""

import csv
import io

import openpyxl
from openpyxl.comments import Comment
from openpyxl.styles import Font, PatternFill
from openpyxl.utils import get_column_letter

from eorder_tenants.budgets.importing.kind import Kind

WIDEST_COLUMN = 48
ROWS_TO_FILL_IN = 500


def sample_csv(kind: Kind) -> bytes:
    """UTF-8 with a byte order mark and semicolons: what a spreadsheet set to Indonesian opens in columns."""
    text = io.StringIO()
    csv.writer(text, delimiter=";", lineterminator="\r\n").writerows(_lines(kind))
    return text.getvalue().encode("utf-8-sig")


def sample_xlsx(kind: Kind) -> bytes:
    """The same with every cell as text, so that a spreadsheet takes no zero away from a code."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = kind.title
    for line in _lines(kind):
        sheet.append(line)
    for place, column in enumerate(kind.columns, start=1):
        head = sheet.cell(1, place)
        head.font, head.fill = Font(bold=True), PatternFill("solid", fgColor="E8E4DA")
        head.comment = Comment("Wajib diisi" if column.required else "Boleh dikosongkan", "e-Order")
        widest = max(len(words) for words in (column.header, *column.examples)) + 3
        sheet.column_dimensions[get_column_letter(place)].width = min(widest, WIDEST_COLUMN)
        for row in range(1, ROWS_TO_FILL_IN):
            sheet.cell(row, place).number_format = "@"
    sheet.freeze_panes = "A2"
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def _lines(kind: Kind) -> list[list[str]]:
    return [
        [column.header for column in kind.columns],
        *([column.examples[number] for column in kind.columns] for number in range(2)),
    ]
