"""The national vendor directory: public facts in `nusantara`, private facts and the vendor's own work in `pusat`."""

from datetime import date, datetime
from enum import StrEnum
from typing import Final
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    CheckConstraint,
    Computed,
    ForeignKey,
    Index,
    LargeBinary,
    Text,
    UniqueConstraint,
    false,
    text,
)
from sqlalchemy.dialects.postgresql import TSVECTOR
from sqlalchemy.orm import Mapped, mapped_column

from eorder_platform.tables import (
    APPEND_ONLY,
    NUSANTARA,
    PUSAT,
    Base,
    CreatedAt,
    Facts,
    Id,
    Quantity,
    Rupiah,
    one_of,
)
from eorder_platform.trying_out import is_test_sql, same_world
from eorder_platform.wording.indexing import indexes


class VendorStatus(StrEnum):
    """National status of a vendor (domain.md 3.6)."""

    REGISTERED = "registered"
    UNDER_VERIFICATION = "under_verification"
    RETURNED = "returned"
    VERIFIED = "verified"
    SUSPENDED = "suspended"


class LegalForm(StrEnum):
    """Bentuk usaha (domain.md 3.5)."""

    INDIVIDUAL = "individual"
    ONE_PERSON_COMPANY = "one_person_company"
    COMPANY = "company"
    LIMITED_PARTNERSHIP = "limited_partnership"
    FIRM = "firm"
    COOPERATIVE = "cooperative"
    VILLAGE_ENTERPRISE = "village_enterprise"


class BusinessScale(StrEnum):
    """Skala usaha, PP 7/2021 art. 35."""

    MICRO = "micro"
    SMALL = "small"
    MEDIUM = "medium"


class ScaleBasis(StrEnum):
    """What the scale is measured by: yearly sales, or capital where there are no sales yet (PP 7/2021 art. 35)."""

    SALES = "sales"
    CAPITAL = "capital"


class VendorRole(StrEnum):
    """The owner signs and changes the bank account; staff do the daily work."""

    OWNER = "vendor_owner"
    STAFF = "vendor_staff"


class ParticipationStatus(StrEnum):
    """A vendor's standing in one region (domain.md 3.6)."""

    REQUESTED = "requested"
    ACTIVE = "active"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


class FactKind(StrEnum):
    """What a verified business's taxes and payouts rest on; only the verifier changes it (fact_kinds.py)."""

    BUSINESS = "business"
    TAX = "tax"
    BANK_ACCOUNT = "bank_account"
    TAX_CLASS = "tax_class"


class ChangeOutcome(StrEnum):
    """How a request to change a fact ended: by the verifier, by who asked, or by the owner's "that was not me"."""

    ACCEPTED = "accepted"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    STOPPED = "stopped"


class ProductStatus(StrEnum):
    """Only a published product reaches the regions; a withdrawn one may be published again."""

    DRAFT = "draft"
    PUBLISHED = "published"
    WITHDRAWN = "withdrawn"


class TaxClass(StrEnum):
    """Supply class that decides the taxes (domain.md 5.2).

    Rice is a staple whose purchase bears no article 22 either; a profession (pekerjaan bebas) is the work of a host or
    performer, which the final tax of small businesses leaves out where a person does it.
    """

    GOODS = "goods"
    GOODS_EXEMPT = "goods_exempt"
    RICE = "rice"
    CATERING = "catering"
    SERVICE = "service"
    PROFESSION = "profession"
    RENTAL = "rental"
    VENUE = "venue"
    HOSPITALITY = "hospitality"
    COURIER = "courier"
    LUXURY = "luxury"


LOCALLY_TAXED = (TaxClass.CATERING, TaxClass.HOSPITALITY)
"""What may bear the regional tax on food and hotels (PBJT), where the vendor charges it on top (UU 1/2022)."""
LOCAL_TAX_ALLOWED = f"not charges_local_tax or {one_of('tax_class', LOCALLY_TAXED)}"
"""SQL of a CHECK that nothing else does."""


class Vendor(Base):
    """A vendor's public facts (penyedia): every region and every citizen may read them.

    A vendor of a `sandbox` serves sandboxes alone, and the nation's directory does not show it.
    """

    __tablename__ = "vendor"
    __table_args__ = (
        CheckConstraint(one_of("status", VendorStatus), name="status"),
        CheckConstraint(one_of("legal_form", LegalForm), name="legal_form"),
        CheckConstraint(one_of("business_scale", BusinessScale), name="business_scale"),
        CheckConstraint("business_id_number ~ '^[0-9]{13}$'", name="business_id_number"),
        {"schema": NUSANTARA},
    )

    id: Mapped[Id]
    business_id_number: Mapped[str] = mapped_column(unique=True)
    legal_name: Mapped[str]
    trade_name: Mapped[str]
    legal_form: Mapped[str]
    business_scale: Mapped[str]
    region_code: Mapped[str] = mapped_column(ForeignKey("nusantara.region.code"))
    vat_registered: Mapped[bool] = mapped_column(default=False)
    status: Mapped[str] = mapped_column(default=VendorStatus.REGISTERED)
    registered_at: Mapped[CreatedAt]
    verified_at: Mapped[datetime | None]
    sandbox: Mapped[bool] = mapped_column(Computed(is_test_sql("id"), persisted=True))


class VendorPrivate(Base):
    """A vendor's private facts; identity, tax and bank numbers are encrypted, with keyed hashes for duplicates.

    A person's tax number is the NIK itself, so it is as secret. `turnover_outside_rupiah`: what their statement for
    that tax year says they sold outside this platform. `version` grows when the payee's facts change.
    """

    __tablename__ = "vendor_private"
    __table_args__ = (
        CheckConstraint(one_of("scale_basis", ScaleBasis), name="scale_basis"),
        CheckConstraint("turnover_outside_rupiah >= 0", name="turnover_outside"),
        {"schema": PUSAT},
    )

    vendor_id: Mapped[UUID] = mapped_column(ForeignKey("nusantara.vendor.id"), primary_key=True)
    scale_basis: Mapped[str]
    scale_amount_rupiah: Mapped[Rupiah]
    owner_name: Mapped[str]
    identity_encrypted: Mapped[bytes] = mapped_column(LargeBinary)
    identity_hash: Mapped[str] = mapped_column(unique=True)
    tax_id_encrypted: Mapped[bytes | None] = mapped_column(LargeBinary)
    tax_id_hash: Mapped[str | None] = mapped_column(index=True)
    tax_id_warning: Mapped[str | None]
    phone: Mapped[str]
    email: Mapped[str]
    street_address: Mapped[str]
    postcode: Mapped[str]
    bank_code: Mapped[str]
    bank_account_encrypted: Mapped[bytes] = mapped_column(LargeBinary)
    bank_account_hash: Mapped[str]
    bank_account_holder: Mapped[str]
    final_tax_certificate_number: Mapped[str | None]
    final_tax_certificate_until: Mapped[date | None]
    turnover_statement_year: Mapped[int | None]
    turnover_outside_rupiah: Mapped[Rupiah] = mapped_column(default=0, server_default="0")
    version: Mapped[int] = mapped_column(default=1)


class VendorMember(Base):
    """An account's role in its vendor: a person works for one vendor at a time."""

    __tablename__ = "vendor_member"
    __table_args__ = (
        CheckConstraint(one_of("role", VendorRole), name="role"),
        CheckConstraint(same_world("vendor_id", "account_id"), name="world"),
        {"schema": PUSAT},
    )

    vendor_id: Mapped[UUID] = mapped_column(ForeignKey("nusantara.vendor.id"), primary_key=True)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("pusat.account.id"), primary_key=True, unique=True)
    role: Mapped[str]
    joined_at: Mapped[CreatedAt]


class RegistrationDraft(Base):
    """What somebody has answered so far on the way to registering; all of it encrypted, gone once registered."""

    __tablename__ = "registration_draft"
    __table_args__ = ({"schema": PUSAT},)

    account_id: Mapped[UUID] = mapped_column(ForeignKey("pusat.account.id"), primary_key=True)
    answers_encrypted: Mapped[bytes] = mapped_column(LargeBinary)
    changed_at: Mapped[CreatedAt]


CODES_MAILED: Final = 5
CODES_TRIED: Final = 5
"""So many codes are mailed to who asks for an account, and so many may be typed for each."""


class PendingAccount(Base):
    """Who asked for an account and has not yet typed the code that was mailed (proving_mailbox.py); gone after a day.

    person_encrypted: {"name", "email", "phone", "language"}. `code_hash` is missing until the letter is written; for
    an address that has an account already no code fits it. `form_key`: the form that asked, so that it asks once.
    """

    __tablename__ = "pending_account"
    __table_args__ = (
        CheckConstraint(f"letters between 1 and {CODES_MAILED}", name="letters"),
        CheckConstraint(f"tries between 0 and {CODES_TRIED}", name="tries"),
        {"schema": PUSAT},
    )

    id: Mapped[Id]
    form_key: Mapped[str] = mapped_column(unique=True)
    person_encrypted: Mapped[bytes] = mapped_column(LargeBinary)
    password_hash: Mapped[str]
    code_hash: Mapped[str | None]
    code_made_at: Mapped[datetime | None]
    letters: Mapped[int]
    letter_asked_at: Mapped[datetime]
    tries: Mapped[int]
    created_at: Mapped[CreatedAt] = mapped_column(index=True)


class LookupKind(StrEnum):
    """What somebody may learn to be known already."""

    BUSINESS = "business_id_number"
    OWNER = "national_identity_number"
    EMAIL = "email"


class DirectoryLookup(Base):
    """An account was told whether a number or address is known: who, what (by its keyed hash), the answer, when."""

    __tablename__ = "directory_lookup"
    __table_args__ = (
        CheckConstraint(one_of("kind", LookupKind), name="kind"),
        Index("ix_directory_lookup_account_id", "account_id", "asked_at"),
        {"schema": PUSAT, "info": APPEND_ONLY},
    )

    id: Mapped[Id]
    account_id: Mapped[UUID]
    kind: Mapped[str]
    asked_hash: Mapped[str]
    known: Mapped[bool]
    asked_at: Mapped[CreatedAt]


class VendorChange(Base):
    """A change of a vendor's facts after registration. `facts` names them; secret numbers only by their last digits.

    facts: {field: [before, after]}
    """

    __tablename__ = "vendor_change"
    __table_args__ = (
        Index("ix_vendor_change_vendor_id", "vendor_id", "changed_at"),
        {"schema": PUSAT, "info": APPEND_ONLY},
    )

    id: Mapped[Id]
    vendor_id: Mapped[UUID] = mapped_column(ForeignKey("nusantara.vendor.id"))
    account_id: Mapped[UUID] = mapped_column(ForeignKey("pusat.account.id"))
    section: Mapped[str]
    facts: Mapped[Facts]
    changed_at: Mapped[CreatedAt]


class VerificationCase(Base):
    """One round of verification: submitted by the vendor, accepted or returned by a verifier with a reason."""

    __tablename__ = "verification_case"
    __table_args__ = (
        CheckConstraint(one_of("outcome", ("accepted", "returned")), name="outcome"),
        CheckConstraint("(outcome is null) = (decided_at is null)", name="decided"),
        CheckConstraint("outcome <> 'returned' or reason is not null", name="reason"),
        Index("uq_verification_case_open", "vendor_id", unique=True, postgresql_where="outcome is null"),
        {"schema": PUSAT},
    )

    id: Mapped[Id]
    vendor_id: Mapped[UUID] = mapped_column(ForeignKey("nusantara.vendor.id"))
    submitted_by: Mapped[UUID] = mapped_column(ForeignKey("pusat.account.id"))
    submitted_at: Mapped[CreatedAt]
    outcome: Mapped[str | None]
    reason: Mapped[str | None]
    decided_by: Mapped[UUID | None] = mapped_column(ForeignKey("pusat.account.id"))
    decided_at: Mapped[datetime | None]


class ChangeRequest(Base):
    """A vendor asks to change a fact after verification; the old one stays in force until a verifier accepts.

    `facts_encrypted`: {field: [before, after]} as typed, sealed for this row. `subject_id` names what the fact is about
    where that is not the business itself. `decidable_from` is when the verifier may accept it: at once, but for a bank
    account a day after `confirmed_at`, when the owner confirmed it by the link in their mail; None until then.
    `evidence` is the media type of the paper that came along, if one did (changes/evidence.py).
    """

    __tablename__ = "change_request"
    __table_args__ = (
        CheckConstraint(one_of("kind", FactKind), name="kind"),
        CheckConstraint(one_of("outcome", ChangeOutcome), name="outcome"),
        CheckConstraint("(outcome is null) = (decided_at is null)", name="decided"),
        CheckConstraint("outcome <> 'refused' or reason is not null", name="reason"),
        CheckConstraint(
            "outcome <> 'accepted' or coalesce(decided_at >= decidable_from, false)", name="decidable"
        ),
        CheckConstraint(
            "outcome not in ('accepted', 'refused') or coalesce(decided_by <> requested_by, false)",
            name="decider",
        ),
        CheckConstraint(
            "kind <> 'bank_account' or decidable_from is null"
            " or coalesce(decidable_from >= confirmed_at + interval '24 hours', false)",
            name="confirmed",
        ),
        Index(
            "uq_change_request_open",
            "vendor_id",
            "kind",
            text("coalesce(subject_id, vendor_id)"),
            unique=True,
            postgresql_where="outcome is null",
        ),
        Index("ix_change_request_waiting", "requested_at", postgresql_where="outcome is null"),
        {"schema": PUSAT},
    )

    id: Mapped[Id]
    vendor_id: Mapped[UUID] = mapped_column(ForeignKey("nusantara.vendor.id"))
    kind: Mapped[str]
    subject_id: Mapped[UUID | None]
    facts_encrypted: Mapped[bytes] = mapped_column(LargeBinary)
    note: Mapped[str]
    evidence: Mapped[str | None]
    requested_by: Mapped[UUID] = mapped_column(ForeignKey("pusat.account.id"))
    requested_at: Mapped[CreatedAt]
    confirmed_at: Mapped[datetime | None]
    decidable_from: Mapped[datetime | None]
    outcome: Mapped[str | None]
    reason: Mapped[str | None]
    decided_by: Mapped[UUID | None] = mapped_column(ForeignKey("pusat.account.id"))
    decided_at: Mapped[datetime | None]


class FactVersion(Base):
    """Facts of one kind as they held from a moment on, until the next version: who put them in force, and by which
    request (None: as they were when the agency verified the business). `facts_encrypted`: {field: value}.
    """

    __tablename__ = "fact_version"
    __table_args__ = (
        CheckConstraint(one_of("kind", FactKind), name="kind"),
        Index("ix_fact_version_vendor_id", "vendor_id", "kind", "valid_from"),
        {"schema": PUSAT, "info": APPEND_ONLY},
    )

    id: Mapped[Id]
    vendor_id: Mapped[UUID] = mapped_column(ForeignKey("nusantara.vendor.id"))
    kind: Mapped[str]
    subject_id: Mapped[UUID | None]
    facts_encrypted: Mapped[bytes] = mapped_column(LargeBinary)
    valid_from: Mapped[datetime]
    request_id: Mapped[UUID | None] = mapped_column(ForeignKey("pusat.change_request.id"), unique=True)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("pusat.account.id"))
    recorded_at: Mapped[CreatedAt]


class Product(Base):
    """A product as its vendor writes it, once for all regions. `version` grows with every change.

    `tax_class` is the category's, unless the agency granted another for this product (`granted_class`). `search` is
    written by wording/indexing.py, in its `search_version`.
    """

    __tablename__ = "product"
    __table_args__ = (
        CheckConstraint(one_of("status", ProductStatus), name="status"),
        CheckConstraint(one_of("tax_class", TaxClass), name="tax_class"),
        CheckConstraint("price_rupiah > 0", name="price"),
        CheckConstraint("minimum_order > 0", name="minimum_order"),
        CheckConstraint("shipping_rupiah >= 0", name="shipping"),
        CheckConstraint("lead_days >= 0", name="lead_days"),
        CheckConstraint(LOCAL_TAX_ALLOWED, name="local_tax"),
        CheckConstraint("tax_class = granted_class", name="granted_class"),
        Index("ix_product_vendor_id", "vendor_id", "created_at"),
        *indexes("product", "status = 'published'"),
        {"schema": PUSAT},
    )

    id: Mapped[Id]
    vendor_id: Mapped[UUID] = mapped_column(ForeignKey("nusantara.vendor.id"))
    category_code: Mapped[str] = mapped_column(ForeignKey("nusantara.category.code"))
    name: Mapped[str]
    description: Mapped[str] = mapped_column(default="")
    unit: Mapped[str]
    price_rupiah: Mapped[Rupiah]
    minimum_order: Mapped[Quantity]
    lead_days: Mapped[int] = mapped_column(default=1)
    tax_class: Mapped[str]
    granted_class: Mapped[str | None]
    charges_local_tax: Mapped[bool] = mapped_column(default=False, server_default=false())
    domestic: Mapped[bool] = mapped_column(default=True)
    shipping_rupiah: Mapped[Rupiah] = mapped_column(default=0)
    coverage: Mapped[list[str]] = mapped_column(ARRAY(Text))
    art: Mapped[str | None]
    status: Mapped[str] = mapped_column(default=ProductStatus.DRAFT)
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[CreatedAt]
    published_at: Mapped[datetime | None]
    updated_at: Mapped[CreatedAt]
    search: Mapped[str] = mapped_column(TSVECTOR, deferred=True, default="", server_default="")
    search_version: Mapped[int] = mapped_column(default=0, server_default="0")


class ProductPhoto(Base):
    """A photo of a product, stored in three sizes under one file key."""

    __tablename__ = "product_photo"
    __table_args__ = ({"schema": PUSAT},)

    id: Mapped[Id]
    product_id: Mapped[UUID] = mapped_column(ForeignKey("pusat.product.id"), index=True)
    position: Mapped[int] = mapped_column(default=0)
    description: Mapped[str] = mapped_column(default="")
    created_at: Mapped[CreatedAt]


class Participation(Base):
    """The vendor's own copy of its standing in a region; the region's copy decides (see catalogue).

    `due_at` is until when the region has to answer the request; the region's calendar knows it, so its job tells it.
    """

    __tablename__ = "participation"
    __table_args__ = (
        CheckConstraint(one_of("status", ParticipationStatus), name="status"),
        CheckConstraint(same_world("vendor_id", "tenant_id"), name="world"),
        UniqueConstraint("tenant_id", "vendor_id", name="uq_participation_tenant_vendor"),
        {"schema": PUSAT},
    )

    vendor_id: Mapped[UUID] = mapped_column(ForeignKey("nusantara.vendor.id"), primary_key=True)
    tenant_id: Mapped[UUID] = mapped_column(ForeignKey("nusantara.tenant.id"), primary_key=True)
    status: Mapped[str]
    reason: Mapped[str | None]
    requested_at: Mapped[CreatedAt]
    due_at: Mapped[datetime | None]
    decided_at: Mapped[datetime | None]
