"""However a purchase is split over orders, deliveries and payments, it bears the taxes of one purchase."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from eorder_platform.directory.models import TaxClass
from eorder_tenants.taxes.assessment import Assessment, assess
from eorder_tenants.taxes.payment import Together, assess_payment
from eorder_tenants.taxes.reasons import reasons_of
from eorder_tenants.taxes.supplies import ALONE, Beside, Supply, VendorTaxProfile
from eorder_tenants.taxes.withholding import CaughtUp, IncomeTaxKind
from tests.taxes.factories import (
    CATERING_CV,
    JULY_2026,
    LAW,
    PHOTOGRAPHER,
    PKP_SHOP,
    SMALL_SHOP,
    catering,
    goods,
)

CERTIFIED = replace(SMALL_SHOP, final_tax_certificate_until=date(2026, 12, 31))
NAMELESS = replace(PKP_SHOP, has_tax_id=False)
ORDERS = st.lists(
    st.lists(st.builds(Supply, st.sampled_from(TaxClass), st.integers(1, 3_000_000)), min_size=1, max_size=3),
    min_size=1,
    max_size=5,
)


def paid_one_by_one(
    orders: Sequence[Sequence[Supply]], vendor: VendorTaxProfile, known: Sequence[int] = ()
) -> list[Assessment]:
    """Each paid in its turn; at the first payment the first `known[0]` are submitted, and so on; else all are."""
    due = [assess(supplies, vendor, LAW, JULY_2026) for supplies in orders]
    paid: list[Assessment] = []
    for number, one in enumerate(due):
        submitted = max(number + 1, known[number]) if number < len(known) else len(due)
        whole = ALONE
        for other in due[:submitted]:
            whole = whole.plus(other.own)
        paid.append(assess_payment(one, vendor, LAW, JULY_2026, Together(whole, tuple(paid))))
    return paid


def withheld(payments: Sequence[Assessment]) -> Counter[str]:
    found: Counter[str] = Counter()
    for one in payments:
        found[CaughtUp.VAT] += one.vat_withheld
        for line in one.income_tax_lines:
            found[line.kind] += line.amount
        for caught_up in one.caught_up:
            found[caught_up.tax] += caught_up.amount
    return +found


@given(
    ORDERS,
    st.sampled_from([PKP_SHOP, SMALL_SHOP, CERTIFIED, NAMELESS, PHOTOGRAPHER]),
    st.lists(st.integers(1, 5), max_size=5),
)
def test_any_split_withholds_what_one_order_would(
    orders: list[list[Supply]], vendor: VendorTaxProfile, known: list[int]
) -> None:
    payments = paid_one_by_one(orders, vendor, sorted(known))
    at_once = assess([supply for order in orders for supply in order], vendor, LAW, JULY_2026)
    expected: Counter[str] = Counter({line.kind: line.amount for line in at_once.income_tax_lines})
    if at_once.vat_withheld:
        expected[CaughtUp.VAT] = sum(one.vat for one in payments)
    if payments[-1].net_to_vendor:  # else there was not enough left to catch up everything
        assert withheld(payments) == expected
    assert all(one.net_to_vendor >= 0 for one in payments)


def test_two_orders_of_a_million_and_a_half_pass_two_million_together() -> None:
    first, second = paid_one_by_one([[goods(1_500_000)], [goods(1_500_000)]], PKP_SHOP)
    assert (
        (first.vat_withheld, first.income_tax)
        == (second.vat_withheld, second.income_tax)
        == (165_000, 22_500)
    )
    assert (first.caught_up, second.caught_up) == ((), ())


def test_what_was_paid_before_the_second_order_is_caught_up() -> None:
    first, second = paid_one_by_one([[goods(1_500_000)], [goods(1_500_000)]], PKP_SHOP, known=[1])
    assert (first.withheld, first.net_to_vendor) == (0, 1_665_000)
    assert {one.tax: one.amount for one in second.caught_up} == {
        CaughtUp.VAT: 165_000,
        IncomeTaxKind.ARTICLE_22: 22_500,
    }
    assert withheld([first, second]) == {CaughtUp.VAT: 330_000, IncomeTaxKind.ARTICLE_22: 45_000}
    assert second.net_to_vendor == 1_665_000 - 2 * 187_500


def test_food_does_not_lift_goods_over_their_threshold() -> None:
    together = paid_one_by_one([[catering(1_500_000)], [goods(600_000)]], CATERING_CV)
    assert withheld(together) == {IncomeTaxKind.ARTICLE_23: 30_000}
    pkp = paid_one_by_one([[catering(1_500_000)], [goods(600_000)]], PKP_SHOP)
    assert withheld(pkp) == {IncomeTaxKind.ARTICLE_23: 30_000}


def test_a_payment_too_small_for_what_is_to_be_caught_up_leaves_the_rest_to_the_next() -> None:
    orders = [[goods(2_000_000)], [goods(100_000)], [goods(1_000_000)]]
    first, second, third = paid_one_by_one(orders, PKP_SHOP, known=[1, 2, 3])
    assert (first.withheld, second.net_to_vendor) == (0, 0)
    assert withheld([first, second, third]) == {CaughtUp.VAT: 341_000, IncomeTaxKind.ARTICLE_22: 46_500}


def test_nothing_is_caught_up_out_of_the_penalty() -> None:
    first, second = (assess([goods(amount)], PKP_SHOP, LAW, JULY_2026) for amount in (2_000_000, 100_000))
    paid = assess_payment(first, PKP_SHOP, LAW, JULY_2026, Together(first.own))
    whole = Beside(2_100_000, 2_100_000)
    later = assess_payment(second, PKP_SHOP, LAW, JULY_2026, Together(whole, (paid,)), penalty=5_000)
    assert later.net_to_vendor == 5_000


def test_each_deduction_is_a_sentence_with_its_sum_and_its_law() -> None:
    first, second = paid_one_by_one([[goods(1_500_000)], [goods(1_500_000)]], PKP_SHOP, known=[1])
    assert [reason.replace("\u00a0", " ") for reason in reasons_of(second)] == [
        "PPN Rp 165.000 dipungut bendahara dan disetor ke negara, karena seluruh pesanan hari itu dari paket yang sama"
        " bernilai Rp 3.000.000, lebih dari Rp 2.000.000 (PMK 59/PMK.03/2022).",
        "PPh Pasal 22 1,5% dari Rp 1.500.000: Rp 22.500 dipungut bendahara, karena barang dalam seluruh pesanan hari"
        " itu dari paket yang sama bernilai Rp 3.000.000 (PMK 59/PMK.03/2022).",
        "PPN Rp 165.000 atas Rp 1.500.000 yang sudah dibayar baru dipungut sekarang, karena seluruh pesanan hari itu"
        " dari paket yang sama menjadi Rp 3.000.000, lebih dari Rp 2.000.000 (PMK 59/PMK.03/2022).",
        "PPh Pasal 22 Rp 22.500 atas Rp 1.500.000 yang sudah dibayar baru dipungut sekarang, karena seluruh pesanan"
        " hari itu dari paket yang sama menjadi Rp 3.000.000, lebih dari Rp 2.000.000 (PMK 59/PMK.03/2022).",
    ]
    assert all("PMK" in reason for reason in reasons_of(first)) and len(reasons_of(first)) == 2


def test_a_payment_is_read_back_as_it_was_written_with_the_facts_of_its_sentences() -> None:
    for payment in paid_one_by_one([[goods(1_500_000)], [goods(1_500_000)]], PKP_SHOP, known=[1]):
        read = Assessment.from_facts(payment.to_facts())
        assert (read, reasons_of(read)) == (payment, reasons_of(payment))
        assert [type(note) for note in read.notes] == [type(note) for note in payment.notes]
