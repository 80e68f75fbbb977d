"""A step is declared once: a toy, named in the lifecycle by one line, is on the page, in rules and in the journal."""

from collections.abc import Callable
from dataclasses import replace

import httpx
import pytest

from eorder_platform import tenancy
from eorder_platform.errors import Conflict, NotAllowed, NotVisible
from eorder_platform.tenancy import Tenant
from eorder_tenants.orders import lifecycle
from eorder_tenants.orders.core import journal
from eorder_tenants.orders.core.models import Order, Status
from eorder_tenants.orders.reading.queries import order_for
from tests.orders.factories import Cast, a_cast, an_order
from tests.orders.toy_step import PRAISE
from tests.organisation.visiting import let_in, send

ClientFor = Callable[[str], httpx.AsyncClient]
PRAISED = "Penyedia dipuji"


@pytest.fixture(autouse=True)
def _one_line_in_the_lifecycle(monkeypatch: pytest.MonkeyPatch) -> None:
    *stages, paying = lifecycle.LIFECYCLE
    monkeypatch.setattr(lifecycle, "LIFECYCLE", (*stages, replace(paying, steps=(*paying.steps, PRAISE))))


async def a_committed_order(tenant: Tenant, status: Status) -> tuple[Cast, Order]:
    async with tenancy.inside(tenant) as session:
        cast = await a_cast(session, price=10_000)
        return cast, await an_order(session, cast, status)


async def test_the_toy_step_is_walked_by_its_page(client_for: ClientFor, dki: Tenant) -> None:
    cast, order = await a_committed_order(dki, Status.PAID)
    address = f"/pesanan/{order.id}"
    async with client_for("dki.localhost") as browser:
        await let_in(browser, dki, cast.approver)
        page = (await browser.get(address)).text
        assert PRAISE.label in page
        assert f'action="{address}/pujian"' in page
        answer = await send(browser, address, f"{address}/pujian", {"reason": "Tepat waktu dan hangat"})
        assert answer.headers["location"] == address
        after = (await browser.get(address)).text
    assert f"{PRAISED}: “Tepat waktu dan hangat”" in after
    async with tenancy.inside(dki) as session:
        entry = (await journal.history(session, order.id))[-1]
        assert await journal.verify(session, order.id)
    assert (entry.action, entry.role, entry.reason) == (
        "praise",
        "commitment_officer",
        "Tepat waktu dan hangat",
    )


async def test_the_toy_step_keeps_every_rule_of_steps(client_for: ClientFor, dki: Tenant) -> None:
    cast, order = await a_committed_order(dki, Status.PAID)
    address = f"/pesanan/{order.id}"
    async with client_for("dki.localhost") as browser:
        await let_in(browser, dki, cast.approver)
        without_reason = await send(browser, address, f"{address}/pujian", {"reason": "ok"})
        assert without_reason.status_code == 422
        assert "Tulis alasannya" in without_reason.text
        await let_in(browser, dki, cast.treasurer)
        assert PRAISE.label not in (await browser.get(address)).text
    async with tenancy.inside(dki) as session:
        again = await order_for(session, cast.approver, order.id)
        for actor, refusal in ((cast.treasurer, NotAllowed), (cast.stranger, NotVisible)):
            with pytest.raises(refusal):
                await PRAISE.act(session, actor, again.id, again.version, "Bukan tugas saya")
        with pytest.raises(Conflict):
            await PRAISE.act(session, cast.approver, again.id, again.version - 1, "Sudah berubah")
    early_cast, early = await a_committed_order(dki, Status.INVOICED)
    async with tenancy.inside(dki) as session:
        with pytest.raises(Conflict):
            await PRAISE.act(session, early_cast.approver, early.id, early.version, "Belum waktunya")
