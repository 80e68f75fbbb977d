"""Money is spent on what it is planned for: by the package's method, and from an account that pays for the goods."""

from collections.abc import Callable, Iterator
from uuid import UUID

import httpx
import pytest
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from eorder_platform import clock, tenancy
from eorder_platform.errors import Refused
from eorder_platform.tenancy import Tenant
from eorder_tenants.budgets.methods import is_orderable, orderable
from eorder_tenants.budgets.models import Package
from eorder_tenants.orders.contracting.approving import approve_order
from eorder_tenants.orders.core.models import Status
from eorder_tenants.orders.requesting.choosing import fundings_for
from eorder_tenants.orders.requesting.financing import all_pay, pays
from eorder_tenants.orders.requesting.submitting import submit_order
from eorder_tenants.orders.requesting.today import today_of
from eorder_tenants.organisation.actors import SYSTEM_ACTOR
from tests.budgets.factories import a_budget_line, a_package, change_ceiling
from tests.orders.factories import MONDAY, Cast, a_cast, a_draft, an_order
from tests.organisation.visiting import let_in

MEALS = "5.1.02.01.01.0052"


@pytest.fixture(autouse=True)
def _in_july() -> Iterator[None]:
    with clock.travelling_to(MONDAY):
        yield


METHODS = [
    ("E-Purchasing", True),
    ("e purchasing", True),
    ("Pengadaan Langsung", True),
    ("Toko Daring", True),
    ("Tender", False),
    ("Tender Cepat", False),
    ("Seleksi", False),
    ("Swakelola", False),
    ("Penunjukan Langsung", False),
    ("", False),
]


@pytest.mark.parametrize(("method", "may"), METHODS)
async def test_some_methods_are_ordered_from_here_and_the_query_agrees(
    dki_session: AsyncSession, method: str, may: bool
) -> None:
    cast = await a_cast(dki_session, ceiling=40_000_000)
    cast.package.method = method
    await dki_session.flush()
    found = await dki_session.scalar(
        select(func.count()).where(Package.id == cast.package.id, orderable(Package.method))
    )
    assert (is_orderable(method), found) == (may, int(may))


async def test_a_package_for_a_tender_is_not_offered_nor_submitted_nor_approved(
    dki_session: AsyncSession,
) -> None:
    cast = await a_cast(dki_session, ceiling=40_000_000)
    submitted = await an_order(dki_session, cast, Status.AWAITING_APPROVAL)
    order = await a_draft(dki_session, cast)
    assert [one.package_id for one in await fundings_for(dki_session, cast.unit.id)] == [cast.package.id]
    cast.package.method = "Tender"
    await dki_session.flush()
    assert await fundings_for(dki_session, cast.unit.id) == []
    with pytest.raises(Refused) as refusal:
        await submit_order(dki_session, cast.officer, order.id, order.version)
    assert [field for field, _ in refusal.value.problems] == ["package_id"]
    with pytest.raises(Refused, match="direncanakan lewat Tender"):
        await approve_order(dki_session, cast.approver, submitted.id, submitted.version)


async def test_the_account_of_paper_does_not_pay_for_meals(dki_session: AsyncSession) -> None:
    cast = await a_cast(dki_session, ceiling=40_000_000)
    submitted = await an_order(dki_session, cast, Status.AWAITING_APPROVAL)
    order = await a_draft(dki_session, cast)
    cast.offer.category_code = "FNB-MEET.BOX"
    await dki_session.flush()
    with pytest.raises(Refused) as refusal:
        await submit_order(dki_session, cast.officer, order.id, order.version)
    [(field, sentence)] = refusal.value.problems
    assert field == "budget_line_id"
    assert cast.budget_line.account_code in sentence and order.lines[0].name in sentence
    with pytest.raises(Refused, match="tidak membiayai"):
        await approve_order(dki_session, cast.approver, submitted.id, submitted.version)


async def test_a_category_without_accounts_follows_its_main_one_and_then_any_will_do(
    dki_session: AsyncSession,
) -> None:
    """Pens (ATK.PEN) have none of their own; couriers are paid from a whole group of accounts."""
    cast = await a_cast(dki_session, ceiling=40_000_000)
    order = await a_draft(dki_session, cast)
    for category, paying, not_paying in (
        ("ATK.PEN", "5.1.02.01.01.0024", MEALS),
        ("ATK.INK", "5.1.02.01.01.0029", MEALS),
        ("CLEAN.SERVICE", "5.1.02.02.01.0052", "5.1.02.01.01.0036"),
    ):
        cast.offer.category_code = category
        await dki_session.flush()
        accounts = (await today_of(dki_session, order)).accounts
        assert set(accounts) == {category}
        assert all_pay(paying, accounts) and not all_pay(not_paying, accounts)
    assert pays("9.9.99", ())


async def test_packages_that_fit_come_first_and_the_others_say_why_not(
    client_for: Callable[[str], httpx.AsyncClient], dki: Tenant
) -> None:
    cast, order_id = await _with_another_package(dki)
    async with client_for("dki.localhost") as browser:
        await let_in(browser, dki, cast.officer)
        html = (await browser.get(f"/pesanan/{order_id}")).text
    fitting, heading, others = html.partition('<optgroup label="Rekeningnya tidak membiayai barang ini">')
    assert heading
    assert f'value="{cast.package.id}/{cast.budget_line.id}"' in fitting
    assert "Konsumsi rapat" in others.partition("</optgroup>")[0]


async def _with_another_package(dki: Tenant) -> tuple[Cast, UUID]:
    """The same unit has a fuller package for meals beside the one for paper."""
    async with tenancy.inside(dki) as session:
        cast = await a_cast(session)
        order = await a_draft(session, cast)
        line = await a_budget_line(session, cast.unit, 900_000_000, MEALS)
        package = await a_package(session, cast.unit, 900_000_000)
        package.name = "Konsumsi rapat"
        await change_ceiling(session, SYSTEM_ACTOR, line.id, package.id, 900_000_000, "DPA 2026")
        return cast, order.id
