"""Dated rules: which value counts on which day, and what a region may deviate from."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eorder_platform.errors import Refused
from eorder_platform.rules import Rule, RuleBook, RuleMissing, version_of
from eorder_platform.seeds.rules import national_rules

NEW_YEAR_2025 = date(2025, 1, 1)
LAW = list(national_rules())


def a_rule(
    key: str = "payment_days",
    value: int = 3,
    since: date = date(2020, 1, 1),
    until: date | None = None,
    *,
    may_override: bool = True,
    unit: str = "business_days",
) -> Rule:
    return Rule(key, value, unit, since, until, "Perpres contoh", may_override)


def test_the_value_changes_on_its_first_day() -> None:
    book = RuleBook(LAW)
    assert book.value("vat_permil", on=date(2022, 3, 31)) == 100
    assert book.value("vat_permil", on=date(2022, 4, 1)) == 110
    assert book.value("vat_permil", on=NEW_YEAR_2025 - timedelta(days=1)) == 110
    assert book.value("vat_permil", on=NEW_YEAR_2025) == 120
    assert book.rule("vat_permil", on=NEW_YEAR_2025).legal_basis == "PMK 131/2024 ps. 3"


def test_a_day_without_a_rule_is_a_clear_error() -> None:
    with pytest.raises(RuleMissing, match="'vat_permil' holds on 2019-12-31"):
        RuleBook(LAW).value("vat_permil", on=date(2019, 12, 31))
    with pytest.raises(RuleMissing, match="'vat_permille'"):
        RuleBook(LAW).value("vat_permille", on=NEW_YEAR_2025)


def test_a_region_may_pay_faster() -> None:
    book = RuleBook(LAW, [a_rule(value=2, since=date(2026, 7, 1))])
    assert book.value("payment_days", on=date(2026, 6, 30)) == 3
    assert book.value("payment_days", on=date(2026, 7, 1)) == 2


def test_a_region_cannot_change_a_tax() -> None:
    book = RuleBook(LAW, [a_rule("vat_permil", 50, unit="permil")])
    assert book.value("vat_permil", on=NEW_YEAR_2025) == 120
    with pytest.raises(Refused, match="ditetapkan nasional"):
        RuleBook(LAW).admit(a_rule("vat_permil", 50, unit="permil"))


def test_a_region_cannot_lift_its_cap_over_the_national_maximum() -> None:
    with pytest.raises(Refused, match=r"Paling tinggi Rp\s200\.000\.000"):
        RuleBook(LAW).admit(a_rule("order_cap", 200_000_001, unit="rupiah"))
    RuleBook(LAW).admit(a_rule("order_cap", 200_000_000, unit="rupiah"))


def test_a_lower_national_maximum_acts_on_regions_at_once() -> None:
    law = [
        a_rule("order_cap", 50_000_000, unit="rupiah"),
        a_rule("order_cap_maximum", 200_000_000, until=date(2026, 12, 31), may_override=False),
        a_rule("order_cap_maximum", 100_000_000, date(2027, 1, 1), may_override=False),
    ]
    book = RuleBook(law, [a_rule("order_cap", 150_000_000, unit="rupiah")])
    assert book.value("order_cap", on=date(2026, 12, 31)) == 150_000_000
    assert book.value("order_cap", on=date(2027, 1, 1)) == 100_000_000


def test_a_deviation_must_be_allowed_on_every_day_of_its_period() -> None:
    law = [
        a_rule(until=date(2026, 12, 31)),
        a_rule(since=date(2027, 1, 1), may_override=False),
    ]
    with pytest.raises(Refused, match="tidak dapat diubah daerah"):
        RuleBook(law).admit(a_rule(value=2, since=date(2026, 7, 1)))
    RuleBook(law).admit(a_rule(value=2, since=date(2026, 7, 1), until=date(2026, 12, 31)))


def test_a_deviation_from_nothing_is_refused() -> None:
    with pytest.raises(Refused, match="tidak berlaku pada tanggal itu"):
        RuleBook(LAW).admit(a_rule("payment_days", 2, since=date(2019, 1, 1)))


def test_two_values_on_one_day_are_not_accepted() -> None:
    with pytest.raises(ValueError, match="two rules 'payment_days' hold on 2026-01-01"):
        RuleBook([a_rule(), a_rule(since=date(2026, 1, 1))])


def test_a_negative_value_is_not_accepted() -> None:
    with pytest.raises(ValueError, match="never negative"):
        RuleBook([a_rule(value=-1)])


def test_regions_share_the_national_rules_but_not_their_deviations() -> None:
    nation = RuleBook(LAW)
    one = nation.with_overrides([a_rule(value=1)])
    two = nation.with_overrides([])
    assert one.value("payment_days", on=NEW_YEAR_2025) == 1
    assert two.value("payment_days", on=NEW_YEAR_2025) == 3


def test_the_rules_of_a_day_remember_what_was_asked() -> None:
    today = RuleBook(LAW).on(NEW_YEAR_2025)
    today.value("vat_permil")
    today.value("order_cap")
    today.value("vat_permil")
    assert [rule.key for rule in today.used] == ["order_cap", "vat_permil"]


def test_the_version_changes_with_any_value_and_not_with_the_order() -> None:
    one, two = a_rule(value=1), a_rule("order_cap", 5)
    assert version_of([one, two]) == version_of([two, one, two])
    assert version_of([one]) != version_of([a_rule(value=2)])


@given(st.sampled_from(LAW), st.dates(date(2020, 1, 1), date(2030, 12, 31)))
def test_the_seeded_law_has_no_gap_between_first_and_last_row(rule: Rule, day: date) -> None:
    book = RuleBook(LAW)
    first = min(row.valid_from for row in LAW if row.key == rule.key)
    if day >= first:
        assert book.value(rule.key, on=day) >= 0


def test_no_tax_may_be_changed_by_a_region_except_the_local_one() -> None:
    taxes = [rule for rule in LAW if rule.key.startswith(("vat_", "income_tax_", "final_tax_", "local_tax_"))]
    assert {rule.key for rule in taxes if rule.tenant_may_override} == {"local_tax_permil"}
