"""The whole deployment as real processes, with servers of its own that a test may kill, flush, stop and restart."""

import asyncio
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import asyncpg
import httpx

from infra.embedded import Postgres, Valkey
from tests.identity.arriving import sign_in_by_number

ROOT = Path(__file__).parents[2]
DATABASE = "eorder_faults"
PASSWORD = "kata sandi pejabat 2026"
PATIENCE_SECONDS = 90.0
"""What takes a second alone may take long on a machine that runs everything else at the same time."""


class Stack:
    """PostgreSQL, Valkey, web and worker over two regions. Processes are known, and ended, by their ids alone."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.postgres = Postgres(folder / "postgres", durable=False)
        self.valkey = Valkey(folder / "valkey", durable=False)
        self.port = _free_port()
        self._processes: dict[str, subprocess.Popen[bytes]] = {}
        self._environment: dict[str, str] = {}
        self._owner = ""

    def prepare(self) -> None:
        """Servers, database, shared schemas and the two regions."""
        url, broker = self.postgres.start(), self.valkey.start()
        at, place = url.rpartition("/")[0], url.rpartition("@")[2].rpartition("/")[0]
        self._owner = f"{at}/{DATABASE}"
        self._environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("EORDER_")},
            "EORDER_PLACEMENTS": f"main=postgresql://{place}/{DATABASE}",
            "EORDER_MASTER_KEY": "master key of the faults, long enough to count",
            "EORDER_SECRET_KEY": "secret key of the faults, long enough to count",
            "REDIS_URL": broker,
            "EORDER_FILES": str(self.folder / "files"),
            "EORDER_MAILBOX": str(self.folder / "mailbox"),
            "EORDER_REGISTRY_SECONDS": "0.2",
            "EORDER_LISTEN": f"127.0.0.1:{self.port}",
            "EORDER_PUBLIC_PORT": str(self.port),
        }
        self._environment.pop("DATABASE_URL", None)
        asyncio.run(_make_database(f"{at}/postgres"))
        self._command("eorder_web.operations.cli", "migrate")
        for slug, name, region, zone in (
            ("dki", "Provinsi DKI Jakarta", "31", "Asia/Jakarta"),
            ("gorontalo", "Provinsi Gorontalo", "75", "Asia/Makassar"),
        ):
            words = ["tenants", "add", slug, "--name", name, "--region", region, "--zone", zone]
            self._command("eorder_web.operations.cli", *words, "--host", f"{slug}.localhost")

    def do(self, deed: str, *words: object) -> Any:
        """One of the deeds of deeds.py; what it returned."""
        helper = self._processes["deeds"]
        assert helper.stdin and helper.stdout
        helper.stdin.write(json.dumps([deed, *map(str, words)]).encode() + b"\n")
        helper.stdin.flush()
        answer = json.loads(helper.stdout.readline())
        assert "failed" not in answer, answer["failed"]
        return answer["returned"]

    def start_deeds(self) -> None:
        self._start("deeds", "tests.faults.deeds", stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def start_web(self, hash_seed: str = "random", processes: int = 1) -> None:
        self._environment["PYTHONHASHSEED"] = hash_seed
        self._environment["EORDER_WEB_WORKERS"] = str(processes)
        self._start("web", "eorder_web.operations.serve")
        self.until(lambda: self.browser("localhost").get("/_/hidup").status_code == 200, "web answers")

    def start_worker(self) -> None:
        self._start("worker", "eorder_web.operations.worker")

    def kill(self, name: str) -> None:
        """Kill -9 of the web or the worker with all its children: no chance to put anything in order."""
        process = self._processes.pop(name)
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    def restore(self) -> None:
        """Whatever a test took away runs again."""
        self.postgres.start()
        self.valkey.start()
        if "worker" not in self._processes:
            self.start_worker()
        if "web" not in self._processes:
            self.start_web()

    def ids(self) -> dict[str, int]:
        """The process id of everything that runs; one that was started anew would have another."""
        assert all(process.poll() is None for process in self._processes.values()), (
            "a process ended by itself"
        )
        return {name: process.pid for name, process in self._processes.items()}

    def browser(self, host: str) -> httpx.Client:
        """A browser at that host; it keeps its cookies."""
        return httpx.Client(
            base_url=f"http://127.0.0.1:{self.port}", headers={"Host": f"{host}:{self.port}"}, timeout=30
        )

    def sign_in(self, host: str, email: str) -> httpx.Client:
        """A browser in which that person signed in by the form."""
        browser = self.browser(host)
        answer = sign_in_by_number(browser, email, PASSWORD)
        assert answer.status_code == 303, answer.text[-3000:]
        return browser

    @staticmethod
    def csrf_of(page: httpx.Response) -> str:
        """The token in the forms of a page."""
        found = re.search(r'name="_csrf" value="([\w-]+)"', page.text)
        assert found, page.text[-3000:]
        return found[1]

    def ask(self, sql: str) -> Any:
        """One value from the database, as its superuser."""
        return asyncio.run(self._ask(sql))

    async def _ask(self, sql: str) -> Any:
        connection = await asyncpg.connect(self._owner)
        try:
            return await connection.fetchval(sql)
        finally:
            await connection.close()

    def done(self) -> int:
        """How many effects are carried out, over all outboxes; cheap, to be asked often."""
        tables = ("pusat.outbox", "t_dki.outbox", "t_gorontalo.outbox")
        counts = " + ".join(f"(select count(*) from {table} where done_at is not null)" for table in tables)
        return int(self.ask(f"select {counts}"))

    def until(self, is_so: Callable[[], bool], what: str, patience: float = PATIENCE_SECONDS) -> float:
        """Wait until it is so; returns how many seconds that took."""
        began = time.monotonic()
        while True:
            with suppress(httpx.TransportError):
                if is_so():
                    return time.monotonic() - began
            assert time.monotonic() - began < patience, f"not within {patience:.0f} s: {what}{self.logs()}"
            time.sleep(0.05)

    def logs(self) -> str:
        """The last words of every process, for the one who reads why a test failed."""
        return "".join(
            f"\n── {path.stem}\n{path.read_text(errors='replace')[-3000:]}"
            for path in self.folder.glob("*.log")
        )

    def end(self) -> None:
        """Stop whatever this stack started."""
        for process in self._processes.values():
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        self.valkey.stop()
        self.postgres.stop()

    def _command(self, *words: str) -> None:
        done = subprocess.run(
            [sys.executable, "-m", *words],
            check=False,
            cwd=ROOT,
            env={**self._environment, "DATABASE_URL": self._owner},
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, f"{' '.join(words)}: {done.stderr[-2000:]}"

    def _start(
        self, name: str, module: str, stdin: int = subprocess.DEVNULL, stdout: int | None = None
    ) -> None:
        with (self.folder / f"{name}.log").open("ab") as log:
            self._processes[name] = subprocess.Popen(
                [sys.executable, "-m", module],
                cwd=ROOT,
                env=self._environment,
                stdin=stdin,
                stdout=log if stdout is None else stdout,
                stderr=log,
                start_new_session=True,
            )


@contextmanager
def running_stack() -> Iterator[Stack]:
    """A stack with web and worker, gone afterwards with all its files."""
    folder = Path(tempfile.mkdtemp(prefix="eorder-faults-"))
    folder.chmod(0o755)
    stack = Stack(folder)
    try:
        stack.prepare()
        stack.start_deeds()
        stack.start_worker()
        stack.start_web()
        yield stack
    finally:
        stack.end()
        shutil.rmtree(folder, ignore_errors=True)


async def _make_database(server: str) -> None:
    connection = await asyncpg.connect(server)
    await connection.execute(f"create database {DATABASE}")
    await connection.close()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
