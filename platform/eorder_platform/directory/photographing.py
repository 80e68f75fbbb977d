"""Photos of a product: three WebP sizes under one key of the national files, drawn anew from the upload's pixels."""

from typing import Final
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from eorder_platform.directory.members import Member
from eorder_platform.directory.models import ProductPhoto
from eorder_platform.directory.products import own_product
from eorder_platform.directory.writing_products import touch
from eorder_platform.errors import NotVisible, Refused
from eorder_platform.files import file_store
from eorder_platform.ids import new_id
from eorder_platform.pictures import WIDTHS, Pictures

MOST_PHOTOS: Final = 8


def photo_key(product_id: UUID, photo_id: UUID, width: int) -> str:
    """Where a size of a photo lies among the national files (`file_store().national()`)."""
    return f"products/{product_id}/{photo_id}-{width}.webp"


async def add_photo(
    session: AsyncSession, member: Member, product_id: UUID, pictures: Pictures, description: str = ""
) -> ProductPhoto:
    """Add a photo, drawn in its sizes (pictures.py), behind those there are. Refused: more than eight photos.

    The files are written before the row is committed; a rollback leaves files that nobody names, never a row without.
    """
    product = await own_product(session, member, product_id, lock=True)
    photos = select(func.count(), func.max(ProductPhoto.position)).where(
        ProductPhoto.product_id == product.id
    )
    count, last = (await session.execute(photos)).one()
    if count >= MOST_PHOTOS:
        raise Refused(
            "Paling banyak %(most)s foto untuk satu produk. Hapus salah satu dahulu.",
            "photo",
            most=MOST_PHOTOS,
        )
    photo = ProductPhoto(id=new_id(), product_id=product.id, position=0 if last is None else last + 1)
    photo.description = " ".join(description.split())[:200]
    for width, content in pictures.items():
        await file_store().national().put(photo_key(product.id, photo.id, width), content)
    session.add(photo)
    touch(session, product)
    return photo


async def remove_photo(session: AsyncSession, member: Member, product_id: UUID, photo_id: UUID) -> None:
    """Take a photo away. Its files stay: regions that have not heard yet, and documents, may still name them."""
    product = await own_product(session, member, product_id, lock=True)
    photo = await session.get(ProductPhoto, photo_id)
    if photo is None or photo.product_id != product.id:
        raise NotVisible("Foto ini tidak ditemukan.")
    await session.delete(photo)
    touch(session, product)


async def read_photo(product_id: UUID, photo_id: UUID, width: int) -> bytes:
    """The WebP of one size; NotVisible for a size that is not made."""
    if width not in WIDTHS:
        raise NotVisible("Foto ini tidak ditemukan.")
    return await file_store().national().get(photo_key(product_id, photo_id, width))
