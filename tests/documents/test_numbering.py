"""Document numbers have no gap and no twin, whatever fails around them."""

import asyncio
from contextlib import suppress
from datetime import UTC, date, datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from eorder_platform import clock, tenancy
from eorder_platform.tenancy import Tenant
from eorder_tenants.documents.facts import DocumentKind
from eorder_tenants.documents.models import OrderDocument
from eorder_tenants.documents.numbering import next_document_number
from eorder_tenants.orders.contracting.approving import approve_order
from eorder_tenants.orders.core.fiscal_year import LAST_HANDOVER, LAST_ORDER
from eorder_tenants.orders.core.models import Order, Status
from eorder_tenants.organisation.models import RuleOverride
from tests.orders.factories import MONDAY, a_cast, an_order
from tests.organisation.factories import a_work_unit


async def test_twenty_signatures_at_once_leave_no_gap(dki: Tenant) -> None:
    """Every fourth fails at the last moment, after it had its number."""
    with clock.travelling_to(MONDAY):
        async with tenancy.inside(dki) as session:
            cast = await a_cast(session, price=1_000, pkp=False)
            orders = [await an_order(session, cast, Status.AWAITING_APPROVAL) for _ in range(20)]

    async def sign(order: Order, fails: bool) -> None:
        with suppress(ConnectionError), clock.travelling_to(MONDAY):
            async with tenancy.inside(dki) as session:
                await approve_order(session, cast.approver, order.id, order.version)
                if fails:
                    raise ConnectionError("the signature service does not answer")

    await asyncio.gather(*(sign(order, place % 4 == 0) for place, order in enumerate(orders)))
    async with tenancy.inside(dki) as session:
        signed = list(
            await session.scalars(
                select(OrderDocument)
                .where(OrderDocument.work_unit_id == cast.unit.id)
                .order_by(OrderDocument.sequence)
            )
        )
    assert [document.sequence for document in signed] == list(range(1, 16))
    assert [document.number for document in signed] == [
        f"000.3/{sequence:04}/SP/{cast.unit.code}/VII/2026" for sequence in range(1, 16)
    ]


async def test_a_failed_signature_gives_its_number_to_the_next(dki: Tenant) -> None:
    """A26 without a signature service: nothing is reserved that a failure could burn."""
    with clock.travelling_to(MONDAY):
        async with tenancy.inside(dki) as session:
            cast = await a_cast(session)
            order = await an_order(session, cast, Status.AWAITING_APPROVAL)
        with suppress(ConnectionError):
            async with tenancy.inside(dki) as session:
                await approve_order(session, cast.approver, order.id, order.version)
                raise ConnectionError
        async with tenancy.inside(dki) as session:
            await approve_order(session, cast.approver, order.id, order.version)
            document = (
                await session.scalars(select(OrderDocument).where(OrderDocument.order_id == order.id))
            ).one()
    assert document.sequence == 1


async def test_units_kinds_and_years_count_for_themselves(dki_session: AsyncSession) -> None:
    health, schools = await a_work_unit(dki_session), await a_work_unit(dki_session)
    order, handover = DocumentKind.PURCHASE_ORDER, DocumentKind.HANDOVER_REPORT
    december, january = date(2026, 12, 31), date(2027, 1, 1)
    numbers = [
        (await next_document_number(dki_session, unit, kind, day))[0]
        for unit, kind, day in (
            (health, order, december),
            (health, order, december),
            (health, handover, december),
            (schools, order, december),
            (health, order, january),
        )
    ]
    assert numbers == [1, 2, 1, 1, 1]


async def test_the_year_of_a_number_is_the_office_s_own(
    dki_session: AsyncSession, gorontalo_session: AsyncSession
) -> None:
    """31 December 23.30 in Jakarta is 1 January 00.30 in Gorontalo."""
    for key in (LAST_ORDER, LAST_HANDOVER):
        dki_session.add(
            RuleOverride(key=key, value=1231, valid_from=MONDAY.date(), legal_basis="Pergub 12/2026")
        )
    years = []
    midnight = datetime(2026, 12, 31, 16, 30, tzinfo=UTC)
    for session, year, due, drafted in (
        (dki_session, 2026, date(2026, 12, 31), MONDAY),
        (gorontalo_session, 2027, date(2027, 1, 20), midnight),
    ):
        with clock.travelling_to(drafted):
            cast = await a_cast(session, year=year)
            cast.package.selection_from, cast.package.selection_until = drafted.date(), due
            order = await an_order(session, cast, Status.AWAITING_APPROVAL)
            order.delivery_due_on = due
            await session.flush()
        with clock.travelling_to(midnight):
            await approve_order(session, cast.approver, order.id, order.version)
        found = select(OrderDocument).where(OrderDocument.order_id == order.id)
        years.append((await session.scalars(found)).one().year)
    assert years == [2026, 2027]
