"""The one way in which a region tells the nation about an order and its bills; called by the region's job."""

from collections.abc import Sequence

from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from eorder_platform.projections.models import BillProjection, OrderProjection


async def project(
    session: AsyncSession, order: OrderProjection, bills: Sequence[BillProjection] = ()
) -> None:
    """Keep this newest picture of an order with all its bills, unless a later version is already known.

    Jobs may overtake each other: whoever writes the order's row has its bills too, and the same version says the same.
    """
    columns = [column for column in OrderProjection.__table__.columns if column.computed is None]
    picture = {column.name: getattr(order, column.name) for column in columns}
    written = insert(OrderProjection).values(picture)
    newest = {name: written.excluded[name] for name in picture if name not in ("tenant_id", "order_id")}
    kept = await session.scalar(
        written.on_conflict_do_update(
            index_elements=["tenant_id", "order_id"],
            set_=newest,
            where=OrderProjection.version <= written.excluded.version,
        ).returning(OrderProjection.order_id)
    )
    if kept is None:
        return
    own = BillProjection.tenant_id == order.tenant_id, BillProjection.order_id == order.order_id
    await session.execute(delete(BillProjection).where(*own))
    session.add_all(bills)
