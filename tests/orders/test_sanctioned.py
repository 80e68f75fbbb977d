"""A sanction reaches a region (A10, domain.md 3.9): what was not accepted stops, what was accepted is paid."""

import asyncio
from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import httpx
import pytest

from eorder_platform import clock, tenancy
from eorder_platform.directory.models import Participation, ParticipationStatus, Vendor, VendorStatus
from eorder_platform.directory.sanctions.models import Sanction, SanctionedVendor
from eorder_platform.errors import Conflict, Expected, NotAllowed, Refused
from eorder_platform.ids import new_id
from eorder_platform.tenancy import Tenant
from eorder_tenants.budgets.models import BudgetBalance
from eorder_tenants.catalogue.models import Offer
from eorder_tenants.orders.contracting.answering import accept_order
from eorder_tenants.orders.contracting.sanctioned import orders_to_stop, stop_order
from eorder_tenants.orders.core import journal, stepping
from eorder_tenants.orders.core.models import Order, Status
from eorder_tenants.orders.jobs import follow_sanction
from eorder_tenants.orders.paying.requesting import PaymentApproval, approve_payment
from eorder_tenants.orders.requesting.submitting import submit_order
from eorder_tenants.organisation.actors import SYSTEM_ACTOR
from tests.notices.factories import accounts_for, carried_out, letters_to, notices_of
from tests.orders.factories import MONDAY, Cast, a_cast, a_draft, an_order, go_on
from tests.organisation.visiting import let_in


async def a_sanction_on(vendor_id: UUID, *tenants: Tenant, ground: str = "breach") -> UUID:
    """It holds, as the nation has written it."""
    sanction_id, now = new_id(), clock.now()
    async with tenancy.national() as nation:
        (await nation.get_one(Vendor, vendor_id)).status = VendorStatus.SUSPENDED
        nation.add(
            Sanction(
                id=sanction_id,
                number=f"SK-{sanction_id.hex}",
                vendor_id=vendor_id,
                level="suspension",
                ground=ground,
                reasons="Tiga wanprestasi terbukti.",
                decided_at=now,
                valid_until=now + timedelta(days=3_650),
            )
        )
        await nation.flush()
        nation.add(SanctionedVendor(sanction_id=sanction_id, vendor_id=vendor_id))
        for tenant in tenants:
            facts = {"vendor_id": vendor_id, "tenant_id": tenant.id, "requested_at": now}
            nation.add(Participation(**facts, status=ParticipationStatus.ACTIVE))
    return sanction_id


async def the_order(tenant: Tenant, order_id: UUID) -> Order:
    async with tenancy.inside(tenant) as session:
        return await stepping.locked(session, SYSTEM_ACTOR, order_id)


async def a_region_at_work(tenant: Tenant) -> tuple[Cast, dict[Status, UUID]]:
    """A draft, a submitted, an issued and an accepted order with one vendor; its officials have accounts."""
    with clock.travelling_to(MONDAY):
        async with tenancy.inside(tenant) as session:
            cast = await a_cast(session, price=1_000_000)
            made: dict[Status, UUID] = {}
            for status in (Status.ACCEPTED, Status.ISSUED, Status.AWAITING_APPROVAL, Status.DRAFT):
                order = await (
                    a_draft(session, cast) if status is Status.DRAFT else an_order(session, cast, status)
                )
                made[status] = order.id
        await accounts_for(cast)
    return cast, made


async def test_it_stops_what_was_not_accepted_in_every_region_and_frees_the_money(
    dki: Tenant, gorontalo: Tenant
) -> None:
    cast, made = await a_region_at_work(dki)
    other, there = await a_region_at_work(gorontalo)
    await carried_out(dki)
    with clock.travelling_to(MONDAY + timedelta(hours=2)):
        sanction_id = await a_sanction_on(cast.participation.vendor_id, dki)
        await asyncio.gather(
            *(follow_sanction(vendor_id=str(cast.participation.vendor_id)) for _ in range(2))
        )
        await carried_out(dki)
        async with tenancy.inside(dki) as session:
            now = {status: (await session.get_one(Order, one)).status for status, one in made.items()}
            assert now == {
                Status.ACCEPTED: Status.ACCEPTED,
                Status.ISSUED: Status.CANCELLED,
                Status.AWAITING_APPROVAL: Status.DRAFT,
                Status.DRAFT: Status.DRAFT,
            }
            balance = await session.get_one(BudgetBalance, cast.balance.id)
            assert (balance.held, balance.committed) == (0, 1_110_000), "only the accepted order's money"
            assert not (await session.get_one(Offer, cast.offer.id)).visible
            last = await journal.latest(session, made[Status.ISSUED])
            assert last and (last.action, last.actor_name) == ("cancel_sanctioned", "Sistem")
            assert sanction_id.hex in (last.reason or "")
            assert await orders_to_stop(session) == []
        for order_id in (made[Status.DRAFT], made[Status.AWAITING_APPROVAL]):
            async with tenancy.inside(dki) as session:
                order = await stepping.locked(session, cast.officer, order_id)
                with pytest.raises(Refused, match="seluruh Indonesia"):
                    await submit_order(session, cast.officer, order_id, order.version)
        told = [notice for notice in await notices_of(cast.officer, dki) if "sanksi" in str(notice.headline)]
        assert len(told) == 4, "the draft, the order that came back, the one that ended, the one that goes on"
        assert [mail for mail in letters_to(cast.owner) if "sanksi" in mail.subject], (
            "the vendor hears what ended"
        )
        async with tenancy.inside(dki) as session:
            await go_on(
                session,
                cast,
                await stepping.locked(session, SYSTEM_ACTOR, made[Status.ACCEPTED]),
                Status.PAID,
            )
    assert (await the_order(gorontalo, there[Status.ISSUED])).status == Status.ISSUED, "another vendor's"
    assert other.participation.vendor_id != cast.participation.vendor_id


async def test_an_acceptance_in_the_same_second_either_stands_or_finds_it_ended(dki: Tenant) -> None:
    for _ in range(6):
        with clock.travelling_to(MONDAY):
            async with tenancy.inside(dki) as session:
                cast = await a_cast(session)
                order = await an_order(session, cast, Status.ISSUED)

            async def accepts(cast: Cast = cast, order: Order = order) -> bool:
                try:
                    async with tenancy.inside(dki) as session:
                        await accept_order(session, cast.owner, order.id, order.version)
                except Expected:
                    return False
                return True

            async def stops(order: Order = order) -> bool:
                async with tenancy.inside(dki) as session:
                    return await stop_order(session, order.id) is not None

            _, accepted = await asyncio.gather(a_sanction_on(cast.participation.vendor_id), accepts())
            again, stopped = await asyncio.gather(accepts(), stops())
            status = (await the_order(dki, order.id)).status
            assert status == (Status.ACCEPTED if accepted or again else Status.CANCELLED)
            assert (accepted or again) != stopped, "exactly one of them"


async def test_a_region_that_heard_nothing_is_swept_by_its_own_clock(dki: Tenant) -> None:
    cast, made = await a_region_at_work(dki)
    with clock.travelling_to(MONDAY + timedelta(hours=2)):
        await a_sanction_on(cast.participation.vendor_id)
        async with tenancy.inside(dki) as session:
            due = {one.id for one in await orders_to_stop(session, cast.participation.vendor_id)}
            assert due == {made[Status.ISSUED], made[Status.AWAITING_APPROVAL]}
            for one in due:
                assert await stop_order(session, one)
                assert await stop_order(session, one) is None, "twice does nothing"


async def test_what_is_owed_to_a_cheat_is_paid_with_a_note_of_the_inspectorate(dki: Tenant) -> None:
    with clock.travelling_to(MONDAY):
        async with tenancy.inside(dki) as session:
            cast = await a_cast(session)
            order = await an_order(session, cast, Status.PAYMENT_REQUESTED)
        await a_sanction_on(cast.participation.vendor_id, ground="fraud")
        async with tenancy.inside(dki) as session:
            order = await stepping.locked(session, SYSTEM_ACTOR, order.id)
            with pytest.raises(Refused) as refusal:
                await approve_payment(session, cast.budget_user, PaymentApproval(order.id, order.version))
            assert [field for field, _ in refusal.value.problems] == ["audit_note"]
            note = "Inspektorat DKI, ND-120/2026"
            with pytest.raises(NotAllowed):
                approval = PaymentApproval(order.id, order.version, audit_note=note)
                await approve_payment(session, cast.treasurer, approval)
        async with tenancy.inside(dki) as session:
            approval = PaymentApproval(order.id, order.version, audit_note=note)
            await approve_payment(session, cast.budget_user, approval)
            last = await journal.latest(session, order.id)
            assert last and last.reason == note
            with pytest.raises(Conflict):
                await approve_payment(session, cast.budget_user, PaymentApproval(order.id, order.version + 1))


async def test_officials_read_it_on_drafts_orders_and_the_vendors_page(
    client_for: Callable[[str], httpx.AsyncClient], dki: Tenant
) -> None:
    cast, made = await a_region_at_work(dki)
    sanction_id = await a_sanction_on(cast.participation.vendor_id, dki)
    await follow_sanction(vendor_id=str(cast.participation.vendor_id))
    async with client_for("dki.localhost") as browser:
        await let_in(browser, dki, cast.officer)
        for path in (
            f"/pesanan/{made[Status.DRAFT]}",
            f"/pesanan/{made[Status.ACCEPTED]}",
            f"/penyedia/{cast.participation.vendor_id}",
        ):
            page = await browser.get(path, follow_redirects=True)
            assert page.status_code == 200, path
            assert f"/sanksi/SK-{sanction_id.hex}" in page.text, path
        page = await browser.get("/katalog")
        assert str(cast.offer.id) not in page.text
