"""Who acts for a vendor: every use case of the directory begins with a member, never with a vendor's id alone."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from eorder_platform import tenancy
from eorder_platform.directory.models import Vendor, VendorMember, VendorRole
from eorder_platform.errors import NotAllowed
from eorder_platform.identity.models import Account


@dataclass(frozen=True)
class Member:
    """A person who works for one vendor, as the database says today."""

    account_id: UUID
    name: str
    vendor_id: UUID
    role: VendorRole

    @property
    def is_owner(self) -> bool:
        return self.role is VendorRole.OWNER

    def must_own(self) -> None:
        """Refuses staff: the owner alone answers for the business's facts, its account and its standing."""
        if not self.is_owner:
            raise NotAllowed("Hanya pemilik usaha yang dapat melakukan ini. Mintalah pemilik untuk masuk.")


async def find_member(session: AsyncSession, account_id: UUID) -> Member | None:
    """The vendor membership of an account, if it has one."""
    found = await session.execute(
        select(Account.name, VendorMember.vendor_id, VendorMember.role)
        .join(VendorMember, VendorMember.account_id == Account.id)
        .where(Account.id == account_id, Account.active)
    )
    row = found.one_or_none()
    return Member(account_id, row.name, row.vendor_id, VendorRole(row.role)) if row else None


async def memberships_of(session: AsyncSession, account_id: UUID) -> list[tuple[str, str]]:
    """The role of an account in each business that it works for, with the name under which buyers know it."""
    found = await session.execute(
        select(VendorMember.role, Vendor.trade_name)
        .join(Vendor, Vendor.id == VendorMember.vendor_id)
        .where(VendorMember.account_id == account_id)
    )
    return [(role, trade_name) for role, trade_name in found]


async def member_for(session: AsyncSession, account_id: UUID) -> Member:
    """The same where only a vendor's people may come: NotAllowed for anybody else."""
    return _must_be(await find_member(session, account_id))


async def acting_member(account_id: UUID) -> Member:
    """The same in one question and no transaction, for an act in a region."""
    async with tenancy.reading_national() as connection:
        row = await connection.fetchrow(_ACTING, account_id)
    return _must_be(Member(account_id, row[0], row[1], VendorRole(row[2])) if row else None)


async def in_turn(session: AsyncSession, member: Member) -> None:
    """One act of this person for their business after the other; NotAllowed for who has left it meanwhile."""
    key = (member.vendor_id, member.account_id)
    row = await session.get(VendorMember, key, with_for_update={"key_share": True}, populate_existing=True)
    _must_be(member if row is not None else None)


def _must_be(member: Member | None) -> Member:
    if member is None:
        raise NotAllowed("Akun ini belum memiliki usaha. Daftarkan usaha Anda dahulu.")
    return member


_ACTING: Final = f"""
select a.name, m.vendor_id, m.role from {Account.__table__} a join {VendorMember.__table__} m on m.account_id = a.id
where a.id = $1 and a.active
"""


async def own_vendor(session: AsyncSession, member: Member) -> Vendor:
    """The public facts of the member's vendor."""
    return await session.get_one(Vendor, member.vendor_id)


async def people_of(session: AsyncSession, vendor_id: UUID, roles: Iterable[VendorRole]) -> list[UUID]:
    """The accounts that hold one of these roles in the vendor's business and may sign in."""
    found = await session.scalars(
        select(VendorMember.account_id)
        .join(Account, Account.id == VendorMember.account_id)
        .where(VendorMember.vendor_id == vendor_id, VendorMember.role.in_(list(roles)), Account.active)
        .order_by(VendorMember.account_id)
    )
    return list(found)
