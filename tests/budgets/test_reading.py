"""Files as offices have them, and files that mean harm."""

import io
import random
import zipfile
from contextlib import suppress
from datetime import date

import openpyxl
import pytest
from openpyxl.worksheet.formula import ArrayFormula

from eorder_platform.errors import Refused
from eorder_tenants.budgets.importing.reading import MAXIMUM_LINES, MAXIMUM_ROWS, Written, read_table
from tests.budgets.factories import an_xlsx


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "latin-1"])
def test_a_csv_is_read_with_any_separator_and_encoding(separator: str, encoding: str) -> None:
    text = f'Kode unit{separator}Nama\r\n1.01{separator}"Kafé, teh; kopi"\r\n'
    table = read_table(text.encode(encoding))
    assert table.headers == ["Kode unit", "Nama"]
    assert said(table.rows) == [(2, ["1.01", "Kafé, teh; kopi"])]


def test_blank_lines_are_skipped_but_counted() -> None:
    table = read_table(b"\nKode;Nama\n;\n1.01;Disdik\n")
    assert said(table.rows) == [(4, ["1.01", "Disdik"])]


def test_excels_note_about_the_separator_is_not_a_header() -> None:
    table = read_table(b"sep=;\r\nKode;Nama\r\n1.01;Disdik\r\n")
    assert (table.headers, said(table.rows)) == (["Kode", "Nama"], [(3, ["1.01", "Disdik"])])


def test_a_spreadsheet_gives_dates_and_whole_numbers_as_text() -> None:
    table = read_table(
        an_xlsx(["Kode", "Pagu", "Tanggal", "Aktif"], ["1.01", 250_000_000.0, date(2026, 1, 2), True])
    )
    assert said(table.rows) == [(2, ["1.01", "250000000", "2026-01-02", "ya"])]


def test_formulas_are_never_computed_but_marked() -> None:
    table = read_table(an_xlsx(["Kode", "Pagu"], ["1.01", "=1+1"]))
    assert table.rows[0][1][1].written is Written.FORMULA
    table = read_table(b"Kode;Pagu\n1.01;=HYPERLINK(1)\n")
    assert table.rows[0][1][1].written is Written.FORMULA


def test_an_array_formula_is_shown_as_it_was_written() -> None:
    formula = ArrayFormula("B2", "=SUM(C1:C9)")
    [(_, [_, cell])] = read_table(an_xlsx(["Kode", "Pagu"], ["1.01", formula])).rows
    assert (cell.text, cell.written) == ("=SUM(C1:C9)", Written.FORMULA)


def test_what_excel_saves_as_plain_csv_keeps_its_quotation_marks_and_dashes() -> None:
    table = read_table("Kode;Nama\n1.01;“Rapat” – kafé\n".encode("cp1252"))
    assert said(table.rows) == [(2, ["1.01", "“Rapat” – kafé"])]


def test_a_large_region_s_budget_lines_fit_into_one_file() -> None:
    line = "1.01.2.22.0.00.01.0000;2026;1.01.02.2.01.0012;" + "Pengelolaan " * 20 + ";250.000.000\n"
    table = read_table(b"Unit;Tahun;Kode;Nama;Pagu\n" + line.encode() * 17_115)
    assert (len(table.rows), table.rows[-1][0]) == (17_115, 17_116)


def test_a_row_below_thousands_of_blank_ones_is_not_lost() -> None:
    blank = [[None]] * 12_000
    table = read_table(an_xlsx(["Kode", "Nama"], ["1.01", "Disdik"], *blank, ["1.02", "Dinkes"]))
    assert said(table.rows) == [(2, ["1.01", "Disdik"]), (12_003, ["1.02", "Dinkes"])]


def test_of_merged_cells_only_the_first_says_anything() -> None:
    book = openpyxl.load_workbook(
        io.BytesIO(an_xlsx(["Kode", "Nama"], ["1.01", "Disdik"], ["1.01", "Dinkes"]))
    )
    book.worksheets[0].merge_cells("A2:A3")
    content = io.BytesIO()
    book.save(content)
    assert said(read_table(content.getvalue()).rows) == [(2, ["1.01", "Disdik"]), (3, ["", "Dinkes"])]


def test_of_several_sheets_the_first_that_is_shown_is_read_and_the_others_are_named() -> None:
    book = openpyxl.load_workbook(io.BytesIO(an_xlsx(["Kode"], ["1.01"])))
    hidden = book.create_sheet("Rumus", 0)
    hidden.sheet_state = "hidden"
    book.worksheets[1].title = "Januari"
    book.create_sheet("Februari").append(["Kode"])
    content = io.BytesIO()
    book.save(content)
    table = read_table(content.getvalue())
    assert (table.headers, table.sheet, table.unread) == (["Kode"], "Januari", ("Februari",))


def test_a_negative_amount_is_not_taken_for_a_formula() -> None:
    assert read_table(b"Kode;Pagu\n1.01;-5000\n").rows[0][1][1].written is Written.TEXT


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "kosong"),
        (b"Kode;Nama\n", "tidak berisi baris data"),
        (b"\xd0\xcf\x11\xe0" + bytes(600), "Excel lama"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "bukan CSV atau XLSX"),
        (b'Kode;Nama\n"1.01;Disdik\n', "rusak"),
        (b"PK\x03\x04 not really", "tidak dapat dibuka"),
        (b"Kode\n" + b"1\n" * (MAXIMUM_ROWS + 1), "paling banyak 25.000 baris"),
        (b"Kode\n" + b"\n" * MAXIMUM_LINES + b"1\n", "terlalu banyak baris kosong"),
        (b"x" * (10 * 1024 * 1024 + 1), "paling besar 10 MB"),
        ("Kode;Nama\n1.01;Disdik\n".encode("utf-16"), "bukan CSV atau XLSX"),
    ],
    ids=[
        "nothing",
        "only headers",
        "xls",
        "a picture",
        "open quote",
        "broken zip",
        "too long",
        "too many blank lines",
        "too large",
        "unicode text",
    ],
)
def test_what_is_no_table_is_refused(content: bytes, sentence: str) -> None:
    with pytest.raises(Refused, match=sentence) as refusal:
        read_table(content)
    assert refusal.value.problems[0][0] == "file"


def test_a_zip_bomb_is_refused_before_it_is_unpacked() -> None:
    bomb = io.BytesIO(an_xlsx(["Kode"], ["1"]))
    with zipfile.ZipFile(bomb, "a", zipfile.ZIP_DEFLATED) as archive, archive.open("xl/media/x", "w") as part:
        for _ in range(70):
            part.write(bytes(1024 * 1024))
    assert len(bomb.getvalue()) < 200_000
    with pytest.raises(Refused, match="terlalu besar setelah dibuka"):
        read_table(bomb.getvalue())


def test_a_zip_that_is_no_spreadsheet_is_refused() -> None:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("readme.txt", "halo")
    with pytest.raises(Refused, match="tidak dapat dibuka"):
        read_table(content.getvalue())


def test_a_damaged_spreadsheet_is_refused_or_read_but_never_breaks_the_page() -> None:
    whole, chance = bytearray(an_xlsx(["Kode", "Nama"], ["1.01", "Disdik"])), random.Random(2026)
    for _ in range(150):
        damaged = bytearray(whole)
        for _ in range(12):
            damaged[chance.randrange(4, len(damaged))] = chance.randrange(256)
        with suppress(Refused):
            read_table(bytes(damaged))


def said(rows: list[tuple[int, list]]) -> list[tuple[int, list[str]]]:  # type: ignore[type-arg]
    return [(number, [cell.text for cell in cells]) for number, cells in rows]
