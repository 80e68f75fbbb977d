"""What each document says, as plain facts: everything a reprint needs, nothing that must be looked up again.

A signed document is never recomputed (its taxes, names and rates may have changed since): the facts are stored as JSON
beside it, and the same facts always print the same bytes.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Any

from pydantic import ConfigDict, TypeAdapter

INDONESIAN_OFFSETS = {timedelta(hours=7), timedelta(hours=8), timedelta(hours=9)}


class DocumentKind(StrEnum):
    """The kinds that can be printed; the value is also the name of the template."""

    PURCHASE_ORDER = "purchase_order"
    INSPECTION_REPORT = "inspection_report"
    HANDOVER_REPORT = "handover_report"
    PAYMENT_RECEIPT = "payment_receipt"

    @property
    def code(self) -> str:
        """The customary abbreviation, the ``{doc}`` of a document number."""
        return _NAMES[self][0]

    @property
    def official_name(self) -> str:
        """What the region calls it: "Surat Pesanan"."""
        return _NAMES[self][1]


_NAMES = {
    DocumentKind.PURCHASE_ORDER: ("SP", "Surat Pesanan"),
    DocumentKind.INSPECTION_REPORT: ("BAP", "Berita Acara Pemeriksaan"),
    DocumentKind.HANDOVER_REPORT: ("BAST", "Berita Acara Serah Terima"),
    DocumentKind.PAYMENT_RECEIPT: ("KWT", "Kuitansi"),
}


@dataclass(frozen=True, kw_only=True)
class Letterhead:
    """The head of the sheet (kop surat): the government and its unit, with the region's own edge."""

    government: str  # "Pemerintah Provinsi Gorontalo"
    unit: str
    address: str
    code: str  # two letters in the mark: "GO"
    accent: str  # one of the twelve dyes
    motif: str  # the woven edge


@dataclass(frozen=True, kw_only=True)
class Signatory:
    """One approval at the foot. Without `signed_at` the sheet says that the approval is still awaited."""

    capacity: str  # "Pejabat Pembuat Komitmen", "Penyedia"
    name: str
    position: str
    id_number: str  # printed as given: "NIP 19790412 200604 1 008"; empty for nobody's number
    signed_at: datetime | None
    factor: str = (
        ""  # with what they proved themselves: otp hwk swk recovery; empty on papers from before it was asked
    )


@dataclass(frozen=True, kw_only=True)
class Official:
    """The region's party, usually the commitment officer (PPK), with the letter that appointed them (SK)."""

    name: str
    nip: str
    position: str
    appointment: str = ""


@dataclass(frozen=True, kw_only=True)
class Vendor:
    """The vendor's party (penyedia)."""

    name: str
    npwp: str
    address: str
    representative: str
    bank_name: str
    bank_account: str
    bank_holder: str


@dataclass(frozen=True, kw_only=True)
class Line:
    """Goods or services with a price; `total` excludes taxes and may differ from the product by rounding."""

    name: str
    quantity: Decimal
    unit: str
    unit_price: int
    total: int
    detail: str = ""


@dataclass(frozen=True, kw_only=True)
class InspectedLine:
    """What was ordered, what came, and what became of it."""

    name: str
    unit: str
    ordered: Decimal
    delivered: Decimal
    accepted: Decimal
    rejected: Decimal
    note: str = ""

    def __post_init__(self) -> None:
        if self.accepted + self.rejected != self.delivered:
            raise ValueError(f"{self.name}: accepted and rejected do not add up to delivered")


@dataclass(frozen=True, kw_only=True)
class Charge:
    """A tax, a penalty or another amount on top of the price or taken off the payment."""

    label: str  # "PPN 12% dari DPP nilai lain"
    amount: int
    base: int | None = None


@dataclass(frozen=True, kw_only=True)
class Clause:
    """One heading of the conditions with its numbered sentences."""

    heading: str
    points: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class DocumentFacts:
    """The header that every document shares. `issued_at` is the office's own time (WIB, WITA or WIT)."""

    __pydantic_config__ = ConfigDict(extra="forbid")

    number: str
    issued_at: datetime
    place: str
    letterhead: Letterhead
    order_number: str
    rup_code: str
    package_name: str
    budget_line_code: str
    budget_line_name: str
    verification_url: str
    verification_code: str
    signatories: tuple[Signatory, ...]

    def __post_init__(self) -> None:
        moments = [
            self.issued_at,
            *(signatory.signed_at for signatory in self.signatories if signatory.signed_at),
        ]
        if any(moment.utcoffset() not in INDONESIAN_OFFSETS for moment in moments):
            raise ValueError("the times of a document are those of its office: WIB, WITA or WIT")

    def to_json(self) -> dict[str, Any]:
        """The facts as JSON values, to be stored with the document."""
        stored: dict[str, Any] = _ADAPTERS[type(self)].dump_python(self, mode="json")
        return stored


@dataclass(frozen=True, kw_only=True)
class PurchaseOrderFacts(DocumentFacts):
    """Purchase order (surat pesanan). `particulars`: (label, text) of what else is said about the delivery."""

    buyer: Official
    vendor: Vendor
    lines: tuple[Line, ...]
    shipping: int
    added_taxes: tuple[Charge, ...]
    gross: int
    withheld_taxes: tuple[Charge, ...]
    net: int
    amount_in_words: str  # of gross, with "rupiah"
    delivery_address: str
    due_date: date
    particulars: tuple[tuple[str, str], ...] = ()
    note: str = ""
    clauses: tuple[Clause, ...]

    def __post_init__(self) -> None:
        super().__post_init__()
        _check_gross(self.lines, self.shipping, self.added_taxes, self.gross)
        _check_net(self.gross, self.withheld_taxes, self.net)


@dataclass(frozen=True, kw_only=True)
class InspectionReportFacts(DocumentFacts):
    """Inspection report (berita acara pemeriksaan, BAP)."""

    purchase_order_number: str
    purchase_order_date: date
    vendor_name: str
    inspected_on: date
    inspected_at_place: str
    lines: tuple[InspectedLine, ...]
    function_fits: bool
    quantity_fits: bool
    time_fits: bool
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class HandoverReportFacts(DocumentFacts):
    """Handover report (berita acara serah terima, BAST)."""

    buyer: Official
    vendor: Vendor
    purchase_order_number: str
    purchase_order_date: date
    inspection_number: str
    inspection_date: date
    handed_over_on: date
    handed_over_at_place: str
    lines: tuple[Line, ...]  # accepted quantities only
    shipping: int
    added_taxes: tuple[Charge, ...]
    gross: int
    amount_in_words: str  # of gross, with "rupiah"
    late_days: int = 0
    penalty: int = 0
    carried_from: int | None = None  # the fiscal year that cannot pay it any more

    def __post_init__(self) -> None:
        super().__post_init__()
        _check_gross(self.lines, self.shipping, self.added_taxes, self.gross)


@dataclass(frozen=True, kw_only=True)
class PaymentReceiptFacts(DocumentFacts):
    """Payment receipt (kuitansi). `stamp_duty` is the duty (meterai) owed on it, None below the threshold."""

    received_from: str
    vendor: Vendor
    purpose: str
    gross: int
    amount_in_words: str  # of gross, with "rupiah"
    deductions: tuple[Charge, ...]
    net: int
    payment_method: str
    payment_reference: str
    paid_on: date
    handover_number: str
    handover_date: date
    stamp_duty: int | None
    carried_from: int | None = None  # the fiscal year that left it to the one that pays

    def __post_init__(self) -> None:
        super().__post_init__()
        _check_net(self.gross, self.deductions, self.net)


_CLASSES: dict[DocumentKind, type[DocumentFacts]] = {
    DocumentKind.PURCHASE_ORDER: PurchaseOrderFacts,
    DocumentKind.INSPECTION_REPORT: InspectionReportFacts,
    DocumentKind.HANDOVER_REPORT: HandoverReportFacts,
    DocumentKind.PAYMENT_RECEIPT: PaymentReceiptFacts,
}

_ADAPTERS: dict[type[DocumentFacts], TypeAdapter[DocumentFacts]] = {
    one: TypeAdapter(one) for one in _CLASSES.values()
}
"""Made once: to make one takes pydantic a third of what a whole step does."""


def facts_from_json(kind: str, stored: Mapping[str, Any]) -> DocumentFacts:
    """The facts read back; a missing, unknown or contradictory fact is a ValueError."""
    return _ADAPTERS[_CLASSES[DocumentKind(kind)]].validate_python(dict(stored))


def _check_gross(lines: tuple[Line, ...], shipping: int, added: tuple[Charge, ...], gross: int) -> None:
    if sum(line.total for line in lines) + shipping + sum(charge.amount for charge in added) != gross:
        raise ValueError("lines, shipping and taxes do not add up to the gross amount")


def _check_net(gross: int, taken: tuple[Charge, ...], net: int) -> None:
    if gross - sum(charge.amount for charge in taken) != net:
        raise ValueError("gross less deductions is not the net amount")
