"""What an order costs the region, what the treasurer withholds for the state and what the vendor receives."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import reduce
from typing import Any, TypeVar

from pydantic import TypeAdapter

from eorder_platform.directory.models import TaxClass
from eorder_platform.money import apportion
from eorder_platform.rules import Rule, RuleBook, RulesOfDay, version_of
from eorder_platform.sentences import Rupiah, Sentence, as_json, from_json
from eorder_tenants.taxes.income_tax import income_taxes, is_below
from eorder_tenants.taxes.local_tax import LocalTaxLine, local_tax_lines
from eorder_tenants.taxes.supplies import ALONE, Beside, Supply, VendorTaxProfile
from eorder_tenants.taxes.vat import VatLine, vat_lines
from eorder_tenants.taxes.withholding import CaughtUp, IncomeTaxLine


@dataclass(frozen=True)
class Assessment:
    """One computation with its inputs, its results and the rules it used, so that it never has to be repeated.

    All amounts are whole rupiah. `bases` are prices before tax per class, shipping included. `vat_withheld` is
    either all VAT or nothing (then the vendor remits it), in a sum of several `parts` a part. `notes` say why
    something is not withheld. `beside` is what belongs to the same transaction and passes the thresholds with it,
    `caught_up` what earlier payments of that transaction left to this one, `turnover` what a person was paid before it
    in that year, by all regions.
    Always `net_to_vendor + withheld == gross`. More withheld than there is: ValueError.
    """

    supplies: tuple[Supply, ...]
    shipping: int
    vendor: VendorTaxProfile
    tax_point: date
    payment_date: date
    bases: dict[TaxClass, int]
    vat_lines: tuple[VatLine, ...]
    vat_withheld: int
    income_tax_lines: tuple[IncomeTaxLine, ...]
    notes: tuple[str, ...]
    rules: tuple[Rule, ...]
    local_tax_lines: tuple[LocalTaxLine, ...] = ()
    parts: int = 1
    beside: Beside = ALONE
    caught_up: tuple[CaughtUp, ...] = ()
    turnover: int = 0

    def __post_init__(self) -> None:
        if self.parts == 1 and self.vat_withheld not in (0, self.vat):
            raise ValueError(f"VAT is withheld whole or not at all: {self}")
        if not 0 <= self.vat_withheld <= self.vat:
            raise ValueError(f"more VAT is withheld than there is: {self}")
        if self.net_to_vendor < 0:
            raise ValueError(f"more is withheld than the region pays: {self}")

    @property
    def base(self) -> int:
        """Price before tax, shipping included."""
        return sum(self.bases.values())

    @property
    def own(self) -> Beside:
        """What it counts for the thresholds itself."""
        goods = Beside.of(self.bases, vat_registered=False).goods
        return Beside(goods, sum(line.base for line in self.vat_lines))

    @property
    def dpp_alternative(self) -> int:
        """What VAT is computed from (DPP nilai lain since 2025), over all kinds of VAT."""
        return sum(line.taxable_base for line in self.vat_lines)

    @property
    def vat(self) -> int:
        return sum(line.amount for line in self.vat_lines)

    @property
    def local_tax(self) -> int:
        return sum(line.amount for line in self.local_tax_lines)

    @property
    def income_tax(self) -> int:
        return sum(line.amount for line in self.income_tax_lines)

    @property
    def gross(self) -> int:
        """Everything the region pays: this is what the cap and the budget are held against."""
        return self.base + self.vat + self.local_tax

    @property
    def withheld(self) -> int:
        return self.vat_withheld + self.income_tax + sum(one.amount for one in self.caught_up)

    @property
    def net_to_vendor(self) -> int:
        """What the vendor receives, before any late penalty."""
        return self.gross - self.withheld

    @property
    def rule_version(self) -> str:
        """Equal for two assessments exactly when they used the same values of the law."""
        return version_of(self.rules)

    def to_facts(self) -> dict[str, Any]:
        """Everything as JSON values, with the totals and the rule version beside them for readers."""
        facts: dict[str, Any] = _ADAPTER.dump_python(self, mode="json")
        return facts | self._totals() | {"notes": [as_json(note) for note in self.notes]}

    @classmethod
    def from_facts(cls, facts: Mapping[str, Any]) -> "Assessment":
        """The stored assessment, nothing recomputed. Totals that disagree with their parts: ValueError."""
        assessment = _ADAPTER.validate_python(
            {key: facts[key] for key in cls.__dataclass_fields__ if key in facts} | {"notes": ()}
        )
        assessment = replace(assessment, notes=tuple(from_json(note) for note in facts["notes"]))
        totals = assessment._totals()
        if totals != {key: facts[key] for key in totals}:
            raise ValueError("the stored totals of an assessment do not follow from its parts")
        return assessment

    @property
    def vat_rates(self) -> frozenset[tuple[str, int, bool]]:
        """By which computations VAT was charged: kind, rate in permil, whether on a base of its own."""
        return frozenset((line.kind, line.permil, line.taxable_base != line.base) for line in self.vat_lines)

    def with_taxes_of_at_most(self, *, vat: int, local_tax: int) -> "Assessment":
        """The same with no more VAT and local tax than so many rupiah, taken off the last lines of each.

        No line falls below zero: with less than nothing to charge (earlier parts took it all) there is no tax.
        """
        return replace(
            self,
            vat_lines=_cut(self.vat_lines, max(0, vat)),
            local_tax_lines=_cut(self.local_tax_lines, max(0, local_tax)),
            vat_withheld=min(self.vat_withheld, max(0, vat)),
        )

    @classmethod
    def sum_of(cls, parts: Sequence["Assessment"]) -> "Assessment":
        """Several deliveries of one order seen as one: amounts added up, taxes of the same name on one line.

        Tax point and payment date are those of the last. No parts: ValueError.
        """
        if not parts:
            raise ValueError("nothing to add up")
        if len(parts) == 1:
            return parts[0]
        bases: dict[TaxClass, int] = {}
        for part in parts:
            for tax_class, base in part.bases.items():
                bases[tax_class] = bases.get(tax_class, 0) + base
        last = max(parts, key=lambda part: (part.tax_point, part.payment_date))
        return cls(
            supplies=tuple(supply for part in parts for supply in part.supplies),
            shipping=sum(part.shipping for part in parts),
            vendor=last.vendor,
            tax_point=last.tax_point,
            payment_date=last.payment_date,
            bases=bases,
            vat_lines=_added_up(line for part in parts for line in part.vat_lines),
            vat_withheld=sum(part.vat_withheld for part in parts),
            income_tax_lines=_added_up(line for part in parts for line in part.income_tax_lines),
            notes=tuple(dict.fromkeys(note for part in parts for note in part.notes)),
            rules=tuple(dict.fromkeys(rule for part in parts for rule in part.rules)),
            local_tax_lines=_added_up(line for part in parts for line in part.local_tax_lines),
            parts=sum(part.parts for part in parts),
            beside=last.beside.plus(last.own).without(_sum_of(part.own for part in parts)),
            caught_up=tuple(one for part in parts for one in part.caught_up),
            turnover=last.turnover,
        )

    def _totals(self) -> dict[str, Any]:
        return {
            "base": self.base,
            "dpp_alternative": self.dpp_alternative,
            "vat": self.vat,
            "local_tax": self.local_tax,
            "income_tax": self.income_tax,
            "gross": self.gross,
            "withheld": self.withheld,
            "net_to_vendor": self.net_to_vendor,
            "rule_version": self.rule_version,
        }


_ADAPTER = TypeAdapter(Assessment)


def _sum_of(parts: Iterable[Beside]) -> Beside:
    return reduce(Beside.plus, parts, ALONE)


TaxLine = TypeVar("TaxLine", VatLine, IncomeTaxLine, LocalTaxLine)


def _cut(lines: tuple[TaxLine, ...], limit: int) -> tuple[TaxLine, ...]:
    left, kept = limit, []
    for line in lines:
        kept.append(replace(line, amount=min(line.amount, left)))
        left -= kept[-1].amount
    return tuple(kept)


def _added_up(lines: Iterable[TaxLine]) -> tuple[TaxLine, ...]:
    """Lines that differ in nothing but their amounts become one."""
    sums: dict[TaxLine, TaxLine] = {}
    for line in lines:
        empty: dict[str, Any] = {
            name: 0 for name in ("base", "taxable_base", "amount") if hasattr(line, name)
        }
        kind = replace(line, **empty)
        before = sums.get(kind, kind)
        added: dict[str, Any] = {name: getattr(before, name) + getattr(line, name) for name in empty}
        sums[kind] = replace(line, **added)
    return tuple(sums.values())


def assess(
    supplies: Sequence[Supply],
    vendor: VendorTaxProfile,
    rulebook: RuleBook,
    on: date,
    *,
    payment_date: date | None = None,
    shipping: int = 0,
    beside: Beside = ALONE,
    paid_by_card: bool = False,
) -> Assessment:
    """Taxes of one order in treasurer mode (PMK 231/2019 as amended by PMK 59/2022).

    `on` is the tax point of VAT and local tax: handover or payment, whichever is earlier; `payment_date`, the same day
    unless given, decides income tax and whether the vendor's certificate still holds. Both are dates in the region's
    zone. Before they have happened, today gives the estimate shown to the vendor. `shipping` is the vendor's own
    charge; it shares the classes of the supplies in proportion to their price (a courier's bill is a supply itself).
    `beside` is the rest of the same transaction, paid or not: split orders pass the thresholds together. What is
    withheld in the end, payment by payment, says taxes/payment.py.

    VAT is the vendor's to charge (PKP only) and the treasurer's to withhold above Rp 2,000,000, never on payment by
    government card. Missing rules: RuleMissing. No supplies or negative amounts: ValueError.
    """
    if not supplies or shipping < 0:
        raise ValueError("an order to be assessed has supplies, and nothing in it is negative")
    vat_rules, income_tax_rules = rulebook.on(on), rulebook.on(payment_date or on)
    bases = bases_of(supplies, shipping)
    vat = vat_lines(bases, vat_rules) if vendor.vat_registered else ()
    local_tax = local_tax_lines(supplies, vat_rules)
    vat_note = why_vat_is_not_withheld(vat, beside, vat_rules, paid_by_card=paid_by_card)
    income_tax = income_taxes(
        bases,
        vendor,
        income_tax_rules,
        beside=beside,
        paid_by_card=paid_by_card,
    )
    return Assessment(
        supplies=tuple(supplies),
        shipping=shipping,
        vendor=vendor,
        tax_point=on,
        payment_date=payment_date or on,
        bases=bases,
        vat_lines=vat,
        vat_withheld=0 if vat_note else sum(line.amount for line in vat),
        income_tax_lines=tuple(line for line in income_tax.lines if line.amount),
        notes=(*([vat_note] if vat_note else []), *income_tax.notes),
        rules=tuple(dict.fromkeys((*vat_rules.used, *income_tax_rules.used))),
        local_tax_lines=local_tax,
        beside=beside,
    )


def bases_of(supplies: Sequence[Supply], shipping: int) -> dict[TaxClass, int]:
    """Class → price before tax, with the vendor's shipping shared out to the rupiah."""
    bases: dict[TaxClass, int] = {}
    for supply in supplies:
        bases[supply.tax_class] = bases.get(supply.tax_class, 0) + supply.amount
    shares = apportion(shipping, list(bases.values()))
    return {tax_class: base + share for (tax_class, base), share in zip(bases.items(), shares, strict=True)}


def why_vat_is_not_withheld(
    vat: Sequence[VatLine], beside: Beside, rules: RulesOfDay, *, paid_by_card: bool = False
) -> str | None:
    """The sentence that leaves the VAT to the vendor; None where it is withheld, or where there is none."""
    if not vat:
        return None
    if paid_by_card:
        return "PPN dibayarkan kepada penyedia karena pembayaran dengan kartu kredit pemerintah."
    if is_below(sum(line.base for line in vat) + beside.vatable, "vat_withheld_above", rules):
        limit = rules.rule("vat_withheld_above")
        text = "PPN dibayarkan kepada penyedia untuk disetor sendiri: nilai tidak lebih dari %(amount)s (%(basis)s)."
        return Sentence(text, amount=Rupiah(limit.value), basis=limit.legal_basis)
    return None
