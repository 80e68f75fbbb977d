"""How much a person was paid in a year, over all regions: it decides what of it bears the final tax (PP 55/2022).

A region asks before it pays, and books its payment as the last thing before it commits, in a transaction of its own:
two regions that pay at the same moment get two places in one row of payments. A payment keeps its place when it is
booked again, because the region's own transaction failed after all.
"""

from typing import Final
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from eorder_platform import clock, straight, tenancy
from eorder_platform.projections.models import PersonPayment, PersonYear

_PLACE: Final = f"""
insert into {PersonYear.__table__} (vendor_id, year, last_place) values ($1, $2, 1)
on conflict (vendor_id, year) do update set last_place = person_year.last_place + 1 returning last_place
"""
_BOOK: Final = f"""
insert into {PersonPayment.__table__} as mine
    (tenant_id, invoice_id, vendor_id, year, place, turnover_rupiah, booked_at)
values ($1, $2, $3, $4, $5, $6, $7)
on conflict (tenant_id, invoice_id) do update set
    place = case when mine.year = excluded.year then mine.place else excluded.place end,
    year = excluded.year, turnover_rupiah = excluded.turnover_rupiah, booked_at = excluded.booked_at
"""
_BEFORE: Final = f"""
select coalesce(sum(p.turnover_rupiah), 0)::bigint from {PersonPayment.__table__} p
where p.vendor_id = $1 and p.year = $2 and p.place < coalesce(
    (select m.place from {PersonPayment.__table__} m
     where m.tenant_id = $3 and m.invoice_id = $4 and m.year = $2), {2**31 - 1})
"""


async def turnover_before(vendor_id: UUID, year: int, tenant_id: UUID, invoice_id: UUID) -> int:
    """Rupiah that this person was paid that year before this invoice, or until now where it is not booked yet."""
    async with tenancy.reading_national() as connection:
        found: int = await connection.fetchval(_BEFORE, vendor_id, year, tenant_id, invoice_id)
    return found


async def book_turnover(
    vendor_id: UUID, year: int, tenant_id: UUID, invoice_id: UUID, turnover_rupiah: int
) -> int:
    """Book a payment and say what came before it; booked again, it keeps its place and the newest amount counts."""
    async with tenancy.national() as session:
        place = await straight.value(session, _PLACE, vendor_id, year)
        booked = (tenant_id, invoice_id, vendor_id, year, place, turnover_rupiah, clock.now())
        await straight.rows(session, _BOOK, *booked)
        return await _before(session, vendor_id, year, tenant_id, invoice_id)


async def _before(
    session: AsyncSession, vendor_id: UUID, year: int, tenant_id: UUID, invoice_id: UUID
) -> int:
    found: int = await straight.value(session, _BEFORE, vendor_id, year, tenant_id, invoice_id)
    return found
