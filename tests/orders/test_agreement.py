"""A signed order keeps the price agreement it was signed under: only an addendum could raise it."""

from collections.abc import Iterator
from datetime import date

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from eorder_platform import clock
from eorder_platform.directory.models import TaxClass
from eorder_platform.errors import Refused
from eorder_tenants.orders.core.models import Status
from eorder_tenants.organisation.models import RuleOverride
from tests.orders.factories import MONDAY, Cast, a_cast, an_order, go_on, payment_of

CAP = 50_000_000


@pytest.fixture(autouse=True)
def _in_july() -> Iterator[None]:
    with clock.travelling_to(MONDAY):
        yield


async def become(session: AsyncSession, cast: Cast, *, pkp: bool) -> None:
    cast.participation.payee = cast.participation.payee | {"vat_registered": pkp}
    await session.flush()


@pytest.mark.parametrize("ceiling", [CAP, 2 * CAP])
async def test_a_vendor_who_becomes_pkp_after_the_signature_is_paid_what_was_signed(
    dki_session: AsyncSession, ceiling: int
) -> None:
    cast = await a_cast(dki_session, price=CAP, pkp=False, ceiling=ceiling)
    order = await an_order(dki_session, cast, Status.ISSUED)
    await become(dki_session, cast, pkp=True)
    await go_on(dki_session, cast, order, Status.HANDED_OVER)
    assert (order.vat_rupiah, order.gross_rupiah, order.budget_rupiah) == (0, CAP, CAP)
    await go_on(dki_session, cast, order, Status.PAID)
    payment = await payment_of(dki_session, order.id)
    assert payment and payment.gross_rupiah == CAP


async def test_before_the_signature_the_officer_submits_it_anew(dki_session: AsyncSession) -> None:
    cast = await a_cast(dki_session, pkp=False)
    order = await an_order(dki_session, cast)
    await become(dki_session, cast, pkp=True)
    with pytest.raises(Refused, match="Pajak berubah"):
        await go_on(dki_session, cast, order, Status.ISSUED)


async def test_whoever_is_not_pkp_any_more_charges_no_vat(dki_session: AsyncSession) -> None:
    cast = await a_cast(dki_session)
    order = await an_order(dki_session, cast, Status.ISSUED)
    await become(dki_session, cast, pkp=False)
    await go_on(dki_session, cast, order, Status.PAID)
    assert (order.agreed_rupiah, order.gross_rupiah, order.budget_rupiah) == (
        11_100_000,
        10_000_000,
        10_000_000,
    )


async def test_a_rate_that_rises_after_the_signature_is_not_paid_without_an_addendum(
    dki_session: AsyncSession,
) -> None:
    cast = await a_cast(dki_session, pkp=False, tax_class=TaxClass.CATERING, charges_local_tax=True)
    for permil, since in ((75, 6), (100, 10)):
        dki_session.add(
            RuleOverride(
                key="local_tax_permil",
                value=permil,
                valid_from=date(2026, 7, since),
                valid_to=date(2026, 7, 9) if since == 6 else None,
                legal_basis="Perda contoh",
                changed_by=cast.admin.official_id,
            )
        )
    order = await an_order(dki_session, cast, Status.HANDOVER_PENDING)
    assert order.gross_rupiah == 10_750_000
    with clock.travelling_to(MONDAY.replace(day=13)):
        await go_on(dki_session, cast, order, Status.PAID)
    assert order.gross_rupiah == 10_750_000


async def test_the_database_keeps_an_order_within_what_was_signed(dki_session: AsyncSession) -> None:
    cast = await a_cast(dki_session)
    order = await an_order(dki_session, cast, Status.ISSUED)
    more = text(
        "update orders set gross_rupiah = gross_rupiah + 1, net_rupiah = net_rupiah + 1 where id = :id"
    )
    with pytest.raises(IntegrityError, match="ck_orders_agreed"):
        await dki_session.execute(more, {"id": order.id})
