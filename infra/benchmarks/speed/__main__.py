"""Measures this application beside the floor and prints a table of ratios.

    python -m infra.benchmarks.speed [--tenants 40] [--products 100000] [--requests 1500] [--rounds 3] [--clients 8]
                                     [--thousands 10] [--only WORK]

starts PostgreSQL, Valkey, the application as in production (granian, two workers) and the floor (floor.py, also two
workers) in a temporary folder on loopback, seeds, alternates rounds, prints, and stops what it started. Ratios come
from one run on one machine and are by CPU: times of a busy machine say little, what work costs says much.
"""

import argparse
import asyncio
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from infra.embedded import Postgres, Valkey


def main() -> None:
    """Read the options, run, print."""
    options = argparse.ArgumentParser(description="Speed beside the floor")
    options.add_argument("--tenants", type=int, default=40)
    options.add_argument("--products", type=int, default=100_000)
    options.add_argument("--requests", type=int, default=1_500)
    options.add_argument("--rounds", type=int, default=3)
    options.add_argument("--clients", type=int, default=8)
    options.add_argument(
        "--thousands", type=int, default=10, help="mixed requests for the memory, in thousands"
    )
    options.add_argument("--only", default="", help="part of a work's name; or: steps, memory")
    asked = options.parse_args()
    with tempfile.TemporaryDirectory(prefix="eorder-speed-") as folder:
        Path(folder).chmod(0o755)
        with servers(Path(folder)) as postgres:
            # Imported here: what it measures reads the settings from the environment that was just made.
            from infra.benchmarks.speed.running import run

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
            "EORDER_API_REQUESTS_A_MINUTE": "100000",
        }
        yield postgres
    finally:
        postgres.stop()
        valkey.stop()


if __name__ == "__main__":
    main()
