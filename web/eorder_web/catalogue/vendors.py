"""Vendors as a region knows them: who takes part, and for its administrator who waits to be taken in."""

from collections.abc import Mapping
from datetime import date
from functools import partial
from typing import Any, Final
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath
from sqlalchemy.ext.asyncio import AsyncSession

from eorder_platform import clock
from eorder_tenants.catalogue import journal
from eorder_tenants.catalogue.deciding import DECLINE_WORDS, accept_vendor, decline_vendor
from eorder_tenants.catalogue.judging import Candidacy, candidacy_of
from eorder_tenants.catalogue.queries import VENDORS_A_PAGE, requests_waiting, vendor_page, vendors_serving
from eorder_tenants.organisation.actors import Actor
from eorder_tenants.organisation.models import Role
from eorder_web.edge.access import OFFICIAL, PUBLIC
from eorder_web.edge.answering import Problems, page
from eorder_web.edge.forms import NOTHING_TYPED, Form
from eorder_web.edge.places import HERE, acting
from eorder_web.edge.queries import Page, Words, page_in, words_in
from eorder_web.edge.visiting import Request
from eorder_web.edge.writing import write
from eorder_web.look.addresses import address
from eorder_web.look.translating import _, spoken

LONGEST_NAME: Final = 100
LAST_PAGE: Final = 999


@get("/penyedia", opt=PUBLIC, name="catalogue.vendors")
async def vendors(request: Request, words: Words = "", number: Page = "") -> Response[str]:
    """Who serves this region; its administrator also sees who waits, the longest waiting first."""
    named, current = words_in(words, LONGEST_NAME), page_in(number, LAST_PAGE)
    found, total = await vendors_serving(request.tenant, named, current)
    waiting = []
    if _decides(request):
        async with acting(request) as (session, actor):
            waiting = await requests_waiting(session, actor)
    return page(
        request,
        "catalogue/vendors.html",
        active="vendors",
        vendors=found,
        total=total,
        current=current,
        last_page=max(1, -(-total // VENDORS_A_PAGE)),
        words=named,
        waiting=waiting,
        deciding=_decides(request),
        now=clock.now(),
    )


@get("/penyedia/{vendor_id:uuid}", opt=PUBLIC, name="catalogue.vendor")
async def vendor(request: Request, vendor_id: FromPath[UUID]) -> Response[str]:
    """A vendor's public facts and its offers here; its request too, for who decides about it."""
    return await _vendor_page(request, vendor_id)


@post("/penyedia/{vendor_id:uuid}/penerimaan", opt=OFFICIAL, name="catalogue.accept_vendor")
async def accept(request: Request, vendor_id: FromPath[UUID]) -> Response[Any]:
    """Take the vendor in."""

    async def work(session: AsyncSession, actor: Actor, _form: Form) -> str:
        await accept_vendor(session, actor, vendor_id)
        return address("catalogue.vendor", vendor_id=vendor_id)

    again = partial(_vendor_page, request, vendor_id)
    message = "Penyedia diterima. Produknya masuk katalog dalam beberapa saat."
    return await write(request, HERE, work, message, again)


@post("/penyedia/{vendor_id:uuid}/penolakan", opt=OFFICIAL, name="catalogue.decline_vendor")
async def decline(request: Request, vendor_id: FromPath[UUID]) -> Response[Any]:
    """Decline the vendor, with a reason and a note that it will read."""

    async def work(session: AsyncSession, actor: Actor, form: Form) -> str:
        await decline_vendor(session, actor, vendor_id, form.get("reason", ""), form.get("note", ""))
        return address("catalogue.vendors")

    again = partial(_vendor_page, request, vendor_id)
    return await write(request, HERE, work, "Permohonan ditolak. Penyedia diberi tahu alasannya.", again)


async def _vendor_page(
    request: Request, vendor_id: UUID, problems: Problems = (), values: Mapping[str, str] = NOTHING_TYPED
) -> Response[str]:
    shelf = await vendor_page(request.tenant, vendor_id, spoken(), waiting_too=_decides(request))
    waiting = await _candidacy(request, vendor_id) if shelf.vendor["standing"] == "requested" else None
    until = waiting.payee["final_tax_certificate_until"] if waiting else None
    return page(
        request,
        "catalogue/vendor.html",
        active="vendors",
        vendor=shelf.vendor,
        offers=shelf.offers,
        sanction=shelf.sanction,
        candidacy=waiting,
        certificate=date.fromisoformat(until) if until else None,
        turns=await _turns(request, vendor_id),
        reasons=[(str(code), _(words), None) for code, words in DECLINE_WORDS.items()],
        reason=values.get("reason", ""),
        note=values.get("note", ""),
        problems=problems,
    )


async def _candidacy(request: Request, vendor_id: UUID) -> Candidacy:
    async with acting(request) as (session, actor):
        return await candidacy_of(session, actor, vendor_id)


async def _turns(request: Request, vendor_id: UUID) -> list[dict[str, Any]]:
    """What happened between this vendor and the region, for its officials (components/ui.html, events)."""
    if request.visit.session is None or not request.visit.session.roles:
        return []
    words = {
        "requested": _("Meminta diterima"),
        "active": _("Diterima"),
        "declined": _("Ditolak"),
        "withdrawn": _("Tidak lagi melayani daerah ini"),
    }
    by_clock = _("Diterima otomatis: tidak diputuskan sampai batas waktunya")
    async with acting(request) as (session, actor):
        turns = await journal.history(session, actor, vendor_id)
    return [
        {
            "text": (by_clock if turn.rule else words[turn.status]) + (f": {turn.note}" if turn.note else ""),
            "at": turn.at,
            "who": f"{_(turn.actor_name)} ({turn.rule})" if turn.rule else turn.actor_name,
        }
        for turn in turns
    ]


def _decides(request: Request) -> bool:
    session = request.visit.session
    return session is not None and Role.TENANT_ADMIN in session.roles


REGION = [vendors, vendor, accept, decline]
