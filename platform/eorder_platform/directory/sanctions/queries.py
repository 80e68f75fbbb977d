"""What is read of sanctions: by everybody the decisions, by the agency its cases, by a vendor its own."""

from collections.abc import AsyncIterator, Sequence
from typing import Any, Final, NamedTuple
from uuid import UUID

from sqlalchemy import func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from eorder_platform import clock
from eorder_platform.directory.members import Member
from eorder_platform.directory.models import Vendor, VendorMember, VendorPrivate, VendorRole
from eorder_platform.directory.sanctions.models import (
    Level,
    Sanction,
    SanctionCase,
    SanctionedVendor,
)
from eorder_platform.directory.sanctions.recognising import vendors_like
from eorder_platform.errors import NotVisible
from eorder_platform.identity.models import Account
from eorder_platform.searching import containing

A_PAGE: Final = 50


class Published(NamedTuple):
    """A decision with the business it was decided on, as everybody may read it."""

    sanction: Sanction
    vendor: Vendor


class Filed(NamedTuple):
    """A line of the agency's desk."""

    case: SanctionCase
    legal_name: str
    business_id_number: str
    proposed_by: str


class CaseFile(NamedTuple):
    """A case with everything that whoever decides reads, and the decision where there is one."""

    case: SanctionCase
    vendor: Vendor
    sanction: Sanction | None
    names: "Names"
    alike: Sequence[Vendor]


class CaseNews(NamedTuple):
    """A case for whoever writes of it to the owners of the business."""

    case: SanctionCase
    vendor: Vendor
    sanction: Sanction | None
    owners: Sequence[Account]


class Names(NamedTuple):
    """Who had a hand in a case; None where nobody has yet."""

    proposer: str
    clerk: str | None
    decider: str | None
    lifter: str | None


def is_running(sanction: Sanction) -> bool:
    """Does it keep its businesses from new orders now?"""
    return (
        sanction.level != Level.WARNING
        and sanction.ended_at is None
        and (sanction.valid_until is None or sanction.valid_until > clock.now())
    )


async def published(
    session: AsyncSession, words: str = "", *, running: bool = False, offset: int = 0, limit: int = A_PAGE
) -> tuple[list[Published], int]:
    """A page of decisions, the newest first, and how many there are; `running`: only those that hold now."""
    found = _published(words, running=running)
    total = await session.scalar(select(func.count()).select_from(found.subquery()))
    rows = await session.execute(_newest_first(found).offset(offset).limit(limit))
    return [Published(*row) for row in rows], total or 0


async def every_decision(session: AsyncSession) -> AsyncIterator[list[Published]]:
    """All of them, in steps."""
    done = 0
    while rows := (await session.execute(_newest_first(_published("")).offset(done).limit(500))).all():
        yield [Published(*row) for row in rows]
        done += len(rows)


async def decision_numbered(session: AsyncSession, number: str) -> tuple[Published, list[Vendor]]:
    """One decision and the other businesses it reaches; NotVisible for a number that none has."""
    row = (await session.execute(_published("").where(Sanction.number == number))).one_or_none()
    if row is None:
        raise NotVisible("Putusan sanksi ini tidak ditemukan.")
    one = Published(*row)
    return one, [other for other in await reached_by(session, one.sanction.id) if other.id != one.vendor.id]


async def reached_by(session: AsyncSession, sanction_id: UUID) -> list[Vendor]:
    """Every business that a sanction reaches."""
    reached = select(Vendor).join(SanctionedVendor, SanctionedVendor.vendor_id == Vendor.id)
    return list(
        await session.scalars(
            reached.where(SanctionedVendor.sanction_id == sanction_id).order_by(Vendor.legal_name)
        )
    )


async def sanctions_of(session: AsyncSession, vendor_id: UUID) -> list[Sanction]:
    """Every decision that reached a business, the newest first; what was annulled never was."""
    reached = select(Sanction).join(SanctionedVendor, SanctionedVendor.sanction_id == Sanction.id)
    found = reached.where(
        SanctionedVendor.vendor_id == vendor_id,
        or_(Sanction.ended_how.is_(None), Sanction.ended_how != "annulled"),
    )
    return list(await session.scalars(found.order_by(Sanction.decided_at.desc())))


async def running_sanction(session: AsyncSession, vendor_id: UUID) -> Sanction | None:
    """The one that keeps a business from new orders now; of several the one that holds longest."""
    running = [one for one in await sanctions_of(session, vendor_id) if is_running(one)]
    return max(running, key=lambda one: one.valid_until or one.decided_at, default=None)


async def cases_filed(session: AsyncSession, *, is_open: bool, limit: int = A_PAGE) -> list[Filed]:
    """The agency's cases: the open ones by their deadline, or the ended ones, the latest first."""
    proposer = aliased(Account)
    found = (
        select(SanctionCase, Vendor.legal_name, Vendor.business_id_number, proposer.name)
        .join(Vendor, Vendor.id == SanctionCase.vendor_id)
        .join(proposer, proposer.id == SanctionCase.proposed_by)
    )
    if is_open:
        found = found.where(SanctionCase.outcome.is_(None)).order_by(SanctionCase.decide_by, SanctionCase.id)
    else:
        found = found.where(SanctionCase.outcome.is_not(None)).order_by(SanctionCase.decided_at.desc())
    return [Filed(*row) for row in await session.execute(found.limit(limit))]


async def count_open(session: AsyncSession) -> int:
    """How many cases wait."""
    waiting = select(func.count()).select_from(SanctionCase).where(SanctionCase.outcome.is_(None))
    return await session.scalar(waiting) or 0


async def case_file(session: AsyncSession, case_id: UUID) -> CaseFile:
    """Everything about one case, for the agency; NotVisible for none."""
    case = await session.get(SanctionCase, case_id)
    if case is None:
        raise NotVisible("Usul sanksi ini tidak ditemukan.")
    vendor = await session.get_one(Vendor, case.vendor_id)
    private = await session.get_one(VendorPrivate, case.vendor_id)
    ids = [one for one in await vendors_like(session, private) if one != vendor.id]
    return CaseFile(
        case=case,
        vendor=vendor,
        sanction=await session.get(Sanction, case_id),
        names=Names(
            await _name(session, case.proposed_by) or "",
            *[await _name(session, one) for one in (case.opinion_by, case.decided_by, case.lifted_by)],
        ),
        alike=list(
            await session.scalars(select(Vendor).where(Vendor.id.in_(ids)).order_by(Vendor.legal_name))
        ),
    )


async def case_numbered(session: AsyncSession, number: str) -> UUID:
    """The id of the case with that number; NotVisible for none."""
    found: UUID | None = await session.scalar(
        select(SanctionCase.id).where(SanctionCase.number == number.strip().upper())
    )
    if found is None:
        raise NotVisible("Usul sanksi ini tidak ditemukan.")
    return found


async def vendor_numbered(session: AsyncSession, business_id_number: str) -> Vendor:
    """The business with that NIB; NotVisible for none."""
    found: Vendor | None = await session.scalar(
        select(Vendor).where(Vendor.business_id_number == business_id_number.strip())
    )
    if found is None:
        raise NotVisible("Tidak ada usaha dengan NIB ini di direktori.")
    return found


async def own_case(
    session: AsyncSession, member: Member, case_id: UUID
) -> tuple[SanctionCase, Sanction | None]:
    """A case against the member's own business; NotVisible for any other."""
    case = await session.get(SanctionCase, case_id)
    if case is None or case.vendor_id != member.vendor_id:
        raise NotVisible("Usul sanksi ini tidak ditemukan.")
    return case, await session.get(Sanction, case_id)


async def news_of_case(session: AsyncSession, case_id: UUID) -> CaseNews:
    """What a letter about the case needs."""
    case = await session.get_one(SanctionCase, case_id)
    owners = (
        select(Account)
        .join(VendorMember, VendorMember.account_id == Account.id)
        .where(
            VendorMember.vendor_id == case.vendor_id,
            VendorMember.role == VendorRole.OWNER,
            Account.active,
        )
    )
    return CaseNews(
        case,
        await session.get_one(Vendor, case.vendor_id),
        await session.get(Sanction, case_id),
        list(await session.scalars(owners)),
    )


async def cases_of(session: AsyncSession, member: Member) -> list[SanctionCase]:
    """Every case against the member's own business, the newest first."""
    found = select(SanctionCase).where(SanctionCase.vendor_id == member.vendor_id)
    return list(await session.scalars(found.order_by(SanctionCase.proposed_at.desc())))


async def _name(session: AsyncSession, account_id: UUID | None) -> str | None:
    return (await session.get_one(Account, account_id)).name if account_id else None


def _published(words: str, *, running: bool = False) -> Any:
    found = select(Sanction, Vendor).join(Vendor, Vendor.id == Sanction.vendor_id)
    if words:
        pattern = containing(words)
        found = found.where(
            or_(
                Vendor.trade_name.ilike(pattern),
                Vendor.legal_name.ilike(pattern),
                Vendor.business_id_number == words,
                Sanction.number == words.upper(),
            )
        )
    if running:
        found = found.where(
            Sanction.level != Level.WARNING, Sanction.ended_at.is_(None), Sanction.valid_until > clock.now()
        )
    return found


def _newest_first(found: Any) -> Any:
    return found.order_by(Sanction.decided_at.desc(), Sanction.id.desc())
