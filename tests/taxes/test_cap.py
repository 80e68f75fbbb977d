"""The cap counts everything the region pays."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eorder_platform.directory.models import TaxClass
from eorder_platform.errors import Refused
from eorder_platform.rules import Rule, RuleBook
from eorder_platform.seeds.rules import national_rules
from eorder_tenants.taxes.assessment import assess
from eorder_tenants.taxes.cap import gross_of, highest_base, refuse_over_cap
from tests.taxes.factories import JULY_2026, LAW, PKP_SHOP, SMALL_SHOP, assessed, catering, goods, service

CAP = 50_000_000


def test_an_order_of_exactly_the_cap_is_accepted() -> None:
    refuse_over_cap(assessed(goods(45_045_045)), LAW, JULY_2026)


def test_one_rupiah_more_is_refused_with_all_its_figures() -> None:
    with pytest.raises(Refused) as refusal:
        refuse_over_cap(assessed(goods(45_045_046)), LAW, JULY_2026, field="lines")
    assert refusal.value.problems == [
        (
            "lines",
            (
                "Nilai pesanan Rp\u00a050.000.001 (harga Rp\u00a045.045.046, PPN Rp\u00a04.954.955) melebihi batas "
                "Rp\u00a050.000.000 sebesar Rp\u00a01. Harga sebelum pajak paling tinggi Rp\u00a045.045.045."
            ),
        )
    ]


def test_shipping_counts() -> None:
    order = assess([goods(45_000_000)], PKP_SHOP, LAW, JULY_2026, shipping=50_000)
    with pytest.raises(Refused, match=r"harga Rp\s45\.000\.000, ongkos kirim Rp\s50\.000"):
        refuse_over_cap(order, LAW, JULY_2026)


def test_local_tax_counts() -> None:
    order = assessed(catering(46_000_000, charges_local_tax=True), vendor=SMALL_SHOP)
    with pytest.raises(Refused, match=r"pajak daerah Rp\s4\.600\.000.*paling tinggi Rp\s45\.454\.545"):
        refuse_over_cap(order, LAW, JULY_2026)


def test_the_proposed_price_of_several_dishes_leaves_room_for_the_tax_on_all_of_them() -> None:
    """50 of 52 million bear 10 % (UU 1/2022 art. 58), so a price costs 57/52 of itself: 50,000,000 × 52/57 fit."""
    order = assessed(
        catering(46_000_000, charges_local_tax=True),
        catering(4_000_000, charges_local_tax=True),
        catering(2_000_000),
        vendor=SMALL_SHOP,
    )
    assert highest_base(order, CAP, LAW, JULY_2026) == 45_614_035


def test_without_vat_the_whole_cap_is_price() -> None:
    refuse_over_cap(assessed(goods(CAP), vendor=SMALL_SHOP), LAW, JULY_2026)
    with pytest.raises(Refused, match=r"paling tinggi Rp\s50\.000\.000"):
        refuse_over_cap(assessed(goods(CAP + 1), vendor=SMALL_SHOP), LAW, JULY_2026)


def test_of_a_mixed_order_the_largest_part_is_to_be_cut() -> None:
    order = assessed(goods(60_000_000), service(10_000_000))
    assert highest_base(order, CAP, LAW, JULY_2026) == 45_045_045


def test_where_no_price_would_fit_none_is_proposed() -> None:
    order = assessed(goods(51_000_000), catering(51_000_000), vendor=SMALL_SHOP)
    with pytest.raises(Refused) as refusal:
        refuse_over_cap(order, LAW, JULY_2026)
    assert "paling tinggi" not in str(refusal.value)


def test_a_higher_cap_begins_at_midnight_of_the_region() -> None:
    higher = Rule("order_cap", 200_000_000, "rupiah", date(2026, 7, 1), None, "Pergub contoh")
    book = RuleBook(national_rules(), [higher])
    order = assessed(goods(60_000_000))
    wita = ZoneInfo("Asia/Makassar")
    last_minute = datetime(2026, 6, 30, 15, 59, tzinfo=UTC).astimezone(wita)
    with pytest.raises(Refused):
        refuse_over_cap(order, book, last_minute.date())
    refuse_over_cap(order, book, datetime(2026, 6, 30, 16, 0, tzinfo=UTC).astimezone(wita).date())


@given(st.integers(1, 200_000_000), st.booleans(), st.dates(date(2022, 1, 1), date(2027, 12, 31)))
def test_the_proposed_price_fits_and_one_rupiah_more_does_not(cap: int, pkp: bool, on: date) -> None:
    vendor = PKP_SHOP if pkp else SMALL_SHOP
    highest = highest_base(assessed(goods(10_000_000), vendor=vendor, on=on), cap, LAW, on)
    rules = LAW.on(on)
    assert gross_of({TaxClass.GOODS: highest}, rules, vat_registered=pkp) <= cap
    assert gross_of({TaxClass.GOODS: highest + 1}, rules, vat_registered=pkp) > cap


@given(
    st.integers(0, 100_000_000),
    st.integers(0, 1_000_000),
    st.dictionaries(st.sampled_from(TaxClass), st.integers(0, 50_000_000)),
)
def test_a_higher_price_never_slips_under_the_cap(price: int, more: int, others: dict[TaxClass, int]) -> None:
    rules = LAW.on(JULY_2026)
    lower = gross_of(others | {TaxClass.GOODS: price}, rules, vat_registered=True)
    higher = gross_of(others | {TaxClass.GOODS: price + more}, rules, vat_registered=True)
    assert lower <= higher
