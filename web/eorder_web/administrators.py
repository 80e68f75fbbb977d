"""The first administrator of a new region: an account in the nation, an appointment in the region."""

import secrets

from sqlalchemy import func, select

from eorder_platform import clock, tenancy
from eorder_platform.identity.models import Account
from eorder_platform.identity.signing_in import create_account
from eorder_platform.ids import new_id
from eorder_platform.tenancy import Tenant
from eorder_tenants.organisation.models import Official, Role, RoleAssignment


async def appoint_first_administrator(tenant: Tenant, name: str, email: str) -> tuple[str, str]:
    """Make (or find) the account and appoint it; returns e-mail and the new password, empty for a known account.

    Two transactions, one in each zone: the account first, so that a failure leaves an account without a role
    and never a role without a person.
    """
    email = email or f"admin@{tenant.hosts[0]}"
    password = secrets.token_urlsafe(12)
    async with tenancy.national() as session:
        account = await session.scalar(select(Account).where(func.lower(Account.email) == email.lower()))
        if account is None:
            account = await create_account(session, email, name, password)
        else:
            password = ""
    async with tenancy.inside(tenant) as session:
        session.add(Official(id=account.id, name=account.name, email=account.email, position="Admin daerah"))
        session.add(
            RoleAssignment(
                id=new_id(),
                official_id=account.id,
                role=Role.TENANT_ADMIN,
                valid_from=clock.today(tenant.zone),
                letter_number="Penetapan awal oleh badan nasional",
            )
        )
    return account.email, password
