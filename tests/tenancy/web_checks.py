"""What the real application answers when one region's things are carried to another region's host.

As in catalogue_checks.py: clean in test_web.py, under a mistake in test_seeded_mistakes.py. Every text that a region
writes here bears the region's slug, so that a foreign row shows wherever it appears.
"""

import itertools
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from uuid import UUID

import httpx
import pytest
from sqlalchemy import select, update

from eorder_platform import outbox, tenancy, valkey
from eorder_platform.errors import NotVisible
from eorder_platform.files import file_store
from eorder_platform.identity import sessions
from eorder_platform.ids import new_id
from eorder_platform.tenancy import Tenant, registry
from eorder_platform.tenancy.provisioning import share_directory
from eorder_tenants.catalogue.models import Offer
from eorder_tenants.orders.models import Order, OrderEvent, OrderLine
from eorder_tenants.organisation.models import Role
from eorder_tenants.tables import metadata
from eorder_web.app import create_app
from eorder_web.visiting import SESSION_COOKIE, VISITOR_COOKIE
from tests.organisation.factories import an_official
from tests.tenancy.deployments import Fleet
from tests.transparency.factories import Written, a_vendor, an_order

PAPER = "dokumen/uji.txt"
TOKEN = re.compile(r'name="_csrf" value="([0-9a-f]{64})"')


@dataclass(frozen=True)
class Region:
    """A tenant with a life: a public order, an official who may do everything, a session of his."""

    tenant: Tenant
    written: Written
    official_id: UUID
    token: str

    @property
    def host(self) -> str:
        return self.tenant.hosts[0]

    @property
    def mark(self) -> str:
        return _mark(self.tenant)

    def ids(self) -> list[UUID]:
        """Every id that a path of this region may carry."""
        order = self.written.order
        documents = [document.id for document in self.written.documents.values()]
        assert order.budget_line_id and order.package_id
        funded = [order.budget_line_id, order.package_id]
        return [order.id, self.written.unit.id, *funded, self.official_id, *documents]

    def words(self) -> list[str]:
        """Every number and code that a path of this region may carry."""
        return [self.written.number, *(one.verification_code for one in self.written.documents.values())]


_regions: dict[str, Region] = {}


async def lively(fleet: Fleet) -> list[Region]:
    """The fleet's tenants with something in each; made once."""
    for tenant in fleet.tenants:
        if tenant.slug not in _regions:
            _regions[tenant.slug] = await _a_life(tenant)
    return [_regions[tenant.slug] for tenant in fleet.tenants]


@lru_cache(maxsize=1)
def application() -> Any:
    """The application, made once; a seeded mistake puts another one in its place."""
    return create_app()


@asynccontextmanager
async def browsing(host: str, cookies: dict[str, str] | None = None) -> AsyncIterator[httpx.AsyncClient]:
    """A browser at that host, with these cookies carried there."""
    transport = httpx.ASGITransport(app=application())
    async with httpx.AsyncClient(transport=transport, base_url=f"http://{host}", cookies=cookies) as browser:
        yield browser


async def the_host_alone_decides(fleet: Fleet) -> None:
    """Whatever else names another region (headers, parameters, a cookie), lists and exports are the host's own."""
    for here, other in itertools.permutations(await lively(fleet), 2):
        foreign, slug = other.host, other.tenant.slug
        misleading = {
            **dict.fromkeys(
                ("X-Forwarded-Host", "X-Host", "X-Original-Host", "X-HTTP-Host-Override"), foreign
            ),
            **dict.fromkeys(("X-Tenant", "X-Tenant-Id", "X-Region", "X-Schema"), slug),
            "Forwarded": f"host={foreign}",
            "Referer": f"http://{foreign}/belanja",
        }
        query = {
            "tenant": slug,
            "slug": slug,
            "wilayah": slug,
            "host": foreign,
            "schema": other.tenant.schema,
        }
        async with browsing(here.host, {"tenant": slug}) as browser:
            for path in ("/katalog", "/belanja", "/belanja.csv"):
                answer = await browser.get(path, headers=misleading, params=query)
                assert answer.status_code == 200, f"{path} at {here.host}: {answer.status_code}"
                assert here.mark in answer.text, f"{path} at {here.host} lacks its own"
                assert other.mark not in answer.text, f"{path} at {here.host} shows {slug}"


async def a_session_ends_at_its_host(fleet: Fleet) -> None:
    """A session cookie opens its own region and no other host, the national one included."""
    regions = await lively(fleet)
    for here in regions:
        async with browsing(here.host, {SESSION_COOKIE: here.token}) as browser:
            assert here.mark in (await browser.get("/akun")).text
        for host in ["localhost", *(other.host for other in regions if other is not here)]:
            async with browsing(host, {SESSION_COOKIE: here.token}) as browser:
                answer = await browser.get("/akun")
                assert answer.status_code == 303, f"the session of {here.tenant.slug} is good at {host}"
                assert answer.headers["location"].startswith("/masuk")


async def a_form_token_ends_at_its_host(fleet: Fleet) -> None:
    """The CSRF token that a visitor got in one region is refused in another, with the same visitor's cookie."""
    here, other = (await lively(fleet))[:2]
    visitor = {VISITOR_COOKIE: "the-same-visitor"}
    async with browsing(here.host, visitor) as browser:
        found = TOKEN.search((await browser.get("/masuk")).text)
        assert found is not None
        form = {"_csrf": found[1], "email": "siapa@contoh.id", "password": "salah"}
        assert (await browser.post("/masuk", data=form)).status_code == 422
    for host in (other.host, "localhost"):
        async with browsing(host, visitor) as browser:
            assert (await browser.post("/masuk", data=form)).status_code == 403, f"accepted at {host}"


async def foreign_ids_are_not_found(fleet: Fleet) -> None:
    """Every route of a region that takes an id, a number or a code, asked with another region's: nothing of it shows,
    and nothing of it changes, though the person asking may do everything at home."""
    here, other = (await lively(fleet))[:2]
    before = await _state_of(other)
    cookies = {SESSION_COOKIE: here.token, VISITOR_COOKIE: "a-curious-official"}
    async with browsing(here.host, cookies) as browser:
        found = TOKEN.search((await browser.get("/akun")).text)
        assert found is not None
        for method, path in _paths_with(other):
            form = {"_csrf": found[1], "versi": "1", "version": "1", "reason": "x"}
            answer = await browser.request(method, path, data=form if method == "POST" else None)
            assert answer.status_code < 500, f"{method} {path} at {here.host}: {answer.status_code}"
            assert other.mark not in answer.text, f"{method} {path} at {here.host} shows {other.tenant.slug}"
            if method == "GET":
                assert answer.status_code != 200, f"GET {path} is answered at {here.host}"
    assert await _state_of(other) == before


async def files_stay_with_their_owner(fleet: Fleet) -> None:
    """One region's file key leads nowhere in another region and in the nation's files."""
    here, other = (await lively(fleet))[:2]
    for region in (here, other):
        await file_store().inside(region.tenant.slug).put(PAPER, region.mark.encode())
    assert await file_store().inside(here.tenant.slug).get(PAPER) == here.mark.encode()
    key = f"rahasia-{here.tenant.slug}.txt"
    await file_store().inside(here.tenant.slug).put(key, b"x")
    climbing = [
        f"../{here.tenant.slug}/{key}",
        f"{here.tenant.slug}/{key}",
        f"/tenants/{here.tenant.slug}/{key}",
    ]
    for files in (file_store().inside(other.tenant.slug), file_store().national()):
        for wanted in (key, *climbing, f"tenants/{here.tenant.slug}/{key}"):
            with pytest.raises(NotVisible):
                await files.get(wanted)
                pytest.fail(f"{wanted} is there for another owner")
        assert key not in [found.key async for found in files.list()]


async def keys_in_valkey_bear_their_place(fleet: Fleet) -> None:
    """Each key begins with a region's slug or `national:`; the broker's own stand below its namespace."""
    await lively(fleet)
    places = {tenant.slug for tenant in await registry.all_tenants()} | {"national", "eorder"}
    mine = [key async for key in valkey.client().scan_iter(count=1000)]
    ours = {tenant.slug for tenant in fleet.tenants}
    assert any(key.split(":")[0] in ours for key in mine)
    # sessions of regions that tests made and dropped before this one may still lie there
    astray = [key for key in mine if key.split(":")[0] not in places and ":session:" not in key]
    assert not astray
    bare = [key for key in mine if key.startswith(("session:", ":session"))]
    assert not bare


async def a_job_runs_in_its_region_only(fleet: Fleet) -> None:
    """A job without a tenant, with an unknown one or with another's slug runs nowhere; its own runs it at home."""
    here, other = [region.tenant for region in await lively(fleet)][:2]
    ran: list[str] = []
    carry_out = outbox.carry_out.fn.__wrapped__  # type: ignore[attr-defined]  # without the worker's own loop

    async def note(tenant: Tenant, *, row: str) -> None:
        async with tenancy.inside(tenant) as session:
            assert (await session.get(outbox.Outbox, UUID(row))) is not None, f"{row} is not in {tenant.slug}"
        ran.append(tenant.slug)

    outbox.tenant_job("tests.note")(note)
    row_id = new_id()
    try:
        async with tenancy.inside(here) as session:
            row = outbox.Outbox(id=row_id, job="tests.note", arguments={"row": str(row_id)})
            session.add(row)
        for slug in ("atlantis", "", other.slug, f"{here.slug} ", here.schema):
            with suppress(LookupError):
                await carry_out(slug, str(row_id))
            assert not ran, f"the job of {here.slug} ran for {slug!r}"
        for slug in ("atlantis", ""):
            with pytest.raises(LookupError):
                await outbox._jobs["tests.note"](slug, {"row": str(row_id)})
        await carry_out(here.slug, str(row_id))
        assert ran == [here.slug]
    finally:
        outbox._jobs.pop("tests.note")


async def each_host_names_its_tenant(fleet: Fleet) -> None:
    """The registry's copy says of every host what the table says."""
    rows = await fleet.owner.fetch(
        "select h.host, t.slug from nusantara.tenant_host h join nusantara.tenant t on t.id = h.tenant_id"
    )
    for host, slug in rows:
        tenant = await registry.by_host(host)
        assert tenant is not None and tenant.slug == slug, f"{host} leads to {tenant and tenant.slug}"
        found = await registry.by_slug(slug)
        assert found == tenant and tenant.schema == f"t_{slug}" and tenant.role == f"eorder_t_{slug}"
    assert await registry.by_host("atlantis.localhost") is None
    assert await registry.by_slug("atlantis") is None


WEB_CHECKS = (
    the_host_alone_decides,
    a_session_ends_at_its_host,
    a_form_token_ends_at_its_host,
    foreign_ids_are_not_found,
    files_stay_with_their_owner,
    keys_in_valkey_bear_their_place,
    a_job_runs_in_its_region_only,
    each_host_names_its_tenant,
)


def _mark(tenant: Tenant) -> str:
    return f"Tanda {tenant.slug} saja"


async def _a_life(tenant: Tenant) -> Region:
    mark = _mark(tenant)
    vendor = await a_vendor(f"Penyedia {tenant.slug}")
    await share_directory(metadata)  # what replication does between placements
    written = await an_order(tenant, vendor, title=mark, unit=mark)
    async with tenancy.inside(tenant) as session:
        await session.execute(update(Offer).values(visible=True))
        actor = await an_official(session, *Role, name=mark)
    assert actor.id is not None
    roles = tuple(str(role) for role in Role)
    token = await sessions.start(tenant.slug, actor.id, mark, f"{tenant.slug}@contoh.id", roles, mark)
    return Region(tenant, written, actor.id, token)


def _paths_with(other: Region) -> list[tuple[str, str]]:
    """Every path of a region's routes with parameters, filled with the other region's ids and words."""
    asked = []
    for route in application().region.routes:
        parameters = [part for part in route.path_components if not isinstance(part, str)]
        if not parameters or "file_path" in str(route.path):
            continue
        for method in sorted(route.methods & {"GET", "POST"}):
            values = [
                other.ids() if part.type is UUID else [*other.words(), "persetujuan"] for part in parameters
            ]
            if len(parameters) > 1:  # what belongs to an order stands behind the order's id
                values[0] = values[0][:1]
            for chosen in itertools.product(*values):
                filled = iter(chosen)
                parts = [
                    part if isinstance(part, str) else str(next(filled)) for part in route.path_components
                ]
                asked.append((method, "/" + "/".join(parts)))
    assert asked
    return asked


async def _state_of(region: Region) -> list[Any]:
    async with tenancy.inside(region.tenant) as session:
        orders = select(Order.id, Order.status, Order.version, Order.changed_at)
        states: list[Any] = [tuple(row) for row in (await session.execute(orders)).all()]
        for model in (Offer, OrderLine, OrderEvent):
            states.append(sorted(await session.scalars(select(model.id))))
    return states
