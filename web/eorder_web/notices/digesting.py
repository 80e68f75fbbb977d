"""The day's digest: what somebody wanted to hear of later, every morning in one letter."""

from collections.abc import Sequence
from datetime import UTC, datetime, time
from typing import Final
from uuid import UUID, uuid5
from zoneinfo import ZoneInfo

import structlog

from eorder_platform import clock, tenancy
from eorder_platform.addresses import national_address
from eorder_platform.mail import send_mail
from eorder_platform.notices.mailing import digested, recipient_of_digest, settle_digest
from eorder_platform.notices.models import NationalNotice, Notice
from eorder_platform.sentences import from_json
from eorder_platform.tenancy import Tenant, registry
from eorder_web.edge.bell import below, place_of
from eorder_web.look.rendering import NATIONAL_ZONE
from eorder_web.look.translating import _, ngettext, speaking
from eorder_web.notices.mailing import letter, link_of

MORNING: Final = time(7, 30)

log = structlog.get_logger()


async def send_digests() -> None:
    """In every place whose morning has come: one letter for each person with something to read in it.

    What was sent is marked after it was sent. A letter's name is the person's and the day's, so that of two
    schedulers, or of one that died in between, mailboxes show one.
    """
    for tenant in [None, *(one for one in await registry.all_tenants() if not one.is_suspended)]:
        zone = ZoneInfo(tenant.zone if tenant else NATIONAL_ZONE)
        morning = datetime.combine(clock.now().astimezone(zone).date(), MORNING, zone).astimezone(UTC)
        if clock.now() < morning:
            continue
        async with tenancy.inside(tenant) if tenant else tenancy.national() as session:
            waiting = await digested(session, morning)
        for account_id, notices in waiting.items():
            try:
                await _send(tenant, account_id, notices, morning)
            except Exception as error:  # one letter's trouble must not keep the others from leaving
                log.error("digest failed", place=tenant.slug if tenant else "national", error=str(error))


async def _send(
    tenant: Tenant | None, account_id: UUID, notices: Sequence[Notice | NationalNotice], morning: datetime
) -> None:
    async with tenancy.national() as session:
        recipient = await recipient_of_digest(session, account_id)
    if recipient is not None:
        with speaking(recipient.language):
            items = [await _item(one, tenant) for one in notices]
            subject = ngettext("Ringkasan: %(n)s kabar pesanan", "Ringkasan: %(n)s kabar pesanan", len(items))
            text, html = letter(recipient.name, subject, items)
        await send_mail(
            to=recipient.email,
            subject=subject,
            text=text,
            html=html,
            reference=str(uuid5(account_id, f"{tenant.slug if tenant else ''} {morning.isoformat()}")),
        )
    async with tenancy.inside(tenant) if tenant else tenancy.national() as session:
        await settle_digest(session, [one.id for one in notices], sent=recipient is not None)


async def _item(notice: Notice | NationalNotice, tenant: Tenant | None) -> tuple[str, str, str]:
    place = await place_of(notice, tenant)
    link = (
        link_of(notice, place)
        if isinstance(notice, Notice)
        else national_address("inbox.show", slug=place.slug, order_id=notice.order_id)
    )
    return _(from_json(notice.headline)), _(from_json(notice.detail)), link + below(notice.kind)
