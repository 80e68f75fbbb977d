"""Measures this application beside the floor and prints a table of ratios.

    python -m infra.benchmarks.speed [--tenants 40] [--products 100000] [--requests 1500] [--rounds 3] [--clients 8]

starts PostgreSQL, Valkey, the application as in production (granian, two workers) and the floor (floor.py, also two
workers) in a temporary folder on loopback, seeds, alternates rounds, prints, and stops what it started. Ratios come
from one run on one machine and are by CPU: times of a busy machine say little, what work costs says much.
"""

import argparse
import asyncio
import itertools
import json
import os
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg
import httpx

from infra.benchmarks.speed.loading import Asked, Seen, get, load, post
from infra.benchmarks.speed.processes import cpu_seconds, family, memory_megabytes
from infra.embedded import Postgres, Valkey

SEARCH = "kopi"
HOST = "satu.localhost"
PRODUCTS = 5_000
"""Product pages that are asked for in turns; many more than an application process keeps."""


@dataclass
class Side:
    """The application or the floor: its port, its process, and what each workload cost it."""

    name: str
    port: int
    pid: int
    runs: dict[str, list[tuple[Seen, float, float]]] = field(default_factory=dict)

    def cost(self, work: str) -> tuple[float, float]:
        """Milliseconds of CPU a request, (server, PostgreSQL): the median of the rounds."""
        rounds = self.runs[work]
        return (
            statistics.median(1000 * server / len(seen.latencies) for seen, server, _ in rounds),
            statistics.median(1000 * database / len(seen.latencies) for seen, _, database in rounds),
        )

    def latency(self, work: str, part: float) -> float:
        return statistics.median(1000 * seen.percentile(part) for seen, *_ in self.runs[work])

    def per_second(self, work: str) -> float:
        return statistics.median(seen.per_second for seen, *_ in self.runs[work])


def main() -> None:
    """Read the options, run, print."""
    options = argparse.ArgumentParser(description="Speed beside the floor")
    options.add_argument("--tenants", type=int, default=40)
    options.add_argument("--products", type=int, default=100_000)
    options.add_argument("--requests", type=int, default=1_500)
    options.add_argument("--rounds", type=int, default=3)
    options.add_argument("--clients", type=int, default=8)
    asked = options.parse_args()
    with tempfile.TemporaryDirectory(prefix="eorder-speed-") as folder:
        Path(folder).chmod(0o755)
        with servers(Path(folder)) as postgres:
            asyncio.run(run(Path(folder), postgres, asked))


@contextmanager
def servers(folder: Path) -> Iterator[Postgres]:
    """PostgreSQL and Valkey for this run alone, and the settings that point to them."""
    postgres, valkey = Postgres(folder / "postgres", durable=True), Valkey(folder / "valkey", durable=True)
    try:
        owner = postgres.start().rpartition("/")[0]
        os.environ |= {
            "DATABASE_URL": f"{owner}/kecepatan",
            "EORDER_PLACEMENTS": f"main=postgresql://{owner.rpartition('@')[2]}/kecepatan",
            "EORDER_MASTER_KEY": "benchmark master key, long enough to count",
            "EORDER_SECRET_KEY": "benchmark secret key, long enough to count",
            "REDIS_URL": valkey.start(),
            "EORDER_FILES": str(folder / "files"),
            "EORDER_REGISTRY_SECONDS": "3",
        }
        yield postgres
    finally:
        postgres.stop()
        valkey.stop()


async def run(folder: Path, postgres: Postgres, asked: argparse.Namespace) -> None:
    """Seed, serve, load in turns, print the table."""
    from eorder_platform.database import pools
    from eorder_platform.tenancy import Tenant
    from infra.benchmarks.speed.fleet import measure_fleet
    from infra.benchmarks.speed.ordering import OFFICERS, make_drafts, sign_in_an_officer
    from infra.benchmarks.speed.seeding import seed

    owner = os.environ["DATABASE_URL"]
    tenants: list[Tenant] = await _deploy(asked.tenants)
    _say(f"{asked.products:,} products in one region, 500 in each of {len(tenants) - 1} others")
    await seed(owner, tenants, asked.products, 500)
    app_port, floor_port = 18_731, 18_732
    with _granian("eorder_web.app:create_app", app_port, factory=True) as app:
        await _wait(app_port)
        pages = await _pages(folder, tenants[0], app_port)
        os.environ["FLOOR_PAGES"] = str(folder / "pages.json")
        with _granian("infra.benchmarks.speed.floor:app", floor_port) as floor:
            await _wait(floor_port)
            ours, bare = Side("here", app_port, app.pid), Side("floor", floor_port, floor.pid)
            sides = (ours, bare)
            cookie = await sign_in_an_officer(owner, tenants[0])
            reads = _reads(asked.requests, pages, cookie)
            for turn in range(asked.rounds + 1):
                for work, requests in reads.items():
                    for side in sides if turn % 2 else sides[::-1]:
                        await _measure(side, work, requests(), asked.clients, postgres, warm=turn == 0)
                _say(f"round {turn} of {asked.rounds}")
            amount = max(OFFICERS, asked.requests // 4 // OFFICERS * OFFICERS)
            for turn in range(asked.rounds + 1):
                for side in sides if turn % 2 else sides[::-1]:
                    drafts = await make_drafts(owner, tenants[0], amount)
                    requests_ = [
                        one.submission if side is ours else post(HOST, f"/pesanan/{one.order_id}", "")
                        for one in drafts
                    ]
                    await _measure(side, "placing an order", requests_, OFFICERS, postgres, warm=turn == 0)
            _print(sides, [*reads, "placing an order"])
    for work, here, plain in await measure_fleet(owner, tenants):
        ratio = f"{here / plain:.2f} × plain SQL" if plain else ""
        print(f"| {work} | {here:.3f} s | {f'{plain:.3f} s' if plain else ''} | {ratio} |")
    overspent = await _overspent(owner, tenants[0].schema)
    print(f"\nBalances that were overspent or disagree with their entries: {overspent}")
    await pools.close()


async def _deploy(amount: int) -> list[Any]:
    from eorder_platform.seeds.regions import regions
    from eorder_platform.seeds.seeding import seed_reference
    from eorder_platform.tenancy import migrating, provisioning
    from eorder_tenants.tables import metadata

    admin = await asyncpg.connect(os.environ["DATABASE_URL"].rpartition("/")[0] + "/postgres")
    await admin.execute("create database kecepatan")
    await admin.close()
    await migrating.upgrade_shared(metadata, seed_reference)
    codes = ["31", *(one.code for one in regions() if one.code[:2] not in ("31", "94"))]
    made = []
    for place, code in enumerate(codes[:amount]):
        slug = "satu" if place == 0 else f"w{code.replace('.', '_')}"
        new = provisioning.NewTenant(
            slug, f"Wilayah {code}", code, "Asia/Jakarta", (f"{slug}.localhost".replace("_", "-"),), "JK"
        )
        made.append(await provisioning.add_tenant(new, metadata, migrating.newest("tenant")))
        if place % 50 == 49:
            _say(f"{place + 1} regions")
    return made


def _reads(amount: int, pages: Sequence[UUID], cookie: str) -> dict[str, Callable[[], list[Asked]]]:
    """What is read. `again`: the same addresses over and over, for which the application keeps what it wrote before."""
    fresh = itertools.count()
    word = SEARCH.replace(" ", "+")

    def own_address(path: str, sign: str) -> Callable[[], list[Asked]]:
        return lambda: [get(HOST, f"{path}{sign}ke={next(fresh)}") for _ in range(amount)]

    def products(some: Sequence[UUID]) -> Callable[[], list[Asked]]:
        return lambda: [
            get(HOST, f"/katalog/{one}") for one in itertools.islice(itertools.cycle(some), amount)
        ]

    return {
        "catalogue page, 24 cards": own_address("/katalog", "?"),
        "search": own_address(f"/katalog?q={word}", "&"),
        "product page": products(pages),
        "catalogue page, 24 cards, again": lambda: [get(HOST, "/katalog")] * amount,
        "search, again": lambda: [get(HOST, f"/katalog?q={word}")] * amount,
        "product page, again": products(pages[:50]),
        "catalogue page of an officer": lambda: [get(HOST, "/katalog", cookie)] * amount,
    }


async def _pages(folder: Path, tenant: Any, port: int) -> list[UUID]:
    """Write what the floor needs: flat templates of the application's own pages, and its statements."""
    from eorder_platform import tenancy
    from eorder_platform.database import address_of
    from eorder_tenants.catalogue import browsing, queries
    from infra.benchmarks.speed.flattening import flatten, flatten_list

    plain, words = browsing.Wanted(), browsing.Wanted(words=SEARCH)
    statements = {"catalogue": browsing._Question(plain), "search": browsing._Question(words)}
    sql = {name: question.sql() for name, question in statements.items()} | {"product": queries.OFFER}
    values = {name: question.values("id") for name, question in statements.items()}
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", headers={"Host": HOST}) as client:
        async with tenancy.reading(tenant) as connection:
            lists = {name: await connection.fetch(sql[name], *values[name]) for name in statements}
            offer = await connection.fetchrow(sql["product"], lists["catalogue"][0]["id"], "id")
            ids = await connection.fetch("select id from offer order by published_at desc limit $1", PRODUCTS)
        assert offer is not None
        templates = {
            "catalogue": flatten_list((await client.get("/katalog")).text, lists["catalogue"][0]),
            "search": flatten_list(
                (await client.get("/katalog", params={"q": SEARCH})).text, lists["search"][0]
            ),
            "product": flatten((await client.get(f"/katalog/{offer['id']}")).text, offer),
        }
    (folder / "pages.json").write_text(json.dumps({"templates": templates, "sql": sql, "values": values}))
    os.environ["FLOOR_DSN"] = (
        address_of(tenant.login).set(drivername="postgresql").render_as_string(hide_password=False)
    )
    return [row["id"] for row in ids]


async def _measure(
    side: Side, work: str, requests: Sequence[Asked], clients: int, postgres: Postgres, *, warm: bool
) -> None:
    database = postgres.pid()
    assert database is not None
    before = cpu_seconds(side.pid), cpu_seconds(database)
    seen = await load(side.port, requests, clients, frozenset({200, 303}))
    after = cpu_seconds(side.pid), cpu_seconds(database)
    if seen.unexpected:
        raise SystemExit(
            f"{side.name}: {seen.unexpected} of {len(requests)} answers to “{work}” were not as expected"
        )
    if not warm:
        side.runs.setdefault(work, []).append((seen, after[0] - before[0], after[1] - before[1]))


def _print(sides: tuple[Side, Side], works: Sequence[str]) -> None:
    ours, bare = sides
    print("\n| work | | requests/s | p50 ms | p95 ms | p99 ms | CPU ms server | CPU ms PostgreSQL | by CPU |")
    print("|---|---|---|---|---|---|---|---|---|")
    for work in works:
        ratio = sum(bare.cost(work)) / sum(ours.cost(work))
        for side in sides:
            server, database = side.cost(work)
            percentiles = " | ".join(f"{side.latency(work, part):.1f}" for part in (0.5, 0.95, 0.99))
            print(
                f"| {work} | {side.name} | {side.per_second(work):.0f} | {percentiles} | {server:.2f}"
                f" | {database:.2f} | {f'**{ratio:.0%}** of the floor' if side is ours else ''} |"
            )
    memory = ", ".join(f"{side.name} {memory_megabytes(family(side.pid)):.0f} MB" for side in sides)
    print(
        f"\nMemory (PSS, two workers each): {memory}\n\n| work | here | plain SQL | ratio |\n|---|---|---|---|"
    )


@contextmanager
def _granian(target: str, port: int, *, factory: bool = False) -> Iterator[subprocess.Popen[bytes]]:
    command = [sys.executable, "-m", "granian", "--interface", "asgi", "--loop", "uvloop", "--workers", "2"]
    command += [
        "--host",
        "127.0.0.1",
        "--port",
        str(port),
        "--no-log",
        *(["--factory"] if factory else []),
        target,
    ]
    process = subprocess.Popen(command)
    try:
        yield process
    finally:
        members = family(process.pid)
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            for member in members:
                with suppress(ProcessLookupError):
                    os.kill(member, signal.SIGKILL)
            process.wait()


async def _wait(port: int) -> None:
    for _ in range(600):
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", port)
        except OSError:
            await asyncio.sleep(0.2)
        else:
            writer.close()
            return
    raise SystemExit(f"nothing answers on port {port}")


async def _overspent(owner: str, schema: str) -> int:
    connection = await asyncpg.connect(owner)
    found = await connection.fetchval(
        f"select count(*) from {schema}.budget_balance b where held + committed + realised > ceiling or held <>"
        f" (select coalesce(sum(amount), 0) from {schema}.ledger_entry e where e.balance_id = b.id and debit = 'held')"
    )
    await connection.close()
    return int(found)


def _say(text: str) -> None:
    print(f"{time.strftime('%H:%M:%S')} {text}", file=sys.stderr)


if __name__ == "__main__":
    main()
