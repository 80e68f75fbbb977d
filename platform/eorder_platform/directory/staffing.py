"""The owner takes staff (staf penyedia) into the business and lets them go; regions learn who its people are."""

from typing import Final, NamedTuple
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from eorder_platform import outbox
from eorder_platform.directory.checking import Answers, Checking, written
from eorder_platform.directory.looking_up import journal_lookup
from eorder_platform.directory.members import Member
from eorder_platform.directory.models import LookupKind, VendorChange, VendorMember, VendorPrivate, VendorRole
from eorder_platform.errors import NotVisible, Refused
from eorder_platform.identity import sessions
from eorder_platform.identity.addresses import check_email
from eorder_platform.identity.departing import end_sessions
from eorder_platform.identity.inviting import invite_stranger
from eorder_platform.identity.models import Account
from eorder_platform.ids import new_id
from eorder_platform.settings import settings
from eorder_platform.trying_out import is_test, is_test_address

TEST_STAFF: Final = (
    "Staf penyedia uji coba beralamat .uji.example, supaya tidak ada orang sungguhan di antaranya."
)
TEST_PEOPLE: Final = "Alamat .uji.example milik orang uji coba. Gunakan alamat e-mail staf Anda."


class TeamMember(NamedTuple):
    """Somebody who works for the business."""

    account_id: UUID
    name: str
    email: str
    role: VendorRole


async def add_staff(session: AsyncSession, member: Member, answers: Answers) -> UUID:
    """A new account, invited by mail to set its password, works for the business from now on.

    Refused to staff, and for an e-mail that has an account: nobody is drawn into a business without being asked,
    because who works for a vendor may not buy from it (SOD5).
    """
    member.must_own()
    checking = Checking()
    name = checking.take(written, answers, "name", "Nama", 3)
    email = checking.take(check_email, answers.get("email", ""))
    checking.done()
    if is_test_address(email) != is_test(member.vendor_id):
        raise Refused(TEST_STAFF if is_test(member.vendor_id) else TEST_PEOPLE, "email")
    account_id = await invite_stranger(session, email, name, settings().national_host)
    known = account_id is None
    await journal_lookup(session, member.account_id, LookupKind.EMAIL, email.lower(), known=known)
    if account_id is None:
        raise Refused("E-mail ini sudah memiliki akun. Gunakan e-mail lain untuk staf.", "email")
    session.add(VendorMember(vendor_id=member.vendor_id, account_id=account_id, role=VendorRole.STAFF))
    await _note(session, member, before="", after=name)
    return account_id


async def remove_staff(session: AsyncSession, member: Member, account_id: UUID) -> None:
    """The person no longer works for the business, and is signed out. Refused to staff; the owner is not found."""
    member.must_own()
    await _let_go(session, member, account_id)
    end_sessions(session, account_id, sessions.NATIONAL_PLACE)


async def leave_business(session: AsyncSession, member: Member) -> None:
    """Somebody of the staff leaves on their own account. An owner is not found."""
    await _let_go(session, member, member.account_id)


async def _let_go(session: AsyncSession, by: Member, account_id: UUID) -> None:
    membership = await session.get(VendorMember, (by.vendor_id, account_id), with_for_update=True)
    if membership is None or membership.role != VendorRole.STAFF:
        raise NotVisible("Orang ini bukan staf usaha Anda.")
    name = (await session.get_one(Account, account_id)).name
    await session.delete(membership)
    await _note(session, by, before=name, after="")


async def team_of(session: AsyncSession, vendor_id: UUID) -> list[TeamMember]:
    """Everybody who works for the business, its owner first."""
    found = (
        select(Account.id, Account.name, Account.email, VendorMember.role)
        .join(VendorMember, VendorMember.account_id == Account.id)
        .where(VendorMember.vendor_id == vendor_id)
        .order_by(VendorMember.role != VendorRole.OWNER, Account.name)
    )
    return [
        TeamMember(row.id, row.name, row.email, VendorRole(row.role)) for row in await session.execute(found)
    ]


async def _note(session: AsyncSession, member: Member, before: str, after: str) -> None:
    """Recorded, and spread: the regions keep the vendor's people to hold the separation of duties."""
    private = await session.get_one(
        VendorPrivate, member.vendor_id, with_for_update=True, populate_existing=True
    )
    private.version += 1
    change = VendorChange(
        id=new_id(), vendor_id=member.vendor_id, account_id=member.account_id, section="team"
    )
    change.facts = {"staff": [before, after]}
    session.add(change)
    outbox.write(session, "catalogue.spread_payee", vendor_id=member.vendor_id)
