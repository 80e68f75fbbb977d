"""How a person hears by mail: of each kind at once, in the day's digest or not at all, and in which language."""

from collections.abc import Mapping
from typing import Final
from uuid import UUID

from itsdangerous import BadData
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from eorder_platform.errors import NotVisible
from eorder_platform.identity.models import Account
from eorder_platform.notices.models import DEFAULT, REQUIRED, By, NoticeChoice, NoticeKind
from eorder_platform.signed_values import serializer

LANGUAGES: Final = ("id", "en")
_PURPOSE: Final = "notices.unsubscribe"


async def choices_of(session: AsyncSession, account_id: UUID) -> dict[NoticeKind, By]:
    """What holds for this person, of every kind; in a national transaction."""
    found = await session.execute(
        select(NoticeChoice.kind, NoticeChoice.by).where(NoticeChoice.account_id == account_id)
    )
    chosen = {NoticeKind(kind): By(by) for kind, by in found}
    return DEFAULT | chosen | dict.fromkeys(REQUIRED, By.AT_ONCE)


async def choose(session: AsyncSession, account_id: UUID, chosen: Mapping[NoticeKind, By]) -> None:
    """Keep it. What is required cannot be chosen and stays as it is."""
    for kind, by in chosen.items():
        if kind not in REQUIRED:
            written = insert(NoticeChoice).values(account_id=account_id, kind=kind, by=by)
            await session.execute(
                written.on_conflict_do_update(index_elements=["account_id", "kind"], set_={"by": by})
            )


async def language_of(session: AsyncSession, account_id: UUID) -> str:
    """In which language this person's letters are written."""
    return (await session.get_one(Account, account_id)).language


async def choose_language(session: AsyncSession, account_id: UUID, language: str) -> None:
    """Write to them in that language from now on; one that we do not speak changes nothing."""
    if language in LANGUAGES:
        (await session.get_one(Account, account_id)).language = language


def unsubscribing_token(account_id: UUID, kind: NoticeKind) -> str:
    """What stands in a letter's link to have no more of its kind. It may lie in a mailbox for years and can no more."""
    token: str = serializer(_PURPOSE).dumps([account_id.hex, kind])
    return token


def behind_token(token: str) -> tuple[UUID, NoticeKind]:
    """Whose letters of which kind; NotVisible for a link that is none of ours."""
    try:
        account_id, kind = serializer(_PURPOSE).loads(token)
    except BadData as error:
        raise NotVisible("Tautan ini tidak dikenal. Salin seluruh tautan dari surat Anda.") from error
    return UUID(account_id), NoticeKind(kind)
