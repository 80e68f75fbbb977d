"""The letter that brings a notice: in its reader's language, with what, how much, until when, and one button.

In web, because words, figures and addresses of pages are known here; the worker runs it (operations/jobs.py).
"""

from functools import lru_cache
from uuid import UUID

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

from eorder_platform import outbox, tenancy
from eorder_platform.addresses import national_address, regional_address
from eorder_platform.mail import send_mail
from eorder_platform.notices.mailing import Recipient, recipient_of, settle_mail, unmailed
from eorder_platform.notices.models import By, Mail, NationalNotice, Notice, NoticeKind
from eorder_platform.sentences import from_json
from eorder_platform.tenancy import Tenant, registry
from eorder_web.look.formatting import datetime_short
from eorder_web.look.rendering import ROOT
from eorder_web.look.translating import _, speaking


@outbox.tenant_job("notices.mail_official")
async def mail_official(tenant: Tenant, *, notice_id: str) -> None:
    """Mail an official their notice, if they want it at once."""
    async with tenancy.inside(tenant) as session:
        notice = await unmailed(session, UUID(notice_id))
    if notice is None:
        return
    link = regional_address(tenant.hosts[0], "orders.show", order_id=notice.order_id)
    mail = await _mail(notice, tenant, link)
    async with tenancy.inside(tenant) as session:
        await settle_mail(session, notice.id, mail)


@outbox.national_job("notices.mail_member")
async def mail_member(*, notice_id: str) -> None:
    """The same for a vendor's member."""
    async with tenancy.national() as session:
        notice = await unmailed(session, UUID(notice_id))
    if not isinstance(notice, NationalNotice):
        return
    tenant = await registry.by_id(notice.tenant_id)
    assert tenant is not None
    link = national_address("inbox.show", slug=tenant.slug, order_id=notice.order_id)
    mail = await _mail(notice, tenant, link)
    async with tenancy.national() as session:
        await settle_mail(session, notice.id, mail)


async def _mail(notice: Notice | NationalNotice, tenant: Tenant, link: str) -> Mail:
    """Send it if it is to be sent now; how its mail stands afterwards."""
    async with tenancy.national() as session:
        recipient = await recipient_of(session, notice.account_id, NoticeKind(notice.kind))
    if recipient is None or recipient.by is By.NEVER:
        return Mail.NONE
    if recipient.by is By.DIGEST:
        return Mail.DIGEST
    with speaking(recipient.language):
        await _send(notice, recipient, tenant, link)
    return Mail.SENT


async def _send(notice: Notice | NationalNotice, recipient: Recipient, tenant: Tenant, link: str) -> None:
    headline, detail = _(from_json(notice.headline)), _(from_json(notice.detail))
    until = _("Batasnya %(when)s.", when=datetime_short(notice.due_at, tenant.zone)) if notice.due_at else ""
    greeting, button = _("Yth. %(name)s,", name=recipient.name), _("Buka pesanan")
    lines = [greeting, f"{headline}.", " ".join(filter(None, [detail, until])), f"{button}: {link}"]
    await send_mail(
        to=recipient.email,
        subject=headline,
        text="\n\n".join(lines) + "\n",
        html=_letter().render(
            greeting=greeting,
            headline=headline,
            detail=detail,
            until=until,
            button=button,
            link=link,
            place=tenant.name,
        ),
        reference=str(notice.id),
    )


@lru_cache(maxsize=1)
def _letter() -> Template:
    """By itself: the pages' templates know every route, and the worker knows none."""
    made = Environment(loader=FileSystemLoader(ROOT), autoescape=True, undefined=StrictUndefined)
    return made.get_template("notices/letter.html")
