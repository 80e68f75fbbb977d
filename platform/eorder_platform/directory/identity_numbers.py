"""The numbers by which a business and its owner are known: checked for form, never looked up elsewhere.

Every function takes what a person typed, with spaces, dots, hyphens or slashes, and gives the number as it is
stored; what cannot be such a number is Refused with a sentence tied to `field`.
"""

import re
from dataclasses import dataclass

from stdnum import luhn

from eorder_platform.errors import Refused

_SEPARATORS = re.compile(r"[\s.\-/]")


@dataclass(frozen=True, slots=True)
class TaxId:
    """A tax number (NPWP): `number` has 16 digits, of an entity "0" + the old 15, of a resident person the NIK.

    `warning` is an Indonesian sentence for the verifier where the check digit does not fit; None when all is well.
    """

    number: str
    of_person: bool
    warning: str | None = None

    @property
    def number_15(self) -> str | None:
        """The old number as "021832415000000"; a person's NIK has none."""
        return None if self.of_person else self.number[1:]


def parse_business_id_number(text: str, *, field: str | None = "business_id_number") -> str:
    """Business identification number (NIB): 13 digits. Whether it is in force only OSS can tell."""
    return _digits(text, {13}, "NIB terdiri dari 13 angka.", field)


def parse_tax_id(text: str, *, field: str | None = "tax_id") -> TaxId:
    """Tax number (NPWP) of 15 digits or 16 (PMK 112/2022).

    The ninth digit is a Luhn check digit over the eight before it, as far as is known; the tax office has never
    published it, so that a number that fails is taken with a warning.
    """
    digits = _digits(text, {15, 16}, "NPWP terdiri dari 15 angka (lama) atau 16 angka.", field)
    if len(digits) == 16 and not digits.startswith("0"):
        return TaxId(parse_national_identity_number(digits, field=field), of_person=True)
    number = digits.zfill(16)
    if luhn.is_valid(number[1:10]):
        return TaxId(number, of_person=False)
    warning = "Angka pemeriksa NPWP tidak cocok; cocokkan dengan kartu NPWP atau data DJP."
    return TaxId(number, of_person=False, warning=warning)


def parse_national_identity_number(text: str, *, field: str | None = "national_identity_number") -> str:
    """Citizen's number (NIK): 16 digits with a province that exists, a real birth date and a serial above 0000.

    The day of birth is 40 higher for women. Regency and district may be historic: they are not looked up.
    """
    digits = _digits(text, {16}, "NIK terdiri dari 16 angka.", field)
    from lokal import parse_nik  # with the holidays of the whole world: only registering asks

    errors = parse_nik(digits).errors
    if errors:
        raise Refused(errors[0].message, field)
    return digits


def parse_bank_account(text: str, *, field: str | None = "bank_account") -> str:
    """Number of a bank account: 8 to 18 digits, leading zeros kept. Whose it is only the bank can tell."""
    return _digits(text, set(range(8, 19)), "Nomor rekening terdiri dari 8 sampai 18 angka.", field)


def parse_phone(text: str, *, field: str | None = "phone") -> str:
    """Indonesian phone number, mobile or fixed, as "+6281234567890"."""
    from lokal import parse_phone as parse_any_phone

    phone = parse_any_phone(text)
    if phone.e164 is None:
        raise Refused(phone.errors[0].message if text.strip() else "Isi nomor telepon.", field)
    return phone.e164


def parse_postcode(text: str, *, field: str | None = "postcode") -> str:
    """Postcode (kode pos): five digits, the first not 0."""
    sentence = "Kode pos terdiri dari 5 angka dan tidak diawali 0."
    digits = _digits(text, {5}, sentence, field)
    if digits.startswith("0"):
        raise Refused(sentence, field)
    return digits


def _digits(text: str, lengths: set[int], sentence: str, field: str | None) -> str:
    digits = _SEPARATORS.sub("", text)
    if not (digits.isascii() and digits.isdigit()) or len(digits) not in lengths or not digits.strip("0"):
        raise Refused(sentence, field)
    return digits
