"""The last days of a fiscal year: what may still be ordered and promised, by the office's date and its rules."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from eorder_platform import clock
from eorder_platform.errors import Refused
from eorder_platform.tenancy import Tenant
from eorder_tenants.orders.clock.expiring import let_pass
from eorder_tenants.orders.contracting.answering import accept_order, decline_order
from eorder_tenants.orders.contracting.approving import approve_order, return_order
from eorder_tenants.orders.core.fiscal_year import LAST_HANDOVER, LAST_ORDER, all_that_is_near, last_day
from eorder_tenants.orders.core.models import Order, Status
from eorder_tenants.orders.requesting.drafting import add_to_draft, change_draft
from eorder_tenants.orders.requesting.submitting import submit_order
from eorder_tenants.organisation.law import rulebook
from eorder_tenants.organisation.models import RuleOverride
from tests.budgets.factories import a_budget_line
from tests.orders.factories import MONDAY, Cast, a_cast, a_draft, an_order, completed

ZONES = ("Asia/Jakarta", "Asia/Makassar", "Asia/Jayapura")
TODAY = MONDAY.date()
NBSP = "\N{NO-BREAK SPACE}"


def office(zone: str, month: int, day: int, hour: int = 9, minute: int = 0) -> datetime:
    """That moment of 2026 by the clock on the office's wall."""
    return datetime(2026, month, day, hour, minute, tzinfo=ZoneInfo(zone))


def moved(session: AsyncSession, zone: str) -> None:
    """The region lies in that zone."""
    session.info["tenant"] = replace(session.info["tenant"], zone=zone)


async def ruled(session: AsyncSession, key: str, value: int, since: date = TODAY) -> None:
    """The region says so by itself."""
    session.add(RuleOverride(key=key, value=value, valid_from=since, legal_basis="Pergub 12/2026 ps. 4"))
    await session.flush()


async def said(refusing: object, field: str | None) -> str:
    """The one sentence of a refusal, which stands beside that field."""
    assert isinstance(refusing, Refused)
    [(beside, sentence)] = refusing.problems
    assert beside == field
    return str(sentence).replace(NBSP, " ")


@pytest.mark.parametrize(
    ("due", "sentence"),
    [
        (date(2026, 12, 20), None),
        (
            date(2026, 12, 21),
            "Paling lambat 20 Desember 2026, hari terakhir serah terima tahun anggaran 2026.",
        ),
        (date(2027, 1, 4), "Paling lambat 20 Desember 2026, hari terakhir serah terima tahun anggaran 2026."),
    ],
)
async def test_a_date_after_the_years_last_handover_is_refused_where_it_is_typed(
    dki_session: AsyncSession, due: date, sentence: str | None
) -> None:
    cast = await a_cast(dki_session)
    order = await a_draft(dki_session, cast)
    change = completed(order, cast, delivery_due_on=due)
    if sentence is None:
        assert (await change_draft(dki_session, cast.officer, change)).delivery_due_on == due
        return
    with pytest.raises(Refused) as refusal:
        await change_draft(dki_session, cast.officer, change)
    assert await said(refusal.value, "delivery_due_on") == sentence


async def test_a_date_before_the_year_of_the_budget_is_refused_too(dki_session: AsyncSession) -> None:
    cast = await a_cast(dki_session)
    line = await a_budget_line(dki_session, cast.unit, year=2027)
    order = await a_draft_without_date(dki_session, cast)
    early = completed(order, cast, budget_line_id=line.id, delivery_due_on=date(2026, 12, 31))
    with pytest.raises(Refused) as refusal:
        await change_draft(dki_session, cast.officer, early)
    assert await said(refusal.value, "delivery_due_on") == (
        "Paling awal 1 Januari 2027: anggaran paket ini untuk tahun 2027."
    )


async def a_draft_without_date(session: AsyncSession, cast: Cast) -> Order:
    order = await add_to_draft(session, cast.officer, cast.offer.id, cast.offer.minimum_order, cast.unit.id)
    await session.flush()
    return order


async def test_a_region_that_closes_earlier_is_obeyed_at_every_stage(dki_session: AsyncSession) -> None:
    """Typed and submitted in July for 18 December; the region then closes its year on the 15th."""
    cast = await a_cast(dki_session, ceiling=60_000_000)
    due = date(2026, 12, 18)
    orders = []
    for _ in range(3):
        order = await a_draft(dki_session, cast)
        orders.append(
            await change_draft(dki_session, cast.officer, completed(order, cast, delivery_due_on=due))
        )
    draft, submitted, issued = orders
    for order in (submitted, issued):
        await submit_order(dki_session, cast.officer, order.id, order.version)
    await approve_order(dki_session, cast.approver, issued.id, issued.version)
    await ruled(dki_session, LAST_HANDOVER, 1215, MONDAY.date() + timedelta(days=60))
    with pytest.raises(Refused) as refusal:
        await submit_order(dki_session, cast.officer, draft.id, draft.version)
    last = "Paling lambat 15 Desember 2026, hari terakhir serah terima tahun anggaran 2026."
    assert await said(refusal.value, "delivery_due_on") == last
    with pytest.raises(Refused) as refusal:
        await approve_order(dki_session, cast.approver, submitted.id, submitted.version)
    assert await said(refusal.value, None) == last
    with pytest.raises(Refused) as refusal:
        await accept_order(dki_session, cast.owner, issued.id, issued.version)
    assert "18 Desember 2026" in await said(refusal.value, None)
    assert "paling lambat 15 Desember 2026" in await said(refusal.value, None)


async def test_nobody_is_left_with_an_order_whose_date_became_too_late(dki_session: AsyncSession) -> None:
    cast = await a_cast(dki_session, ceiling=60_000_000)
    submitted = await an_order(dki_session, cast, Status.AWAITING_APPROVAL)
    issued = await an_order(dki_session, cast, Status.ISSUED)
    unanswered = await an_order(dki_session, cast, Status.ISSUED)
    await ruled(dki_session, LAST_HANDOVER, 701)
    for order, act, who in ((submitted, approve_order, cast.approver), (issued, accept_order, cast.owner)):
        with pytest.raises(Refused):
            await act(dki_session, who, order.id, order.version)
    await return_order(dki_session, cast.approver, submitted.id, submitted.version, "Tanggalnya lewat batas")
    await decline_order(dki_session, cast.owner, issued.id, issued.version, "Tanggalnya lewat batas")
    assert unanswered.due_at
    with clock.travelling_to(unanswered.due_at + timedelta(seconds=1)):
        await let_pass(dki_session, unanswered.id)
    await dki_session.refresh(cast.balance)
    assert (submitted.status, issued.status) == (Status.DRAFT, Status.REJECTED)
    assert (unanswered.status, cast.balance.available) == (Status.EXPIRED, 60_000_000)


@pytest.mark.parametrize("zone", ZONES)
async def test_the_last_order_of_the_year_is_submitted_and_signed_by_the_offices_own_midnight(
    dki_session: AsyncSession, zone: str
) -> None:
    moved(dki_session, zone)
    cast = await a_cast(dki_session, ceiling=60_000_000)
    with clock.travelling_to(office(zone, 12, 10, 23, 59)):
        cast.tenant = dki_session.info["tenant"]
        order = await a_draft(dki_session, cast)
        order = await change_draft(
            dki_session, cast.officer, completed(order, cast, delivery_due_on=date(2026, 12, 20))
        )
        late_draft = await a_draft_without_date(dki_session, cast)
        late_draft = await change_draft(
            dki_session, cast.officer, completed(late_draft, cast, delivery_due_on=date(2026, 12, 20))
        )
        await submit_order(dki_session, cast.officer, order.id, order.version)
    sentence = "Pesanan terakhir tahun anggaran 2026 adalah 10 Desember 2026. Pakai paket tahun berikutnya."
    with clock.travelling_to(office(zone, 12, 11, 0, 0)):
        with pytest.raises(Refused) as refusal:
            await submit_order(dki_session, cast.officer, late_draft.id, late_draft.version)
        assert await said(refusal.value, "package_id") == sentence
        with pytest.raises(Refused) as refusal:
            await approve_order(dki_session, cast.approver, order.id, order.version)
        assert await said(refusal.value, None) == sentence
    with clock.travelling_to(office(zone, 12, 10, 23, 59)):
        await approve_order(dki_session, cast.approver, order.id, order.version)
    assert order.status == Status.ISSUED


@pytest.mark.parametrize("zone", ZONES)
async def test_a_vendor_accepts_until_the_year_ends_where_the_office_is(
    dki_session: AsyncSession, zone: str
) -> None:
    cast = await a_cast(dki_session)
    order = await an_order(dki_session, cast, Status.ISSUED)
    moved(dki_session, zone)
    with clock.travelling_to(office(zone, 12, 31, 23, 59) + timedelta(minutes=1)), pytest.raises(Refused):
        await accept_order(dki_session, cast.owner, order.id, order.version)
    with clock.travelling_to(office(zone, 12, 31, 23, 59)):
        await accept_order(dki_session, cast.owner, order.id, order.version)
    assert order.status == Status.ACCEPTED


async def test_a_last_day_is_asked_by_the_rule_of_that_very_day(dki_session: AsyncSession) -> None:
    """A region's date that was announced for December only; before that and next year the nation's holds."""
    dki_session.add(
        RuleOverride(
            key=LAST_ORDER,
            value=1215,
            valid_from=date(2026, 12, 1),
            valid_to=date(2026, 12, 31),
            legal_basis="Pergub 12/2026 ps. 4",
        )
    )
    await dki_session.flush()
    rules = await rulebook(dki_session)
    assert last_day(rules, LAST_ORDER, 2026) == date(2026, 12, 15)
    assert last_day(rules, LAST_ORDER, 2027) == date(2027, 12, 10)
    assert last_day(rules, LAST_HANDOVER, 2026) == date(2026, 12, 20)


async def test_the_last_days_are_told_two_weeks_ahead(dki_session: AsyncSession, dki: Tenant) -> None:
    rules = await rulebook(dki_session)
    assert all_that_is_near(rules, date(2026, 11, 25)) is None
    near = all_that_is_near(rules, date(2026, 11, 26))
    assert (
        near
        and "10 Desember 2026" in near.replace(NBSP, " ")
        and "20 Desember 2026" in near.replace(NBSP, " ")
    )
