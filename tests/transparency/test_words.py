"""Round figures, bands of the map, and words that are looked up by what the database says."""

from datetime import date
from decimal import Decimal

import pytest

from eorder_platform.csv_writing import guarded
from eorder_tenants.orders.core.models import Status
from eorder_tenants.transparency.spending import RECEIVERS, Part
from eorder_tenants.transparency.stages import Stage
from eorder_tenants.transparency.verifying import grouped
from eorder_web.edge.queries import id_in, page_in, year_in
from eorder_web.transparency.drawing import SCALES, band_limits, band_of, month_chart, round_top
from eorder_web.transparency.presenting import RECEIVER_NAMES, stage_named
from tests.look.catalogues import english


def test_every_word_that_is_looked_up_has_its_english() -> None:
    issued = [status for stage in Stage for status in stage.statuses]
    looked_up = [
        *(status.label for status in issued),
        *(stage.label for stage in Stage),
        *RECEIVER_NAMES.values(),
        *(unit for _, unit in SCALES),
    ]
    assert set(RECEIVERS) <= set(RECEIVER_NAMES)
    assert [word for word in looked_up if word not in english()] == []


@pytest.mark.parametrize(
    ("largest", "top"), [(0, 2), (1, 2), (3, 4), (9, 10), (11, 20), (52, 60), (100, 100), (401, 600)]
)
def test_a_charts_top_is_a_round_number(largest: int, top: int) -> None:
    assert round_top(Decimal(largest)) == top


def test_the_bands_of_the_map_begin_at_round_numbers() -> None:
    limits = band_limits(412_600_000_000)
    assert limits == (50_000_000_000, 100_000_000_000, 200_000_000_000)
    assert [band_of(amount, limits) for amount in (0, 60 * 10**9, 100 * 10**9, 412 * 10**9)] == [1, 2, 3, 4]


def test_without_any_order_every_region_that_joined_looks_alike() -> None:
    assert band_of(0, band_limits(0)) == 1


def test_a_chart_of_this_year_ends_with_this_month() -> None:
    june = Part("2026-06", "", 1, 52_000_000, 0, 0, 0, None)
    chart = month_chart([june], 2026, date(2026, 11, 23))
    assert [label for label, _, _ in chart.rows][-1] == "Nov"
    assert (chart.top, chart.unit, chart.highest) == (
        60,
        "juta rupiah",
        "Jun Rp\N{NO-BREAK SPACE}52\N{NO-BREAK SPACE}juta",
    )
    assert len(month_chart([june], 2025, date(2026, 11, 23)).rows) == 12


def test_an_address_that_makes_no_sense_asks_for_nothing_special() -> None:
    assert (year_in("semua", 2026), year_in("2025", 2026), year_in("x", 2026), year_in("²", 2026)) == (
        None,
        2025,
        2026,
        2026,
    )
    assert (page_in("3", 400), page_in("-1", 400), page_in("9" * 30, 400), page_in("", 400)) == (3, 1, 400, 1)
    assert (stage_named("batal"), stage_named("x"), id_in("x")) == (Stage.ENDED, None, None)


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@A1", "\tx", "\rx"])
def test_a_cell_is_never_a_formula(text: str) -> None:
    assert guarded(text) == f"'{text}"
    assert guarded(f"x{text}") == f"x{text}"


def test_a_code_is_read_however_it_was_typed() -> None:
    assert grouped(" 7kq4 m2xd93pa ") == "7KQ4-M2XD-93PA"


def test_drafts_have_no_stage() -> None:
    assert not {Status.DRAFT, Status.AWAITING_APPROVAL} & {s for stage in Stage for s in stage.statuses}
