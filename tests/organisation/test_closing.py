"""A region's own holidays: set by its administrator for days to come, counted in no deadline that starts afterwards."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime

import httpx
import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from eorder_platform import clock, tenancy
from eorder_platform.errors import NotAllowed, NotVisible, Refused
from eorder_platform.tenancy import Tenant
from eorder_tenants.organisation.closing import close_on, closed_days_to_come, open_on
from eorder_tenants.organisation.law import deadline, rulebook
from eorder_tenants.organisation.models import Role
from tests.organisation.factories import an_official
from tests.organisation.visiting import committed, let_in, send

WEDNESDAY, THURSDAY = date(2026, 7, 1), date(2026, 7, 2)
INDEPENDENCE_DAY, SATURDAY = date(2026, 8, 17), date(2026, 7, 4)


@pytest.fixture(autouse=True)
def july() -> Iterator[None]:
    """It is 10.00 WIB on Wednesday, 1 July 2026."""
    with clock.travelling_to(datetime(2026, 7, 1, 3, tzinfo=UTC)):
        yield


async def test_a_closed_day_is_counted_in_no_deadline_from_then_on(dki_session: AsyncSession) -> None:
    administrator = await an_official(dki_session, Role.TENANT_ADMIN)

    async def answer_due() -> datetime:
        return await deadline(dki_session, await rulebook(dki_session), "vendor_answer_days", clock.now())

    before = await answer_due()
    await close_on(dki_session, administrator, THURSDAY, "Hari jadi daerah")
    after = await answer_due()
    assert (after.date() - before.date()).days >= 1
    await open_on(dki_session, administrator, THURSDAY)
    assert await answer_due() == before


@pytest.mark.parametrize(
    ("day", "name", "field", "sentence"),
    [
        (WEDNESDAY, "Hari jadi daerah", "day", "paling cepat besok"),
        (SATURDAY, "Hari jadi daerah", "day", "Sabtu dan Minggu"),
        (INDEPENDENCE_DAY, "Hari jadi daerah", "day", "sudah libur nasional"),
        (THURSDAY, "", "name", "Tulis nama hari libur"),
        (THURSDAY, "x" * 121, "name", "Paling panjang 120"),
    ],
)
async def test_a_day_that_makes_no_sense_is_refused_beside_its_field(
    dki_session: AsyncSession, day: date, name: str, field: str, sentence: str
) -> None:
    with pytest.raises(Refused, match=sentence) as refusal:
        await close_on(dki_session, await an_official(dki_session, Role.TENANT_ADMIN), day, name)
    assert refusal.value.problems[0][0] == field


async def test_a_day_is_closed_once(dki_session: AsyncSession) -> None:
    administrator = await an_official(dki_session, Role.TENANT_ADMIN)
    await close_on(dki_session, administrator, THURSDAY, "Hari jadi daerah")
    with pytest.raises(Refused, match="sudah menjadi hari libur daerah"):
        await close_on(dki_session, administrator, THURSDAY, "Pemilihan gubernur")


async def test_a_day_that_has_come_stays_closed(dki_session: AsyncSession) -> None:
    administrator = await an_official(dki_session, Role.TENANT_ADMIN)
    await close_on(dki_session, administrator, THURSDAY, "Hari jadi daerah")
    with clock.travelling_to(datetime(2026, 7, 2, 3, tzinfo=UTC)), pytest.raises(NotVisible):
        await open_on(dki_session, administrator, THURSDAY)


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.TENANT_ADMIN])
async def test_nobody_but_the_administrator_closes_offices(dki_session: AsyncSession, role: Role) -> None:
    official = await an_official(dki_session, role)
    for act in (
        close_on(dki_session, official, THURSDAY, "Hari jadi daerah"),
        open_on(dki_session, official, THURSDAY),
        closed_days_to_come(dki_session, official),
    ):
        with pytest.raises(NotAllowed):
            await act


async def test_the_page_lists_both_kinds_keeps_what_was_refused_and_takes_a_day_back(
    client_for: Callable[[str], httpx.AsyncClient], dki: Tenant, gorontalo: Tenant
) -> None:
    administrator = await committed(dki, Role.TENANT_ADMIN)
    address = "/organisasi/libur"
    async with client_for("dki.localhost") as browser:
        await let_in(browser, dki, administrator)
        answer = await send(browser, address, address, {"day": "besok", "name": "Hari jadi daerah"})
        assert (answer.status_code, 'id="day-galat"' in answer.text) == (422, True)
        assert "Hari jadi daerah" in answer.text
        form = {"day": THURSDAY.isoformat(), "name": "Hari jadi daerah"}
        assert (await send(browser, address, address, form)).status_code == 303
        page = (await browser.get(address)).text
        assert "Hari jadi daerah" in page
        assert "Ketentuan daerah" in page
        async with tenancy.inside(gorontalo) as session:
            elsewhere = await closed_days_to_come(session, await an_official(session, Role.TENANT_ADMIN))
            await session.rollback()
        assert THURSDAY not in [one.day for one in elsewhere]
        assert (await send(browser, address, f"{address}/{THURSDAY}/pencabutan", {})).status_code == 303
        assert "Hari jadi daerah" not in (await browser.get(address)).text
