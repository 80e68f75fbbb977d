"""A whole deployment for the journeys: a fresh database with the small demo; web, worker and scheduler as processes."""

import asyncio
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import asyncpg

from eorder_web.look.rendering import ROOT
from tests.conftest import place_of

HOUSE: Final = ROOT.parents[1]
PATIENCE_SECONDS: Final = 180
LAST_VALKEY_DATABASE: Final = 15
"""Journeys count down from it, the other tests count up from 0 (one for each xdist worker)."""


@dataclass
class Stack:
    """Where the deployment listens, where it keeps what it made, and what it said."""

    port: int
    folder: Path
    environment: dict[str, str]
    processes: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def address(self, host: str, path: str = "/") -> str:
        """The whole address of a page at that host."""
        return f"http://{host}:{self.port}{path}"

    def stop(self) -> None:
        """End every process that was started, by its id, and then whatever it started in its turn."""
        for process in self.processes:
            process.terminate()
        for process in self.processes:
            with suppress(subprocess.TimeoutExpired):
                process.wait(PATIENCE_SECONDS / 4)
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()

    def said(self) -> str:
        """The last words of all processes, for the report of a failure."""
        return "\n".join(f"— {log.name} —\n{log.read_text()[-3000:]}" for log in self.folder.glob("*.log"))


def start_stack(folder: Path, owner_url: str, valkey_url: str, number: int = 0) -> Stack:
    """Make the database, fill it and start the processes; about twenty seconds."""
    database = f"eorder_journeys_{secrets.token_hex(4)}"
    asyncio.run(_create(owner_url, database))
    server = owner_url.rpartition("/")[0]
    port = _free_port()
    for_all = {name: value for name, value in os.environ.items() if not name.startswith("COVERAGE")}
    for_all |= {
        "EORDER_PLACEMENTS": f"main=postgresql://{place_of(owner_url)}/{database}",
        "REDIS_URL": f"{valkey_url.rpartition('/')[0]}/{LAST_VALKEY_DATABASE - number}",
        "EORDER_FILES": str(folder / "files"),
        "EORDER_MAILBOX": str(folder / "mailbox"),
        "EORDER_LISTEN": f"127.0.0.1:{port}",
        "EORDER_PUBLIC_PORT": str(port),
        "EORDER_WEB_WORKERS": "1",
    }
    stack = Stack(port, folder, for_all)
    owner = for_all | {"DATABASE_URL": f"{server}/{database}"}
    for words in (["migrate"], ["demo", "--small"]):
        command = [sys.executable, "-m", "eorder_web.operations.cli", *words]
        for _ in range(3):
            done = subprocess.run(command, cwd=HOUSE, env=owner, capture_output=True, text=True, check=False)
            # Roles belong to the whole server: another worker may change the same one at this very moment, and then
            # PostgreSQL refuses one of the two ("tuple concurrently updated"). Both commands may be repeated.
            if "tuple concurrently updated" not in done.stderr:
                break
        if done.returncode:
            raise RuntimeError(
                f"eorder {' '.join(words)} failed:\n{done.stdout[-2000:]}{done.stderr[-4000:]}"
            )
    del for_all["DATABASE_URL"]  # web, worker and scheduler never have the owner's login
    try:
        for name in ("serve", "worker", "scheduler"):
            stack.processes.append(_start(name, stack))
        _wait_until_it_answers(stack)
    except BaseException:
        stack.stop()
        raise
    return stack


async def _create(owner_url: str, database: str) -> None:
    connection = await asyncpg.connect(owner_url)
    await connection.execute(f"create database {database}")
    await connection.close()


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def _start(name: str, stack: Stack) -> subprocess.Popen[bytes]:
    with (stack.folder / f"{name}.log").open("wb") as log:
        return subprocess.Popen(
            [sys.executable, "-m", f"eorder_web.operations.{name}"],
            cwd=HOUSE,
            env=stack.environment,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )


def _wait_until_it_answers(stack: Stack) -> None:
    """Asked by number: not every machine knows its own name."""
    asked = urllib.request.Request(
        f"http://127.0.0.1:{stack.port}/", headers={"Host": f"localhost:{stack.port}"}
    )
    until = time.monotonic() + PATIENCE_SECONDS
    while True:
        try:
            urllib.request.urlopen(asked, timeout=10).close()
            return
        except OSError:
            if time.monotonic() > until:
                raise RuntimeError(f"The web server does not answer.\n{stack.said()}") from None
            time.sleep(0.2)
