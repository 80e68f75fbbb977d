"""One PostgreSQL and one Valkey a run, a template database with reference data and two regions, a clone a worker.

All that a run makes lies in one folder and is gone with it, however it ends: see cleaner.py.

Everything here runs before any module of the application is imported, because its settings come from the
environment. Two regions always, so that a leak can show.
"""

import asyncio
import os
import shutil
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import asyncpg
import httpx
import pytest
import pytest_asyncio
from hypothesis import settings as hypothesis_settings
from xdist.scheduler import LoadScopeScheduling

from infra.embedded import Postgres, Valkey
from infra.pooling import PgBouncer
from infra.setup.browser_files import ensure_browser_files
from tests.cleaner import Run

if TYPE_CHECKING:
    from playwright.sync_api import Browser
    from sqlalchemy.ext.asyncio import AsyncSession

    from eorder_platform.tenancy import Tenant
    from eorder_web.edge.dispatching import Dispatcher

CHROMIUM_ARGUMENTS = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking"
    " --disable-component-update --disable-sync"
).split()
BUSY_SECONDS = 30
"""How long a page may take on a machine that runs everything else at the same time."""
ONE_DEPLOYMENT = ("tests/faults/", "tests/journeys/")
A_FLEET_A_FILE = "tests/tenancy/"
TEMPLATE = "eorder_template"
SERVERS = "EORDER_TEST_SERVERS"
"""Set by the first process of a run: superuser address and Valkey address, for the workers it starts."""
POOLED = "EORDER_TEST_POOLED"
"""Set by `./test --pgbouncer`: everything but what owns the schemas goes through a PgBouncer in transaction mode."""
POOLER = "EORDER_TEST_POOLER"
"""Where that one listens; set by the first process of the run, for those it starts."""
WORKER = "EORDER_TEST_WORKER"
"""Set beside it by whoever keeps servers for many runs: the name of this one (see infra/mutation)."""

LONG_FRESH = datetime.max.replace(tzinfo=UTC)
"""When a person proved themselves for whom a test asks nothing about it."""

hypothesis_settings.register_profile("house", deadline=None)
hypothesis_settings.load_profile("house")


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Spread single tests over the workers, and those that share a deployment as one: first, as they take longest.

    By folder and file, because pytest 9.2 hides the marks of `--dist loadgroup` from pytest-xdist 3.8 (its issue 1386).
    """
    scheduler = LoadScopeScheduling(config, log)
    scheduler._split_scope = _together
    return scheduler


def _together(nodeid: str) -> str:
    """What stays in one worker: a folder, a file of tests/tenancy with its fleet, or the test alone."""
    if nodeid.startswith(A_FLEET_A_FILE):
        return nodeid.partition("::")[0]
    return next(filter(nodeid.startswith, ONE_DEPLOYMENT), nodeid)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Browser tests last: Playwright's event loop stays in its process, where asyncio then finds no place any more."""
    items.sort(key=lambda item: item.get_closest_marker("browser") is not None)


def pytest_configure(config: pytest.Config) -> None:
    """Start the servers (first process) and clone the template database (every process that runs tests)."""
    worker = getattr(config, "workerinput", {}).get("workerid") or os.environ.get(WORKER)
    if worker:
        _use_clone(worker)
        return
    ensure_browser_files()  # pages are tested with the styles of today's sources; built already it takes milliseconds
    run = config.stash[_RUN] = Run()
    start_servers(run.folder)
    asyncio.run(make_template())
    if not getattr(config.option, "numprocesses", None):
        _use_clone("gw0")


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stop and remove what this run began."""
    if _RUN in config.stash:
        config.stash[_RUN].end()


_RUN = pytest.StashKey[Run]()


def start_servers(folder: Path) -> None:
    """PostgreSQL and Valkey with their files in the folder, known to whatever starts from here."""
    servers = Postgres(folder, durable=False), Valkey(folder, durable=False)
    os.environ[SERVERS] = " ".join(server.start() for server in servers)
    _environment(TEMPLATE, 0)
    if POOLED in os.environ:
        os.environ[POOLER] = PgBouncer(folder, os.environ[SERVERS].split()[0]).start()


def place_of(owner_url: str) -> str:
    """Where the application connects to that server, "host:port": itself, or the pooler in front of it."""
    return os.environ.get(POOLER) or owner_url.rpartition("@")[2].rpartition("/")[0]


def _environment(database: str, number: int) -> None:
    owner, valkey = os.environ[SERVERS].split()
    files = Path(tempfile.gettempdir()) / f"files-of-{database}"
    os.environ.update(
        {
            "DATABASE_URL": f"{owner.rpartition('/')[0]}/{database}",
            "EORDER_PLACEMENTS": f"main=postgresql://{place_of(owner)}/{database}",
            "EORDER_POOLED": str(int(POOLER in os.environ)),
            "EORDER_MASTER_KEY": "master key of the tests, long enough to count",
            "EORDER_SECRET_KEY": "secret key of the tests, long enough to count",
            "REDIS_URL": f"{valkey.rpartition('/')[0]}/{number}",
            "EORDER_FILES": str(files),
            "EORDER_MAILBOX": str(files / "mailbox"),
            "EORDER_SHOW_MAILBOX": "yes",
            "EORDER_REGISTRY_SECONDS": "0.2",
            "EORDER_OUTGOING_TO_LOOPBACK": "yes",
            "EORDER_ADAPTERS": " ".join(
                f"{system}=stand-in" for system in "oss dukcapil coretax bank sirup sipd".split()
            ),
        }
    )


def _use_clone(worker: str) -> None:
    database, number = f"eorder_{worker}", int(worker.removeprefix("gw")) + 1
    _environment(database, number)
    asyncio.run(_clone(database))
    from eorder_platform.database import placements
    from eorder_platform.settings import settings

    settings.cache_clear()
    placements.cache_clear()


async def _clone(database: str) -> None:
    owner = os.environ[SERVERS].split()[0]
    connection = await asyncpg.connect(owner)
    await connection.execute(f"create database {database} template {TEMPLATE}")
    await connection.execute(f"revoke all on database {database} from public")
    roles = await connection.fetch(
        "select rolname from pg_roles where rolname = 'eorder_pusat' or rolname like 'eorder_t_%'"
    )
    for (role,) in roles:
        await connection.execute(f"grant connect on database {database} to {role}")
    await connection.close()


async def make_template() -> None:
    """The database that is cloned: reference data and two regions."""
    owner = os.environ[SERVERS].split()[0]
    connection = await asyncpg.connect(owner)
    await connection.execute(f"create database {TEMPLATE}")
    await connection.close()
    from eorder_platform import tenancy
    from eorder_platform.seeds.seeding import seed_reference
    from eorder_platform.tenancy import migrating, provisioning, registry
    from eorder_tenants.tables import metadata

    await migrating.upgrade_shared(metadata, seed_reference)
    for slug, name, region, zone, code, accent, motif in (
        ("dki", "Provinsi DKI Jakarta", "31", "Asia/Jakarta", "JK", "bata", "tumpal"),
        ("gorontalo", "Provinsi Gorontalo", "75", "Asia/Makassar", "GO", "manggis", "karawo"),
    ):
        new = provisioning.NewTenant(
            slug=slug,
            name=name,
            short_name=name.removeprefix("Provinsi "),
            region_code=region,
            zone=zone,
            hosts=(f"{slug}.localhost",),
            code=code,
            accent=accent,
            motif=motif,
        )
        await provisioning.add_tenant(new, metadata, migrating.newest("tenant"))
    await tenancy.close_connections()
    registry.forget()


@pytest_asyncio.fixture
async def dki() -> "Tenant":
    """The region DKI Jakarta (WIB)."""
    return await _tenant("dki")


@pytest_asyncio.fixture
async def gorontalo() -> "Tenant":
    """The region Gorontalo (WITA)."""
    return await _tenant("gorontalo")


async def _tenant(slug: str) -> "Tenant":
    from eorder_platform.tenancy import registry

    tenant = await registry.by_slug(slug)
    assert tenant is not None
    return tenant


@asynccontextmanager
async def rolled_back(tenant: "Tenant | None") -> AsyncIterator["AsyncSession"]:
    """A session inside a region (or the national schemas) whose transaction never commits; no job is sent."""
    from sqlalchemy.ext.asyncio import AsyncSession

    from eorder_platform.database import Login, home, pools
    from eorder_platform.tenancy.connecting import NATIONAL_ROLE

    login = tenant.login if tenant is not None else Login(home(), NATIONAL_ROLE)
    async with AsyncSession(pools.engine(login), expire_on_commit=False) as session:
        if tenant is not None:
            session.info["tenant"] = tenant
        yield session
        await session.rollback()


@pytest_asyncio.fixture
async def dki_session(dki: "Tenant") -> AsyncIterator["AsyncSession"]:
    """A transaction inside DKI Jakarta, rolled back at the end."""
    async with rolled_back(dki) as session:
        yield session


@pytest_asyncio.fixture
async def gorontalo_session(gorontalo: "Tenant") -> AsyncIterator["AsyncSession"]:
    """A transaction inside Gorontalo, rolled back at the end."""
    async with rolled_back(gorontalo) as session:
        yield session


@pytest_asyncio.fixture
async def national_session() -> AsyncIterator["AsyncSession"]:
    """A transaction in the national schemas, rolled back at the end."""
    async with rolled_back(None) as session:
        yield session


@pytest.fixture
def ordinary_monday() -> Iterator[None]:
    """It is ten in the morning of a Monday in July 2026: within a year that is open for orders and payments.

    For whoever makes orders and does not ask about dates: the last days of a year and the first have rules.
    """
    from eorder_platform import clock
    from tests.orders.factories import MONDAY

    with clock.travelling_to(MONDAY):
        yield


@pytest.fixture(autouse=True)
def _proved(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Sessions begin as those of people who have just proved themselves, and stay so; `unproved` tests prove it."""
    if request.node.get_closest_marker("unproved") or request.node.get_closest_marker("browser"):
        return
    from eorder_platform.identity import sessions, signing_nationally
    from eorder_platform.identity.proving import Factor, Proof
    from eorder_web.api import proving

    begin = sessions.start

    async def start(*given: Any, **more: Any) -> str:
        methods = tuple(one for one in more.get("methods", ("pwd",)) if one != "otp")
        shown = {"methods": (*methods, "otp"), "proved_at": LONG_FRESH}
        return await begin(*given, **{**more, **shown, "factor_due_at": None})

    monkeypatch.setattr(sessions, "start", start)
    monkeypatch.setattr(signing_nationally, "shown_in", lambda _session: Proof(Factor.APP, LONG_FRESH))
    monkeypatch.setattr(proving, "proof_from", lambda _methods, _at: Proof(Factor.APP, LONG_FRESH))


@pytest.fixture(scope="session")
def browser() -> "Iterator[Browser]":
    """One Chromium for all browser tests of this worker (Playwright runs once in a process).

    It resolves every name below localhost by itself.
    """
    from playwright.sync_api import expect, sync_playwright

    expect.set_options(timeout=BUSY_SECONDS * 1000)
    chromium = os.environ.get("EORDER_CHROMIUM") or shutil.which("chromium")
    with sync_playwright() as playwright:
        unmoved: dict[str, str | float | bool] = {**os.environ, "LD_PRELOAD": ""}
        browser = playwright.chromium.launch(executable_path=chromium, args=CHROMIUM_ARGUMENTS, env=unmoved)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def application() -> "Dispatcher":
    """The web application, put together once: that takes as long as thirty pages."""
    from eorder_web.app import create_app

    return create_app()


@pytest.fixture
def client_for(application: "Dispatcher") -> Callable[[str], httpx.AsyncClient]:
    """`client_for("dki.localhost")`: a browser without JavaScript at that host; it keeps its cookies."""
    transport = httpx.ASGITransport(app=application)  # type: ignore[arg-type]

    def client(host: str) -> httpx.AsyncClient:
        return httpx.AsyncClient(transport=transport, base_url=f"http://{host}")

    return client
