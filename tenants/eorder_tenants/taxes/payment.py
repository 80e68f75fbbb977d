"""What is withheld from one payment when everything that belongs together is seen at once.

Orders of one day to one vendor from one package pass the tax thresholds together, in however many deliveries, invoices
and payments (domain.md 5.2). What is not paid yet is assessed together; what was paid below a threshold that is passed
by now is caught up in the later payment. So splitting a purchase changes no tax, not by a rupiah.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from eorder_platform.rules import RuleBook, RulesOfDay
from eorder_tenants.taxes.assessment import Assessment, why_vat_is_not_withheld
from eorder_tenants.taxes.figures import account_text
from eorder_tenants.taxes.income_tax import bases_by_kind, income_taxes, is_below
from eorder_tenants.taxes.supplies import Beside, VendorTaxProfile
from eorder_tenants.taxes.withholding import CaughtUp, IncomeTaxKind, IncomeTaxLine, withhold


@dataclass(frozen=True)
class Together:
    """All that belongs to one transaction: its whole size, and what was paid of it, in the order of the payments."""

    whole: Beside
    paid: tuple[Assessment, ...] = ()


def assess_payment(
    due: Assessment,
    vendor: VendorTaxProfile,
    rulebook: RuleBook,
    paid_on: date,
    together: Together,
    *,
    penalty: int = 0,
    turnover: int = 0,
) -> Assessment:
    """`due`, what is billed, as it is paid on that day (a date in the region's zone).

    Price, VAT and local tax stay as they were handed over; withholding is that of the day. The payments of a
    transaction come together to what one payment of it all would have withheld: to the rupiah, because each takes the
    difference to those before it. Never is more caught up than the vendor receives after `penalty`; the rest waits
    for the next payment. `turnover`: what a person was paid before in that year, in every region.
    """
    rules = rulebook.on(paid_on)
    beside = together.whole.without(due.own)
    vat_note = why_vat_is_not_withheld(due.vat_lines, beside, rules)
    income = income_taxes(due.bases, vendor, rules, beside=beside, turnover=turnover)
    lines = tuple(_with_earlier(line, vendor, together.paid, rules, rulebook) for line in income.lines)
    vat_withheld = 0 if vat_note else due.vat
    left = due.gross - penalty - vat_withheld - sum(line.amount for line in lines)
    caught_up = []
    for one in _to_catch_up(vendor, together, rules, rulebook):
        amount = min(one.amount, left)
        if amount > 0:
            left -= amount
            caught_up.append(replace(one, amount=amount))
    return replace(
        due,
        vendor=replace(vendor, vat_registered=due.vendor.vat_registered),
        payment_date=paid_on,
        vat_withheld=vat_withheld,
        income_tax_lines=lines,
        notes=(*([vat_note] if vat_note else []), *income.notes),
        rules=tuple(dict.fromkeys((*due.rules, *rules.used))),
        beside=beside,
        caught_up=tuple(caught_up),
        turnover=turnover,
    )


def _with_earlier(
    line: IncomeTaxLine,
    vendor: VendorTaxProfile,
    paid: Sequence[Assessment],
    rules: RulesOfDay,
    rulebook: RuleBook,
) -> IncomeTaxLine:
    """The line as the difference between the tax on everything so far and what was kept back of it before.

    Of earlier payments only those count that bore the same tax by the same law.
    """
    base, before = line.base, 0
    for one in paid:
        alike = [
            earlier
            for earlier in one.income_tax_lines
            if (earlier.kind, earlier.legal_basis) == (line.kind, line.legal_basis)
            and one.vendor.has_tax_id == vendor.has_tax_id
        ]
        base += sum(earlier.base for earlier in alike)
        before += sum(earlier.amount for earlier in alike)
    if line.kind is IncomeTaxKind.ARTICLE_22:
        spared = _spared_goods(paid, rulebook)
        base += spared
        before += withhold(line.kind, spared, vendor, rules).amount
    return replace(line, amount=max(0, withhold(line.kind, base, vendor, rules).amount - before))


def _to_catch_up(
    vendor: VendorTaxProfile, together: Together, rules: RulesOfDay, rulebook: RuleBook
) -> list[CaughtUp]:
    """What the threshold left to the vendor in earlier payments, where the whole passes it by now."""
    found = []
    paid = together.paid
    if not is_below(together.whole.vatable, "vat_withheld_above", rules):
        spared = [one for one in paid if one.vat and not one.vat_withheld]
        amount = sum(one.vat for one in spared) - _caught_up_before(paid, CaughtUp.VAT)
        base = sum(one.own.vatable for one in spared)
        limit = rules.rule("vat_withheld_above")
        found.append(
            CaughtUp(
                CaughtUp.VAT,
                base,
                amount,
                together.whole.vatable,
                limit.value,
                limit.legal_basis,
                account_text(rules.value("vat_account")),
            )
        )
    if not is_below(together.whole.goods, "income_tax_22_above", rules):
        base = _spared_goods(paid, rulebook)
        tax = withhold(IncomeTaxKind.ARTICLE_22, base, vendor, rules)
        amount = tax.amount - _caught_up_before(paid, IncomeTaxKind.ARTICLE_22)
        limit = rules.rule("income_tax_22_above")
        found.append(
            CaughtUp(
                IncomeTaxKind.ARTICLE_22,
                base,
                amount,
                together.whole.goods,
                limit.value,
                tax.legal_basis,
                tax.account,
            )
        )
    return found


def _spared_goods(paid: Sequence[Assessment], rulebook: RuleBook) -> int:
    """The goods in earlier payments that article 22 spared because they were worth too little."""
    return sum(
        bases_by_kind(one.bases, one.vendor, rulebook.on(one.payment_date)).get(IncomeTaxKind.ARTICLE_22, 0)
        for one in paid
        if not any(line.kind is IncomeTaxKind.ARTICLE_22 for line in one.income_tax_lines)
    )


def _caught_up_before(paid: Sequence[Assessment], tax: str) -> int:
    return sum(one.amount for earlier in paid for one in earlier.caught_up if one.tax == tax)
