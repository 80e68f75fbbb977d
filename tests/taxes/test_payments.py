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
    service,
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


def test_article_22_is_caught_up_in_as_many_payments_as_it_takes() -> None:
    """3,010,000 bear 45,150. The second payment owes 150 itself and has 9,850 left for the 30,000 of the first."""
    orders = [[goods(2_000_000)], [goods(10_000)], [goods(1_000_000)]]
    first, second, third = paid_one_by_one(orders, SMALL_SHOP, known=[1, 2, 3])
    assert (first.withheld, second.withheld, second.net_to_vendor) == (0, 10_000, 0)
    assert [(one.base, one.amount) for one in third.caught_up] == [(2_000_000, 20_150)]
    assert third.income_tax == 15_000


def test_a_single_rupiah_is_caught_up() -> None:
    """The VAT on Rp 9 is Rp 1 (8.25 × 12 %)."""
    _, later = paid_one_by_one([[goods(9)], [goods(2_000_000)]], PKP_SHOP, known=[1, 2])
    assert [(one.tax, one.amount) for one in later.caught_up] == [(CaughtUp.VAT, 1)]


def test_food_paid_before_changes_nothing_for_goods() -> None:
    """3,000,066 × 1.5 % = 45,000.99, cut to whole rupiah."""
    _, later = paid_one_by_one([[catering(1_500_000)], [goods(3_000_066)]], CATERING_CV, known=[1, 2])
    assert (later.income_tax, later.caught_up) == (45_000, ())


def test_what_bore_the_final_tax_is_not_taxed_again_when_the_certificate_has_ended() -> None:
    until_july = replace(SMALL_SHOP, final_tax_certificate_until=date(2026, 7, 31))
    first, second = (assess([goods(1_500_000)], until_july, LAW, JULY_2026) for _ in range(2))
    both = Beside(3_000_000, 0)
    paid = assess_payment(first, until_july, LAW, JULY_2026, Together(first.own))
    later = assess_payment(second, until_july, LAW, date(2026, 8, 3), Together(both, (paid,)))
    assert (paid.withheld, later.withheld, later.caught_up) == (7_500, 22_500, ())


def test_a_payment_is_of_its_own_day_and_of_what_the_vendor_is_by_then() -> None:
    """Only whether VAT was charged stays as it was at the handover (PMK 59/2022)."""
    due = assess([goods(3_000_000)], NAMELESS, LAW, JULY_2026)
    assert due.income_tax == 90_000
    paid = assess_payment(due, CERTIFIED, LAW, date(2026, 8, 3), Together(due.own), turnover=12)
    assert (paid.payment_date, paid.tax_point, paid.turnover) == (date(2026, 8, 3), JULY_2026, 12)
    assert paid.vendor == replace(CERTIFIED, vat_registered=True)
    assert (paid.vat_withheld, paid.income_tax, paid.net_to_vendor) == (330_000, 15_000, 2_985_000)
    used = {rule.key for rule in paid.rules}
    assert {"final_tax_permil", "income_tax_22_without_tax_id_permil", "vat_permil"} <= used


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


def sentences(payment: Assessment) -> list[str]:
    return [reason.replace("\u00a0", " ") for reason in reasons_of(payment)]


def test_a_purchase_that_stands_alone_is_explained_by_itself() -> None:
    [payment] = paid_one_by_one([[goods(3_000_000), service(1_000_000)]], PKP_SHOP)
    assert sentences(payment) == [
        "PPN Rp 440.000 dipungut bendahara dan disetor ke negara, karena nilainya lebih dari Rp 2.000.000"
        " (PMK 59/PMK.03/2022).",
        "PPh Pasal 22 1,5% dari Rp 3.000.000: Rp 45.000 dipotong bendahara (PMK 59/PMK.03/2022).",
        "PPh Pasal 23 2% dari Rp 1.000.000: Rp 20.000 dipotong bendahara (UU 36/2008 ps. 23).",
    ]


def test_the_service_of_a_larger_purchase_is_explained_by_itself() -> None:
    first, _ = paid_one_by_one([[goods(1_500_000), service(1_000_000)], [goods(1_500_000)]], PKP_SHOP)
    assert sentences(first)[2] == (
        "PPh Pasal 23 2% dari Rp 1.000.000: Rp 20.000 dipotong bendahara (UU 36/2008 ps. 23)."
    )


def test_a_person_above_the_free_turnover_is_told_which_part_is_taxed() -> None:
    vendor = replace(PHOTOGRAPHER, turnover_statement_year=2026)
    due = assess([catering(30_000_000), Supply(TaxClass.VENUE, 1_000_000)], vendor, LAW, JULY_2026)
    paid = assess_payment(due, vendor, LAW, JULY_2026, Together(due.own), turnover=480_000_000)
    assert sentences(paid) == [
        "PPh final UMKM 0,5% dari Rp 10.000.000: Rp 50.000 dipotong bendahara atas bagian omzet setahun dari semua"
        " daerah yang lebih dari Rp 500.000.000 (PP 55/2022).",
        "PPh Pasal 4 ayat (2) 10% dari Rp 1.000.000: Rp 100.000 dipotong bendahara (PP 34/2017).",
        "Tidak dipotong PPh: omzet setahun tidak lebih dari Rp 500.000.000 menurut pernyataan penyedia"
        " (UU 7/2021 ps. 7; PP 55/2022 ps. 60).",
    ]


def test_what_a_person_sold_elsewhere_fills_the_free_turnover_too_and_is_told() -> None:
    """200 million elsewhere, 290 from regions before, 30 now: 20 are above 500 million (PP 55/2022 art. 60)."""
    vendor = replace(PHOTOGRAPHER, turnover_statement_year=2026, turnover_outside=200_000_000)
    due = assess([catering(30_000_000)], vendor, LAW, JULY_2026)
    paid = assess_payment(due, vendor, LAW, JULY_2026, Together(due.own), turnover=290_000_000)
    assert sentences(paid)[0] == (
        "PPh final UMKM 0,5% dari Rp 20.000.000: Rp 100.000 dipotong bendahara atas bagian omzet setahun dari semua"
        " daerah, dan Rp 200.000.000 di luar itu menurut pernyataan penyedia, yang lebih dari Rp 500.000.000"
        " (PP 55/2022)."
    )


def test_a_certified_firm_is_told_its_rate_alone() -> None:
    [payment] = paid_one_by_one([[catering(4_500_000)]], CERTIFIED)
    [reason] = sentences(payment)
    assert reason.startswith("PPh final UMKM 0,5% dari Rp 4.500.000: Rp 22.500 dipotong bendahara (")


def test_a_payment_is_read_back_as_it_was_written_with_the_facts_of_its_sentences() -> None:
    for payment in paid_one_by_one([[goods(1_500_000)], [goods(1_500_000)]], PKP_SHOP, known=[1]):
        read = Assessment.from_facts(payment.to_facts())
        assert (read, reasons_of(read)) == (payment, reasons_of(payment))
        assert [type(note) for note in read.notes] == [type(note) for note in payment.notes]
