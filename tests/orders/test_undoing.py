"""What a vendor said by mistake of a delivery is undone within ten minutes, until somebody has built on it."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from eorder_platform import clock
from eorder_platform.errors import Conflict, NotAllowed
from eorder_tenants.orders.core import journal
from eorder_tenants.orders.core.models import Order, Status
from eorder_tenants.orders.core.parts import remaining_of
from eorder_tenants.orders.core.steps import Step
from eorder_tenants.orders.fulfilling.delivering import ANNOUNCE, DEPART, withdraw_delivery
from eorder_tenants.orders.fulfilling.inspecting import send_back
from eorder_tenants.orders.fulfilling.undoing import undo_arrival, undo_departure, undo_start
from eorder_tenants.orders.reading.choices import choices_for
from tests.orders.factories import MONDAY, Cast, a_cast, an_order, take

TOO_LATE = "tidak dapat diurungkan lagi"


@pytest.fixture(autouse=True)
def _in_july() -> Iterator[None]:
    with clock.travelling_to(MONDAY):
        yield


async def test_an_arrival_that_was_said_by_mistake_is_undone_and_stays_in_the_journal(
    dki_session: AsyncSession,
) -> None:
    cast = await a_cast(dki_session)
    order = await an_order(dki_session, cast, Status.DELIVERED)
    with clock.travelling_to(MONDAY + timedelta(minutes=9)):
        await undo_arrival(dki_session, cast.staff, order.id, order.version)
    (delivery,) = order.deliveries
    assert (order.status, delivery.status, delivery.delivered_at) == ("in_delivery", "in_delivery", None)
    assert order.delivered_at is None
    done = [event.action for event in await journal.history(dki_session, order.id)]
    assert done[-2:] == ["deliver", "undo_arrival"]


async def test_ten_minutes_later_it_stands_and_the_page_no_longer_offers_it(
    dki_session: AsyncSession,
) -> None:
    cast = await a_cast(dki_session)
    order = await an_order(dki_session, cast, Status.DELIVERED)
    assert "undo_arrival" in _offered(cast, order)
    with clock.travelling_to(MONDAY + timedelta(minutes=10)):
        assert "undo_arrival" not in _offered(cast, order)
        with pytest.raises(NotAllowed, match=TOO_LATE):
            await undo_arrival(dki_session, cast.owner, order.id, order.version)


async def test_what_the_receiver_built_on_is_not_undone(dki_session: AsyncSession) -> None:
    cast = await a_cast(dki_session)
    order = await an_order(dki_session, cast, Status.DELIVERED)
    await send_back(dki_session, cast.receiver, order.id, order.version, "Kemasannya terbuka")
    with pytest.raises(Conflict):
        await undo_arrival(dki_session, cast.owner, order.id, order.version)
    with pytest.raises(NotAllowed, match=TOO_LATE):
        await undo_start(dki_session, cast.owner, order.id, order.version)


async def test_a_delivery_that_never_set_out_is_left_to_deliver(dki_session: AsyncSession) -> None:
    cast = await a_cast(dki_session, price=1_000_000)
    order = await an_order(dki_session, cast, Status.IN_DELIVERY, 5)
    assert not any(remaining_of(order).values())
    await undo_start(dki_session, cast.owner, order.id, order.version)
    assert (order.status, order.deliveries[0].is_live) == (Status.ACCEPTED, False)
    assert list(remaining_of(order).values()) == [5]


async def test_one_that_was_announced_comes_as_announced(dki_session: AsyncSession) -> None:
    cast = await a_cast(dki_session)
    order = await an_order(dki_session, cast, Status.ACCEPTED)
    for step in (ANNOUNCE, DEPART):
        await take(dki_session, cast.owner, step, order, cast)
    assert {"undo_departure"} == {one for one in _offered(cast, order) if one.startswith("undo")}
    await undo_departure(dki_session, cast.owner, order.id, order.version)
    assert (order.deliveries[0].status, order.deliveries[0].departed_at) == (Status.ANNOUNCED, None)
    await withdraw_delivery(dki_session, cast.owner, order.id, order.version, "Mobil mogok")


async def test_only_the_side_that_said_it_undoes_it(dki_session: AsyncSession) -> None:
    cast = await a_cast(dki_session)
    order = await an_order(dki_session, cast, Status.DELIVERED)
    with pytest.raises(NotAllowed):
        await undo_arrival(dki_session, cast.receiver, order.id, order.version)


def _offered(cast: Cast, order: Order) -> set[str]:
    steps: list[Step] = [choice.step for choice in choices_for(cast.owner, order)]
    return {step.name for step in steps}
