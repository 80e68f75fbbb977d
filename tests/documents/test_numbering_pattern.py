"""Document numbers as a region's own pattern writes them."""

from datetime import date

import pytest

from eorder_platform.errors import Refused
from eorder_tenants.documents.numbering_pattern import DEFAULT_PATTERN, check_pattern, format_number


def a_number(pattern: str, sequence: int = 123, day: date = date(2026, 7, 12)) -> str:
    return format_number(
        pattern, sequence=sequence, day=day, class_code="000.3", document_code="SP", unit_code="DINKES"
    )


def test_the_default_pattern_is_that_of_the_regions() -> None:
    assert a_number(DEFAULT_PATTERN) == "000.3/0123/SP/DINKES/VII/2026"


def test_an_older_style_is_possible() -> None:
    assert a_number("{seq}/{doc}/{unit}/{month}/{year}") == "123/SP/DINKES/07/2026"


def test_a_sequence_longer_than_its_padding_is_not_cut() -> None:
    assert a_number(DEFAULT_PATTERN, sequence=123_456).startswith("000.3/123456/")


@pytest.mark.parametrize(("month", "roman"), [(1, "I"), (4, "IV"), (9, "IX"), (12, "XII")])
def test_months_are_roman(month: int, roman: str) -> None:
    assert f"/{roman}/" in a_number(DEFAULT_PATTERN, day=date(2026, month, 1))


def test_a_good_pattern_is_trimmed() -> None:
    assert check_pattern(f"  {DEFAULT_PATTERN} ") == DEFAULT_PATTERN


@pytest.mark.parametrize("pattern", ["", "   ", "{seq}" * 40])
def test_an_empty_or_endless_pattern_is_refused(pattern: str) -> None:
    with pytest.raises(Refused, match="paling banyak 120 karakter"):
        check_pattern(pattern)


@pytest.mark.parametrize(
    "pattern",
    [
        "{seq}/{doc}/{unit}/{year}/{nama}",
        "{seq}/{doc}/{unit}/{year}/{",
        "{seq}/{doc}/{unit}/{year:4}",
        "{seq.__class__}",
    ],
)
def test_an_unknown_token_is_refused(pattern: str) -> None:
    with pytest.raises(Refused, match="tidak dikenal"):
        check_pattern(pattern)


@pytest.mark.parametrize("missing", ["seq", "doc", "unit", "year"])
def test_a_pattern_that_could_repeat_a_number_is_refused(missing: str) -> None:
    pattern = "/".join(f"{{{token}}}" for token in ("seq", "doc", "unit", "year") if token != missing)
    with pytest.raises(Refused, match=f"{{{missing}}}"):
        check_pattern(pattern)
