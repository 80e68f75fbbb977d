"""One inbox over all regions: found, filtered, sorted, read in steps, taken away, and nobody else's."""

import csv
import io
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import asyncpg
import httpx
import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from eorder_platform import clock, tenancy
from eorder_platform.directory.models import VendorRole
from eorder_platform.ids import new_id
from eorder_platform.projections.inbox import InboxSearch, Place, Sorting, inbox_page, inbox_step
from eorder_platform.projections.models import OrderProjection
from eorder_platform.tenancy import Tenant
from eorder_tenants.orders.core.models import Status
from eorder_tenants.orders.jobs import project_order
from tests.api.factories import a_client
from tests.directory.factories import a_committed_vendor, a_public_vendor
from tests.notices.factories import accounts_for
from tests.orders.factories import MONDAY, a_cast, an_order
from tests.vendors.browsing import Visitor

ClientFor = Callable[[str], httpx.AsyncClient]


async def driver(session: AsyncSession) -> asyncpg.Connection:
    """The session's own connection, which sees what it has not committed."""
    raw = (await (await session.connection()).get_raw_connection()).driver_connection
    assert raw is not None
    return raw


async def orders_of(
    session: AsyncSession, vendor_id: UUID, tenant: Tenant, count: int, **different: object
) -> list[OrderProjection]:
    """Orders as the nation's copy has them; several have the same deadline, amount and moment."""
    made = []
    for n in range(count):
        facts: dict[str, object] = {
            "tenant_id": tenant.id,
            "order_id": new_id(),
            "vendor_id": vendor_id,
            "vendor_name": "Cahaya Tulis",
            "vendor_scale": "small",
            "vendor_form": "company",
            "number": f"EO-{tenant.region_code}-2026-{n:07}",
            "title": f"Pesanan {n}",
            "work_unit_name": "Dinas Pendidikan" if n % 2 else "Dinas Sosial",
            "products": "Nasi kotak · Air 100%",
            "status": (Status.ISSUED, Status.INVOICED, Status.PAID, Status.HANDED_OVER)[n % 4],
            "gross_rupiah": 1_000_000 * (1 + n % 3),
            "net_rupiah": 900_000,
            "paid_rupiah": 0,
            "due_at": MONDAY + timedelta(days=n % 3) if n % 4 != 2 else None,
            "issued_at": MONDAY - timedelta(days=n),
            "changed_at": MONDAY - timedelta(hours=n % 5),
            "version": 1,
        }
        made.append(OrderProjection(**facts | different))
    session.add_all(made)
    await session.flush()
    return made


async def test_every_order_is_met_once_in_steps_in_each_order_and_only_ones_own(
    national_session: AsyncSession, dki: Tenant, gorontalo: Tenant
) -> None:
    mine, others = await a_public_vendor("31"), await a_public_vendor("31")
    made = [
        *await orders_of(national_session, mine, dki, 13),
        *await orders_of(national_session, mine, gorontalo, 12),
        *await orders_of(national_session, mine, dki, 1, issued_at=None),
    ][:-1]
    await orders_of(national_session, others, dki, 9)
    connection = await driver(national_session)
    late = datetime(2200, 1, 1, tzinfo=UTC)
    wanted: dict[Sorting, Callable[[Any], Any]] = {
        Sorting.DEADLINE: lambda one: one.due_at or late,
        Sorting.CHANGED: lambda one: -one.changed_at.timestamp(),
        Sorting.ISSUED: lambda one: -one.issued_at.timestamp(),
        Sorting.AMOUNT: lambda one: -one.gross_rupiah,
    }
    for sorting, key in wanted.items():
        search, after, seen = InboxSearch(sorting=sorting), None, []
        while rows := await inbox_step(connection, mine, search, after, 4):
            seen += rows
            after = rows[-1].place
        assert [key(one) for one in seen] == sorted(map(key, made)), sorting
        assert {one.order_id for one in seen} == {one.order_id for one in made} and len(seen) == len(made)
        page = await inbox_page(connection, mine, search, None, 4)
        assert page.orders == seen[:4] and page.count() == 25


async def test_what_is_counted_is_what_is_found(
    national_session: AsyncSession, dki: Tenant, gorontalo: Tenant
) -> None:
    vendor_id = await a_public_vendor("31")
    await orders_of(national_session, vendor_id, dki, 8)
    # New Year's Eve in Gorontalo is a year later than at UTC
    await orders_of(
        national_session,
        vendor_id,
        gorontalo,
        4,
        issued_at=datetime(2025, 12, 31, 20, tzinfo=UTC),
        products="Kopi_1",
    )
    connection = await driver(national_session)

    async def found(**asked: object) -> int:
        search = InboxSearch(**asked)  # type: ignore[arg-type]
        page = await inbox_page(connection, vendor_id, search, None, 100)
        assert page.count(search.statuses, search.region, search.year) == len(page.orders)
        return len(page.orders)

    assert await found() == 12
    assert await found(region="gorontalo") == await found(year=2026, region="gorontalo") == 4
    assert await found(year=2025) == 0
    assert await found(statuses=[Status.ISSUED, Status.PAID]) == 6
    assert await found(text="nasi SOSIAL") == 4, "any words, in any field, in any order"
    assert await found(text="0000003") == 2
    assert await found(text="100%") == 8 and await found(text="i_1") == 4 and await found(text="a_i") == 0
    assert await found(text="tidak ada") == 0
    nothing = await inbox_page(connection, new_id(), InboxSearch(), None, 10)
    assert (nothing.orders, nothing.counted) == ([], [])
    assert not await inbox_step(connection, vendor_id, InboxSearch(), Place(10**18, new_id()), 10)


@pytest.fixture
def _in_july() -> Iterator[None]:
    with clock.travelling_to(MONDAY):
        yield


@pytest.mark.usefixtures("_in_july")
async def test_the_page_keeps_what_was_asked_in_its_address_and_leads_on_where_nothing_is(
    dki: Tenant, visitor: Visitor, other_visitor: Visitor, client_for: ClientFor
) -> None:
    async with tenancy.inside(dki) as session:
        cast = await a_cast(session, ceiling=60_000_000)
        waiting, paid = [await an_order(session, cast, one) for one in (Status.ISSUED, Status.PAID)]
    for order in (waiting, paid):
        await project_order(dki, order_id=str(order.id))
    await accounts_for(cast)
    assert cast.owner.id
    await visitor.signs_in(cast.owner.id, cast.owner.name, VendorRole.OWNER)

    html = (await visitor.opens("/usaha/pesanan")).text
    assert str(waiting.id) in html and str(paid.id) not in html
    asked = "tampil=semua&wilayah=dki&tahun=2026&urut=nilai&q=kertas"
    html = (await visitor.opens(f"/usaha/pesanan?{asked}")).text
    assert visitor.sees('value="dki" selected') and visitor.sees('value="nilai" selected')
    name = cast.offer.name.split()[0]
    html = (await visitor.opens(f"/usaha/pesanan?tampil=semua&q={name}")).text
    assert str(waiting.id) in html and str(paid.id) in html, "found by its product"
    assert f"tampil=selesai&amp;q={name}" in html or f"q={name}&amp;tampil=selesai" in html, (
        "a tab keeps the words"
    )
    *_, csv_url = re.findall(r'href="(/usaha/pesanan\.csv\?[^"]*)">', html)
    taken = (await visitor.client.get(csv_url.replace("&amp;", "&"))).text
    assert {row["nomor"] for row in csv.DictReader(io.StringIO(taken))} == {waiting.number, paid.number}

    await visitor.opens("/usaha/pesanan?tampil=semua&q=tidakada")
    assert visitor.sees("Tidak ada yang cocok") and visitor.sees("Tampilkan semua")
    await visitor.opens("/usaha/pesanan?tampil=berjalan")
    assert visitor.sees("Kelompok ini kosong")
    for odd in (
        "setelah=9_x",
        "setelah=99999999999999999999_" + "0" * 32,
        "tahun=abc",
        "wilayah=%00",
        "urut=x&status=x",
    ):
        assert (await visitor.opens(f"/usaha/pesanan?{odd}")).status_code == 200, odd

    api = await a_client(client_for, "localhost", cast.owner.id)
    first = (await api.get("/inbox", params={"limit": 1, "sort": "issued"})).json()
    second = (await api.get(f"http://localhost{first['next']}")).json()
    assert {one["order_id"] for one in first["items"] + second["items"]} == {str(waiting.id), str(paid.id)}
    only = (await api.get("/inbox", params={"waiting": "true", "region": "dki", "year": 2026})).json()
    assert [one["order_id"] for one in only["items"]] == [str(waiting.id)]

    stranger = await a_committed_vendor()
    await other_visitor.signs_in(stranger.account_id, stranger.name, stranger.role)
    html = (await other_visitor.opens("/usaha/pesanan?tampil=semua")).text
    assert other_visitor.sees("Belum ada pesanan di sini") and str(waiting.id) not in html
    assert len((await other_visitor.client.get("/usaha/pesanan.csv")).text.splitlines()) == 1


def test_the_benchmark_of_the_inbox_finds_nothing_foreign_on_any_page() -> None:
    """Small: what is asked here is whether it measures at all, and who is shown what."""
    sizes = "--regions 2 --orders 3 --vendors 2 --requests 2 --others 20".split()
    words = [sys.executable, "-m", "infra.benchmarks.inbox", *sizes]
    done = subprocess.run(words, capture_output=True, text=True, timeout=120, check=False, env=os.environ)
    assert done.returncode in (0, 1), done.stderr
    assert "inbox, words" in done.stdout and "money" in done.stdout, done.stderr
    assert "were shown" not in done.stderr and "failed" not in done.stderr
