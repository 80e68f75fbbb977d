"""Letters to whoever an order waits for: once for each step, in time, and to nobody whose turn it is not."""

import asyncio
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import update

from eorder_platform import clock, outbox, tenancy
from eorder_platform.formatting import date_long
from eorder_platform.mail import ReceivedMail, read_mailbox
from eorder_platform.notices.choosing import choose
from eorder_platform.notices.models import KEPT, By, Mail, NationalNotice, NoticeKind
from eorder_platform.tenancy import Tenant
from eorder_tenants.orders.contracting.approving import return_order
from eorder_tenants.orders.core import journal
from eorder_tenants.orders.core.models import Order, Status
from eorder_tenants.orders.fulfilling.handing_over import Rest
from eorder_tenants.orders.lifecycle import steps, steps_from
from eorder_tenants.orders.paying.invoicing import NewInvoice, send_invoice
from eorder_tenants.orders.paying.requesting import request_payment
from eorder_tenants.organisation.models import RegionalHoliday, Role
from eorder_web.look.formatting import datetime_short
from eorder_web.operations.scheduler import forget_the_old, remind_people
from tests.notices.factories import MAILING, accounts_for, address_of, notices_of
from tests.orders.factories import MONDAY, Cast, a_cast, a_tax_invoice_number, an_order, go_on
from tests.orders.test_deliveries import an_accepted_order, bring, take_over
from tests.organisation.factories import an_official

THURSDAY = date(2026, 7, 9)


@pytest.fixture(autouse=True)
def _in_july() -> Iterator[None]:
    with clock.travelling_to(MONDAY):
        yield


async def committed(tenant: Tenant, status: Status, **languages: str) -> tuple[Cast, Order]:
    async with tenancy.inside(tenant) as session:
        cast = await a_cast(session)
        order = await an_order(session, cast, status)
    await accounts_for(cast, **languages)
    return cast, order


async def letters_about(tenant: Tenant, order: Order, at: datetime) -> list[ReceivedMail]:
    """Every reminder of the order up to that moment, after two schedulers had their turn, the latest first."""
    with clock.travelling_to(at):
        await asyncio.gather(remind_people(), remind_people())
        await remind_people()
        await outbox.carry_out_open(tenant.slug, ["orders.remind"])
        await outbox.carry_out_open(tenant.slug, MAILING)
        await outbox.carry_out_open(outbox.NATION, MAILING)
    return [mail for mail in read_mailbox(10_000) if str(order.id) in mail.text]


def in_jakarta(day: int, hour: int, minute: int = 0) -> datetime:
    """A moment of July 2026 by Jakarta's clocks."""
    return datetime(2026, 7, day, hour, minute, tzinfo=UTC) - timedelta(hours=7)


async def test_the_commitment_officer_is_reminded_once_after_three_business_days(dki: Tenant) -> None:
    cast, order = await committed(dki, Status.AWAITING_APPROVAL)
    assert await letters_about(dki, order, in_jakarta(9, 15, 59)) == []
    [letter] = await letters_about(dki, order, in_jakarta(9, 16))
    assert letter.to == address_of(cast.approver)
    assert "Setujui dan tandatangani surat pesanan" in letter.text
    assert "Setelah itu pesanan kembali menjadi draf" in letter.text
    assert order.due_at and f"Batasnya {datetime_short(order.due_at, dki.zone)}." in letter.text
    assert f"http://dki.localhost:8000/pesanan/{order.id}" in letter.text
    assert await letters_about(dki, order, in_jakarta(10, 9)) == [letter]
    async with tenancy.inside(dki) as session:
        assert len(await journal.history(session, order.id)) == 1
        assert (await session.get_one(Order, order.id)).version == order.version


async def test_each_of_two_invoices_is_reminded_of_by_its_own_deadline(dki: Tenant) -> None:
    """Both letters named the first one's day, and the second was taken for a repetition of the first."""
    async with tenancy.inside(dki) as session:
        cast = await a_cast(session, price=100_000)
        order = await an_accepted_order(session, cast, 10, due=date(2026, 7, 24))
        invoices = []
        for day, quantity, rest in ((6, 4, Rest.DELIVERED), (8, None, None)):
            with clock.travelling_to(in_jakarta(day, 10)):
                delivery = await bring(session, cast, order, quantity)
                await take_over(session, cast, order, delivery, rest=rest)
                bill = NewInvoice(order.id, order.version, tax_invoice_number=a_tax_invoice_number())
                invoice = await send_invoice(session, cast.owner, bill)
                await request_payment(session, cast.treasurer, order.id, order.version, invoice.id)
                invoices.append(invoice)
    await accounts_for(cast)
    days = [one.due_at.astimezone(ZoneInfo(dki.zone)).date() for one in invoices if one.due_at]
    assert days == [date(2026, 7, 9), date(2026, 7, 13)]
    assert len(await letters_about(dki, order, in_jakarta(8, 8))) == 1
    letters = await letters_about(dki, order, in_jakarta(10, 8))
    assert {one.to for one in letters} == {address_of(cast.budget_user)}
    asked = "Pesanan {} menunggu Anda sampai {}: Setujui pembayaran"
    assert [one.subject for one in letters] == [
        asked.format(order.number, date_long(day)) for day in days[::-1]
    ]


async def test_an_order_that_comes_again_is_reminded_of_again(dki: Tenant) -> None:
    cast, order = await committed(dki, Status.AWAITING_APPROVAL)
    assert len(await letters_about(dki, order, in_jakarta(9, 16))) == 1
    with clock.travelling_to(in_jakarta(10, 9)):
        async with tenancy.inside(dki) as session:
            again = await session.get_one(Order, order.id)
            await return_order(session, cast.approver, again.id, again.version, "Alamat kurang jelas")
            await go_on(session, cast, again, Status.AWAITING_APPROVAL)
    assert len(await letters_about(dki, order, in_jakarta(14, 16))) == 1
    assert len(await letters_about(dki, order, in_jakarta(15, 16))) == 2


async def test_a_commitment_officer_who_drafted_the_order_is_not_asked_to_approve_it(dki: Tenant) -> None:
    async with tenancy.inside(dki) as session:
        cast = await a_cast(session)
        both = await an_official(
            session, Role.PROCUREMENT_OFFICER, Role.COMMITMENT_OFFICER, unit=cast.unit, name="Tuti Dua Tugas"
        )
        cast.officer = both
        order = await an_order(session, cast)
    await accounts_for(cast)
    letters = await letters_about(dki, order, in_jakarta(9, 16))
    assert [letter.to for letter in letters] == [address_of(cast.approver)]


async def test_the_vendor_is_reminded_on_the_business_day_before_his_answer_is_due(gorontalo: Tenant) -> None:
    """Issued on Monday; Thursday is the region's holiday, so it is due on Friday and reminded of on Wednesday."""
    async with tenancy.inside(gorontalo) as session:
        session.add(RegionalHoliday(day=THURSDAY, name="Hari jadi daerah"))
    try:
        cast, order = await committed(gorontalo, Status.ISSUED)
        assert order.due_at == datetime(2026, 7, 10, 15, 59, tzinfo=UTC)
        assert await letters_about(gorontalo, order, datetime(2026, 7, 7, 23, 59, tzinfo=UTC)) == []
        [letter] = await letters_about(gorontalo, order, datetime(2026, 7, 8, 0, 0, tzinfo=UTC))
    finally:
        async with tenancy.inside(gorontalo) as session:
            await session.delete(await session.get_one(RegionalHoliday, THURSDAY))
    assert letter.to == address_of(cast.owner)
    day = date_long(date(2026, 7, 10))
    assert letter.subject == f"Pesanan {order.number} menunggu Anda sampai {day}: Terima pesanan"
    assert "Setelah itu pesanan batal otomatis." in letter.text
    assert f"Batasnya {datetime_short(order.due_at, gorontalo.zone)}." in letter.text
    assert f"http://localhost:8000/usaha/pesanan/gorontalo/{order.id}" in letter.text


async def test_a_payment_reminds_whoever_has_it_in_hand_on_the_day_before(dki: Tenant) -> None:
    """Asked for on Monday, due on Thursday: on Wednesday the budget user is reminded, and then the treasurer."""
    cast, order = await committed(dki, Status.PAYMENT_REQUESTED)
    assert await letters_about(dki, order, in_jakarta(8, 7, 59)) == []
    [letter] = await letters_about(dki, order, in_jakarta(8, 8))
    assert (letter.to, "Setujui pembayaran" in letter.text) == (
        address_of(cast.budget_user),
        True,
    )
    with clock.travelling_to(in_jakarta(8, 9)):
        async with tenancy.inside(dki) as session:
            again = await session.get_one(Order, order.id)
            await go_on(session, cast, again, Status.PAYMENT_APPROVED)
    letters = await letters_about(dki, order, in_jakarta(8, 10))
    # whoever is a treasurer of the whole region hears of it too, and other tests appoint some
    unit = {
        address_of(one)
        for one in (cast.officer, cast.approver, cast.budget_user, cast.treasurer, cast.auditor)
    }
    assert {mail.to for mail in letters} & unit == {letter.to, address_of(cast.treasurer)}


async def test_nobody_is_written_to_once_the_step_is_taken_or_its_time_is_over(dki: Tenant) -> None:
    cast, order = await committed(dki, Status.ISSUED)
    with clock.travelling_to(in_jakarta(8, 8)):
        await remind_people()
        async with tenancy.inside(dki) as session:
            await go_on(session, cast, await session.get_one(Order, order.id), Status.ACCEPTED)
    assert await letters_about(dki, order, in_jakarta(8, 9)) == []
    _, late = await committed(dki, Status.PAYMENT_REQUESTED)
    assert await letters_about(dki, late, in_jakarta(10, 0)) == []


async def test_a_reminder_is_in_its_readers_language_in_the_bell_too_and_waits_for_no_digest(
    dki: Tenant,
) -> None:
    cast, order = await committed(dki, Status.AWAITING_APPROVAL, approver="en")
    async with tenancy.national() as session:
        await choose(session, cast.approver.official_id, dict.fromkeys(NoticeKind, By.DIGEST))
    [letter] = await letters_about(dki, order, in_jakarta(9, 16))
    day = date_long(date(2026, 7, 13), "en")
    assert letter.subject == (
        f"Order {order.number} waits for you until {day}: Approve and sign the purchase order"
    )
    assert "After that the order" in letter.text
    [notice] = [one for one in await notices_of(cast.approver, dki) if one.kind == NoticeKind.REMINDER]
    assert (notice.order_id, notice.due_at, notice.mail) == (order.id, order.due_at, Mail.SENT)


async def test_a_notice_goes_after_its_time_but_not_before_its_letter(dki: Tenant) -> None:
    cast, order = await committed(dki, Status.ISSUED)
    await letters_about(dki, order, in_jakarta(8, 9))
    with clock.travelling_to(in_jakarta(8, 9) + KEPT):
        await forget_the_old()
    assert len(await notices_of(cast.owner, dki)) == 1
    async with tenancy.national() as session:
        waits = update(NationalNotice).where(NationalNotice.account_id == cast.owner.id)
        await session.execute(waits.values(mail=Mail.DIGEST))
    later = in_jakarta(8, 9) + KEPT + timedelta(minutes=1)
    with clock.travelling_to(later):
        await forget_the_old()
    assert len(await notices_of(cast.owner, dki)) == 1
    async with tenancy.national() as session:
        await session.execute(waits.values(mail=Mail.SENT))
    with clock.travelling_to(later):
        await forget_the_old()
    assert await notices_of(cast.owner, dki) == []


def test_only_a_step_with_a_deadline_and_somebody_to_take_it_is_reminded_of() -> None:
    for one in steps():
        if one.reminder:
            assert one.clock, one.name
            assert [step for step in steps_from(one.target) if step.awaited]
