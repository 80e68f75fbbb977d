"""Who hears of a letter: who is to issue it, who stands in and for whom, and to whom the tasks go back when it ends.

A notice is named after the letter and what happened to it, so that each hears of it once, however often this runs.
"""

from collections.abc import Sequence
from datetime import timedelta
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from eorder_platform import clock, outbox, tenancy
from eorder_platform.notices import remembering
from eorder_platform.notices.giving import News, give_officials
from eorder_platform.notices.models import Notice, NoticeKind
from eorder_platform.sentences import Sentence, counted, term
from eorder_platform.tenancy import Tenant
from eorder_tenants.orders.letters.queries import ShownLetter, letter_by_id
from eorder_tenants.orders.reading.tasks import Task, tasks_of
from eorder_tenants.organisation.actors import actor_for
from eorder_tenants.organisation.due import Due
from eorder_tenants.organisation.models import Delegation, Role, RoleAssignment
from eorder_tenants.organisation.queries import holders

OFFICES: Final = {
    Role.COMMITMENT_OFFICER: term("PPK"),
    Role.RECEIVER: term("Penerima barang"),
    Role.TREASURER: term("Bendahara"),
    Role.BUDGET_USER: term("Pengguna Anggaran"),
}
LOOKED_BACK: Final = timedelta(days=3)
"""A letter that ended longer ago is told of no more, should the scheduler have stood still."""


async def tell_of_letter(tenant: Tenant, letter_id: UUID, what: str) -> None:
    """Give everybody their notice of what happened to a letter: asked, issued, begun or ended."""
    async with tenancy.inside(tenant) as session:
        letter = await letter_by_id(session, letter_id)
        concerned = [letter.row.delegate_id, letter.row.delegator_id, letter.row.asked_by]
        match what:
            case "asked":
                concerned += await _tell_issuers(session, letter)
            case "ended":
                concerned += await _tell_of_end(session, letter)
            case _:
                await _tell_of_beginning(session, letter, what)
        people = [one for one in concerned if one]
        tenancy.after_commit(session, lambda: remembering.forget(tenant.slug, *people))


async def letters_to_tell_of(session: AsyncSession) -> list[Due]:
    """Letters that began or ended by their own days lately; each is told of once (:func:`tell_by_the_clock`)."""
    tenant: Tenant = session.info["tenant"]
    today = clock.today(tenant.zone)
    told = select(Notice.source)
    rows = await session.scalars(
        select(Delegation).where(
            Delegation.issued_at.is_not(None),
            Delegation.ended_at.is_(None),
            ((Delegation.first_day <= today) & (Delegation.first_day > today - LOOKED_BACK))
            | ((Delegation.last_day < today) & (Delegation.last_day >= today - LOOKED_BACK)),
        )
    )
    due = [(one, what) for one in rows if (what := _by_the_clock(one, tenant))]
    sources = {_source(one.id, what) for one, what in due}
    known = set(await session.scalars(told.where(Notice.source.in_(sources)).distinct()))
    return [Due(one.id, one.number) for one, what in due if _source(one.id, what) not in known]


async def tell_by_the_clock(session: AsyncSession, letter_id: UUID) -> bool:
    """A letter began or ended because its day came: have everybody told."""
    letter = await session.get_one(Delegation, letter_id)
    what = _by_the_clock(letter, session.info["tenant"])
    if what:
        outbox.write(session, "orders.tell_letter", letter_id=letter_id, what=what)
    return bool(what)


async def tell_of_end_of_appointment(tenant: Tenant, assignment_id: UUID) -> None:
    """Whoever else holds the role in the unit hears that what waited for somebody who left waits for them."""
    async with tenancy.inside(tenant) as session:
        ended = await session.get_one(RoleAssignment, assignment_id)
        if ended.work_unit_id is None or ended.role not in OFFICES:
            return
        role = Role(ended.role)
        for person in await holders(session, role, ended.work_unit_id):
            actor = await actor_for(session, person.id)
            waiting = [
                one for one in await tasks_of(session, actor) if role in (*one.step.by, *one.step.later)
            ]
            if waiting and person.id != ended.official_id:
                news = News(
                    source=f"appointment:{ended.id}:ended",
                    kind=NoticeKind.WAITING,
                    headline=counted("%(n)s pesanan kini menunggu Anda", len(waiting)),
                    detail=Sentence("Penugasan %(role)s lain di unit Anda berakhir.", role=OFFICES[role]),
                    order_id=waiting[0].order_id,
                    due_at=waiting[0].until,
                )
                await give_officials(session, [person.id], news)


async def _tell_issuers(session: AsyncSession, letter: ShownLetter) -> list[UUID]:
    people = [one.id for one in await holders(session, Role.BUDGET_USER, letter.unit.id)]
    issuers = [one for one in people if one not in (letter.row.delegate_id, letter.row.asked_by)]
    headline = Sentence(
        "Surat %(kind)s %(number)s menunggu Anda terbitkan",
        kind=letter.kind.capitalize(),
        number=letter.row.number,
    )
    await give_officials(session, issuers, _news(letter, "asked", NoticeKind.WAITING, headline))
    return issuers


async def _tell_of_beginning(session: AsyncSession, letter: ShownLetter, what: str) -> None:
    headline = Sentence(
        "Anda %(title)s dengan surat %(number)s", title=title_of(letter), number=letter.row.number
    )
    actor = await actor_for(session, letter.row.delegate_id)
    waiting = [one for one in await tasks_of(session, actor) if one.letter and one.letter.id == letter.row.id]
    news = _news(letter, what, NoticeKind.WAITING, headline, waiting)
    await give_officials(session, [letter.row.delegate_id], news)
    if letter.row.delegator_id and letter.row.delegator_id != letter.row.issued_by and what == "issued":
        said = Sentence(
            "%(name)s mewakili Anda dengan surat %(number)s",
            name=letter.delegate.name,
            number=letter.row.number,
        )
        await give_officials(
            session, [letter.row.delegator_id], _news(letter, what, NoticeKind.PROGRESS, said)
        )


async def _tell_of_end(session: AsyncSession, letter: ShownLetter) -> list[UUID]:
    """The tasks go to whoever the person stood in for, where that person serves; else to those who lead the unit."""
    number = letter.row.number
    over = Sentence("Surat %(number)s berakhir; Anda tidak lagi mewakili.", number=number)
    await give_officials(session, [letter.row.delegate_id], _news(letter, "ended", NoticeKind.PROGRESS, over))
    role = letter.role
    back = [letter.row.delegator_id] if letter.row.delegator_id else []
    if not back:
        back = [one.id for one in await holders(session, role, letter.unit.id)]
        back = back or [one.id for one in await holders(session, Role.BUDGET_USER, letter.unit.id)]
    for person in back:
        actor = await actor_for(session, person)
        duties = set(letter.row.duties)
        waiting = [
            one for one in await tasks_of(session, actor) if one.step.name in duties and not one.letter
        ]
        said = Sentence("Surat %(number)s berakhir; tugasnya kembali kepada Anda", number=number)
        kind = NoticeKind.WAITING if waiting else NoticeKind.PROGRESS
        await give_officials(session, [person], _news(letter, "ended", kind, said, waiting))
    return back


def title_of(letter: ShownLetter) -> Sentence:
    """ "Plh PPK atas nama Budi Santosa", "Plt PPK"."""
    facts = {"kind": letter.kind.capitalize(), "role": OFFICES[letter.role]}
    if letter.delegator is None:
        return Sentence("%(kind)s %(role)s", **facts)
    return Sentence("%(kind)s %(role)s atas nama %(name)s", name=letter.delegator.name, **facts)


def _news(
    letter: ShownLetter, what: str, kind: NoticeKind, headline: Sentence, waiting: Sequence[Task] = ()
) -> News:
    days = Sentence(
        "%(unit)s, %(first)s sampai %(last)s.",
        unit=letter.unit.name,
        first=letter.row.first_day,
        last=letter.row.last_day,
    )
    count = counted("%(n)s pesanan sedang menunggu", len(waiting)) if waiting else None
    detail = Sentence("%(count)s. %(days)s", count=count, days=days) if count else days
    due = min((one.until for one in waiting if one.until), default=None)
    return News(_source(letter.row.id, what), kind, headline, detail, None, due)


def _source(letter_id: UUID, what: str) -> str:
    return f"letter:{letter_id}:{what}"


def _by_the_clock(letter: Delegation, tenant: Tenant) -> str:
    """What its days alone brought about; one that was issued on its first day began with that."""
    today = clock.today(tenant.zone)
    if letter.ended_at is not None or letter.issued_at is None:
        return ""
    if letter.last_day < today:
        return "ended"
    issued_on = letter.issued_at.astimezone(ZoneInfo(tenant.zone)).date()
    return "begun" if issued_on < letter.first_day <= today else ""
