"""What the taxes are computed from: priced supplies and the vendor's standing with the tax office."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from eorder_platform.directory.models import LOCALLY_TAXED, LegalForm, TaxClass

VATABLE = frozenset({TaxClass.GOODS, TaxClass.SERVICE, TaxClass.PROFESSION, TaxClass.RENTAL, TaxClass.VENUE})
BEARING_VAT = VATABLE | {TaxClass.LUXURY, TaxClass.COURIER}
GOODS = frozenset({TaxClass.GOODS, TaxClass.GOODS_EXEMPT, TaxClass.LUXURY})
"""Goods on which article 22 is collected; rice only where a rule says so (income_tax_22_rice)."""


@dataclass(frozen=True, slots=True)
class Beside:
    """How much of a transaction counts for its two thresholds, in rupiah before tax: its goods, and what bears VAT."""

    goods: int = 0
    vatable: int = 0

    @classmethod
    def of(cls, bases: Mapping[TaxClass, int], *, vat_registered: bool) -> "Beside":
        """Of prices by class."""
        bearing = sum(amount for tax_class, amount in bases.items() if tax_class in BEARING_VAT)
        return cls(
            sum(amount for tax_class, amount in bases.items() if tax_class in GOODS),
            bearing if vat_registered else 0,
        )

    def plus(self, other: "Beside") -> "Beside":
        return Beside(self.goods + other.goods, self.vatable + other.vatable)

    def without(self, other: "Beside") -> "Beside":
        return Beside(max(0, self.goods - other.goods), max(0, self.vatable - other.vatable))


ALONE = Beside()


@dataclass(frozen=True, slots=True)
class Supply:
    """A line of an order: its price before tax, after discount, in whole rupiah (money.line_amount).

    `charges_local_tax`: the vendor charges the regional tax on food and hotels (PBJT) on top of it. A negative amount,
    or that tax on anything else: ValueError.
    """

    tax_class: TaxClass
    amount: int
    charges_local_tax: bool = False

    def __post_init__(self) -> None:
        if self.amount < 0:
            raise ValueError(f"a supply is never negative: {self}")
        if self.charges_local_tax and self.tax_class not in LOCALLY_TAXED:
            raise ValueError(f"only food and hotels bear the local tax: {self}")


@dataclass(frozen=True, slots=True)
class VendorTaxProfile:
    """A vendor as the tax office knows it.

    `vat_registered`: PKP. `individual`: a natural person (perorangan). `final_tax_certificate_until`: last day of
    the certificate (surat keterangan PP 55/2022). `turnover_statement_year`: tax year for which an individual
    declared a turnover of at most Rp 500 million; `turnover_outside`: the rupiah of it that they sold elsewhere.
    """

    has_tax_id: bool
    vat_registered: bool
    individual: bool
    final_tax_certificate_until: date | None = None
    turnover_statement_year: int | None = None
    turnover_outside: int = 0

    @classmethod
    def of_payee(cls, payee: Mapping[str, Any], day: date, zone: str) -> "VendorTaxProfile":
        """From the vendor's facts as a region keeps them (VendorParticipation.payee), as they held on that day.

        `day` is one of the region's `zone`; on the day on which a verifier accepts other facts, these hold.
        """
        earlier = (one for one in payee.get("earlier", ()) if day < _day_of(one["until"], zone))
        facts = next(earlier, payee)
        until = facts.get("final_tax_certificate_until")
        return cls(
            has_tax_id=bool(facts.get("tax_id")),
            vat_registered=bool(facts["vat_registered"]),
            individual=facts["legal_form"] == LegalForm.INDIVIDUAL,
            final_tax_certificate_until=date.fromisoformat(until) if until else None,
            turnover_statement_year=facts.get("turnover_statement_year"),
            turnover_outside=facts.get("turnover_outside_rupiah", 0),
        )

    def has_final_tax_certificate(self, day: date) -> bool:
        return self.final_tax_certificate_until is not None and day <= self.final_tax_certificate_until

    def turnover_is_free(self, day: date) -> bool:
        return self.individual and self.turnover_statement_year == day.year


def _day_of(moment: str, zone: str) -> date:
    return datetime.fromisoformat(moment).astimezone(ZoneInfo(zone)).date()
