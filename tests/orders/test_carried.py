"""What a year cannot pay any more is carried: listed with its cause, taken on by the next year's line, paid from it."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import httpx
import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from eorder_platform import clock, tenancy
from eorder_platform.errors import Conflict, Expected, NotAllowed, Refused
from eorder_platform.tenancy import Tenant
from eorder_tenants.budgets import ledger
from eorder_tenants.budgets.models import BudgetBalance
from eorder_tenants.budgets.reconciling import differences
from eorder_tenants.documents.facts import DocumentKind
from eorder_tenants.documents.queries import document_of
from eorder_tenants.orders.clock.closing import close_year, orders_to_close
from eorder_tenants.orders.core import journal
from eorder_tenants.orders.core.carrying import told_of
from eorder_tenants.orders.core.models import CarriedPayable, Order, Status, WhyCarried
from eorder_tenants.orders.core.parts import load_parts
from eorder_tenants.orders.fulfilling.handing_over import Rest, Signature, hand_over
from eorder_tenants.orders.paying.funding import Funding, carry_over, fund_payable
from eorder_tenants.orders.paying.recording import MadePayment, PaymentMethod, record_payment
from eorder_tenants.orders.paying.requesting import PaymentApproval, approve_payment, request_payment
from tests.orders.factories import APPROVE_PAYMENT, Cast, a_cast, an_order, go_on, next_year_of, pay
from tests.organisation.visiting import let_in, send

DECEMBER = datetime(2026, 12, 7, 2, tzinfo=UTC)
JANUARY = datetime(2027, 1, 4, 2, tzinfo=UTC)
ZONES = ("Asia/Jakarta", "Asia/Makassar", "Asia/Jayapura")
GROSS = 11_100_000
ClientFor = Callable[[str], httpx.AsyncClient]


async def in_december(session: AsyncSession, status: Status) -> tuple[Cast, Order, BudgetBalance]:
    """An order of the first days of December, and the unit's money of the next year."""
    with clock.travelling_to(DECEMBER):
        cast = await a_cast(session)
        later = await next_year_of(session, cast)
        return cast, await an_order(session, cast, status), later


async def payables_of(session: AsyncSession, order: Order) -> list[CarriedPayable]:
    found = (
        select(CarriedPayable).where(CarriedPayable.order_id == order.id).order_by(CarriedPayable.fiscal_year)
    )
    return list(await session.scalars(found))


async def both(session: AsyncSession, cast: Cast, later: BudgetBalance) -> tuple[int, int, int, int]:
    """(committed, realised) of this year's line and of the next one's."""
    await session.flush()
    for one in (cast.balance, later):
        await session.refresh(one)
    return cast.balance.committed, cast.balance.realised, later.committed, later.realised


async def test_goods_handed_over_in_january_never_realise_last_years_line(dki_session: AsyncSession) -> None:
    cast, order, later = await in_december(dki_session, Status.HANDOVER_PENDING)
    with clock.travelling_to(JANUARY):
        await go_on(dki_session, cast, order, Status.HANDED_OVER)
        [payable] = await payables_of(dki_session, order)
        assert (payable.amount_rupiah, payable.cause, payable.vendor_id) == (
            GROSS,
            WhyCarried.HANDED_OVER_LATER,
            order.vendor_id,
        )
        assert (payable.budget_line_id, payable.fiscal_year) == (cast.budget_line.id, 2026)
        assert await both(dki_session, cast, later) == (0, 0, 0, 0)
        report = await document_of(dki_session, order.id, DocumentKind.HANDOVER_REPORT)
        assert report and report.facts["carried_from"] == 2026
        [told] = told_of(order)
        assert "utang belanja 2026" in told and "Diserahterimakan tahun berikutnya" in told
        await go_on(dki_session, cast, order, Status.INVOICED)
        with pytest.raises(NotAllowed, match="belum dibebankan"):
            await request_payment(dki_session, cast.treasurer, order.id, order.version)
        await fund_payable(dki_session, cast.treasurer, Funding(order.id, order.version, cast.later))
        assert await both(dki_session, cast, later) == (0, 0, GROSS, 0)
        await go_on(dki_session, cast, order, Status.COMPLETED)
        assert await both(dki_session, cast, later) == (0, 0, 0, GROSS)
        receipt = await document_of(dki_session, order.id, DocumentKind.PAYMENT_RECEIPT)
    assert receipt and receipt.facts["carried_from"] == 2026
    assert order.realised_rupiah == GROSS
    assert not {later.id, cast.balance.id} & {one.balance_id for one in await differences(dki_session)}
    assert await journal.verify(dki_session, order.id)


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize(
    ("minutes", "cause"), [(-1, WhyCarried.NOT_REQUESTED), (0, WhyCarried.HANDED_OVER_LATER)]
)
async def test_the_year_of_a_handover_ends_with_the_offices_own_midnight(
    dki_session: AsyncSession, zone: str, minutes: int, cause: WhyCarried
) -> None:
    cast, order, _ = await in_december(dki_session, Status.HANDOVER_PENDING)
    dki_session.info["tenant"] = replace(dki_session.info["tenant"], zone=zone)
    midnight = datetime(2027, 1, 1, tzinfo=ZoneInfo(zone))
    with clock.travelling_to(midnight + timedelta(minutes=minutes)):
        await go_on(dki_session, cast, order, Status.HANDED_OVER)
        [payable] = await payables_of(dki_session, order)
    assert payable.cause == cause


async def test_a_handover_of_december_signed_in_january_is_of_december(dki_session: AsyncSession) -> None:
    cast, order, _ = await in_december(dki_session, Status.HANDOVER_PENDING)
    with clock.travelling_to(JANUARY):
        signature = Signature(order.id, order.version, Rest.CLOSED, handed_over_on=date(2026, 12, 30))
        await hand_over(dki_session, cast.approver, signature)
        await dki_session.flush()
        [payable] = await payables_of(dki_session, order)
    assert payable.cause == WhyCarried.NOT_REQUESTED


@pytest.mark.parametrize("zone", ZONES)
async def test_a_payment_is_asked_for_until_the_years_last_day_for_it(
    dki_session: AsyncSession, zone: str
) -> None:
    cast, order, _ = await in_december(dki_session, Status.INVOICED)
    dki_session.info["tenant"] = replace(dki_session.info["tenant"], zone=zone)
    midnight = datetime(2026, 12, 25, tzinfo=ZoneInfo(zone))
    with clock.travelling_to(midnight), pytest.raises(Refused, match=r"24\sDesember\s2026"):
        await request_payment(dki_session, cast.treasurer, order.id, order.version)
    with clock.travelling_to(midnight - timedelta(minutes=1)):
        await request_payment(dki_session, cast.treasurer, order.id, order.version)
    assert order.status == Status.PAYMENT_REQUESTED


@pytest.mark.parametrize(
    ("status", "not_yet", "day", "cause"),
    [
        (Status.HANDED_OVER, date(2026, 12, 24), date(2026, 12, 25), WhyCarried.NOT_REQUESTED),
        (Status.INVOICED, date(2026, 12, 24), date(2026, 12, 25), WhyCarried.NOT_REQUESTED),
        (Status.PAYMENT_REQUESTED, date(2026, 12, 31), date(2027, 1, 1), WhyCarried.NOT_PAID),
        (Status.PAYMENT_APPROVED, date(2027, 1, 31), date(2027, 2, 1), WhyCarried.NOT_PAID),
    ],
)
async def test_the_year_closes_over_what_it_can_no_longer_pay(
    dki_session: AsyncSession, status: Status, not_yet: date, day: date, cause: WhyCarried
) -> None:
    """What was approved waits as long as a transfer of December may still be recorded: 31 days."""
    cast, order, later = await in_december(dki_session, status)
    for when, carried in ((not_yet, None), (day, cause), (day, None)):
        with clock.travelling_to(datetime(when.year, when.month, when.day, 5, tzinfo=UTC)):
            listed = order.id in [one.id for one in await orders_to_close(dki_session)]
            assert (listed, await close_year(dki_session, order.id)) == (carried is not None, carried)
            await dki_session.flush()
    assert await both(dki_session, cast, later) == (0, 0, 0, 0)
    assert order.status == (Status.HANDED_OVER if status is Status.HANDED_OVER else Status.INVOICED)
    assert await journal.verify(dki_session, order.id)
    assert not {later.id, cast.balance.id} & {one.balance_id for one in await differences(dki_session)}


async def test_a_transfer_of_new_years_eve_is_of_its_year_and_one_of_january_is_not(
    dki_session: AsyncSession,
) -> None:
    cast, order, later = await in_december(dki_session, Status.PAYMENT_APPROVED)
    with clock.travelling_to(JANUARY):
        made = MadePayment(order.id, order.version, PaymentMethod.DIRECT, f"TRX-{order.id.hex}")
        with pytest.raises(Refused, match="tidak dapat membebani anggaran 2026") as refusal:
            await record_payment(dki_session, cast.treasurer, made)
        assert [field for field, _ in refusal.value.problems] == ["paid_on"]
        await record_payment(dki_session, cast.treasurer, replace(made, paid_on=date(2026, 12, 31)))
    assert await both(dki_session, cast, later) == (0, GROSS, 0, 0)


async def test_an_approved_payment_that_was_not_made_is_carried_by_its_treasurer_and_paid_in_january(
    dki_session: AsyncSession,
) -> None:
    cast, order, later = await in_december(dki_session, Status.PAYMENT_APPROVED)
    with clock.travelling_to(DECEMBER), pytest.raises(NotAllowed, match="belum berakhir"):
        await carry_over(dki_session, cast.treasurer, order.id, order.version)
    with clock.travelling_to(JANUARY):
        await carry_over(dki_session, cast.treasurer, order.id, order.version)
        await fund_payable(dki_session, cast.budget_user, Funding(order.id, order.version, cast.later))
        await go_on(dki_session, cast, order, Status.PAYMENT_APPROVED)
        await pay(dki_session, cast, order)
    assert await both(dki_session, cast, later) == (0, 0, 0, GROSS)


async def test_a_payment_is_not_approved_after_the_year_that_would_pay_it(dki_session: AsyncSession) -> None:
    cast, order, _ = await in_december(dki_session, Status.PAYMENT_REQUESTED)
    with clock.travelling_to(JANUARY), pytest.raises(Refused, match="utang belanja"):
        await approve_payment(dki_session, cast.budget_user, PaymentApproval(order.id, order.version))


async def test_what_is_carried_twice_is_paid_by_the_third_year(dki_session: AsyncSession) -> None:
    cast, order, later = await in_december(dki_session, Status.INVOICED)
    with clock.travelling_to(JANUARY):
        await close_year(dki_session, order.id)
        await fund_payable(dki_session, cast.treasurer, Funding(order.id, order.version, cast.later))
    with clock.travelling_to(datetime(2028, 1, 4, 2, tzinfo=UTC)):
        assert order.id in [one.id for one in await orders_to_close(dki_session)]
        assert await close_year(dki_session, order.id) is WhyCarried.NOT_REQUESTED
        third = await next_year_of(dki_session, cast, year=2028)
        await fund_payable(dki_session, cast.treasurer, Funding(order.id, order.version, cast.later))
        await go_on(dki_session, cast, order, Status.PAID)
    assert await both(dki_session, cast, later) == (0, 0, 0, 0)
    assert [one.fiscal_year for one in await payables_of(dki_session, order)] == [2026, 2027]
    await dki_session.refresh(third)
    assert (third.realised, order.carried_rupiah) == (GROSS, GROSS)


async def test_what_is_carried_in_december_waits_for_the_budget_of_january(dki_session: AsyncSession) -> None:
    cast, order, _ = await in_december(dki_session, Status.INVOICED)
    with clock.travelling_to(datetime(2026, 12, 28, 2, tzinfo=UTC)):
        await close_year(dki_session, order.id)
        with pytest.raises(NotAllowed, match="mulai 1 Januari"):
            await fund_payable(dki_session, cast.treasurer, Funding(order.id, order.version, cast.later))


@pytest.mark.parametrize("fault", ["nothing", "another year", "another unit", "too little"])
async def test_only_enough_money_of_this_year_and_unit_takes_it_on(
    dki_session: AsyncSession, fault: str
) -> None:
    cast, order, _ = await in_december(dki_session, Status.INVOICED)
    if fault == "another unit":
        elsewhere = await a_cast(dki_session)
        await next_year_of(dki_session, elsewhere)
    if fault == "too little":
        await next_year_of(dki_session, cast, ceiling=GROSS - 1)
    chosen = {
        "nothing": "",
        "another year": f"{cast.package.id}/{cast.budget_line.id}",
        "another unit": elsewhere.later if fault == "another unit" else "",
        "too little": cast.later,
    }[fault]
    with clock.travelling_to(JANUARY):
        await close_year(dki_session, order.id)
        with pytest.raises(Refused) as refusal:
            await fund_payable(dki_session, cast.treasurer, Funding(order.id, order.version, chosen))
    assert [field for field, _ in refusal.value.problems] == ["funding"]


async def test_the_database_takes_no_realisation_of_another_year(dki_session: AsyncSession) -> None:
    cast, order, _ = await in_december(dki_session, Status.PAYMENT_APPROVED)
    draw = ledger.Draw(cast.budget_line.id, cast.package.id, GROSS)
    cause = ledger.Cause(order.id, 99, order.next_event, "record_payment")
    with pytest.raises(Exception, match="ck_ledger_entry_realised"):
        await ledger.realise(dki_session, cast.treasurer, cause, [draw], [GROSS], JANUARY)


async def at_once(
    tenant: Tenant, *acts: tuple[datetime, Callable[[AsyncSession], Awaitable[object]]]
) -> list[bool]:
    """Each over a connection of its own, at its own moment; who was heard."""

    async def once(moment: datetime, act: Callable[[AsyncSession], Awaitable[object]]) -> bool:
        with clock.travelling_to(moment):
            try:
                async with tenancy.inside(tenant) as session:
                    return bool(await act(session))
            except (Expected, Conflict, IntegrityError):
                return False

    return list(await asyncio.gather(*(once(*one) for one in acts)))


async def committed(tenant: Tenant, status: Status) -> tuple[Cast, Order]:
    async with tenancy.inside(tenant) as session:
        cast, order, _ = await in_december(session, status)
    return cast, order


async def test_an_approval_of_the_last_second_and_the_closing_of_the_year_never_both_happen(
    dki: Tenant,
) -> None:
    cast, order = await committed(dki, Status.PAYMENT_REQUESTED)
    midnight = datetime(2027, 1, 1, tzinfo=ZoneInfo(dki.zone))
    approved, closed = await at_once(
        dki,
        (midnight - timedelta(seconds=1), lambda session: APPROVE_PAYMENT(session, cast, order)),
        (midnight, lambda session: close_year(session, order.id)),
    )
    assert approved != closed or not closed
    async with tenancy.inside(dki) as session:
        stands = await session.get_one(Order, order.id)
        carried = await payables_of(session, order)
        assert await journal.verify(session, order.id)
        assert cast.balance.id not in [one.balance_id for one in await differences(session)]
    assert (stands.status, len(carried)) in ((Status.PAYMENT_APPROVED, 0), (Status.INVOICED, 1))


async def test_two_who_name_the_money_at_once_bind_it_once(dki: Tenant) -> None:
    cast, order = await committed(dki, Status.INVOICED)
    with clock.travelling_to(JANUARY):
        async with tenancy.inside(dki) as session:
            await close_year(session, order.id)
            version = (await session.get_one(Order, order.id)).version
    chosen = Funding(order.id, version, cast.later)
    heard = await at_once(
        dki,
        (JANUARY, lambda session: fund_payable(session, cast.treasurer, chosen)),
        (JANUARY, lambda session: fund_payable(session, cast.budget_user, chosen)),
    )
    async with tenancy.inside(dki) as session:
        _, _, line_id = cast.later.partition("/")
        later = (
            await session.scalars(select(BudgetBalance).where(BudgetBalance.budget_line_id == line_id))
        ).one()
    assert (sorted(heard), later.committed) == ([False, True], GROSS)


async def test_the_list_leads_to_the_order_whose_form_names_the_money(
    client_for: ClientFor, dki: Tenant
) -> None:
    cast, order = await committed(dki, Status.INVOICED)
    page = f"/pesanan/{order.id}"
    with clock.travelling_to(JANUARY):
        async with tenancy.inside(dki) as session:
            await close_year(session, order.id)
        async with client_for("dki.localhost") as browser:
            await let_in(browser, dki, cast.auditor)
            listed = (await browser.get(f"/anggaran/utang-belanja?q={order.number}")).text
            table = (await browser.get(f"/anggaran/utang-belanja.csv?q={order.number}")).text
        async with client_for("dki.localhost") as browser:
            await let_in(browser, dki, cast.stranger)
            hidden = (await browser.get("/anggaran/utang-belanja")).text
        async with client_for("dki.localhost") as browser:
            await let_in(browser, dki, cast.treasurer)
            shown = (await browser.get(page)).text
            refused = await send(browser, page, f"{page}/pembebanan", {"funding": ""})
            answer = await send(browser, page, f"{page}/pembebanan", {"funding": cast.later})
            after = (await browser.get(page)).text
    assert page in listed and "Menunggu anggaran" in listed and str(order.number) not in hidden
    assert str(order.number) in table and str(GROSS) in table
    assert "utang belanja 2026" in shown and f'action="{page}/pembebanan"' in shown
    assert refused.status_code == 422 and "Pilih paket dan baris anggaran tahun ini" in refused.text
    assert answer.headers["location"] == page
    assert "dibebankan ke anggaran 2027" in after and f'action="{page}/pembebanan"' not in after


async def test_parts_of_an_order_know_what_was_carried(dki_session: AsyncSession) -> None:
    cast, order, _ = await in_december(dki_session, Status.INVOICED)
    with clock.travelling_to(JANUARY):
        await close_year(dki_session, order.id)
        await load_parts(dki_session, order)
    assert [one.amount_rupiah for one in order.payables] == [GROSS]
    assert order.draw.amount == 0 and cast.budget_line.fiscal_year == 2026
