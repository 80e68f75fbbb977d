"""Files as offices have them, and files that mean harm."""

import io
import random
import re
import tracemalloc
import zipfile
from collections.abc import Callable
from contextlib import suppress
from datetime import date, datetime

import openpyxl
import pytest
from openpyxl.utils.datetime import CALENDAR_MAC_1904
from openpyxl.worksheet.formula import ArrayFormula

from eorder_platform.errors import Refused
from eorder_tenants.budgets.importing.cells import Written
from eorder_tenants.budgets.importing.kind import Kind
from eorder_tenants.budgets.importing.kinds import KINDS
from eorder_tenants.budgets.importing.reading import (
    MAXIMUM_LINES,
    MAXIMUM_ROWS,
    Table,
    read_apart,
    read_table,
)
from eorder_tenants.budgets.importing.samples import sample_csv, sample_xlsx
from eorder_tenants.budgets.importing.work_units import WORK_UNITS
from tests.budgets.factories import an_xlsx


def an_open_document() -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", "<x/>")
    return content.getvalue()


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "latin-1"])
def test_a_csv_is_read_with_any_separator_and_encoding(separator: str, encoding: str) -> None:
    text = f'Kode unit{separator}Nama\r\n1.01{separator}"Kafé, teh; kopi"\r\n'
    table = read(text.encode(encoding))
    assert table.headers == ["Kode unit", "Nama"]
    assert said(table.rows) == [(2, ["1.01", "Kafé, teh; kopi"])]


def test_blank_lines_are_skipped_but_counted() -> None:
    table = read(b"\nKode;Nama\n;\n1.01;Disdik\n")
    assert said(table.rows) == [(4, ["1.01", "Disdik"])]


def test_excels_note_about_the_separator_is_not_a_header() -> None:
    table = read(b"sep=;\r\nKode;Nama\r\n1.01;Disdik\r\n")
    assert (table.headers, said(table.rows)) == (["Kode", "Nama"], [(3, ["1.01", "Disdik"])])


def test_a_spreadsheet_gives_dates_and_whole_numbers_as_text() -> None:
    table = read(
        an_xlsx(["Kode", "Pagu", "Tanggal", "Aktif"], ["1.01", 250_000_000.0, date(2026, 1, 2), True])
    )
    assert said(table.rows) == [(2, ["1.01", "250000000", "2026-01-02", "ya"])]


def test_formulas_are_never_computed_but_marked() -> None:
    table = read(an_xlsx(["Kode", "Pagu"], ["1.01", "=1+1"]))
    assert table.rows[0][1][1].written is Written.FORMULA
    table = read(b"Kode;Pagu\n1.01;=HYPERLINK(1)\n")
    assert table.rows[0][1][1].written is Written.FORMULA


def test_an_array_formula_is_shown_as_it_was_written() -> None:
    formula = ArrayFormula("B2", "=SUM(C1:C9)")
    [(_, [_, cell])] = read(an_xlsx(["Kode", "Pagu"], ["1.01", formula])).rows
    assert (cell.text, cell.written) == ("=SUM(C1:C9)", Written.FORMULA)


def test_what_excel_saves_as_plain_csv_keeps_its_quotation_marks_and_dashes() -> None:
    table = read("Kode;Nama\n1.01;“Rapat” – kafé\n".encode("cp1252"))
    assert said(table.rows) == [(2, ["1.01", "“Rapat” – kafé"])]


def test_a_large_region_s_budget_lines_fit_into_one_file() -> None:
    line = "1.01.2.22.0.00.01.0000;2026;1.01.02.2.01.0012;" + "Pengelolaan " * 20 + ";250.000.000\n"
    table = read(b"Unit;Tahun;Kode;Nama;Pagu\n" + line.encode() * 17_115)
    assert (len(table.rows), table.rows[-1][0]) == (17_115, 17_116)


def test_a_row_below_thousands_of_blank_ones_is_not_lost() -> None:
    blank = [[None]] * 12_000
    table = read(an_xlsx(["Kode", "Nama"], ["1.01", "Disdik"], *blank, ["1.02", "Dinkes"]))
    assert said(table.rows) == [(2, ["1.01", "Disdik"]), (12_003, ["1.02", "Dinkes"])]


def test_of_merged_cells_only_the_first_says_anything() -> None:
    book = openpyxl.load_workbook(
        io.BytesIO(an_xlsx(["Kode", "Nama"], ["1.01", "Disdik"], ["1.01", "Dinkes"]))
    )
    book.worksheets[0].merge_cells("A2:A3")
    content = io.BytesIO()
    book.save(content)
    assert said(read(content.getvalue()).rows) == [(2, ["1.01", "Disdik"]), (3, ["", "Dinkes"])]


def test_of_several_sheets_the_first_that_is_shown_is_read_and_the_others_are_named() -> None:
    book = openpyxl.load_workbook(io.BytesIO(an_xlsx(["Kode"], ["1.01"])))
    hidden = book.create_sheet("Rumus", 0)
    hidden.sheet_state = "hidden"
    book.worksheets[1].title = "Januari"
    book.create_sheet("Februari").append(["Kode"])
    content = io.BytesIO()
    book.save(content)
    table = read(content.getvalue())
    assert (table.headers, table.sheet, table.unread) == (["Kode"], "Januari", ("Februari",))


def test_rows_that_a_spreadsheet_hides_are_read_and_named() -> None:
    book = openpyxl.load_workbook(
        io.BytesIO(an_xlsx(["Kode", "Nama"], ["1.01", "Disdik"], ["1.02", "Dinkes"]))
    )
    book.worksheets[0].row_dimensions[3].hidden = True
    book.worksheets[0].row_dimensions[9].hidden = True  # blank: nothing of it is read
    content = io.BytesIO()
    book.save(content)
    table = read(content.getvalue())
    assert said(table.rows) == [(2, ["1.01", "Disdik"]), (3, ["1.02", "Dinkes"])]
    assert table.hidden == (3,)


def test_dates_count_from_1904_where_the_spreadsheet_says_so() -> None:
    book = openpyxl.Workbook()
    book.epoch = CALENDAR_MAC_1904
    assert book.active is not None
    for row in (["Kode", "Tanggal"], ["1.01", datetime(2026, 1, 2, 23, 59)]):  # noqa: DTZ001
        book.active.append(row)
    content = io.BytesIO()
    book.save(content)
    assert said(read(content.getvalue()).rows) == [(2, ["1.01", "2026-01-02"])]


@pytest.mark.parametrize(
    "above",
    [[], ["DAFTAR UNIT KERJA"], ["DAFTAR UNIT KERJA", "Tahun 2026; Kode sementara", "", "Dicetak, oleh"]],
)
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_the_titles_are_found_below_the_name_of_the_list(above: list[str], separator: str) -> None:
    lines = [*above, separator.join(["Kode", "Nama"]), separator.join(["1.01", "Disdik"])]
    table = read("\n".join(lines).encode())
    assert table.headers == ["Kode", "Nama"]
    assert said(table.rows) == [(len(lines), ["1.01", "Disdik"])]


def test_the_titles_are_found_below_a_name_over_merged_cells() -> None:
    content = an_xlsx(["DAFTAR UNIT KERJA"], [None], ["Kode", "Nama"], ["1.01", "Disdik"])
    book = openpyxl.load_workbook(io.BytesIO(content))
    book.worksheets[0].merge_cells("A1:B1")
    merged = io.BytesIO()
    book.save(merged)
    table = read(merged.getvalue())
    assert (table.headers, said(table.rows)) == (["Kode", "Nama"], [(4, ["1.01", "Disdik"])])


def test_titles_below_the_first_ten_rows_are_not_looked_for() -> None:
    with pytest.raises(Refused, match="di sepuluh baris teratas"):
        read(b"Catatan;\n" * 10 + b"Kode;Nama\n1.01;Disdik\n")


def test_a_sheet_of_instructions_before_the_data_is_named() -> None:
    book = openpyxl.load_workbook(io.BytesIO(an_xlsx(["Petunjuk pengisian"], ["Isi lembar Data"])))
    book.worksheets[0].title = "Petunjuk"
    book.create_sheet("Data").append(["Kode"])
    content = io.BytesIO()
    book.save(content)
    with pytest.raises(Refused, match="pada lembar “Petunjuk”"):
        read(content.getvalue())


@pytest.mark.parametrize("separator", [",", ";"])
def test_a_title_may_run_over_two_lines(separator: str) -> None:
    table = read(
        f'"Kode unit"{separator}"Na\nma"{separator}Pagu\n1.01{separator}Disdik{separator}5\n'.encode()
    )
    assert said(table.rows) == [(2, ["1.01", "Disdik", "5"])]
    table = read(f'"Kode\nunit"{separator}Nama{separator}Pagu\n1.01{separator}Disdik{separator}5\n'.encode())
    assert said(table.rows) == [(2, ["1.01", "Disdik", "5"])]


def test_commas_in_the_rows_do_not_make_the_separator() -> None:
    table = read(b"Kode;Nama\n1.01;Jalan A, RT 1, RW 2, Jakarta\n1.02;Jalan B, RT 3, RW 4, Jakarta\n")
    assert said(table.rows)[0] == (2, ["1.01", "Jalan A, RT 1, RW 2, Jakarta"])


def test_what_cannot_be_seen_around_a_cell_is_no_part_of_it() -> None:
    unseen = "\u200b\u00a0\u202a\ufeff\x07 "
    [(_, cells)] = read(f"Kode;Nama{unseen}\n{unseen}1.01{unseen};{unseen}\n".encode()).rows
    assert [cell.text for cell in cells] == ["1.01", ""]


def test_a_name_that_begins_with_a_dash_is_a_name() -> None:
    [(_, cells)] = read(b"Kode;Nama\n1.01;-Dinas Pendidikan\n").rows
    assert (cells[1].text, cells[1].written) == ("-Dinas Pendidikan", Written.TEXT)


def test_a_negative_amount_is_not_taken_for_a_formula() -> None:
    assert read(b"Kode;Pagu\n1.01;-5000\n").rows[0][1][1].written is Written.TEXT


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
        (b"\xef\xbb\xbf\r\n<HTML><body><table><tr><td>Kode</td></tr></table>", r"halaman web \(HTML\)"),
        (b"<!DOCTYPE html>\n<title>Kode</title>", r"halaman web \(HTML\)"),
        (
            b'<?xml version="1.0"?>\n<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"/>',
            "XML Excel 2003",
        ),
        (an_open_document(), "OpenDocument"),
        (b"Alamat;Telepon\nJalan A;021\n", "Judul kolom tidak ditemukan"),
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
        "a web page",
        "a web page of today",
        "xml of 2003",
        "ods",
        "no titles",
    ],
)
def test_what_is_no_table_is_refused(content: bytes, sentence: str) -> None:
    with pytest.raises(Refused, match=sentence) as refusal:
        read(content)
    assert refusal.value.problems[0][0] == "file"


def test_a_zip_bomb_is_refused_before_it_is_unpacked() -> None:
    bomb = io.BytesIO(an_xlsx(["Kode"], ["1"]))
    with zipfile.ZipFile(bomb, "a", zipfile.ZIP_DEFLATED) as archive, archive.open("xl/media/x", "w") as part:
        for _ in range(70):
            part.write(bytes(1024 * 1024))
    assert len(bomb.getvalue()) < 200_000
    with pytest.raises(Refused, match="terlalu besar setelah dibuka"):
        read(bomb.getvalue())


@pytest.mark.parametrize("last", ["XFD1048576", "XFD60000", "A1048576"])
def test_a_small_file_with_cells_far_apart_takes_no_memory(last: str) -> None:
    """A reader that keeps the whole rectangle would ask for half a terabyte."""
    row = re.sub("[A-Z]", "", last)
    cells = f'<row r="1"><c r="A1"><v>1</v></c></row><row r="{row}"><c r="{last}"><v>1</v></c></row>'
    tracemalloc.start()
    try:
        with pytest.raises(Refused):
            read(with_sheet(cells))
        assert tracemalloc.get_traced_memory()[1] < 20 * 1024 * 1024
    finally:
        tracemalloc.stop()


def test_a_zip_that_is_no_spreadsheet_is_refused() -> None:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("readme.txt", "halo")
    with pytest.raises(Refused, match="tidak dapat dibuka"):
        read(content.getvalue())


def test_a_damaged_spreadsheet_is_refused_or_read_but_never_breaks_the_page() -> None:
    whole, chance = bytearray(an_xlsx(["Kode", "Nama"], ["1.01", "Disdik"])), random.Random(2026)
    for _ in range(150):
        damaged = bytearray(whole)
        for _ in range(12):
            damaged[chance.randrange(4, len(damaged))] = chance.randrange(256)
        with suppress(Refused):
            read(bytes(damaged))


@pytest.mark.parametrize(
    ("cells", "sentence"),
    [
        ("<row>" + "<c/>" * 2_800_000 + "</row>", "terlalu besar setelah dibuka"),
        ("<row/>" * 1_800_000, "terlalu besar setelah dibuka"),
        ("<row>" + "<c/>" * 1_400_000 + "</row>", "terlalu rumit untuk dibaca"),
    ],
    ids=["millions of cells", "millions of rows", "one row without end"],
)
async def test_a_small_workbook_that_would_take_seconds_is_refused_in_its_own_process(
    cells: str, sentence: str
) -> None:
    content = with_sheet(cells)
    assert len(content) < 24 * 1024
    with pytest.raises(Refused, match=sentence):
        await read_apart(content, WORK_UNITS.known_titles)


def test_a_workbook_of_texts_without_end_is_refused() -> None:
    content = with_part("xl/sharedStrings.xml", "<sst>" + "<si/>" * 2_000_000 + "</sst>")
    with pytest.raises(Refused, match="terlalu besar setelah dibuka"):
        read(content)


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
@pytest.mark.parametrize("sample", [sample_csv, sample_xlsx])
async def test_apart_the_same_is_read(kind: Kind, sample: Callable[[Kind], bytes]) -> None:
    content = sample(kind)
    assert await read_apart(content, kind.known_titles) == read_table(content, kind.has_column_called)


async def test_columns_that_nobody_asked_for_stay_in_the_process_of_its_own() -> None:
    table = await read_apart(b"Kode;Rahasia;Nama\n1.01;x;Disdik\n", {"kode", "nama"})
    assert table.headers == ["Kode", "Rahasia", "Nama"]
    assert said(table.rows) == [(2, ["1.01", "", "Disdik"])]


def with_sheet(cells: str) -> bytes:
    name = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    sheet = f'<worksheet xmlns="{name}"><sheetData>{cells}</sheetData></worksheet>'
    return with_part("xl/worksheets/sheet1.xml", sheet)


def with_part(name: str, written: str) -> bytes:
    """A workbook in which one part is another one, or one more."""
    content, honest = io.BytesIO(), zipfile.ZipFile(io.BytesIO(an_xlsx(["Kode"])))
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for part in {*honest.namelist(), name}:
            archive.writestr(part, written if part == name else honest.read(part))
    return content.getvalue()


def read(content: bytes) -> Table:
    return read_table(
        content,
        {
            "Kode",
            "Kode unit",
            "Nama",
            "Pagu",
            "Tanggal",
            "Aktif",
            "Unit",
            "Kode\nunit",
            "Na\nma",
        }.__contains__,
    )


def said(rows: list[tuple[int, list]]) -> list[tuple[int, list[str]]]:  # type: ignore[type-arg]
    return [(number, [cell.text for cell in cells]) for number, cells in rows]
