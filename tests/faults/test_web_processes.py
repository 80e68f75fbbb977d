"""The web's processes: one that ends is followed by another, and whoever watches them takes next to nothing."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from eorder_web.operations.serve import SHORT_LIFE_SECONDS
from infra.benchmarks.speed.processes import family, memory_megabytes
from tests.faults.stack import Stack

SELDOM_USED = frozenset(
    "alembic authlib httpx holidays joserfc limits openpyxl pypdf pyotp python_calamine segno typst webauthn xlsxwriter"
    " zxcvbn".split()
)
"""Libraries that most requests need nothing of; whoever does imports them where they are used."""


@pytest.fixture
def watcher(stack: Stack) -> Iterator[int]:
    """A web of two processes: the id of whoever watches them."""
    stack.kill("web")
    stack.start_web(processes=2)
    watcher = stack.ids()["web"]
    stack.until(lambda: len(family(watcher)) == 3, "two processes serve")
    yield watcher
    stack.kill("web")


def test_a_killed_web_process_is_followed_by_another_while_the_rest_answers(
    stack: Stack, watcher: int
) -> None:
    assert memory_megabytes([watcher]) < 25, "whoever watches has imported the application"
    time.sleep(SHORT_LIFE_SECONDS)
    before = family(watcher)
    killed = max(before - {watcher})
    os.kill(killed, signal.SIGKILL)
    assert stack.browser("localhost").get("/_/hidup").status_code == 200
    stack.until(lambda: len(family(watcher) - before) == 1, "another process begins")
    assert killed not in family(watcher)
    os.kill(watcher, signal.SIGTERM)
    stack.until(lambda: not _any_of(before), "all end when asked to")


def test_no_web_process_outlives_whoever_watches_it(stack: Stack, watcher: int) -> None:
    serving = family(watcher) - {watcher}
    os.kill(watcher, signal.SIGKILL)
    stack.until(lambda: not _any_of(serving), "they end with it")


def _any_of(processes: set[int]) -> bool:
    """Whether one of them still runs; one that nobody has buried does not."""
    states = []
    for pid in processes:
        with suppress(FileNotFoundError):
            states.append(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0])
    return any(state != "Z" for state in states)


def test_the_web_starts_without_libraries_that_it_seldom_uses() -> None:
    asked = (
        "import json, sys; from eorder_web.app import create_app; from eorder_web.look import rendering;"
        " create_app(); rendering.compile_all(); print(json.dumps(sorted({m.partition('.')[0] for m in sys.modules})))"
    )
    answer = subprocess.run([sys.executable, "-c", asked], capture_output=True, check=True, text=True)
    loaded = set(json.loads(answer.stdout.splitlines()[-1]))
    assert "eorder_web" in loaded
    assert not SELDOM_USED & loaded
