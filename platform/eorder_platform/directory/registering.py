"""A business registers once for all regions (pendaftaran penyedia): draft, check of each group, registration."""

import json
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final
from uuid import UUID

from sqlalchemy import Select, delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from eorder_platform import clock
from eorder_platform.directory.checking import Answers
from eorder_platform.directory.looking_up import journal_lookup, may_learn
from eorder_platform.directory.members import Member
from eorder_platform.directory.models import (
    LookupKind,
    RegistrationDraft,
    Vendor,
    VendorMember,
    VendorPrivate,
    VendorRole,
    VendorStatus,
)
from eorder_platform.directory.sanctions.recognising import fingerprints, reaches, sanction_known_by
from eorder_platform.directory.sections import Address, BankAccount, Business, Facts, Owner, Section
from eorder_platform.directory.verifying import UNCONFIRMED
from eorder_platform.errors import Refused
from eorder_platform.identity.confirming import is_confirmed
from eorder_platform.identity.models import Account
from eorder_platform.reference.law import NATIONAL_ZONE, rule_book
from eorder_platform.reference.models import RegionRow
from eorder_platform.secrecy import Purpose, decrypt, encrypt, keyed_hash
from eorder_platform.trying_out import new_id_beside

NOTHING: Final[Answers] = MappingProxyType({})
KNOWN_BUSINESS = (
    "NIB ini sudah terdaftar. Satu usaha mendaftar satu kali; masuk dengan akun yang mendaftarkannya."
)
SANCTIONED = (
    "Usaha dengan nomor ini sedang kena sanksi nasional (putusan %(decision)s), jadi belum dapat mendaftar."
)
KNOWN_OWNER = "NIK ini sudah tercatat sebagai pemilik usaha lain di direktori. Gunakan akun usaha itu."


@dataclass(frozen=True)
class Registration:
    """A complete and checked registration."""

    business: Business
    owner: Owner
    address: Address
    bank: BankAccount


async def register_vendor(session: AsyncSession, account_id: UUID, answers: Answers) -> Member:
    """The account becomes the owner of a new vendor with status `registered`; its draft is gone.

    Refused with every problem of every group at once; a NIB or an owner's NIK that the directory knows already, and an
    account that has a vendor already, are refused too, also when two registrations race. Refused at once while the
    account's mailbox is not confirmed: what the directory knows is not for everybody.
    """
    if not await is_confirmed(session, account_id):
        raise Refused(UNCONFIRMED)
    registration = await check_all(session, answers, asker=account_id)
    vendor, private = Vendor(id=new_id_beside(account_id), status=VendorStatus.REGISTERED), VendorPrivate()
    private.vendor_id = vendor.id
    for facts in (registration.business, registration.owner, registration.address, registration.bank):
        facts.write(vendor, private)
    account = await session.get_one(Account, account_id)
    membership = VendorMember(vendor_id=vendor.id, account_id=account_id, role=VendorRole.OWNER)
    session.add(vendor)
    await _flush(session)  # the unique indexes answer: a look-up could be overtaken by another registration
    session.add_all([private, membership])
    await _flush(session)
    await session.execute(delete(RegistrationDraft).where(RegistrationDraft.account_id == account_id))
    return Member(account_id, account.name, vendor.id, VendorRole.OWNER)


async def check_all(session: AsyncSession, answers: Answers, asker: UUID | None = None) -> Registration:
    """Every group checked; one refusal names all their problems. `asker` as in :func:`check_section`."""
    found: dict[Section, Facts] = {}
    problems: list[tuple[str | None, str]] = []
    for section in Section:
        try:
            found[section] = await check_section(session, section, answers, asker=asker)
        except Refused as refusal:
            problems += refusal.problems
    if problems:
        raise Refused.several(problems)
    return Registration(*found.values())  # type: ignore[arg-type]


async def check_section(
    session: AsyncSession,
    section: Section,
    answers: Answers,
    vendor_id: UUID | None = None,
    kept: Answers = NOTHING,
    asker: UUID | None = None,
) -> Facts:
    """One group of answers as facts, or every problem in it.

    `vendor_id`: the vendor that corrects its own facts. `kept`: its facts as they are; what stays as it was is not
    refused for having become old. `asker`: the account that is told where a number is known already (looking_up.py);
    without one nothing is looked up.
    """
    law = (await rule_book(session)).on(clock.today(NATIONAL_ZONE))
    if section is Section.BUSINESS:
        business = Business.of(answers, law)
        await _refuse_known_business(session, business, vendor_id, asker)
        return business
    if section is Section.OWNER:
        owner = Owner.of(answers, law, kept)
        await _refuse_sanctioned(session, owner, vendor_id, asker)
        await _refuse_known_owner(session, owner, vendor_id, asker)
        return owner
    if section is Section.ADDRESS:
        address = Address.of(answers)
        region = await session.get(RegionRow, address.region_code)
        if region is None or region.parent_code is None:
            raise Refused("Pilih kabupaten atau kota.", "region_code")
        return address
    return BankAccount.of(answers)


async def save_draft(session: AsyncSession, account_id: UUID, answers: Answers) -> None:
    """Keep what was typed so far, encrypted, until the account registers."""
    sealed = encrypt(json.dumps(dict(answers)), Purpose.REGISTRATION_DRAFT, account_id)
    row = {"account_id": account_id, "answers_encrypted": sealed, "changed_at": clock.now()}
    changed = insert(RegistrationDraft).values(row)
    await session.execute(changed.on_conflict_do_update(index_elements=["account_id"], set_=row))


async def draft_of(session: AsyncSession, account_id: UUID) -> dict[str, str]:
    """What the account has typed so far; empty at first."""
    draft = await session.get(RegistrationDraft, account_id, populate_existing=True)
    if draft is None:
        return {}
    answers: dict[str, str] = json.loads(
        decrypt(draft.answers_encrypted, Purpose.REGISTRATION_DRAFT, account_id)
    )
    return answers


async def _refuse_known_business(
    session: AsyncSession, business: Business, vendor_id: UUID | None, asker: UUID | None
) -> None:
    same = select(Vendor.id).where(Vendor.business_id_number == business.business_id_number)
    if await _is_known(session, asker, LookupKind.BUSINESS, business.business_id_number, same, vendor_id):
        raise Refused(KNOWN_BUSINESS, "business_id_number")


async def _refuse_sanctioned(
    session: AsyncSession, owner: Owner, vendor_id: UUID | None, asker: UUID | None
) -> None:
    """Who is kept out cannot come back as another business; the asker is told as of a number that is known."""
    if asker is None or not await may_learn(session, asker):
        return
    for field, number in (
        ("national_identity_number", owner.identity_number),
        ("tax_id", owner.tax_id.number if owner.tax_id else None),
    ):
        sanction = await sanction_known_by(session, fingerprints(number, None)) if number else None
        if sanction is None or (vendor_id and await reaches(session, sanction, vendor_id)):
            continue
        await journal_lookup(session, asker, LookupKind.OWNER, number or "", known=True)
        raise Refused(SANCTIONED, field, decision=sanction.number)


async def _refuse_known_owner(
    session: AsyncSession, owner: Owner, vendor_id: UUID | None, asker: UUID | None
) -> None:
    identity_hash = keyed_hash(owner.identity_number, Purpose.IDENTITY)
    same = select(VendorPrivate.vendor_id).where(VendorPrivate.identity_hash == identity_hash)
    if await _is_known(session, asker, LookupKind.OWNER, owner.identity_number, same, vendor_id):
        raise Refused(KNOWN_OWNER, "national_identity_number")


async def _is_known(
    session: AsyncSession,
    asker: UUID | None,
    kind: LookupKind,
    number: str,
    same: Select[UUID],
    vendor_id: UUID | None,
) -> bool:
    """Is it another business's, as far as the asker may know? The vendor's own number is no question."""
    if asker is None or not await may_learn(session, asker):
        return False
    found = await session.scalar(same)
    if vendor_id is not None and found == vendor_id:
        return False
    await journal_lookup(session, asker, kind, number, known=found is not None)
    return found is not None


async def _flush(session: AsyncSession) -> None:
    try:
        await session.flush()
    except IntegrityError as error:
        told = str(error.orig)
        if "uq_vendor_member_account_id" in told:
            raise Refused("Akun ini sudah memiliki usaha. Satu akun untuk satu usaha.") from error
        if "uq_vendor_private_identity_hash" in told:
            raise Refused(KNOWN_OWNER, "national_identity_number") from error
        if "uq_vendor_business_id_number" in told:
            raise Refused(KNOWN_BUSINESS, "business_id_number") from error
        raise
