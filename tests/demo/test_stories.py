"""A year of orders in the demo: the same every time, at office hours, in the order of time."""

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

import pytest

from eorder_platform.business_days import is_business_day
from eorder_platform.ids import new_id
from eorder_platform.tenancy import Tenant
from eorder_tenants.catalogue.models import Offer
from eorder_tenants.orders.core.models import Status
from eorder_tenants.organisation.actors import Actor
from eorder_tenants.organisation.models import Role, WorkUnit
from eorder_web.operations.demo.businesses import BUSINESSES
from eorder_web.operations.demo.goods import GOODS
from eorder_web.operations.demo.regions import LINES
from eorder_web.operations.demo.stories import (
    ENDINGS,
    HOLIDAYS,
    Office,
    Region,
    Story,
    _deal,
    _in_order_of_time,
    _plan,
)

BEGIN, TODAY = date(2026, 1, 5), date(2026, 11, 27)


def region_of(tenant: Tenant) -> Region:
    """The region's vendors with their goods, and one office, without a database."""
    offers, vendors = [], {}
    for business in BUSINESSES:
        if tenant.slug in business.serves:
            vendor_id = new_id()
            vendors[vendor_id] = Actor(new_id(), business.owner)
            offers += [
                Offer(
                    id=new_id(),
                    vendor_id=vendor_id,
                    vendor_name=business.name,
                    name=goods.name,
                    category_code=goods.category,
                    coverage=[tenant.region_code],
                    lead_days=goods.lead_days,
                )
                for goods in GOODS
                if goods.is_sold_by(business.trades, business.region_code[:2])
            ]
    unit = WorkUnit(id=new_id(), name="Sudin Pendidikan I", region_code=f"{tenant.region_code}.71")
    people = {role: Actor(new_id(), str(role)) for role in Role}
    office = Office(unit, people, {(line.account_code, TODAY.year): (new_id(), new_id()) for line in LINES})
    return Region(tenant, [office], sorted(offers, key=lambda one: (one.name, one.vendor_name)), vendors)


def told(stories: list[Story]) -> list[tuple[object, ...]]:
    return [
        (story.ending, [offer.name for offer in story.offers], [step.moment for step in story.steps])
        for story in stories
    ]


async def test_the_plan_is_the_same_every_time(dki: Tenant) -> None:
    endings = _deal(ENDINGS, ["dki", "gorontalo", "bali"])["dki"]
    first, second = (_plan(region_of(dki), endings, BEGIN, TODAY) for _ in range(2))
    assert told(first) == told(second)


async def test_every_step_is_taken_at_office_hours_and_none_in_the_future(
    dki: Tenant, gorontalo: Tenant
) -> None:
    for tenant in (dki, gorontalo):
        zone = ZoneInfo(tenant.zone)
        midnight = datetime.combine(TODAY, time(12), zone)
        for story in _plan(region_of(tenant), list(ENDINGS), BEGIN, TODAY):
            moments = [step.moment for step in story.steps]
            assert moments == sorted(moments)
            assert datetime.combine(BEGIN, time(), zone) < moments[0] <= moments[-1] < midnight
            for moment in taken_by_people(story.ending, moments):
                local = moment.astimezone(zone)
                assert is_business_day(local.date(), HOLIDAYS), local
                assert time(8) <= local.time() <= time(15, 45), local


async def test_one_order_of_each_full_region_is_left_by_last_year_to_this_one(dki: Tenant) -> None:
    december = date(TODAY.year - 1, 12, 1)
    endings = [ending for ending in ENDINGS if ending is not Status.DRAFT] * 2
    stories = _plan(region_of(dki), endings, december, TODAY)
    [carried] = [story for story in stories if story.steps[0].moment.year == december.year]
    years = [step.moment.year for step in carried.steps]
    assert (carried.ending, carried.year) == (Status.COMPLETED, december.year)
    asked = next(number for number, year in enumerate(years) if year == TODAY.year)
    assert carried.steps[asked - 1].moment.date() < date(december.year, 12, 31)
    assert len(years) - asked == 4, "asked for, approved, paid and closed in the new year"
    assert all(
        story.steps[0].moment.date() > date(TODAY.year, 1, 5) for story in stories if story is not carried
    )


def taken_by_people(ending: Status, moments: list[datetime]) -> list[datetime]:
    """Without those of the clock, which acts when a day is over."""
    if ending is Status.TERMINATED:
        return [*moments[:-3], moments[-1]]
    return moments[:-1] if ending is Status.EXPIRED else moments


async def test_a_region_s_steps_are_taken_in_the_order_of_time(dki: Tenant) -> None:
    endings = [ending for ending in ENDINGS if ending is not Status.DRAFT]
    steps = _in_order_of_time(_plan(region_of(dki), endings * 3, BEGIN, TODAY))
    moments = [step.moment for _, step in steps]
    assert moments == sorted(moments)


@pytest.mark.parametrize("slug", ["dki", "gorontalo"])
def test_the_full_regions_have_orders_in_every_state(slug: str) -> None:
    dealt = _deal(ENDINGS, ["dki", "gorontalo", "jateng", "diy", "bali", "sulsel", "ntt", "aceh"])
    assert set(dealt[slug]) == set(Status)
    assert sum(len(endings) for endings in dealt.values()) == 300


def test_every_line_of_a_budget_buys_something_that_is_sold() -> None:
    sold = {goods.category for goods in GOODS}
    assert [line.package_name for line in LINES if not any(line.buys(one) for one in sold)] == []
    assert len({line.account_code for line in LINES}) == len(LINES)
