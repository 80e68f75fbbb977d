"""The agency checks each registered business once for the whole nation (verifikasi): submit, accept, return."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from eorder_platform import clock, outbox
from eorder_platform.directory.locking import locked_vendor
from eorder_platform.directory.members import Member
from eorder_platform.directory.models import (
    Vendor,
    VendorMember,
    VendorPrivate,
    VendorStatus,
    VerificationCase,
)
from eorder_platform.directory.sanctions.recognising import fingerprints_of, sanction_known_by
from eorder_platform.errors import Conflict, NotAllowed, NotVisible, Refused
from eorder_platform.identity.confirming import is_confirmed
from eorder_platform.identity.models import Account, NationalRole, NationalRoleName
from eorder_platform.ids import new_id
from eorder_platform.sentences import Sentence
from eorder_platform.texts import fitting
from eorder_platform.trying_out import is_test

SUBMITTABLE = frozenset({VendorStatus.REGISTERED, VendorStatus.RETURNED})
SHORTEST_REASON = 10
UNCONFIRMED = (
    "Alamat e-mail akun ini belum dikonfirmasi. Minta tautan lewat “Lupa kata sandi” lalu kirim pendaftaran."
)

TESTS_ARE_NOT_CHECKED = (
    "Penyedia uji coba tidak diperiksa badan nasional. Datanya kembali seperti semula bila wilayah uji coba diatur "
    "ulang."
)


@dataclass(frozen=True)
class Verifier:
    """A person whom the agency has made verifier or administrator."""

    account_id: UUID
    name: str


async def verifier_for(session: AsyncSession, account_id: UUID) -> Verifier:
    """The verifier behind an account, by the roles of today; NotAllowed for anybody else."""
    name = await session.scalar(
        select(Account.name)
        .join(NationalRole, NationalRole.account_id == Account.id)
        .where(
            Account.id == account_id,
            Account.active,
            NationalRole.role.in_([NationalRoleName.VERIFIER, NationalRoleName.AGENCY_ADMIN]),
        )
        .limit(1)
    )
    if name is None:
        raise NotAllowed("Verifikasi penyedia dilakukan oleh verifikator badan nasional.")
    return Verifier(account_id, name)


async def submit_for_verification(session: AsyncSession, member: Member) -> VerificationCase:
    """The owner hands the business over for verification; its facts stand still until the decision.

    Refused while nobody knows whether the mailbox of the account is the person's own: the agency answers there; and to
    a sandbox's vendors, who are verified from the start.
    """
    member.must_own()
    if is_test(member.vendor_id):
        raise Refused(TESTS_ARE_NOT_CHECKED)
    if not await is_confirmed(session, member.account_id):
        raise Refused(UNCONFIRMED)
    vendor = await locked_vendor(session, member.vendor_id)
    if vendor.status not in SUBMITTABLE:
        raise Conflict("Usaha ini sedang diperiksa atau sudah diperiksa, jadi tidak perlu diajukan lagi.")
    vendor.status = VendorStatus.UNDER_VERIFICATION
    case = VerificationCase(id=new_id(), vendor_id=vendor.id, submitted_by=member.account_id)
    session.add(case)
    outbox.write(session, "directory.inquire", vendor_id=vendor.id)
    return case


async def accept_vendor(session: AsyncSession, verifier: Verifier, case_id: UUID) -> None:
    """The business is verified for every region. Refused to a verifier with a link to it (SOD8), and while a sanction

    holds on one with the same tax number or owner.
    """
    case, vendor = await _open_case(session, verifier, case_id)
    private = await session.get_one(VendorPrivate, vendor.id)
    if sanction := await sanction_known_by(session, fingerprints_of(private)):
        raise Refused(
            "NPWP atau NIK pemilik usaha ini sama dengan usaha yang sedang kena sanksi (putusan %(decision)s), "
            "jadi belum dapat diverifikasi.",
            decision=sanction.number,
        )
    _decide(session, case, verifier, "accepted", None)
    vendor.status, vendor.verified_at = VendorStatus.VERIFIED, clock.now()


async def return_vendor(session: AsyncSession, verifier: Verifier, case_id: UUID, reason: str) -> None:
    """The owner gets it back with the reason, corrects, and submits again (SOD8 as above)."""
    reason = fitting(" ".join(reason.split()), "reason")
    if len(reason) < SHORTEST_REASON:
        raise Refused("Tulis apa yang perlu diperbaiki, agar pemilik usaha tahu langkahnya.", "reason")
    case, vendor = await _open_case(session, verifier, case_id)
    _decide(session, case, verifier, "returned", reason)
    vendor.status = VendorStatus.RETURNED


async def _open_case(
    session: AsyncSession, verifier: Verifier, case_id: UUID
) -> tuple[VerificationCase, Vendor]:
    case = await session.get(VerificationCase, case_id)
    if case is None:
        raise NotVisible("Berkas verifikasi ini tidak ditemukan.")
    vendor = await locked_vendor(session, case.vendor_id)
    await session.refresh(case, with_for_update=True)
    if case.outcome is not None:
        raise Conflict(
            "Berkas ini sudah diputuskan oleh verifikator lain. Muat ulang untuk melihat putusannya."
        )
    if await is_linked(session, verifier, case.vendor_id, case.submitted_by):
        raise NotAllowed("Anda terkait dengan usaha ini, jadi verifikator lain yang memeriksanya.")
    return case, vendor


async def is_linked(session: AsyncSession, verifier: Verifier, vendor_id: UUID, submitted_by: UUID) -> bool:
    """Has the verifier submitted this themselves, or do they work for the business?"""
    membership = await session.get(VendorMember, (vendor_id, verifier.account_id))
    return submitted_by == verifier.account_id or membership is not None


async def warnings_of(session: AsyncSession, vendor: Vendor, private: VendorPrivate) -> list[str]:
    """What the verifier should look at twice; none of it is a ground for refusing by itself."""
    same_account = select(Vendor.legal_name).join(VendorPrivate, VendorPrivate.vendor_id == Vendor.id)
    same_account = same_account.where(
        VendorPrivate.bank_account_hash == private.bank_account_hash, Vendor.id != vendor.id
    )
    found = [private.tax_id_warning] if private.tax_id_warning else []
    if not is_of_the_business(private.bank_account_holder, vendor, private):
        found.append("Nama pemilik rekening berbeda dari nama usaha dan nama pemilik.")
    if other := await session.scalar(same_account.order_by(Vendor.id).limit(1)):
        found.append(Sentence("Rekening yang sama dipakai usaha lain di direktori: %(names)s.", names=other))
    if private.tax_id_encrypted is None:
        found.append("Usaha ini menyatakan belum memiliki NPWP.")
    return found


def is_of_the_business(holder: str, vendor: Vendor, private: VendorPrivate) -> bool:
    """Is the holder of an account the business or its owner, as far as names tell?"""
    names = (_plain(vendor.legal_name), _plain(private.owner_name))
    return any(name in _plain(holder) or _plain(holder) in name for name in names)


def _plain(name: str) -> str:
    return "".join(mark for mark in name.lower() if mark.isalnum())


def _decide(
    session: AsyncSession, case: VerificationCase, verifier: Verifier, outcome: str, reason: str | None
) -> None:
    case.outcome, case.reason = outcome, reason
    case.decided_by, case.decided_at = verifier.account_id, clock.now()
    outbox.write(session, "directory.tell_vendor", case_id=case.id)
