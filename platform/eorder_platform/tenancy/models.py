"""The registry of tenants: which region lives in which schema, under which role, on which database cluster."""

from datetime import datetime
from enum import StrEnum
from typing import Final
from uuid import UUID

from sqlalchemy import CheckConstraint, Computed, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from eorder_platform.tables import NUSANTARA, Base, CreatedAt, Id, one_of
from eorder_platform.trying_out import is_test_sql

RESERVED_SLUGS = ("national",)
"""What stands where a slug is expected for the nation itself: the place of its sessions, the prefix of its files."""

OWNER_WRITES = {"owner_writes": True}
"""Table info: no role but the owner may write its rows."""


class TenantStatus(StrEnum):
    """A suspended region is read-only and its public pages stay up."""

    ACTIVE = "active"
    SUSPENDED = "suspended"


class Accent(StrEnum):
    """The twelve dyes (pewarna alami) that a region's pages may be edged with."""

    NILA = "nila"
    TARUM = "tarum"
    LAUT = "laut"
    PANDAN = "pandan"
    LUMUT = "lumut"
    KUNYIT = "kunyit"
    SOGA = "soga"
    BATA = "bata"
    MENGKUDU = "mengkudu"
    ROSELA = "rosela"
    MANGGIS = "manggis"
    ARANG = "arang"


class WovenMotif(StrEnum):
    """The eight motifs of the woven strip."""

    NUSANTARA = "nusantara"
    TUMPAL = "tumpal"
    KARAWO = "karawo"
    KAWUNG = "kawung"
    PARANG = "parang"
    OMBAK = "ombak"
    REBUNG = "rebung"
    IKAT = "ikat"


SANDBOX_NAME: Final = "Uji Coba "
"""What every name of a sandbox begins with, so that whatever names it says what it is."""


class TenantRow(Base):
    """One regional government (pemerintah daerah) that buys through the deployment, or a sandbox to try things out in.

    `sandbox` follows from the id, which nothing can change: a region is real or not from its first to its last day.
    """

    __tablename__ = "tenant"
    __table_args__ = (
        CheckConstraint(one_of("status", TenantStatus), name="status"),
        CheckConstraint("slug ~ '^[a-z][a-z0-9_]{1,30}$'", name="slug"),
        CheckConstraint("slug <> 'national'", name="slug_reserved"),
        CheckConstraint("zone in ('Asia/Jakarta', 'Asia/Makassar', 'Asia/Jayapura')", name="zone"),
        CheckConstraint(one_of("accent", Accent), name="accent"),
        CheckConstraint(one_of("motif", WovenMotif), name="motif"),
        CheckConstraint("code ~ '^[A-Z]{2}$'", name="code"),
        CheckConstraint(
            f"not sandbox or (starts_with(name, '{SANDBOX_NAME}') and starts_with(short_name, '{SANDBOX_NAME}'))",
            name="sandbox_name",
        ),
        Index("uq_tenant_region_code", "region_code", unique=True, postgresql_where="not sandbox"),
        {"schema": NUSANTARA, "info": OWNER_WRITES},
    )

    id: Mapped[Id]
    slug: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    short_name: Mapped[str]
    region_code: Mapped[str] = mapped_column(ForeignKey("nusantara.region.code"))
    zone: Mapped[str]
    status: Mapped[str] = mapped_column(default=TenantStatus.ACTIVE)
    placement: Mapped[str] = mapped_column(default="main")
    schema_name: Mapped[str] = mapped_column(unique=True)
    role_name: Mapped[str] = mapped_column(unique=True)
    role_generation: Mapped[int] = mapped_column(default=1)
    revision: Mapped[str | None]
    code: Mapped[str]
    accent: Mapped[str] = mapped_column(default=Accent.NILA)
    motif: Mapped[str] = mapped_column(default=WovenMotif.NUSANTARA)
    created_at: Mapped[CreatedAt]
    suspended_at: Mapped[datetime | None]
    suspension_reason: Mapped[str | None]
    sandbox: Mapped[bool] = mapped_column(Computed(is_test_sql("id"), persisted=True))


class TenantHost(Base):
    """A host name under which a region is served; it tells the tenant of a request."""

    __tablename__ = "tenant_host"
    __table_args__ = (
        CheckConstraint("host = lower(host)", name="host"),
        {"schema": NUSANTARA, "info": OWNER_WRITES},
    )

    host: Mapped[str] = mapped_column(primary_key=True)
    tenant_id: Mapped[UUID] = mapped_column(ForeignKey("nusantara.tenant.id"), index=True)
