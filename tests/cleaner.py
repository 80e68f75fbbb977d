"""The cleaner: a process that outlives a run of the tests by a second, and ends and removes whatever the run began.

It waits at a pipe that closes when the run ends, be it finished, stopped, terminated or killed with -9. Everything of
a run lies in one folder, which is also its TMPDIR: so a process belongs to the run when it was given that TMPDIR, or
when it is a server whose files lie there.
"""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[1]
SERVERS: Final = ("postgres", "valkey-server")
PATIENCE_SECONDS: Final = 30.0


class Run:
    """The folder of one run of the tests, and the cleaner that waits for the run's end."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="eorder-tests-"))
        self.folder.chmod(0o755)  # an unprivileged PostgreSQL passes through
        self._cleaner = subprocess.Popen(
            [sys.executable, "-m", "tests.cleaner", str(self.folder)],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            start_new_session=True,  # Ctrl-C is for the tests, not for the cleaner
        )
        os.environ["TMPDIR"] = str(self.folder)
        tempfile.tempdir = None  # chosen anew from TMPDIR

    def leave(self) -> None:
        """For a fork of this process, whose life is not the run's."""
        assert self._cleaner.stdin is not None
        os.close(self._cleaner.stdin.fileno())

    def end(self) -> None:
        """What the death of this process would do as well."""
        assert self._cleaner.stdin is not None
        self._cleaner.stdin.close()
        self._cleaner.wait(PATIENCE_SECONDS)


def clean(folder: Path) -> None:
    """End the processes of a run and remove its folder, also when somebody still writes into it at first."""
    lent = [link.resolve() for link in folder.rglob("postgres/data") if link.is_symlink()]
    until = time.monotonic() + PATIENCE_SECONDS
    while (living := _processes_of([folder, *lent])) or folder.exists():
        for pid, program in living.items():
            with suppress(ProcessLookupError):
                # PostgreSQL ends its children at once when it is told to quit; killed, it would leave them to notice.
                os.kill(pid, signal.SIGQUIT if program == "postgres" else signal.SIGKILL)
        for place in () if living else (folder, *lent):
            shutil.rmtree(place, ignore_errors=True)
        if time.monotonic() > until:
            raise SystemExit(f"Left behind by a run of the tests: {folder} {living}")
        time.sleep(0.02)


def _processes_of(places: list[Path]) -> dict[int, str]:
    found = {}
    mark = f"TMPDIR={places[0]}".encode()
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            words = (process / "cmdline").read_bytes().decode(errors="replace").split("\0")
            program = Path(words[0]).name
            serves = program in SERVERS and any(
                Path(word).is_relative_to(place) for word in words[1:] for place in places
            )
            if serves or mark in (process / "environ").read_bytes().split(b"\0"):
                found[int(process.name)] = program
    return found


if __name__ == "__main__":
    sys.stdin.read()
    clean(Path(sys.argv[1]))
