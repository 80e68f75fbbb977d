"""The four groups of questions about a business, checked by rule (domain.md 3) and written to its rows.

Each group takes the answers as typed, names every problem at once, and knows how to write itself.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from eorder_platform.dates import parse_date
from eorder_platform.directory.banks import BANKS
from eorder_platform.directory.checking import Answers, Checking, chosen, written
from eorder_platform.directory.identity_numbers import (
    TaxId,
    parse_bank_account,
    parse_business_id_number,
    parse_national_identity_number,
    parse_phone,
    parse_postcode,
    parse_tax_id,
)
from eorder_platform.directory.models import BusinessScale, LegalForm, ScaleBasis, Vendor, VendorPrivate
from eorder_platform.errors import Refused
from eorder_platform.identity.addresses import check_email
from eorder_platform.money import parse_rupiah
from eorder_platform.rules import RulesOfDay
from eorder_platform.secrecy import Purpose, decrypt, encrypt, keyed_hash
from eorder_platform.sentences import Rupiah
from eorder_platform.texts import fitting

YES: Final = "ya"


class Section(StrEnum):
    """The groups in the order in which they are asked."""

    BUSINESS = "business"
    OWNER = "owner"
    ADDRESS = "address"
    BANK = "bank"


FIELDS: Final = {
    Section.BUSINESS: ("business_id_number", "legal_name", "trade_name", "legal_form", "scale_basis", "scale_amount"),
    Section.OWNER: (
        "owner_name", "national_identity_number", "tax_id", "without_tax_id", "vat_registered", "certificate_number",
        "certificate_until", "turnover_year", "turnover_outside",
    ),
    Section.ADDRESS: ("province_code", "region_code", "street_address", "postcode", "phone", "email"),
    Section.BANK: ("bank_code", "bank_account", "bank_account_holder"),
}  # fmt: skip
"""Which answers belong to which group; an unticked box is absent from a form, so its group decides that it is gone."""


@dataclass(frozen=True)
class Business:
    """What the business is and how large (skala usaha)."""

    business_id_number: str
    legal_name: str
    trade_name: str
    legal_form: LegalForm
    scale: BusinessScale
    scale_basis: ScaleBasis
    scale_amount: int

    @classmethod
    def of(cls, answers: Answers, law: RulesOfDay) -> "Business":
        checking = Checking()
        number = checking.take(parse_business_id_number, answers.get("business_id_number", ""))
        legal_name = checking.take(written, answers, "legal_name", "Nama usaha", 3)
        trade_name = checking.take(_trade_name, answers, legal_name)
        legal_form = checking.take(chosen, answers, "legal_form", "bentuk usaha", LegalForm)
        basis = checking.take(chosen, answers, "scale_basis", "ukuran skala usaha", ScaleBasis)
        amount = checking.take(parse_rupiah, answers.get("scale_amount", ""), field="scale_amount")
        checking.done()
        scale = scale_of(basis, amount, law)
        return cls(number, legal_name, trade_name, legal_form, scale, basis, amount)

    @classmethod
    def read(cls, vendor: Vendor, private: VendorPrivate) -> "Business":
        return cls(
            vendor.business_id_number,
            vendor.legal_name,
            vendor.trade_name,
            LegalForm(vendor.legal_form),
            BusinessScale(vendor.business_scale),
            ScaleBasis(private.scale_basis),
            private.scale_amount_rupiah,
        )

    def as_answers(self) -> dict[str, str]:
        return {
            "business_id_number": self.business_id_number,
            "legal_name": self.legal_name,
            "trade_name": self.trade_name,
            "legal_form": self.legal_form,
            "scale_basis": self.scale_basis,
            "scale_amount": str(self.scale_amount),
        }

    def write(self, vendor: Vendor, private: VendorPrivate) -> None:
        vendor.business_id_number = self.business_id_number
        vendor.legal_name, vendor.trade_name = self.legal_name, self.trade_name
        vendor.legal_form, vendor.business_scale = self.legal_form, self.scale
        private.scale_basis, private.scale_amount_rupiah = self.scale_basis, self.scale_amount


@dataclass(frozen=True)
class Owner:
    """Who owns it and how the tax office knows it."""

    owner_name: str
    identity_number: str
    tax_id: TaxId | None
    vat_registered: bool
    certificate_number: str | None
    certificate_until: date | None
    turnover_statement_year: int | None
    turnover_outside: int

    @classmethod
    def of(cls, answers: Answers, law: RulesOfDay, kept: Answers) -> "Owner":
        checking = Checking()
        identity = checking.take(parse_national_identity_number, answers.get("national_identity_number", ""))
        certificate, until = checking.take(_certificate, answers, law, kept) or (None, None)
        facts = cls(
            owner_name=checking.take(written, answers, "owner_name", "Nama pemilik", 3),
            identity_number=identity,
            tax_id=checking.take(_tax_id, answers, identity),
            vat_registered=checking.take(_vat_registered, answers),
            certificate_number=certificate,
            certificate_until=until,
            turnover_statement_year=checking.take(_turnover_year, answers, law, kept),
            turnover_outside=checking.take(_turnover_outside, answers) or 0,
        )
        if facts.vat_registered and "without_tax_id" in answers:
            checking.note(
                "vat_registered", "Pengusaha Kena Pajak pasti memiliki NPWP. Isi NPWP, atau pilih bukan PKP."
            )
        checking.done()
        return facts

    @classmethod
    def read(cls, vendor: Vendor, private: VendorPrivate) -> "Owner":
        sealed = private.tax_id_encrypted
        return cls(
            owner_name=private.owner_name,
            identity_number=decrypt(private.identity_encrypted, Purpose.IDENTITY, vendor.id),
            tax_id=parse_tax_id(decrypt(sealed, Purpose.TAX_ID, vendor.id)) if sealed else None,
            vat_registered=vendor.vat_registered,
            certificate_number=private.final_tax_certificate_number,
            certificate_until=private.final_tax_certificate_until,
            turnover_statement_year=private.turnover_statement_year,
            turnover_outside=private.turnover_outside_rupiah,
        )

    def as_answers(self) -> dict[str, str]:
        year = self.turnover_statement_year
        return {
            "owner_name": self.owner_name,
            "national_identity_number": self.identity_number,
            **({"tax_id": self.tax_id.number} if self.tax_id else {"without_tax_id": YES}),
            "vat_registered": YES if self.vat_registered else "tidak",
            "certificate_number": self.certificate_number or "",
            "certificate_until": self.certificate_until.isoformat() if self.certificate_until else "",
            "turnover_year": str(year) if year else "",
            "turnover_outside": str(self.turnover_outside) if self.turnover_outside else "",
        }

    def write(self, vendor: Vendor, private: VendorPrivate) -> None:
        vendor.vat_registered = self.vat_registered
        private.owner_name = self.owner_name
        private.identity_encrypted = encrypt(self.identity_number, Purpose.IDENTITY, vendor.id)
        private.identity_hash = keyed_hash(self.identity_number, Purpose.IDENTITY)
        private.tax_id_encrypted = (
            encrypt(self.tax_id.number, Purpose.TAX_ID, vendor.id) if self.tax_id else None
        )
        private.tax_id_hash = keyed_hash(self.tax_id.number, Purpose.IDENTITY) if self.tax_id else None
        private.tax_id_warning = self.tax_id.warning if self.tax_id else None
        private.final_tax_certificate_number = self.certificate_number
        private.final_tax_certificate_until = self.certificate_until
        private.turnover_statement_year = self.turnover_statement_year
        private.turnover_outside_rupiah = self.turnover_outside


@dataclass(frozen=True)
class Address:
    """Where the business is and how it is reached; `region_code` is that of a regency or city."""

    region_code: str
    street_address: str
    postcode: str
    phone: str
    email: str

    @classmethod
    def of(cls, answers: Answers) -> "Address":
        checking = Checking()
        facts = cls(
            region_code=checking.take(_region_code, answers),
            street_address=checking.take(written, answers, "street_address", "Alamat", 5),
            postcode=checking.take(parse_postcode, answers.get("postcode", "")),
            phone=checking.take(parse_phone, answers.get("phone", "")),
            email=checking.take(check_email, answers.get("email", "")),
        )
        checking.done()
        return facts

    @classmethod
    def read(cls, vendor: Vendor, private: VendorPrivate) -> "Address":
        return cls(vendor.region_code, private.street_address, private.postcode, private.phone, private.email)

    def as_answers(self) -> dict[str, str]:
        return {
            "province_code": self.region_code[:2],
            "region_code": self.region_code,
            "street_address": self.street_address,
            "postcode": self.postcode,
            "phone": self.phone,
            "email": self.email,
        }

    def write(self, vendor: Vendor, private: VendorPrivate) -> None:
        vendor.region_code = self.region_code
        private.street_address, private.postcode = self.street_address, self.postcode
        private.phone, private.email = self.phone, self.email


@dataclass(frozen=True)
class BankAccount:
    """Into which account every region pays."""

    bank_code: str
    number: str
    holder: str

    @classmethod
    def of(cls, answers: Answers) -> "BankAccount":
        checking = Checking()
        facts = cls(
            bank_code=checking.take(_bank_code, answers),
            number=checking.take(parse_bank_account, answers.get("bank_account", "")),
            holder=checking.take(written, answers, "bank_account_holder", "Nama pemilik rekening", 3),
        )
        checking.done()
        return facts

    @classmethod
    def read(cls, vendor: Vendor, private: VendorPrivate) -> "BankAccount":
        number = decrypt(private.bank_account_encrypted, Purpose.BANK_ACCOUNT, vendor.id)
        return cls(private.bank_code, number, private.bank_account_holder)

    def as_answers(self) -> dict[str, str]:
        return {
            "bank_code": self.bank_code,
            "bank_account": self.number,
            "bank_account_holder": self.holder,
        }

    def write(self, vendor: Vendor, private: VendorPrivate) -> None:
        private.bank_code, private.bank_account_holder = self.bank_code, self.holder
        private.bank_account_encrypted = encrypt(self.number, Purpose.BANK_ACCOUNT, vendor.id)
        private.bank_account_hash = keyed_hash(f"{self.bank_code}:{self.number}", Purpose.BANK_ACCOUNT)


Facts = Business | Owner | Address | BankAccount


def answers_of(vendor: Vendor, private: VendorPrivate) -> dict[str, str]:
    """The rows as answers again, every secret opened: what the owner corrects and what a verifier compares."""
    groups = (kind.read(vendor, private) for kind in (Business, Owner, Address, BankAccount))
    return {name: text for group in groups for name, text in group.as_answers().items()}


def scale_of(basis: ScaleBasis, amount: int, law: RulesOfDay) -> BusinessScale:
    """Micro, small or medium by yearly sales, or by capital without land and buildings (PP 7/2021 art. 35).

    A large business is refused: the directory is for UMKM.
    """
    for scale in BusinessScale:
        if amount <= law.value(f"{scale}_{basis}_maximum"):
            return scale
    if basis is ScaleBasis.SALES:
        text = (
            "Usaha dengan penjualan setahun di atas %(amount)s adalah usaha besar (PP 7/2021 ps. 35); "
            "direktori ini untuk usaha mikro, kecil, dan menengah."
        )
    else:
        text = (
            "Usaha dengan modal usaha di atas %(amount)s adalah usaha besar (PP 7/2021 ps. 35); "
            "direktori ini untuk usaha mikro, kecil, dan menengah."
        )
    largest = law.value(f"medium_{basis}_maximum")
    raise Refused(text, "scale_amount", amount=Rupiah(largest, short=True))


def _trade_name(answers: Answers, legal_name: str | None) -> str:
    if not answers.get("trade_name", "").strip():
        return legal_name or ""
    return written(answers, "trade_name", "Nama dagang", 3)


def _tax_id(answers: Answers, identity_number: str | None) -> TaxId | None:
    if answers.get("without_tax_id") == YES:
        return None
    if not answers.get("tax_id", "").strip():
        raise Refused("Isi NPWP, atau tandai bahwa usaha ini belum memiliki NPWP.", "tax_id")
    tax_id = parse_tax_id(answers["tax_id"])
    if tax_id.of_person and identity_number and tax_id.number != identity_number:
        raise Refused("NPWP orang pribadi sama dengan NIK pemilik. Yang diisi berbeda.", "tax_id")
    return tax_id


def _vat_registered(answers: Answers) -> bool:
    if answers.get("vat_registered") not in (YES, "tidak"):
        raise Refused("Pilih status PKP.", "vat_registered")
    return answers["vat_registered"] == YES


def _certificate(answers: Answers, law: RulesOfDay, kept: Answers) -> tuple[str | None, date | None]:
    """The certificate (surat keterangan PP 55) and its last day, no later than the law allows this kind of taxpayer.

    One that is kept as it was may be over.
    """
    number, until = (answers.get(name, "").strip() for name in ("certificate_number", "certificate_until"))
    if not number and not until:
        return None, None
    if not number:
        raise Refused("Isi nomor surat keterangannya, atau kosongkan keduanya.", "certificate_number")
    fitting(number, "certificate_number")
    if not until:
        raise Refused("Isi tanggal terakhir berlakunya surat keterangan.", "certificate_until")
    last_day = parse_date(until, field="certificate_until")
    if (number, last_day.isoformat()) == (kept.get("certificate_number"), kept.get("certificate_until")):
        return number, last_day
    if last_day < law.day:
        raise Refused("Surat keterangan ini sudah tidak berlaku.", "certificate_until")
    years = law.value(_CERTIFICATE_YEARS.get(answers.get("legal_form", ""), "final_tax_years_individual"))
    if last_day > _years_later(law.day, years):
        raise Refused(
            "Surat keterangan untuk bentuk usaha ini berlaku paling lama %(years)s tahun (PP 55/2022 ps. 59).",
            "certificate_until",
            years=years,
        )
    return number, last_day


_CERTIFICATE_YEARS: Final[dict[str, str]] = {
    LegalForm.ONE_PERSON_COMPANY: "final_tax_years_partnership",
    LegalForm.LIMITED_PARTNERSHIP: "final_tax_years_partnership",
    LegalForm.FIRM: "final_tax_years_partnership",
    LegalForm.COOPERATIVE: "final_tax_years_partnership",
    LegalForm.VILLAGE_ENTERPRISE: "final_tax_years_partnership",
    LegalForm.COMPANY: "final_tax_years_company",
}
"""For how many years the law lets whom pay the final tax (PP 55/2022 art. 59); a person's seven are the longest."""


def _years_later(day: date, years: int) -> date:
    """The same day so many years later; of 29 February the day before."""
    return day.replace(year=day.year + years, day=28 if (day.month, day.day) == (2, 29) else day.day)


def _turnover_year(answers: Answers, law: RulesOfDay, kept: Answers) -> int | None:
    """The one tax year of a person's statement that the year's turnover stays below what the law leaves free.

    Made for this year only; one that is kept as it was may be older, and frees nothing any more.
    """
    year = answers.get("turnover_year", "").strip()
    if not year:
        return None
    if year not in (str(law.day.year), kept.get("turnover_year")):
        raise Refused(
            "Pernyataan omzet dibuat untuk tahun ini, %(year)s.", "turnover_year", year=str(law.day.year)
        )
    return int(year)


def _turnover_outside(answers: Answers) -> int:
    """Rupiah that the person sold in that year to others than the regions here; it counts towards what is free.

    Part of the statement: 0 without one, and where nothing was typed.
    """
    typed = answers.get("turnover_outside", "").strip()
    if not typed or not answers.get("turnover_year", "").strip():
        return 0
    return parse_rupiah(typed, field="turnover_outside")


def _region_code(answers: Answers) -> str:
    code, province = answers.get("region_code", ""), answers.get("province_code", "")
    if not province:
        raise Refused("Pilih provinsi.", "province_code")
    if not code.startswith(f"{province}."):
        raise Refused("Pilih kabupaten atau kota.", "region_code")
    return code


def _bank_code(answers: Answers) -> str:
    if answers.get("bank_code") not in BANKS:
        raise Refused("Pilih bank.", "bank_code")
    return answers["bank_code"]
