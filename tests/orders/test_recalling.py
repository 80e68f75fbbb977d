"""Before submitting everything stands in one summary; afterwards it can be recalled while the PPK has not decided."""

from collections.abc import Callable
from decimal import Decimal

import httpx
import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from eorder_platform import clock, tenancy
from eorder_platform.errors import Conflict, NotAllowed
from eorder_platform.tenancy import Tenant
from eorder_tenants.orders.contracting.approving import approve_order
from eorder_tenants.orders.contracting.recalling import recall_order
from eorder_tenants.orders.core import journal
from eorder_tenants.orders.core.models import Status
from eorder_tenants.orders.reading import queries
from eorder_tenants.orders.requesting.submitting import submit_order
from tests.orders.factories import MONDAY, a_cast, a_draft, an_order
from tests.organisation.visiting import let_in, send

ClientFor = Callable[[str], httpx.AsyncClient]


async def test_a_recalled_order_is_a_draft_again_with_its_content_and_its_money_is_free(
    dki_session: AsyncSession,
) -> None:
    with clock.travelling_to(MONDAY):
        cast = await a_cast(dki_session, ceiling=11_100_000)
        order = await an_order(dki_session, cast)
        number, lines = order.number, [(line.offer_id, line.quantity) for line in order.lines]
        order = await recall_order(dki_session, cast.officer, order.id, order.version)
        await dki_session.refresh(cast.balance)
        assert (order.status, order.package_id, cast.balance.held) == (Status.DRAFT, cast.package.id, 0)
        assert [(line.offer_id, line.quantity) for line in order.lines] == lines
        order = await submit_order(dki_session, cast.officer, order.id, order.version)
        assert (order.number, order.status) == (number, Status.AWAITING_APPROVAL)
        done = [event.action for event in await journal.history(dki_session, order.id)]
    assert done == ["submit", "recall", "submit"]


async def test_too_late_a_recall_says_who_decided(dki_session: AsyncSession) -> None:
    with clock.travelling_to(MONDAY):
        cast = await a_cast(dki_session)
        order = await an_order(dki_session, cast)
        seen = order.version
        await approve_order(dki_session, cast.approver, order.id, order.version)
        with pytest.raises(Conflict) as refusal:
            await recall_order(dki_session, cast.officer, order.id, seen)
    assert "Budi Santosa" in str(refusal.value) and "Surat pesanan ditandatangani PPK" in str(refusal.value)


async def test_only_who_submitted_recalls(dki_session: AsyncSession) -> None:
    with clock.travelling_to(MONDAY):
        cast = await a_cast(dki_session)
        order = await an_order(dki_session, cast)
        with pytest.raises(NotAllowed):
            await recall_order(dki_session, cast.approver, order.id, order.version)


async def test_the_officer_recalls_from_the_page_and_goes_on_in_the_draft(
    client_for: ClientFor, dki: Tenant
) -> None:
    async with tenancy.inside(dki) as session:
        cast = await a_cast(session, price=10_000)
        order = await an_order(session, cast)
    address = f"/pesanan/{order.id}"
    async with client_for("dki.localhost") as browser:
        await let_in(browser, dki, cast.officer)
        answer = await send(browser, address, f"{address}/penarikan-pengajuan", {})
        assert answer.headers["location"] == address
        assert f'action="{address}/draf"' in (await browser.get(address)).text


async def test_the_summary_follows_what_is_typed_and_keeps_nothing(
    client_for: ClientFor, dki: Tenant
) -> None:
    async with tenancy.inside(dki) as session:
        cast = await a_cast(session, price=10_000, ceiling=50_000)
        order = await a_draft(session, cast)
    address, line = f"/pesanan/{order.id}", order.lines[0]
    typed = {
        "funding": f"{cast.package.id}/{cast.budget_line.id}",
        f"quantity_{line.id}": "4",
        "delivery_address": "",
        "delivery_region_code": dki.region_code,
        "delivery_due_on": "kapan-kapan",
    }
    async with client_for("dki.localhost") as browser:
        await let_in(browser, dki, cast.officer)
        before = (await browser.get(address)).text
        assert "sisa sesudahnya Rp\N{NO-BREAK SPACE}38.900" in before
        unread = (await browser.post(f"{address}/ringkasan", data=typed | _token(before))).text
        typed["delivery_due_on"] = order.delivery_due_on.isoformat() if order.delivery_due_on else ""
        dear = (await browser.post(f"{address}/ringkasan", data=typed | _token(before))).text
        typed[f"quantity_{line.id}"] = "5"
        too_dear = (await browser.post(f"{address}/ringkasan", data=typed | _token(before))).text
    assert "Ada isian yang perlu diperbaiki" in unread
    assert "sisa sesudahnya Rp\N{NO-BREAK SPACE}5.600" in dear
    assert "Tujuan atau tanggal belum lengkap" in dear
    assert "Ajukan Rp\N{NO-BREAK SPACE}44.400, CV Cahaya Tulis" in dear
    assert "kurang Rp\N{NO-BREAK SPACE}5.500" in too_dear
    async with tenancy.inside(dki) as session:
        kept = await queries.order_for(session, cast.officer, order.id)
    assert (kept.lines[0].quantity, kept.version) == (Decimal(1), order.version)


async def test_a_submission_whose_package_was_not_in_the_summary_is_shown_first(
    client_for: ClientFor, dki: Tenant
) -> None:
    async with tenancy.inside(dki) as session:
        cast = await a_cast(session, price=10_000)
        order = await a_draft(session, cast)
        order.package_id = order.budget_line_id = None
    address = f"/pesanan/{order.id}"
    form = {
        "intent": "submit",
        "title": order.title,
        "funding": f"{cast.package.id}/{cast.budget_line.id}",
        "delivery_address": order.delivery_address,
        "delivery_region_code": order.delivery_region_code,
        "delivery_due_on": str(order.delivery_due_on),
    }
    async with client_for("dki.localhost") as browser:
        await let_in(browser, dki, cast.officer)
        await send(browser, address, f"{address}/draf", form)
        assert "Periksa ringkasannya, lalu ajukan." in (await browser.get(address)).text
        await send(browser, address, f"{address}/draf", form)
        assert "Menunggu persetujuan" in (await browser.get(address)).text


def _token(html: str) -> dict[str, str]:
    field = html.partition('name="_csrf" value="')[2]
    return {"_csrf": field.partition('"')[0]}
