"""A person's own notices, on a region's host and on the nation's."""

from datetime import datetime
from typing import Final, Literal
from uuid import UUID

import msgspec
from sqlalchemy.ext.asyncio import AsyncSession

from eorder_platform.notices import reading
from eorder_platform.notices.choosing import LANGUAGES, choices_of, choose, choose_language, language_of
from eorder_platform.notices.models import REQUIRED, By, NoticeKind
from eorder_platform.sentences import from_json
from eorder_web.api.calls import Call
from eorder_web.api.operations import EVERYWHERE, NOTHING, Listing, Operation, Page, reads, writes
from eorder_web.api.paging import paged, position
from eorder_web.api.places import NATIONALLY, ON_THIS_HOST
from eorder_web.look.translating import _

NOTICES: Final = "notices"
READ, WRITE = "notices:read", "notices:write"
CHOSEN: Final = tuple(kind for kind in NoticeKind if kind not in REQUIRED)


class NoticeView(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody was told about an order."""

    id: UUID
    kind: str
    headline: str
    detail: str
    order_id: UUID | None
    due_at: datetime | None
    created_at: datetime
    read_at: datetime | None


class ChoicesView(msgspec.Struct, frozen=True):
    """How each kind comes by mail, and in which language."""

    by: dict[str, str]
    language: str


class ChoicesBody(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """What is left out stays; purchase orders and reminders always come at once."""

    by: dict[
        Literal[tuple(str(one) for one in CHOSEN)],  # type: ignore[valid-type]
        Literal[tuple(str(one) for one in By)],  # type: ignore[valid-type]
    ] = {}
    language: Literal[tuple(LANGUAGES)] | None = None  # type: ignore[valid-type]


@reads("/notices", on=EVERYWHERE, tag=NOTICES, scope=READ, says="Pemberitahuan Anda di sini.")
async def notices(call: Call, query: Listing) -> Page[NoticeView]:
    """What the person of the token was told at this place, the newest first."""
    after = position(query, tuple[datetime, UUID])
    async with ON_THIS_HOST.enter(call) as (session, account_id):
        found = await reading.notices_behind(session, account_id, after, query.limit + 1)
        return paged(call, query, found, lambda at: (found[at].created_at, found[at].id), _shown)


@writes(
    "/notices/reading",
    on=EVERYWHERE,
    tag=NOTICES,
    scope=WRITE,
    place=ON_THIS_HOST,
    twins=("notices.read",),
    says="Menandai semua pemberitahuan sudah dibaca.",
)
async def read(session: AsyncSession, account_id: UUID) -> str:
    """Everything counts as read."""
    await reading.mark_read(session, account_id)
    return NOTHING


@reads(
    "/notices/choices", on=EVERYWHERE, tag=NOTICES, scope=READ, says="Cara pemberitahuan dikirim lewat surat."
)
async def choices(call: Call) -> ChoicesView:
    """How the person hears of each kind by mail."""
    async with NATIONALLY.enter(call) as (session, account_id):
        by = await choices_of(session, account_id)
        return ChoicesView(
            {str(kind): str(way) for kind, way in by.items()}, await language_of(session, account_id)
        )


@writes(
    "/notices/choices",
    method="PUT",
    on=EVERYWHERE,
    tag=NOTICES,
    scope=WRITE,
    place=NATIONALLY,
    outside_the_region=True,
    twins=("notices.choose",),
    shows="notices.choices",
    says="Memilih cara pemberitahuan dikirim.",
)
async def change_choices(session: AsyncSession, account_id: UUID, body: ChoicesBody) -> str:
    """Keep the choice."""
    await choose(session, account_id, {NoticeKind(kind): By(way) for kind, way in body.by.items()})
    if body.language:
        await choose_language(session, account_id, body.language)
    return "/notices/choices"


def _shown(one: reading.Told) -> NoticeView:
    return NoticeView(
        id=one.id,
        kind=one.kind,
        headline=_(from_json(one.headline)),
        detail=_(from_json(one.detail)),
        order_id=one.order_id,
        due_at=one.due_at,
        created_at=one.created_at,
        read_at=one.read_at,
    )


OPERATIONS: Final[list[Operation]] = [notices, read, choices, change_choices]
