"""Vendors that sell in regions: registered, verified, asked, accepted and told, all by the program's own steps."""

from dataclasses import dataclass, field
from uuid import UUID

import httpx
from sqlalchemy.ext.asyncio import AsyncSession

from eorder_platform import tenancy
from eorder_platform.directory.members import Member
from eorder_platform.directory.models import Product
from eorder_platform.directory.participating import request_participation
from eorder_platform.identity import sessions
from eorder_platform.ids import new_id
from eorder_platform.tenancy import Tenant
from eorder_tenants.catalogue import deciding, jobs
from eorder_tenants.organisation.actors import Actor
from eorder_tenants.organisation.models import Role
from tests.directory.factories import a_published_product, a_verified_vendor
from tests.organisation.factories import an_official


@dataclass
class Seller:
    """The owner of a verified business and its products, published under words that nobody else uses."""

    member: Member
    word: str
    products: list[Product] = field(default_factory=list)

    @property
    def vendor_id(self) -> UUID:
        return self.member.vendor_id

    @property
    def product(self) -> Product:
        return self.products[0]


def a_word() -> str:
    """A word that stands in no other test's offers."""
    return "kata" + "".join(chr(ord("a") + int(digit, 16)) for digit in new_id().hex[-14:])


async def a_seller(*tenants: Tenant, **product: str | None) -> Seller:
    """A verified vendor with one published product, taken in by these regions."""
    word = a_word()
    async with tenancy.national() as session:
        member = await a_verified_vendor(session, trade_name=f"Dapur {word.title()}")
        made = await a_published_product(
            session, member, **{"name": f"Nasi kotak {word}", "coverage": "31,75", **product}
        )
    seller = Seller(member, word, [made])
    for tenant in tenants:
        await asks(seller, tenant)
        await is_accepted(seller, tenant)
    return seller


async def sells(seller: Seller, **product: str | None) -> Product:
    """Another product of that vendor, in every region that took it in."""
    async with tenancy.national() as session:
        made = await a_published_product(
            session, seller.member, **{"name": f"Kue {seller.word}", "coverage": "31,75", **product}
        )
    seller.products.append(made)
    await jobs.spread_product(product_id=str(made.id))
    return made


async def asks(seller: Seller, tenant: Tenant) -> None:
    """The vendor asks a region to take it in."""
    async with tenancy.national() as session:
        await request_participation(session, seller.member, tenant.id)
    await jobs.receive_request(vendor_id=str(seller.vendor_id), tenant_id=str(tenant.id))


async def is_accepted(seller: Seller, tenant: Tenant) -> None:
    """The region's administrator takes the vendor in, and its jobs run."""
    async with tenancy.inside(tenant) as session:
        await deciding.accept_vendor(session, await an_administrator(session), seller.vendor_id)
    await jobs.tell_decision(tenant, vendor_id=str(seller.vendor_id))
    await jobs.fetch_vendor(tenant, vendor_id=str(seller.vendor_id))


async def an_administrator(session: AsyncSession) -> Actor:
    return await an_official(session, Role.TENANT_ADMIN, name="Indah Permata")


async def signs_in(browser: httpx.AsyncClient, tenant: Tenant, actor: Actor) -> None:
    """The browser carries a session of that official in that region."""
    roles = tuple(sorted(actor.roles))
    assert actor.id is not None
    token = await sessions.start(tenant.slug, actor.id, actor.name, "pejabat@contoh.id", roles, "")
    browser.cookies.set("eorder_masuk", token)
