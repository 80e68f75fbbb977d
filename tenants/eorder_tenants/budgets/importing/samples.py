"""Sample files: the right headers and two rows that would be accepted, as CSV and as XLSX."""

import csv
import io

from eorder_tenants.budgets.importing.kind import Kind

WIDEST_COLUMN = 48


def sample_csv(kind: Kind) -> bytes:
    """UTF-8 with a byte order mark and semicolons: what a spreadsheet set to Indonesian opens in columns."""
    text = io.StringIO()
    csv.writer(text, delimiter=";", lineterminator="\r\n").writerows(_lines(kind))
    return text.getvalue().encode("utf-8-sig")


def sample_xlsx(kind: Kind) -> bytes:
    """The same with every column as text, so that a spreadsheet takes no zero away from a code."""
    from xlsxwriter import Workbook  # as in spreadsheets.py

    content = io.BytesIO()
    with Workbook(content, {"in_memory": True}) as book:
        as_text = book.add_format({"num_format": "@"})
        head = book.add_format({"num_format": "@", "bold": True, "bg_color": "#E8E4DA"})
        sheet = book.add_worksheet(kind.title)
        sheet.freeze_panes(1, 0)
        for place, column in enumerate(kind.columns):
            header, *examples = texts = (column.header, *column.examples)
            sheet.set_column(place, place, min(max(map(len, texts)) + 3, WIDEST_COLUMN), as_text)
            sheet.write_string(0, place, header, head)
            sheet.write_comment(0, place, "Wajib diisi" if column.required else "Boleh dikosongkan")
            for row, example in enumerate(examples, start=1):
                sheet.write_string(row, place, example)
    return content.getvalue()


def _lines(kind: Kind) -> list[list[str]]:
    return [
        [column.header for column in kind.columns],
        *([column.examples[number] for column in kind.columns] for number in range(2)),
    ]
