"""A vendor writes a product once; regions see it while it is published."""

import io
from decimal import Decimal

import pytest
from PIL import Image
from sqlalchemy.ext.asyncio import AsyncSession

from eorder_platform.directory.models import ProductStatus, TaxClass
from eorder_platform.directory.photographing import add_photo, read_photo, remove_photo
from eorder_platform.directory.publishing_products import publish_product, withdraw_product
from eorder_platform.directory.queries import product_card, products_of
from eorder_platform.directory.writing_products import change_product, write_product
from eorder_platform.errors import NotVisible, Refused
from tests.directory.factories import (
    a_drawn_photo,
    a_published_product,
    a_registered_vendor,
    a_verified_vendor,
    mentions,
    some_product,
    written_jobs,
)


async def test_a_new_product_is_a_draft_that_no_region_hears_of(national_session: AsyncSession) -> None:
    member = await a_verified_vendor(national_session)
    product = await write_product(national_session, member, some_product())
    assert (product.status, product.price_rupiah, product.minimum_order) == (
        ProductStatus.DRAFT,
        35_000,
        Decimal(20),
    )
    assert product.tax_class == TaxClass.CATERING
    spread = await written_jobs(national_session, "catalogue.spread_product")
    assert mentions(spread, product_id=product.id) == 0


async def test_the_tax_class_is_the_categorys_whatever_the_vendor_says(
    national_session: AsyncSession,
) -> None:
    """Stationery as "hospitality" would bear neither VAT nor income tax."""
    member = await a_verified_vendor(national_session)
    paper = some_product(category_code="ATK.PAPER") | {"tax_class": "hospitality"}
    product = await write_product(national_session, member, paper)
    assert product.tax_class == TaxClass.GOODS
    await change_product(national_session, member, product.id, paper | {"price": "40.000"})
    assert product.tax_class == TaxClass.GOODS
    await change_product(national_session, member, product.id, some_product(category_code="AGRI.RICE"))
    assert product.tax_class == TaxClass.RICE


async def test_a_granted_class_stays_with_its_product_alone(national_session: AsyncSession) -> None:
    member = await a_verified_vendor(national_session)
    paper = some_product(category_code="ATK.PAPER")
    product = await write_product(national_session, member, paper)
    product.granted_class = product.tax_class = TaxClass.LUXURY
    await national_session.flush()
    await change_product(national_session, member, product.id, paper | {"price": "40.000"})
    assert product.tax_class == TaxClass.LUXURY
    await change_product(national_session, member, product.id, paper | {"name": "Kertas lain sama sekali"})
    assert [product.tax_class, product.granted_class] == [TaxClass.GOODS, None]


async def test_only_food_and_hotels_may_charge_the_local_tax(national_session: AsyncSession) -> None:
    member = await a_verified_vendor(national_session)
    food = await write_product(national_session, member, some_product(charges_local_tax="ya"))
    assert food.charges_local_tax
    paper = some_product(category_code="ATK.PAPER", charges_local_tax="ya")
    with pytest.raises(Refused, match="hanya untuk makanan") as refusal:
        await write_product(national_session, member, paper)
    assert refusal.value.problems[0][0] == "charges_local_tax"


async def test_every_problem_of_a_product_is_named(national_session: AsyncSession) -> None:
    member = await a_verified_vendor(national_session)
    wrong = some_product(
        name="",
        category_code="FNB-MEET",
        price="0",
        minimum_order="nol",
        lead_days="-1",
        coverage="99",
        unit="",
    )
    with pytest.raises(Refused) as refusal:
        await write_product(national_session, member, wrong)
    named = [field for field, _ in refusal.value.problems]
    assert named == ["category_code", "name", "unit", "price", "minimum_order", "lead_days", "coverage"]


async def test_a_province_covers_what_is_in_it(national_session: AsyncSession) -> None:
    member = await a_verified_vendor(national_session)
    product = await write_product(national_session, member, some_product(coverage="75.71,75,31.71"))
    assert product.coverage == ["31.71", "75"]


async def test_a_published_product_reaches_the_regions_and_so_does_every_change(
    national_session: AsyncSession,
) -> None:
    member = await a_verified_vendor(national_session)
    product = await a_published_product(national_session, member)
    await change_product(national_session, member, product.id, some_product(price="36.500"))
    await withdraw_product(national_session, member, product.id)
    await withdraw_product(national_session, member, product.id)
    spread = await written_jobs(national_session, "catalogue.spread_product")
    assert mentions(spread, product_id=product.id) == 3
    assert (product.version, product.price_rupiah, product.status) == (4, 36_500, ProductStatus.WITHDRAWN)


async def test_nothing_is_published_before_verification(national_session: AsyncSession) -> None:
    member = await a_registered_vendor(national_session)
    product = await write_product(national_session, member, some_product())
    await national_session.flush()
    with pytest.raises(Refused, match="terverifikasi"):
        await publish_product(national_session, member, product.id)


async def test_another_vendors_product_is_not_there(national_session: AsyncSession) -> None:
    one, other = await a_verified_vendor(national_session), await a_verified_vendor(national_session)
    product = await a_published_product(national_session, one)
    for act in (publish_product, withdraw_product):
        with pytest.raises(NotVisible):
            await act(national_session, other, product.id)
    with pytest.raises(NotVisible):
        await change_product(national_session, other, product.id, some_product())
    with pytest.raises(NotVisible):
        await add_photo(national_session, other, product.id, a_drawn_photo())
    assert await products_of(national_session, other.vendor_id) == []


async def test_a_photo_is_kept_in_three_sizes(national_session: AsyncSession) -> None:
    member = await a_verified_vendor(national_session)
    product = await a_published_product(national_session, member)
    photo = await add_photo(national_session, member, product.id, a_drawn_photo())
    await national_session.flush()
    for width in (240, 480, 960):
        content = await read_photo(product.id, photo.id, width)
        with Image.open(io.BytesIO(content)) as picture:
            assert (picture.format, picture.size) == ("WEBP", (width, width * 3 // 4))
    with pytest.raises(NotVisible):
        await read_photo(product.id, photo.id, 99)


async def test_the_ninth_photo_is_refused(national_session: AsyncSession) -> None:
    member = await a_verified_vendor(national_session)
    product = await a_published_product(national_session, member)
    for _ in range(8):
        await add_photo(national_session, member, product.id, a_drawn_photo(size=(40, 30)))
    with pytest.raises(Refused, match="Paling banyak 8 foto"):
        await add_photo(national_session, member, product.id, a_drawn_photo(size=(40, 30)))


async def test_the_card_of_a_product_has_all_that_an_offer_shows(national_session: AsyncSession) -> None:
    member = await a_verified_vendor(national_session)
    product = await a_published_product(national_session, member)
    first = await add_photo(national_session, member, product.id, a_drawn_photo(size=(40, 30)))
    second = await add_photo(national_session, member, product.id, a_drawn_photo("navy", (40, 30)))
    await national_session.flush()
    card = await product_card(national_session, product.id)
    assert (card.published, card.category_group, card.vendor_city) == (True, "FNB-MEET", "Kota Gorontalo")
    assert card.photos == (first.id, second.id)
    await remove_photo(national_session, member, product.id, first.id)
    await national_session.flush()
    assert (await product_card(national_session, product.id)).photos == (second.id,)
