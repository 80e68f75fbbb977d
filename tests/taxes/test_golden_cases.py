"""The worked examples that treasurers know, to the rupiah."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from eorder_platform.directory.models import TaxClass
from eorder_platform.rules import RuleBook
from eorder_platform.seeds.rules import national_rules
from eorder_tenants.taxes.late_penalty import late_penalty
from eorder_tenants.taxes.withholding import IncomeTaxKind
from tests.taxes.factories import (
    CATERING_CV,
    COOK_AT_HOME,
    JULY_2026,
    LAW,
    PHOTOGRAPHER,
    SMALL_SHOP,
    assessed,
    catering,
    goods,
    service,
)


def test_stationery_of_ten_million_from_a_pkp() -> None:
    tax = assessed(goods(10_000_000))
    assert (tax.base, tax.dpp_alternative, tax.vat, tax.gross) == (
        10_000_000,
        9_166_667,
        1_100_000,
        11_100_000,
    )
    [article_22] = tax.income_tax_lines
    assert (article_22.kind, article_22.amount) == (IncomeTaxKind.ARTICLE_22, 150_000)
    assert (tax.withheld, tax.net_to_vendor) == (1_250_000, 9_850_000)


def test_goods_of_less_than_two_million_without_pkp_bear_no_tax() -> None:
    tax = assessed(goods(1_900_000), vendor=SMALL_SHOP)
    assert (tax.vat, tax.income_tax, tax.gross, tax.net_to_vendor) == (0, 0, 1_900_000, 1_900_000)


def test_at_exactly_two_million_the_vendor_gets_the_vat_and_remits_it() -> None:
    tax = assessed(goods(2_000_000))
    assert (tax.vat, tax.vat_withheld, tax.income_tax) == (220_000, 0, 0)
    assert (tax.gross, tax.withheld, tax.net_to_vendor) == (2_220_000, 0, 2_220_000)
    assert any("disetor sendiri" in note for note in tax.notes)
    assert any("PPh Pasal 22 tidak dipungut" in note for note in tax.notes)


def test_one_rupiah_above_two_million_both_taxes_are_withheld() -> None:
    tax = assessed(goods(2_000_001))
    assert (tax.dpp_alternative, tax.vat, tax.income_tax) == (1_833_334, 220_000, 30_000)
    assert (tax.gross, tax.withheld, tax.net_to_vendor) == (2_220_001, 250_000, 1_970_001)


def test_a_hundred_lunches_from_a_cv() -> None:
    tax = assessed(catering(100 * 45_000), vendor=CATERING_CV)
    [article_23] = tax.income_tax_lines
    assert (article_23.kind, article_23.amount, article_23.account) == (
        IncomeTaxKind.ARTICLE_23,
        90_000,
        "411124-104",
    )
    assert (tax.vat, tax.gross, tax.net_to_vendor) == (0, 4_500_000, 4_410_000)


def test_the_same_lunches_with_a_final_tax_certificate() -> None:
    vendor = replace(CATERING_CV, final_tax_certificate_until=date(2026, 12, 31))
    tax = assessed(catering(4_500_000), vendor=vendor)
    [final] = tax.income_tax_lines
    assert (final.kind, final.amount, final.rate_text) == (IncomeTaxKind.FINAL, 22_500, "0,5%")
    assert tax.net_to_vendor == 4_477_500


def test_the_same_lunches_with_the_local_tax_on_top() -> None:
    tax = assessed(catering(4_500_000, charges_local_tax=True), vendor=CATERING_CV)
    [line] = tax.local_tax_lines
    assert (line.label, line.amount) == ("Pajak daerah (PBJT) 10%", 450_000)
    assert (tax.base, tax.local_tax, tax.gross) == (4_500_000, 450_000, 4_950_000)
    assert (tax.withheld, tax.net_to_vendor) == (90_000, 4_860_000)


def test_a_photographer_bears_article_21_on_half_his_fee() -> None:
    tax = assessed(service(5_000_000), vendor=PHOTOGRAPHER)
    [article_21] = tax.income_tax_lines
    assert (article_21.amount, article_21.rate_text) == (125_000, "50% × 5%")
    assert (tax.gross, tax.net_to_vendor) == (5_000_000, 4_875_000)


def test_a_cook_with_a_turnover_statement_keeps_everything() -> None:
    vendor = replace(COOK_AT_HOME, turnover_statement_year=2026)
    tax = assessed(catering(3_000_000), vendor=vendor)
    assert (tax.income_tax_lines, tax.net_to_vendor) == ((), 3_000_000)
    assert any("omzet setahun" in note for note in tax.notes)


def test_the_highest_price_under_a_cap_of_fifty_million() -> None:
    tax = assessed(goods(45_045_045))
    assert (tax.dpp_alternative, tax.vat, tax.gross) == (41_291_291, 4_954_955, 50_000_000)
    assert (tax.income_tax, tax.withheld, tax.net_to_vendor) == (675_675, 5_630_630, 44_369_370)


def test_four_days_late_cost_four_permil_and_change_no_tax() -> None:
    tax = assessed(goods(12_500_000))
    penalty = late_penalty(12_500_000, date(2026, 7, 10), date(2026, 7, 14), LAW)
    assert (tax.dpp_alternative, tax.vat, tax.income_tax) == (11_458_333, 1_375_000, 187_500)
    assert (tax.gross, tax.withheld, penalty) == (13_875_000, 1_562_500, 50_000)
    assert tax.net_to_vendor - penalty == 12_262_500


@pytest.mark.parametrize(
    ("handover", "vat", "gross", "withheld"),
    [
        (date(2022, 3, 31), 1_000_000, 11_000_000, 1_150_000),
        (date(2022, 4, 1), 1_100_000, 11_100_000, 1_250_000),
    ],
)
def test_vat_rose_on_the_first_of_april_2022(handover: date, vat: int, gross: int, withheld: int) -> None:
    tax = assessed(goods(10_000_000), on=handover)
    assert (tax.vat, tax.gross, tax.withheld, tax.net_to_vendor) == (vat, gross, withheld, 9_850_000)


def test_goods_and_their_setting_up_bear_two_income_taxes() -> None:
    tax = assessed(goods(3_000_000), service(1_000_000))
    assert (tax.dpp_alternative, tax.vat, tax.gross) == (3_666_667, 440_000, 4_440_000)
    assert {line.kind: line.amount for line in tax.income_tax_lines} == {
        IncomeTaxKind.ARTICLE_22: 45_000,
        IncomeTaxKind.ARTICLE_23: 20_000,
    }
    assert (tax.withheld, tax.net_to_vendor) == (505_000, 3_935_000)


def test_the_year_2025_changed_the_base_but_not_the_vat_of_ten_million() -> None:
    before, after = (
        assessed(goods(10_000_000), on=date(2024, 12, 31)),
        assessed(goods(10_000_000), on=date(2025, 1, 2)),
    )
    assert (before.dpp_alternative, before.vat) == (10_000_000, 1_100_000)
    assert (after.dpp_alternative, after.vat) == (9_166_667, 1_100_000)
    assert before.vat_lines[0].label == "PPN 11%"
    assert after.vat_lines[0].label == "PPN 12% dari DPP nilai lain"


@pytest.mark.parametrize(
    ("price", "in_2024", "in_2025"), [(1_000_041, 110_005, 110_004), (1_000_059, 110_006, 110_007)]
)
def test_twelve_times_eleven_twelfths_is_not_eleven_percent(price: int, in_2024: int, in_2025: int) -> None:
    assert assessed(goods(price), on=date(2024, 12, 31)).vat == in_2024
    assert assessed(goods(price), on=date(2025, 1, 2)).vat == in_2025


def test_the_certificate_must_hold_on_the_day_of_payment() -> None:
    vendor = replace(CATERING_CV, final_tax_certificate_until=JULY_2026)
    on_its_last_day = assessed(catering(4_500_000), vendor=vendor, on=date(2026, 7, 1), paid=JULY_2026)
    a_day_later = assessed(catering(4_500_000), vendor=vendor, on=date(2026, 7, 1), paid=date(2026, 7, 16))
    assert on_its_last_day.income_tax == 22_500
    assert a_day_later.income_tax == 90_000


@pytest.mark.parametrize(
    ("late_base", "days", "penalty"),
    [(12_500_000, 4, 50_000), (5_000_000, 4, 20_000), (33_333_333, 7, 233_333), (48_000_000, 60, 2_400_000)],
)
def test_the_penalty_is_a_permil_a_day_for_at_most_fifty_days(
    late_base: int, days: int, penalty: int
) -> None:
    due = date(2026, 3, 2)
    assert late_penalty(late_base, due, date.fromordinal(due.toordinal() + days), LAW) == penalty


def test_a_higher_penalty_would_be_as_much_higher() -> None:
    book = RuleBook(
        [replace(rule, value=2) if rule.key == "late_penalty_permil" else rule for rule in national_rules()]
    )
    assert late_penalty(12_500_000, date(2026, 3, 2), date(2026, 3, 6), book) == 100_000


def test_coming_early_or_being_excused_costs_nothing() -> None:
    due = date(2026, 3, 2)
    assert late_penalty(12_500_000, due, date(2026, 2, 27), LAW) == 0
    assert late_penalty(12_500_000, due, date(2026, 3, 6), LAW, excused_days=4) == 0


def test_every_class_finds_its_taxes() -> None:
    found = {
        tax_class: (bool(tax.vat), [line.kind.value for line in tax.income_tax_lines])
        for tax_class in TaxClass
        for tax in [assessed(replace(goods(10_000_000), tax_class=tax_class))]
    }
    assert found == {
        TaxClass.GOODS: (True, ["pph_22"]),
        TaxClass.GOODS_EXEMPT: (False, ["pph_22"]),
        TaxClass.RICE: (False, []),
        TaxClass.LUXURY: (True, ["pph_22"]),
        TaxClass.CATERING: (False, ["pph_23"]),
        TaxClass.SERVICE: (True, ["pph_23"]),
        TaxClass.PROFESSION: (True, ["pph_23"]),
        TaxClass.RENTAL: (True, ["pph_23_rental"]),
        TaxClass.VENUE: (True, ["pph_4_2"]),
        TaxClass.HOSPITALITY: (False, []),
        TaxClass.COURIER: (True, ["pph_23"]),
    }


def test_rice_is_not_taxed_as_eggs() -> None:
    eggs, rice = (
        assessed(replace(goods(3_000_000), tax_class=one)) for one in (TaxClass.GOODS_EXEMPT, TaxClass.RICE)
    )
    assert (eggs.vat, eggs.income_tax) == (0, 45_000)
    assert (rice.vat, rice.income_tax) == (0, 0)
    assert any("beras" in note and "PMK 34" in note for note in rice.notes)
    certified = replace(SMALL_SHOP, final_tax_certificate_until=date(2026, 12, 31))
    assert assessed(replace(goods(3_000_000), tax_class=TaxClass.RICE), vendor=certified).income_tax == 15_000


def test_rice_lifts_no_other_goods_over_their_threshold() -> None:
    tax = assessed(replace(goods(1_500_000), tax_class=TaxClass.RICE), goods(600_000), vendor=SMALL_SHOP)
    assert tax.income_tax == 0


@pytest.mark.parametrize(
    "facts", [{}, {"turnover_statement_year": 2026}, {"final_tax_certificate_until": JULY_2026}]
)
def test_a_host_is_not_taxed_as_a_caterer(facts: dict[str, Any]) -> None:
    """The final tax and its free turnover leave out the liberal profession of a person, not the cook's food."""
    host = assessed(
        replace(service(5_000_000), tax_class=TaxClass.PROFESSION), vendor=replace(PHOTOGRAPHER, **facts)
    )
    assert [(line.kind, line.amount) for line in host.income_tax_lines] == [
        (IncomeTaxKind.ARTICLE_21, 125_000)
    ]


def test_the_hosts_of_a_firm_are_a_service() -> None:
    host = replace(service(5_000_000), tax_class=TaxClass.PROFESSION)
    assert assessed(host, vendor=CATERING_CV).income_tax == 100_000
