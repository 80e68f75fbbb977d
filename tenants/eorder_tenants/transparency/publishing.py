"""An order as everybody may see it (domain.md 7.3), read in one statement that names every column it publishes.

Never read here: who acted, reasons and notes, addresses (an office's delivery address is free text, a vendor's is
private), the payee, a document's facts.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import asyncpg

from eorder_platform import clock
from eorder_platform.business_days import business_days_between
from eorder_platform.money import line_amount
from eorder_tenants.documents.facts import DocumentKind
from eorder_tenants.transparency.stages import Stage, stage_of


@dataclass(frozen=True)
class PublicLine:
    """What was bought, at which price before tax; `accepted_quantity` once it was handed over."""

    name: str
    unit: str
    quantity: Decimal
    unit_price_rupiah: int
    accepted_quantity: Decimal | None

    @property
    def due_quantity(self) -> Decimal:
        """What is to be paid: from the handover on only what was accepted."""
        return self.quantity if self.accepted_quantity is None else self.accepted_quantity

    @property
    def due_rupiah(self) -> int:
        return line_amount(self.due_quantity, self.unit_price_rupiah)


@dataclass(frozen=True)
class PublicDocument:
    """A signed document by its number; whether it is genuine is told under its code (verifying.py)."""

    kind: DocumentKind
    number: str
    signed_at: datetime
    verification_code: str


@dataclass(frozen=True, kw_only=True)
class PublicOrder:
    """Everything that is public about an order. Amounts as in orders.models.Order."""

    number: str
    title: str
    status: str
    unit_name: str
    delivery_place: str
    vendor_id: UUID
    vendor_name: str
    vendor_scale: str
    vendor_form: str
    vendor_place: str
    vendor_vat_registered: bool
    rup_code: str
    package_name: str
    account_code: str
    account_name: str
    base_rupiah: int
    shipping_rupiah: int
    vat_rupiah: int
    gross_rupiah: int
    withheld_rupiah: int
    penalty_rupiah: int
    net_rupiah: int
    delivery_due_on: date | None
    issued_at: datetime
    accepted_at: datetime | None
    delivered_at: datetime | None
    handed_over_at: datetime | None
    invoiced_at: datetime | None
    paid_at: datetime | None
    closed_at: datetime | None
    pay_by: datetime | None
    reminders: int
    lines: Sequence[PublicLine]
    documents: Sequence[PublicDocument]
    closed_days: frozenset[date]
    zone: str

    @property
    def stage(self) -> Stage:
        return stage_of(self.status)

    @property
    def goods_rupiah(self) -> int:
        """The lines alone, before shipping and tax."""
        return self.base_rupiah - self.shipping_rupiah

    @property
    def local_tax_rupiah(self) -> int:
        """The regional tax on food and hotels (PBJT) where the vendor charges it on top."""
        return self.gross_rupiah - self.base_rupiah - self.vat_rupiah

    @property
    def overdue_days(self) -> int:
        """Calendar days by which an unpaid bill is late, by the office's dates; 0 while it is in time."""
        if self.pay_by is None:
            return 0
        zone = ZoneInfo(self.zone)
        return max(0, (clock.now().astimezone(zone).date() - self.pay_by.astimezone(zone).date()).days)

    @property
    def days_since_handover(self) -> tuple[int, int] | None:
        """Calendar days and business days from handover to payment, or until today while it is unpaid."""
        if self.handed_over_at is None:
            return None
        until = self.paid_at or clock.now()
        zone = ZoneInfo(self.zone)
        calendar = until.astimezone(zone).date() - self.handed_over_at.astimezone(zone).date()
        return calendar.days, business_days_between(self.handed_over_at, until, self.zone, self.closed_days)


_PUBLISHED = """
select o.number, o.title, o.status, u.name as unit_name, place.name as delivery_place,
       o.vendor_id, o.vendor_name, o.vendor_scale, o.vendor_form, home.name as vendor_place,
       coalesce((o.assessment -> 'vendor' ->> 'vat_registered')::boolean, v.vat_registered) as vendor_vat_registered,
       p.rup_code, p.name as package_name, b.account_code, b.account_name,
       o.base_rupiah, o.shipping_rupiah, o.vat_rupiah, o.gross_rupiah, o.withheld_rupiah, o.penalty_rupiah,
       o.net_rupiah, o.delivery_due_on,
       o.issued_at, o.accepted_at, o.delivered_at, o.handed_over_at, o.invoiced_at, o.paid_at, o.closed_at,
       (select min(i.pay_by) from invoice i where i.order_id = o.id
           and i.status in ('invoiced', 'payment_requested', 'payment_approved')) as pay_by,
       (select coalesce(sum(i.reminders), 0)::integer from invoice i where i.order_id = o.id) as reminders,
       (select json_agg(json_build_array(l.name, l.unit, l.quantity::text, l.unit_price_rupiah,
                                         case when o.handed_over_at is not null then l.accepted_quantity::text end)
                        order by l.position)
        from order_line l where l.order_id = o.id) as lines,
       (select json_agg(json_build_array(d.kind, d.number, d.signed_at, d.verification_code) order by d.signed_at)
        from order_document d where d.order_id = o.id) as documents,
       array(select h.day from nusantara.holiday h where h.day >= o.handed_over_at::date
             union select r.day from regional_holiday r where r.day >= o.handed_over_at::date) as closed_days
from orders o
join work_unit u on u.id = o.work_unit_id
join package p on p.id = o.package_id
join budget_line b on b.id = o.budget_line_id
join nusantara.vendor v on v.id = o.vendor_id
join nusantara.region home on home.code = v.region_code
left join nusantara.region place on place.code = o.delivery_region_code
where o.number = $1 and o.issued_at is not null
"""


async def published_order(connection: asyncpg.Connection, number: str, zone: str) -> PublicOrder | None:
    """The order of that number, or None when there is none or it was never issued."""
    row = await connection.fetchrow(_PUBLISHED, number)
    if row is None:
        return None
    facts: dict[str, Any] = dict(row)
    facts["delivery_place"] = row["delivery_place"] or ""
    facts["lines"] = [_line(*values) for values in json.loads(row["lines"] or "[]")]
    facts["documents"] = [_document(*values) for values in json.loads(row["documents"] or "[]")]
    facts["closed_days"] = frozenset(row["closed_days"])
    return PublicOrder(**facts, zone=zone)


def _line(name: str, unit: str, quantity: str, price: int, accepted: str | None) -> PublicLine:
    return PublicLine(name, unit, Decimal(quantity), price, Decimal(accepted) if accepted else None)


def _document(kind: str, number: str, signed_at: str, code: str) -> PublicDocument:
    return PublicDocument(DocumentKind(kind), number, datetime.fromisoformat(signed_at), code)
