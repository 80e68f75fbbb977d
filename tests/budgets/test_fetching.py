"""Rows of SIPD and SiRUP come as a preview that a person confirms, or not at all."""

from collections.abc import Callable, Iterator

import httpx
import pytest
from sqlalchemy import func, select

from eorder_platform import clock, tenancy
from eorder_platform.adapters.asking import circuits
from eorder_platform.settings import settings
from eorder_platform.tenancy import Tenant
from eorder_tenants.budgets.models import BudgetLine, ImportBatch
from eorder_tenants.organisation.models import Role
from tests.orders.factories import MONDAY
from tests.organisation.factories import an_official
from tests.organisation.visiting import let_in, send

ClientFor = Callable[[str], httpx.AsyncClient]
UPLOADS = "/anggaran/unggahan"
FETCH = f"{UPLOADS}/pengambilan"


@pytest.fixture
def connect(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], None]]:
    def connect(adapters: str) -> None:
        monkeypatch.setenv("EORDER_ADAPTERS", adapters)
        settings.cache_clear()
        circuits.clear()

    yield connect
    monkeypatch.undo()
    settings.cache_clear()
    circuits.clear()


async def counted(dki: Tenant) -> tuple[int, int]:
    """Batches and budget lines of the region."""
    async with tenancy.inside(dki) as session:
        batches = await session.scalar(select(func.count()).select_from(ImportBatch))
        return batches or 0, await session.scalar(select(func.count()).select_from(BudgetLine)) or 0


async def test_rows_of_another_system_are_looked_at_before_anything_is_stored(
    client_for: ClientFor, dki: Tenant, connect: Callable[[str], None]
) -> None:
    connect("sipd=stand-in sirup=stand-in")
    with clock.travelling_to(MONDAY):
        async with tenancy.inside(dki) as session:
            admin = await an_official(session, Role.TENANT_ADMIN)
        before = await counted(dki)
        async with client_for("dki.localhost") as browser:
            await let_in(browser, dki, admin)
            assert "Data uji: bukan jawaban SIPD, SiRUP" in (await browser.get(UPLOADS)).text
            for kind, system, said in (
                ("budget_lines", "SIPD", "5.1.02.01.01.0052"),
                ("packages", "SiRUP", "Konsumsi rapat koordinasi (contoh)"),
            ):
                answer = await send(browser, UPLOADS, FETCH, {"fetched_kind": kind, "year": "2026"})
                assert answer.status_code == 303, answer.text
                html = (await browser.get(answer.headers["location"])).text
                assert f"Data uji: bukan jawaban {system} {system} 2026.csv" in html
                assert said in html or "1.01.01" in html
            assert await counted(dki) == (before[0] + 2, before[1])
            odd = await send(browser, UPLOADS, FETCH, {"fetched_kind": "budget_lines", "year": "1999"})
            assert odd.status_code == 422 and "Pilih tahun anggaran ini" in odd.text
            unknown = await send(browser, UPLOADS, FETCH, {"fetched_kind": "officials", "year": "2026"})
            assert unknown.status_code == 422 and "tidak dapat diambil" in unknown.text


async def test_who_does_not_answer_leaves_no_preview(
    client_for: ClientFor, dki: Tenant, connect: Callable[[str], None]
) -> None:
    connect("sipd=http://127.0.0.1:9")
    with clock.travelling_to(MONDAY):
        async with tenancy.inside(dki) as session:
            admin = await an_official(session, Role.TENANT_ADMIN)
        before = await counted(dki)
        async with client_for("dki.localhost") as browser:
            await let_in(browser, dki, admin)
            answer = await send(browser, UPLOADS, FETCH, {"fetched_kind": "budget_lines", "year": "2026"})
            assert answer.status_code == 422
            assert "SIPD tidak menjawab dengan benar. Tidak ada yang diambil" in answer.text
            assert await counted(dki) == before
            connect("")
            assert "Ambil dari sistem lain" not in (await browser.get(UPLOADS)).text
