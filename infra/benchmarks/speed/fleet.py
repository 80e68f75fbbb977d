"""What the fleet costs: one column for every region, a migration with nothing to do, a new region; beside plain SQL."""

import shutil
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import asyncpg

from eorder_platform.tenancy import Tenant, migrating, ownership, provisioning, registry
from eorder_tenants.tables import metadata

_REVISION = '''"""Add a column."""

import sqlalchemy as sa
from alembic import op

revision = "t9999_benchmark"
down_revision = "{head}"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("work_unit", sa.Column("benchmark_note", sa.Text(), nullable=True))


def downgrade() -> None:
    op.drop_column("work_unit", "benchmark_note")
'''


async def measure_fleet(owner_url: str, tenants: Sequence[Tenant]) -> list[tuple[str, float, float]]:
    """(work, seconds here, seconds of plain SQL)."""
    results = []
    begun = time.perf_counter()
    assert not await migrating.tenants_behind()
    nothing = time.perf_counter() - begun
    connection = await asyncpg.connect(owner_url)
    begun = time.perf_counter()
    for tenant in tenants:
        async with connection.transaction():
            await connection.execute(f"alter table {tenant.schema}.work_unit add column benchmark_plain text")
    plain = time.perf_counter() - begun
    results.append((f"one column added to {len(tenants)} regions", await _add_column(), plain))
    results.append((f"migration with nothing to do, {len(tenants)} regions", nothing, 0.0))
    results.append(await _new_region(connection))
    await connection.close()
    return results


async def _add_column() -> float:
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "migrations"
        shutil.copytree(migrating.MIGRATIONS, copy)
        text = _REVISION.format(head=migrating.newest("tenant"))
        (copy / "tenant" / "versions" / "t9999_benchmark.py").write_text(text)
        migrating.MIGRATIONS, standing = copy, migrating.MIGRATIONS  # type: ignore[misc]
        try:
            behind = await migrating.tenants_behind()
            begun = time.perf_counter()
            failed = await migrating.upgrade_tenants(behind, metadata)
            assert not failed, failed[:1]
            return time.perf_counter() - begun
        finally:
            migrating.MIGRATIONS = standing  # type: ignore[misc]
            registry.forget()


async def _new_region(connection: asyncpg.Connection) -> tuple[str, float, float]:
    ours, plain, rounds = 0.0, 0.0, 3
    for number in range(rounds):
        new = provisioning.NewTenant(
            f"baru{number}",
            f"Baru {number}",
            f"94.0{number + 1}",
            "Asia/Jayapura",
            (f"baru{number}.localhost",),
            "PT",
        )
        begun = time.perf_counter()
        await provisioning.add_tenant(new, metadata, migrating.newest("tenant"))
        ours += time.perf_counter() - begun
        script = provisioning.creation_script(metadata, f"t_polos{number}", "x")
        grants = ownership.tenant_grants(metadata, f"t_polos{number}", "eorder_t_baru0")
        begun = time.perf_counter()
        async with connection.transaction():
            await connection.execute(script + grants)
        plain += time.perf_counter() - begun
        await connection.execute("reset search_path")
    return "a new region, ready to use", ours / rounds, plain / rounds
