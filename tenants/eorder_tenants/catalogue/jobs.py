"""What crosses between the national directory and a region: products and standings come in, decisions go out.

Each job holds the national row it tells of until every region has it, so that two tellings of one product never
overtake each other. Regions in trouble do not keep the others waiting; the job fails afterwards and is sent again.
"""

from collections.abc import Awaitable, Callable, Collection, Iterable
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from eorder_platform import outbox, tenancy
from eorder_platform.directory.models import (
    Participation,
    ParticipationStatus,
    Product,
    ProductStatus,
    VendorPrivate,
)
from eorder_platform.directory.participating import WAITING_OR_IN, record_decision
from eorder_platform.directory.queries import payee_facts, payee_secrets, payee_version, product_card
from eorder_platform.tenancy import Tenant, registry
from eorder_platform.wording.learning import learn_words
from eorder_tenants.catalogue.deciding import decline_sentence
from eorder_tenants.catalogue.models import VendorParticipation
from eorder_tenants.catalogue.offering import offer_product
from eorder_tenants.catalogue.secrets import renew_secrets
from eorder_tenants.catalogue.standing import receive_payee, receive_standing


@outbox.national_job("catalogue.receive_request")
async def receive_request(*, vendor_id: str, tenant_id: str) -> None:
    """A vendor asks to take part: its row, with what an order needs of it, waits for the region's decision."""
    await _tell_standing(UUID(vendor_id), UUID(tenant_id))


@outbox.national_job("catalogue.receive_withdrawal")
async def receive_withdrawal(*, vendor_id: str, tenant_id: str) -> None:
    """A vendor leaves: its offers disappear."""
    await _tell_standing(UUID(vendor_id), UUID(tenant_id))


@outbox.national_job("catalogue.spread_product")
async def spread_product(*, product_id: str) -> None:
    """A product was published, changed or withdrawn, or its vendor's public facts were: every region gets it anew."""
    everywhere = await registry.all_tenants()
    async with tenancy.national() as national:
        product = await national.get(Product, UUID(product_id), with_for_update=True)
        if product is None:
            return
        card = await product_card(national, product.id)
        if card.published and not card.vendor.sandbox:
            await learn_words(national, product.name)
        tenants = await _regions_of(national, product.vendor_id, WAITING_OR_IN, everywhere)
        await _in_each(tenants, lambda session: offer_product(session, card))


@outbox.national_job("catalogue.spread_payee")
async def spread_payee(*, vendor_id: str) -> None:
    """Whom an order pays has changed: every region that the vendor ever asked learns it.

    One that it left has orders running to their end, and pays for them.
    """
    vendor, everywhere = UUID(vendor_id), await registry.all_tenants()
    async with tenancy.national() as national:
        await national.get(VendorPrivate, vendor, with_for_update=True)
        version, payee = await payee_version(national, vendor), await payee_facts(national, vendor)
        secrets = await payee_secrets(national, vendor)
        tenants = await _regions_of(national, vendor, frozenset(ParticipationStatus), everywhere)

        async def receive(session: AsyncSession) -> None:
            await receive_payee(session, vendor, payee, version)
            await renew_secrets(session, vendor, secrets, version)

        await _in_each(tenants, receive)


@outbox.national_job("catalogue.catch_up")
async def catch_up(*, tenant_id: str) -> None:
    """A region that was suspended learns what it could not be told: who its vendors are, whom it pays, what they sell.

    It is told by the jobs that tell it of changes, each of which ignores what is known already.
    """
    async with tenancy.national() as national:
        standing = select(Participation.vendor_id).where(Participation.tenant_id == UUID(tenant_id))
        vendors = list(await national.scalars(standing))
        written = select(Product.id).where(
            Product.vendor_id.in_(standing), Product.status != ProductStatus.DRAFT
        )
        for vendor_id in vendors:
            outbox.write(national, "catalogue.receive_request", vendor_id=vendor_id, tenant_id=tenant_id)
            outbox.write(national, "catalogue.spread_payee", vendor_id=vendor_id)
        for product_id in await national.scalars(written):
            outbox.write(national, "catalogue.spread_product", product_id=product_id)


@outbox.tenant_job("catalogue.fetch_vendor")
async def fetch_vendor(tenant: Tenant, *, vendor_id: str) -> None:
    """The region has taken a vendor in: all its published products become offers."""
    published = select(Product.id).where(
        Product.vendor_id == UUID(vendor_id), Product.status == ProductStatus.PUBLISHED
    )
    async with tenancy.national() as national:
        product_ids = list(await national.scalars(published.order_by(Product.id)))
    for product_id in product_ids:
        async with tenancy.national() as national:
            await national.get(Product, product_id, with_for_update=True)
            card = await product_card(national, product_id)
            async with tenancy.inside(tenant) as session:
                await offer_product(session, card)


@outbox.tenant_job("catalogue.tell_decision")
async def tell_decision(tenant: Tenant, *, vendor_id: str) -> None:
    """The vendor's own copy of its standing learns what the region decided."""
    async with tenancy.inside(tenant) as session:
        participation = await session.get_one(VendorParticipation, UUID(vendor_id))
        status, sentence = ParticipationStatus(participation.status), decline_sentence(participation)
    if status in (ParticipationStatus.ACTIVE, ParticipationStatus.DECLINED):
        async with tenancy.national() as national:
            await record_decision(national, UUID(vendor_id), tenant.id, status, sentence)


async def _tell_standing(vendor_id: UUID, tenant_id: UUID) -> None:
    tenant = await registry.by_id(tenant_id)
    async with tenancy.national() as national:
        told = await national.get(Participation, (vendor_id, tenant_id), with_for_update=True)
        if told is None or tenant is None:
            return
        await national.get(VendorPrivate, vendor_id, with_for_update=True)
        version, payee = await payee_version(national, vendor_id), await payee_facts(national, vendor_id)
        status = ParticipationStatus(told.status)
        async with tenancy.inside(tenant) as session:
            told.due_at = await receive_standing(
                session, vendor_id, status, told.requested_at, payee, version
            )


async def _regions_of(
    national: AsyncSession,
    vendor_id: UUID,
    standings: Collection[ParticipationStatus],
    everywhere: Iterable[Tenant],
) -> list[Tenant]:
    """Regions where the vendor so stands. One that was only asked may have accepted this very moment."""
    asked = select(Participation.tenant_id).where(
        Participation.vendor_id == vendor_id, Participation.status.in_(standings)
    )
    ids = set(await national.scalars(asked))
    return [tenant for tenant in everywhere if tenant.id in ids]


async def _in_each(tenants: Iterable[Tenant], work: Callable[[AsyncSession], Awaitable[None]]) -> None:
    """Do the same in each region; one that is suspended catches up when it comes back."""
    failures = list[Exception]()
    for tenant in tenants:
        if tenant.is_suspended:
            continue
        try:
            async with tenancy.inside(tenant) as session:
                await work(session)
        except Exception as error:  # the other regions' turn comes first; then the job says what failed
            error.add_note(f"region: {tenant.slug}")
            failures.append(error)
    if failures:
        raise ExceptionGroup("not every region could be told", failures)
