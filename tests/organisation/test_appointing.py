"""Roles are granted by letter and for a period, never to oneself, and end without touching what was done."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from uuid import UUID

import pytest
from sqlalchemy import func, update
from sqlalchemy.ext.asyncio import AsyncSession

from eorder_platform import clock, tenancy
from eorder_platform.errors import NotAllowed, NotVisible, Refused
from eorder_platform.identity import sessions
from eorder_platform.tenancy import Tenant
from eorder_tenants.organisation.actors import Actor, actor_for
from eorder_tenants.organisation.appointing import Appointment, appoint
from eorder_tenants.organisation.ending import end_appointment
from eorder_tenants.organisation.models import Official, Role, RoleAssignment
from eorder_tenants.organisation.queries import ListedOfficial, holders, official_named, officials, work_units
from tests.organisation.factories import a_work_unit, an_official

YEAR_END = date(2026, 12, 31)


@pytest.fixture(autouse=True)
def july() -> Iterator[None]:
    """It is 10.00 WIB on 1 July 2026."""
    with clock.travelling_to(datetime(2026, 7, 1, 3, tzinfo=UTC)):
        yield


async def test_an_appointment_counts_from_its_first_to_its_last_day_in_the_offices_zone(
    dki_session: AsyncSession,
) -> None:
    admin, person = await an_official(dki_session, Role.TENANT_ADMIN), await a_person(dki_session)
    unit = await a_work_unit(dki_session)
    wanted = Appointment(
        person.id, Role.TREASURER, unit.id, date(2026, 7, 2), date(2026, 7, 31), "SK 77/2026"
    )
    await appoint(dki_session, admin, wanted)
    held = []
    for moment in (
        (7, 1, 16, 59),
        (7, 1, 17, 0),
        (7, 31, 16, 59),
        (7, 31, 17, 0),
    ):  # UTC; midnight WIB is 17.00
        with clock.travelling_to(datetime(2026, *moment, tzinfo=UTC)):
            held.append((await actor_for(dki_session, person.id)).holds(Role.TREASURER, unit.id))
    assert held == [False, True, True, False]


async def test_nobody_grants_a_role_to_himself(dki_session: AsyncSession) -> None:
    admin = await an_official(dki_session, Role.TENANT_ADMIN)
    with pytest.raises(Refused, match="diri sendiri"):
        await appoint(dki_session, admin, for_the_year(admin.official_id, Role.PROCUREMENT_OFFICER))


async def test_only_the_administrator_grants_roles(dki_session: AsyncSession) -> None:
    officer, person = await an_official(dki_session, Role.BUDGET_USER), await a_person(dki_session)
    with pytest.raises(NotAllowed):
        await appoint(dki_session, officer, for_the_year(person.id, Role.TREASURER))


@pytest.mark.parametrize("held", [Role.TENANT_ADMIN, Role.AUDITOR])
async def test_an_administrator_or_auditor_holds_no_other_role(dki_session: AsyncSession, held: Role) -> None:
    admin, other = await an_official(dki_session, Role.TENANT_ADMIN), await an_official(dki_session, held)
    with pytest.raises(Refused, match="tidak boleh memegang peran lain"):
        await appoint(dki_session, admin, for_the_year(other.official_id, Role.PROCUREMENT_OFFICER))


async def test_an_officer_becomes_no_administrator_while_he_is_one(dki_session: AsyncSession) -> None:
    admin = await an_official(dki_session, Role.TENANT_ADMIN)
    officer = await an_official(dki_session, Role.PROCUREMENT_OFFICER, name="Budi Santoso")
    with pytest.raises(Refused, match="tidak boleh memegang peran lain"):
        await appoint(dki_session, admin, for_the_year(officer.official_id, Role.TENANT_ADMIN))


async def test_one_person_may_hold_several_operational_roles(dki_session: AsyncSession) -> None:
    admin, unit = await an_official(dki_session, Role.TENANT_ADMIN), await a_work_unit(dki_session)
    person = await a_person(dki_session)
    for role in (Role.PROCUREMENT_OFFICER, Role.RECEIVER):
        await appoint(dki_session, admin, for_the_year(person.id, role, unit.id))
    assert (await actor_for(dki_session, person.id)).roles == {Role.PROCUREMENT_OFFICER, Role.RECEIVER}


async def test_the_same_role_twice_at_the_same_time_is_refused(dki_session: AsyncSession) -> None:
    admin, person = await an_official(dki_session, Role.TENANT_ADMIN), await a_person(dki_session)
    await appoint(dki_session, admin, for_the_year(person.id, Role.TREASURER))
    with pytest.raises(Refused, match="sudah memegang peran itu"):
        await appoint(dki_session, admin, for_the_year(person.id, Role.TREASURER))


async def test_everything_missing_is_said_at_once(dki_session: AsyncSession) -> None:
    admin, person = await an_official(dki_session, Role.TENANT_ADMIN), await a_person(dki_session)
    wanted = Appointment(person.id, Role.TREASURER, None, date(2026, 6, 1), date(2026, 6, 30), " ")
    with pytest.raises(Refused) as refusal:
        await appoint(dki_session, admin, wanted)
    assert [field for field, _ in refusal.value.problems] == ["valid_to", "letter_number"]


async def test_an_appointment_ends_on_the_day_that_was_set(dki_session: AsyncSession) -> None:
    admin, person = await an_official(dki_session, Role.TENANT_ADMIN), await a_person(dki_session)
    row = await appoint(dki_session, admin, for_the_year(person.id, Role.TREASURER))
    await end_appointment(dki_session, admin, row.id, date(2026, 7, 1))
    assert (await actor_for(dki_session, person.id)).roles == {Role.TREASURER}
    with clock.travelling_to(datetime(2026, 7, 2, 3, tzinfo=UTC)):
        assert (await actor_for(dki_session, person.id)).roles == frozenset()


async def test_yesterday_ends_it_at_once_and_an_earlier_day_is_refused(dki_session: AsyncSession) -> None:
    admin, person = (
        await an_official(dki_session, Role.TENANT_ADMIN),
        await an_official(dki_session, Role.TREASURER),
    )
    (held,) = (await shown(dki_session, admin, person)).appointments
    with pytest.raises(Refused, match="tidak dapat diakhiri surut"):
        await end_appointment(dki_session, admin, held.id, date(2026, 6, 29))
    await end_appointment(dki_session, admin, held.id, date(2026, 6, 30))
    assert (await actor_for(dki_session, person.official_id)).roles == frozenset()


async def test_an_appointment_that_never_began_is_taken_back(dki_session: AsyncSession) -> None:
    admin, person = await an_official(dki_session, Role.TENANT_ADMIN), await a_person(dki_session)
    wanted = Appointment(person.id, Role.TREASURER, None, date(2026, 8, 1), YEAR_END, "SK 77/2026")
    row = await appoint(dki_session, admin, wanted)
    await end_appointment(dki_session, admin, row.id, date(2026, 7, 1))
    listed = await official_named(dki_session, admin, person.id)
    assert row.taken_back and listed and not listed.appointments
    with pytest.raises(NotVisible):
        await end_appointment(dki_session, admin, row.id, date(2026, 7, 1))
    await appoint(dki_session, admin, wanted)


async def test_an_appointment_that_ends_at_once_ends_its_holder_s_sessions_here(dki: Tenant) -> None:
    async with tenancy.inside(dki) as session:
        admin, person = await an_official(session, Role.TENANT_ADMIN), await a_person(session)
        row = await appoint(session, admin, for_the_year(person.id, Role.TREASURER))
    tokens = {
        place: await sessions.start(place, person.id, "Rina", "rina@uji.id", (), "")
        for place in (dki.slug, sessions.NATIONAL_PLACE)
    }
    async with tenancy.inside(dki) as session:
        await end_appointment(session, admin, row.id, date(2026, 6, 30))
    assert await sessions.find(dki.slug, tokens[dki.slug]) is None
    assert await sessions.find(sessions.NATIONAL_PLACE, tokens[sessions.NATIONAL_PLACE])


async def test_a_period_is_only_ever_shortened(dki_session: AsyncSession) -> None:
    admin, person = await an_official(dki_session, Role.TENANT_ADMIN), await a_person(dki_session)
    row = await appoint(dki_session, admin, for_the_year(person.id, Role.TREASURER))
    with pytest.raises(Refused, match="hanya dapat diperpendek"):
        await end_appointment(dki_session, admin, row.id, date(2027, 1, 31))


async def test_the_last_administrator_stays(gorontalo_session: AsyncSession) -> None:
    last_day = func.greatest(RoleAssignment.valid_from, date(2026, 6, 30))
    await gorontalo_session.execute(update(RoleAssignment).values(valid_to=last_day))
    admin = await an_official(gorontalo_session, Role.TENANT_ADMIN)
    (held,) = (await shown(gorontalo_session, admin, admin)).appointments
    with pytest.raises(Refused, match="admin terakhir"):
        await end_appointment(gorontalo_session, admin, held.id, date(2026, 7, 1))
    await an_official(gorontalo_session, Role.TENANT_ADMIN, name="Sri Handayani")
    await end_appointment(gorontalo_session, admin, held.id, date(2026, 7, 1))


async def test_an_appointment_of_another_region_is_not_found(
    dki_session: AsyncSession, gorontalo_session: AsyncSession
) -> None:
    admin = await an_official(dki_session, Role.TENANT_ADMIN)
    there = await an_official(gorontalo_session, Role.TREASURER)
    there_admin = await an_official(gorontalo_session, Role.TENANT_ADMIN, name="Sri Handayani")
    (held,) = (await shown(gorontalo_session, there_admin, there)).appointments
    with pytest.raises(NotVisible):
        await end_appointment(dki_session, admin, held.id, date(2026, 7, 1))


async def test_officials_are_found_by_a_part_of_their_name_with_what_they_hold(
    dki_session: AsyncSession,
) -> None:
    admin, unit = await an_official(dki_session, Role.TENANT_ADMIN), await a_work_unit(dki_session)
    await an_official(dki_session, Role.TREASURER, unit=unit, name="Kartika 100% Jujur")
    found, count = await officials(dki_session, admin, "100% j")
    assert count == 1
    assert [(held.role, held.unit) for held in found[0].appointments] == [(Role.TREASURER, "Pendidikan")]


async def test_holders_of_a_role_are_those_of_the_unit_and_of_the_region(dki_session: AsyncSession) -> None:
    unit, other = await a_work_unit(dki_session), await a_work_unit(dki_session)
    here = await an_official(dki_session, Role.RECEIVER, unit=unit, name="Agus")
    everywhere = await an_official(dki_session, Role.RECEIVER, name="Budi")
    await an_official(dki_session, Role.RECEIVER, unit=other, name="Citra")
    found = {one.id for one in await holders(dki_session, Role.RECEIVER, unit.id)}
    assert {here.id, everywhere.id} <= found
    assert all(one.name != "Citra" for one in await holders(dki_session, Role.RECEIVER, unit.id))


async def test_a_unit_says_how_many_people_hold_a_role_in_it(dki_session: AsyncSession) -> None:
    admin, unit = await an_official(dki_session, Role.TENANT_ADMIN), await a_work_unit(dki_session)
    await an_official(dki_session, Role.RECEIVER, Role.TREASURER, unit=unit)
    listed = {one.id: one.people for one in await work_units(dki_session, admin)}
    assert listed[unit.id] == 1


def for_the_year(official_id: UUID, role: Role, unit_id: UUID | None = None) -> Appointment:
    return Appointment(official_id, role, unit_id, date(2026, 7, 1), YEAR_END, "SK 77/2026")


async def a_person(session: AsyncSession) -> Official:
    """An official without any role."""
    actor = await an_official(session, name="Dewi Lestari")
    return await session.get_one(Official, actor.id)


async def shown(session: AsyncSession, admin: Actor, person: Actor) -> ListedOfficial:
    found = await official_named(session, admin, person.official_id)
    assert found is not None
    return found
