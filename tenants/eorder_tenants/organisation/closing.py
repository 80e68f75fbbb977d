"""Days on which a region's offices are closed besides the national holidays: no deadline counts them."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import literal, select, union_all
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from eorder_platform import clock
from eorder_platform.errors import NotVisible, Refused
from eorder_platform.reference.models import Holiday
from eorder_platform.tenancy import Tenant
from eorder_platform.texts import too_long
from eorder_tenants.organisation.actors import Actor
from eorder_tenants.organisation.appointing import require_administrator
from eorder_tenants.organisation.models import RegionalHoliday

SATURDAY = 5


@dataclass(frozen=True)
class ClosedDay:
    """A holiday; `own` if the region itself set it."""

    day: date
    name: str
    own: bool


async def closed_days_to_come(session: AsyncSession, actor: Actor) -> list[ClosedDay]:
    """The national holidays and the region's own from today on, by day."""
    require_administrator(actor)
    first = _today(session)
    days = union_all(
        select(Holiday.day, Holiday.name, literal(False)).where(Holiday.day >= first),
        select(RegionalHoliday.day, RegionalHoliday.name, literal(True)).where(RegionalHoliday.day >= first),
    )
    return [ClosedDay(*row) for row in await session.execute(days.order_by("day"))]


async def close_on(session: AsyncSession, actor: Actor, day: date, name: str) -> None:
    """The offices are closed on that day. Deadlines that run already keep the day they were told.

    Refused: a day that has come already in the region's zone, a weekend, a day that is a holiday anyway, no name.
    """
    require_administrator(actor)
    problems: list[tuple[str | None, str]] = []
    if day <= _today(session):
        problems.append(("day", "Pilih hari paling cepat besok, agar yang sudah dihitung tidak berubah."))
    elif day.weekday() >= SATURDAY:
        problems.append(("day", "Sabtu dan Minggu memang bukan hari kerja."))
    if len(name) < 3:
        problems.append(("name", "Tulis nama hari libur, paling sedikit 3 huruf."))
    elif sentence := too_long(name, "name"):
        problems.append(("name", sentence))
    if problems:
        raise Refused.several(problems)
    if national := await session.get(Holiday, day):
        raise Refused("Hari ini sudah libur nasional: %(name)s.", "day", name=national.name)
    added = insert(RegionalHoliday).values(day=day, name=name).on_conflict_do_nothing()
    if await session.scalar(added.returning(RegionalHoliday.day)) is None:
        raise Refused("Hari ini sudah menjadi hari libur daerah.", "day")


async def open_on(session: AsyncSession, actor: Actor, day: date) -> None:
    """That day is a working day again; only for days that have not come yet."""
    require_administrator(actor)
    holiday = await session.get(RegionalHoliday, day, with_for_update=True)
    if holiday is None or day <= _today(session):
        raise NotVisible("Hari libur daerah yang belum tiba ini tidak ditemukan.")
    await session.delete(holiday)
    await session.flush()


def _today(session: AsyncSession) -> date:
    tenant: Tenant = session.info["tenant"]
    return clock.today(tenant.zone)
