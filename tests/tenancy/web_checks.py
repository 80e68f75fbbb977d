"""What the real application answers when one region's things are carried to another region's host.

As in catalogue_checks.py: clean in test_web.py, under a mistake in test_seeded_mistakes.py. Every text that a region
writes here bears the region's slug, so that a foreign row shows wherever it appears.
"""

import itertools
import re
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final
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
from eorder_tenants.orders.core.models import Order, OrderEvent, OrderLine
from eorder_tenants.organisation.appointing import KEPT_APART
from eorder_tenants.organisation.models import Role
from eorder_tenants.tables import metadata
from eorder_web.app import create_app
from eorder_web.edge.visiting import SESSION_COOKIE, VISITOR_COOKIE
from tests.identity.arriving import form_token
from tests.organisation.factories import an_official
from tests.tenancy.deployments import Fleet
from tests.transparency.factories import Written, a_vendor, an_order

PAPER = "dokumen/uji.txt"
TOKEN = re.compile(r'name="_csrf" value="([\w.-]+)"')


@dataclass(frozen=True)
class Region:
    """A tenant with a life: a public order, its offer, sessions of an officer and of an administrator."""

    tenant: Tenant
    written: Written
    offer_id: UUID
    token: str
    administrators_token: str

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
        return [order.id, self.offer_id, self.written.unit.id, *funded, order.drafted_by, *documents]

    def words(self) -> list[str]:
        """Every number and code that a path of this region may carry."""
        return [self.written.number, *(one.verification_code for one in self.written.documents.values())]


OFFICER: Final = new_id()
ADMINISTRATOR: Final = new_id()
"""Two accounts, appointed alike in every region: what they are not shown, the region alone keeps from them."""

DUTIES: Final = tuple(role for role in Role if role not in KEPT_APART)
ADMINISTRATORS_PAGES: Final = ("/organisasi", "/penyedia")

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
        form = {"_csrf": form_token(here.tenant, "the-same-visitor")}
        assert (await browser.post("/keluar", data=form)).status_code == 303
    for host in (other.host, "localhost"):
        async with browsing(host, visitor) as browser:
            assert (await browser.post("/keluar", data=form)).status_code == 403, f"accepted at {host}"


async def foreign_ids_are_not_found(fleet: Fleet) -> None:
    """Every route of a region that takes an id, a number or a code, asked with another region's: nothing of it shows,
    and nothing of it changes, though the person asking has the same duties here and there."""
    other, here = (await lively(fleet))[:2]
    before = await _state_of(other)
    form = {"version": "1", "reason": "x"}
    async with _signed_in(here, here.token) as officer, _signed_in(here, here.administrators_token) as chief:
        for method, path in _paths_with(other):
            browser = chief if path.startswith(ADMINISTRATORS_PAGES) else officer
            answer = await (browser.post(path, form) if method == "POST" else browser.get(path))
            assert answer.status_code < 500, f"{method} {path} at {here.host}: {answer.status_code}"
            assert other.mark not in answer.text, f"{method} {path} at {here.host} shows {other.tenant.slug}"
            if method == "GET":
                assert answer.status_code != 200, f"GET {path} is answered at {here.host}"
    assert await _state_of(other) == before


async def foreign_ids_in_a_form_lead_nowhere(fleet: Fleet) -> None:
    """A form at one's own region's addresses whose fields name another region's offer, unit, package or line."""
    other, here = (await lively(fleet))[:2]
    before = await _state_of(other)
    foreign, own = other.written, here.written
    assert foreign.order.package_id
    async with _signed_in(here, here.token) as officer, _signed_in(here, here.administrators_token) as chief:
        basket = {"offer_id": here.offer_id, "work_unit_id": own.unit.id, "quantity": 1}
        begun = await officer.post("/pesanan/draf", basket)
        assert begun.status_code == 303
        draft = begun.headers["location"]
        funding = f"{foreign.order.package_id}/{foreign.order.budget_line_id}"
        appointment = {
            "role": Role.TREASURER,
            "valid_from": "2026-01-01",
            "valid_to": "2036-12-31",
            "letter_number": "1/2026",
        }
        half_foreign: tuple[tuple[_SignedIn, str, dict[str, object]], ...] = (
            (officer, "/pesanan/draf", {**basket, "offer_id": other.offer_id}),
            (officer, "/pesanan/draf", {**basket, "work_unit_id": foreign.unit.id}),
            (officer, f"{draft}/draf", {"version": 1, "funding": funding}),
            (officer, f"{draft}/draf", {"version": 1, "remove": foreign.order.id}),
            (
                chief,
                f"/organisasi/pejabat/{own.order.drafted_by}/penugasan",
                {**appointment, "work_unit_id": foreign.unit.id},
            ),
        )
        for browser, path, fields in half_foreign:
            answer = await browser.post(path, fields)
            assert answer.status_code in (404, 409, 422), f"{path} with {fields}: {answer.status_code}"
            assert other.mark not in answer.text, f"{path} with {fields} shows {other.tenant.slug}"
        assert other.mark not in (await officer.get(draft)).text
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
    for region in await lively(fleet):
        await sessions.start(region.tenant.slug, OFFICER, region.mark, "siapa@contoh.id", (), "")
    places = {tenant.slug for tenant in await registry.all_tenants()} | {"national", "eorder"}
    mine = [key async for key in valkey.client().scan_iter(count=1000)]
    ours = {tenant.slug for tenant in fleet.tenants}
    assert any(key.split(":")[0] in ours for key in mine)
    # sessions and bells of regions that tests made and dropped before this one may still lie there
    left = (":session:", ":bell:")
    astray = [
        key for key in mine if key.split(":")[0] not in places and not any(kind in key for kind in left)
    ]
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
    foreign_ids_in_a_form_lead_nowhere,
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
        await an_official(session, *DUTIES, name=mark, account_id=OFFICER)
        await an_official(session, Role.TENANT_ADMIN, name=mark, account_id=ADMINISTRATOR)
        offers = select(OrderLine.offer_id).where(OrderLine.order_id == written.order.id)
        offer_id = (await session.scalars(offers)).one()
    tokens = [
        await sessions.start(
            tenant.slug, account, mark, f"{tenant.slug}@contoh.id", tuple(map(str, roles)), mark
        )
        for account, roles in ((OFFICER, DUTIES), (ADMINISTRATOR, (Role.TENANT_ADMIN,)))
    ]
    return Region(tenant, written, offer_id, *tokens)


@dataclass(frozen=True)
class _SignedIn:
    """A browser in which somebody is signed in, and the token of his forms."""

    browser: httpx.AsyncClient
    csrf: str

    async def get(self, path: str) -> httpx.Response:
        return await self.browser.get(path)

    async def post(self, path: str, fields: Mapping[str, object]) -> httpx.Response:
        form = {"_csrf": self.csrf, **{name: str(value) for name, value in fields.items()}}
        return await self.browser.post(path, data=form)


@asynccontextmanager
async def _signed_in(region: Region, token: str) -> AsyncIterator[_SignedIn]:
    async with browsing(region.host, {SESSION_COOKIE: token, VISITOR_COOKIE: "a-visitor"}) as browser:
        found = TOKEN.search((await browser.get("/akun")).text)
        assert found is not None
        yield _SignedIn(browser, found[1])


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
