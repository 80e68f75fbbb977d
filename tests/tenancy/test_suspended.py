"""A suspended region can be read by everybody and written by nobody, and loses nothing meanwhile."""

from collections.abc import AsyncIterator
from uuid import UUID

import pytest
import pytest_asyncio
from sqlalchemy import text

from eorder_platform import outbox, tenancy
from eorder_platform.errors import Suspended
from eorder_platform.ids import new_id
from eorder_platform.tenancy import Tenant, provisioning, registry
from eorder_tenants.tables import metadata
from eorder_web.edge.visiting import SESSION_COOKIE, VISITOR_COOKIE
from tests.identity.arriving import form_token
from tests.tenancy.deployments import Fleet
from tests.tenancy.web_checks import TOKEN, Region, browsing, lively

SENTENCE = "datanya tetap dapat dibaca, tetapi tidak ada yang dapat diubah"


@pytest_asyncio.fixture(loop_scope="session")
async def suspended(fleet: Fleet) -> AsyncIterator[Region]:
    """A region with a life of its own that was suspended just now."""
    region = (await lively(fleet))[0]
    await provisioning.set_suspended(region.tenant, metadata, "Pemeriksaan")
    yield region
    await provisioning.set_suspended(region.tenant, metadata, None)


async def test_its_pages_stay_up_under_a_banner(suspended: Region) -> None:
    async with browsing(suspended.host, {SESSION_COOKIE: suspended.token}) as browser:
        for path in (
            "/",
            "/katalog",
            "/belanja",
            f"/belanja/{suspended.written.number}",
            "/pesanan",
            "/akun",
        ):
            answer = await browser.get(path)
            assert answer.status_code == 200, path
            assert SENTENCE in answer.text, path
        assert suspended.mark in (await browser.get("/belanja.csv")).text


async def test_every_write_is_answered_by_one_clear_page(suspended: Region) -> None:
    cookies = {SESSION_COOKIE: suspended.token, VISITOR_COOKIE: "an-official"}
    order = suspended.written.order.id
    async with browsing(suspended.host, cookies) as browser:
        found = TOKEN.search((await browser.get("/akun")).text)
        assert found is not None
        for path in ("/pesanan/draf", f"/pesanan/{order}/persetujuan", "/anggaran/unggahan"):
            answer = await browser.post(path, data={"_csrf": found[1], "reason": "x"})
            assert answer.status_code == 423, path
            assert "Wilayah ini sedang ditangguhkan" in answer.text


async def test_its_people_still_sign_in_and_out(suspended: Region) -> None:
    async with browsing(suspended.host, {VISITOR_COOKIE: "an-auditor"}) as browser:
        leads = await browser.get("/masuk")
        assert leads.status_code == 303 and leads.headers["location"].startswith(
            "http://localhost:8000/openid/"
        )
        form = {"_csrf": form_token(suspended.tenant, "an-auditor")}
        assert (await browser.post("/keluar", data=form)).status_code == 303


async def test_papers_are_still_compared_and_invitations_still_taken_up(suspended: Region) -> None:
    async with browsing(suspended.host, {VISITOR_COOKIE: "a-citizen"}) as browser:
        form = {"_csrf": form_token(suspended.tenant, "a-citizen")}
        assert (await browser.post("/dokumen/AAAA-BBBB-CCCC/pemeriksaan", data=form)).status_code == 404
        invited = await browser.get("/undangan/x")
        assert invited.headers["location"] == "http://localhost:8000/undangan/x"


async def test_who_does_not_know_yet_is_told_by_the_database(suspended: Region) -> None:
    assert not suspended.tenant.is_suspended  # a copy from before
    with pytest.raises(Suspended):
        async with tenancy.inside(suspended.tenant) as session:
            await session.execute(text("delete from regional_holiday"))


async def test_its_jobs_wait_and_are_done_when_it_is_back(fleet: Fleet) -> None:
    region = (await lively(fleet))[0]
    carry_out, done, row_id = outbox.carry_out.fn.__wrapped__, list[str](), new_id()  # type: ignore[attr-defined]

    async def note(tenant: Tenant) -> None:
        async with tenancy.inside(tenant) as session:
            await session.execute(text("delete from regional_holiday"))
        done.append(tenant.slug)

    outbox.tenant_job("tests.wait")(note)
    async with tenancy.inside(region.tenant) as session:
        session.add(outbox.Outbox(id=row_id, job="tests.wait", arguments={}))
    await provisioning.set_suspended(region.tenant, metadata, "Pemeriksaan")
    try:
        with pytest.raises(Suspended):
            await carry_out(region.tenant.slug, str(row_id))
    finally:
        await provisioning.set_suspended(region.tenant, metadata, None)
    assert await _is_open(region.tenant, row_id)
    await carry_out(region.tenant.slug, str(row_id))
    assert done == [region.tenant.slug] and not await _is_open(region.tenant, row_id)
    outbox._jobs.pop("tests.wait")


async def _is_open(tenant: Tenant, row_id: UUID) -> bool:
    registry.forget()
    async with tenancy.inside(tenant) as session:
        row = await session.get_one(outbox.Outbox, row_id)
        return row.done_at is None
