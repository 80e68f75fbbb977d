"""The pattern of a region's document numbers: ``000.3/0123/SP/DINKES/VII/2026``."""

import re
from datetime import date

from eorder_platform.errors import Refused

DEFAULT_PATTERN = "{class}/{seq:4}/{doc}/{unit}/{roman_month}/{year}"

_TOKEN = re.compile(r"\{([a-z_]+)(?::([1-9]))?\}")
_TOKENS = {"class", "seq", "doc", "unit", "roman_month", "month", "year"}
_UNIQUE_BY = ("seq", "doc", "unit", "year")  # the counter runs per unit, document type and year
_ROMAN_MONTHS = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII")


def format_number(
    pattern: str, *, sequence: int, day: date, class_code: str, document_code: str, unit_code: str
) -> str:
    """The number of a document signed on `day`, the office's own date; ``{seq:4}`` pads with zeros to four digits."""
    values = {
        "class": class_code,
        "seq": str(sequence),
        "doc": document_code,
        "unit": unit_code,
        "roman_month": _ROMAN_MONTHS[day.month - 1],
        "month": f"{day.month:02}",
        "year": str(day.year),
    }
    return _TOKEN.sub(lambda token: values[token[1]].zfill(int(token[2] or 0)), pattern)


def check_pattern(pattern: str) -> str:
    """The pattern, trimmed; refused when two documents could receive the same number or a token is unknown."""
    pattern = pattern.strip()
    if not pattern or len(pattern) > 120:
        raise Refused("Pola nomor harus diisi, paling banyak 120 karakter.", "pattern")
    tokens = _TOKEN.findall(pattern)
    padded = {name for name, width in tokens if width}
    unknown = [name for name, _ in tokens if name not in _TOKENS]
    if unknown or padded - {"seq"} or set("{}") & set(_TOKEN.sub("", pattern)):
        known = ", ".join(f"{{{name}}}" for name in sorted(_TOKENS))
        raise Refused(
            "Pola nomor memuat kode yang tidak dikenal. Kode yang ada: %(known)s.", "pattern", known=known
        )
    missing = [f"{{{name}}}" for name in _UNIQUE_BY if name not in {name for name, _ in tokens}]
    if missing:
        raise Refused(
            "Pola nomor harus memuat %(missing)s agar tidak ada dua nomor yang sama.",
            "pattern",
            missing=", ".join(missing),
        )
    return pattern
