"""Value added tax (PPN): on ordinary goods and services, on luxury goods and on couriers."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from eorder_platform.directory.models import TaxClass
from eorder_platform.rules import RulesOfDay
from eorder_platform.sentences import Rate, Sentence
from eorder_tenants.taxes.figures import account_text, percent, rounded
from eorder_tenants.taxes.supplies import VATABLE


class VatKind(StrEnum):
    ORDINARY = "ordinary"
    LUXURY = "luxury"
    COURIER = "courier"


@dataclass(frozen=True, slots=True)
class VatLine:
    """One computation of VAT: `amount` = `taxable_base` × `permil` / 1000, rounded once for the whole invoice.

    `base` is the price before tax, `taxable_base` what the rate is applied to (DPP; since 2025 the "DPP nilai lain"
    of 11/12 of the price). `account` is KAP-KJS as "411211-920".
    """

    kind: VatKind
    base: int
    taxable_base: int
    permil: int
    amount: int
    legal_basis: str
    account: str

    @property
    def rate_text(self) -> str:
        return percent(self.permil)

    @property
    def label(self) -> Sentence:
        text = "PPN %(rate)s dari DPP nilai lain" if self.taxable_base != self.base else "PPN %(rate)s"
        return Sentence(text, rate=Rate(self.permil))


def vat_lines(bases: Mapping[TaxClass, int], rules: RulesOfDay) -> tuple[VatLine, ...]:
    """VAT on the supplies of a vendor who is PKP; `bases` = class → price before tax in rupiah.

    Ordinary supplies: 12% of 11/12 of the price since 1 January 2025 (PMK 131/2024), never simplified to 11%, which
    differs by Rp 1 for one price in forty. Luxury goods: the full rate of the price. Couriers: 1.1% of the bill
    (PMK 11/2025). Food, hotels and staple foods bear none.
    """
    ordinary = sum(amount for tax_class, amount in bases.items() if tax_class in VATABLE)
    luxury = bases.get(TaxClass.LUXURY)
    courier = bases.get(TaxClass.COURIER)
    lines = []
    if ordinary:
        numerator, denominator = rules.value("vat_base_numerator"), rules.value("vat_base_denominator")
        taxable_base = rounded(ordinary * numerator, denominator, rules.value("vat_rounding"))
        lines.append(_line(VatKind.ORDINARY, ordinary, taxable_base, "vat_permil", rules))
    if luxury:
        lines.append(_line(VatKind.LUXURY, luxury, luxury, "vat_permil", rules))
    if courier:
        lines.append(_line(VatKind.COURIER, courier, courier, "vat_courier_permil", rules))
    return tuple(lines)


def _line(kind: VatKind, base: int, taxable_base: int, rate: str, rules: RulesOfDay) -> VatLine:
    rule = rules.rule(rate)
    return VatLine(
        kind=kind,
        base=base,
        taxable_base=taxable_base,
        permil=rule.value,
        amount=rounded(taxable_base * rule.value, 1000, rules.value("vat_rounding")),
        legal_basis=rule.legal_basis,
        account=account_text(rules.value("vat_account")),
    )
