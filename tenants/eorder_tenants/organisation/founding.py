"""The first administrator of a new region: an account in the nation, an appointment in the region."""

import secrets
from dataclasses import dataclass, field

from sqlalchemy.ext.asyncio import AsyncSession

from eorder_platform import clock
from eorder_platform.errors import Refused
from eorder_platform.identity.addresses import check_email
from eorder_platform.identity.passwords import hash_password
from eorder_platform.identity.recovering import take_password
from eorder_platform.identity.signing_in import account_with, create_account
from eorder_platform.ids import new_id
from eorder_platform.tenancy import Tenant
from eorder_tenants.organisation.belonging import remember_official
from eorder_tenants.organisation.models import Official, Role, RoleAssignment


@dataclass
class FirstAdministrator:
    """Who shall begin in a new region. `password` is empty for a person who has an account already."""

    email: str
    name: str
    password: str = field(default_factory=lambda: secrets.token_urlsafe(12))

    async def appoint(self, tenant: Tenant, national: AsyncSession, region: AsyncSession) -> None:
        """Make (or find) the account and appoint it, in the transaction that makes the region: both or neither."""
        check_email(self.email, "admin_email")
        account = await account_with(national, self.email)
        if account is None:
            account = await create_account(national, self.email, self.name, self.password)
        elif not account.active and account.closed_at is None:
            raise Refused(f"Akun {account.email} tidak aktif, jadi tidak dapat menjadi admin.", "admin_email")
        elif not account.is_vacant:
            self.email, self.password = account.email, ""
        else:  # nobody's: the password that the agency hands over replaces whatever there was
            await take_password(national, account, await hash_password(self.password))
        await remember_official(national, account.id, tenant)
        region.add(Official(id=account.id, name=account.name, email=account.email, position="Admin daerah"))
        await region.flush()  # no relation tells the session that the appointment needs the person first
        region.add(
            RoleAssignment(
                id=new_id(),
                official_id=account.id,
                role=Role.TENANT_ADMIN,
                valid_from=clock.today(tenant.zone),
                letter_number="Penetapan awal oleh badan nasional",
            )
        )
