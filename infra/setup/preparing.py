"""The part that `./run` and `./test` have in common, one after the other when both are started at once."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TextIO

from infra.setup.browser_files import ensure_browser_files
from infra.setup.commands import ROOT
from infra.setup.environment import ensure_environment
from infra.setup.messages import Refusal, say
from infra.setup.processes import MARK, end_orphans, marked

DATA = ROOT / ".data"


def prepare() -> None:
    """Install Python packages and the browser's files as the lock files say; at once when nothing changed."""
    with _lock_file("setup.lock") as lock:
        if not _take(lock):
            say("Waiting for another ./run or ./test that is setting up …")
            fcntl.flock(lock, fcntl.LOCK_EX)
        end_orphans("setting up")
        os.environ.update(marked("setting up"))
        ensure_environment()
        ensure_browser_files()
        os.environ.pop(MARK)
    # Dozens of processes import the same thousands of files: each would compile them again, for seconds.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)


@contextmanager
def alone() -> Iterator[None]:
    """One `./run` for one clone."""
    with _lock_file("run.lock") as lock:
        if not _take(lock):
            raise Refusal("./run is already running in this folder; end it there with Ctrl-C first.")
        yield


def _lock_file(name: str) -> TextIO:
    DATA.mkdir(mode=0o711, exist_ok=True)
    return (DATA / name).open("a")


def _take(lock: TextIO) -> bool:
    """The lock ends with the process, also on a kill -9."""
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
