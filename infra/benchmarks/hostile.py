"""Somebody has one region's database login and does their worst: do the other regions meet a single error?

    python -m infra.benchmarks.hostile [--seconds 300] [--regions 4]

starts a PostgreSQL and a Valkey of its own on loopback, in a temporary folder, and stops by itself.
tests/tenancy/test_hostile.py does some seconds of the same.

The hostile login opens every connection that it is given, sets its time limits aside, takes locks by the thousand,
computes, sorts on disk and leaves transactions open, while `eorder watch` runs beside it as in production. The others
write and read in their own regions, a few times a second each; how long they waited is told too.
"""

import argparse
import asyncio
import os
import random
import tempfile
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final

import asyncpg

from infra.benchmarks.isolation import PROVINCES, _environment
from infra.embedded import Postgres, Valkey

if TYPE_CHECKING:
    from eorder_platform.tenancy import Tenant

ATTACKERS: Final = 90
"""Connections that the hostile login asks for, more than it is allowed."""
UNBOUND: Final = (
    "set statement_timeout = 0; set lock_timeout = 0; set transaction_timeout = 0;"
    " set idle_in_transaction_session_timeout = 0; set work_mem = '64MB'"
)
LOCKS_AT_ONCE: Final = 500


@dataclass
class Outcome:
    """What the others did and what happened to them; `errors` must stay empty."""

    operations: int = 0
    errors: list[str] = field(default_factory=list)
    longest_seconds: float = 0.0
    attacks: Counter[str] = field(default_factory=Counter)
    cut_off: int = 0


async def besiege(hostile: "Tenant", others: Sequence["Tenant"], seconds: float) -> Outcome:
    """The hostile region's login at full effort for so long, while the others work."""
    from eorder_platform.database import home
    from eorder_platform.tenancy import watching

    outcome, until = Outcome(), time.monotonic() + seconds

    def tell(_placement: str, _role: str) -> None:
        outcome.cut_off += 1

    watcher = asyncio.create_task(watching.watch(home(), tell))
    attackers = [asyncio.create_task(_attack(hostile, number, until, outcome)) for number in range(ATTACKERS)]
    try:
        await asyncio.gather(*(_work(tenant, until, outcome) for tenant in others))
    finally:
        for task in (watcher, *attackers):
            task.cancel()
        await asyncio.gather(watcher, *attackers, return_exceptions=True)
    return outcome


async def _work(tenant: "Tenant", until: float, outcome: Outcome) -> None:
    from eorder_platform import tenancy
    from eorder_platform.ids import new_id
    from eorder_tenants.organisation.models import IdempotencyKey

    while time.monotonic() < until:
        begun = time.monotonic()
        try:
            async with tenancy.inside(tenant) as session:
                session.add(IdempotencyKey(account_id=new_id(), key="hostile", location=tenant.slug))
            async with tenancy.reading(tenant) as connection:
                assert await connection.fetchval("select count(*) from nusantara.region")
        except Exception as error:  # whatever it is, it is what somebody in that region would have met
            outcome.errors.append(f"{tenant.slug}: {error!r}")
        outcome.operations += 1
        outcome.longest_seconds = max(outcome.longest_seconds, time.monotonic() - begun)
        await asyncio.sleep(0.2)


async def _attack(hostile: "Tenant", number: int, until: float, outcome: Outcome) -> None:
    from eorder_platform.database import address_of

    url = address_of(hostile.login).set(drivername="postgresql").render_as_string(hide_password=False)
    chance = random.Random(number)
    while time.monotonic() < until:
        try:
            connection = await asyncpg.connect(url, timeout=10)
        except (asyncpg.PostgresError, OSError, TimeoutError) as error:
            outcome.attacks[f"not let in: {type(error).__name__}"] += 1
            await asyncio.sleep(0.5)
            continue
        try:
            await connection.execute(UNBOUND)
            while time.monotonic() < until:
                name, attack = chance.choice(ATTACKS)
                outcome.attacks[name] += 1
                await attack(connection)
        except (asyncpg.PostgresError, asyncpg.InterfaceError, OSError) as error:
            outcome.attacks[f"ended by {type(error).__name__}"] += 1
        finally:
            with suppress(Exception):
                connection.terminate()


async def _advisory_locks(connection: asyncpg.Connection) -> None:
    with suppress(asyncpg.InsufficientPrivilegeError):
        await connection.execute("select pg_advisory_lock(n) from generate_series(1, 100000) n")
        raise AssertionError("advisory locks are granted")


async def _locks_of_savepoints(connection: asyncpg.Connection) -> None:
    """Each savepoint that writes holds a lock of its own in the memory that all share."""
    one = "savepoint s; insert into regional_holiday values (date '2100-01-01' + {}, 'x') on conflict do nothing;"
    await connection.execute("begin")
    for batch in range(100):
        numbers = range(batch * LOCKS_AT_ONCE, (batch + 1) * LOCKS_AT_ONCE)
        await connection.execute("".join(one.format(number) for number in numbers))


async def _computing(connection: asyncpg.Connection) -> None:
    await connection.execute(
        "select count(*) from generate_series(1, 100000) a, generate_series(1, 1000000) b"
    )


async def _sorting_on_disk(connection: asyncpg.Connection) -> None:
    with suppress(asyncpg.ConfigurationLimitExceededError):
        await connection.execute("set work_mem = '1MB'")
        await connection.execute(
            "select count(*) from (select repeat(md5(n::text), 40) t from generate_series(1, 3000000) n order by 1) x"
        )


async def _idling(connection: asyncpg.Connection) -> None:
    await connection.execute("begin; lock table official; select pg_sleep(0.1)")
    await asyncio.sleep(30)
    await connection.execute("rollback")


ATTACKS: Final[Sequence[tuple[str, Callable[[asyncpg.Connection], Awaitable[None]]]]] = (
    ("advisory locks", _advisory_locks),
    ("locks of savepoints", _locks_of_savepoints),
    ("computing", _computing),
    ("sorting on disk", _sorting_on_disk),
    ("idling in a transaction", _idling),
)


def main() -> None:
    words = argparse.ArgumentParser(
        description="One region's login at full effort: do the others meet an error?"
    )
    words.add_argument("--seconds", type=float, default=300)
    words.add_argument("--regions", type=int, default=4, choices=range(2, len(PROVINCES) + 1))
    chosen = words.parse_args()
    os.nice(10)
    with tempfile.TemporaryDirectory(prefix="eorder-hostile-") as folder:
        Path(folder).chmod(0o711)
        postgres, valkey = Postgres(Path(folder), durable=False), Valkey(Path(folder), durable=False)
        try:
            _environment(postgres.start(), valkey.start(), folder)
            outcome = asyncio.run(_in_regions_of_its_own(chosen.regions, chosen.seconds))
        finally:
            valkey.stop()
            postgres.stop()
    print(
        f"{chosen.seconds:.0f} s, {chosen.regions - 1} other regions: {outcome.operations:,} operations,",
        end=" ",
    )
    print(f"{len(outcome.errors)} errors, the longest took {outcome.longest_seconds:.1f} s")
    print(f"connections of the hostile login that were cut off: {outcome.cut_off}")
    print(", ".join(f"{name} {count:,}" for name, count in sorted(outcome.attacks.items())))
    print(*outcome.errors[:20], sep="\n")
    raise SystemExit(bool(outcome.errors))


async def _in_regions_of_its_own(regions: int, seconds: float) -> Outcome:
    from eorder_platform import tenancy
    from eorder_platform.seeds.seeding import seed_reference
    from eorder_platform.tenancy import migrating, provisioning
    from eorder_tenants.tables import metadata

    await migrating.upgrade_shared(metadata, seed_reference)
    tenants = []
    for number, province in enumerate(PROVINCES[:regions]):
        slug = f"uji{number}"
        new = provisioning.NewTenant(
            slug, slug.upper(), province, "Asia/Jakarta", (f"{slug}.localhost",), "UJ"
        )
        tenants.append(await provisioning.add_tenant(new, metadata, migrating.newest("tenant")))
    try:
        return await besiege(tenants[0], tenants[1:], seconds)
    finally:
        await tenancy.close_connections()


if __name__ == "__main__":
    main()
