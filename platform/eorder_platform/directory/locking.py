"""The one order in which rows are locked, so that no two writers wait for each other in a circle.

In the nation: account → membership → participation → vendor → its private facts → verification case or change
request → product (with its photos). Whoever needs a later row and perhaps an earlier one locks the earlier one first,
also where it may turn out not to be needed: renaming a product ends what was asked for it, so it begins with the
vendor.

In a region: order (its lines, deliveries and invoices are under its lock) → the vendor's participation → offers →
balances by their ids → counters. From the nation into a region: a job that tells regions holds its national row
(participation, private facts or product) while it writes there. A region's transaction that asks the nation (a number,
a person's turnover) meets none of those: a national row that foreign keys lead to is locked FOR NO KEY UPDATE, which
they pass.
"""

from typing import Final
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from eorder_platform.directory.models import Vendor, VendorPrivate
from eorder_platform.errors import NotVisible

NO_PRIVATE_FACTS: Final = (
    "Data usaha ini tidak lengkap di direktori nasional, jadi belum dapat ditampilkan. "
    "Hubungi badan nasional."
)


async def locked_vendor(session: AsyncSession, vendor_id: UUID) -> Vendor:
    """The vendor as it stands now, until the transaction ends."""
    return await session.get_one(
        Vendor, vendor_id, with_for_update={"key_share": True}, populate_existing=True
    )


async def locked(session: AsyncSession, vendor_id: UUID) -> tuple[Vendor, VendorPrivate]:
    """Both rows of a vendor, always locked in this order; NotVisible where the private one is missing."""
    vendor = await locked_vendor(session, vendor_id)
    private = await session.get(VendorPrivate, vendor_id, with_for_update=True, populate_existing=True)
    if private is None:
        raise NotVisible(NO_PRIVATE_FACTS)
    return vendor, private
