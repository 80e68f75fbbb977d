"""The regional tax on food and hotels (PBJT), where the vendor charges it on top of the price: UU 1/2022 art. 58.

The region pays it with the price and the vendor remits it; nothing of it is withheld.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from eorder_platform.rules import RulesOfDay
from eorder_platform.sentences import Rate, Sentence
from eorder_tenants.taxes.figures import rounded
from eorder_tenants.taxes.supplies import Supply


@dataclass(frozen=True, slots=True)
class LocalTaxLine:
    """One computation of PBJT: `amount` = `base` × `permil` / 1000 in rupiah, rounded once for the whole invoice."""

    base: int
    permil: int
    amount: int
    legal_basis: str

    @property
    def label(self) -> Sentence:
        return Sentence("Pajak daerah (PBJT) %(rate)s", rate=Rate(self.permil))


def local_tax_lines(supplies: Iterable[Supply], rules: RulesOfDay) -> tuple[LocalTaxLine, ...]:
    """PBJT of an order: one line, or none where nothing is charged. Delivery bears none; rounded as PPN is."""
    line = local_tax_on(sum(supply.amount for supply in supplies if supply.charges_local_tax), rules)
    return (line,) if line else ()


def local_tax_on(base: int, rules: RulesOfDay) -> LocalTaxLine | None:
    """PBJT on `base` rupiah at the region's own rate of that day, which the nation caps at 10%."""
    if not base:
        return None
    rule = rules.rule("local_tax_permil")
    amount = rounded(base * rule.value, 1000, rules.value("vat_rounding"))
    return LocalTaxLine(base, rule.value, amount, rule.legal_basis)
