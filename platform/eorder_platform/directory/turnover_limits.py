"""The limits that a business's yearly turnover comes near: what the law data hold of them, with their days."""

from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from eorder_platform import clock
from eorder_platform.directory.models import BusinessScale, LegalForm, Vendor, VendorPrivate
from eorder_platform.reference.law import NATIONAL_ZONE, rule_book
from eorder_platform.rules import Rule, RuleMissing

FREE_OF_FINAL_TAX: Final = "final_tax_free_turnover"
VAT_REGISTRATION: Final = "vat_registration_turnover"
OF_SCALE: Final = {
    BusinessScale.MICRO: "micro_sales_maximum",
    BusinessScale.SMALL: "small_sales_maximum",
    BusinessScale.MEDIUM: "medium_sales_maximum",
}
_STATEMENT: Final = select(VendorPrivate.turnover_statement_year, VendorPrivate.turnover_outside_rupiah)


@dataclass(frozen=True)
class TurnoverLimit:
    """A rule of the law, and how much of the year's turnover counts towards it; whole rupiah.

    `stated`: of the limit up to which a person pays no final tax, whether they made their statement for that year;
    without it the limit does nothing.
    """

    rule: Rule
    turnover_rupiah: int
    stated: bool = True

    @property
    def left_rupiah(self) -> int:
        return max(0, self.rule.value - self.turnover_rupiah)

    @property
    def is_passed(self) -> bool:
        return self.turnover_rupiah > self.rule.value


@dataclass(frozen=True)
class Turnover:
    """A business's year: `outside_rupiah` is what their statement says they sold elsewhere, 0 without one."""

    outside_rupiah: int
    limits: tuple[TurnoverLimit, ...]


async def turnover_towards_limits(
    session: AsyncSession, vendor_id: UUID, year: int, sold_rupiah: int, person_rupiah: int
) -> Turnover:
    """The limits that concern this vendor, on the last day of the year that has come.

    `sold_rupiah`: handed over through this platform, before tax. `person_rupiah`: what regions paid, of which a
    person's final tax is counted (PP 55/2022): both with what was declared to be sold elsewhere. A limit that no rule
    holds on that day, or that is nothing, is left out; who is VAT-registered already has none to come.
    """
    vendor = await session.get_one(Vendor, vendor_id)
    found = await session.execute(_STATEMENT.where(VendorPrivate.vendor_id == vendor_id))
    statement_year, declared = found.one_or_none() or (None, 0)
    day = min(clock.today(NATIONAL_ZONE), date(year, 12, 31))
    stated = statement_year == year
    outside = declared if stated else 0
    wanted: list[tuple[str, int, bool]] = []
    if vendor.legal_form == LegalForm.INDIVIDUAL:
        wanted.append((FREE_OF_FINAL_TAX, person_rupiah + outside, stated))
    if not vendor.vat_registered:
        wanted.append((VAT_REGISTRATION, sold_rupiah + outside, True))
    if scale := OF_SCALE.get(BusinessScale(vendor.business_scale)):
        wanted.append((scale, sold_rupiah + outside, True))
    rules, limits = await rule_book(session, [key for key, *_ in wanted]), []
    for key, turnover, is_stated in wanted:
        try:
            rule = rules.rule(key, on=day)
        except RuleMissing:
            continue
        if rule.value:
            limits.append(TurnoverLimit(rule, turnover, is_stated))
    return Turnover(outside, tuple(limits))
