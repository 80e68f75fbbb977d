"""Measures the search of a large region and prints what it costs.

    python -m infra.benchmarks.search [--products 500000] [--tenants 40] [--queries 300] [--rounds 2] [--seconds 15]

starts PostgreSQL, Valkey and the application as in production (granian, two workers) in a temporary folder on loopback,
fills one region with so many products and each other with 500, and stops what it started. Figures are CPU (server and
PostgreSQL together), because times of a busy machine say little; then the same queries come at 100 a second.
Beside it Tantivy searches the same rows with the same queries in this process, if it is installed (`pip install
tantivy`): its time is that of one search with the page's rows and the numbers beside the choices.
"""

import argparse
import asyncio
import tempfile
from pathlib import Path

from infra.benchmarks.speed.__main__ import servers


def main() -> None:
    """Read the options, run, print."""
    options = argparse.ArgumentParser(description="Search")
    options.add_argument("--products", type=int, default=500_000)
    options.add_argument("--tenants", type=int, default=40)
    options.add_argument("--queries", type=int, default=300)
    options.add_argument("--rounds", type=int, default=2)
    options.add_argument("--seconds", type=int, default=15)
    asked = options.parse_args()
    with tempfile.TemporaryDirectory(prefix="eorder-search-") as folder:
        Path(folder).chmod(0o755)
        with servers(Path(folder)) as postgres:
            # Imported here: what it measures reads the settings from the environment that was just made.
            from infra.benchmarks.search.running import run

            asyncio.run(run(postgres, asked))


if __name__ == "__main__":
    main()
