"""What holds for every order: sums, who withholds, what is remembered."""

import json
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eorder_platform.directory.models import LOCALLY_TAXED, TaxClass
from eorder_platform.rules import Rule, RuleBook, RuleMissing
from eorder_platform.seeds.rules import national_rules
from eorder_tenants.taxes.assessment import Assessment, assess
from eorder_tenants.taxes.supplies import Beside, Supply, VendorTaxProfile
from eorder_tenants.taxes.withholding import IncomeTaxKind
from tests.taxes.factories import (
    CATERING_CV,
    COOK_AT_HOME,
    JULY_2026,
    LAW,
    PHOTOGRAPHER,
    PKP_SHOP,
    SMALL_SHOP,
    assessed,
    catering,
    goods,
    service,
)

AMOUNTS = st.integers(0, 200_000_000)
SUPPLIES = st.lists(
    st.builds(Supply, st.sampled_from(TaxClass), AMOUNTS)
    | st.builds(Supply, st.sampled_from(LOCALLY_TAXED), AMOUNTS, st.booleans()),
    min_size=1,
)
DAYS = st.dates(date(2022, 1, 1), date(2027, 12, 31))
VENDORS = st.builds(
    VendorTaxProfile,
    has_tax_id=st.booleans(),
    vat_registered=st.booleans(),
    individual=st.booleans(),
    final_tax_certificate_until=st.none() | DAYS,
    turnover_statement_year=st.none() | st.integers(2022, 2027),
)


@given(SUPPLIES, VENDORS, DAYS, DAYS, st.integers(0, 5_000_000))
def test_net_and_withheld_are_the_gross_and_nothing_is_negative(
    supplies: list[Supply], vendor: VendorTaxProfile, on: date, paid: date, shipping: int
) -> None:
    tax = assess(supplies, vendor, LAW, on, payment_date=paid, shipping=shipping)
    assert tax.net_to_vendor + tax.withheld == tax.gross
    assert min(tax.net_to_vendor, tax.withheld, tax.vat, tax.income_tax) >= 0
    assert tax.base == sum(supply.amount for supply in supplies) + shipping
    assert tax.gross == tax.base + tax.vat + tax.local_tax


@given(SUPPLIES, VENDORS, DAYS, DAYS)
def test_what_is_stored_is_read_back_unchanged(
    supplies: list[Supply], vendor: VendorTaxProfile, on: date, paid: date
) -> None:
    tax = assess(supplies, vendor, LAW, on, payment_date=paid)
    assert Assessment.from_facts(json.loads(json.dumps(tax.to_facts()))) == tax


@given(AMOUNTS, VENDORS, DAYS)
def test_a_rupiah_more_never_costs_the_region_less(price: int, vendor: VendorTaxProfile, on: date) -> None:
    cheaper, dearer = assess([goods(price)], vendor, LAW, on), assess([goods(price + 1)], vendor, LAW, on)
    assert dearer.gross > cheaper.gross


def test_stored_totals_that_do_not_follow_from_their_parts_are_not_believed() -> None:
    facts = assessed(goods(10_000_000)).to_facts()
    with pytest.raises(ValueError, match="do not follow"):
        Assessment.from_facts(facts | {"net_to_vendor": 9_850_001})
    with pytest.raises(ValueError, match="whole or not at all"):
        Assessment.from_facts(facts | {"vat_withheld": 1})


def test_an_old_assessment_stays_as_it_was_signed() -> None:
    signed = assessed(goods(1_000_041), on=date(2024, 12, 31)).to_facts()
    read = Assessment.from_facts(signed)
    assert (read.vat, read.rule_version) == (110_005, signed["rule_version"])
    assert read.rule_version != assessed(goods(1_000_041)).rule_version
    assert {rule.key: rule.value for rule in read.rules}["vat_permil"] == 110


def test_an_assessment_from_before_the_local_tax_had_lines_is_still_read() -> None:
    tax = assessed(goods(10_000_000))
    old = {key: value for key, value in tax.to_facts().items() if key != "local_tax_lines"}
    old["supplies"] = [{"tax_class": "goods", "amount": 10_000_000, "local_tax": 0}]
    assert Assessment.from_facts(json.loads(json.dumps(old | {"local_tax": 0}))) == tax


def test_a_region_may_charge_less_local_tax_and_never_more() -> None:
    for own, charged in ((75, 337_500), (150, 450_000)):
        deviation = Rule("local_tax_permil", own, "permil", date(2026, 1, 1), None, "Perda 1/2024")
        book = RuleBook(national_rules(), [deviation])
        tax = assess([catering(4_500_000, charges_local_tax=True)], CATERING_CV, book, JULY_2026)
        assert tax.local_tax == charged


def test_local_tax_is_rounded_once_for_the_invoice_and_only_on_food_and_hotels() -> None:
    tax = assessed(*[catering(15, charges_local_tax=True)] * 3, catering(1_000), vendor=CATERING_CV)
    assert (tax.local_tax_lines[0].base, tax.local_tax) == (45, 5)
    with pytest.raises(ValueError, match="only food and hotels"):
        Supply(TaxClass.GOODS, 10_000, charges_local_tax=True)


def test_two_vendors_under_the_same_law_have_the_same_rule_version() -> None:
    assert assessed(goods(3_000_000)).rule_version == assessed(goods(9_000_000)).rule_version


def test_without_a_tax_number_articles_22_and_23_double() -> None:
    nameless = replace(PKP_SHOP, has_tax_id=False)
    tax = assessed(goods(3_000_000), service(1_000_000), vendor=nameless)
    assert [(line.rate_text, line.amount) for line in tax.income_tax_lines] == [
        ("3%", 90_000),
        ("4%", 40_000),
    ]


def test_without_a_tax_number_article_21_is_a_fifth_more() -> None:
    tax = assessed(service(5_000_000), vendor=replace(PHOTOGRAPHER, has_tax_id=False))
    assert tax.income_tax == 150_000


def test_a_large_fee_reaches_the_second_bracket() -> None:
    tax = assessed(service(150_000_000), vendor=PHOTOGRAPHER)
    assert tax.income_tax == 60_000_000 * 5 // 100 + 15_000_000 * 15 // 100
    assert tax.income_tax_lines[0].rate_text == "50% × 5% dan 15%"


def test_a_region_may_tax_the_food_of_individuals_by_article_23() -> None:
    deviation = Rule("individual_catering_article", 23, "article", date(2026, 1, 1), None, "SE Kepala BPKAD")
    book = RuleBook(national_rules(), [deviation])
    tax = assess([catering(4_500_000)], COOK_AT_HOME, book, JULY_2026)
    assert (tax.income_tax_lines[0].kind, tax.income_tax) == (IncomeTaxKind.ARTICLE_23, 90_000)
    assert assessed(catering(4_500_000), vendor=COOK_AT_HOME).income_tax == 112_500


def test_a_room_bears_article_4_2_whatever_certificate_there_is() -> None:
    certified = replace(PKP_SHOP, final_tax_certificate_until=date(2030, 1, 1))
    tax = assessed(Supply(TaxClass.VENUE, 4_000_000), vendor=certified)
    assert (tax.income_tax_lines[0].kind, tax.income_tax) == (IncomeTaxKind.ARTICLE_4_2, 400_000)


def test_luxury_goods_bear_the_full_rate_only_since_2025() -> None:
    car = Supply(TaxClass.LUXURY, 10_000_000)
    assert assessed(car, on=date(2024, 12, 31)).vat == 1_100_000
    assert assessed(car, on=date(2025, 1, 1)).vat == 1_200_000


def test_a_courier_bears_vat_on_a_deemed_base() -> None:
    assert assessed(Supply(TaxClass.COURIER, 3_000_000)).vat == 33_000


def test_a_turnover_statement_counts_for_its_own_year() -> None:
    vendor = replace(COOK_AT_HOME, turnover_statement_year=2025)
    assert assessed(catering(3_000_000), vendor=vendor).income_tax == 75_000


def test_a_firm_cannot_use_the_statement_of_individuals() -> None:
    vendor = replace(SMALL_SHOP, turnover_statement_year=2026)
    assert assessed(goods(3_000_000), vendor=vendor).income_tax == 45_000


def test_shipping_is_taxed_like_what_it_carries() -> None:
    tax = assess([goods(3_000_000), catering(1_000_000)], PKP_SHOP, LAW, JULY_2026, shipping=100_000)
    assert tax.bases == {TaxClass.GOODS: 3_075_000, TaxClass.CATERING: 1_025_000}
    assert tax.vat_lines[0].base == 3_075_000


def test_split_orders_pass_the_threshold_together() -> None:
    half = assess([goods(1_500_000)], PKP_SHOP, LAW, JULY_2026, beside=Beside(1_500_000, 1_500_000))
    assert (half.vat_withheld, half.income_tax) == (165_000, 22_500)


def test_paying_by_government_card_withholds_neither_vat_nor_article_22() -> None:
    tax = assess([goods(10_000_000)], PKP_SHOP, LAW, JULY_2026, paid_by_card=True)
    assert (tax.withheld, tax.net_to_vendor, len(tax.notes)) == (0, 11_100_000, 2)


def test_a_day_before_the_recorded_law_is_an_error_not_a_guess() -> None:
    with pytest.raises(RuleMissing):
        assessed(goods(10_000_000), on=date(2019, 12, 31))


def test_an_order_of_nothing_or_with_negative_amounts_is_a_mistake_of_the_program() -> None:
    with pytest.raises(ValueError, match="has supplies"):
        assessed()
    with pytest.raises(ValueError, match="never negative"):
        goods(-1)
    with pytest.raises(ValueError, match="negative"):
        assess([goods(1)], PKP_SHOP, LAW, JULY_2026, shipping=-1)


def test_a_profile_is_read_from_what_a_region_keeps_of_a_vendor() -> None:
    payee = {
        "legal_form": "individual",
        "tax_id": "3171234567890123",
        "vat_registered": False,
        "final_tax_certificate_until": "2026-12-31",
        "turnover_statement_year": 2026,
    }
    assert VendorTaxProfile.of_payee(payee) == VendorTaxProfile(
        has_tax_id=True,
        vat_registered=False,
        individual=True,
        final_tax_certificate_until=date(2026, 12, 31),
        turnover_statement_year=2026,
    )


def test_every_withheld_tax_names_its_law_and_its_account() -> None:
    tax = assessed(goods(10_000_000), service(1_000_000))
    assert [(line.label, line.account, line.legal_basis) for line in tax.income_tax_lines] == [
        ("PPh Pasal 22 1,5%", "411122-920", "PMK 59/PMK.03/2022"),
        ("PPh Pasal 23 2%", "411124-104", "UU 36/2008 ps. 23"),
    ]
    assert (tax.vat_lines[0].account, tax.vat_lines[0].legal_basis) == ("411211-920", "PMK 131/2024 ps. 3")
