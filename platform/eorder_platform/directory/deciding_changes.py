"""A verifier decides what a vendor asked to change; what is accepted holds from that moment on, as a version."""

import json
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from eorder_platform import clock, outbox
from eorder_platform.directory.asking import end, open_request, pairs_of
from eorder_platform.directory.changing_profile import record_change
from eorder_platform.directory.fact_kinds import About, kind_of
from eorder_platform.directory.models import (
    ChangeOutcome,
    ChangeRequest,
    FactVersion,
    Vendor,
    VerificationCase,
)
from eorder_platform.directory.verifying import SHORTEST_REASON, Verifier, is_linked
from eorder_platform.errors import Conflict, NotAllowed, Refused
from eorder_platform.ids import new_id
from eorder_platform.secrecy import Purpose, encrypt
from eorder_platform.texts import fitting


async def accept_change(session: AsyncSession, verifier: Verifier, request_id: UUID) -> None:
    """What was asked for holds from now on, here and in every region.

    Refused to a verifier with a link to the business (SOD8), before the request may be decided, and when what was
    asked has become wrong meanwhile.
    """
    request = await _to_decide(session, verifier, request_id)
    now = clock.now()
    if request.decidable_from is None or now < request.decidable_from:
        raise Conflict("Permintaan ini belum boleh diterima. Tunggu sampai waktunya.")
    about, kind = About(request.vendor_id, request.subject_id), kind_of(request.kind)
    before, pairs = await kind.in_force(session, about), pairs_of(request)
    asked = {name: after for name, (_, after) in pairs.items()}
    after = {name: text for name, text in {**before, **asked}.items() if text}
    await kind.put_in_force(session, about, after)
    await end(session, request, ChangeOutcome.ACCEPTED, verifier.account_id)
    await session.flush()  # a version names its request
    if not await _has_versions(session, request):
        since, who = await _verified(session, request.vendor_id)
        _add_version(session, request, before, since, who)
    _add_version(session, request, after, now, verifier.account_id, request.id)
    record_change(session, request.vendor_id, request.requested_by, request.kind, pairs)
    outbox.write(session, "directory.tell_vendor_of_change", request_id=request.id)


async def refuse_change(session: AsyncSession, verifier: Verifier, request_id: UUID, reason: str) -> None:
    """What holds goes on to hold, and the vendor reads why (SOD8 as above)."""
    reason = fitting(" ".join(reason.split()), "reason")
    if len(reason) < SHORTEST_REASON:
        raise Refused("Tulis mengapa ditolak, agar pemilik usaha tahu langkahnya.", "reason")
    request = await _to_decide(session, verifier, request_id)
    await end(session, request, ChangeOutcome.REFUSED, verifier.account_id, reason)
    outbox.write(session, "directory.tell_vendor_of_change", request_id=request.id)


async def _to_decide(session: AsyncSession, verifier: Verifier, request_id: UUID) -> ChangeRequest:
    request = await open_request(session, request_id)
    if await is_linked(session, verifier, request.vendor_id, request.requested_by):
        raise NotAllowed("Anda terkait dengan usaha ini, jadi verifikator lain yang memeriksanya.")
    return request


async def _has_versions(session: AsyncSession, request: ChangeRequest) -> bool:
    known = select(FactVersion.id).where(
        FactVersion.vendor_id == request.vendor_id,
        FactVersion.kind == request.kind,
        FactVersion.subject_id.is_not_distinct_from(request.subject_id),
    )
    return await session.scalar(known.limit(1)) is not None


async def _verified(session: AsyncSession, vendor_id: UUID) -> tuple[datetime, UUID]:
    """Since when, and by whom, the facts that no request has changed yet are verified."""
    vendor = await session.get_one(Vendor, vendor_id)
    accepted = select(VerificationCase.decided_by).where(
        VerificationCase.vendor_id == vendor_id, VerificationCase.outcome == "accepted"
    )
    who = await session.scalar(accepted.order_by(VerificationCase.decided_at.desc()).limit(1))
    assert vendor.verified_at and who
    return vendor.verified_at, who


def _add_version(
    session: AsyncSession,
    request: ChangeRequest,
    facts: dict[str, str],
    valid_from: datetime,
    account_id: UUID,
    request_id: UUID | None = None,
) -> None:
    version = FactVersion(
        id=new_id(), vendor_id=request.vendor_id, kind=request.kind, subject_id=request.subject_id
    )
    version.facts_encrypted = encrypt(json.dumps(facts), Purpose.FACTS, version.id)
    version.valid_from, version.account_id, version.request_id = valid_from, account_id, request_id
    session.add(version)
