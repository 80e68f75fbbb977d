"""Several deliveries of one order seen as one assessment, and the last of them cut to what the order was."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eorder_platform.directory.models import TaxClass
from eorder_tenants.taxes.assessment import Assessment, assess
from eorder_tenants.taxes.payment import Together, assess_payment
from eorder_tenants.taxes.supplies import Beside, Supply
from eorder_tenants.taxes.withholding import CaughtUp, IncomeTaxKind
from tests.taxes.factories import (
    CATERING_CV,
    COOK_AT_HOME,
    JULY_2026,
    LAW,
    PKP_SHOP,
    assessed,
    catering,
    goods,
    service,
)

LATER = date(2026, 7, 20)
NEW_STATEMENT = replace(COOK_AT_HOME, turnover_statement_year=2026)


def two_deliveries() -> list[Assessment]:
    """Of goods for 5,000,000 and their setting up for 1,000,000, beside another order of that day for 400,000."""
    first = assess(
        [goods(3_000_000)], PKP_SHOP, LAW, JULY_2026, shipping=30_000, beside=Beside(2_400_000, 3_400_000)
    )
    second = assess(
        [goods(2_000_000), service(1_000_000)], PKP_SHOP, LAW, LATER, beside=Beside(3_430_000, 3_430_000)
    )
    return [first, second]


def test_the_amounts_of_deliveries_add_up_and_a_tax_stands_on_one_line() -> None:
    order = Assessment.sum_of(two_deliveries())
    assert (order.bases, order.shipping) == ({TaxClass.GOODS: 5_030_000, TaxClass.SERVICE: 1_000_000}, 30_000)
    assert order.supplies == (goods(3_000_000), goods(2_000_000), service(1_000_000))
    assert [(line.base, line.taxable_base, line.amount) for line in order.vat_lines] == [
        (6_030_000, 5_527_500, 663_300)
    ]
    assert {line.kind: (line.base, line.amount) for line in order.income_tax_lines} == {
        IncomeTaxKind.ARTICLE_22: (5_030_000, 75_450),
        IncomeTaxKind.ARTICLE_23: (1_000_000, 20_000),
    }
    assert (order.vat_withheld, order.withheld) == (663_300, 758_750)
    assert (order.gross, order.net_to_vendor) == (6_693_300, 5_934_550)


def test_the_sum_of_deliveries_is_of_the_day_and_the_vendor_of_the_last() -> None:
    first, second = two_deliveries()
    second = replace(second, vendor=replace(PKP_SHOP, has_tax_id=False), payment_date=date(2026, 8, 3))
    for order in (Assessment.sum_of([first, second]), Assessment.sum_of([second, first])):
        assert (order.tax_point, order.payment_date) == (LATER, date(2026, 8, 3))
        assert order.vendor == second.vendor


def test_what_stands_beside_the_deliveries_stands_beside_their_sum() -> None:
    assert Assessment.sum_of(two_deliveries()).beside == Beside(400_000, 400_000)


def test_a_sum_counts_its_parts_and_a_single_one_is_itself() -> None:
    first, second = two_deliveries()
    assert Assessment.sum_of([first]) is first
    both = Assessment.sum_of([first, second])
    assert (both.parts, Assessment.sum_of([both, second]).parts) == (2, 3)
    with pytest.raises(ValueError, match=r"^nothing to add up$"):
        Assessment.sum_of([])


def test_taxes_of_two_laws_stay_two_lines() -> None:
    """11 % of the price up to 2024, 12 % of eleven twelfths of it since (PMK 131/2024)."""
    order = Assessment.sum_of(
        [assessed(goods(1_000_000), on=day) for day in (date(2024, 12, 31), date(2025, 1, 2))]
    )
    assert [(line.permil, line.base, line.taxable_base, line.amount) for line in order.vat_lines] == [
        (110, 1_000_000, 1_000_000, 110_000),
        (120, 1_000_000, 916_667, 110_000),
    ]
    assert {rule.value for rule in order.rules if rule.key == "vat_permil"} == {110, 120}


def test_the_local_tax_of_deliveries_adds_up() -> None:
    lunches = assessed(catering(4_500_000, charges_local_tax=True), vendor=CATERING_CV)
    order = Assessment.sum_of([lunches, lunches])
    assert [(line.base, line.amount) for line in order.local_tax_lines] == [(9_000_000, 900_000)]
    assert (order.gross, order.income_tax, order.net_to_vendor) == (9_900_000, 180_000, 9_720_000)


def test_a_reason_is_given_once_whatever_the_number_of_deliveries() -> None:
    small = assessed(goods(500_000))
    assert len(small.notes) == 2
    assert Assessment.sum_of([small, small]).notes == small.notes


def test_what_was_caught_up_and_the_turnover_are_kept() -> None:
    first, second = (assess([goods(1_500_000)], PKP_SHOP, LAW, JULY_2026) for _ in range(2))
    paid = assess_payment(first, PKP_SHOP, LAW, JULY_2026, Together(first.own))
    whole = Together(Beside(3_000_000, 3_000_000), (paid,))
    later = assess_payment(second, PKP_SHOP, LAW, LATER, whole, turnover=7)
    both = Assessment.sum_of([paid, later])
    assert {one.tax: one.amount for one in both.caught_up} == {
        CaughtUp.VAT: 165_000,
        IncomeTaxKind.ARTICLE_22: 22_500,
    }
    assert (both.withheld, both.net_to_vendor, both.turnover) == (375_000, 2_955_000, 7)


def test_the_last_delivery_bears_no_more_tax_than_is_left_of_the_order_s() -> None:
    tax = assessed(goods(3_000_000)).with_taxes_of_at_most(vat=329_999, local_tax=0)
    assert (tax.vat, tax.vat_withheld, tax.gross, tax.net_to_vendor) == (
        329_999,
        329_999,
        3_329_999,
        2_955_000,
    )
    lunches = assessed(catering(4_500_000, charges_local_tax=True), vendor=CATERING_CV)
    assert lunches.with_taxes_of_at_most(vat=0, local_tax=449_998).local_tax == 449_998


def test_what_exceeds_the_order_s_tax_is_taken_off_the_last_line() -> None:
    tax = assessed(goods(3_000_000), Supply(TaxClass.LUXURY, 1_000_000))
    assert [line.amount for line in tax.vat_lines] == [330_000, 120_000]
    cut = tax.with_taxes_of_at_most(vat=449_998, local_tax=0)
    assert [line.amount for line in cut.vat_lines] == [330_000, 119_998]


def test_a_tax_within_what_is_left_stays_as_it_is() -> None:
    tax = assessed(goods(3_000_000))
    assert tax.with_taxes_of_at_most(vat=330_000, local_tax=0) == tax
    spared = assessed(goods(1_000_000)).with_taxes_of_at_most(vat=109_999, local_tax=0)
    assert (spared.vat, spared.vat_withheld, spared.net_to_vendor) == (109_999, 0, 1_109_999)


def test_more_than_there_is_cannot_be_withheld() -> None:
    both = Assessment.sum_of(two_deliveries())
    with pytest.raises(ValueError, match="more VAT is withheld than there is"):
        replace(both, vat_withheld=663_301)
    spared = assessed(goods(1_000_000))
    all_of_it = CaughtUp(CaughtUp.VAT, 1, spared.gross, 1, 0, "PMK 59/PMK.03/2022", "411211-920")
    assert replace(spared, caught_up=(all_of_it,)).net_to_vendor == 0
    with pytest.raises(ValueError, match="more is withheld than the region pays"):
        replace(spared, caught_up=(replace(all_of_it, amount=spared.gross + 1),))


def test_the_totals_that_are_stored_beside_an_assessment() -> None:
    facts = assessed(goods(3_000_000), catering(1_000_000, charges_local_tax=True)).to_facts()
    assert {name: facts[name] for name in facts if isinstance(facts[name], int)} == {
        "base": 4_000_000,
        "dpp_alternative": 2_750_000,
        "vat": 330_000,
        "vat_withheld": 330_000,
        "local_tax": 100_000,
        "income_tax": 65_000,
        "gross": 4_430_000,
        "withheld": 395_000,
        "net_to_vendor": 4_035_000,
        "shipping": 0,
        "parts": 1,
        "turnover": 0,
    }


@pytest.mark.parametrize(
    ("turnover", "base", "tax"),
    [
        (0, None, 0),
        (470_000_000, None, 0),
        (470_000_001, 1, 0),
        (480_000_000, 10_000_000, 50_000),
        (500_000_000, 30_000_000, 150_000),
        (900_000_000, 30_000_000, 150_000),
    ],
)
def test_half_a_percent_is_kept_of_what_lifts_a_person_over_five_hundred_million_a_year(
    turnover: int, base: int | None, tax: int
) -> None:
    """PP 55/2022 art. 60: the part of a person's turnover up to Rp 500,000,000 a year bears none."""
    due = assess([catering(30_000_000)], NEW_STATEMENT, LAW, JULY_2026)
    paid = assess_payment(due, NEW_STATEMENT, LAW, JULY_2026, Together(due.own), turnover=turnover)
    assert [line.base for line in paid.income_tax_lines] == ([] if base is None else [base])
    assert (paid.income_tax, paid.net_to_vendor) == (tax, 30_000_000 - tax)
    free = [note for note in paid.notes if note.startswith("Tidak dipotong PPh")]
    assert len(free) == (base != 30_000_000)


PARTS = st.lists(
    st.tuples(st.sampled_from([TaxClass.GOODS, TaxClass.COURIER, TaxClass.LUXURY]), st.integers(1, 60)),
    min_size=1,
    max_size=4,
)


def test_a_cut_larger_than_the_last_line_takes_the_rest_of_it_from_the_line_before() -> None:
    """A parcel of Rp 46 bears Re 1 of VAT beside goods with Rp 11: two rupiah less leave ten and nothing."""
    tax = assess([goods(100), Supply(TaxClass.COURIER, 46)], PKP_SHOP, LAW, JULY_2026)
    assert [line.amount for line in tax.vat_lines] == [11, 1]
    cut = tax.with_taxes_of_at_most(vat=10, local_tax=0)
    assert [line.amount for line in cut.vat_lines] == [10, 0]


@given(PARTS, st.integers(-5, 30))
def test_no_tax_line_is_ever_below_zero_however_much_is_cut(
    parts: list[tuple[TaxClass, int]], most: int
) -> None:
    supplies = [Supply(tax_class, amount) for tax_class, amount in parts]
    tax = assess([*supplies, *lunches_for(30)], PKP_SHOP, LAW, JULY_2026)
    cut = tax.with_taxes_of_at_most(vat=most, local_tax=most)
    for old, new in (
        ([line.amount for line in tax.vat_lines], [line.amount for line in cut.vat_lines]),
        ([line.amount for line in tax.local_tax_lines], [line.amount for line in cut.local_tax_lines]),
    ):
        assert all(0 <= after <= before for before, after in zip(old, new, strict=True))
        assert sum(new) == min(max(0, most), sum(old))
    assert cut.vat_withheld in (0, cut.vat)
    assert cut.net_to_vendor + cut.withheld == cut.gross == cut.base + cut.vat + cut.local_tax


def lunches_for(amount: int) -> list[Supply]:
    return [Supply(TaxClass.CATERING, amount, charges_local_tax=True)]
