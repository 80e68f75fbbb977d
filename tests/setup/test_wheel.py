"""A wheel built from the project stands alone: installed away from the checkout it makes a database ready."""

import os
import subprocess
import sys
import sysconfig
import venv
import zipfile
from collections.abc import AsyncIterator
from pathlib import Path

import asyncpg
import pytest
import pytest_asyncio

from eorder_platform.tenancy import migrating

ROOT = Path(__file__).parents[2]
DATABASE = "eorder_of_a_wheel"
EORDER = "from importlib.metadata import entry_points as e; e(group='console_scripts')['eorder'].load()()"


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    run([sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder], cwd=ROOT)
    (made,) = folder.glob("*.whl")
    return made


@pytest.fixture(scope="module")
def python(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An environment with this wheel, and beside it only what the project stands on."""
    home = tmp_path_factory.mktemp("installed")
    venv.create(home, symlinks=True)
    site = home / "lib" / f"python{sysconfig.get_python_version()}" / "site-packages"
    zipfile.ZipFile(wheel).extractall(site)  # all that installing a wheel of pure Python is
    (site / "dependencies.pth").write_text(sysconfig.get_path("purelib"))
    return home / "bin" / "python"


@pytest_asyncio.fixture
async def database() -> AsyncIterator[str]:
    owner = await asyncpg.connect(os.environ["DATABASE_URL"])
    await owner.execute(f"create database {DATABASE}")
    yield f"{os.environ['DATABASE_URL'].rpartition('/')[0]}/{DATABASE}"
    await owner.execute(f"drop database {DATABASE} with (force)")
    await owner.close()


def test_both_histories_are_inside_the_wheel(wheel: Path) -> None:
    inside = set(zipfile.ZipFile(wheel).namelist())
    ours = (path for path in (ROOT / "migrations").rglob("*") if path.suffix in (".py", ".ini", ".mako"))
    assert {f"eorder_platform/{path.relative_to(ROOT)}" for path in ours} <= inside
    assert not [name for name in inside if not name.startswith(("eorder_", "eorder-"))]


async def test_a_wheel_migrates_an_empty_database_without_the_checkout(
    python: Path, database: str, tmp_path: Path
) -> None:
    place = database.rpartition("@")[2]
    env = {**os.environ, "DATABASE_URL": database, "EORDER_PLACEMENTS": f"main=postgresql://{place}"}
    where = run(
        [python, "-c", "import eorder_platform; print(eorder_platform.__file__)"], cwd=tmp_path, env=env
    )
    assert Path(where).is_relative_to(python.parents[1])
    assert "pada revisi terbaru" in run([python, "-c", EORDER, "migrate"], cwd=tmp_path, env=env)
    assert f"pada revisi {migrating.newest('tenant')}" in run(
        [python, "-c", EORDER, "migrate", "status"], tmp_path, env
    )
    made = await asyncpg.connect(database)
    assert await made.fetchval("select version_num from nusantara.alembic_version") == migrating.newest(
        "nusantara"
    )
    await made.close()


def run(words: list[str | Path], cwd: Path, env: dict[str, str] | None = None) -> str:
    done = subprocess.run(words, cwd=cwd, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout
