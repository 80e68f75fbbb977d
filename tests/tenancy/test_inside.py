"""A tenant is reached only as its own role, in its own schema."""

from contextlib import suppress

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession
from structlog.testing import capture_logs

from eorder_platform import tenancy
from eorder_platform.errors import Refused
from eorder_platform.tenancy import Tenant
from eorder_platform.tenancy.nesting import HELD


async def test_inside_a_region_the_role_and_the_schema_are_its_own(dki: Tenant, gorontalo: Tenant) -> None:
    for tenant in (dki, gorontalo):
        async with tenancy.inside(tenant) as session:
            role, schemas = (await session.execute(text("select current_user, current_schemas(false)"))).one()
        assert role == f"eorder_t_{tenant.slug}"
        assert schemas == [f"t_{tenant.slug}", "nusantara"]


async def test_who_holds_one_connection_and_asks_for_another_of_the_same_is_named_in_the_log(
    dki: Tenant,
) -> None:
    """Six at once would each hold one of six and wait for ever; of another login it is another pool."""
    for first, second in (
        (tenancy.inside, tenancy.inside),
        (tenancy.inside, tenancy.reading),
        (tenancy.reading, tenancy.inside),
        (tenancy.searching, tenancy.reading),
    ):
        with capture_logs() as logged:
            async with first(dki), second(dki):
                pass
        assert [(one["event"], one["role"]) for one in logged] == [(HELD, "eorder_t_dki")]
        with capture_logs() as logged:
            async with second(dki), tenancy.national():
                pass
        assert logged == []


async def test_what_must_outlive_a_refusal_is_written_in_a_transaction_of_its_own(dki: Tenant) -> None:
    async def write_down(session: AsyncSession) -> None:
        await session.execute(text("insert into regional_holiday values ('2026-02-04', 'Tertulis')"))

    written = text("delete from regional_holiday where name in ('Tertulis', 'Hari uji') returning name")
    for refused, expected in ((True, ["Tertulis"]), (False, ["Hari uji", "Tertulis"])):
        with suppress(Refused):
            async with tenancy.inside(dki) as session:
                await session.execute(text("insert into regional_holiday values ('2026-02-03', 'Hari uji')"))
                tenancy.even_if_refused(session, write_down)
                if refused:
                    raise Refused("Belum.")
        async with tenancy.inside(dki) as session:
            assert sorted(await session.scalars(written)) == expected


async def test_an_exception_rolls_everything_back(dki: Tenant) -> None:
    with pytest.raises(ValueError, match="stop"):
        async with tenancy.inside(dki) as session:
            await session.execute(text("insert into regional_holiday values ('2026-02-03', 'Hari uji')"))
            raise ValueError("stop")
    async with tenancy.inside(dki) as session:
        assert (
            await session.scalar(text("select count(*) from regional_holiday where name = 'Hari uji'")) == 0
        )


async def test_the_national_role_sees_no_tenant_schema(national_session: AsyncSession) -> None:
    assert await national_session.scalar(text("select has_schema_privilege('t_dki', 'usage')")) is False


async def test_what_people_typed_stays_out_of_an_errors_text(dki_session: AsyncSession) -> None:
    with pytest.raises(DBAPIError) as error:
        await dki_session.execute(
            text("insert into regional_holiday values (cast(:day as date), :name)"),
            {"day": None, "name": "3171230506900001"},
        )
    assert "3171230506900001" not in str(error.value)
