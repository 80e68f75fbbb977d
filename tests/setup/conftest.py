"""A folder like a fresh clone's: short-lived, and passable for the unprivileged user that root's PostgreSQL runs as."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    made = Path(tempfile.mkdtemp(prefix="eorder-"))
    made.chmod(0o711)
    yield made
    shutil.rmtree(made)


@pytest.fixture
def clone(folder: Path) -> Iterator[Path]:
    """Only what the two commands are made of: whatever set-up makes would show at once."""
    made = folder / "clone"
    shutil.copytree(
        ROOT / "infra" / "setup", made / "infra" / "setup", ignore=shutil.ignore_patterns("__pycache__")
    )
    for name in ("run", "test", "requirements.lock", "pyproject.toml", "infra/private_files.py"):
        shutil.copy(ROOT / name, made / name)
    yield made
    shutil.rmtree(made)
