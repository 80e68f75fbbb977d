"""What verifiers read: who waits for a decision, and how earlier rounds ended."""

from datetime import datetime
from typing import Final, NamedTuple
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from eorder_platform.directory.models import Vendor, VendorPrivate, VerificationCase
from eorder_platform.errors import NotVisible
from eorder_platform.identity.models import Account
from eorder_platform.reference.models import RegionRow

CASES_A_PAGE: Final = 50


class CaseFile(NamedTuple):
    """Everything about one business that waits, or waited, for a decision."""

    case: VerificationCase
    vendor: Vendor
    private: VendorPrivate


class WaitingCase(NamedTuple):
    """A line of the verifier's queue."""

    case_id: UUID
    submitted_at: datetime
    vendor_id: UUID
    legal_name: str
    business_id_number: str
    legal_form: str
    business_scale: str
    city: str
    round: int


async def cases_waiting(session: AsyncSession, limit: int = CASES_A_PAGE) -> list[WaitingCase]:
    """The open cases, the one that has waited longest first."""
    earlier = (
        select(func.count())
        .where(VerificationCase.vendor_id == Vendor.id)
        .correlate(Vendor)
        .scalar_subquery()
    )
    found = (
        select(
            VerificationCase.id,
            VerificationCase.submitted_at,
            Vendor.id,
            Vendor.legal_name,
            Vendor.business_id_number,
            Vendor.legal_form,
            Vendor.business_scale,
            RegionRow.name,
            earlier,
        )
        .join(Vendor, Vendor.id == VerificationCase.vendor_id)
        .join(RegionRow, RegionRow.code == Vendor.region_code)
        .where(VerificationCase.outcome.is_(None))
        .order_by(VerificationCase.submitted_at, VerificationCase.id)
        .limit(limit)
    )
    return [WaitingCase(*row) for row in await session.execute(found)]


async def case_file(session: AsyncSession, case_id: UUID) -> CaseFile:
    """The case with the business's public and private facts, or NotVisible."""
    case = await session.get(VerificationCase, case_id)
    if case is None:
        raise NotVisible("Berkas verifikasi ini tidak ditemukan.")
    vendor = await session.get_one(Vendor, case.vendor_id)
    return CaseFile(case, vendor, await session.get_one(VendorPrivate, case.vendor_id))


async def count_waiting(session: AsyncSession) -> int:
    """How many cases wait for a decision."""
    waiting = select(func.count()).select_from(VerificationCase).where(VerificationCase.outcome.is_(None))
    return await session.scalar(waiting) or 0


async def rounds_of(session: AsyncSession, vendor_id: UUID) -> list[tuple[VerificationCase, str, str | None]]:
    """Every round of verification of a vendor, oldest first, with who submitted and who decided it."""
    submitter, decider = Account.__table__.alias("submitter"), Account.__table__.alias("decider")
    found = (
        select(VerificationCase, submitter.c.name, decider.c.name)
        .join(submitter, submitter.c.id == VerificationCase.submitted_by)
        .outerjoin(decider, decider.c.id == VerificationCase.decided_by)
        .where(VerificationCase.vendor_id == vendor_id)
        .order_by(VerificationCase.submitted_at)
    )
    return [(case, submitted, decided) for case, submitted, decided in await session.execute(found)]
