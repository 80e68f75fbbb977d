"""A PgBouncer of its own in front of a fleet."""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from eorder_platform.database import home
from eorder_platform.settings import settings
from infra.pooling import PROGRAM, PgBouncer
from tests.tenancy.deployments import Fleet, lead_to

__all__ = ["PROGRAM", "behind_pgbouncer"]


@asynccontextmanager
async def behind_pgbouncer(fleet: Fleet, folder: Path) -> AsyncIterator[None]:
    """Lead this process through a PgBouncer of its own to the fleet's home database; undone at the end."""
    pooler = PgBouncer(folder, os.environ["DATABASE_URL"])
    database = fleet.addresses[home()].rpartition("/")[2]
    kept = {name: os.environ.get(name, "0") for name in ("EORDER_PLACEMENTS", "EORDER_POOLED")}
    await lead_to(
        {"EORDER_PLACEMENTS": f"main=postgresql://{pooler.start()}/{database}", "EORDER_POOLED": "1"}
    )
    try:
        assert settings().pooled
        yield
    finally:
        await lead_to(kept)
        pooler.stop()
