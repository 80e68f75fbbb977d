"""A client written from the OpenAPI document alone takes an order from the catalogue to payment as eight people."""

from decimal import Decimal
from typing import Any

import httpx
import pytest

from eorder_platform import clock
from eorder_platform.tenancy import Tenant
from eorder_tenants.orders.core.models import Status
from tests.api.factories import ClientFor
from tests.api.generating import NotAsDocumented, Problem, client_of, written
from tests.api.test_order_by_api import people
from tests.orders.factories import MONDAY, Cast, a_tax_invoice_number

REGIONAL = ("officer", "approver", "receiver", "treasurer", "budget_user", "auditor")
VENDORS = ("owner", "staff")


class Programs:
    """Each person's generated client, and where the one order stands."""

    def __init__(self, clients: dict[str, Any], region: str) -> None:
        self.clients, self.region, self.id, self.taken = clients, region, "", list[str]()

    async def sees(self, who: str) -> Any:
        """The order as this person's program reads it."""
        if who in VENDORS:
            return (await self.clients[who].inbox_show(region=self.region, order=self.id)).body
        return (await self.clients[who].orders_show(order=self.id)).body

    async def takes(self, who: str, name: str, **body: object) -> None:
        """Take the step by its own method, found by the order's own list of steps."""
        order = await self.sees(who)
        step = next(one for one in order.steps if one.name == name)
        assert step.allowed, step.why_not
        side, where = ("inbox", {"region": self.region}) if who in VENDORS else ("orders", {})
        method = getattr(self.clients[who], f"{side}_{name}")
        given: dict[str, Any] = {"order": self.id, "if_match": f'"{order.version}"', **where}
        if "body" in method.__code__.co_varnames[: method.__code__.co_kwonlyargcount + 1]:
            parts = {"part_id": step.part_id} if step.part_id else {}
            given["body"] = {**parts, **body}
        await method(**given, idempotency_key=f"{name}-{order.version}")
        self.taken.append(name)


async def programs_of(client_for: ClientFor, dki: Tenant) -> tuple[Programs, Cast]:
    """Eight people's programs, each written from the document of the host that it asks."""
    given, cast = await people(client_for, dki)
    documents = {}
    for host in ("dki.localhost", "localhost"):
        async with client_for(host) as stranger:
            documents[host] = (await stranger.get("/api/v1/openapi.json")).json()
    clients = {}
    for who in (*REGIONAL, *VENDORS):
        host = "localhost" if who in VENDORS else "dki.localhost"
        clients[who] = client_of(documents[host], given.clients[who])
    return Programs(clients, dki.slug), cast


async def test_a_client_written_from_the_document_takes_an_order_from_the_catalogue_to_payment(
    client_for: ClientFor, dki: Tenant
) -> None:
    with clock.travelling_to(MONDAY):
        eight, cast = await programs_of(client_for, dki)
        officer = eight.clients["officer"]
        found = (await officer.public_products(limit=100)).body
        product = next(one for one in found.items if one.id == str(cast.offer.id))
        begun = await officer.orders_draft(
            body={"offer_id": product.id, "quantity": "5"}, idempotency_key="satu"
        )
        eight.id = begun.body.id
        line = begun.body.lines[0].id
        again = await officer.orders_draft(
            body={"offer_id": product.id, "quantity": "5"}, idempotency_key="satu"
        )
        assert again.body.id == eight.id and again.body.lines[0].quantity == begun.body.lines[0].quantity
        await officer.orders_change_draft(
            order=eight.id,
            if_match=again.headers["etag"],
            body={
                "quantities": {line: "5"},
                "package_id": str(cast.package.id),
                "budget_line_id": str(cast.budget_line.id),
                "delivery_address": "Jalan Gatot Subroto Kav. 40-41, lantai 3",
                "delivery_region_code": dki.region_code,
                "delivery_due_on": "2026-07-17",
            },
        )
        with pytest.raises(Problem) as outdated:
            await officer.orders_submit(order=eight.id, if_match='"1"')
        assert outdated.value.status == 412
        await eight.takes("officer", "submit")
        await eight.takes("approver", "approve", declared=True)
        await eight.takes("owner", "accept", declared=True)
        await eight.takes("staff", "start_delivery", carrier="Mobil boks")
        await eight.takes("staff", "deliver")
        findings = {line: {"accepted": "5", "rejected": "0"}}
        await eight.takes("receiver", "inspect", findings=findings, function_fits=True)
        await eight.takes("owner", "agree_inspection")
        await eight.takes("approver", "hand_over")
        await eight.takes("owner", "invoice", tax_invoice_number=a_tax_invoice_number())
        await eight.takes("treasurer", "request_payment")
        await eight.takes("budget_user", "approve_payment")
        await eight.takes("treasurer", "record_payment", method="imprest", reference=f"TRX-{eight.id}"[:40])
        paid = await eight.sees("auditor")
        assert paid.status == Status.PAID and Decimal(paid.lines[0].accepted_quantity) == 5
        assert len(eight.taken) == 12
        public = (await officer.public_public_order(number=paid.number)).body
        assert public.gross_rupiah == paid.gross_rupiah


async def test_what_the_document_does_not_allow_is_not_sent(client_for: ClientFor) -> None:
    async with client_for("dki.localhost") as anybody:
        document = (await anybody.get("/api/v1/openapi.json")).json()
        anybody.base_url = httpx.URL("http://dki.localhost/api/v1")
        api = client_of(document, anybody)
        for body in ({"offer_id": "x"}, {"quantity": 5}, {"offer_id": None, "quantity": "1", "price": 1}):
            with pytest.raises(NotAsDocumented):
                await api.orders_draft(body=body)
        with pytest.raises(TypeError):
            await api.orders_submit(order="x")  # the version that was seen is asked for by the document
        source = written(document)
        named = [one["operationId"] for methods in document["paths"].values() for one in methods.values()]
        assert source.count("    async def ") == len(named) == len(set(named))
