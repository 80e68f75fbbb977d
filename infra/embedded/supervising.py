"""What both servers need: one home folder, a remembered port and password, one lock, attach or start, and stop."""

import fcntl
import os
import re
import secrets
import signal
import socket
import subprocess
import time
from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, ClassVar

from infra.private_files import write_private

LOOPBACK = "127.0.0.1"
PATIENCE_SECONDS = 60.0
ATTEMPTS = 3


class NotStarted(Exception):
    """A server could not be started or stopped; the message is one sentence for the person at the keyboard."""


class Server(ABC):
    """One server under `data/<name>/`: `data` (its own files), `password` (0600), `port`, `log` and `lock`.

    The server outlives whoever started it, also a kill -9: the next `start` attaches to it.
    """

    name: ClassVar[str]
    title: ClassVar[str]
    stop_signal: ClassVar[signal.Signals]

    def __init__(self, data: Path, port: int | None = None, durable: bool = True) -> None:
        self.home = data.resolve() / self.name
        self.files = self.home / "data"
        self.log = self.home / "log"
        self.durable = durable
        self._wanted_port = port
        self._child: subprocess.Popen[bytes] | None = None

    @abstractmethod
    def url(self) -> str:
        """Where the server is, with its password."""

    @abstractmethod
    def pid(self) -> int | None:
        """The live process that serves exactly these files; a process that merely inherited the number is not it."""

    @abstractmethod
    def _prepare(self) -> None: ...

    @abstractmethod
    def _launch(self) -> subprocess.Popen[bytes]: ...

    @abstractmethod
    def _is_ready(self) -> bool: ...

    def start(self) -> str:
        """Attach to the running server or start it, and wait until it answers. Returns its URL."""
        with self._locked():
            for _ in range(ATTEMPTS):
                if self.pid() is None:
                    self._prepare()
                    self._choose_port()
                    self._child = self._launch()
                if self._comes_up():
                    return self.url()
                # One that was just killed may hold on to its memory and its port for a moment.
                time.sleep(0.5)
            raise NotStarted(f"{self.title} did not start: {last_words(self.log)} (whole log: {self.log})")

    def stop(self) -> None:
        """Stop the server, whoever started it; open transactions are rolled back. Stopping twice is no error."""
        if not self.home.exists():
            return
        with self._locked():
            pid = self.pid()
            if pid is not None:
                os.kill(pid, self.stop_signal)
                self._wait_until_gone(pid)

    def password(self) -> str:
        return (self.home / "password").read_text()

    def port(self) -> int:
        return int((self.home / "port").read_text())

    @contextmanager
    def _locked(self) -> Iterator[None]:
        # 0711: an unprivileged server passes through to its own files without reading ours.
        self.home.mkdir(mode=0o711, parents=True, exist_ok=True)
        try:
            descriptor = os.open(self.home / "lock", os.O_RDWR | os.O_CREAT, 0o600)
        except PermissionError:
            raise NotStarted(f"{self.home} belongs to another user of this machine.") from None
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            self._make_password()
            yield
        finally:
            os.close(descriptor)

    def _make_password(self) -> None:
        if not (self.home / "password").exists():
            write_private(self.home / "password", secrets.token_urlsafe(24))

    def _choose_port(self) -> None:
        """The asked or remembered port; another free one when a stranger took the remembered one."""
        remembered = self.home / "port"
        port = self._wanted_port or (self.port() if remembered.exists() else 0)
        if not is_free(port):
            if self._wanted_port:
                raise NotStarted(f"Port {port} is busy: {self.title} cannot use it.")
            port = 0
        write_private(remembered, str(port or free_port()))

    def _comes_up(self) -> bool:
        """Wait until it answers; False when it ended instead."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not self._is_ready():
            if self.pid() is None and (self._child is None or self._child.poll() is not None):
                return False
            if time.monotonic() > deadline:
                raise NotStarted(
                    f"{self.title} is not ready after {PATIENCE_SECONDS:.0f} seconds (log: {self.log})."
                )
            time.sleep(0.02)
        return True

    def _wait_until_gone(self, pid: int) -> None:
        deadline = time.monotonic() + PATIENCE_SECONDS
        while self.pid() == pid:
            if self._child is not None:
                self._child.poll()
            if time.monotonic() > deadline:
                raise NotStarted(
                    f"{self.title} (process {pid}) did not stop in {PATIENCE_SECONDS:.0f} seconds."
                )
            time.sleep(0.01)


def command_line(pid: int) -> list[str]:
    """The words a live process was started with; empty for one that is gone, or a zombie."""
    try:
        output = Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return []
    return output.decode(errors="replace").split("\0") if output else []


def is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            return False
        return True


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        port: int = probe.getsockname()[1]
        return port


def open_log(path: Path) -> IO[bytes]:
    """For the owner only: a server quotes rows in its complaints."""
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "ab")


def last_words(log: Path, lines: int = 3) -> str:
    """The end of a log as one line: why a server gave up."""
    return (
        " / ".join(log.read_text(errors="replace").strip().splitlines()[-lines:])
        if log.exists()
        else "no log"
    )


def run_to_end(words: Sequence[str], doing: str, feed: str = "", **options: Any) -> None:
    """Run a short command; when it fails, the lines in which it complains, or else its last, become the sentence."""
    done = subprocess.run(
        words, check=False, input=feed, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, **options
    )
    if done.returncode != 0:
        lines = done.stdout.strip().splitlines()
        complaints = [line for line in lines if re.search("FATAL|PANIC|error:", line)]
        raise NotStarted(f"{doing} failed: {' / '.join(complaints or lines[-3:])}")
