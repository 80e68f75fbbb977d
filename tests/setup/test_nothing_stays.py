"""A run of the tests leaves neither process nor file behind, however it ends."""

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from tests.conftest import SERVERS, WORKER

ROOT = Path(__file__).parents[2]
PATIENCE_SECONDS = 90.0
A_TEST = """
import os, subprocess, tempfile, time
from pathlib import Path
from infra.embedded import Valkey

def test_like_the_ones_with_a_deployment_of_their_own(tmp_path):
    folder = Path(tempfile.mkdtemp(prefix="eorder-faults-"))
    Valkey(folder).start()
    subprocess.Popen(["sleep", "600"], start_new_session=True)
    Path(os.environ["EORDER_FILES"]).mkdir()
    (tmp_path / "made").touch()
    Path(os.environ["STARTED"]).touch()
    time.sleep(float(os.environ["SECONDS"]))
"""


@pytest.fixture
def outside(folder: Path) -> Iterator[Path]:
    """The temporary folder of the runs below: what stays in it was left behind."""
    made = Path(tempfile.mkdtemp(prefix="outside-", dir=folder))
    made.chmod(0o711)
    yield made
    for pid in living_in(made):
        os.kill(pid, signal.SIGKILL)


def test_a_terminated_run_with_workers_leaves_no_server_and_no_file(outside: Path, tmp_path: Path) -> None:
    run = a_run(outside, tmp_path, "-n", "1", seconds=600)
    until(lambda: (tmp_path / "started").exists())
    assert {"postgres", "valkey-server", "sleep"} <= set(living_in(outside).values())
    run.terminate()
    run.wait()
    until(lambda: not living_in(outside) and not list(outside.iterdir()))


def test_a_finished_run_leaves_no_server_and_no_file(outside: Path, tmp_path: Path) -> None:
    assert a_run(outside, tmp_path, seconds=0).wait(PATIENCE_SECONDS) == 0
    assert living_in(outside) == {}
    assert list(outside.iterdir()) == []


def a_run(outside: Path, tmp_path: Path, *words: str, seconds: int) -> subprocess.Popen[bytes]:
    (tmp_path / "test_small.py").write_text(A_TEST)
    ours = {"TMPDIR": str(outside), "STARTED": str(tmp_path / "started"), "SECONDS": str(seconds)}
    inherited = {name: value for name, value in os.environ.items() if name not in (SERVERS, WORKER)}
    return subprocess.Popen(
        [
            sys.executable,
            "-m",
            "pytest",
            "-q",
            "-p",
            "tests.conftest",
            *words,
            str(tmp_path / "test_small.py"),
        ],
        cwd=ROOT,
        env=inherited | ours,
        stdout=subprocess.DEVNULL,
    )


def living_in(folder: Path) -> dict[int, str]:
    """Programs whose command line or environment names a place in the folder."""
    found = {}
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            words = (process / "cmdline").read_bytes()
            if str(folder).encode() in words + (process / "environ").read_bytes():
                found[int(process.name)] = Path(words.split(b"\0")[0].decode()).name
    return found


def until(is_so: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.05)
