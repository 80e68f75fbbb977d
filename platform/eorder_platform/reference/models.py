"""What the law and the nation fix for every region: regions, categories, holidays and dated rules."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ARRAY, BigInteger, CheckConstraint, ForeignKey, Text, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import ExcludeConstraint
from sqlalchemy.orm import Mapped, mapped_column

from eorder_platform.tables import NUSANTARA, Base, Id, days_of


class RegionRow(Base):
    """Province (2 digits) or regency/city (PP.KK) with its Kemendagri code."""

    __tablename__ = "region"
    __table_args__ = ({"schema": NUSANTARA},)

    code: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    level: Mapped[str]
    parent_code: Mapped[str | None] = mapped_column(ForeignKey("nusantara.region.code"))


class Category(Base):
    """Catalogue category (kategori); its tax class is that of the products in it.

    `accounts`: the budget accounts (kode rekening) that pay for it, or how they begin. Where it has none those of its
    main category count, and where that has none any account does.
    """

    __tablename__ = "category"
    __table_args__ = ({"schema": NUSANTARA},)

    code: Mapped[str] = mapped_column(primary_key=True)
    parent_code: Mapped[str | None] = mapped_column(ForeignKey("nusantara.category.code"))
    name: Mapped[str]
    name_english: Mapped[str]
    tax_class: Mapped[str]
    accounts: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default=text("'{}'"))
    position: Mapped[int] = mapped_column(default=0)
    active: Mapped[bool] = mapped_column(default=True)
    changed_by: Mapped[UUID | None]
    changed_at: Mapped[datetime | None]


class Holiday(Base):
    """A national holiday or collective leave day (libur nasional, cuti bersama)."""

    __tablename__ = "holiday"
    __table_args__ = ({"schema": NUSANTARA},)

    day: Mapped[date] = mapped_column(primary_key=True)
    name: Mapped[str]


class RuleRow(Base):
    """One value that the law may change, with the days on which it holds (`valid_to` is the last one)."""

    __tablename__ = "rule"
    __table_args__ = (
        UniqueConstraint("key", "valid_from"),
        CheckConstraint("valid_to is null or valid_to >= valid_from", name="period"),
        ExcludeConstraint(
            (text(days_of("key", "valid_from", "valid_to")), "&&"),
            name="one_rule_a_day",
            using="gist",
        ),
        {"schema": NUSANTARA},
    )

    id: Mapped[Id]
    key: Mapped[str]
    value: Mapped[int] = mapped_column(BigInteger)
    unit: Mapped[str]
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    legal_basis: Mapped[str]
    tenant_may_override: Mapped[bool] = mapped_column(default=False)
    verified: Mapped[bool] = mapped_column(default=False)
    changed_by: Mapped[UUID | None]
