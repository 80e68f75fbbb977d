"""Every act at every status by everybody: what is not declared is impossible, below the pages."""

import re
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from decimal import Decimal
from html import unescape
from typing import Final

import httpx
import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession

from eorder_platform import clock, tenancy
from eorder_platform.errors import Conflict, Expected, NotAllowed, NotVisible
from eorder_platform.ids import new_id
from eorder_platform.tenancy import Tenant
from eorder_tenants.orders.clock.closing import close_year
from eorder_tenants.orders.core import journal
from eorder_tenants.orders.core.checking import case_for
from eorder_tenants.orders.core.models import FULFILMENT, Order, Status
from eorder_tenants.orders.core.parts import cases_of, load_parts
from eorder_tenants.orders.core.steps import Step
from eorder_tenants.orders.fulfilling import delivering, undoing
from eorder_tenants.orders.lifecycle import LIFECYCLE, steps, steps_from
from eorder_tenants.orders.paying import complaining, funding, tax_invoices
from eorder_tenants.orders.requesting import drafting
from eorder_tenants.organisation.actors import Actor
from eorder_tenants.organisation.models import DELEGABLE, Role
from tests.api.factories import a_client, an_account_of
from tests.orders.factories import (
    MONDAY,
    Cast,
    a_cast,
    an_order,
    billed_by_the_clock,
    left_alone,
    next_year_of,
    take,
)
from tests.orders.test_letters import a_letter, anew
from tests.organisation.factories import an_official
from tests.organisation.visiting import let_in

JANUARY = datetime(2027, 1, 4, 2, tzinfo=UTC)
"""When what was not paid in its year is carried to this one."""
OF_PEOPLE = [step for step in steps() if not step.is_of_system]
BEGINNINGS = [(step, source) for step in OF_PEOPLE for source in step.sources]


@pytest.fixture(autouse=True)
def _in_july() -> Iterator[None]:
    with clock.travelling_to(MONDAY):
        yield


MAY: dict[str, set[str]] = {
    "change": {"officer"},
    "discard": {"officer"},
    "submit": {"officer"},
    "return_to_draft": {"approver"},
    "approve": {"approver"},
    "reject": {"approver"},
    "recall": {"officer"},
    "accept": {"owner"},
    "decline": {"owner"},
    "withdraw": {"approver"},
    "ask_cancellation": {"approver", "owner"},
    "agree_cancellation": {"approver"},  # the owner asked
    "refuse_cancellation": {"approver", "owner"},
    "start_delivery": {"owner", "staff"},
    "announce_delivery": {"owner", "staff"},
    "depart": {"owner", "staff"},
    "withdraw_delivery": {"owner", "staff"},
    "deliver": {"owner", "staff"},
    "undo_start": {"owner", "staff"},
    "undo_departure": {"owner", "staff"},
    "undo_arrival": {"owner", "staff"},
    "send_back": {"receiver"},
    "inspect": {"receiver"},
    "agree_inspection": {"owner"},
    "contest_inspection": {"owner"},
    "hand_over": {"approver"},
    "close_short": {"approver"},
    "terminate": {"approver", "budget_user"},
    "call_off_delivery": {"approver", "budget_user"},
    "take_back": {"owner"},
    "invoice": {"owner"},
    "add_tax_invoice": {"owner"},
    "return_invoice": {"treasurer"},
    "request_payment": {"treasurer"},
    "fund_payable": {"treasurer", "budget_user"},
    "carry_over": {"treasurer", "system"},
    "refuse_payment": {"budget_user"},
    "approve_payment": {"budget_user"},
    "record_payment": {"treasurer"},
    "remind_approver": {"owner", "staff"},
    "remind_treasurer": {"owner", "staff"},
    "complete": {"approver"},
}
"""Written down by hand beside the declaration, so that a slip in one shows in the other."""


def _name(value: object) -> str:
    return value.name if isinstance(value, Step) else str(value)


def test_every_step_has_its_use_case_its_people_and_an_address_of_its_own() -> None:
    assert set(MAY) == {step.name for step in OF_PEOPLE}
    assert all(callable(step.act) for step in steps())
    nouns = [step.noun for step in steps() if step.noun]
    assert len(set(nouns)) == len(nouns)
    assert {step.name for step in OF_PEOPLE if not step.noun} == {"change"}, "the draft is a form of its own"


def test_every_status_belongs_to_one_stage_and_can_be_reached_and_left() -> None:
    staged = [status for stage in LIFECYCLE for status in stage.statuses]
    assert len(staged) == len(set(staged))
    assert set(staged) == {status for status in Status if not status.is_final} - {Status.PAID}
    reached = {step.target for step in steps()} | {Status.DRAFT, Status.PARTLY_DELIVERED}
    assert reached == set(Status)
    for status in Status:
        assert status.is_final != any(steps_from(status)), status


def test_every_status_but_the_last_waits_for_somebody() -> None:
    for status in Status:
        awaited = [step for step in steps_from(status) if step.awaited]
        assert len(awaited) == (0 if status.is_final else 1), status


@pytest.mark.parametrize("status", list(Status))
async def test_nothing_undeclared_can_be_done_by_anybody(dki_session: AsyncSession, status: Status) -> None:
    cast = await a_cast(dki_session)
    order = await an_order(dki_session, cast, status)
    await load_parts(dki_session, order)
    before = (order.status, order.version, len(await journal.history(dki_session, order.id)))
    possible = {
        step
        for step in OF_PEOPLE
        if any(case.status in step.sources for case in cases_of(order, step.subject))
    }
    for step in OF_PEOPLE:
        for name, actor in cast.everybody.items():
            if step in possible and name in MAY[step.name]:
                continue
            with pytest.raises((NotAllowed, Conflict)):
                case_for(actor, order, step)
            if step in possible or name in MAY[step.name] | {"stranger"}:
                with pytest.raises((NotAllowed, NotVisible, Conflict)):
                    await take(dki_session, actor, step, order, cast)
    after = (order.status, order.version, len(await journal.history(dki_session, order.id)))
    assert after == before


@pytest.mark.parametrize(("step", "source"), BEGINNINGS, ids=_name)
async def test_everything_declared_can_be_done_by_those_named(
    dki_session: AsyncSession, step: Step, source: Status
) -> None:
    for name in MAY[step.name]:
        cast = await a_cast(dki_session)
        lacking = step is tax_invoices.ADD_TAX_INVOICE
        order = (
            await billed_by_the_clock(dki_session, cast)
            if lacking
            else await an_order(dki_session, cast, source)
        )
        if step.last_resort or step in (complaining.REMIND_APPROVER, complaining.REMIND_TREASURER):
            await left_alone(dki_session, order)
        if step is drafting.DISCARD:
            await drafting.add_to_draft(dki_session, cast.officer, cast.offer.id, Decimal(1), cast.unit.id)
        if step is undoing.UNDO_DEPARTURE:
            await undoing.undo_start(dki_session, cast.owner, order.id, order.version)
            for earlier in (delivering.ANNOUNCE, delivering.DEPART):
                await take(dki_session, cast.owner, earlier, order, cast)
        with clock.travelling_to(JANUARY if step in (funding.FUND, funding.CARRY) else MONDAY):
            if step is funding.FUND:
                await next_year_of(dki_session, cast)
                assert await close_year(dki_session, order.id)
            await take(dki_session, cast.everybody[name], step, order, cast)
        if step is drafting.DISCARD:
            continue
        entries = await journal.history(dki_session, order.id)
        assert step is drafting.CHANGE or entries[-1].action == step.name
        if source not in FULFILMENT:
            assert order.status == step.target


@pytest.mark.parametrize("step", OF_PEOPLE, ids=_name)
async def test_whoever_saw_an_older_version_is_told_who_was_first(
    dki_session: AsyncSession, step: Step
) -> None:
    cast = await a_cast(dki_session)
    order = await an_order(dki_session, cast, step.sources[0])
    actor = cast.everybody[next(iter(MAY[step.name]))]
    if step.last_resort:
        await left_alone(dki_session, order)
    with pytest.raises(Conflict):
        await take(dki_session, actor, step, order, cast, version=order.version - 1)


HOLDERS: Final = {
    Role.COMMITMENT_OFFICER: "approver",
    Role.RECEIVER: "receiver",
    Role.TREASURER: "treasurer",
    Role.BUDGET_USER: "budget_user",
}
"""Who in the cast holds what a letter may hand over."""


async def stand_ins(session: AsyncSession, cast: Cast) -> dict[Role, Actor]:
    """For each role somebody of the unit who has no hand in the order and holds a letter over all of that role."""
    found = {}
    for role in DELEGABLE:
        person = await an_official(session, Role.PROCUREMENT_OFFICER, unit=cast.unit, name=f"Wakil {role}")
        await a_letter(session, cast, person, role)
        found[role] = await anew(session, person)
    return found


def outcome(actor: Actor, order: Order, step: Step) -> str:
    """What becomes of the step in that person's hands: the sentence they read, or nothing against it."""
    try:
        case_for(actor, order, step)
    except Expected as refusal:
        return f"{type(refusal).__name__}: {refusal.message}"
    return "may"


def test_what_a_letter_hands_over_is_written_down() -> None:
    assert set(HOLDERS) == set(DELEGABLE)


@pytest.mark.parametrize("status", list(Status))
async def test_who_stands_in_may_exactly_what_the_absent_person_may(
    dki_session: AsyncSession, status: Status
) -> None:
    """The delegated half of the matrix: role by step at every status, the same answer and the same sentence.

    A stand-in of the officer who made the order, or of whoever signed before, is as bound as they: then the sentence
    says through which letter. What a letter does not hand over, it does not hand over.
    """
    cast = await a_cast(dki_session)
    order = await an_order(dki_session, cast, status)
    await load_parts(dki_session, order)
    standing_in = await stand_ins(dki_session, cast)
    for step in OF_PEOPLE:
        for role, person in standing_in.items():
            own = step.name in ("change", "discard", "submit", "recall", *_of_procurement(step))
            expected, found = outcome(getattr(cast, HOLDERS[role]), order, step), outcome(person, order, step)
            if own:  # a procurement officer's own, which the stand-ins are besides
                assert "may" not in (expected, found) or found == expected, (step, role)
                continue
            told = re.fullmatch(r"ForbiddenByDuty: Dengan surat .* dan bagi .* berlaku: “(.*)”", found)
            assert expected == (f"ForbiddenByDuty: {told[1]}" if told else found), (step, role)


def _of_procurement(step: Step) -> set[str]:
    return {step.name} if Role.PROCUREMENT_OFFICER in step.by else set()


ClientFor = Callable[[str], httpx.AsyncClient]
Way = Callable[[httpx.AsyncClient, Cast, Order, Actor, Step], Awaitable[str | None]]


async def by_page(
    browser: httpx.AsyncClient, cast: Cast, order: Order, actor: Actor, step: Step
) -> str | None:
    """The step asked of its address by hand, whatever the page offers: what it says, or None where it was taken."""
    token = re.findall(r'name="_csrf" value="([^"]*)"', (await browser.get("/pelimpahan")).text)[0]
    fields = {"version": str(order.version), "reason": "Alasan yang cukup panjang", "periksa": "ya"}
    answer = await browser.post(
        f"/pesanan/{order.id}/{step.noun}", data=fields | {"_csrf": token, "_kunci": new_id().hex}
    )
    return None if answer.status_code == 303 else unescape(answer.text)


async def by_api(
    browser: httpx.AsyncClient, cast: Cast, order: Order, actor: Actor, step: Step
) -> str | None:
    """The same asked by a program with that person's token."""
    body = {"reason": "Alasan yang cukup panjang"} if step.reason else {}
    answer = await browser.post(
        f"/orders/{order.id}/{step.noun}",
        json=body | ({"declared": True} if step.declares else {}),
        headers={"If-Match": f'"{order.version}"', "Idempotency-Key": new_id().hex},
    )
    return None if answer.is_success else str(answer.json().get("detail", ""))


WAYS: Final[dict[str, Way]] = {"page": by_page, "api": by_api}
"""How a person can ask for a step from outside; each further way into the house joins here."""


@asynccontextmanager
async def at_the_door(
    client_for: ClientFor, way: str, dki: Tenant, person: Actor
) -> AsyncIterator[httpx.AsyncClient]:
    """A browser, or a program, in that person's name."""
    if way == "page":
        async with client_for("dki.localhost") as browser:
            await let_in(browser, dki, person)
            yield browser
    else:
        await an_account_of(person.official_id)
        async with await a_client(client_for, "dki.localhost", person.official_id) as program:
            yield program


@pytest.mark.parametrize("way", list(WAYS))
@pytest.mark.parametrize(
    "status", [Status.AWAITING_APPROVAL, Status.DELIVERED, Status.INVOICED, Status.PAYMENT_REQUESTED], ids=str
)
async def test_no_forbidden_cell_opens_from_outside(
    client_for: ClientFor, dki: Tenant, status: Status, way: str
) -> None:
    """Every official, by appointment and by letter, asks for what could be done now: refused in the matrix's words."""
    async with tenancy.inside(dki) as session:
        cast = await a_cast(session)
        order = await an_order(session, cast, status)
        await load_parts(session, order)
        people = {name: one for name, one in cast.everybody.items() if one.id and one.vendor_id is None}
        people |= {f"stand-in {role}": one for role, one in (await stand_ins(session, cast)).items()}
        before = (order.status, order.version)
        cells = {
            (name, step): outcome(person, order, step)
            for name, person in people.items()
            for step in OF_PEOPLE
            if step.noun and any(isinstance(party, Role) for party in (*step.by, *step.later))
            if any(case.status in step.sources for case in cases_of(order, step.subject))
        }
    for name, person in people.items():
        async with at_the_door(client_for, way, dki, person) as browser:
            for step in (step for who, step in cells if who == name and cells[who, step] != "may"):
                told = await WAYS[way](browser, cast, order, person, step)
                assert told is not None, (name, step)
                sentence = cells[name, step].partition(": ")[2]
                if step.input is None and name != "stranger":
                    assert sentence in re.sub(r"\s+", " ", told), (name, step, sentence)
    async with tenancy.inside(dki) as session:
        stands = await session.get_one(Order, order.id)
        assert (stands.status, stands.version) == before


SQL: Final = {
    "drafted and approved": (Status.AWAITING_APPROVAL, "orders", "approved_by = drafted_by"),
    "drafted, approved for them": (Status.AWAITING_APPROVAL, "orders", "approved_for = drafted_by"),
    "another approver": (Status.ISSUED, "orders", "approved_by = :other"),
    "approved for another": (Status.ISSUED, "orders", "approved_for = :other"),
    "another drafter": (Status.AWAITING_APPROVAL, "orders", "drafted_by = :other"),
    "another receiver": (Status.INSPECTED, "inspection", "inspected_by = drafted_by"),
    "received for another": (Status.INSPECTED, "inspection", "inspected_for = drafted_by"),
    "another signature": (Status.HANDED_OVER, "handover", "handed_over_for = :other"),
    "asked and approved": (Status.PAYMENT_REQUESTED, "invoice", "approved_by = requested_by"),
    "asked, approved for them": (Status.PAYMENT_REQUESTED, "invoice", "approved_for = requested_by"),
    "approved without an entry": (Status.PAYMENT_REQUESTED, "invoice", "approved_by = :other"),
    "another payer": (Status.PAID, "payment", "paid_by = :other"),
    "paid for another": (Status.PAID, "payment", "paid_for = :other"),
    "an entry done by letter": (Status.ISSUED, "order_event", "delegation_id = null"),
}
"""What whoever has the region's login might write past the application, and at which status."""


@pytest.mark.parametrize("cell", list(SQL))
async def test_the_database_gives_no_person_two_hands(dki_session: AsyncSession, cell: str) -> None:
    status, table, change = SQL[cell]
    cast = await a_cast(dki_session)
    order = await an_order(dki_session, cast, status)
    await dki_session.flush()
    column = "id" if table == "orders" else "order_id"
    statement = text(f"update {table} set {change} where {column} = :order")
    other = {"other": cast.receiver.id} if ":other" in change else {}
    with pytest.raises(DBAPIError):
        async with dki_session.begin_nested():
            await dki_session.execute(statement, {"order": order.id} | other)
            await dki_session.execute(text("set constraints all immediate"))
