"""Pages that only read an order do so without a session: the same order, nothing written, the law of this moment."""

import asyncpg
import pytest
from sqlalchemy import inspect
from sqlalchemy.exc import InvalidRequestError

from eorder_platform import straight, tenancy
from eorder_platform.errors import NotVisible
from eorder_platform.tenancy import Tenant
from eorder_tenants.orders.core.models import Order, Status
from eorder_tenants.orders.reading.choices import choices_for
from eorder_tenants.orders.reading.context import beside_of
from eorder_tenants.orders.reading.queries import order_for
from eorder_tenants.organisation.actors import Actor, actor_for
from tests.orders.factories import Cast, a_cast, an_order


async def _committed(tenant: Tenant) -> tuple[Cast, Order]:
    async with tenancy.inside(tenant) as session:
        cast = await a_cast(session, price=10_000)
        return cast, await an_order(session, cast, Status.PAID)


async def _told(session: straight.Reads, actor: Actor, order: Order) -> list[object]:
    """All that both ways of reading say of the order, its parts and what stands beside them."""
    beside = await beside_of(session, actor, order)
    rows = [
        *(order, *order.lines, *order.deliveries, *order.invoices, *beside.entries, *beside.documents),
        *(order.work_unit, order.participation, order.package, order.budget_line),
        *(line for delivery in order.deliveries for line in delivery.lines),
        *(part for one in order.deliveries for part in (one.inspection, one.handover) if part),
        *(one.payment for one in order.invoices if one.payment),
    ]
    choices = [(one.step.name, one.allowed, one.why_not) for one in choices_for(actor, order)]
    facts = [{one.key: getattr(row, one.key) for one in inspect(type(row)).column_attrs} for row in rows]
    return [*facts, beside.balance, beside.names, choices]


async def test_a_page_reads_the_order_that_a_transaction_would(dki: Tenant) -> None:
    cast, written = await _committed(dki)
    for person in (cast.officer, cast.approver, cast.receiver, cast.treasurer):
        assert person.id
        told = []
        for way in (tenancy.looking, tenancy.inside):
            async with way(dki) as reads:
                actor = await actor_for(reads, person.id)
                order = await order_for(reads, actor, written.id)
                told.append((actor, await _told(reads, actor, order)))
        assert told[0] == told[1]


async def test_who_only_looks_writes_nothing(dki: Tenant) -> None:
    cast, written = await _committed(dki)
    async with tenancy.looking(dki) as reader:
        order = await order_for(reader, cast.approver, written.id)
        order.title = "Judul yang tidak tersimpan"
        with pytest.raises(asyncpg.ReadOnlySQLTransactionError):
            await straight.rows(reader, "update orders set title = 'x' where id = $1", written.id)
    async with tenancy.inside(dki) as session:
        assert (await order_for(session, cast.approver, written.id)).title == written.title


async def test_a_relation_that_was_not_read_is_a_mistake_and_not_nothing(dki: Tenant) -> None:
    _, written = await _committed(dki)
    async with tenancy.looking(dki) as reader:
        found = await straight.row(
            reader, f"select {straight.columns(Order, 'o')} from orders o where o.id = $1", written.id
        )
        assert found
        order = straight.object_of(reader, Order, found)
        assert straight.object_of(reader, Order, found) is order
        with pytest.raises(InvalidRequestError):
            _ = order.lines


async def test_a_stranger_sees_no_order_without_a_session_either(dki: Tenant, gorontalo: Tenant) -> None:
    cast, written = await _committed(dki)
    stranger = Actor(cast.approver.id, "Orang lain", frozenset())
    for tenant, actor in ((dki, stranger), (gorontalo, cast.approver)):
        async with tenancy.looking(tenant) as reader:
            with pytest.raises(NotVisible):
                await order_for(reader, actor, written.id)
