"""What verifiers read of the requests to change facts: who waits, one request, and how many; and the vendor its own."""

from datetime import datetime
from typing import Final, NamedTuple
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from eorder_platform.directory.members import Member
from eorder_platform.directory.models import ChangeRequest, Product, Vendor, VendorPrivate
from eorder_platform.errors import NotVisible
from eorder_platform.identity.models import Account

REQUESTS_A_PAGE: Final = 50
LATEST: Final = 5


class WaitingRequest(NamedTuple):
    """A line of the verifiers' queue."""

    request_id: UUID
    kind: str
    requested_at: datetime
    decidable_from: datetime | None
    legal_name: str
    business_id_number: str


class RequestFile(NamedTuple):
    """Everything about one request: whose it is, about which product if about one, who asked and who decided."""

    request: ChangeRequest
    vendor: Vendor
    private: VendorPrivate
    product: Product | None
    asked_by: str
    decided_by: str | None


async def requests_waiting(session: AsyncSession, limit: int = REQUESTS_A_PAGE) -> list[WaitingRequest]:
    """The open requests, the one that has waited longest first."""
    found = (
        select(
            ChangeRequest.id,
            ChangeRequest.kind,
            ChangeRequest.requested_at,
            ChangeRequest.decidable_from,
            Vendor.legal_name,
            Vendor.business_id_number,
        )
        .join(Vendor, Vendor.id == ChangeRequest.vendor_id)
        .where(ChangeRequest.outcome.is_(None))
        .order_by(ChangeRequest.requested_at, ChangeRequest.id)
        .limit(limit)
    )
    return [WaitingRequest(*row) for row in await session.execute(found)]


async def count_requests(session: AsyncSession) -> int:
    """How many requests wait."""
    waiting = select(func.count()).select_from(ChangeRequest).where(ChangeRequest.outcome.is_(None))
    return await session.scalar(waiting) or 0


async def request_file(session: AsyncSession, request_id: UUID) -> RequestFile:
    """One request, or NotVisible."""
    request = await session.get(ChangeRequest, request_id)
    if request is None:
        raise NotVisible("Permintaan ini tidak ditemukan.")
    names = select(Account.id, Account.name).where(Account.id.in_([request.requested_by, request.decided_by]))
    name_of = {row.id: row.name for row in await session.execute(names)}
    return RequestFile(
        request,
        await session.get_one(Vendor, request.vendor_id),
        await session.get_one(VendorPrivate, request.vendor_id),
        await session.get(Product, request.subject_id) if request.subject_id else None,
        name_of[request.requested_by],
        name_of.get(request.decided_by) if request.decided_by else None,
    )


async def requests_of(session: AsyncSession, member: Member) -> list[ChangeRequest]:
    """The business's own requests: what waits, and the latest that ended, the newest first."""
    own = select(ChangeRequest).where(ChangeRequest.vendor_id == member.vendor_id)
    newest = own.order_by(ChangeRequest.outcome.is_(None).desc(), ChangeRequest.requested_at.desc())
    return list(await session.scalars(newest.limit(LATEST)))
