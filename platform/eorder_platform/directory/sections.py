"""The four groups of questions about a business, checked by rule (domain.md 3) and written to its rows.

Each group takes the answers as typed, names every problem at once, and knows how to write itself.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

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
        "certificate_until", "low_turnover",
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

    @classmethod
    def of(cls, answers: Answers, today: date) -> "Owner":
        checking = Checking()
        identity = checking.take(parse_national_identity_number, answers.get("national_identity_number", ""))
        certificate, until = checking.take(_certificate, answers, today) or (None, None)
        facts = cls(
            owner_name=checking.take(written, answers, "owner_name", "Nama pemilik", 3),
            identity_number=identity,
            tax_id=checking.take(_tax_id, answers, identity),
            vat_registered=checking.take(_vat_registered, answers),
            certificate_number=certificate,
            certificate_until=until,
            turnover_statement_year=today.year if answers.get("low_turnover") == YES else None,
        )
        if facts.vat_registered and "without_tax_id" in answers:
            checking.note(
                "vat_registered", "Pengusaha Kena Pajak pasti memiliki NPWP. Isi NPWP, atau pilih bukan PKP."
            )
        checking.done()
        return facts

    def write(self, vendor: Vendor, private: VendorPrivate) -> None:
        vendor.vat_registered = self.vat_registered
        private.owner_name = self.owner_name
        private.identity_encrypted = encrypt(self.identity_number, Purpose.IDENTITY, vendor.id)
        private.identity_hash = keyed_hash(self.identity_number, Purpose.IDENTITY)
        private.tax_id_encrypted = (
            encrypt(self.tax_id.number, Purpose.TAX_ID, vendor.id) if self.tax_id else None
        )
        private.tax_id_warning = self.tax_id.warning if self.tax_id else None
        private.final_tax_certificate_number = self.certificate_number
        private.final_tax_certificate_until = self.certificate_until
        private.turnover_statement_year = self.turnover_statement_year


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
            street_address=checking.take(written, answers, "street_address", "Alamat", 5, 300),
            postcode=checking.take(parse_postcode, answers.get("postcode", "")),
            phone=checking.take(parse_phone, answers.get("phone", "")),
            email=checking.take(check_email, answers.get("email", "")),
        )
        checking.done()
        return facts

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

    def write(self, vendor: Vendor, private: VendorPrivate) -> None:
        private.bank_code, private.bank_account_holder = self.bank_code, self.holder
        private.bank_account_encrypted = encrypt(self.number, Purpose.BANK_ACCOUNT, vendor.id)
        private.bank_account_hash = keyed_hash(f"{self.bank_code}:{self.number}", Purpose.BANK_ACCOUNT)


Facts = Business | Owner | Address | BankAccount


def answers_of(vendor: Vendor, private: VendorPrivate) -> dict[str, str]:
    """The rows as answers again, every secret opened: what the owner corrects and what a verifier compares."""
    tax_id = private.tax_id_encrypted
    until, year = private.final_tax_certificate_until, private.turnover_statement_year
    return {
        "business_id_number": vendor.business_id_number,
        "legal_name": vendor.legal_name,
        "trade_name": vendor.trade_name,
        "legal_form": vendor.legal_form,
        "scale_basis": private.scale_basis,
        "scale_amount": str(private.scale_amount_rupiah),
        "owner_name": private.owner_name,
        "national_identity_number": decrypt(private.identity_encrypted, Purpose.IDENTITY, vendor.id),
        **({"tax_id": decrypt(tax_id, Purpose.TAX_ID, vendor.id)} if tax_id else {"without_tax_id": YES}),
        "vat_registered": YES if vendor.vat_registered else "tidak",
        "certificate_number": private.final_tax_certificate_number or "",
        "certificate_until": until.isoformat() if until else "",
        **({"low_turnover": YES} if year else {}),
        "province_code": vendor.region_code[:2],
        "region_code": vendor.region_code,
        "street_address": private.street_address,
        "postcode": private.postcode,
        "phone": private.phone,
        "email": private.email,
        "bank_code": private.bank_code,
        "bank_account": decrypt(private.bank_account_encrypted, Purpose.BANK_ACCOUNT, vendor.id),
        "bank_account_holder": private.bank_account_holder,
    }


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


def _certificate(answers: Answers, today: date) -> tuple[str | None, date | None]:
    number, until = (
        answers.get("certificate_number", "").strip(),
        answers.get("certificate_until", "").strip(),
    )
    if not number and not until:
        return None, None
    if not number:
        raise Refused("Isi nomor surat keterangannya, atau kosongkan keduanya.", "certificate_number")
    try:
        last_day = date.fromisoformat(until)
    except ValueError:
        raise Refused("Isi tanggal terakhir berlakunya surat keterangan.", "certificate_until") from None
    if last_day < today:
        raise Refused("Surat keterangan ini sudah tidak berlaku.", "certificate_until")
    return number, last_day


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
