"""The family of processes: heard, started again, ended to the last grandchild, found after a kill -9."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from infra.setup.messages import Refusal
from infra.setup.processes import Family, end_orphans, marked

LINGERING = (
    "import subprocess, time; subprocess.Popen(['sleep', '600']); print('here', flush=True); time.sleep(600)"
)


@pytest.fixture
def family() -> Iterator[Family]:
    made = Family(os.environ)
    yield made
    made.end()


def test_ending_the_family_leaves_no_grandchild(family: Family, capsys: pytest.CaptureFixture[str]) -> None:
    family.start("worker", [sys.executable, "-c", LINGERING])
    session = family.children["worker"].pid
    assert within_seconds(lambda: "worker    │ here" in capsys.readouterr().out)
    assert len(members_of(session)) == 2
    family.end()
    assert within_seconds(lambda: not members_of(session))


def test_a_child_that_dies_is_started_again(family: Family) -> None:
    family.start("worker", [sys.executable, "-c", LINGERING])
    first = family.children["worker"]
    first.kill()
    first.wait()
    family.look_after()
    assert family.children["worker"].pid != first.pid
    assert family.children["worker"].poll() is None


def test_a_child_that_cannot_live_is_not_started_for_ever(family: Family) -> None:
    family.start("web", ["false"])
    with pytest.raises(Refusal, match="The web process ends as soon as it starts"):
        for _ in range(500):
            family.look_after()
            time.sleep(0.01)


def test_children_of_a_killed_run_are_ended_by_the_next(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("infra.setup.processes.ROOT", tmp_path)
    orphan = subprocess.Popen(["sleep", "600"], env={**os.environ, **marked("serving")})
    stranger = subprocess.Popen(["sleep", "600"], env={**os.environ, **marked("setting up")})
    end_orphans("serving")
    assert orphan.wait(5) != 0
    assert stranger.poll() is None
    stranger.kill()
    stranger.wait()


def within_seconds(is_so: Callable[[], bool], patience: float = 5.0) -> bool:
    deadline = time.monotonic() + patience
    while time.monotonic() < deadline:
        if is_so():
            return True
        time.sleep(0.02)
    return False


def members_of(session: int) -> list[int]:
    """Who lives in a session; a dead process that nobody has buried yet does not count."""
    living = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            state, _, _, of_session = stat.read_text().rpartition(")")[2].split()[:4]
            if int(of_session) == session and state != "Z":
                living.append(int(stat.parent.name))
    return living
