"""PgBouncer in transaction mode in front of a PostgreSQL, as Debian 12 has it: no statement is kept, nothing is set.

For tests and benchmarks. Every role may pass: PgBouncer asks the server itself who they are.
"""

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from infra.private_files import write_private

PROGRAM: Final = shutil.which("pgbouncer") or shutil.which("pgbouncer", path="/usr/sbin")
LOOPBACK: Final = "127.0.0.1"
SERVERS_FOR_EACH_ROLE: Final = 4
"""Fewer than a process opens connections, so that transactions really change servers; as many as a test of a race
needs, which holds a row itself and has two or three others wait for it."""
UNPRIVILEGED: Final = "nobody"
"""It does not run as root."""
PATIENCE_SECONDS: Final = 10.0


class PgBouncer:
    """`start()` returns where it listens, "127.0.0.1:port"; its files lie in `folder`."""

    def __init__(self, folder: Path, owner_url: str) -> None:
        self._folder = folder
        self._owner = urlsplit(owner_url)
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> str:
        if PROGRAM is None:
            raise FileNotFoundError("pgbouncer is not installed (sudo apt install pgbouncer)")
        as_root, port = os.getuid() == 0, _free_port()
        self._process = subprocess.Popen(
            [PROGRAM, "-q", str(self._written(port, as_root))], user=UNPRIVILEGED if as_root else None
        )
        self._wait_for(lambda: _answers(port))
        return f"{LOOPBACK}:{port}"

    def stop(self) -> None:
        if self._process is not None:
            self._process.terminate()
            self._process.wait()
            self._process = None

    def _written(self, port: int, as_root: bool) -> Path:
        users, chosen = self._folder / "pooler-users.txt", self._folder / "pooler.ini"
        write_private(users, f'"{self._owner.username}" "{self._owner.password}"\n')
        write_private(
            chosen,
            f"[databases]\n* = host={self._owner.hostname} port={self._owner.port} auth_user={self._owner.username}\n"
            f"[pgbouncer]\nlisten_addr = {LOOPBACK}\nlisten_port = {port}\nunix_socket_dir =\n"
            f"auth_type = scram-sha-256\nauth_file = {users}\n"
            "auth_query = select usename, passwd from pg_shadow where usename = $1\n"
            f"pool_mode = transaction\nmax_client_conn = 1000\ndefault_pool_size = {SERVERS_FOR_EACH_ROLE}\n",
        )
        if as_root:
            for path in (users, chosen):
                shutil.chown(path, UNPRIVILEGED)
            for parent in (self._folder, *self._folder.parents[:3]):
                if parent.owner() == "root" and parent.stat().st_mode & 0o077 == 0:
                    parent.chmod(0o711)
        return chosen

    def _wait_for(self, condition: Callable[[], bool]) -> None:
        until = time.monotonic() + PATIENCE_SECONDS
        while not condition():
            if time.monotonic() > until:
                self.stop()
                raise TimeoutError("PgBouncer did not start")
            time.sleep(0.05)


def _answers(port: int) -> bool:
    with socket.socket() as trying:
        return trying.connect_ex((LOOPBACK, port)) == 0


def _free_port() -> int:
    with socket.create_server((LOOPBACK, 0)) as free:
        port: int = free.getsockname()[1]
    return port
