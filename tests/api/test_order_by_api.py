"""An order from the catalogue to payment by programs of its eight people, each with a token of their own."""

from decimal import Decimal
from typing import Any

import httpx

from eorder_platform import clock, tenancy
from eorder_platform.directory.models import VendorMember, VendorRole
from eorder_platform.tenancy import Tenant
from eorder_tenants.orders.core.models import Status
from tests.api.factories import ClientFor, a_client, an_account_of
from tests.orders.factories import MONDAY, Cast, a_cast, a_tax_invoice_number


class People:
    """Each with a program; `order` is where the order stands for whom."""

    def __init__(self, clients: dict[str, httpx.AsyncClient], slug: str) -> None:
        self.clients, self.slug, self.id = clients, slug, ""

    async def sees(self, who: str) -> dict[str, Any]:
        answer = await self.clients[who].get(self.at(who))
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    def at(self, who: str) -> str:
        return f"/inbox/{self.slug}/{self.id}" if who in ("owner", "staff") else f"/orders/{self.id}"

    async def takes(self, who: str, noun: str, **body: object) -> dict[str, Any]:
        order = await self.sees(who)
        step = next(one for one in order["steps"] if one["href"].endswith(f"/{noun}"))
        assert step["allowed"], step["why_not"]
        answer = await self.clients[who].post(
            step["href"].removeprefix("/api/v1"), json=body, headers={"If-Match": f'"{order["version"]}"'}
        )
        assert answer.status_code in (200, 204), answer.text
        return answer.json() if answer.content else {}


async def people(client_for: ClientFor, dki: Tenant) -> tuple[People, Cast]:
    async with tenancy.inside(dki) as session:
        cast = await a_cast(session, price=10_000)
    clients = {}
    for name, actor in cast.everybody.items():
        if actor.id is None or name in ("stranger", "other_vendor"):
            continue
        await an_account_of(actor.id, actor.name)
        if actor.vendor_id:
            async with tenancy.national() as session:
                session.add(
                    VendorMember(
                        account_id=actor.id,
                        vendor_id=actor.vendor_id,
                        role=VendorRole(actor.vendor_role or ""),
                    )
                )
        host = "localhost" if actor.vendor_id else "dki.localhost"
        clients[name] = await a_client(client_for, host, actor.id)
    return People(clients, dki.slug), cast


async def test_eight_people_take_an_order_from_the_catalogue_to_payment(
    client_for: ClientFor, dki: Tenant
) -> None:
    with clock.travelling_to(MONDAY):
        eight, cast = await people(client_for, dki)
        officer = eight.clients["officer"]
        begun = await officer.post("/orders", json={"offer_id": str(cast.offer.id), "quantity": "7"})
        assert begun.status_code == 201, begun.text
        order = begun.json()
        eight.id = order["id"]
        line = order["lines"][0]["id"]
        changed = await officer.put(
            f"/orders/{eight.id}/draft",
            json={
                "quantities": {line: 5},
                "package_id": str(cast.package.id),
                "budget_line_id": str(cast.budget_line.id),
                "delivery_address": "Jalan Gatot Subroto Kav. 40-41, lantai 3",
                "delivery_region_code": dki.region_code,
                "delivery_due_on": "2026-07-17",
            },
            headers={"If-Match": begun.headers["etag"]},
        )
        assert changed.status_code == 200, changed.text
        await eight.takes("officer", "pengajuan")
        await eight.takes("approver", "persetujuan", declared=True)
        await eight.takes("owner", "penerimaan", declared=True)
        await eight.takes("staff", "pengiriman", carrier="Mobil boks")
        await eight.takes("staff", "kedatangan")
        await eight.takes(
            "receiver",
            "pemeriksaan",
            findings={line: {"accepted": 5, "rejected": 0}},
            function_fits=True,
        )
        await eight.takes("owner", "persetujuan-pemeriksaan")
        await eight.takes("approver", "serah-terima")
        await eight.takes("owner", "tagihan", tax_invoice_number=a_tax_invoice_number())
        await eight.takes("treasurer", "permintaan-pembayaran")
        await eight.takes("budget_user", "persetujuan-pembayaran")
        paid = await eight.takes(
            "treasurer", "pembayaran", method="imprest", reference=f"TRX-{eight.id}"[:40]
        )
        assert paid["status"] == Status.PAID
        assert Decimal(paid["lines"][0]["accepted_quantity"]) == 5
        done = await eight.takes("approver", "penutupan")
        assert done["status"] == Status.COMPLETED
        seen = await eight.sees("auditor")
        assert [one["action"] for one in seen["events"]][-1] == "complete"
        public = await eight.clients["admin"].get(f"/public-orders/{seen['number']}")
        assert public.json()["gross_rupiah"] == seen["gross_rupiah"]
