"""Which income tax (PPh) each class of supply bears, for this vendor and on this day."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from eorder_platform.directory.models import TaxClass
from eorder_platform.rules import RulesOfDay
from eorder_platform.sentences import Rupiah, Sentence
from eorder_tenants.taxes.supplies import ALONE, GOODS, Beside, VendorTaxProfile
from eorder_tenants.taxes.withholding import IncomeTaxKind, IncomeTaxLine, withhold


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
    beside: Beside = ALONE,
    turnover: int = 0,
    paid_by_card: bool = False,
) -> IncomeTaxes:
    """Income taxes on the day of payment (the day of `rules`), whole rupiah, rounded once per kind of tax.

    Rent of land and rooms always bears article 4(2). For everything else a final-tax certificate valid on that day
    replaces articles 21, 22 and 23 by 0.5% (PP 55/2022), and an individual's statement for that year of a turnover
    of at most Rp 500 million by nothing, until what they were paid that year (`turnover`, before this payment) and what
    the statement says they sold elsewhere come to more: what is above bears the 0.5%. Without these: goods article 22
    above the threshold (PMK 59/2022), services article 23 of entities and article 21 of individuals, movable rent
    article 23; hotel packages and rice none. The liberal profession of a person bears article 21 whatever certificate
    or statement there is.
    `beside` is the rest of the same transaction: split orders count together. Paying by government card (KKPD) is free
    of article 22.
    """
    lines, notes = [], []
    for kind, base in bases_by_kind(bases, vendor, rules).items():
        free = _why_free(kind, base + beside.goods, rules, paid_by_card=paid_by_card)
        taxable = base
        if kind is IncomeTaxKind.FINAL and _is_free_person(vendor, rules):
            before = turnover + vendor.turnover_outside
            taxable = min(base, max(0, before + base - rules.value("final_tax_free_turnover")))
            free = _why_turnover_is_free(rules) if taxable < base else None
        if free:
            notes.append(free)
        if taxable and not (free and taxable == base):
            lines.append(withhold(kind, taxable, vendor, rules))
    if bases.get(TaxClass.RICE) and _kind_of(TaxClass.RICE, vendor, rules) is None:
        basis = rules.rule("income_tax_22_rice").legal_basis
        notes.append(Sentence("PPh Pasal 22 tidak dipungut atas pembelian beras (%(basis)s).", basis=basis))
    return IncomeTaxes(tuple(lines), tuple(notes))


def is_below(base: int, threshold: str, rules: RulesOfDay) -> bool:
    """Whether the treasurer leaves a payment alone: the law says "paling banyak", so the limit itself is free."""
    limit = rules.value(threshold)
    return base <= limit if rules.value("tax_threshold_inclusive_free") else base < limit


def bases_by_kind(
    bases: Mapping[TaxClass, int], vendor: VendorTaxProfile, rules: RulesOfDay
) -> dict[IncomeTaxKind, int]:
    """What each income tax is computed from, whether or not a threshold spares it."""
    found: dict[IncomeTaxKind, int] = {}
    for tax_class, base in bases.items():
        kind = _kind_of(tax_class, vendor, rules) if base else None
        if kind is not None:
            found[kind] = found.get(kind, 0) + base
    return found


def _kind_of(tax_class: TaxClass, vendor: VendorTaxProfile, rules: RulesOfDay) -> IncomeTaxKind | None:
    if tax_class is TaxClass.VENUE:
        return IncomeTaxKind.ARTICLE_4_2
    if tax_class is TaxClass.PROFESSION and vendor.individual and not rules.value("profession_final_tax"):
        return IncomeTaxKind.ARTICLE_21
    if vendor.has_final_tax_certificate(rules.day) or _is_free_person(vendor, rules):
        return IncomeTaxKind.FINAL
    if tax_class is TaxClass.RICE and not rules.value("income_tax_22_rice"):
        return None
    if tax_class in GOODS or tax_class is TaxClass.RICE:
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


def turnover_of(bases: Mapping[TaxClass, int], vendor: VendorTaxProfile, rules: RulesOfDay) -> int:
    """What of these prices counts for a person's yearly turnover: all that the final tax is about."""
    free = replace(vendor, turnover_statement_year=rules.day.year)
    return bases_by_kind(bases, free, rules).get(IncomeTaxKind.FINAL, 0)


def _why_turnover_is_free(rules: RulesOfDay) -> Sentence:
    limit = rules.rule("final_tax_free_turnover")
    text = "Tidak dipotong PPh: omzet setahun tidak lebih dari %(amount)s menurut pernyataan penyedia (%(basis)s)."
    return Sentence(text, amount=Rupiah(limit.value), basis=limit.legal_basis)


def _is_free_person(vendor: VendorTaxProfile, rules: RulesOfDay) -> bool:
    return vendor.turnover_is_free(rules.day) and rules.value("final_tax_free_turnover") > 0


def _why_free(kind: IncomeTaxKind, base: int, rules: RulesOfDay, *, paid_by_card: bool) -> str | None:
    if kind is IncomeTaxKind.ARTICLE_22 and paid_by_card:
        return "PPh Pasal 22 tidak dipungut atas pembayaran dengan kartu kredit pemerintah."
    if kind is IncomeTaxKind.ARTICLE_22 and is_below(base, "income_tax_22_above", rules):
        limit = rules.rule("income_tax_22_above")
        text = "PPh Pasal 22 tidak dipungut: nilai barang tidak lebih dari %(amount)s (%(basis)s)."
        return Sentence(text, amount=Rupiah(limit.value), basis=limit.legal_basis)
    return None
