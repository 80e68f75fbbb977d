"""Five sendings of a payment at the same moment, from one page or from five: the money is recorded once."""

import asyncio
from collections.abc import Callable, Iterator

import httpx
import pytest
from sqlalchemy import func, select

from eorder_platform import clock, tenancy
from eorder_platform.tenancy import Tenant
from eorder_tenants.budgets.models import BudgetBalance, LedgerEntry
from eorder_tenants.budgets.reconciling import differences
from eorder_tenants.documents.facts import DocumentKind
from eorder_tenants.documents.models import OrderDocument
from eorder_tenants.orders.core import journal
from eorder_tenants.orders.core.models import Payment, Status
from tests.faults.test_double_clicks import a_play
from tests.orders.factories import MONDAY, an_order

ClientFor = Callable[[str], httpx.AsyncClient]


@pytest.fixture(autouse=True)
def _in_july() -> Iterator[None]:
    with clock.travelling_to(MONDAY):
        yield


@pytest.mark.parametrize(
    ("pages", "references", "statuses"),
    [(1, 1, [303] * 5), (5, 1, [303] * 5), (5, 5, [303, 409, 409, 409, 409])],
    ids=["one page", "five pages, one transfer", "five pages, five transfers"],
)
async def test_five_sendings_of_a_payment_are_one_payment(
    pages: int, references: int, statuses: list[int], dki: Tenant, client_for: ClientFor
) -> None:
    play, order = await a_play(dki, client_for, Status.PAYMENT_APPROVED)
    assert order
    treasurer, page = await play.person("treasurer"), f"/pesanan/{order.id}"
    forms = []
    for _ in range(pages):
        await treasurer.opens(page)
        forms.append(treasurer.hidden_fields(f"{page}/pembayaran"))
    assert len({form["_kunci"] for form in forms}) == pages
    sent = [
        forms[one % pages] | {"method": "direct", "reference": f"SP2D-{order.id.hex[-8:]}-{one % references}"}
        for one in range(5)
    ]
    answers = await asyncio.gather(*(treasurer.client.post(f"{page}/pembayaran", data=one) for one in sent))
    assert sorted(one.status_code for one in answers) == statuses, [one.text for one in answers]
    late = [one.text for one in answers if one.status_code == 409]
    assert all("Pesanan ini sudah diubah oleh" in one and "Dibayar" in one for one in late), late
    async with tenancy.inside(dki) as session:
        of_it = [
            select(func.count()).where(of.order_id == order.id, *more)
            for of, more in (
                (Payment, ()),
                (LedgerEntry, (LedgerEntry.action == "record_payment",)),
                (OrderDocument, (OrderDocument.kind == DocumentKind.PAYMENT_RECEIPT,)),
            )
        ]
        counted = [await session.scalar(one) for one in of_it]
        balance = await session.get_one(BudgetBalance, play.cast.balance.id)
        entries = [one.action for one in await journal.history(session, order.id)]
        wrong = [one for one in await differences(session) if one.balance_id == balance.id]
        assert await journal.verify(session, order.id)
    assert (counted, entries.count("record_payment"), wrong) == ([1, 1, 1], 1, [])
    assert (balance.held, balance.committed, balance.realised) == (0, 0, 11_100_000)


async def test_one_transfer_that_is_recorded_for_two_orders_at_once_pays_one(
    dki: Tenant, client_for: ClientFor
) -> None:
    play, first = await a_play(dki, client_for, Status.PAYMENT_APPROVED, ceiling=90_000_000)
    assert first
    async with tenancy.inside(dki) as session:
        second = await an_order(session, play.cast, Status.PAYMENT_APPROVED)
    treasurer, forms = await play.person("treasurer"), {}
    for order in (first, second):
        page = f"/pesanan/{order.id}"
        await treasurer.opens(page)
        typed = {"method": "direct", "reference": f"SP2D-{first.id.hex[-8:]}"}
        forms[f"{page}/pembayaran"] = treasurer.hidden_fields(f"{page}/pembayaran") | typed
    answers = await asyncio.gather(*(treasurer.client.post(one, data=form) for one, form in forms.items()))
    assert sorted(one.status_code for one in answers) == [303, 422], [one.text for one in answers]
    assert any("sudah dipakai untuk pembayaran lain" in one.text for one in answers)
    async with tenancy.inside(dki) as session:
        paid = select(func.count()).where(Payment.order_id.in_([first.id, second.id]))
        assert await session.scalar(paid) == 1
        assert play.cast.balance.id not in [one.balance_id for one in await differences(session)]
