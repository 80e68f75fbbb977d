"""What may stand in a column, told once: header, aliases, type, whether it must be filled, and two examples."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Final

from eorder_platform.dates import parse_date
from eorder_platform.directory.identity_numbers import parse_tax_id
from eorder_platform.errors import Refused
from eorder_platform.identity.addresses import check_email
from eorder_platform.money import parse_rupiah
from eorder_platform.texts import above
from eorder_tenants.budgets.importing.cells import Cell, Written, bare

Value = str | int | bool | None
"""What a cell becomes: only what JSON can keep (dates as YYYY-MM-DD), because a preview is stored."""

DIGITS_THAT_EXCEL_KEEPS: Final = 15
TIME_OF_DAY: Final = re.compile(r"[ T]\d{1,2}:\d\d(:\d\d(\.\d+)?)?$", re.ASCII)
NOTATION_OF_EXCEL: Final = re.compile(r"\d([.,]\d+)?E[+-]\d+", re.ASCII | re.IGNORECASE)
ANNOUNCED: Final = "terumumkan"
YES, NO = {"ya", "y", "1", "benar", "aktif", "true"}, {"tidak", "t", "0", "salah", "nonaktif", "false"}


@dataclass(frozen=True)
class Column:
    """One column: `name` in the program, `header` in the file, `read` from text to value or Refused."""

    name: str
    header: str
    read: Callable[[str], Value]
    examples: tuple[str, str]
    required: bool = True
    aliases: tuple[str, ...] = ()
    default: Value = None
    is_code: bool = False

    def value_of(self, cell: Cell) -> Value:
        """The value of a cell; refused with the sentence that will stand beside it."""
        if cell.written is Written.FORMULA:
            raise Refused("Sel ini berisi rumus. Salin lalu tempel sebagai nilai.")
        if not cell.text:
            if self.required:
                raise Refused("Wajib diisi.")
            return self.default
        if NOTATION_OF_EXCEL.fullmatch(cell.text):
            raise Refused(
                "Excel menyingkat angka ini (misalnya 3,17E+15), sehingga angka di belakangnya hilang. Ubah kolom ini"
                " menjadi teks, lalu tulis lagi angkanya."
            )
        fractional = "." in cell.text or len(cell.text) > DIGITS_THAT_EXCEL_KEEPS
        if self.is_code and cell.written is Written.NUMBER and fractional:
            raise Refused(
                "Kode ini tersimpan sebagai angka, sehingga angkanya dapat berubah. Ubah sel menjadi teks."
            )
        if self.read is rupiah and cell.written is Written.NUMBER and "." in cell.text:
            raise Refused("Angka ini bukan rupiah penuh. Tulis tanpa angka di belakang koma.")
        return self.read(cell.text)

    def answers_to(self, header: str) -> bool:
        """Is this how the column is called there, blanks, case and punctuation aside?"""
        return bare(header) in self.titles

    @property
    def titles(self) -> frozenset[str]:
        """How it may be called, each as :func:`bare` has it."""
        return frozenset(bare(name) for name in (self.header, self.name, *self.aliases))


def text(longest: int = 200) -> Callable[[str], Value]:
    """Words, up to so many characters; inner blanks are brought to one."""

    def read(written: str) -> Value:
        words = " ".join(written.split())
        if sentence := above(words, longest):
            raise Refused.several([(None, sentence)])
        if not words.isprintable():
            raise Refused("Ada karakter yang tidak dapat ditampilkan.")
        return words

    return read


def code(pattern: str, example: str) -> Callable[[str], Value]:
    """A code of that pattern."""

    def read(written: str) -> Value:
        bare = re.sub(r"\s", "", written)
        if not re.fullmatch(pattern, bare, re.ASCII):
            raise Refused(
                "“%(typed)s” tidak sesuai bentuknya, misalnya %(example)s.",
                typed=written[:40],
                example=example,
            )
        return bare

    return read


def rupiah(written: str) -> Value:
    """Whole rupiah, as offices write them."""
    return parse_rupiah(written)


def year(written: str) -> Value:
    """A budget year."""
    if not re.fullmatch(r"20[2-9][0-9]", written):
        raise Refused("“%(typed)s” bukan tahun anggaran, misalnya 2026.", typed=written[:20])
    return int(written)


def day(written: str) -> Value:
    """A date: 31/12/2026, 31-12-2026, 2026-12-31, 2026/12/31 or 31 Desember 2026, with a time of day or without.

    Refused where it can be read in two ways: a year of two digits.
    """
    return parse_date(TIME_OF_DAY.sub("", written)).isoformat()


def yes_or_no(written: str) -> Value:
    """Ya or tidak."""
    if written.lower() in YES | NO:
        return written.lower() in YES
    raise Refused("“%(typed)s” harus ya atau tidak.", typed=written[:20])


def announced(written: str) -> Value:
    """Ya, or the status that SiRUP exports: Terumumkan. Every other one (Terinisiasi, Draf …) is not announced yet."""
    return written.lower() in YES | {ANNOUNCED}


def email(written: str) -> Value:
    """An e-mail address, in small letters."""
    return check_email(written).lower()


def civil_servant_id(written: str) -> Value:
    """Civil servant number (NIP): 18 digits, of which the first eight are the date of birth (domain.md 1.3)."""
    digits = re.sub(r"[\s.]", "", written)
    if not re.fullmatch(r"(19|20)\d{6}\d{6}[12]\d{3}", digits, re.ASCII) or not _is_date(digits[:8]):
        raise Refused("“%(typed)s” bukan NIP: 18 angka, diawali tanggal lahir.", typed=written[:30])
    return digits


def tax_id(written: str) -> Value:
    """A taxpayer number (NPWP)."""
    return parse_tax_id(written, field=None).number


def as_date(value: Value) -> date:
    """The date behind a stored value."""
    return date.fromisoformat(str(value))


def _is_date(digits: str) -> bool:
    try:
        date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        return False
    return True
