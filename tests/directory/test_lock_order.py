"""Writers who need the same rows take them in one order (directory/locking.py): nobody waits in a circle."""

import asyncio
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from eorder_platform import tenancy
from eorder_platform.directory.deciding_changes import accept_change
from eorder_platform.directory.locking import locked
from eorder_platform.directory.members import Member
from eorder_platform.directory.models import ChangeOutcome, ChangeRequest, FactKind, Product
from eorder_platform.directory.tax_classes import ask_for_tax_class
from eorder_platform.directory.verifying import Verifier
from eorder_platform.directory.writing_products import change_product
from eorder_platform.ids import new_id
from eorder_platform.projections.turnover import book_turnover
from eorder_platform.tenancy import Tenant
from tests.directory.factories import a_published_product, a_verified_vendor, a_verifier, some_product

WAITING = text(
    "select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'"
)


async def a_request(session: AsyncSession) -> tuple[Member, Verifier, UUID, UUID]:
    member, verifier = await a_verified_vendor(session), await a_verifier(session)
    product = await a_published_product(session, member)
    wanted = {"tax_class": "service", "note": "Juru masak saja, tanpa bahan"}
    request = await ask_for_tax_class(session, member, product.id, wanted)
    return member, verifier, product.id, request.id


async def waiting(session: AsyncSession, people: int) -> None:
    """Until so many transactions wait for a row."""
    for _ in range(1_000):
        await session.execute(text("select pg_stat_clear_snapshot()"))
        if (await session.scalar(WAITING) or 0) >= people:
            return
        await asyncio.sleep(0.01)
    raise AssertionError(f"{people} never waited")


async def test_a_verifier_grants_a_tax_class_while_the_vendor_renames_the_product(dki: Tenant) -> None:
    """The verifier stood before the request, the vendor held the product and came to the request: a circle."""
    async with tenancy.national() as session:
        member, verifier, product_id, request_id = await a_request(session)

    async def grant() -> None:
        async with tenancy.national() as session:
            await accept_change(session, verifier, request_id)

    async def rename() -> None:
        async with tenancy.national() as session:
            await change_product(session, member, product_id, some_product(name="Beras premium 5 kg"))

    async with tenancy.national() as session:
        await session.scalar(select(ChangeRequest.id).where(ChangeRequest.id == request_id).with_for_update())
        granting = asyncio.create_task(grant())
        await waiting(session, 1)
        renaming = asyncio.create_task(rename())
        await waiting(session, 2)
    await asyncio.gather(granting, renaming)
    async with tenancy.national() as session:
        product, request = (
            await session.get_one(Product, product_id),
            await session.get_one(ChangeRequest, request_id),
        )
    assert (request.kind, request.outcome) == (FactKind.TAX_CLASS, ChangeOutcome.ACCEPTED)
    assert (product.name, product.granted_class) == ("Beras premium 5 kg", None), "granted to another product"


async def test_a_payment_books_a_persons_turnover_while_a_verifier_has_their_file(dki: Tenant) -> None:
    async with tenancy.national() as session:
        member = await a_verified_vendor(session)
    async with tenancy.national() as session:
        await locked(session, member.vendor_id)
        booking = asyncio.create_task(book_turnover(member.vendor_id, 2026, dki.id, new_id(), 1_000_000))
        assert await booking == 0
