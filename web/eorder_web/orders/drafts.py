"""The procurement officer's draft: begun from the catalogue, filled in, and submitted to the commitment officer."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath
from sqlalchemy.ext.asyncio import AsyncSession

from eorder_platform import clock
from eorder_platform.errors import Refused
from eorder_platform.money import parse_quantity
from eorder_platform.rules import RuleBook
from eorder_tenants.orders.core.checking import case_for
from eorder_tenants.orders.core.fiscal_year import LAST_HANDOVER, last_day, what_is_near
from eorder_tenants.orders.core.models import Order
from eorder_tenants.orders.core.plain_fields import PLAIN_FIELDS
from eorder_tenants.orders.reading import queries
from eorder_tenants.orders.reading.context import beside_draft
from eorder_tenants.orders.reading.reviewing import review_of
from eorder_tenants.orders.requesting import choosing, drafting, joining, submitting
from eorder_tenants.orders.requesting.choosing import Funding
from eorder_tenants.orders.requesting.drafting import DraftChange
from eorder_tenants.orders.requesting.today import today_of
from eorder_tenants.organisation.actors import Actor
from eorder_web.catalogue.pages import product_page
from eorder_web.edge.access import OFFICIAL
from eorder_web.edge.answering import Problems, page, see_other
from eorder_web.edge.forms import NOTHING_TYPED, Form, id_in
from eorder_web.edge.naming import QUERY
from eorder_web.edge.places import HERE, acting
from eorder_web.edge.visiting import Request
from eorder_web.edge.writing import write
from eorder_web.look.addresses import address
from eorder_web.look.formatting import rupiah
from eorder_web.look.translating import _, spoken
from eorder_web.orders.presenting import amounts, assessment_of, status_tag

WHAT_TO_ADD: Final = {"offer_id": "produk", "quantity": "jumlah", "work_unit_id": "satker"}
"""What the question about a draft is about, and how its address says it."""
MESSAGES: Final = {
    "recount": "Draf disimpan dan dihitung lagi. Periksa ringkasannya, lalu ajukan.",
    "submit": "Pesanan diajukan ke PPK; anggarannya dicadangkan.",
    "refresh": "Harga diperbarui menurut katalog. Periksa, lalu ajukan.",
}


@post("/pesanan/draf", opt=OFFICIAL, name="orders.add_to_draft")
async def add_to_draft(request: Request) -> Response[Any]:
    """Put an offer of the catalogue into a draft; where some of one's drafts fit, the next page asks into which."""
    sent = await request.fields()
    offer_id, unit_id, into = sent.id("offer_id"), sent.id("work_unit_id"), sent.text("draft")
    if offer_id is None:
        raise Refused("Pilih produk dari katalog.")

    async def work(session: AsyncSession, actor: Actor, form: Form) -> str:
        chosen = unit_id or await choosing.only_ordering_unit(session, actor)
        quantity = form.quantity("quantity")
        if not into and await joining.where_to(session, actor, offer_id, quantity, chosen):
            typed = form.text("quantity")
            return address("orders.choose_draft", offer_id=offer_id, quantity=typed, work_unit_id=chosen)
        order = await drafting.add_to_draft(session, actor, offer_id, quantity, chosen, id_in(into))
        return address("orders.show", order_id=order.id)

    def what_is_said(location: str) -> str:
        if location.startswith(address("orders.choose_draft")):
            return ""
        return "Ditambahkan ke draf ini." if id_in(into) else "Draf baru dimulai dengan produk ini."

    async def again(problems: Problems, form: Form) -> Response[str]:
        return await product_page(request, offer_id, problems, form.get("quantity", ""), unit_id)

    return await write(request, HERE, work, what_is_said, again)


@get("/pesanan/draf", opt=OFFICIAL | {QUERY: WHAT_TO_ADD}, name="orders.choose_draft")
async def choose_draft(request: Request) -> Response[Any]:
    """Into which draft a product goes: one press, with what each would come to."""
    asked = request.query_params
    offer_id, unit_id = (id_in(asked.get(WHAT_TO_ADD[one], "")) for one in ("offer_id", "work_unit_id"))
    if offer_id is None or unit_id is None:
        return see_other(request, address("catalogue.list"))
    async with acting(request) as (session, actor):
        quantity = _quantity_in(asked.get(WHAT_TO_ADD["quantity"], ""))
        question = await joining.where_to(session, actor, offer_id, quantity, unit_id) if quantity else None
    if question is None:
        return see_other(request, address("catalogue.show", offer_id=offer_id))
    return page(
        request,
        "orders/choose_draft.html",
        active="catalogue",
        question=question,
        offer_id=offer_id,
        work_unit_id=unit_id,
    )


def _quantity_in(text: str) -> Decimal | None:
    """A quantity as it was typed, None where it is none."""
    try:
        return parse_quantity(text, field="quantity", locale=spoken())
    except Refused:
        return None


@post("/pesanan/{order_id:uuid}/draf", opt=OFFICIAL, name="orders.change_draft")
async def change_draft(request: Request, order_id: FromPath[UUID]) -> Response[Any]:
    """Keep the whole form; then remove a line, take over today's prices, or submit, where that button was pressed.

    A submission that was not shown as it is, because its quantities or its package were changed on the page, is kept
    and shown first.
    """
    sent = await request.fields()
    intent, remove = sent.get("intent", ""), sent.id("remove")
    if intent == "submit" and _differs_from_what_was_shown(sent):
        intent = "recount"

    async def work(session: AsyncSession, actor: Actor, form: Form) -> str:
        version = form.number("version") or 0
        if remove:
            await drafting.remove_line(session, actor, order_id, version, remove)
        elif intent == "submit":
            await submitting.submit_draft(session, actor, _change_from(order_id, version, form))
        else:
            order = await drafting.change_draft(session, actor, _change_from(order_id, version, form))
            if intent == "refresh":
                await drafting.refresh_prices(session, actor, order_id, order.version)
        return address("orders.show", order_id=order_id)

    async def again(problems: Problems, form: Form) -> Response[str]:
        async with acting(request) as (session, actor):
            order = await queries.order_for(session, actor, order_id)
            return await draft_page(request, session, actor, order, problems, form)

    message = "Produk dikeluarkan dari draf." if remove else MESSAGES.get(intent, "Draf disimpan.")
    return await write(request, HERE, work, message, again)


@post("/pesanan/{order_id:uuid}/ringkasan", opt=OFFICIAL, name="orders.review")
async def review(request: Request, order_id: FromPath[UUID]) -> Response[str]:
    """The draft's page as it would be with what is typed now; the summary is taken out of it, and nothing is kept."""
    form = await request.fields()
    async with acting(request) as (session, actor):
        order = await queries.order_for(session, actor, order_id)
        case_for(actor, order, drafting.CHANGE)
        with session.no_autoflush:
            try:
                change = _change_from(order_id, order.version, form)
                problems = await drafting.try_out(session, order, change)
            except Refused as refusal:
                problems = refusal.problems
            answer = await draft_page(request, session, actor, order, values=form, typed=problems)
        session.expunge_all()  # only reckoned with
    return answer


async def draft_page(
    request: Request,
    session: AsyncSession,
    actor: Actor,
    order: Order,
    problems: Problems = (),
    values: Mapping[str, str] = NOTHING_TYPED,
    typed: Problems = (),
) -> Response[str]:
    """The draft with its form; after a refusal with what was typed and why it cannot be.

    `typed`: what is wrong with a form that is only looked at.
    """
    tenant = request.tenant
    today = await today_of(session, order)
    choices = await choosing.fundings_for(session, order.work_unit_id, today.accounts)
    rules = today.rules.on(clock.today(tenant.zone))
    returned, sanction = await beside_draft(session, order.id)
    return page(
        request,
        "orders/draft.html",
        active="orders",
        problems=problems,
        order=order,
        status_text=status_tag(order.status),
        amounts=amounts(order, assessment_of(order)),
        values=values,
        returned=returned,
        sanction=sanction,
        destinations=await choosing.destinations(session),
        fundings=[(_funding_value(one), _funding_text(one)) for one in choices if one.fits],
        other_fundings=[(_funding_value(one), _funding_text(one)) for one in choices if not one.fits],
        chosen_funding=f"{order.package_id}/{order.budget_line_id}" if order.package_id else "",
        review=await review_of(session, order, today, typed),
        plain_fields=PLAIN_FIELDS,
        idle_days=rules.value("draft_idle_days"),
        last_due=_last_due(order, today.rules, rules.day),
        year_end=what_is_near(order, today.rules, rules.day),
    )


def _last_due(order: Order, book: RuleBook, today: date) -> tuple[date, str]:
    """The last day on which goods may arrive, and of which fiscal year: the chosen budget's, or this one."""
    year = order.budget_line.fiscal_year if order.budget_line else today.year
    return last_day(book, LAST_HANDOVER, year), str(year)


def _funding_value(one: Funding) -> str:
    return f"{one.package_id}/{one.budget_line_id}"


def _funding_text(one: Funding) -> str:
    left = _("sisa %(amount)s", amount=rupiah(one.available))
    return f"{one.package_name} · {one.account_name} · {left}"


def _change_from(order_id: UUID, version: int, form: Form) -> DraftChange:
    package_id, _slash, budget_line_id = form.get("funding", "").partition("/")
    quantities = {
        UUID(name.removeprefix("quantity_")): form.quantity(name)
        for name in form
        if name.startswith("quantity_") and id_in(name.removeprefix("quantity_"))
    }
    return DraftChange(
        order_id=order_id,
        version=version,
        title=form.get("title", ""),
        quantities=quantities,
        package_id=id_in(package_id),
        budget_line_id=id_in(budget_line_id),
        delivery_address=form.get("delivery_address", ""),
        delivery_region_code=form.get("delivery_region_code", ""),
        delivery_due_on=form.day("delivery_due_on") if form.text("delivery_due_on") else None,
        note=form.get("note", ""),
        more={one.name: form[one.name] for one in PLAIN_FIELDS if one.name in form},
    )


def _differs_from_what_was_shown(form: Mapping[str, str]) -> bool:
    """The summary says what is reserved, and what is left of which budget; anything else is to be seen before."""
    return any(form.get(f"shown_{name}", typed) != typed for name, typed in form.items())


@get("/pesanan/{order_id:uuid}/draf", opt=OFFICIAL, name="orders.draft")
async def draft(request: Request, order_id: FromPath[UUID]) -> Response[None]:
    """The draft's address after an action, for those who reload it."""
    return see_other(request, address("orders.show", order_id=order_id))


REGION = [add_to_draft, choose_draft, change_draft, review, draft]
