"""How much of each income tax (PPh) the treasurer withholds: base, rate and account code."""

from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

from eorder_platform.rules import RulesOfDay
from eorder_platform.sentences import Sentence
from eorder_tenants.taxes.figures import account_text, percent, rate, rounded
from eorder_tenants.taxes.supplies import VendorTaxProfile


class IncomeTaxKind(StrEnum):
    """Which article of the income tax law."""

    ARTICLE_21 = "pph_21"
    ARTICLE_22 = "pph_22"
    ARTICLE_23 = "pph_23"
    ARTICLE_23_RENTAL = "pph_23_rental"
    ARTICLE_4_2 = "pph_4_2"
    FINAL = "pph_final"


_LABELS = {
    IncomeTaxKind.ARTICLE_21: "PPh Pasal 21 %(rate)s",
    IncomeTaxKind.ARTICLE_22: "PPh Pasal 22 %(rate)s",
    IncomeTaxKind.ARTICLE_23: "PPh Pasal 23 %(rate)s",
    IncomeTaxKind.ARTICLE_23_RENTAL: "PPh Pasal 23 (sewa) %(rate)s",
    IncomeTaxKind.ARTICLE_4_2: "PPh Pasal 4 ayat (2) %(rate)s",
    IncomeTaxKind.FINAL: "PPh final UMKM %(rate)s",
}


@dataclass(frozen=True, slots=True)
class IncomeTaxLine:
    """One withheld income tax: `base` before VAT and `amount` in rupiah, `account` KAP-KJS as "411122-920"."""

    kind: IncomeTaxKind
    base: int
    rate_text: str
    amount: int
    legal_basis: str
    account: str

    @property
    def label(self) -> Sentence:
        return Sentence(_LABELS[self.kind], rate=rate(self.rate_text))


@dataclass(frozen=True, slots=True)
class CaughtUp:
    """A tax on earlier payments of the same transaction, which were below a threshold then: it is kept back now.

    `tax` is VAT or a kind of income tax, `base` what was paid then, before VAT, `together` what the transaction has
    come to since, which is above `limit`.
    """

    VAT: ClassVar[str] = "vat"

    tax: str
    base: int
    amount: int
    together: int
    limit: int
    legal_basis: str
    account: str

    @property
    def name(self) -> Sentence:
        """Of the tax."""
        return Sentence("PPN" if self.tax == self.VAT else "PPh Pasal 22")

    @property
    def label(self) -> Sentence:
        return Sentence("%(tax)s atas pembayaran sebelumnya", tax=self.name)


def withhold(kind: IncomeTaxKind, base: int, vendor: VendorTaxProfile, rules: RulesOfDay) -> IncomeTaxLine:
    """The tax of that kind on `base` rupiah before VAT, by the rules of the day of payment, cut to whole rupiah.

    Without a tax number (NPWP) articles 22 and 23 double and article 21 is a fifth more.
    """
    if kind is IncomeTaxKind.ARTICLE_21:
        return _by_bracket(base, vendor, rules)
    return _by_rate(kind, base, vendor, rules)


def _by_rate(kind: IncomeTaxKind, base: int, vendor: VendorTaxProfile, rules: RulesOfDay) -> IncomeTaxLine:
    rate = rules.rule(_RATES[kind, vendor.has_tax_id])
    amount = _cut(base * rate.value, 1000, rules)
    return _line(kind, base, percent(rate.value), amount, rate.legal_basis, rules)


def _by_bracket(base: int, vendor: VendorTaxProfile, rules: RulesOfDay) -> IncomeTaxLine:
    """Article 21 on half the fee (PMK 168/2023): the first bracket's rate, above it the second's, and a fifth more
    without a tax number. Each payment stands alone: earlier ones of the year are not added up."""
    part, first = rules.rule("income_tax_21_base_permil"), rules.value("income_tax_21_first_permil")
    taxable, bracket = _cut(base * part.value, 1000, rules), rules.value("income_tax_21_first_bracket")
    thousandths, rate_text = min(taxable, bracket) * first, f"{percent(part.value)} × {percent(first)}"
    if taxable > bracket:
        second = rules.value("income_tax_21_second_permil")
        thousandths += (taxable - bracket) * second
        rate_text += f" dan {percent(second)}"
    if not vendor.has_tax_id:
        factor = rules.value("income_tax_21_without_tax_id_factor")
        thousandths = thousandths * factor // 1000
        rate_text += f" × {percent(factor)}"
    amount = _cut(thousandths, 1000, rules)
    return _line(IncomeTaxKind.ARTICLE_21, base, rate_text, amount, part.legal_basis, rules)


def _line(
    kind: IncomeTaxKind, base: int, rate_text: str, amount: int, legal_basis: str, rules: RulesOfDay
) -> IncomeTaxLine:
    account = account_text(rules.value(_ACCOUNTS[kind]))
    return IncomeTaxLine(kind, base, rate_text, amount, legal_basis, account)


def _cut(numerator: int, denominator: int, rules: RulesOfDay) -> int:
    return rounded(numerator, denominator, rules.value("income_tax_rounding"))


_RATES = {
    (IncomeTaxKind.ARTICLE_22, True): "income_tax_22_permil",
    (IncomeTaxKind.ARTICLE_22, False): "income_tax_22_without_tax_id_permil",
    (IncomeTaxKind.ARTICLE_23, True): "income_tax_23_permil",
    (IncomeTaxKind.ARTICLE_23, False): "income_tax_23_without_tax_id_permil",
    (IncomeTaxKind.ARTICLE_23_RENTAL, True): "income_tax_23_permil",
    (IncomeTaxKind.ARTICLE_23_RENTAL, False): "income_tax_23_without_tax_id_permil",
    (IncomeTaxKind.ARTICLE_4_2, True): "income_tax_4_2_permil",
    (IncomeTaxKind.ARTICLE_4_2, False): "income_tax_4_2_permil",
    (IncomeTaxKind.FINAL, True): "final_tax_permil",
    (IncomeTaxKind.FINAL, False): "final_tax_permil",
}
_ACCOUNTS = {
    IncomeTaxKind.ARTICLE_21: "income_tax_21_account",
    IncomeTaxKind.ARTICLE_22: "income_tax_22_account",
    IncomeTaxKind.ARTICLE_23: "income_tax_23_account",
    IncomeTaxKind.ARTICLE_23_RENTAL: "income_tax_23_rental_account",
    IncomeTaxKind.ARTICLE_4_2: "income_tax_4_2_account",
    IncomeTaxKind.FINAL: "final_tax_account",
}
