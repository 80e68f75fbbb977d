"""Takes everything out of a sandbox, so that it can be filled anew; a real region is refused at once.

The region's own tables are emptied as their owner. Of the nation's, what tells of this sandbox goes; its test vendor is
suspended and its test people's accounts are closed and give their addresses free, because nothing of the directory is
ever deleted. Real people who administrate the sandbox keep their office.
"""

from collections.abc import Sequence
from typing import Final, NamedTuple
from uuid import UUID

from sqlalchemy import Table, delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from eorder_platform import clock, tenancy
from eorder_platform.directory.models import Vendor, VendorMember, VendorStatus
from eorder_platform.files import file_store
from eorder_platform.identity.addresses import check_email
from eorder_platform.identity.departing import end_sessions
from eorder_platform.identity.inviting import NO_PASSWORD, find_or_invite
from eorder_platform.identity.models import Account
from eorder_platform.identity.signing_in import create_account_with_hash
from eorder_platform.ids import new_id
from eorder_platform.tables import PUSAT
from eorder_platform.tenancy import Tenant
from eorder_platform.tenancy.emptying import refuse_unless_sandbox, truncate
from eorder_platform.tenancy.ownership import inside_as_owner
from eorder_platform.trying_out import TEST_DOMAIN, is_test
from eorder_tenants.organisation.belonging import remember_official
from eorder_tenants.organisation.holding import holds_from
from eorder_tenants.organisation.models import Official, Role, RoleAssignment
from eorder_tenants.tables import metadata
from eorder_web.operations.sandbox.people import ADMINISTRATOR

LETTER: Final = "Penetapan wilayah uji coba"


class _Administrator(NamedTuple):
    id: UUID
    name: str
    email: str
    position: str


async def empty(tenant: Tenant) -> None:
    """Leave nothing in it but administrators: the test one, and whoever real holds the office, today or later."""
    refuse_unless_sandbox(tenant)
    async with tenancy.national() as session:
        await _forget_test_people(session, tenant)
        await _forget_business(session, tenant)
    async with inside_as_owner(tenant) as session:
        kept = await _real_administrators(session, tenant)
    await truncate(tenant, metadata)
    await _forget_files(tenant)
    await _appoint_again(tenant, kept)


async def add_administrator(tenant: Tenant, email: str, name: str) -> None:
    """A real person administrates the sandbox too; who has no account is invited to set a password."""
    refuse_unless_sandbox(tenant)
    email = check_email(email, "admin_email")
    async with tenancy.national() as session:
        account_id = await find_or_invite(session, email, name, tenant.hosts[0])
        await remember_official(session, account_id, tenant)
    async with inside_as_owner(tenant) as session:
        await _appoint_one(session, tenant, _Administrator(account_id, name, email, ADMINISTRATOR.position))


async def _forget_test_people(session: AsyncSession, tenant: Tenant) -> None:
    """Their accounts are closed under addresses that nobody will ask for; their vendor sells no more."""
    domain = f"%@{tenant.slug.replace('_', '-')}{TEST_DOMAIN}"
    found = list(await session.scalars(select(Account).where(func.lower(Account.email).like(domain))))
    for account in found:
        assert is_test(account.id)
        account.email, account.active = f"{account.id}@dulu{TEST_DOMAIN}", False
        account.closed_at = clock.now()
        end_sessions(session, account.id)
    of_them = select(VendorMember.vendor_id).where(VendorMember.account_id.in_([one.id for one in found]))
    await session.execute(
        update(Vendor).where(Vendor.id.in_(of_them), Vendor.sandbox).values(status=VendorStatus.SUSPENDED)
    )


async def _forget_business(session: AsyncSession, tenant: Tenant) -> None:
    for table in national_tables_of_a_region():
        await session.execute(delete(table).where(table.c.tenant_id == tenant.id))


def national_tables_of_a_region() -> list[Table]:
    """Tables of `pusat` whose rows each tell of one region."""
    shared = [table for table in metadata.sorted_tables if table.schema == PUSAT]
    return [table for table in reversed(shared) if "tenant_id" in table.columns]


async def _real_administrators(session: AsyncSession, tenant: Tenant) -> Sequence[_Administrator]:
    held = (
        select(Official.id, Official.name, Official.email, Official.position)
        .join(RoleAssignment, RoleAssignment.official_id == Official.id)
        .where(RoleAssignment.role == Role.TENANT_ADMIN, holds_from(clock.today(tenant.zone)))
        .distinct()
    )
    return [_Administrator(*row) for row in await session.execute(held) if not is_test(row.id)]


async def _forget_files(tenant: Tenant) -> None:
    files = file_store().inside(tenant.slug)
    for key in [one.key async for one in files.list()]:
        await files.delete(key)


async def _appoint_again(tenant: Tenant, kept: Sequence[_Administrator]) -> None:
    email = ADMINISTRATOR.email(tenant.slug)
    async with tenancy.national() as session:
        account = await create_account_with_hash(session, email, ADMINISTRATOR.name, NO_PASSWORD)
        test = _Administrator(account.id, account.name, email, ADMINISTRATOR.position)
        for one in (test, *kept):
            await remember_official(session, one.id, tenant)
    async with inside_as_owner(tenant) as session:
        for one in (test, *kept):
            await _appoint_one(session, tenant, one)


async def _appoint_one(session: AsyncSession, tenant: Tenant, one: _Administrator) -> None:
    session.add(Official(**one._asdict()))
    await session.flush()  # no relation tells the session that the appointment needs the person first
    session.add(
        RoleAssignment(
            id=new_id(),
            official_id=one.id,
            role=Role.TENANT_ADMIN,
            valid_from=clock.today(tenant.zone),
            letter_number=LETTER,
        )
    )
