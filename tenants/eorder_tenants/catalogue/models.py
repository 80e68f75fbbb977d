"""A region's catalogue: the vendors it accepted and the offers (copies of national products) it shows."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ARRAY, CheckConstraint, ForeignKey, Index, LargeBinary, Text, false
from sqlalchemy.dialects.postgresql import TSVECTOR
from sqlalchemy.orm import Mapped, mapped_column

from eorder_platform.directory.models import LOCAL_TAX_ALLOWED, ParticipationStatus, TaxClass
from eorder_platform.tables import APPEND_ONLY, Base, CreatedAt, Facts, Id, Quantity, Rupiah, one_of, writable
from eorder_platform.wording.indexing import indexes


class DeclineReason(StrEnum):
    """Why a region may decline a verified vendor: only for what is its own to judge (domain.md 3.6)."""

    NOT_NEEDED = "not_needed"
    OUTSIDE_DELIVERY_AREA = "outside_delivery_area"
    HYGIENE = "hygiene"
    FOOD_PERMIT = "food_permit"


class VendorParticipation(Base):
    """A vendor's standing in this region. `payee` holds what an order needs of its private facts, and no more.

    payee: {"owner_name", "tax_id" and "bank_account" (by their last digits; in full: PayeeSecret), "bank_name",
    "bank_account_id" (another one for another account), "bank_account_holder", "bank_account_changing_since" (ISO time
    or None: nothing is paid then), "address", "phone", "email", "legal_form", "vat_registered",
    "final_tax_certificate_until" (ISO date or None), "turnover_statement_year", "turnover_outside_rupiah",
    "earlier": [what of these the tax office knew before, see directory/fact_history.py], "member_account_ids": [text of
    UUID]}. The last names the accounts of the vendor's owner and staff: an official among them may not buy from it
    (approvals/duties.py).
    """

    __tablename__ = "vendor_participation"
    __table_args__ = (
        CheckConstraint(one_of("status", ParticipationStatus), name="status"),
        CheckConstraint(one_of("reason", DeclineReason), name="reason"),
        Index("ix_vendor_participation_status", "status", "requested_at"),
        {"info": writable(keeps=("vendor_id",))},
    )

    vendor_id: Mapped[UUID] = mapped_column(ForeignKey("nusantara.vendor.id"), primary_key=True)
    status: Mapped[str]
    payee: Mapped[Facts]
    payee_version: Mapped[int]
    requested_at: Mapped[datetime]
    due_at: Mapped[datetime | None]
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[UUID | None]
    reason: Mapped[str | None]
    note: Mapped[str | None]


class PayeeSecret(Base):
    """A vendor's numbers in full, sealed with a key of this region: here while an order of theirs runs, and no longer.

    sealed: {"tax_id", "bank_account"} (secrets.py). `payee_version` as in VendorParticipation.
    """

    __tablename__ = "payee_secret"
    __table_args__ = {"info": writable(keeps=("vendor_id",), deletes=True)}

    vendor_id: Mapped[UUID] = mapped_column(ForeignKey("vendor_participation.vendor_id"), primary_key=True)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    payee_version: Mapped[int]
    given_at: Mapped[CreatedAt]


class ParticipationEvent(Base):
    """What happened between a vendor and this region, one row for each turn: who, in which role, under which rule.

    `actor_id` is missing where the vendor asked or left (the nation knows which of its people did) and where the
    clock decided; then `rule` names the rule that let it.
    """

    __tablename__ = "participation_event"
    __table_args__ = (
        CheckConstraint(one_of("status", ParticipationStatus), name="status"),
        Index("ix_participation_event_vendor", "vendor_id", "at"),
        {"info": APPEND_ONLY},
    )

    id: Mapped[Id]
    vendor_id: Mapped[UUID] = mapped_column(ForeignKey("vendor_participation.vendor_id"))
    at: Mapped[CreatedAt]
    status: Mapped[str]
    actor_id: Mapped[UUID | None]
    actor_name: Mapped[str]
    role: Mapped[str]
    rule: Mapped[str | None]
    note: Mapped[str | None]


class Offer(Base):
    """A product as this region offers it: everything a catalogue card needs stands in one row.

    `search` is written by wording/indexing.py, in its `search_version`; an older one is written again (rewording.py).

    `id` is the product's own, so that a second telling finds the first. It is visible while the product is published
    and delivered here, its vendor verified and taking part; an order keeps its own copy of what it ordered.
    """

    __tablename__ = "offer"
    __table_args__ = (
        CheckConstraint(one_of("tax_class", TaxClass), name="tax_class"),
        CheckConstraint("price_rupiah > 0", name="price"),
        CheckConstraint(LOCAL_TAX_ALLOWED, name="local_tax"),
        Index("ix_offer_newest", "published_at", "id", postgresql_where="visible"),
        Index("ix_offer_price", "price_rupiah", "id", postgresql_where="visible"),
        Index("ix_offer_group_price", "category_group", "price_rupiah", "id", postgresql_where="visible"),
        Index("ix_offer_group", "category_group", "published_at", "id", postgresql_where="visible"),
        Index("ix_offer_category", "category_code", "published_at", "id", postgresql_where="visible"),
        Index("ix_offer_region", "vendor_region_code", "published_at", "id", postgresql_where="visible"),
        Index("ix_offer_scale", "vendor_scale", "published_at", "id", postgresql_where="visible"),
        Index("ix_offer_vendor", "vendor_id", "published_at"),
        *indexes("offer", "visible"),
        {"info": writable(keeps=("id", "vendor_id"))},
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    vendor_id: Mapped[UUID] = mapped_column(ForeignKey("vendor_participation.vendor_id"))
    category_code: Mapped[str] = mapped_column(ForeignKey("nusantara.category.code"))
    category_group: Mapped[str]
    name: Mapped[str]
    description: Mapped[str]
    unit: Mapped[str]
    price_rupiah: Mapped[Rupiah]
    minimum_order: Mapped[Quantity]
    lead_days: Mapped[int]
    tax_class: Mapped[str]
    charges_local_tax: Mapped[bool] = mapped_column(default=False, server_default=false())
    domestic: Mapped[bool]
    shipping_rupiah: Mapped[Rupiah]
    coverage: Mapped[list[str]] = mapped_column(ARRAY(Text))
    photos: Mapped[list[str]] = mapped_column(ARRAY(Text))
    art: Mapped[str | None]
    vendor_name: Mapped[str]
    vendor_scale: Mapped[str]
    vendor_form: Mapped[str]
    vendor_region_code: Mapped[str]
    vendor_city: Mapped[str]
    vat_registered: Mapped[bool]
    visible: Mapped[bool] = mapped_column(default=True)
    product_version: Mapped[int]
    published_at: Mapped[datetime]
    updated_at: Mapped[CreatedAt]
    search: Mapped[str] = mapped_column(TSVECTOR, deferred=True, default="", server_default="")
    search_version: Mapped[int] = mapped_column(default=0, server_default="0")


class OfferCountKind(StrEnum):
    """By what visible offers are counted."""

    GROUP = "group"
    REGION = "region"


class OfferCount(Base):
    """How many visible offers a main category, or a vendor's regency, has: kept, because counting reads them all."""

    __tablename__ = "offer_count"
    __table_args__ = (
        CheckConstraint(one_of("kind", OfferCountKind), name="kind"),
        {"info": writable(changes=("offers",), deletes=True)},
    )

    kind: Mapped[str] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(primary_key=True)
    offers: Mapped[int]
