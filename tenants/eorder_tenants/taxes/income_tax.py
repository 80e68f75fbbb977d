"""Income tax (PPh) that the treasurer withholds from what a vendor receives: one decision per class of supply."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from eorder_platform.directory.models import TaxClass
from eorder_platform.money import format_rupiah
from eorder_platform.rules import RulesOfDay
from eorder_tenants.taxes.figures import account_text, percent, rounded
from eorder_tenants.taxes.supplies import GOODS, VendorTaxProfile


class IncomeTaxKind(StrEnum):
    """Which article of the income tax law."""

    ARTICLE_21 = "pph_21"
    ARTICLE_22 = "pph_22"
    ARTICLE_23 = "pph_23"
    ARTICLE_23_RENTAL = "pph_23_rental"
    ARTICLE_4_2 = "pph_4_2"
    FINAL = "pph_final"

    @property
    def label(self) -> str:
        return _LABELS[self]


_LABELS = {
    IncomeTaxKind.ARTICLE_21: "PPh Pasal 21",
    IncomeTaxKind.ARTICLE_22: "PPh Pasal 22",
    IncomeTaxKind.ARTICLE_23: "PPh Pasal 23",
    IncomeTaxKind.ARTICLE_23_RENTAL: "PPh Pasal 23 (sewa)",
    IncomeTaxKind.ARTICLE_4_2: "PPh Pasal 4 ayat (2)",
    IncomeTaxKind.FINAL: "PPh final UMKM",
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
    def label(self) -> str:
        return f"{self.kind.label} {self.rate_text}"


@dataclass(frozen=True, slots=True)
class IncomeTaxes:
    """What is withheld, and in Indonesian sentences why something is not."""

    lines: tuple[IncomeTaxLine, ...]
    notes: tuple[str, ...]


def income_taxes(
    bases: Mapping[TaxClass, int],
    vendor: VendorTaxProfile,
    rules: RulesOfDay,
    *,
    same_transaction_base: int = 0,
    paid_by_card: bool = False,
) -> IncomeTaxes:
    """Income taxes on the day of payment (the day of `rules`), whole rupiah, rounded once per kind of tax.

    Rent of land and rooms always bears article 4(2). For everything else a final-tax certificate valid on that day
    replaces articles 21, 22 and 23 by 0.5% (PP 55/2022), and an individual's statement for that year of a turnover
    of at most Rp 500 million by nothing. Without these: goods article 22 above the threshold (PMK 59/2022), services
    article 23 of entities and article 21 of individuals, movable rent article 23; hotel packages none.
    `same_transaction_base` is the goods' price already ordered in the same transaction (split orders count
    together). Paying by government card (KKPD) is free of article 22.
    """
    lines, notes = [], []
    for kind, base in _bases_by_kind(bases, vendor, rules).items():
        free = _why_free(kind, base + same_transaction_base, vendor, rules, paid_by_card=paid_by_card)
        if free:
            notes.append(free)
        elif kind is IncomeTaxKind.ARTICLE_21:
            lines.append(_by_bracket(base, vendor, rules))
        else:
            lines.append(_by_rate(kind, base, vendor, rules))
    return IncomeTaxes(tuple(line for line in lines if line.amount), tuple(notes))


def is_below(base: int, threshold: str, rules: RulesOfDay) -> bool:
    """Whether the treasurer leaves a payment alone: the law says "paling banyak", so the limit itself is free."""
    limit = rules.value(threshold)
    return base <= limit if rules.value("tax_threshold_inclusive_free") else base < limit


def _bases_by_kind(
    bases: Mapping[TaxClass, int], vendor: VendorTaxProfile, rules: RulesOfDay
) -> dict[IncomeTaxKind, int]:
    found: dict[IncomeTaxKind, int] = {}
    for tax_class, base in bases.items():
        kind = _kind_of(tax_class, vendor, rules) if base else None
        if kind is not None:
            found[kind] = found.get(kind, 0) + base
    return found


def _kind_of(tax_class: TaxClass, vendor: VendorTaxProfile, rules: RulesOfDay) -> IncomeTaxKind | None:
    if tax_class is TaxClass.VENUE:
        return IncomeTaxKind.ARTICLE_4_2
    if vendor.has_final_tax_certificate(rules.day) or _is_free_person(vendor, rules):
        return IncomeTaxKind.FINAL
    if tax_class in GOODS:
        return IncomeTaxKind.ARTICLE_22
    if tax_class is TaxClass.HOSPITALITY:
        return None
    if tax_class is TaxClass.RENTAL:
        return IncomeTaxKind.ARTICLE_23_RENTAL
    if not vendor.individual:
        return IncomeTaxKind.ARTICLE_23
    if tax_class is TaxClass.CATERING and rules.value("individual_catering_article") == 23:
        return IncomeTaxKind.ARTICLE_23
    return IncomeTaxKind.ARTICLE_21


def _is_free_person(vendor: VendorTaxProfile, rules: RulesOfDay) -> bool:
    return vendor.turnover_is_free(rules.day) and rules.value("final_tax_free_turnover") > 0


def _why_free(
    kind: IncomeTaxKind, base: int, vendor: VendorTaxProfile, rules: RulesOfDay, *, paid_by_card: bool
) -> str | None:
    if kind is IncomeTaxKind.FINAL and _is_free_person(vendor, rules):
        limit = rules.rule("final_tax_free_turnover")
        return (
            f"Tidak dipotong PPh: omzet setahun tidak lebih dari {format_rupiah(limit.value)} "
            f"menurut pernyataan penyedia ({limit.legal_basis})."
        )
    if kind is IncomeTaxKind.ARTICLE_22 and paid_by_card:
        return "PPh Pasal 22 tidak dipungut atas pembayaran dengan kartu kredit pemerintah."
    if kind is IncomeTaxKind.ARTICLE_22 and is_below(base, "income_tax_22_above", rules):
        limit = rules.rule("income_tax_22_above")
        return (
            f"PPh Pasal 22 tidak dipungut: nilai barang tidak lebih dari {format_rupiah(limit.value)} "
            f"({limit.legal_basis})."
        )
    return None


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
