"""The region takes a vendor in or declines it; the nation has verified it already, so little is left to judge."""

from typing import Final
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from eorder_platform import clock, outbox
from eorder_platform.directory.models import ParticipationStatus, Vendor, VendorStatus
from eorder_platform.errors import Conflict, NotAllowed, NotVisible, Refused
from eorder_platform.texts import too_long
from eorder_tenants.catalogue import journal
from eorder_tenants.catalogue.models import DeclineReason, VendorParticipation
from eorder_tenants.organisation.actors import Actor
from eorder_tenants.organisation.models import Role

DECLINE_WORDS: Final = {
    DeclineReason.NOT_NEEDED: "Produknya di luar daftar kebutuhan daerah ini",
    DeclineReason.OUTSIDE_DELIVERY_AREA: "Wilayah pengirimannya tidak mencakup daerah ini",
    DeclineReason.HYGIENE: "Kunjungan kebersihan tempat usaha belum lulus",
    DeclineReason.FOOD_PERMIT: "Izin edar atau sertifikat pangan belum ada",
}


async def accept_vendor(session: AsyncSession, actor: Actor, vendor_id: UUID) -> None:
    """The vendor's published products enter the catalogue soon after. Refused while it is not verified nationally."""
    participation = await _waiting(session, actor, vendor_id)
    vendor = await session.get_one(Vendor, vendor_id)
    if vendor.status != VendorStatus.VERIFIED:
        raise Refused(
            "%(vendor)s sedang tidak terverifikasi secara nasional, jadi belum dapat diterima.",
            vendor=vendor.trade_name,
        )
    take_in(session, participation, decided_by=actor.official_id)
    journal.append(session, actor, participation, role=Role.TENANT_ADMIN)


async def decline_vendor(
    session: AsyncSession, actor: Actor, vendor_id: UUID, reason: str, note: str
) -> None:
    """Declined with one of the few reasons a region may have (domain.md 3.6) and a note; the vendor reads both."""
    participation = await _waiting(session, actor, vendor_id)
    problems: list[tuple[str | None, str]] = []
    if reason not in list(DeclineReason):
        problems.append(("reason", "Pilih alasan penolakan."))
    if not note.strip():
        problems.append(("note", "Jelaskan kepada penyedia apa yang perlu dipenuhi."))
    if excess := too_long(note, "note"):
        problems.append(("note", excess))
    if problems:
        raise Refused.several(problems)
    participation.status = ParticipationStatus.DECLINED
    participation.decided_at, participation.decided_by = clock.now(), actor.official_id
    participation.reason, participation.note = DeclineReason(reason), " ".join(note.split())
    outbox.write(session, "catalogue.tell_decision", vendor_id=vendor_id)
    sentence = decline_sentence(participation)
    journal.append(session, actor, participation, role=Role.TENANT_ADMIN, note=sentence)


def take_in(session: AsyncSession, participation: VendorParticipation, *, decided_by: UUID | None) -> None:
    """The vendor serves this region from now on: its products follow, and it is told. Nobody decided: the clock did."""
    participation.status = ParticipationStatus.ACTIVE
    participation.decided_at, participation.decided_by = clock.now(), decided_by
    participation.reason = participation.note = None
    outbox.write(session, "catalogue.fetch_vendor", vendor_id=participation.vendor_id)
    outbox.write(session, "catalogue.tell_decision", vendor_id=participation.vendor_id)


def decline_sentence(participation: VendorParticipation) -> str | None:
    """Why the region declined, in the words the vendor reads."""
    if participation.reason is None:
        return None
    return f"{DECLINE_WORDS[DeclineReason(participation.reason)]}. {participation.note}"


def may_decide(actor: Actor) -> bool:
    """Only the region's administrator takes vendors in."""
    return actor.holds(Role.TENANT_ADMIN)


async def _waiting(session: AsyncSession, actor: Actor, vendor_id: UUID) -> VendorParticipation:
    if not may_decide(actor):
        raise NotAllowed("Hanya admin daerah yang menerima atau menolak penyedia.")
    participation = await session.get(VendorParticipation, vendor_id, with_for_update=True)
    if participation is None:
        raise NotVisible("Penyedia ini tidak ditemukan.")
    if participation.status != ParticipationStatus.REQUESTED:
        raise Conflict(
            "Permohonan ini sudah diputuskan atau ditarik kembali. Muat ulang halaman untuk melihatnya."
        )
    return participation
