"""Seeds, serves both sides, loads them in turns and prints what came of it."""

import argparse
import asyncio
import itertools
import os
import signal
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import asyncpg

from eorder_platform.database import pools
from eorder_platform.seeds.regions import regions
from eorder_platform.seeds.seeding import seed_reference
from eorder_platform.tenancy import Tenant, migrating, provisioning
from eorder_tenants.tables import metadata
from infra.benchmarks.speed.fleet import measure_fleet
from infra.benchmarks.speed.loading import Asked, Seen, load, post
from infra.benchmarks.speed.ordering import OFFICERS, make_drafts, sign_in_an_officer
from infra.benchmarks.speed.pages import Officers, Requests, compare, reads, write_pages
from infra.benchmarks.speed.processes import cpu_seconds, family, memory_megabytes
from infra.benchmarks.speed.seeding import seed
from infra.benchmarks.speed.stepping import WAY, begin_walk, sign_in
from infra.embedded import Postgres

HOST = "satu.localhost"
PLACING = "placing an order"
WALKED = 8
"""Orders that take each further step together."""


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


async def run(folder: Path, postgres: Postgres, asked: argparse.Namespace) -> None:
    """Seed, serve, load in turns, print the table."""
    owner = os.environ["DATABASE_URL"]
    tenants = await _deploy(asked.tenants)
    _say(f"{asked.products:,} products in one region, 500 in each of {len(tenants) - 1} others")
    await seed(owner, tenants, asked.products, 500)
    app_port, floor_port = 18_731, 18_732
    os.environ["EORDER_LISTEN"] = f"127.0.0.1:{app_port}"
    with _server([sys.executable, "-m", "eorder_web.operations.serve"]) as app:
        await _wait(app_port)
        officers = await _officers(owner, tenants[0], app_port)
        products = await write_pages(folder, tenants[0], app_port, officers)
        os.environ["FLOOR_PAGES"] = str(folder / "pages.json")
        await _make_room(owner, tenants[0].role)
        with _server(_floor(floor_port)) as floor:
            await _wait(floor_port)
            await compare(folder, (app_port, floor_port), HOST, officers)
            sides = Side("here", app_port, app.pid), Side("floor", floor_port, floor.pid)
            every = reads(HOST, asked.requests, products, officers)
            pages = {work: made for work, made in every.items() if asked.only in work}
            for turn in range(asked.rounds + 1):
                for work, requests in pages.items():
                    for side, made in list(zip(sides, requests, strict=True))[:: 1 if turn % 2 else -1]:
                        await _measure(side, work, made(), asked.clients, postgres, warm=turn == 0)
                _say(f"round {turn} of {asked.rounds}")
            works = list(pages)
            if asked.only in PLACING:
                works.append(PLACING)
                await _place(owner, tenants[0], sides, postgres, asked)
            _print(sides, works)
            if asked.only in "steps":
                await _walk(owner, tenants[0], sides[0], postgres, asked.rounds)
            if asked.only in "memory":
                await _remember(sides, every, asked)
    if not asked.only:
        print("\n| work | here | plain SQL | ratio |\n|---|---|---|---|")
        for work, here, plain in await measure_fleet(owner, tenants):
            ratio = f"{here / plain:.2f} × plain SQL" if plain else ""
            print(f"| {work} | {here:.3f} s | {f'{plain:.3f} s' if plain else ''} | {ratio} |")
    overspent = await _overspent(owner, tenants[0].schema)
    print(f"\nBalances that were overspent or disagree with their entries: {overspent}")
    await pools.close()


async def _make_room(owner: str, role: str) -> None:
    """The floor connects as the region does, beside the application: both together open more than one region may."""
    connection = await asyncpg.connect(owner)
    await connection.execute(f"alter role {role} connection limit -1")
    await connection.close()


async def _officers(owner: str, tenant: Tenant, port: int) -> Officers:
    """An officer, and a commitment officer for whom 32 submitted orders wait."""
    drafts = await make_drafts(owner, tenant, OFFICERS)
    seen = await load(port, [one.submission for one in drafts], 8, frozenset({303}))
    if seen.unexpected:
        raise SystemExit("the first orders could not be placed")
    connection = await asyncpg.connect(owner)
    await connection.execute(f"set search_path = {tenant.schema}, nusantara")
    unit = await connection.fetchval("select work_unit_id from orders where id = $1", drafts[0].order_id)
    approver = await sign_in(connection, tenant, unit, "commitment_officer")
    await connection.close()
    officer = await sign_in_an_officer(owner, tenant)
    return Officers(officer, approver, unit, [one.order_id for one in drafts])


async def _place(
    owner: str, tenant: Tenant, sides: tuple[Side, Side], postgres: Postgres, asked: argparse.Namespace
) -> None:
    """32 officers at once on one budget line, an order each, again and again."""
    amount = max(OFFICERS, asked.requests // 4 // OFFICERS * OFFICERS)
    for turn in range(asked.rounds + 1):
        for side in sides[:: 1 if turn % 2 else -1]:
            drafts = await make_drafts(owner, tenant, amount)
            requests = [
                one.submission if side is sides[0] else post(HOST, f"/pesanan/{one.order_id}", "")
                for one in drafts
            ]
            await _measure(side, PLACING, requests, OFFICERS, postgres, warm=turn == 0)


async def _walk(owner: str, tenant: Tenant, side: Side, postgres: Postgres, rounds: int) -> None:
    """Every further step of so many orders at a time, as ratios of placing one."""
    for turn in range(rounds + 1):
        drafts = await make_drafts(owner, tenant, WALKED, officers=1, apart=True)
        await _measure(side, "submission", [one.submission for one in drafts], 4, postgres, warm=turn == 0)
        walk = await begin_walk(owner, tenant, [one.order_id for one in drafts])
        for who, noun, work in WAY:
            requests = await walk.requests(side.port, who, noun)
            await _measure(side, work, requests, 4, postgres, warm=turn == 0)
    placing = sum(side.cost("submission"))
    print("\n| step | CPU ms server | CPU ms PostgreSQL | of placing an order |\n|---|---|---|---|")
    for work in ("submission", *(work for *_, work in WAY)):
        server, database = side.cost(work)
        print(f"| {work} | {server:.2f} | {database:.2f} | {(server + database) / placing:.0%} |")


async def _remember(
    sides: tuple[Side, Side], pages: Mapping[str, tuple[Requests, Requests]], asked: argparse.Namespace
) -> None:
    """The memory after every further thousand of mixed requests."""
    print("\n| memory (PSS) of two processes and their parent | here | floor |\n|---|---|---|")

    def told(when: str) -> None:
        here, floor = (_megabytes(side.pid) for side in sides)
        print(f"| {when} | {here} | {floor} |")

    told("after the works above")
    for thousand in range(1, asked.thousands + 1):
        for side, place in zip(sides, (0, 1), strict=True):
            asked_for = [made[place]() for made in pages.values()]
            mixed = [one for alike in zip(*asked_for, strict=True) for one in alike]
            await load(
                side.port,
                list(itertools.islice(itertools.cycle(mixed), 1000)),
                asked.clients,
                frozenset({200, 303}),
            )
        told(f"{thousand},000 mixed requests later")


def _megabytes(parent: int) -> str:
    processes = family(parent) - {parent}
    each = " + ".join(f"{memory_megabytes([one]):.0f}" for one in sorted(processes))
    return f"{memory_megabytes({parent, *processes}):.0f} MB ({memory_megabytes([parent]):.0f} + {each})"


async def _deploy(amount: int) -> list[Tenant]:
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
    print(
        "\n| work | | requests/s | p50 ms | p95 ms | p95 : p50 | CPU ms server | CPU ms PostgreSQL | by CPU |"
    )
    print("|---|---|---|---|---|---|---|---|---|")
    for work in works:
        ratio = sum(bare.cost(work)) / sum(ours.cost(work))
        for side in sides:
            server, database = side.cost(work)
            half, most = (side.latency(work, part) for part in (0.5, 0.95))
            print(
                f"| {work} | {side.name} | {side.per_second(work):.0f} | {half:.1f} | {most:.1f} | {most / half:.1f}"
                f" | {server:.2f}"
                f" | {database:.2f} | {f'**{ratio:.0%}** of the floor' if side is ours else ''} |"
            )


def _floor(port: int) -> list[str]:
    command = [sys.executable, "-m", "granian", "--interface", "asgi", "--loop", "uvloop", "--workers", "2"]
    return [
        *command,
        "--host",
        "127.0.0.1",
        "--port",
        str(port),
        *("--log-level", "error"),
        "infra.benchmarks.speed.floor:app",
    ]


@contextmanager
def _server(command: Sequence[str]) -> Iterator[subprocess.Popen[bytes]]:
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
    entered = ", ".join(
        f"coalesce(sum(case '{one}' when debit then amount when credit then -amount end), 0) as {one}"
        for one in ("held", "committed", "realised")
    )
    found = await connection.fetchval(
        f"select count(*) from {schema}.budget_balance b, lateral (select {entered}"
        f" from {schema}.ledger_entry where balance_id = b.id) e where b.held + b.committed + b.realised > b.ceiling"
        f" or (b.held, b.committed, b.realised) <> (e.held, e.committed, e.realised)"
    )
    await connection.close()
    return int(found)


def _say(text: str) -> None:
    print(f"{time.strftime('%H:%M:%S')} {text}", file=sys.stderr)
