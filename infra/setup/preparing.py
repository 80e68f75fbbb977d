"""The part that `./run` and `./test` have in common, one after the other when both are started at once."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager

from infra.setup.browser_files import ensure_browser_files
from infra.setup.commands import ROOT
from infra.setup.environment import ensure_environment
from infra.setup.processes import MARK, end_orphans, marked
from infra.setup.telling import Refusal

DATA = ROOT / ".data"


def prepare() -> None:
    """Install Python packages and the browser's files as the lock files say; at once when nothing changed."""
    with _locked("setup.lock", fcntl.LOCK_EX):
        end_orphans("setting up")
        os.environ.update(marked("setting up"))
        ensure_environment()
        ensure_browser_files()
        os.environ.pop(MARK)


@contextmanager
def alone() -> Iterator[None]:
    """One `./run` for one clone."""
    try:
        with _locked("run.lock", fcntl.LOCK_EX | fcntl.LOCK_NB):
            yield
    except BlockingIOError:
        raise Refusal("./run is already running in this folder; end it there with Ctrl-C first.") from None


@contextmanager
def _locked(name: str, how: int) -> Iterator[None]:
    """The lock ends with the process, also on a kill -9."""
    DATA.mkdir(mode=0o711, exist_ok=True)
    with (DATA / name).open("a") as lock:
        fcntl.flock(lock, how)
        yield
