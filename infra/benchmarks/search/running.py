"""Fills the regions, asks, and prints."""

import argparse
import asyncio
import csv
import io
import itertools
import os
import statistics
import sys
import time
from collections.abc import AsyncIterator, Sequence
from datetime import timedelta
from typing import Final
from urllib.parse import urlencode
from uuid import UUID

import asyncpg
import httpx

from eorder_platform import clock, tenancy
from eorder_platform.database import pools
from eorder_platform.ids import new_id
from eorder_platform.tenancy import Tenant
from eorder_platform.wording import indexing, lexicon
from eorder_platform.wording.asking import understand
from eorder_platform.wording.learning import learn_words
from eorder_tenants.catalogue.browsing import Wanted, browse
from eorder_tenants.catalogue.models import Offer
from eorder_tenants.catalogue.questions import Question
from eorder_tenants.catalogue.rewording import reword_offers
from infra.benchmarks.search import beside
from infra.benchmarks.search.goods import VENDORS, Made, products, queries
from infra.benchmarks.speed.loading import Asked, Seen, _answer, get, load
from infra.benchmarks.speed.processes import cpu_seconds
from infra.benchmarks.speed.running import HOST, _deploy, _say, _server, _wait
from infra.benchmarks.speed.seeding import _COUNTS, _PARTICIPATION, _VENDORS
from infra.embedded import Postgres

PORT: Final = 18_741
A_SECOND: Final = 100
OF_OTHERS: Final = 500
LEARNT: Final = 50_000
REWORDED: Final = 4_000
LONGEST_WAIT: Final = 10
SELLERS: Final = 5
"""So many offers of the large region have the same words: making them takes longer than measuring them."""
COLUMNS = (
    "id vendor_id category_code category_group name description unit price_rupiah minimum_order lead_days tax_class"
    " domestic shipping_rupiah coverage photos vendor_name vendor_scale vendor_form vendor_region_code vendor_city"
    " vat_registered visible product_version published_at updated_at search search_version"
).split()


async def run(postgres: Postgres, asked: argparse.Namespace) -> None:
    """Seed, serve, ask, print the table."""
    tenants = await _deploy(asked.tenants)
    owner = await asyncpg.connect(os.environ["DATABASE_URL"])
    begun = time.perf_counter()
    made = await _fill(owner, tenants, asked.products)
    seconds = time.perf_counter() - begun
    _say(f"{asked.products:,} products, {OF_OTHERS} in each of {len(tenants) - 1} others: {seconds:.0f} s")
    typed = queries(asked.queries, [one.name for _, one in made[:20_000]])
    os.environ["EORDER_LISTEN"] = f"127.0.0.1:{PORT}"
    with _server([sys.executable, "-m", "eorder_web.operations.serve"]) as app:
        await _wait(PORT)
        print(f"\n| {len(typed)} different queries, {asked.products:,} products | |\n|---|---|")
        for turn in range(asked.rounds + 1):
            server, database, seen = await _asked(app.pid, postgres, typed)
            if turn:
                both = f"{server:.2f} + {database:.2f} = **{server + database:.2f}**"
                print(f"| CPU ms a search, server + PostgreSQL | {both} |")
        for part in (0.5, 0.95):
            print(f"| four at a time, p{part * 100:.0f} | {1000 * seen.percentile(part):.1f} ms |")
        print(f"| {A_SECOND} a second for {asked.seconds} s | {await _steadily(typed, asked.seconds)} |")
        print(f"| a changed price is shown after | {await _changed_price(tenants[0], *made[0]):.2f} s |")
        print(f"| of {asked.queries} queries find nothing | {await _empty(tenants[0], typed)} |")
        await _beside(tenants[0], made, typed, postgres)
        print(f"| cut anew while it is searched | {await _without_a_gap(owner, tenants[0], typed)} |")
        print(f"| another region finds of it | {await _found_elsewhere(tenants[1], made)} |")
    await owner.close()
    await pools.close()


async def _fill(owner: asyncpg.Connection, tenants: Sequence[Tenant], amount: int) -> list[tuple[UUID, Made]]:
    """Every region's catalogue, and the words of its names; returns the first one's."""
    await owner.execute(_VENDORS, VENDORS)
    vendors = await owner.fetch("select * from nusantara.vendor order by business_id_number")
    first: list[tuple[UUID, Made]] = []
    for place, tenant in enumerate(tenants):
        await owner.execute(_PARTICIPATION.format(schema=tenant.schema))
        own = [(new_id(), one) for one in products(OF_OTHERS if place else -(-amount // SELLERS))]
        await owner.copy_to_table(
            "offer", schema_name=tenant.schema, columns=COLUMNS, source=_rows(own, vendors), format="csv"
        )
        if not place:
            sold = ", ".join("gen_random_uuid()" if name == "id" else name for name in COLUMNS)
            await owner.execute(
                f"insert into {tenant.schema}.offer ({', '.join(COLUMNS)}) select {sold} from {tenant.schema}.offer,"
                f" generate_series(2, {SELLERS})"
            )
        await owner.execute(_COUNTS.format(schema=tenant.schema))
        first = first or own
    async with tenancy.national() as session:
        for start in range(0, min(len(first), LEARNT), 500):
            await learn_words(session, " ".join(one.name for _, one in first[start : start + 500]))
    await owner.execute("vacuum analyze")
    return first


async def _rows(made: Sequence[tuple[UUID, Made]], vendors: Sequence[asyncpg.Record]) -> AsyncIterator[bytes]:
    now = clock.now()
    for start in range(0, len(made), 1_000):
        text = io.StringIO()
        writer = csv.writer(text)
        for number, (offer_id, one) in enumerate(made[start : start + 1_000], start):
            vendor = vendors[one.vendor]
            words = indexing.vector(
                one.name,
                unit=one.unit,
                category_code=one.category,
                vendor=vendor["trade_name"],
                city="Jakarta",
                description=one.description,
            )
            group, published = one.category.partition(".")[0], now - timedelta(seconds=number)
            about = (
                one.category,
                group,
                one.name,
                one.description,
                one.unit,
                one.price_rupiah,
                1,
                1,
                "goods",
            )
            sells = (
                vendor["trade_name"],
                vendor["business_scale"],
                vendor["legal_form"],
                vendor["region_code"],
            )
            where = (True, 0, "{31}", "{}", *sells, "Jakarta", False, True, 1, published, published)
            writer.writerow((offer_id, vendor["id"], *about, *where, words, indexing.VERSION))
        yield text.getvalue().encode()


def _page(typed: str, sign: object = "") -> Asked:
    return get(HOST, f"/katalog?{urlencode({'q': typed, 'ke': sign})}")


async def _asked(pid: int, postgres: Postgres, typed: Sequence[str]) -> tuple[float, float, Seen]:
    """CPU milliseconds of server and PostgreSQL for a search."""
    database = postgres.pid()
    assert database is not None
    before = cpu_seconds(pid), cpu_seconds(database)
    seen = await load(PORT, [_page(one) for one in typed], 4, frozenset({200}))
    after = cpu_seconds(pid), cpu_seconds(database)
    if seen.unexpected:
        raise SystemExit(f"{seen.unexpected} searches were not answered")
    server, own = ((late - early) * 1000 / len(typed) for early, late in zip(before, after, strict=True))
    return server, own, seen


async def _steadily(typed: Sequence[str], seconds: int) -> str:
    """So many a second whatever the answers do; a time is from when it was due."""
    waiting = itertools.cycle(typed)
    due = [(place / A_SECOND, _page(next(waiting))) for place in range(A_SECOND * seconds)]
    due.reverse()
    took: list[float] = []
    begun = time.perf_counter()

    async def client() -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", PORT)
        while due:
            at, asked = due.pop()
            await asyncio.sleep(max(0.0, begun + at - time.perf_counter()))
            writer.write(asked.raw)
            await _answer(reader)
            took.append(time.perf_counter() - begun - at)
        writer.close()

    await asyncio.gather(*(client() for _ in range(24)))
    took.sort()
    return f"p50 {took[len(took) // 2] * 1000:.1f} ms, p95 **{took[int(len(took) * 0.95)] * 1000:.1f} ms**"


async def _changed_price(tenant: Tenant, offer_id: UUID, made: Made) -> float:
    """From the commit that changes it until the search shows it."""
    async with tenancy.inside(tenant) as session:
        offer = await session.get_one(Offer, offer_id, with_for_update=True)
        offer.price_rupiah = 987_654_321
    begun = time.perf_counter()
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{PORT}", headers={"Host": HOST}) as client:
        while "987.654.321" not in (await client.get("/katalog", params={"q": made.name})).text:
            if time.perf_counter() - begun > LONGEST_WAIT:
                raise SystemExit("the changed price is not found")
            await asyncio.sleep(0.01)
    return time.perf_counter() - begun


async def _empty(tenant: Tenant, typed: Sequence[str]) -> int:
    return sum([not (await browse(tenant, Wanted(words=one))).found for one in typed])


async def _beside(
    tenant: Tenant, made: Sequence[tuple[UUID, Made]], typed: Sequence[str], postgres: Postgres
) -> None:
    """The statement alone and Tantivy over the same rows: the best 24, how many, and the numbers beside the choices."""
    ours, cpu = await _statements(tenant, typed, postgres)
    print(f"| the statement alone: PostgreSQL's CPU; time | {cpu:.2f} ms; {ours:.2f} |")
    if (engine := beside.tantivy_of(made, SELLERS)) is None:
        print("| Tantivy | is not installed |")
        return
    spent, took, least = beside.time_of(engine, typed)
    print(f"| Tantivy, with the numbers beside the choices: CPU; time | {spent:.2f} ms; {took:.2f} |")
    print(f"| Tantivy, the best 24 and their count alone: CPU | {least:.2f} ms |")
    print(f"| the statement beside Tantivy, by CPU; by time | **{cpu / spent:.1f} ×**; {ours / took:.1f} × |")


async def _statements(tenant: Tenant, typed: Sequence[str], postgres: Postgres) -> tuple[float, float]:
    database, took = postgres.pid(), list[float]()
    assert database is not None
    async with tenancy.reading(tenant) as connection:
        known = await lexicon.read(connection, tenant.placement)
        for _ in range(2):
            took.clear()
            before = cpu_seconds(database)
            for one in typed:
                question = Question(Wanted(words=one), understand(one, known).query())
                begun = time.perf_counter()
                await connection.fetch(question.sql(), *question.values("id"))
                took.append(time.perf_counter() - begun)
    return statistics.mean(took) * 1000, (cpu_seconds(database) - before) * 1000 / len(typed)


async def _without_a_gap(owner: asyncpg.Connection, tenant: Tenant, typed: Sequence[str]) -> str:
    """Cut some thousands again while they are searched: nothing that was found is missed meanwhile."""
    rare = [(one, (await browse(tenant, Wanted(words=one))).found) for one in typed[-40:]]
    await owner.execute(
        f"update {tenant.schema}.offer set search_version = 0"
        f" where id in (select id from {tenant.schema}.offer limit {REWORDED})"
    )
    done, missed, begun = 0, 0, time.perf_counter()
    places = itertools.cycle(rare)
    while True:
        async with tenancy.inside(tenant) as session:
            some = await reword_offers(session)
        done += some
        one, found = next(places)
        missed += (await browse(tenant, Wanted(words=one))).found < found
        if not some:
            break
    seconds = time.perf_counter() - begun
    return f"{done:,} offers in {seconds:.1f} s, {missed} searches found less meanwhile"


async def _found_elsewhere(tenant: Tenant, made: Sequence[tuple[UUID, Made]]) -> int:
    """Offers of the first region among what another finds by their very names."""
    ids = {offer_id for offer_id, _ in made}
    found = 0
    for _, one in made[:50]:
        found += sum(offer["id"] in ids for offer in (await browse(tenant, Wanted(words=one.name))).offers)
    return found
