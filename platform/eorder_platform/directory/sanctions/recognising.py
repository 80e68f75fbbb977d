"""By tax number (NPWP) and owner's number (NIK) a sanctioned business is known again, whatever its new NIB.

Both are compared as keyed hashes. A person's tax number is their NIK, so one purpose serves both kinds.
"""

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from eorder_platform import clock
from eorder_platform.directory.models import VendorPrivate
from eorder_platform.directory.sanctions.models import Level, Sanction, SanctionedVendor, SanctionKey
from eorder_platform.secrecy import Purpose, decrypt, keyed_hash


def fingerprints(identity_number: str, tax_id: str | None) -> set[str]:
    """Of the owner's number, and of the tax number (16 digits) where there is one."""
    return {keyed_hash(number, Purpose.IDENTITY) for number in (identity_number, tax_id) if number}


def fingerprints_of(private: VendorPrivate) -> set[str]:
    """The same of a business that is known."""
    sealed = private.tax_id_encrypted
    tax_id = decrypt(sealed, Purpose.TAX_ID, private.vendor_id) if sealed else None
    return {private.identity_hash} | ({keyed_hash(tax_id, Purpose.IDENTITY)} if tax_id else set())


async def sanction_known_by(session: AsyncSession, found: Iterable[str]) -> Sanction | None:
    """The sanction in force that keeps out whoever bears one of these; a warning keeps nobody out."""
    known = (
        select(Sanction)
        .join(SanctionKey, SanctionKey.case_id == Sanction.id)
        .where(
            SanctionKey.fingerprint.in_(list(found)),
            Sanction.level != Level.WARNING,
            Sanction.ended_at.is_(None),
            Sanction.valid_until > clock.now(),
        )
        .order_by(Sanction.valid_until.desc())
        .limit(1)
    )
    sanction: Sanction | None = await session.scalar(known)
    return sanction


async def reaches(session: AsyncSession, sanction: Sanction, vendor_id: UUID) -> bool:
    """Is it a sanction on this very business?"""
    return await session.get(SanctionedVendor, (sanction.id, vendor_id)) is not None


async def vendors_like(session: AsyncSession, private: VendorPrivate) -> list[UUID]:
    """The business itself and every other with its owner's number or its tax number, in the order of their ids."""
    found = list(fingerprints_of(private))
    same = select(VendorPrivate.vendor_id).where(
        or_(VendorPrivate.identity_hash.in_(found), VendorPrivate.tax_id_hash.in_(found))
    )
    return sorted({private.vendor_id, *await session.scalars(same)})


async def fill_fingerprints(session: AsyncSession, most: int = 500) -> int:
    """Hash tax numbers that were written before there were hashes of them; returns how many."""
    missing = select(VendorPrivate).where(
        VendorPrivate.tax_id_encrypted.is_not(None), VendorPrivate.tax_id_hash.is_(None)
    )
    rows = list(await session.scalars(missing.limit(most).with_for_update(skip_locked=True)))
    for row in rows:
        assert row.tax_id_encrypted is not None
        row.tax_id_hash = keyed_hash(
            decrypt(row.tax_id_encrypted, Purpose.TAX_ID, row.vendor_id), Purpose.IDENTITY
        )
    return len(rows)
