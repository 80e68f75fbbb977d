"""After the handover the region owes: an office that falls silent is late before its auditor and before everybody."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

import httpx
import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from eorder_platform import clock, tenancy
from eorder_platform.errors import NotAllowed
from eorder_platform.notices.models import NoticeKind
from eorder_platform.tenancy import Tenant
from eorder_tenants.orders.clock.expiring import let_pass
from eorder_tenants.orders.core import journal
from eorder_tenants.orders.core.models import Order, Status
from eorder_tenants.orders.core.parts import load_parts
from eorder_tenants.orders.core.steps import declared
from eorder_tenants.orders.paying.requesting import request_payment
from eorder_tenants.orders.reading.choices import choices_for
from eorder_tenants.orders.reading.overdue import overdue_payments
from eorder_tenants.organisation.actors import Actor
from eorder_tenants.organisation.models import Role
from tests.notices.factories import accounts_for, carried_out, notices_of
from tests.orders.factories import MONDAY, a_cast, an_order, go_on, take
from tests.organisation.factories import an_official
from tests.organisation.visiting import let_in

ClientFor = Callable[[str], httpx.AsyncClient]
OWED = (Status.HANDED_OVER, Status.INVOICED, Status.PAYMENT_REQUESTED, Status.PAYMENT_APPROVED)


@pytest.fixture(autouse=True)
def _in_july() -> Iterator[None]:
    with clock.travelling_to(MONDAY):
        yield


async def nobody_acts(session: AsyncSession, order: Order) -> datetime:
    """The next deadline passes; the moment after it."""
    await session.flush()
    assert order.due_at, "something is always due"
    after = max(clock.now(), order.due_at) + timedelta(seconds=1)
    with clock.travelling_to(after):
        assert await let_pass(session, order.id)
    await session.flush()
    await load_parts(session, order)
    return after


def reminding(actor: Actor, order: Order) -> list[str]:
    return [
        one.step.name
        for one in choices_for(actor, order)
        if one.allowed and one.step.name.startswith("remind_")
    ]


@pytest.mark.parametrize("status", OWED)
async def test_an_office_that_is_silent_after_the_handover_is_late_and_its_vendor_may_say_so(
    dki_session: AsyncSession, status: Status
) -> None:
    cast = await a_cast(dki_session, price=1_000_000, pkp=False)
    order = await an_order(dki_session, cast, status)
    now = clock.now()
    for _ in range(6):
        with clock.travelling_to(now):
            now = await nobody_acts(dki_session, order)
            if order.invoices and order.invoices[0].calls:
                break
    [invoice] = order.invoices
    assert invoice.pay_by and invoice.pay_by < now
    with clock.travelling_to(now):
        [late] = [
            one for one in await overdue_payments(dki_session, cast.auditor) if one.order_id == order.id
        ]
        assert (late.pay_by, late.reminders) == (invoice.pay_by, 0)
        assert await overdue_payments(dki_session, cast.treasurer) == []
        [name] = reminding(cast.staff, order)
        before = (order.status, order.due_at, invoice.calls)
        await take(dki_session, cast.staff, declared[name], order, cast)
        assert ((order.status, order.due_at, invoice.calls), invoice.reminders) == (before, 1)
        assert reminding(cast.owner, order) == []
        with pytest.raises(NotAllowed, match="sudah diingatkan hari ini"):
            await take(dki_session, cast.owner, declared[name], order, cast)
        assert (await journal.history(dki_session, order.id))[-1].action == name
    with clock.travelling_to(now + timedelta(days=1)):
        assert reminding(cast.owner, order) == [name]
        assert await nobody_acts(dki_session, order), "it goes on calling"
        for role, place in ((Role.BUDGET_USER, "budget_user"), (Role.TREASURER, "treasurer")):
            setattr(cast, place, await an_official(dki_session, role, unit=cast.unit))
        await go_on(dki_session, cast, order, Status.COMPLETED)
    assert await journal.verify(dki_session, order.id)


async def test_a_refused_request_does_not_move_the_day_of_payment(dki_session: AsyncSession) -> None:
    cast = await a_cast(dki_session, pkp=False)
    order = await an_order(dki_session, cast, Status.PAYMENT_REQUESTED)
    first = order.due_at
    with clock.travelling_to(MONDAY + timedelta(days=2)):
        await take(dki_session, cast.budget_user, declared["refuse_payment"], order, cast)
        await request_payment(dki_session, cast.treasurer, order.id, order.version)
    assert order.due_at == order.invoices[0].pay_by == first


async def test_what_is_late_is_public_by_its_days_and_waits_for_the_auditor(
    client_for: ClientFor, dki: Tenant
) -> None:
    async with tenancy.inside(dki) as session:
        cast = await a_cast(session)
        order = await an_order(session, cast, Status.PAYMENT_APPROVED)
    await accounts_for(cast)
    assert order.due_at
    with clock.travelling_to(order.due_at + timedelta(days=4)):
        async with client_for("dki.localhost") as browser:
            page = await browser.get(f"/belanja/{order.number}")
            assert "Lewat batas bayar" in page.text and "4 hari" in page.text
        async with tenancy.inside(dki) as session:
            assert await let_pass(session, order.id)
        async with tenancy.inside(dki) as session:
            again = await session.get_one(Order, order.id)
            await take(session, cast.owner, declared["remind_treasurer"], again, cast)
        await carried_out(dki)
        told = [one.kind for one in await notices_of(cast.auditor, dki) if one.order_id == order.id]
        assert told == [NoticeKind.WAITING] * 2, "the clock's call and the vendor's reminder, mailed at once"
        async with client_for("dki.localhost") as browser:
            page = await browser.get(f"/belanja/{order.number}")
            assert "Penyedia mengingatkan 1 kali." in page.text
            await let_in(browser, dki, cast.auditor)
            tasks = (await browser.get("/tugas")).text
            assert "Pembayaran lewat batas" in tasks and f"/pesanan/{order.id}" in tasks
