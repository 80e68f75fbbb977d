"""A vendor asks for another tax class than the category's; only a verifier grants it, for that product alone."""

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from eorder_platform.directory.change_queue import requests_of
from eorder_platform.directory.deciding_changes import accept_change, refuse_change
from eorder_platform.directory.members import Member
from eorder_platform.directory.models import ChangeOutcome, ProductStatus, VendorRole
from eorder_platform.directory.tax_classes import ask_for_tax_class
from eorder_platform.directory.writing_products import change_product
from eorder_platform.errors import NotAllowed, NotVisible, Refused
from tests.directory.factories import (
    a_published_product,
    a_registered_vendor,
    a_verified_vendor,
    a_verifier,
    mentions,
    some_product,
    written_jobs,
)

WANTED = {"tax_class": "service", "note": "Juru masak saja, tanpa bahan"}


async def test_the_class_stays_until_it_is_granted_and_then_goes_to_the_regions(
    national_session: AsyncSession,
) -> None:
    session = national_session
    member, verifier = await a_verified_vendor(session), await a_verifier(session)
    product = await a_published_product(session, member)
    refused = await ask_for_tax_class(session, member, product.id, WANTED)
    await refuse_change(session, verifier, refused.id, "Ini tetap jasa boga.")
    await session.flush()
    assert (product.tax_class, product.granted_class) == ("catering", None)
    before = mentions(await written_jobs(session, "catalogue.spread_product"), product_id=product.id)
    request = await ask_for_tax_class(session, member, product.id, WANTED)
    await accept_change(session, verifier, request.id)
    await session.flush()
    assert (product.tax_class, product.granted_class, product.status) == (
        "service",
        "service",
        ProductStatus.PUBLISHED,
    )
    after = mentions(await written_jobs(session, "catalogue.spread_product"), product_id=product.id)
    assert after == before + 1


async def test_what_was_asked_for_one_product_is_not_granted_to_another(
    national_session: AsyncSession,
) -> None:
    session = national_session
    member = await a_verified_vendor(session)
    product = await a_published_product(session, member)
    await ask_for_tax_class(session, member, product.id, WANTED)
    await change_product(session, member, product.id, some_product(price="36.000"))
    (waiting,) = await requests_of(session, member)
    assert waiting.outcome is None
    await change_product(session, member, product.id, some_product(name="Beras premium 5 kg"))
    await session.flush()
    assert waiting.outcome == ChangeOutcome.WITHDRAWN


async def test_only_the_owner_of_a_verified_business_asks_and_for_their_own(
    national_session: AsyncSession,
) -> None:
    session = national_session
    owner = await a_verified_vendor(session)
    product = await a_published_product(session, owner)
    staff = Member(owner.account_id, "Staf", owner.vendor_id, VendorRole.STAFF)
    with pytest.raises(NotAllowed):
        await ask_for_tax_class(session, staff, product.id, WANTED)
    with pytest.raises(NotVisible):
        await ask_for_tax_class(session, await a_registered_vendor(session), product.id, WANTED)
    for wrong in ({"tax_class": "catering"}, {"tax_class": "gratis"}, {}):
        with pytest.raises(Refused):
            await ask_for_tax_class(session, owner, product.id, wrong)
