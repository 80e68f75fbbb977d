"""The demo's sanctions: one that holds since yesterday, one proposed and not yet decided, one that was lifted."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from uuid import UUID

from eorder_platform import clock, outbox, tenancy
from eorder_platform.attachments import Attachment
from eorder_platform.directory.members import Member
from eorder_platform.directory.sanctions.advising import Opinion, record_opinion
from eorder_platform.directory.sanctions.deciding import Decision, Lifting, decide, decider_for, lift
from eorder_platform.directory.sanctions.models import Ground, Level
from eorder_platform.directory.sanctions.objecting import Objection, object_to
from eorder_platform.directory.sanctions.proposing import Proposal, propose_sanction
from eorder_platform.directory.verifying import verifier_for
from eorder_platform.identity.signing_nationally import carry_proof
from eorder_web.operations.demo.people import PROVED

HOLDS, PROPOSED, LIFTED = "CV Seulawah Cetak", "CV Losari Tulis", "CV Dewata Audio"
REACHING: Final = ("orders.follow_sanction",)
OBJECTION: Final = (
    "Kurir kami berhenti tanpa kabar. Kami sudah memakai kurir lain dan menawarkan penggantian."
)
GIVER: Final = "Inspektorat Provinsi, ND-118"
OPINION: Final = "Keterlambatan terbukti. Tidak ditemukan unsur sengaja. Disarankan enam bulan."
_AFTER_OFFICE: Final = time(10, 0)
"""UTC: later than anything that the demo's offices did on that day."""


@dataclass(frozen=True)
class Agency:
    """Who proposes, who decides, who lifts."""

    verifier_id: UUID
    decider_id: UUID
    lifter_id: UUID


async def make_sanctions(
    agency: Agency, member_of: Callable[[str], Member | None], number_of: Callable[[str], str], today: date
) -> None:
    """Of those of the three businesses that this demo has; decided on the days on which it would have been."""

    def days_ago(days: int) -> datetime:
        return datetime.combine(today - timedelta(days=days), _AFTER_OFFICE, UTC)

    for name, decided, lifted in ((HOLDS, 1, None), (LIFTED, 2, 1), (PROPOSED, None, None)):
        member = member_of(name)
        if member is None:
            continue
        with clock.travelling_to(days_ago(25 if decided else 1)):
            case_id = await _propose(agency, number_of(name))
        if not decided:
            continue
        with clock.travelling_to(days_ago(24)):
            async with tenancy.national() as session:
                await object_to(session, member, Objection(case_id, OBJECTION))
        with clock.travelling_to(days_ago(decided)):
            await _decide(agency, case_id)
            if not lifted:
                await outbox.carry_out_open(outbox.NATION, REACHING)
        if lifted:
            with clock.travelling_to(days_ago(lifted)):
                await _lift(agency, case_id)


async def _propose(agency: Agency, number: str) -> UUID:
    async with tenancy.national() as session:
        proposer = await verifier_for(session, agency.verifier_id)
        facts = (
            "Dua pesanan tahun ini tidak dikirim sampai akhir tenggat meski sudah ditegur dua kali secara tertulis."
            " Berita acara pemeriksaan terlampir."
        )
        proposal = Proposal(number, Level.SUSPENSION, Ground.BREACH, 6, facts, (_minutes(),))
        return (await propose_sanction(session, proposer, proposal)).id


async def _decide(agency: Agency, case_id: UUID) -> None:
    async with tenancy.national() as session:
        clerk = await verifier_for(session, agency.verifier_id)
        await record_opinion(session, clerk, Opinion(case_id, GIVER, OPINION))
    async with tenancy.national() as session:
        carry_proof(session, PROVED)
        decider = await decider_for(session, agency.decider_id)
        reasons = (
            "Dua wanprestasi terbukti dalam dua belas bulan. Penyedia sudah didengar; sesuai pendapat APIP."
        )
        await decide(session, decider, Decision(case_id, Level.SUSPENSION, 6, reasons, heard=True))


async def _lift(agency: Agency, case_id: UUID) -> None:
    async with tenancy.national() as session:
        carry_proof(session, PROVED)
        lifter = await decider_for(session, agency.lifter_id)
        reason = (
            "Barang pengganti sudah diserahkan dan diterima kedua dinas, jadi dasar sanksi sudah dipulihkan."
        )
        await lift(session, lifter, Lifting(case_id, annul=False, reason=reason))


def _minutes() -> Attachment:
    """One page that says what it is."""
    text = b"BT /F1 16 Tf 72 760 Td (Berita acara pemeriksaan \\(peragaan\\)) Tj ET"
    parts = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R"
        b"/Resources<</Font<</F1<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>>>>>>>",
        b"<</Length %d>>stream\n%s\nendstream" % (len(text), text),
    ]
    written, places = b"%PDF-1.4\n", list[int]()
    for number, part in enumerate(parts, start=1):
        places.append(len(written))
        written += b"%d 0 obj%s endobj\n" % (number, part)
    table = b"xref\n0 5\n0000000000 65535 f \n" + b"".join(b"%010d 00000 n \n" % one for one in places)
    ending = b"trailer<</Size 5/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % len(written)
    return Attachment("berita-acara.pdf", "application/pdf", written + table + ending)
