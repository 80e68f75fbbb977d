"""Letters by which people stand in for others: asked for, issued, read and ended, as on the pages."""

from datetime import date, datetime
from typing import Annotated, Final, Literal
from uuid import UUID

import msgspec
from sqlalchemy.ext.asyncio import AsyncSession

from eorder_tenants.orders.letters.asking import WantedLetter, ask_letter
from eorder_tenants.orders.letters.ending import end_letter
from eorder_tenants.orders.letters.issuing import issue_letter
from eorder_tenants.orders.letters.queries import ShownLetter, letter_named, letters_of
from eorder_tenants.orders.letters.scope import scopes_of
from eorder_tenants.organisation.actors import Actor
from eorder_tenants.organisation.models import DELEGABLE, LetterKind, Role
from eorder_web.api.calls import Call
from eorder_web.api.operations import Operation, Page, reads, writes
from eorder_web.api.places import HERE, acting

ORGANISATION: Final = "organisation"
READ, WRITE = "officials:read", "organisation:write"
SCOPES: Final = sorted({scope.key for role in DELEGABLE for scope in scopes_of(role)})


class LetterBody(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """Who stands in for whom. `delegator_id`: none where the office is vacant (then `kind` is plt).

    `scopes`: the stages whose steps are handed over, all where none is named. `maximum_rupiah`: the most that an
    order may be worth.
    """

    kind: Literal[tuple(str(one) for one in LetterKind)]  # type: ignore[valid-type]
    role: Literal[tuple(str(one) for one in DELEGABLE)]  # type: ignore[valid-type]
    work_unit_id: UUID
    delegate_id: UUID
    delegator_id: UUID | None = None
    first_day: date
    last_day: date
    number: str
    scopes: list[Literal[tuple(SCOPES)]] = []  # type: ignore[valid-type]
    maximum_rupiah: Annotated[int, msgspec.Meta(ge=1, le=10**15)] | None = None


class LetterView(msgspec.Struct, frozen=True, kw_only=True):
    """A letter with the names of the people in it. `state`: asked, coming, holds or ended. `duties`: names of steps."""

    id: UUID
    number: str
    kind: str
    state: str
    role: str
    work_unit_id: UUID
    delegate_id: UUID
    delegate_name: str
    delegator_id: UUID | None
    delegator_name: str
    duties: list[str]
    maximum_rupiah: int | None
    first_day: date
    last_day: date
    issued_by_name: str
    issued_at: datetime | None
    ended_at: datetime | None


@reads("/letters", tag=ORGANISATION, scope=READ, says="Surat Plh dan Plt.")
async def letters(call: Call) -> Page[LetterView]:
    """The newest letters: one's own, those of the units where one issues them, and all for who watches the region."""
    async with acting(call) as (session, actor):
        return Page([_shown(one) for one in await letters_of(session, actor)])


@reads("/letters/{letter_id}", tag=ORGANISATION, scope=READ, says="Satu surat Plh atau Plt.")
async def letter(call: Call, letter_id: UUID) -> LetterView:
    """One letter, for those whom it concerns."""
    async with acting(call) as (session, actor):
        return _shown(await letter_named(session, actor, letter_id))


@writes(
    "/letters",
    tag=ORGANISATION,
    scope=WRITE,
    place=HERE,
    made=True,
    twins=("letters.ask",),
    shows="letters.letter",
    says="Meminta surat Plh atau Plt.",
    signs=True,
)
async def asking(session: AsyncSession, actor: Actor, body: LetterBody) -> str:
    """Ask for a letter; the budget user of the unit issues it in the same act."""
    role = Role(body.role)
    made = await ask_letter(
        session,
        actor,
        WantedLetter(
            kind=LetterKind(body.kind),
            role=role,
            work_unit_id=body.work_unit_id,
            delegate_id=body.delegate_id,
            delegator_id=body.delegator_id,
            first_day=body.first_day,
            last_day=body.last_day,
            number=body.number,
            scopes=frozenset(body.scopes or (one.key for one in scopes_of(role))),
            maximum_rupiah=body.maximum_rupiah,
        ),
    )
    return f"/letters/{made.id}"


@writes(
    "/letters/{letter_id}/issue",
    tag=ORGANISATION,
    scope=WRITE,
    place=HERE,
    twins=("letters.issue",),
    shows="letters.letter",
    says="Menerbitkan surat Plh atau Plt.",
    signs=True,
)
async def issuing(session: AsyncSession, actor: Actor, letter_id: UUID) -> str:
    """From now on, or from its first day, it holds; for the budget user of the unit."""
    await issue_letter(session, actor, letter_id)
    return f"/letters/{letter_id}"


@writes(
    "/letters/{letter_id}/ending",
    tag=ORGANISATION,
    scope=WRITE,
    place=HERE,
    twins=("letters.end",),
    shows="letters.letter",
    says="Mengakhiri surat Plh atau Plt sekarang juga.",
)
async def ending(session: AsyncSession, actor: Actor, letter_id: UUID) -> str:
    """From this second on it gives nothing more; what was done by it stays."""
    await end_letter(session, actor, letter_id)
    return f"/letters/{letter_id}"


def _shown(one: ShownLetter) -> LetterView:
    row = one.row
    return LetterView(
        id=row.id,
        number=row.number,
        kind=row.kind,
        state=str(one.state),
        role=row.role,
        work_unit_id=row.work_unit_id,
        delegate_id=row.delegate_id,
        delegate_name=one.delegate.name,
        delegator_id=row.delegator_id,
        delegator_name=one.delegator.name if one.delegator else "",
        duties=list(row.duties),
        maximum_rupiah=row.maximum_rupiah,
        first_day=row.first_day,
        last_day=row.last_day,
        issued_by_name=one.issuer.name if one.issuer else "",
        issued_at=row.issued_at,
        ended_at=row.ended_at,
    )


OPERATIONS: Final[list[Operation]] = [letters, letter, asking, issuing, ending]
