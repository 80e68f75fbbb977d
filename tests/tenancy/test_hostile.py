"""One region's login at full effort for some seconds, on servers of its own; the long version is the command itself."""

import subprocess
import sys
from pathlib import Path

import pytest

from eorder_platform import tenancy
from eorder_platform.tenancy import watching
from tests.tenancy.deployments import Fleet
from tests.tenancy.role_checks import connected_as

ROOT = Path(__file__).resolve().parents[2]


def test_the_other_regions_meet_no_error() -> None:
    words = [sys.executable, "-m", "infra.benchmarks.hostile", "--seconds", "5", "--regions", "2"]
    said = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)
    assert said.returncode == 0, said.stdout + said.stderr
    assert " 0 errors" in said.stdout and "not let in: TooManyConnectionsError" in said.stdout


async def test_a_limit_that_the_owner_set_is_not_the_roles_to_change(fleet: Fleet) -> None:
    for statement in (
        "alter role current_user connection limit -1",
        "set temp_file_limit = -1",
        "alter role current_user set temp_file_limit = -1",
        "select pg_advisory_lock(1)",
        "select pg_try_advisory_xact_lock(1)",
    ):
        async with connected_as(fleet.tenants[0].login) as connection:
            with pytest.raises(Exception, match="permission denied"):
                await connection.execute(statement)


async def test_who_overstays_is_cut_off_and_nobody_else(
    fleet: Fleet, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watching, "LONGEST_TRANSACTION_SECONDS", 0)
    overstaying, other = fleet.tenants
    async with connected_as(overstaying.login) as connection:
        await connection.execute("set transaction_timeout = 0")
        await connection.execute("begin")
        assert overstaying.role in await watching.cut_off_who_overstays(fleet.owner)
        with pytest.raises(Exception, match=r"closed|terminat|another operation"):
            await connection.execute("select 1")
    async with tenancy.reading(other) as connection:
        assert await connection.fetchval("select 1") == 1
