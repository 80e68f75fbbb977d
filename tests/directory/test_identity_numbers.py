"""Numbers of businesses and their owners, as people type them."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eorder_platform.directory.identity_numbers import (
    TaxId,
    parse_bank_account,
    parse_business_id_number,
    parse_national_identity_number,
    parse_phone,
    parse_postcode,
    parse_tax_id,
)
from eorder_platform.errors import Refused

WOMAN = "7571015208900001"  # born on 12 August 1990 in the city of Gorontalo


@pytest.mark.parametrize("typed", ["9120001234567", " 9120 0012 34567 ", "9120.0012.34567"])
def test_a_nib_is_thirteen_digits_however_it_is_spaced(typed: str) -> None:
    assert parse_business_id_number(typed) == "9120001234567"


@pytest.mark.parametrize("typed", ["", "912000123456", "91200012345678", "912000123456X", "0000000000000"])
def test_what_is_no_nib_is_refused_at_its_field(typed: str) -> None:
    with pytest.raises(Refused) as refusal:
        parse_business_id_number(typed)
    assert refusal.value.problems == [("business_id_number", "NIB terdiri dari 13 angka.")]


@pytest.mark.parametrize(
    "typed", ["02.183.241.5-000.000", "48.903.841.4-722.000", "09.254.294.3-407.000", "09 254 294 3 407 000"]
)
def test_tax_numbers_with_a_fitting_check_digit_are_taken_without_a_word(typed: str) -> None:
    tax_id = parse_tax_id(typed)
    assert tax_id.warning is None
    assert not tax_id.of_person


def test_an_old_tax_number_becomes_sixteen_digits() -> None:
    assert parse_tax_id("02.183.241.5-000.000") == TaxId("0021832415000000", of_person=False)
    assert parse_tax_id("0021832415000000").number_15 == "021832415000000"


def test_a_check_digit_that_does_not_fit_is_a_warning_not_a_refusal() -> None:
    tax_id = parse_tax_id("01.234.567.8-901.234")
    assert tax_id.number == "0012345678901234"
    assert tax_id.warning is not None


def test_the_tax_number_of_a_person_is_the_nik() -> None:
    tax_id = parse_tax_id(WOMAN)
    assert (tax_id.number, tax_id.of_person, tax_id.number_15) == (WOMAN, True, None)


def test_sixteen_digits_that_begin_like_a_nik_must_be_one() -> None:
    with pytest.raises(Refused, match="provinsi") as refusal:
        parse_tax_id("9912345678901234")
    assert refusal.value.problems[0][0] == "tax_id"


@pytest.mark.parametrize("typed", ["", "123456789", "12.345.678.9-012.34", "000000000000000"])
def test_what_is_no_tax_number_is_refused(typed: str) -> None:
    with pytest.raises(Refused, match="NPWP"):
        parse_tax_id(typed)


@pytest.mark.parametrize("typed", ["3171011708450001", WOMAN, "31 7101 170845 0001", "9601012902001234"])
def test_a_nik_has_a_province_a_birthday_and_a_serial(typed: str) -> None:
    assert len(parse_national_identity_number(typed)) == 16


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ("317101170845000", "16 angka"),
        ("9971011708450001", "provinsi"),
        ("3171013202450001", "Tanggal lahir"),
        ("3171017202450001", "Tanggal lahir"),
        ("3171013002450001", "Tanggal lahir"),
        ("3171011713450001", "Tanggal lahir"),
        ("3171012902010001", "Tanggal lahir"),
        ("3171011708450000", "0000"),
    ],
)
def test_a_nik_that_cannot_be_is_refused_with_its_reason(typed: str, why: str) -> None:
    with pytest.raises(Refused, match=why):
        parse_national_identity_number(typed)


def test_a_nik_of_a_district_that_no_longer_exists_is_taken() -> None:
    assert parse_national_identity_number("3171991708450001") == "3171991708450001"


@pytest.mark.parametrize("typed", ["0812-3456-7890", "+62 812 3456 7890", "6281234567890", "0812 3456 7890"])
def test_a_phone_number_is_kept_in_its_international_form(typed: str) -> None:
    assert parse_phone(typed) == "+6281234567890"


def test_a_fixed_line_is_a_phone_too() -> None:
    assert parse_phone("(0435) 821277") == "+62435821277"


@pytest.mark.parametrize("typed", ["", "12345", "0812", "+1 202 555 0100", "nol delapan"])
def test_what_is_no_indonesian_phone_is_refused(typed: str) -> None:
    with pytest.raises(Refused) as refusal:
        parse_phone(typed)
    assert refusal.value.problems[0][0] == "phone"


def test_an_account_number_keeps_its_leading_zeros() -> None:
    assert parse_bank_account("001-02.03 00456") == "001020300456"
    with pytest.raises(Refused, match="8 sampai 18"):
        parse_bank_account("1234567")


def test_a_postcode_has_five_digits() -> None:
    assert parse_postcode(" 96115 ") == "96115"
    for typed in ("9611", "961155", "09611", "abcde"):
        with pytest.raises(Refused, match="Kode pos"):
            parse_postcode(typed)


def test_a_form_may_call_its_field_otherwise() -> None:
    with pytest.raises(Refused) as refusal:
        parse_postcode("1", field="delivery_postcode")
    assert refusal.value.problems[0][0] == "delivery_postcode"


@pytest.mark.parametrize(
    "parse",
    [
        parse_business_id_number,
        parse_tax_id,
        parse_national_identity_number,
        parse_bank_account,
        parse_phone,
        parse_postcode,
    ],
)
@given(typed=st.text(max_size=30) | st.from_regex(r"[0-9٠-٩ .\-/+]{0,20}", fullmatch=True))
def test_whatever_is_typed_is_taken_or_refused_and_nothing_breaks(
    parse: Callable[[str], object], typed: str
) -> None:
    try:
        stored = parse(typed)
    except Refused:
        return
    if isinstance(stored, str):
        assert stored.isascii()
        assert stored.removeprefix("+").isdigit()
