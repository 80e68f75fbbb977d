"""The processes of the application: started together, heard together, ended together."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from infra.setup.commands import PATIENCE_SECONDS, ROOT, ask_to_end, see_to_end
from infra.setup.messages import Refusal, say

MARK = "EORDER_STARTED_FROM"
SHORT_LIFE_SECONDS = 5.0
SHORT_LIVES = 3
COLOURS = (36, 35, 33)


class Family:
    """Children that live as long as `./run`: one that dies is started again, one that cannot live ends them all."""

    def __init__(self, env: Mapping[str, str]) -> None:
        self.env = {**env, **marked("serving")}
        self.words: dict[str, Sequence[str | Path]] = {}
        self.children: dict[str, subprocess.Popen[str]] = {}
        self.born: dict[str, float] = {}
        self.short_lives: dict[str, int] = {}

    def start(self, name: str, words: Sequence[str | Path]) -> None:
        self.words[name] = words
        self.born[name] = time.monotonic()
        self.children[name] = child = subprocess.Popen(
            [str(word) for word in words],
            cwd=ROOT,
            env=self.env,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            start_new_session=True,
        )
        threading.Thread(target=self._pass_on, args=(name, child), daemon=True).start()

    def look_after(self) -> None:
        """Start again what ended; refuse to go on with one that ends at once, three times in a row."""
        for name, child in list(self.children.items()):
            if child.poll() is None:
                continue
            see_to_end(child)
            lived = time.monotonic() - self.born[name]
            self.short_lives[name] = self.short_lives.get(name, 0) + 1 if lived < SHORT_LIFE_SECONDS else 0
            if self.short_lives[name] >= SHORT_LIVES:
                raise Refusal(f"The {name} process ends as soon as it starts; its last lines stand above.")
            say(f"The {name} process ended (code {child.returncode}) and is started again.")
            self.start(name, self.words[name])

    def end(self) -> None:
        """Ask all at once, wait for each, then insist: nothing that was started here stays."""
        for child in self.children.values():
            ask_to_end(child)
        for child in self.children.values():
            see_to_end(child)

    def _pass_on(self, name: str, child: subprocess.Popen[str]) -> None:
        prefix = f"{name:<9} │ "
        if sys.stdout.isatty():
            colour = COLOURS[list(self.words).index(name) % len(COLOURS)]
            prefix = f"\x1b[{colour}m{prefix}\x1b[0m"
        assert child.stdout is not None
        for line in child.stdout:
            say(prefix + line.rstrip())


def marked(purpose: str) -> dict[str, str]:
    """The variable by which children of this very folder are known, also when their parent was killed."""
    return {MARK: f"{purpose} {ROOT}"}


def end_orphans(purpose: str) -> None:
    """After a kill -9 its children live on. Whoever holds the lock for a purpose knows that none of them is needed."""
    mark = f"{MARK}={purpose} {ROOT}".encode()
    for request in (signal.SIGTERM, signal.SIGKILL):
        for pid in _bearers(mark):
            with suppress(ProcessLookupError):
                os.kill(pid, request)
        deadline = time.monotonic() + PATIENCE_SECONDS
        while _bearers(mark) and time.monotonic() < deadline:
            time.sleep(0.05)


def _bearers(mark: bytes) -> list[int]:
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            if mark in (process / "environ").read_bytes().split(b"\0"):
                found.append(int(process.name))
    return found
