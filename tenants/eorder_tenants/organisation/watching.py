"""What auditors read (domain.md 1.1: BPK, KPK and APIP; A31): kept for good, for the region to see."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Text, cast, select
from sqlalchemy.ext.asyncio import AsyncSession

from eorder_platform.errors import NotAllowed
from eorder_platform.ids import new_id
from eorder_platform.listing import Listed, every_word
from eorder_tenants.organisation.actors import Actor
from eorder_tenants.organisation.models import AuditRead, Official, Role

SEEN_BY = (Role.TENANT_ADMIN, Role.AUDITOR, Role.BUDGET_USER)
DETAIL_AT_MOST = 200


@dataclass(frozen=True)
class ReadRow:
    """One page that an auditor opened; `page` is the name of its route."""

    id: UUID
    recorded_at: datetime
    name: str
    page: str
    subject_id: UUID | None
    detail: str


def note_read(session: AsyncSession, actor: Actor, page: str, subject_id: UUID | None, detail: str) -> None:
    """Keep that an auditor opens a page, in the transaction that reads it: what cannot be kept is not shown.

    Nobody else's reading is kept. `detail`: what was asked for (words, filters), as the address has it.
    """
    if not is_noted(actor):
        return
    read = AuditRead(
        id=new_id(), official_id=actor.id, page=page, subject_id=subject_id, detail=detail[:DETAIL_AT_MOST]
    )
    session.add(read)


def is_noted(actor: Actor) -> bool:
    """Whether what this person opens is kept."""
    return actor.holds(Role.AUDITOR)


def reads_visible_to(actor: Actor, search: str = "") -> Listed[ReadRow]:
    """Who of the auditors opened what, the newest first; for those who answer for the region, and the auditors."""
    if not any(actor.holds(role) for role in SEEN_BY):
        raise NotAllowed("Catatan ini untuk admin daerah, Pengguna Anggaran, dan auditor.")
    rows = (
        select(
            AuditRead.id,
            AuditRead.recorded_at,
            Official.name,
            AuditRead.page,
            AuditRead.subject_id,
            AuditRead.detail,
        )
        .join(Official, Official.id == AuditRead.official_id)
        .where(
            *every_word(
                search, Official.name, AuditRead.page, AuditRead.detail, cast(AuditRead.subject_id, Text)
            )
        )
    )
    return Listed(ReadRow, rows, newest=(AuditRead.recorded_at, AuditRead.id))
