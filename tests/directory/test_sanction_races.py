"""Several people of the agency, the vendor and the clock want the same case at the same moment."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from eorder_platform import clock, tenancy
from eorder_platform.directory.models import Vendor, VendorStatus
from eorder_platform.directory.sanctions.deciding import (
    Decider,
    Decision,
    Lifting,
    decide,
    end_by_the_clock,
    lift,
)
from eorder_platform.directory.sanctions.models import Sanction, SanctionCase
from eorder_platform.directory.sanctions.objecting import Objection, object_to
from eorder_platform.errors import Expected
from tests.directory.sanctions import (
    REASONS,
    a_decision,
    a_proposal,
    a_sanction,
    a_vendor_of_its_own,
    advised,
    an_administrator,
)

OBJECTION = "Kurir kami berhenti; kami sudah memakai kurir lain dan barang dikirim."


async def heard(act: Callable[[AsyncSession], Awaitable[object]]) -> bool:
    """Over a connection of its own: was it done?"""
    try:
        async with tenancy.national() as session:
            return (await act(session)) is not False
    except Expected:
        return False


def _decides(who: Decider, what: Decision) -> Callable[[AsyncSession], Awaitable[object]]:
    return lambda session: decide(session, who, what)


async def test_of_two_who_decide_at_once_one_is_heard() -> None:
    async with tenancy.national() as session:
        member = await a_vendor_of_its_own(session)
        case = await advised(session, await a_proposal(session, member))
        deciders = [await an_administrator(session) for _ in range(4)]
    with clock.travelling_to(case.objection_due_at + timedelta(minutes=1)):
        decisions = [a_decision(case, "suspension", 6), a_decision(case, "", None)] * 2
        acts = zip(deciders, decisions, strict=True)
        done = await asyncio.gather(*(heard(_decides(*act)) for act in acts))
    assert sum(done) == 1


async def test_an_objection_and_a_decision_at_once_leave_a_case_that_holds_together() -> None:
    for early in (True, False):
        await _objection_beside_decision(early=early)


async def _objection_beside_decision(*, early: bool) -> None:
    async with tenancy.national() as session:
        member = await a_vendor_of_its_own(session)
        case = await advised(session, await a_proposal(session, member))
        decider = await an_administrator(session)
    moment = case.objection_due_at + timedelta(seconds=-1 if early else 1)
    with clock.travelling_to(moment):
        objected, decided = await asyncio.gather(
            heard(lambda s: object_to(s, member, Objection(case.id, OBJECTION))),
            heard(lambda s: decide(s, decider, a_decision(case))),
        )
    async with tenancy.national() as session:
        row = await session.get_one(SanctionCase, case.id)
    assert objected is early, "in time, or not at all"
    assert (row.objected_at is not None, row.outcome is not None) == (objected, decided)
    assert decided or early, "after the last day nobody is waited for"


async def test_lifting_ending_and_deciding_another_at_once_keep_who_is_kept_out() -> None:
    async with tenancy.national() as session:
        member = await a_vendor_of_its_own(session)
        first = await a_sanction(session, member)
        second = await advised(session, await a_proposal(session, member, level="blacklist", months=12))
        lifter, decider = await an_administrator(session), await an_administrator(session)
        until = (await session.get_one(Sanction, first.id)).valid_until
    assert until is not None
    with clock.travelling_to(until + timedelta(minutes=1)):
        lifted, ended, decided = await asyncio.gather(
            heard(lambda s: lift(s, Decider(lifter.account_id), Lifting(first.id, False, REASONS))),
            heard(lambda s: end_by_the_clock(s, first.id)),
            heard(lambda s: decide(s, decider, a_decision(second, "blacklist", 12))),
        )
    assert lifted + ended == 1
    assert decided
    async with tenancy.national() as session:
        assert (await session.get_one(Vendor, member.vendor_id)).status == VendorStatus.SUSPENDED
