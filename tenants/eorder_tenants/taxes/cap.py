"""The cap on one order counts everything the region pays: price, shipping, VAT and local tax (Perpres 16/2018)."""

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from datetime import date

from eorder_platform.directory.models import TaxClass
from eorder_platform.errors import Refused
from eorder_platform.rules import RuleBook, RulesOfDay
from eorder_platform.sentences import Rupiah, Sentence, joined
from eorder_tenants.taxes.assessment import Assessment
from eorder_tenants.taxes.local_tax import local_tax_on
from eorder_tenants.taxes.vat import vat_lines


def refuse_over_cap(
    assessment: Assessment, rulebook: RuleBook, on: date, *, field: str | None = None
) -> None:
    """Refuses an order above the region's cap of that day (a date in the region's zone, usually of submission).

    The sentence names the total with its parts, the cap, the excess and the highest price before tax that would fit.
    """
    cap = rulebook.value("order_cap", on=on)
    if assessment.gross <= cap:
        return
    sentences = [
        Sentence(
            "Nilai pesanan %(gross)s (%(parts)s) melebihi batas %(cap)s sebesar %(excess)s.",
            gross=Rupiah(assessment.gross),
            parts=_parts(assessment),
            cap=Rupiah(cap),
            excess=Rupiah(assessment.gross - cap),
        )
    ]
    highest = highest_base(assessment, cap, rulebook, on)
    if highest:
        sentences.append(Sentence("Harga sebelum pajak paling tinggi %(highest)s.", highest=Rupiah(highest)))
    raise Refused(joined(" ", sentences), field)


def highest_base(assessment: Assessment, cap: int, rulebook: RuleBook, on: date) -> int:
    """The highest price before tax (shipping included) of such an order that stays within `cap` rupiah.

    Only its largest class is varied; where the others alone are over the cap: 0. For ordinary goods of a PKP and
    a cap of Rp 50,000,000 it is Rp 45,045,045.
    """
    largest = max(assessment.bases, key=lambda tax_class: assessment.bases[tax_class])
    others = {c: amount for c, amount in assessment.bases.items() if c is not largest}
    rules = rulebook.on(on)
    charged = dict.fromkeys(assessment.bases, 0)
    for supply in assessment.supplies:
        charged[supply.tax_class] += supply.amount if supply.charges_local_tax else 0
    among_others = sum(amount for c, amount in charged.items() if c is not largest)

    def total(amount: int) -> int:
        bases = {**others, largest: amount}
        share = amount * charged[largest] // assessment.bases[largest]
        local_tax = local_tax_on(among_others + share, rules)
        gross = gross_of(bases, rules, vat_registered=assessment.vendor.vat_registered)
        return gross + (local_tax.amount if local_tax else 0)

    fitting = bisect_right(range(cap + 1), cap, key=total)
    return fitting - 1 + sum(others.values()) if fitting else 0


def gross_of(bases: Mapping[TaxClass, int], rules: RulesOfDay, *, vat_registered: bool) -> int:
    """Price and VAT of supplies per class, in rupiah; never falls when a price rises."""
    vat = sum(line.amount for line in vat_lines(bases, rules)) if vat_registered else 0
    return sum(bases.values()) + vat


def _parts(assessment: Assessment) -> Sentence:
    parts: Sequence[tuple[str, int]] = [
        ("harga %(amount)s", assessment.base - assessment.shipping),
        ("ongkos kirim %(amount)s", assessment.shipping),
        ("PPN %(amount)s", assessment.vat),
        ("pajak daerah %(amount)s", assessment.local_tax),
    ]
    return joined(", ", (Sentence(text, amount=Rupiah(amount)) for text, amount in parts if amount))
