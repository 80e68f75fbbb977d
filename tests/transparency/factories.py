"""Orders in every stage with everything private that a real one carries; all of it committed, none of it twice."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from hashlib import sha256
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from eorder_platform import clock, tenancy
from eorder_platform.directory.models import Participation, TaxClass, Vendor
from eorder_platform.ids import new_id
from eorder_platform.tenancy import Tenant
from eorder_tenants.catalogue.models import Offer, VendorParticipation
from eorder_tenants.documents.facts import DocumentKind
from eorder_tenants.documents.models import OrderDocument
from eorder_tenants.documents.signing import hash_of
from eorder_tenants.orders.conversation.models import Comment, Side
from eorder_tenants.orders.conversation.sealing import seal_next
from eorder_tenants.orders.core.models import Order, OrderEvent, OrderLine, Status
from eorder_tenants.orders.jobs import project_order
from eorder_tenants.organisation.models import Official, WorkUnit
from eorder_tenants.transparency.stages import Stage
from tests.budgets.factories import a_budget_line, a_package
from tests.organisation.factories import a_work_unit

JUNE = datetime(2026, 6, 1, 2, 0, tzinfo=UTC)
"""A Monday morning: 09.00 WIB."""

PRIVATE = {
    "national identity number": "3171991122330099",
    "tax number": "3171991122330098",
    "bank account": "40108199887766",
    "bank account holder": "Pemegang Rekening Rahasia",
    "owner": "Pemilik Rahasia",
    "street": "Gang Rahasia Nomor 77",
    "phone": "0812-9988-7766",
    "vendor's e-mail": "rahasia.penyedia@contoh.id",
    "civil servant number": "199001012015011099",
    "official": "Pejabat Rahasia",
    "official's e-mail": "rahasia.pejabat@dki.example.go.id",
    "office telephone": "+62 21-5566-7788",
    "comment": "percakapan-rahasia",
    "attachment": "lampiran-rahasia.pdf",
    "note": "catatan-internal-rahasia",
    "reason": "alasan-rahasia",
    "delivery address": "Rumah Dinas Rahasia Kamar 5",
    "inspection note": "cacat-rahasia",
    "cash reference": "REF-RAHASIA-1",
}
"""What no public page may ever say, by what it is."""


async def a_vendor(
    name: str = "Dapur Bu Yayah", *, scale: str = "micro", form: str = "individual", verified: bool = True
) -> Vendor:
    """A vendor in the national directory."""
    vendor = Vendor(
        id=new_id(),
        business_id_number="".join(secrets.choice("0123456789") for _ in range(13)),
        legal_name=name,
        trade_name=name,
        legal_form=form,
        business_scale=scale,
        region_code="31.73",
        status="verified" if verified else "registered",
    )
    async with tenancy.national() as session:
        session.add(vendor)
    return vendor


async def taking_part(vendor: Vendor, *tenants: Tenant) -> None:
    """The vendor takes part in these regions, as the nation knows it."""
    async with tenancy.national() as session:
        session.add_all(
            Participation(vendor_id=vendor.id, tenant_id=tenant.id, status="active") for tenant in tenants
        )


@dataclass
class Written:
    """An order with what belongs to it."""

    order: Order
    unit: WorkUnit
    documents: dict[DocumentKind, OrderDocument]

    @property
    def number(self) -> str:
        assert self.order.number
        return self.order.number


async def an_order(
    tenant: Tenant,
    vendor: Vendor | None = None,
    *,
    status: Status = Status.PAID,
    title: str = "Nasi kotak rapat kader",
    gross: int = 5_850_000,
    issued_at: datetime = JUNE,
    unit: str = "Suku Dinas Kesehatan Jakarta Timur",
    category: str = "FNB-MEET",
    days_until_paid: int = 4,
    projected: bool = True,
    line: Mapping[str, int] | None = None,
) -> Written:
    """An order that went as far as `status`, three days for every step; PPN 11 %, PPh left out.

    `line`: what its one line says instead, by column.
    """
    vendor = vendor or await a_vendor()
    async with tenancy.inside(tenant) as session:
        written = await _written(
            session,
            tenant,
            vendor,
            status,
            title,
            gross,
            issued_at,
            unit,
            category,
            days_until_paid,
            line or {},
        )
    if projected:
        await project_order(tenant, order_id=str(written.order.id))
    return written


async def _written(
    session: AsyncSession,
    tenant: Tenant,
    vendor: Vendor,
    status: Status,
    title: str,
    gross: int,
    issued_at: datetime,
    unit_name: str,
    category: str,
    days_until_paid: int,
    said: Mapping[str, int],
) -> Written:
    unit = await a_work_unit(session, unit_name)
    official = Official(
        id=new_id(),
        name=PRIVATE["official"],
        civil_servant_id=PRIVATE["civil servant number"] + new_id().hex,
        email=new_id().hex + PRIVATE["official's e-mail"],
        position="PPK",
        phone=PRIVATE["office telephone"],
    )
    unit.phone = PRIVATE["office telephone"]
    session.add(official)
    await session.flush()
    offer = await _an_offer(session, vendor, title, category)
    line = await a_budget_line(session, unit)
    package = await a_package(session, unit)
    vat = gross * 11 // 111
    order = Order(
        id=new_id(),
        title=title,
        status=status,
        work_unit_id=unit.id,
        vendor_id=vendor.id,
        vendor_name=vendor.trade_name,
        vendor_scale=vendor.business_scale,
        vendor_form=vendor.legal_form,
        realised_rupiah=gross if status in Stage.PAID.statuses else 0,
        budget_rupiah=gross,
        package_id=package.id,
        budget_line_id=line.id,
        delivery_address=PRIVATE["delivery address"],
        delivery_region_code="31.73",
        delivery_due_on=date(2026, 6, 12),
        note=PRIVATE["note"],
        shipping_rupiah=100_000,
        base_rupiah=gross - vat,
        vat_rupiah=vat,
        gross_rupiah=gross,
        withheld_rupiah=vat,
        net_rupiah=gross - vat,
        assessment={"vendor": {"tax_id": PRIVATE["tax number"]}},
        drafted_by=official.id,
        created_at=issued_at,
        changed_at=issued_at,
        event_sequence=1,
    )
    if status is not Status.DRAFT:
        order.number = f"EO-{tenant.region_code}-2026-{secrets.randbelow(10**9):09d}"
    session.add(order)
    await session.flush()
    session.add(
        OrderLine(
            id=new_id(),
            order_id=order.id,
            position=1,
            offer_id=offer.id,
            name=title,
            unit="kotak",
            tax_class=TaxClass.GOODS,
            inspection_note=PRIVATE["inspection note"],
            **{
                "quantity": Decimal(1),
                "unit_price_rupiah": gross - vat - 100_000,
                "total_rupiah": gross - vat - 100_000,
                **said,
            },
        )
    )
    await session.flush()  # no line joins an order that is signed
    for name, moment in _moments(status, issued_at, days_until_paid).items():
        setattr(order, name, moment)
    session.add(_an_event(order))
    await session.flush()
    comment = _a_comment(order, official)
    await seal_next(session, comment)
    session.add(comment)
    documents = {
        kind: _a_document(order, unit, kind, tenant) for kind in DocumentKind if order.issued_at is not None
    }
    session.add_all(documents.values())
    for place, document in enumerate(documents.values(), start=2):
        session.add(_an_event(order, place, document.facts_hash))
    return Written(order, unit, documents)


def _a_comment(order: Order, official: Official) -> Comment:
    file = {
        "id": str(new_id()),
        "name": PRIVATE["attachment"],
        "media_type": "application/pdf",
        "bytes": 1,
    }
    return Comment(
        id=new_id(),
        order_id=order.id,
        author_id=official.id,
        author_name=official.name,
        side=Side.BUYER,
        role="commitment_officer",
        text=PRIVATE["comment"],
        files=[file],
        created_at=clock.now(),
    )


def _moments(status: Status, issued_at: datetime, days_until_paid: int) -> dict[str, datetime]:
    """The stamps of everything that happened up to this status."""
    if status in (Status.DRAFT, Status.AWAITING_APPROVAL):
        return {}
    happened = {"issued_at": issued_at}
    if status in (Status.REJECTED, Status.EXPIRED, Status.CANCELLED):
        return {**happened, "closed_at": issued_at + timedelta(days=3)}
    handed_over = issued_at + timedelta(days=9)
    later = {
        "accepted_at": (Status.ACCEPTED, issued_at + timedelta(days=1)),
        "delivered_at": (Status.DELIVERED, issued_at + timedelta(days=6)),
        "handed_over_at": (Status.HANDED_OVER, handed_over),
        "invoiced_at": (Status.INVOICED, handed_over + timedelta(days=1)),
        "paid_at": (Status.PAID, handed_over + timedelta(days=days_until_paid)),
    }
    order = list(Status)
    reached = {stamp: at for stamp, (since, at) in later.items() if order.index(status) >= order.index(since)}
    return {**happened, **reached}


async def _an_offer(session: AsyncSession, vendor: Vendor, name: str, category: str) -> Offer:
    if await session.get(VendorParticipation, vendor.id) is None:
        session.add(
            VendorParticipation(
                vendor_id=vendor.id,
                status="active",
                payee={
                    "owner_name": PRIVATE["owner"],
                    "national_identity_number": PRIVATE["national identity number"],
                    "tax_id": PRIVATE["tax number"],
                    "legal_form": "individual",
                    "vat_registered": True,
                    "bank_account": PRIVATE["bank account"],
                    "bank_account_holder": PRIVATE["bank account holder"],
                    "address": PRIVATE["street"],
                    "phone": PRIVATE["phone"],
                    "email": PRIVATE["vendor's e-mail"],
                },
                payee_version=1,
                requested_at=JUNE,
            )
        )
        await session.flush()
    offer = Offer(
        id=new_id(),
        vendor_id=vendor.id,
        category_code=category,
        category_group=category,
        name=name,
        description="",
        unit="kotak",
        price_rupiah=58_500,
        minimum_order=Decimal(1),
        lead_days=1,
        tax_class=TaxClass.GOODS,
        domestic=True,
        shipping_rupiah=0,
        coverage=["31"],
        photos=[],
        vendor_name=vendor.trade_name,
        vendor_scale=vendor.business_scale,
        vendor_form=vendor.legal_form,
        vendor_region_code=vendor.region_code,
        vendor_city="Jakarta Barat",
        vat_registered=False,
        visible=False,  # what is not shown is not in the catalogue's kept counts either
        product_version=1,
        published_at=JUNE,
    )
    session.add(offer)
    await session.flush()
    return offer


def _an_event(order: Order, sequence: int = 1, document_hash: str | None = None) -> OrderEvent:
    return OrderEvent(
        id=new_id(),
        order_id=order.id,
        sequence=sequence,
        at=JUNE,
        action="submit",
        document_hash=document_hash,
        from_status="draft",
        to_status=order.status,
        actor_id=None,
        actor_name=PRIVATE["official"],
        role="procurement_officer",
        reason=PRIVATE["reason"],
        previous_hash="0" * 64,
        hash=secrets.token_hex(32),
    )


def _a_document(order: Order, unit: WorkUnit, kind: DocumentKind, tenant: Tenant) -> OrderDocument:
    facts = {
        "buyer": {"name": PRIVATE["official"], "nip": PRIVATE["civil servant number"]},
        "vendor": {"bank_account": PRIVATE["bank account"], "address": PRIVATE["street"]},
        "delivery_address": PRIVATE["delivery address"],
        "payment_reference": PRIVATE["cash reference"],
        "kind": kind.value,
    }
    if kind is not DocumentKind.INSPECTION_REPORT:
        facts |= {"gross": order.gross_rupiah}  # type: ignore[dict-item]
    letters = secrets.token_hex(6).upper()
    assert order.issued_at
    return OrderDocument(
        id=new_id(),
        order_id=order.id,
        work_unit_id=unit.id,
        kind=kind,
        year=order.issued_at.astimezone(ZoneInfo(tenant.zone)).year,
        sequence=secrets.randbelow(10**9),
        number=f"000.3/{secrets.randbelow(10**6):06d}/{kind.code}/{unit.code}/VI/2026",
        facts=facts,
        facts_hash=hash_of(facts),
        verification_code="-".join(letters[start : start + 4] for start in (0, 4, 8)),
        signed_at=order.issued_at,
        signed_by=new_id(),
        file_key="documents/2026/x.pdf",
        content_hash=sha256(the_paper(kind)).hexdigest(),
        rendered_at=order.issued_at,
    )


def the_paper(kind: DocumentKind) -> bytes:
    """The file as it was signed."""
    return f"%PDF-1.7 {kind}".encode()
