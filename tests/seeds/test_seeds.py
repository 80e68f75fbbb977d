"""What a new installation knows: counted and checked against a second source where there is one."""

import re
from collections import Counter
from datetime import date
from zoneinfo import ZoneInfo

import pytest
from lokal import PROVINCES, get_holidays

from eorder_platform.directory.models import TaxClass
from eorder_platform.seeds.categories import categories
from eorder_platform.seeds.holidays import national_holidays
from eorder_platform.seeds.regions import provinces, regions


def test_there_are_38_provinces_416_regencies_and_98_cities() -> None:
    assert Counter(region.level for region in regions()) == {"province": 38, "regency": 416, "city": 98}


def test_every_region_is_named_once_and_its_parent_comes_first() -> None:
    seen: set[str] = set()
    for region in regions():
        assert region.name
        assert region.code not in seen
        assert region.parent_code is None or region.parent_code in seen
        seen.add(region.code)


def test_the_city_of_gorontalo_lies_in_its_province() -> None:
    city = next(region for region in regions() if region.code == "75.71")
    assert (city.name, city.level, city.parent_code) == ("Kota Gorontalo", "city", "75")


def test_provinces_have_their_official_codes_and_a_place_of_their_own_on_the_map() -> None:
    found = list(provinces())
    assert {province.code for province in found} == set(PROVINCES)
    assert len({province.letters for province in found}) == 38
    assert len({(province.tile_x, province.tile_y) for province in found}) == 38


def test_jakarta_gorontalo_and_papua_live_in_three_time_zones() -> None:
    zones = {province.code: province.zone for province in provinces()}
    assert (zones["31"], zones["75"], zones["91"]) == ("Asia/Jakarta", "Asia/Makassar", "Asia/Jayapura")
    assert Counter(zones.values()) == {"Asia/Jakarta": 18, "Asia/Makassar": 12, "Asia/Jayapura": 8}
    for zone in zones.values():
        ZoneInfo(zone)


def test_categories_are_seventeen_with_children_that_follow_them() -> None:
    found = list(categories())
    top = [category.code for category in found if category.parent_code is None]
    assert len(top) == 17
    for category in found:
        assert category.parent_code is None or category.code.startswith(f"{category.parent_code}.")
    assert {category.parent_code for category in found} == {None, *top}


def test_every_category_can_be_sold_and_taxed() -> None:
    for category in categories():
        assert category.name
        assert category.name_english
        assert category.units, category
        assert category.tax_class in TaxClass
        assert all(re.fullmatch(r"\d{5}", code) for code in category.kbli_hint), category
    assert len({category.code for category in categories()}) == len(list(categories()))


def test_meeting_food_is_catering_but_bottled_water_is_goods() -> None:
    classes = {category.code: category.tax_class for category in categories()}
    assert classes["FNB-MEET.BOX"] is TaxClass.CATERING
    assert classes["FNB-MEET.WATER"] is TaxClass.GOODS
    assert classes["AGRI.EGG"] is TaxClass.GOODS_EXEMPT
    assert classes["AGRI.RICE"] is TaxClass.RICE
    assert classes["DOCU.HOST"] is TaxClass.PROFESSION


@pytest.mark.parametrize("year", [2026, 2027])
def test_holidays_are_those_of_the_ministers_decree(year: int) -> None:
    decreed = {date.fromisoformat(holiday.date) for holiday in get_holidays(year).holidays}
    assert {day for day, _ in national_holidays([year])} == decreed


def test_holidays_cover_three_years_and_include_collective_leave() -> None:
    found = dict(national_holidays())
    assert {day.year for day in found} == {2025, 2026, 2027}
    assert found[date(2025, 8, 18)].startswith("Cuti Bersama")
    assert found[date(2026, 12, 25)] == "Hari Raya Natal"
    assert not any("perkiraan" in name for name in found.values())
