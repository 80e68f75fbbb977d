"""Giving people their notices: each once, and each with the job that mails it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from eorder_platform import clock, outbox, tenancy
from eorder_platform.ids import new_id
from eorder_platform.notices import remembering
from eorder_platform.notices.models import Mail, NationalNotice, Notice, NoticeKind
from eorder_platform.sentences import Sentence, as_json
from eorder_platform.tenancy import Tenant


@dataclass(frozen=True)
class News:
    """What happened with an order, or with a letter, for whoever is to hear of it; `source` names it for good."""

    source: str
    kind: NoticeKind
    headline: Sentence
    detail: Sentence
    order_id: UUID | None
    due_at: datetime | None = None


async def give_officials(session: AsyncSession, account_ids: Iterable[UUID], news: News) -> None:
    """Officials' notices, in the session's region; whoever has this one already gets nothing."""
    for account_id in account_ids:
        given = await session.scalar(_unless_given(Notice, account_id, news).returning(Notice.id))
        if given is not None:
            outbox.write(session, "notices.mail_official", notice_id=given)
            _forget_count(session, _tenant(session).slug, account_id)


async def give_members(
    session: AsyncSession, account_ids: Iterable[UUID], news: News, tenant_id: UUID
) -> None:
    """The same for a vendor's members, in a national transaction: news from that region."""
    for account_id in account_ids:
        insertion = _unless_given(NationalNotice, account_id, news, tenant_id=tenant_id)
        given = await session.scalar(insertion.returning(NationalNotice.id))
        if given is not None:
            outbox.write(session, "notices.mail_member", notice_id=given)
            _forget_count(session, remembering.NATION, account_id)


def _unless_given(
    table: type[Notice] | type[NationalNotice], account_id: UUID, news: News, **facts: Any
) -> Any:
    written = insert(table).values(
        id=new_id(),
        account_id=account_id,
        source=news.source,
        kind=news.kind,
        headline=as_json(news.headline),
        detail=as_json(news.detail),
        order_id=news.order_id,
        due_at=news.due_at,
        created_at=clock.now(),
        mail=Mail.OPEN,
        **facts,
    )
    return written.on_conflict_do_nothing(index_elements=["account_id", "source"])


def _forget_count(session: AsyncSession, place: str, account_id: UUID) -> None:
    tenancy.after_commit(session, lambda: remembering.forget(place, account_id))


def _tenant(session: AsyncSession) -> Tenant:
    tenant: Tenant = session.info["tenant"]
    return tenant
