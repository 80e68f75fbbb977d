"""Every act at every status by everybody: what is not declared is impossible, below the pages."""

from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from eorder_platform import clock
from eorder_platform.errors import Conflict, NotAllowed, NotVisible
from eorder_tenants.orders.clock.closing import close_year
from eorder_tenants.orders.core import journal
from eorder_tenants.orders.core.checking import case_for
from eorder_tenants.orders.core.models import FULFILMENT, Status
from eorder_tenants.orders.core.parts import cases_of, load_parts
from eorder_tenants.orders.core.steps import Step
from eorder_tenants.orders.fulfilling import delivering, undoing
from eorder_tenants.orders.lifecycle import LIFECYCLE, steps, steps_from
from eorder_tenants.orders.paying import complaining, funding, tax_invoices
from eorder_tenants.orders.requesting import drafting
from tests.orders.factories import (
    MONDAY,
    a_cast,
    an_order,
    billed_by_the_clock,
    left_alone,
    next_year_of,
    take,
)

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
