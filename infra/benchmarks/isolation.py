"""Twenty sessions hop between ten regions as fast as they can: does one ever see a row of another region?

    python -m infra.benchmarks.isolation [--operations 1000000] [--sessions 20] [--regions 10] [--pooled]

starts a PostgreSQL and a Valkey of its own in a temporary folder, makes the regions, and prints what happened.
`--pooled`: behind a PgBouncer in transaction mode. tests/tenancy/test_interleaving.py does 10,000 of the same.

Every row that a region writes bears its slug. An operation takes a region by chance and writes and reads inside it,
reads over the bare connections, opens a page of the web application at the region's host, rolls a transaction back,
or is cut off in the middle of a statement. A row that bears another slug is foreign; so is one that was rolled back.
"""

import argparse
import asyncio
import os
import random
import re
import secrets
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from infra.embedded import Postgres, Valkey
from infra.pooling import PgBouncer

if TYPE_CHECKING:
    import httpx

    from eorder_platform.tenancy import Tenant

PROVINCES: Final = (
    "11",
    "12",
    "13",
    "14",
    "15",
    "16",
    "17",
    "18",
    "19",
    "21",
    "32",
    "33",
    "34",
    "35",
    "36",
    "51",
)
MOST_REGIONS: Final = 50
SHARES: Final = {"bare": 55, "search": 15, "write": 14, "read": 8, "page": 3, "roll back": 3, "cut off": 2}
MARK: Final = re.compile(r"Tanda (\w+) saja")
NEWEST: Final = (
    "select location from idempotency_key where key = 'isolation' order by created_at desc limit 20"
)


@dataclass
class Outcome:
    """What was seen; `foreign` must stay empty."""

    counts: Counter[str] = field(default_factory=Counter)
    rows_seen: int = 0
    foreign: list[str] = field(default_factory=list)
    seconds: float = 0.0


@dataclass(frozen=True)
class Place:
    """A region taking part, with a browser at its host in which its official is signed in."""

    tenant: "Tenant"
    browser: "httpx.AsyncClient"


async def interleave(
    tenants: Sequence["Tenant"],
    operations: int,
    sessions: int = 20,
    seed: int = 1,
    tell: Callable[[int, Outcome], None] = lambda done, outcome: None,
) -> Outcome:
    """That many operations, dealt out to so many concurrent sessions over these regions."""
    outcome, started = Outcome(), time.perf_counter()
    kinds = random.Random(seed).choices(list(SHARES), list(SHARES.values()), k=operations)
    turns = iter(enumerate(kinds))
    async with AsyncExitStack() as stack:
        places = [await _place(tenant, stack) for tenant in tenants]

        async def one_session(number: int) -> None:
            chance = random.Random(seed * 1000 + number)
            for done, kind in turns:
                await _OPERATIONS[kind](chance.choice(places), outcome)
                outcome.counts[kind] += 1
                if done % 10_000 == 9_999:
                    tell(done + 1, outcome)

        await asyncio.gather(*(one_session(number) for number in range(sessions)))
    outcome.seconds = time.perf_counter() - started
    return outcome


async def _write(place: Place, outcome: Outcome) -> None:
    from sqlalchemy import text

    from eorder_platform import tenancy
    from eorder_platform.ids import new_id
    from eorder_tenants.organisation.models import IdempotencyKey

    async with tenancy.inside(place.tenant) as session:
        session.add(IdempotencyKey(account_id=new_id(), key="isolation", location=place.tenant.slug))
        await session.flush()
        await asyncio.sleep(0)
        _look(place, list(await session.scalars(text(NEWEST))), outcome)


async def _read(place: Place, outcome: Outcome) -> None:
    from sqlalchemy import select

    from eorder_platform import tenancy
    from eorder_tenants.organisation.models import IdempotencyKey as Key

    async with tenancy.inside(place.tenant) as session:
        newest = select(Key).where(Key.key == "isolation").order_by(Key.created_at.desc()).limit(20)
        _look(place, [row.location for row in await session.scalars(newest)], outcome)


async def _bare(place: Place, outcome: Outcome) -> None:
    from eorder_platform import tenancy

    async with tenancy.reading(place.tenant) as connection:
        _look(place, [row["location"] for row in await connection.fetch(NEWEST)], outcome)


async def _search(place: Place, outcome: Outcome) -> None:
    from eorder_platform import tenancy

    async with tenancy.searching(place.tenant) as connection:
        _look(place, [row["location"] for row in await connection.fetch(NEWEST)], outcome)


async def _page(place: Place, outcome: Outcome) -> None:
    answer = await place.browser.get("/organisasi/unit")
    marks = MARK.findall(answer.text)
    if answer.status_code != 200 or not marks:
        outcome.foreign.append(f"page of {place.tenant.slug}: {answer.status_code} without its own mark")
    _look(place, marks, outcome)


async def _roll_back(place: Place, outcome: Outcome) -> None:
    from eorder_platform import tenancy
    from eorder_platform.ids import new_id
    from eorder_tenants.organisation.models import IdempotencyKey

    with suppress(_TakenBack):
        async with tenancy.inside(place.tenant) as session:
            session.add(IdempotencyKey(account_id=new_id(), key="isolation", location="rolled back"))
            await session.flush()
            raise _TakenBack


async def _cut_off(place: Place, outcome: Outcome) -> None:
    from sqlalchemy import text

    from eorder_platform import tenancy

    async def slow() -> None:
        async with tenancy.inside(place.tenant) as session:
            await session.execute(text("select pg_sleep(0.05)"))

    async def slow_and_bare() -> None:
        async with tenancy.reading(place.tenant) as connection:
            await connection.execute("select pg_sleep(0.05)")

    task = asyncio.create_task(random.choice((slow, slow_and_bare))())
    await asyncio.sleep(random.random() / 100)
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task


class _TakenBack(Exception):
    """Raised on purpose, so that a transaction is rolled back."""


_OPERATIONS: Final[dict[str, Callable[[Place, Outcome], Awaitable[None]]]] = {
    "write": _write,
    "read": _read,
    "bare": _bare,
    "search": _search,
    "page": _page,
    "roll back": _roll_back,
    "cut off": _cut_off,
}


def _look(place: Place, slugs: list[str], outcome: Outcome) -> None:
    outcome.rows_seen += len(slugs)
    outcome.foreign += [f"{slug} in {place.tenant.slug}" for slug in slugs if slug != place.tenant.slug]


async def _place(tenant: "Tenant", stack: AsyncExitStack) -> Place:
    import httpx

    from eorder_platform import clock, tenancy
    from eorder_platform.identity import sessions
    from eorder_platform.ids import new_id
    from eorder_tenants.organisation.models import Official, Role, RoleAssignment, WorkUnit
    from eorder_web.edge.visiting import SESSION_COOKIE

    mark, person = f"Tanda {tenant.slug} saja", new_id()
    async with tenancy.inside(tenant) as session:
        unit = WorkUnit(
            id=new_id(), code=str(person), name=mark, short_name=mark, address="-", city="-", region_code="31"
        )
        official = Official(id=person, name=mark, email=f"{person}@contoh.id", position="Admin")
        session.add_all([unit, official])
        await session.flush()
        appointed = clock.today(tenant.zone)
        session.add(
            RoleAssignment(
                id=new_id(),
                official_id=person,
                role=Role.TENANT_ADMIN,
                valid_from=appointed,
                letter_number="-",
            )
        )
    token = await sessions.start(tenant.slug, person, mark, "-", (str(Role.TENANT_ADMIN),), "")
    browser = httpx.AsyncClient(
        transport=httpx.ASGITransport(app=_application()),
        base_url=f"http://{tenant.hosts[0]}",
        cookies={SESSION_COOKIE: token},
    )
    return Place(tenant, await stack.enter_async_context(browser))


_made: list[Any] = []


def _application() -> Any:
    from eorder_web.app import create_app

    if not _made:
        _made.append(create_app())
    return _made[0]


def main() -> None:
    words = argparse.ArgumentParser(
        description="Many sessions hop between regions: is a foreign row ever seen?"
    )
    words.add_argument("--operations", type=int, default=1_000_000)
    words.add_argument("--sessions", type=int, default=20)
    words.add_argument("--regions", type=int, default=10, choices=range(2, MOST_REGIONS + 1), metavar="2…50")
    words.add_argument("--pooled", action="store_true", help="behind PgBouncer in transaction mode")
    chosen = words.parse_args()
    os.nice(10)
    with tempfile.TemporaryDirectory(prefix="eorder-isolation-") as folder:
        Path(folder).chmod(0o711)
        postgres, valkey = Postgres(Path(folder), durable=False), Valkey(Path(folder), durable=False)
        pooler = None
        try:
            url = postgres.start()
            _environment(url, valkey.start(), folder)
            if chosen.pooled:
                pooler = PgBouncer(Path(folder), url)
                database = url.rpartition("/")[2]
                os.environ["EORDER_PLACEMENTS"] = f"main=postgresql://{pooler.start()}/{database}"
                os.environ["EORDER_POOLED"] = "1"
            outcome = asyncio.run(_in_regions_of_its_own(chosen.regions, chosen.operations, chosen.sessions))
        finally:
            if pooler is not None:
                pooler.stop()
            valkey.stop()
            postgres.stop()
    print(
        f"{outcome.counts.total():,} operations, {chosen.sessions} sessions, {chosen.regions} regions,",
        end=" ",
    )
    print(f"{outcome.seconds:.0f} s")
    print(", ".join(f"{name} {count:,}" for name, count in sorted(outcome.counts.items())))
    print(f"rows seen: {outcome.rows_seen:,}")
    print(f"foreign rows: {len(outcome.foreign)}", *outcome.foreign[:20], sep="\n")
    raise SystemExit(bool(outcome.foreign))


def _environment(database: str, valkey: str, folder: str) -> None:
    os.environ.update(
        DATABASE_URL=database,
        EORDER_PLACEMENTS=f"main=postgresql://{database.rpartition('@')[2]}",
        EORDER_MASTER_KEY=secrets.token_hex(32),
        EORDER_SECRET_KEY=secrets.token_hex(32),
        REDIS_URL=valkey,
        EORDER_FILES=f"{folder}/files",
    )


async def _in_regions_of_its_own(regions: int, operations: int, sessions: int) -> Outcome:
    from eorder_platform import tenancy
    from eorder_platform.seeds.seeding import seed_reference
    from eorder_platform.tenancy import migrating, provisioning
    from eorder_tenants.tables import metadata

    await migrating.upgrade_shared(metadata, seed_reference)
    tenants = []
    for number, province in enumerate(await _codes(regions)):
        slug = f"uji{number}"
        new = provisioning.NewTenant(
            slug, slug.upper(), province, "Asia/Jakarta", (f"{slug}.localhost",), "UJ"
        )
        tenants.append(await provisioning.add_tenant(new, metadata, migrating.newest("tenant")))
    try:
        return await interleave(tenants, operations, sessions, tell=_tell)
    finally:
        await tenancy.close_connections()


async def _codes(regions: int) -> list[str]:
    """Provinces first, then whatever else Kemendagri lists."""
    from sqlalchemy import text

    from eorder_platform import tenancy

    async with tenancy.national() as session:
        known = text("select code from nusantara.region order by length(code), code limit 120")
        others = [code for code in await session.scalars(known) if code not in PROVINCES]
    return [*PROVINCES, *others][:regions]


def _tell(done: int, outcome: Outcome) -> None:
    print(f"{done:>11,} operations, {len(outcome.foreign)} foreign rows", file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
