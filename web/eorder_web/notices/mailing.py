"""The letter that brings a notice: in its reader's language, with what, how much, until when, and one button.

In web, because words, figures and addresses of pages are known here; the worker runs it (operations/jobs.py).
"""

from collections.abc import Sequence
from functools import lru_cache
from uuid import UUID

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

from eorder_platform import outbox, tenancy
from eorder_platform.addresses import national_address, regional_address
from eorder_platform.mail import send_mail
from eorder_platform.notices.choosing import unsubscribing_token
from eorder_platform.notices.mailing import Recipient, recipient_of, settle_mail, unmailed
from eorder_platform.notices.models import REQUIRED, By, Mail, NationalNotice, Notice, NoticeKind
from eorder_platform.sentences import from_json
from eorder_platform.tenancy import Tenant, registry
from eorder_web.edge.bell import below
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
    link = link_of(notice, tenant)
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


def link_of(notice: Notice | NationalNotice, tenant: Tenant) -> str:
    """Where an official's letter leads: to the order, or to the letters by which people stand in."""
    if notice.order_id is None:
        return regional_address(tenant.hosts[0], "letters.list")
    return regional_address(tenant.hosts[0], "orders.show", order_id=notice.order_id)


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
    kind, headline = NoticeKind(notice.kind), _(from_json(notice.headline))
    until = _("Batasnya %(when)s.", when=datetime_short(notice.due_at, tenant.zone)) if notice.due_at else ""
    detail = " ".join(filter(None, [_(from_json(notice.detail)), until]))
    item = headline, detail, link + below(kind)
    stop = "" if kind in REQUIRED else unsubscribing_token(recipient.account_id, kind)
    stop_at = national_address("notices.unsubscribing", token=stop) if stop else ""
    text, html = letter(recipient.name, headline, [item], stop_at)
    await send_mail(
        to=recipient.email,
        subject=headline,
        text=text,
        html=html,
        reference=str(notice.id),
        unsubscribe=stop_at,
    )


def letter(name: str, subject: str, items: Sequence[tuple[str, str, str]], stop: str = "") -> tuple[str, str]:
    """Its text and its HTML: for each item a headline, what it is about, and one button.

    `stop`: where whoever wants no more letters of this kind says so.
    """
    greeting, button = _("Yth. %(name)s,", name=name), _("Buka pesanan")
    foot = [(_("Atur surat pemberitahuan"), national_address("notices.choices"))]
    if stop:
        foot.insert(0, (_("Berhenti menerima surat seperti ini"), stop))
    lines = [greeting]
    for headline, detail, link in items:
        lines += [f"{headline}.", detail, f"{button}: {link}"]
    lines.append("\n".join(["--", *(f"{text}: {link}" for text, link in foot)]))
    html = _letter().render(greeting=greeting, subject=subject, items=items, button=button, foot=foot)
    return "\n\n".join(lines) + "\n", html


@lru_cache(maxsize=1)
def _letter() -> Template:
    """By itself: the pages' templates know every route, and the worker knows none."""
    made = Environment(loader=FileSystemLoader(ROOT), autoescape=True, undefined=StrictUndefined)
    return made.get_template("notices/letter.html")
