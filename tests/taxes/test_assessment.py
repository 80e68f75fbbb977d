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
from eorder_platform.sentences import Rate
from eorder_tenants.taxes.assessment import Assessment, assess
from eorder_tenants.taxes.figures import rate
from eorder_tenants.taxes.income_tax import turnover_of
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
    with pytest.raises(
        ValueError, match=r"^the stored totals of an assessment do not follow from its parts$"
    ):
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
    later = ("local_tax_lines", "parts", "beside", "caught_up", "turnover")
    old = {key: value for key, value in tax.to_facts().items() if key not in later}
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
    [line] = tax.income_tax_lines
    assert (line.amount, line.rate_text) == (150_000, "50% × 5% × 120%")
    assert isinstance(line.amount, int)


def test_a_fee_of_which_half_fills_the_first_bracket_does_not_reach_the_second() -> None:
    """Sixty million at 5 % (UU 7/2021 art. 17)."""
    [line] = assessed(service(120_000_000), vendor=PHOTOGRAPHER).income_tax_lines
    assert (line.amount, line.rate_text) == (3_000_000, "50% × 5%")


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


def test_before_2022_no_turnover_was_free() -> None:
    """The free Rp 500 million came with UU 7/2021 on 1 January 2022: article 21 is due, half the fee at 5 %."""
    on = date(2021, 12, 31)
    vendor = replace(COOK_AT_HOME, turnover_statement_year=2021)
    [line] = assessed(catering(3_000_000), vendor=vendor, on=on).income_tax_lines
    assert (line.kind, line.amount) == (IncomeTaxKind.ARTICLE_21, 75_000)


def test_a_person_s_turnover_is_what_the_final_tax_is_about() -> None:
    """Neither the fee of a liberal profession nor the rent of a room counts (PP 55/2022 art. 56)."""
    rules = LAW.on(JULY_2026)
    prices = {
        TaxClass.CATERING: 3_000_000,
        TaxClass.GOODS: 400_000,
        TaxClass.VENUE: 50_000,
        TaxClass.PROFESSION: 1,
    }
    assert turnover_of(prices, COOK_AT_HOME, rules) == 3_400_000
    assert turnover_of({TaxClass.VENUE: 50_000}, COOK_AT_HOME, rules) == 0


def test_where_the_law_says_less_than_the_limit_itself_is_taxed() -> None:
    book = RuleBook(
        [
            replace(rule, value=0) if rule.key == "tax_threshold_inclusive_free" else rule
            for rule in national_rules()
        ]
    )
    assert assess([goods(2_000_000)], PKP_SHOP, book, JULY_2026).withheld == 250_000
    assert assess([goods(1_999_999)], PKP_SHOP, book, JULY_2026).withheld == 0


def test_what_is_given_for_nothing_needs_no_words() -> None:
    [note] = assessed(goods(0), service(1_000_000)).notes
    assert note.startswith("PPN dibayarkan kepada penyedia untuk disetor sendiri")


def test_only_what_bears_vat_counts_for_the_threshold_of_vat_and_only_goods_for_that_of_article_22() -> None:
    prices = {TaxClass.GOODS: 1, TaxClass.LUXURY: 10, TaxClass.COURIER: 100, TaxClass.GOODS_EXEMPT: 1_000}
    others = {TaxClass.SERVICE: 10_000, TaxClass.CATERING: 100_000, TaxClass.RICE: 1_000_000}
    assert Beside.of({**prices, **others}, vat_registered=True) == Beside(goods=1_011, vatable=10_111)
    assert Beside.of({**prices, **others}, vat_registered=False) == Beside(goods=1_011, vatable=0)


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
    assert half.beside == Beside(1_500_000, 1_500_000)


def test_paying_by_government_card_withholds_neither_vat_nor_article_22() -> None:
    tax = assess([goods(10_000_000)], PKP_SHOP, LAW, JULY_2026, paid_by_card=True)
    assert (tax.withheld, tax.net_to_vendor, len(tax.notes)) == (0, 11_100_000, 2)


def test_a_day_before_the_recorded_law_is_an_error_not_a_guess() -> None:
    with pytest.raises(RuleMissing):
        assessed(goods(10_000_000), on=date(2019, 12, 31))


def test_an_order_of_nothing_or_with_negative_amounts_is_a_mistake_of_the_program() -> None:
    with pytest.raises(ValueError, match=r"^an order to be assessed has supplies"):
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
        "turnover_outside_rupiah": 200_000_000,
    }
    assert VendorTaxProfile.of_payee(payee, JULY_2026, "Asia/Jakarta") == VendorTaxProfile(
        has_tax_id=True,
        vat_registered=False,
        individual=True,
        final_tax_certificate_until=date(2026, 12, 31),
        turnover_statement_year=2026,
        turnover_outside=200_000_000,
    )


def test_a_firm_without_certificate_or_tax_number_has_a_profile_too() -> None:
    payee = {"legal_form": "cv", "tax_id": "", "vat_registered": True, "final_tax_certificate_until": None}
    assert VendorTaxProfile.of_payee(payee, JULY_2026, "Asia/Jakarta") == VendorTaxProfile(
        has_tax_id=False, vat_registered=True, individual=False
    )


@pytest.mark.parametrize(
    ("day", "zone", "year", "registered"),
    [
        (date(2026, 12, 31), "Asia/Jakarta", 2026, False),
        (date(2027, 1, 4), "Asia/Jakarta", 2026, False),
        (date(2027, 1, 5), "Asia/Jakarta", 2027, False),
        (date(2027, 1, 4), "Asia/Jayapura", 2026, False),
        (date(2027, 1, 5), "Asia/Jayapura", 2026, False),
        (date(2027, 1, 6), "Asia/Jayapura", 2027, False),
        (date(2027, 2, 28), "Asia/Jakarta", 2027, False),
        (date(2027, 3, 1), "Asia/Jakarta", None, True),
    ],
)
def test_a_profile_is_that_of_a_day_by_the_region_s_own_calendar(
    day: date, zone: str, year: int | None, registered: bool
) -> None:
    """Accepted at 22.30 of 5 January in Jakarta is half past midnight of the 6th in Jayapura."""
    then = {"legal_form": "individual", "tax_id": True, "vat_registered": False}
    payee = {
        "legal_form": "company",
        "tax_id": "•••• 0000",
        "vat_registered": True,
        "earlier": [
            {**then, "until": "2027-01-05T15:30:00+00:00", "turnover_statement_year": 2026},
            {**then, "until": "2027-03-01T02:00:00+00:00", "turnover_statement_year": 2027},
        ],
    }
    profile = VendorTaxProfile.of_payee(payee, day, zone)
    assert (profile.turnover_statement_year, profile.vat_registered) == (year, registered)
    assert profile.individual is not registered


def test_a_rate_is_a_fact_of_its_sentence_unless_it_is_made_of_several() -> None:
    assert (type(rate("1,5%")), rate("1,5%")) == (Rate, Rate(15))
    assert rate("10%") == Rate(100)
    assert rate("50% × 5%") == "50% × 5%"


def test_every_withheld_tax_names_its_law_and_its_account() -> None:
    tax = assessed(goods(10_000_000), service(1_000_000))
    assert [(line.label, line.account, line.legal_basis) for line in tax.income_tax_lines] == [
        ("PPh Pasal 22 1,5%", "411122-920", "PMK 59/PMK.03/2022"),
        ("PPh Pasal 23 2%", "411124-104", "UU 36/2008 ps. 23"),
    ]
    assert (tax.vat_lines[0].account, tax.vat_lines[0].legal_basis) == ("411211-920", "PMK 131/2024 ps. 3")
