"""What the catalogue's other pages read: one offer, the vendors of a region, its front page, its waiting requests."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from eorder_platform import clock, tenancy
from eorder_platform.directory.models import ParticipationStatus, Vendor
from eorder_platform.errors import NotVisible
from eorder_platform.reference.models import RegionRow
from eorder_platform.searching import containing
from eorder_platform.tenancy import Tenant
from eorder_tenants.catalogue.browsing import CARD, PLACE
from eorder_tenants.catalogue.deciding import may_decide
from eorder_tenants.catalogue.models import VendorParticipation
from eorder_tenants.catalogue.sanctions import HOLDS, SanctionHere, sanction_from
from eorder_tenants.organisation.actors import Actor
from eorder_tenants.organisation.ordering import ORDERING_UNITS, OrderingUnit, read_units

VENDORS_A_PAGE: Final = 24
OFFERS_OF_A_VENDOR: Final = 24
NEWEST_ON_FRONT: Final = 6
SIMILAR: Final = 3

Row = Mapping[str, Any]


@dataclass(frozen=True)
class OfferPage:
    """An offer with the public facts of its vendor; equal when everything it tells is equal."""

    offer: Row

    @property
    def photos(self) -> Sequence[str]:
        """Its photos in their order, each as "product/photo" of the addresses under /foto/."""
        return str(self.offer["photos"]).split()

    @property
    def coverage(self) -> Sequence[str]:
        """The codes of the regions it is delivered to."""
        return str(self.offer["coverage"]).split()

    @property
    def similar(self) -> Sequence[Row]:
        """The newest others of its category."""
        return _cards(self.offer["similar"])

    @property
    def units(self) -> tuple[OrderingUnit, ...]:
        """The units for which the officer who looks may order; nobody's without one."""
        return read_units(self.offer.get("units"))


async def offer_page(
    tenant: Tenant, offer_id: UUID, locale: str = "id", *, officer_id: UUID | None = None
) -> OfferPage:
    """One offer of this region in one round trip; NotVisible where there is none that everybody sees.

    For a procurement officer the units come along that they may order for today.
    """
    async with tenancy.reading(tenant) as connection:
        if officer_id is None:
            row = await connection.fetchrow(OFFER, offer_id, locale)
        else:
            today = clock.today(tenant.zone)
            row = await connection.fetchrow(_OFFER_FOR_OFFICERS, offer_id, locale, officer_id, today)
    if row is None:
        raise NotVisible("Produk ini tidak ada di katalog daerah ini, atau tidak lagi ditawarkan.")
    return OfferPage(row)


@dataclass(frozen=True)
class FrontPage:
    """What a region's front page says of its catalogue."""

    offers: int
    vendors: int
    groups: Sequence[tuple[str, str, int]]
    newest: Sequence[Row]


async def front_page(tenant: Tenant, locale: str = "id") -> FrontPage:
    """How much is on offer, in which main categories (code, name, offers), and what is newest: one round trip."""
    async with tenancy.reading(tenant) as connection:
        row = await connection.fetchrow(_FRONT, locale)
    assert row is not None
    groups = [(code, name, offers) for code, name, offers in json.loads(row["groups"] or "[]")]
    return FrontPage(sum(offers for *_, offers in groups), row["vendors"], groups, _cards(row["newest"]))


@dataclass(frozen=True)
class VendorShelf:
    """A vendor as a region knows it: public facts, the newest of its offers, the sanction that holds on it."""

    vendor: Row
    offers: Sequence[Row]
    sanction: SanctionHere | None


async def vendor_page(
    tenant: Tenant, vendor_id: UUID, locale: str = "id", *, waiting_too: bool = False
) -> VendorShelf:
    """A vendor that takes part in this region (or only asked to, where the reader may see that); NotVisible else."""
    statuses = [ParticipationStatus.ACTIVE.value]
    if waiting_too:
        statuses += [ParticipationStatus.REQUESTED.value, ParticipationStatus.DECLINED.value]
    async with tenancy.reading(tenant) as connection:
        row = await connection.fetchrow(_VENDOR, vendor_id, statuses)
    if row is None:
        raise NotVisible("Penyedia ini tidak melayani daerah ini.")
    return VendorShelf(row, _cards(row["newest"]), sanction_from(row["sanction"]))


async def vendors_serving(tenant: Tenant, words: str = "", page: int = 1) -> tuple[Sequence[Row], int]:
    """A page of the vendors that take part here, by name, and how many there are in all."""
    async with tenancy.searching(tenant) as connection:
        rows = await connection.fetch(
            _VENDORS, containing(words), VENDORS_A_PAGE, (page - 1) * VENDORS_A_PAGE
        )
    return [row for row in rows if row["id"] is not None], rows[0]["found"]


async def vendors_behind(
    tenant: Tenant, words: str, after: tuple[str, UUID] | None, most: int
) -> Sequence[Row]:
    """So many of them behind that one, by `sorted_by` and id, for programs that read all in steps."""
    name, vendor_id = after or ("", UUID(int=0))
    async with tenancy.searching(tenant) as connection:
        return list(await connection.fetch(_VENDORS_BEHIND, containing(words), name, vendor_id, most))


@dataclass(frozen=True)
class Request:
    """A vendor that waits for this region's decision."""

    vendor: Vendor
    city: str
    requested_at: datetime
    due_at: datetime | None


async def requests_waiting(session: AsyncSession, actor: Actor) -> list[Request]:
    """Vendors that wait for a decision, the longest waiting first; nobody else than who decides sees any."""
    if not may_decide(actor):
        return []
    rows = await session.execute(
        select(Vendor, RegionRow.name, VendorParticipation.requested_at, VendorParticipation.due_at)
        .join(VendorParticipation, VendorParticipation.vendor_id == Vendor.id)
        .join(RegionRow, RegionRow.code == Vendor.region_code)
        .where(VendorParticipation.status == ParticipationStatus.REQUESTED)
        .order_by(VendorParticipation.requested_at, Vendor.id)
        .limit(100)
    )
    return [Request(*row) for row in rows]


_ROWS: Final = json.JSONDecoder(parse_float=Decimal)


def _cards(text: str | None) -> Sequence[Row]:
    return _ROWS.decode(text) if text else []


_ONE_OFFER: Final = f"""
select o.id, o.vendor_id, o.name, o.description, o.unit, o.price_rupiah, o.minimum_order, o.lead_days, o.tax_class,
    o.domestic, o.shipping_rupiah, o.art, o.vendor_name, o.vendor_scale, o.vendor_form, o.vendor_city,
    o.vat_registered, o.charges_local_tax, o.category_code, o.category_group,
    array_to_string(o.photos, ' ') as photos, array_to_string(o.coverage, ' ') as coverage,
    case when $2 = 'en' then part.name_english else part.name end as category_name,
    case when $2 = 'en' then main.name_english else main.name end as group_name,
    v.business_id_number, v.legal_name, v.verified_at,
    (select string_agg(r.name, ', ' order by r.code) from region r where r.code = any(o.coverage)) as delivered_to,
    (select json_agg(card) from (
        select {CARD} from offer
        where visible and category_code = o.category_code and id <> o.id
        order by published_at desc, id desc limit {SIMILAR}) card) as similar{{units}}
from offer o
join category part on part.code = o.category_code
join category main on main.code = o.category_group
join vendor v on v.id = o.vendor_id
where o.id = $1 and o.visible
"""
OFFER: Final = _ONE_OFFER.format(units="")
_OFFER_FOR_OFFICERS: Final = _ONE_OFFER.format(
    units=f", {ORDERING_UNITS.format(officer='$3', today='$4')} as units"
)

_FRONT: Final = f"""
select (select count(*) from vendor_participation where status = 'active') as vendors,
    (select json_agg(json_build_array(
            n.code, case when $1 = 'en' then c.name_english else c.name end, n.offers) order by c.position)
        from offer_count n join category c on c.code = n.code where n.kind = 'group' and n.offers > 0) as groups,
    (select json_agg(card) from (
        select {CARD} from offer where visible
        order by published_at desc, id desc limit {NEWEST_ON_FRONT}) card) as newest
"""

_VENDOR: Final = f"""
select v.id, v.trade_name, v.legal_name, v.legal_form, v.business_scale, v.business_id_number, v.vat_registered,
    v.status, v.verified_at, {PLACE} as city, p.status as standing, p.requested_at, p.due_at, p.decided_at, p.reason,
    p.note,
    (select row_to_json(sanction) from ({HOLDS.format(vendor="v.id", now="now()")}) sanction)::text as sanction,
    (select count(*) from offer where vendor_id = v.id and visible) as offers,
    (select json_agg(card) from (
        select {CARD} from offer where vendor_id = v.id and visible
        order by published_at desc, id desc limit {OFFERS_OF_A_VENDOR}) card) as newest
from vendor_participation p
join vendor v on v.id = p.vendor_id
join region r on r.code = v.region_code
where p.vendor_id = $1 and p.status = any($2)
"""

_VENDORS_BEHIND: Final = f"""
select v.id, v.trade_name, v.legal_name, v.legal_form, v.business_scale, v.vat_registered, {PLACE} as city,
    (select count(*) from offer where vendor_id = v.id and visible) as offers, lower(v.trade_name) as sorted_by
from vendor_participation p
join vendor v on v.id = p.vendor_id
join region r on r.code = v.region_code
where p.status = 'active' and v.status = 'verified'
    and (v.trade_name ilike $1 or v.legal_name ilike $1 or r.name ilike $1)
    and (lower(v.trade_name), v.id) > ($2, $3)
order by lower(v.trade_name), v.id limit $4
"""

_VENDORS: Final = f"""
with serving as materialized (
    select v.id, v.trade_name, v.legal_name, v.legal_form, v.business_scale, v.vat_registered, {PLACE} as city
    from vendor_participation p
    join vendor v on v.id = p.vendor_id
    join region r on r.code = v.region_code
    where p.status = 'active' and v.status = 'verified'
        and (v.trade_name ilike $1 or v.legal_name ilike $1 or r.name ilike $1))
select one.*, (select count(*) from serving) as found,
    (select count(*) from offer where vendor_id = one.id and visible) as offers
from (select) as always
left join lateral (select serving.* from serving order by lower(trade_name), id limit $2 offset $3) as one on true
order by lower(one.trade_name), one.id
"""
