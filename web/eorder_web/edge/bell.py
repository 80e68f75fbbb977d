"""What every page of a signed-in person shows of what concerns them: the bell, and in the menu how much waits.

Counted in the place where they are signed in, and kept for a minute or until something changes it (remembering.py).
"""

import json
from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any, Final

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from eorder_platform import tenancy
from eorder_platform.database import DATABASE_AWAY
from eorder_platform.directory.members import find_member
from eorder_platform.errors import Unavailable
from eorder_platform.identity.sessions import Session
from eorder_platform.notices import reading, remembering
from eorder_platform.notices.models import NationalNotice, Notice, NoticeKind
from eorder_platform.projections.inbox import count_by_status
from eorder_platform.sentences import from_json
from eorder_platform.tenancy import Tenant, registry
from eorder_tenants.orders.core.steps import OWNER
from eorder_tenants.orders.lifecycle import steps
from eorder_tenants.orders.reading.overdue import overdue_payments
from eorder_tenants.orders.reading.tasks import tasks_of
from eorder_tenants.organisation.actors import actor_for
from eorder_web.edge.visiting import Visit
from eorder_web.look.addresses import address
from eorder_web.look.rendering import Bell, Rung

SHOWN: Final = 5
WAITING_FOR_VENDORS: Final = frozenset(
    source for step in steps() if step.awaited and OWNER in step.by for source in step.sources
)
"""Where an order stands that waits for its vendor."""
WITH_A_BELL: Final = frozenset({"vendor_owner", "vendor_staff"})
"""On the national host; in a region everybody who holds a role has one."""

log = structlog.get_logger()


async def ring(visit: Visit) -> None:
    """Ask for the visit's bell once, before the page that shows it is drawn."""
    if not visit.bell_asked:
        visit.bell, visit.bell_asked = await bell_of(visit), True


async def bell_of(visit: Visit) -> Bell | None:
    """The bell of whoever is signed in here; None for those who are told nothing, or while it cannot be counted."""
    session = visit.session
    if session is None or not (session.roles if visit.tenant else WITH_A_BELL & set(session.roles)):
        return None
    try:
        kept = await remembering.remembered(visit.place, session.account_id)
        if kept is None:
            kept = json.dumps(await _counted(visit.tenant, session))
            await remembering.remember(visit.place, session.account_id, kept)
    except (Unavailable, *DATABASE_AWAY) as error:
        log.warning("no bell", error=str(error))
        return None
    return _bell(kept)


async def read_about(visit: Visit, **order: Any) -> None:
    """Who opens an order's page has read what the bell said of it; their page shows what is left."""
    await ring(visit)
    if visit.bell is None or not visit.bell.unread or visit.session is None:
        return
    if visit.tenant and visit.tenant.is_suspended:
        return
    async with tenancy.inside(visit.tenant) if visit.tenant else tenancy.national() as session:
        await reading.mark_read(session, visit.session.account_id, **order)
    visit.bell = await bell_of(visit)


async def _counted(tenant: Tenant | None, signed_in: Session) -> dict[str, Any]:
    async with tenancy.inside(tenant) if tenant else tenancy.national() as session:
        account_id = signed_in.account_id
        waiting = await _tasks(session, signed_in) if tenant else await _orders(session, signed_in)
        unread, latest = await reading.at_a_glance(session, account_id, SHOWN)
    rungs = [_written(one, await place_of(one, tenant)) for one in latest]
    return {"unread": unread, "waiting": waiting, "latest": rungs}


async def _tasks(session: AsyncSession, signed_in: Session) -> int:
    actor = await actor_for(session, signed_in.account_id)
    return len(await tasks_of(session, actor)) + len(await overdue_payments(session, actor))


async def _orders(session: AsyncSession, signed_in: Session) -> int:
    member = await find_member(session, signed_in.account_id)
    counts = await count_by_status(session, member.vendor_id) if member else {}
    return sum(count for status, count in counts.items() if status in WAITING_FOR_VENDORS)


async def place_of(notice: Notice | NationalNotice, here: Tenant | None) -> Tenant:
    """The region that a notice comes from."""
    tenant = await registry.by_id(notice.tenant_id) if isinstance(notice, NationalNotice) else here
    assert tenant is not None
    return tenant


def rung(notice: Notice | NationalNotice, tenant: Tenant) -> Rung:
    """A notice as the bell and its page show it."""
    return _rung(_written(notice, tenant))


def below(kind: str) -> str:
    """Where on the order's page a notice of that kind leads."""
    return "#percakapan" if kind == NoticeKind.COMMENT else ""


def _written(notice: Notice | NationalNotice, tenant: Tenant) -> dict[str, Any]:
    national = isinstance(notice, NationalNotice)
    return {
        "order": str(notice.order_id or ""),
        "slug": tenant.slug if national else "",
        "region": tenant.short_name if national else "",
        "kind": notice.kind,
        "zone": tenant.zone,
        "headline": notice.headline,
        "detail": notice.detail,
        "due_at": notice.due_at.isoformat() if notice.due_at else "",
        "at": notice.created_at.isoformat(),
        "new": notice.read_at is None,
    }


@lru_cache(maxsize=256)
def _bell(kept: str) -> Bell:
    facts = json.loads(kept)
    latest: Sequence[dict[str, Any]] = facts["latest"]
    return Bell(facts["unread"], facts["waiting"], tuple(_rung(one) for one in latest))


def _rung(facts: dict[str, Any]) -> Rung:
    slug = facts["slug"]
    page = (
        address("inbox.show", slug=slug, order_id=facts["order"])
        if slug
        else address("orders.show", order_id=facts["order"])
        if facts["order"]
        else address("letters.list")
    )
    return Rung(
        href=page + below(facts["kind"]),
        headline=from_json(facts["headline"]),
        detail=from_json(facts["detail"]),
        region=facts["region"],
        due_at=datetime.fromisoformat(facts["due_at"]) if facts["due_at"] else None,
        at=datetime.fromisoformat(facts["at"]),
        zone=facts["zone"],
        new=facts["new"],
    )
