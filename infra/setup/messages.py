"""What the person at the keyboard reads: one line per long step, and one sentence when something is refused."""

import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

QUIET_SECONDS = 10.0


class Refusal(Exception):
    """Set-up cannot go on; the message is the one sentence that says why and what to do."""


class Step:
    """A long step; `says` what it is doing right now."""

    def __init__(self, title: str) -> None:
        self.title = title
        self.detail = ""
        self.started = time.monotonic()

    def says(self, detail: str) -> None:
        self.detail = detail

    @property
    def seconds(self) -> int:
        return round(time.monotonic() - self.started)

    @property
    def line(self) -> str:
        return f"{self.title} … {self.seconds} s" + (f", {self.detail}" if self.detail else "")


@contextmanager
def step(title: str) -> Iterator[Step]:
    """Show the step while it lasts: one moving line on a terminal, a line every ten seconds in a log."""
    shown = Step(title)
    over = threading.Event()
    ticking = threading.Thread(target=_tick, args=(shown, over), daemon=True)
    ticking.start()
    mark = "failed:"
    try:
        yield shown
        mark = "done:"
    finally:
        over.set()
        ticking.join()
        say(f"{mark} {title} ({shown.seconds} s)")


def say(text: str) -> None:
    _write(f"{_clear_line()}{text}\n")


def _tick(shown: Step, over: threading.Event) -> None:
    if not sys.stdout.isatty():
        say(f"{shown.title} …")
        while not over.wait(QUIET_SECONDS):
            say(f"  {shown.line}")
        return
    while True:
        _write(_clear_line() + shown.line)
        if over.wait(0.2):
            return


def _clear_line() -> str:
    return "\r\x1b[K" if sys.stdout.isatty() else ""


def _write(text: str) -> None:
    """A terminal that was closed must not keep us from ending what we started."""
    with suppress(OSError):
        sys.stdout.write(text)
        sys.stdout.flush()
