"""32 clients on one budget line at once, again and again; racing.py says what is checked.

    python -m infra.benchmarks.budget_race [--rounds 200] [--clients 32]

starts a PostgreSQL of its own in a temporary folder, makes one region, races, prints what happened, and fails when
there was a fault. tests/budgets/test_race.py runs a few rounds of the same race.
"""

import argparse
import asyncio
import os
import secrets
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from eorder_platform import formatting
from infra.embedded import Postgres

if TYPE_CHECKING:
    from infra.benchmarks.racing import Outcome


def main() -> None:
    words = argparse.ArgumentParser(description="32 clients on one budget line at once, again and again.")
    words.add_argument("--rounds", type=int, default=200)
    words.add_argument("--clients", type=int, default=32)
    chosen = words.parse_args()
    with tempfile.TemporaryDirectory(prefix="eorder-race-") as folder:
        Path(folder).chmod(0o711)
        postgres = Postgres(Path(folder))
        url = postgres.start()
        try:
            _environment(url)
            outcome = asyncio.run(_in_a_region_of_its_own(chosen.rounds, chosen.clients))
        finally:
            postgres.stop()
    print(f"{outcome.rounds} rounds, {outcome.clients} clients, {outcome.seconds:.1f} s")
    print(", ".join(f"{name} {count}" for name, count in outcome.counts.items()))
    print(f"held in all: {formatting.rupiah(outcome.held_rupiah)}")
    print(f"faults: {len(outcome.faults)}", *outcome.faults[:20], sep="\n")
    raise SystemExit(bool(outcome.faults))


def _environment(url: str) -> None:
    os.environ.update(
        DATABASE_URL=url,
        EORDER_PLACEMENTS=f"main=postgresql://{url.rpartition('@')[2]}",
        EORDER_MASTER_KEY=secrets.token_hex(32),
        EORDER_SECRET_KEY=secrets.token_hex(32),
    )


async def _in_a_region_of_its_own(rounds: int, clients: int) -> "Outcome":
    # Imported here: these modules read the settings from the environment that was just made.
    from eorder_platform.database import pools
    from eorder_platform.seeds.seeding import seed_reference
    from eorder_platform.tenancy import migrating, provisioning
    from eorder_tenants.tables import metadata
    from infra.benchmarks.racing import race

    await migrating.upgrade_shared(metadata, seed_reference)
    new = provisioning.NewTenant(
        "race", "Provinsi DKI Jakarta", "31", "Asia/Jakarta", ("race.localhost",), "JK"
    )
    tenant = await provisioning.add_tenant(new, metadata, migrating.newest("tenant"))
    try:
        return await race(tenant, rounds, clients)
    finally:
        await pools.close()


if __name__ == "__main__":
    main()
