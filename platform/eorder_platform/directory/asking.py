"""The vendor asks for another fact than the verified one (permintaan perubahan), and may take the request back."""

import json
from collections.abc import Mapping
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from eorder_platform import clock, outbox
from eorder_platform.directory.evidence import Evidence, keep_evidence
from eorder_platform.directory.fact_kinds import About, kind_of, spread
from eorder_platform.directory.locking import locked
from eorder_platform.directory.members import Member
from eorder_platform.directory.models import ChangeOutcome, ChangeRequest, FactKind
from eorder_platform.directory.verifying import TESTS_ARE_NOT_CHECKED
from eorder_platform.errors import Conflict, NotVisible, Refused
from eorder_platform.ids import new_id
from eorder_platform.secrecy import Purpose, decrypt, encrypt
from eorder_platform.texts import fitting
from eorder_platform.trying_out import is_test

Pairs = Mapping[str, tuple[str, str]]
"""Field → what holds and what is asked for; "" where there is none."""


async def ask_for_change(
    session: AsyncSession,
    member: Member,
    kind: FactKind,
    wanted: Mapping[str, str],
    *,
    subject_id: UUID | None = None,
    note: str = "",
    evidence: Evidence | None = None,
) -> ChangeRequest:
    """The facts of that kind shall become `wanted`; until a verifier accepts, what holds goes on to hold.

    Refused to staff and to a sandbox's vendors, where nothing would change, and while another request of the kind
    waits.
    """
    member.must_own()
    if is_test(member.vendor_id):
        raise Refused(TESTS_ARE_NOT_CHECKED)
    about = About(member.vendor_id, subject_id)
    await locked(session, member.vendor_id)  # two requests at once: the second one finds the first
    if await _waiting(session, kind, about) is not None:
        raise Refused(
            "Permintaan sebelumnya untuk data ini masih menunggu verifikator. Tarik dahulu permintaan itu "
            "di profil usaha, lalu ajukan yang baru."
        )
    now = await kind_of(kind).in_force(session, about)
    pairs = difference(now, wanted)
    if not pairs:
        raise Refused("Tidak ada yang berubah, jadi tidak ada yang perlu diminta.")
    fitting(note, "note")
    request = ChangeRequest(
        id=new_id(), vendor_id=member.vendor_id, kind=kind, subject_id=subject_id, note=note
    )
    request.facts_encrypted = encrypt(json.dumps(pairs), Purpose.FACTS, request.id)
    request.requested_by, request.requested_at = member.account_id, clock.now()
    by_mail = kind_of(kind).by_mail
    request.decidable_from = None if by_mail else request.requested_at
    if evidence is not None:
        request.evidence = await keep_evidence(request.id, evidence)
    session.add(request)
    await session.flush()  # what is asked for is there before anything refers to it
    if by_mail:
        outbox.write(session, "directory.confirm_account", request_id=request.id)
    return request


async def withdraw_request(session: AsyncSession, member: Member, request_id: UUID) -> None:
    """The owner takes back what waits. Refused to staff and once it is decided."""
    member.must_own()
    request = await open_request(session, request_id, member.vendor_id)
    await end(session, request, ChangeOutcome.WITHDRAWN, member.account_id)


async def open_request(
    session: AsyncSession, request_id: UUID, vendor_id: UUID | None = None
) -> ChangeRequest:
    """The request and its vendor, locked; NotVisible for none (of that vendor), Conflict once it has ended."""
    request = await session.get(ChangeRequest, request_id)
    if request is None or vendor_id not in (None, request.vendor_id):
        raise NotVisible("Permintaan ini tidak ditemukan.")
    await locked(session, request.vendor_id)  # the vendor first, as whoever asks does
    await session.refresh(request, with_for_update=True)
    if request.outcome is not None:
        raise Conflict("Permintaan ini sudah selesai. Muat ulang untuk melihat putusannya.")
    return request


async def end(
    session: AsyncSession,
    request: ChangeRequest,
    outcome: ChangeOutcome,
    account_id: UUID | None,
    reason: str | None = None,
) -> None:
    """Write down how the request ended; payments that were held for it may go on."""
    request.outcome, request.reason = outcome, reason
    request.decided_by, request.decided_at = account_id, clock.now()
    if request.confirmed_at is not None:
        spread(session, *await locked(session, request.vendor_id), public=False)


def pairs_of(request: ChangeRequest) -> dict[str, tuple[str, str]]:
    """What was asked for, opened: field → before and after."""
    opened = json.loads(decrypt(request.facts_encrypted, Purpose.FACTS, request.id))
    return {name: (before, after) for name, (before, after) in opened.items()}


def difference(before: Mapping[str, str], after: Mapping[str, str]) -> dict[str, tuple[str, str]]:
    """The fields whose text is another; one that is missing counts as empty."""
    names = sorted(before.keys() | after.keys())
    pairs = {name: (before.get(name, ""), after.get(name, "")) for name in names}
    return {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}


async def _waiting(session: AsyncSession, kind: FactKind, about: About) -> UUID | None:
    same = select(ChangeRequest.id).where(
        ChangeRequest.vendor_id == about.vendor_id,
        ChangeRequest.kind == kind,
        ChangeRequest.subject_id.is_not_distinct_from(about.subject_id),
        ChangeRequest.outcome.is_(None),
    )
    waiting: UUID | None = await session.scalar(same)
    return waiting
