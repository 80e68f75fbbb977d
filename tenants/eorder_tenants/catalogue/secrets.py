"""A vendor's bank account and tax number in this region: sealed with the region's own key, opened for who pays."""

import json
from collections.abc import Mapping
from typing import Final
from uuid import UUID

from sqlalchemy import delete
from sqlalchemy.ext.asyncio import AsyncSession

from eorder_platform import clock, straight
from eorder_platform.secrecy import Purpose, decrypt, encrypt
from eorder_platform.tenancy import Tenant
from eorder_tenants.catalogue.models import PayeeSecret

Secrets = Mapping[str, str | None]


async def keep_secrets(session: AsyncSession, vendor_id: UUID, secrets: Secrets, version: int) -> None:
    """Keep the numbers, or replace them where these are newer."""
    tenant: Tenant = session.info["tenant"]
    row = await session.get(PayeeSecret, vendor_id, with_for_update=True)
    if row is not None and row.payee_version >= version:
        return
    if row is None:
        row = PayeeSecret(vendor_id=vendor_id)
        session.add(row)
    row.sealed = encrypt(json.dumps(dict(secrets)), Purpose.PAYEE, vendor_id, region=tenant.id)
    row.payee_version, row.given_at = version, clock.now()


async def renew_secrets(session: AsyncSession, vendor_id: UUID, secrets: Secrets, version: int) -> None:
    """Newer numbers where the region holds any; it is given none."""
    if await session.get(PayeeSecret, vendor_id) is not None:
        await keep_secrets(session, vendor_id, secrets, version)


async def forget_secrets(session: AsyncSession, vendor_id: UUID) -> None:
    """The region needs them no more."""
    await session.execute(delete(PayeeSecret).where(PayeeSecret.vendor_id == vendor_id))


async def secrets_of(session: straight.Reads, vendor_id: UUID) -> dict[str, str]:
    """The numbers in full, while the region holds them; empty afterwards."""
    tenant: Tenant = session.info["tenant"]
    sealed = await straight.value(session, _SEALED, vendor_id)
    if sealed is None:
        return {}
    opened = json.loads(decrypt(sealed, Purpose.PAYEE, vendor_id, region=tenant.id))
    return {name: number for name, number in opened.items() if number}


_SEALED: Final = "select sealed from payee_secret where vendor_id = $1"
