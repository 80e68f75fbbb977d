"""The one way in which a region tells the nation about an order; called by the region's job."""

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from eorder_platform.projections.models import OrderProjection


async def project(session: AsyncSession, order: OrderProjection) -> None:
    """Keep this newest picture of an order, unless a later version is already known (jobs may overtake each other)."""
    columns = [column for column in OrderProjection.__table__.columns if column.computed is None]
    picture = {column.name: getattr(order, column.name) for column in columns}
    written = insert(OrderProjection).values(picture)
    newest = {name: written.excluded[name] for name in picture if name not in ("tenant_id", "order_id")}
    await session.execute(
        written.on_conflict_do_update(
            index_elements=["tenant_id", "order_id"],
            set_=newest,
            where=OrderProjection.version < written.excluded.version,
        )
    )
