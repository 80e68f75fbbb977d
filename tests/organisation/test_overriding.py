"""A region deviates from national rules only from tomorrow on, only where allowed, and never above the maximum."""

import asyncio
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import delete, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession

from eorder_platform import clock, tenancy
from eorder_platform.errors import NotAllowed, NotVisible, Refused
from eorder_platform.ids import new_id
from eorder_platform.rules import Rule, RuleBook, refuse_senseless
from eorder_platform.tenancy import Tenant
from eorder_platform.tenancy.ownership import inside_as_owner
from eorder_tenants.organisation.law import rulebook
from eorder_tenants.organisation.models import Role, RuleOverride
from eorder_tenants.organisation.overriding import Deviation, set_rule, withdraw_rule
from eorder_tenants.organisation.queries import overridable_rules
from tests.organisation.factories import an_official

TOMORROW, LATER = date(2026, 7, 2), date(2026, 9, 1)


@pytest.fixture(autouse=True)
def july() -> Iterator[None]:
    """It is 10.00 WIB on 1 July 2026."""
    with clock.travelling_to(datetime(2026, 7, 1, 3, tzinfo=UTC)):
        yield


async def test_a_regions_own_cap_counts_from_its_first_day(dki_session: AsyncSession) -> None:
    await set_cap(dki_session, 75_000_000, TOMORROW)
    book = await rulebook(dki_session)
    assert [book.value("order_cap", on=day) for day in (date(2026, 7, 1), TOMORROW)] == [
        50_000_000,
        75_000_000,
    ]


async def test_a_cap_above_the_national_maximum_is_refused_beside_its_field(
    dki_session: AsyncSession,
) -> None:
    with pytest.raises(Refused) as refusal:
        await set_cap(dki_session, 200_000_001, TOMORROW)
    assert refusal.value.problems[0][0] == "value"
    assert "Rp\xa0200.000.000" in refusal.value.message


async def test_a_rule_that_only_the_nation_sets_is_refused(dki_session: AsyncSession) -> None:
    with pytest.raises(Refused, match="ditetapkan nasional"):
        await set_cap(dki_session, 100, TOMORROW, key="vat_permil")


async def test_nothing_changes_on_a_day_that_has_come(dki_session: AsyncSession) -> None:
    with pytest.raises(Refused, match="paling cepat besok"):
        await set_cap(dki_session, 75_000_000, date(2026, 7, 1))


async def test_a_later_value_ends_the_one_before_and_the_past_stays(dki_session: AsyncSession) -> None:
    await set_cap(dki_session, 75_000_000, TOMORROW)
    await set_cap(dki_session, 100_000_000, LATER)
    book = await rulebook(dki_session)
    said = [book.value("order_cap", on=day) for day in (TOMORROW, date(2026, 8, 31), LATER)]
    assert said == [75_000_000, 75_000_000, 100_000_000]


async def test_a_value_announced_already_stands_in_the_way_of_an_earlier_one(
    dki_session: AsyncSession,
) -> None:
    await set_cap(dki_session, 100_000_000, LATER)
    with pytest.raises(Refused, match="mulai 1\N{NO-BREAK SPACE}September\N{NO-BREAK SPACE}2026"):
        await set_cap(dki_session, 75_000_000, TOMORROW)


async def test_an_announced_value_is_taken_back_and_stays_told(dki_session: AsyncSession) -> None:
    """It never holds, makes room for another of the same day, and is taken back once."""
    admin = await an_official(dki_session, Role.TENANT_ADMIN)
    row_id = await set_cap(dki_session, 100_000_000, LATER)
    await withdraw_rule(dki_session, admin, row_id)
    row = await dki_session.get_one(RuleOverride, row_id)
    assert (row.value, row.withdrawn_on) == (100_000_000, TOMORROW - timedelta(days=1))
    assert (await rulebook(dki_session)).value("order_cap", on=LATER) == 50_000_000
    with pytest.raises(NotVisible):
        await withdraw_rule(dki_session, admin, row_id)
    await set_cap(dki_session, 90_000_000, LATER)
    assert (await rulebook(dki_session)).value("order_cap", on=LATER) == 90_000_000


async def test_the_database_lets_no_value_of_a_region_go(dki_session: AsyncSession) -> None:
    row_id = await set_cap(dki_session, 75_000_000, TOMORROW)
    with clock.travelling_to(datetime(2026, 7, 5, 3, tzinfo=UTC)):
        admin = await an_official(dki_session, Role.TENANT_ADMIN)
        await withdraw_rule(dki_session, admin, await set_cap(dki_session, 80_000_000, LATER))
    for statement, why in (
        ("delete from rule_override", "permission denied"),
        ("update rule_override set value = 1", "permission denied"),
        (
            "update rule_override set withdrawn_on = valid_from where withdrawn_on is null",
            "ck_rule_override_withdrawn",
        ),
        ("update rule_override set withdrawn_on = null where withdrawn_on is not null", "withdrawn_for_good"),
    ):
        with pytest.raises(DBAPIError, match=why):
            async with dki_session.begin_nested():
                await dki_session.execute(text(statement))
    assert (await dki_session.get_one(RuleOverride, row_id)).withdrawn_on is None


async def test_a_value_in_force_ends_today(dki_session: AsyncSession) -> None:
    row_id = await set_cap(dki_session, 75_000_000, TOMORROW)
    with clock.travelling_to(datetime(2026, 7, 5, 3, tzinfo=UTC)):
        await withdraw_rule(dki_session, await an_official(dki_session, Role.TENANT_ADMIN), row_id)
    book = await rulebook(dki_session)
    said = [book.value("order_cap", on=date(2026, 7, day)) for day in (5, 6)]
    assert said == [75_000_000, 50_000_000]


async def test_of_five_who_set_a_rule_at_once_none_leaves_two_values_on_one_day(gorontalo: Tenant) -> None:
    """The first ones for it: there is no row yet that could be waited for."""
    key, basis = "draft_idle_days", f"Pergub {new_id()}"
    ours = RuleOverride.legal_basis == basis
    async with tenancy.inside(gorontalo) as session:
        admin = await an_official(session, Role.TENANT_ADMIN)

    async def set_once(days: int) -> str:
        wanted = Deviation(key, 5, TOMORROW + timedelta(days=days), None, basis)
        try:
            async with tenancy.inside(gorontalo) as session:
                await set_rule(session, admin, wanted)
            return "done"
        except Refused as refusal:
            return str(refusal.message)

    try:
        for days in ((0, 0, 0, 0, 0), (50, 40, 30, 20, 10), (60, 60, 61, 61, 60)):
            answers = await asyncio.gather(*(set_once(some) for some in days))
            assert "done" in answers
            assert all(one == "done" or "nilai daerah" in one.lower() for one in answers), answers
            async with tenancy.inside(gorontalo) as session:
                rows = list(await session.scalars(select(RuleOverride).where(ours)))
            RuleBook((), [Rule(key, 5, "", one.valid_from, one.valid_to, "") for one in rows])
    finally:
        async with inside_as_owner(gorontalo) as session:
            await session.execute(delete(RuleOverride).where(ours))


async def test_only_the_administrator_sets_rules(dki_session: AsyncSession) -> None:
    treasurer = await an_official(dki_session, Role.TREASURER)
    with pytest.raises(NotAllowed):
        await set_rule(dki_session, treasurer, Deviation("order_cap", 1, TOMORROW, None, "Pergub 1/2026"))


def test_a_day_of_the_year_must_exist() -> None:
    with pytest.raises(Refused, match="tidak ada dalam setahun"):
        refuse_senseless("month_day", 1301)


@pytest.mark.parametrize("days", [0, 3_000_000])
async def test_a_deadline_that_no_order_could_keep_is_refused(dki_session: AsyncSession, days: int) -> None:
    with pytest.raises(Refused, match="paling sedikit 1 dan paling banyak 366"):
        await set_cap(dki_session, days, TOMORROW, key="draft_idle_days")


async def test_the_page_says_what_counts_today_and_the_maximum(dki_session: AsyncSession) -> None:
    admin = await an_official(dki_session, Role.TENANT_ADMIN)
    await set_cap(dki_session, 75_000_000, TOMORROW)
    with clock.travelling_to(datetime(2026, 7, 3, 3, tzinfo=UTC)):
        rules = {rule.national.key: rule for rule in await overridable_rules(dki_session, admin)}
    cap = rules["order_cap"]
    assert (cap.today.value, cap.national.value, cap.maximum, cap.is_own) == (
        75_000_000,
        50_000_000,
        200_000_000,
        True,
    )
    assert "vat_permil" not in rules


async def set_cap(session: AsyncSession, value: int, since: date, key: str = "order_cap") -> UUID:
    admin = await an_official(session, Role.TENANT_ADMIN)
    row = await set_rule(session, admin, Deviation(key, value, since, None, "Pergub 12/2026 ps. 4"))
    return row.id
