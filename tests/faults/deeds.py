"""What a test asks of the stack beside its pages: `python -m tests.faults.deeds` obeys lines of JSON.

A process apart, because settings, pools and broker belong to the deployment whose environment a process has. Its own
connections live through every fault as those of web and worker do.
"""

import asyncio
import json
import sys
import traceback
from collections.abc import Awaitable, Callable
from contextlib import nullcontext
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from eorder_platform import clock, outbox, tenancy, valkey
from eorder_platform.directory.members import Member
from eorder_platform.directory.models import VendorRole
from eorder_platform.identity.models import Account
from eorder_platform.identity.passwords import hash_password
from eorder_platform.ids import new_id
from eorder_platform.logs import configure_logs
from eorder_platform.projections.models import OrderProjection
from eorder_platform.tenancy import Tenant, registry
from eorder_tenants.budgets.reconciling import differences
from eorder_tenants.catalogue.counting import recount
from eorder_tenants.catalogue.models import Offer, OfferCount
from eorder_tenants.documents.models import OrderDocument
from eorder_tenants.orders.core.fiscal_year import LAST_HANDOVER, LAST_ORDER
from eorder_tenants.orders.core.models import Order, Status
from eorder_tenants.organisation.models import RuleOverride
from eorder_web.operations import jobs
from tests.catalogue.factories import a_seller
from tests.directory.factories import a_published_product
from tests.faults.stack import PASSWORD
from tests.orders.factories import a_cast, an_order

__all__ = ["jobs"]


async def make_official(slug: str) -> dict[str, str]:
    """A procurement officer of that region with PASSWORD, and an offer that he may order."""
    async with tenancy.inside(await _region(slug)) as session:
        cast = await a_cast(session)
        await recount(session)
    email = f"{new_id().hex[-12:]}@contoh.id"
    async with tenancy.national() as nation:
        account = Account(id=cast.officer.id, email=email, name=cast.officer.name)
        account.password_hash = await hash_password(PASSWORD)
        nation.add(account)
    return {"email": email, "offer": str(cast.offer.id)}


async def make_seller() -> dict[str, str]:
    """A vendor that sells in both regions, with one product there already."""
    seller = await a_seller(*await registry.all_tenants())
    await outbox.carry_out_open(outbox.NATION, outbox.declared_jobs())
    for tenant in await registry.all_tenants():
        await outbox.carry_out_open(tenant.slug, outbox.declared_jobs())
    member = seller.member
    return {"vendor": str(member.vendor_id), "account": str(member.account_id), "name": member.name}


async def publish(seller: str, count: str, sent: str = "sent") -> None:
    """So many products of the vendor, each in a transaction of its own; `unsent`: the broker hears of none."""
    known = json.loads(seller)
    member = Member(UUID(known["account"]), known["name"], UUID(known["vendor"]), VendorRole.OWNER)
    with outbox.unsent() if sent == "unsent" else nullcontext():
        for number in range(int(count)):
            async with tenancy.national() as session:
                await a_published_product(session, member, name=f"Kue nomor {number}", coverage="31,75")


async def issue_orders(slug: str, count: str) -> None:
    """So many orders of that region, issued: each with a document to print and news for the nation."""
    tenant = await _region(slug)
    year = clock.today(tenant.zone).year
    async with tenancy.inside(tenant) as session:
        for key in (LAST_ORDER, LAST_HANDOVER):  # also in the last days of a year
            session.add(
                RuleOverride(key=key, value=1231, valid_from=date(year, 1, 1), legal_basis="Pergub 12")
            )
    for _ in range(int(count)):
        async with tenancy.inside(tenant) as session:
            cast = await a_cast(session, year=year)
            await an_order(session, cast, Status.ISSUED)
            await recount(session)


async def relay() -> int:
    """What the scheduler does in its turn, a minute from now."""
    slugs = [outbox.NATION, *(tenant.slug for tenant in await registry.all_tenants())]
    with clock.travelling_to(clock.now() + timedelta(minutes=1)):
        return sum([await outbox.relay(slug) for slug in slugs])


async def flush_valkey() -> None:
    await valkey.client().flushall()


async def effects() -> dict[str, Any]:
    """Of every outbox together: how many rows are open and done, the most attempts, and what went wrong."""
    found: dict[str, Any] = {"open": 0, "done": 0, "attempts": 0, "errors": []}
    async with tenancy.national() as nation:
        rows = list(await nation.scalars(select(outbox.NationalOutbox)))
    everything: list[outbox.NationalOutbox | outbox.Outbox] = list(rows)
    for tenant in await registry.all_tenants():
        async with tenancy.inside(tenant) as session:
            everything += await session.scalars(select(outbox.Outbox))
    for row in everything:
        found["done" if row.done_at else "open"] += 1
        found["attempts"] = max(found["attempts"], row.attempts)
        if row.last_error:
            found["errors"].append(f"{row.job}: {row.last_error}")
    return found


async def drafts_of(slug: str, email: str) -> list[str]:
    """The orders that person has begun."""
    async with tenancy.national() as nation:
        account_id = await nation.scalar(select(Account.id).where(Account.email == email))
    async with tenancy.inside(await _region(slug)) as session:
        found = await session.scalars(select(Order.id).where(Order.drafted_by == account_id))
        return [str(one) for one in found]


async def catalogue(slug: str, vendor: str) -> dict[str, Any]:
    """The vendor's offers in that region, and whether the numbers beside the choices are those of the offers."""
    async with tenancy.inside(await _region(slug)) as session:
        offers = list(await session.scalars(select(Offer).where(Offer.vendor_id == UUID(vendor))))
        counted = {(row.kind, row.code): row.offers for row in await session.scalars(select(OfferCount))}
        visible = list(await session.scalars(select(Offer).where(Offer.visible)))
    true: dict[tuple[str, str], int] = {}
    for offer in visible:
        for place in (("group", offer.category_group), ("region", offer.vendor_region_code)):
            true[place] = true.get(place, 0) + 1
    return {
        "visible": sum(offer.visible for offer in offers),
        "exact": {place: n for place, n in counted.items() if n} == true,
    }


async def orders(slug: str) -> dict[str, int]:
    """Issued orders, those of which the nation knows the newest version, documents, and those printed."""
    tenant = await _region(slug)
    async with tenancy.inside(tenant) as session:
        issued = {order.id: order.version for order in await session.scalars(select(Order))}
        documents = await session.scalar(select(func.count()).select_from(OrderDocument))
        printed = await session.scalar(select(func.count()).where(OrderDocument.rendered_at.is_not(None)))
        ledger = len(await differences(session))
    async with tenancy.national() as nation:
        told = list(
            await nation.scalars(select(OrderProjection).where(OrderProjection.tenant_id == tenant.id))
        )
    return {
        "issued": len(issued),
        "told": sum(issued[one.order_id] == one.version for one in told),
        "documents": documents or 0,
        "printed": printed or 0,
        "ledger_differences": ledger,
    }


async def _region(slug: str) -> Tenant:
    tenant = await registry.by_slug(slug)
    assert tenant is not None
    return tenant


DEEDS: dict[str, Callable[..., Awaitable[Any]]] = {
    deed.__name__: deed
    for deed in (
        make_official,
        make_seller,
        publish,
        issue_orders,
        relay,
        flush_valkey,
        effects,
        drafts_of,
        catalogue,
        orders,
    )
}


async def main() -> None:
    """Answer every line of the input, `["deed", "word", …]`, by one line: what it returned, or why it failed."""
    configure_logs()
    while line := await asyncio.to_thread(sys.stdin.readline):
        deed, *words = json.loads(line)
        try:
            answer = {"returned": await DEEDS[deed](*words)}
        except Exception:
            answer = {"failed": traceback.format_exc()}
        print(json.dumps(answer), flush=True)
    await tenancy.close_connections()


if __name__ == "__main__":
    asyncio.run(main())
