"""The embedded servers: attached to, killed, moved, found again, and closed to strangers."""

import asyncio
import contextlib
import os
import shutil
import signal
import socket
import stat
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import pytest
import redis

from infra.embedded import NotStarted, Postgres, Valkey
from infra.embedded.supervising import command_line, run_to_end
from infra.embedded.unprivileged import run_as
from infra.setup.services import look_after_services, start_services, stop_services


@pytest.fixture(scope="module")
def postgres(folder: Path) -> Iterator[Postgres]:
    server = Postgres(folder)
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="module")
def valkey(folder: Path) -> Iterator[Valkey]:
    server = Valkey(folder)
    server.start()
    yield server
    server.stop()


@pytest.fixture
def a_taken_port() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as stranger:
        yield stranger.getsockname()[1]


async def test_the_database_knows_its_password_and_nobody_without_it(postgres: Postgres) -> None:
    assert await ask(postgres.url(), "select current_database()") == "eorder"
    with pytest.raises(asyncpg.InvalidPasswordError):
        await ask(postgres.url().replace(postgres.password(), "guess"), "select 1")


async def test_the_database_is_set_up_as_the_application_expects(postgres: Postgres) -> None:
    expected = {
        "max_connections": "200",
        "max_locks_per_transaction": "256",
        "fsync": "on",
        "TimeZone": "UTC",
    }
    assert {name: await ask(postgres.url(), f"show {name}") for name in expected} == expected
    assert await ask(postgres.url(), "show listen_addresses") == "127.0.0.1"


async def test_a_row_that_was_refused_does_not_stand_in_the_log(postgres: Postgres) -> None:
    connection = await asyncpg.connect(postgres.url())
    try:
        await connection.execute("create table secret (id text primary key)")
        for _ in range(2):
            with contextlib.suppress(asyncpg.UniqueViolationError):
                await connection.execute("insert into secret values ($1)", "3171234567890001")
        with contextlib.suppress(asyncpg.UniqueViolationError):
            await connection.execute("insert into secret values ('3171234567890001')")
        await connection.execute("drop table secret")
    finally:
        await connection.close()
    log = postgres.log.read_text()
    assert "duplicate key value violates unique constraint" in log
    assert "3171234567890001" not in log


def test_a_second_start_attaches_to_the_running_servers(
    folder: Path, postgres: Postgres, valkey: Valkey
) -> None:
    before = (postgres.pid(), valkey.pid())
    assert Postgres(folder).start() == postgres.url()
    assert Valkey(folder).start() == valkey.url()
    assert (postgres.pid(), valkey.pid()) == before


async def test_a_killed_database_comes_back_with_what_was_committed(postgres: Postgres) -> None:
    await ask(postgres.url(), "create table kept as select 42 as answer")
    kill(postgres.pid())
    assert await ask(postgres.start(), "select answer from kept") == 42


def test_a_killed_valkey_comes_back_with_what_was_written(valkey: Valkey) -> None:
    redis.Redis.from_url(valkey.url()).set("kept", "42")
    kill(valkey.pid())
    assert redis.Redis.from_url(valkey.start()).get("kept") == b"42"


async def test_servers_killed_under_a_running_application_are_started_again_where_they_were(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for variable in ("DATABASE_URL", "REDIS_URL"):
        monkeypatch.delenv(variable)
    data = folder / "looked-after"
    data.mkdir(mode=0o711)
    surroundings = start_services(data, port=8000)
    try:
        for server in (Postgres(data), Valkey(data)):
            kill(server.pid())
        for _ in range(20):  # the children of a killed server hold its port for a moment
            look_after_services(data, surroundings)
            await asyncio.sleep(0.1)
        assert await ask(surroundings.owner["DATABASE_URL"], "select 1") == 1
        assert redis.Redis.from_url(surroundings.owner["REDIS_URL"]).ping()
    finally:
        stop_services(data)


@pytest.fixture(params=["sleep 60", "true"], ids=["living", "dead and not buried"])
def a_stranger(request: pytest.FixtureRequest, postgres: Postgres) -> Iterator[int]:
    """The number of a process that is no server of ours, though of its user, whom the server believes."""
    user = run_as(postgres.files.resolve()).options()
    with subprocess.Popen(request.param.split(), cwd="/", **user) as process:
        if request.param == "true":
            os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)
        yield process.pid
        process.kill()


async def test_a_pid_file_that_names_a_stranger_is_no_server(postgres: Postgres, a_stranger: int) -> None:
    lines = (postgres.files / "postmaster.pid").read_text().splitlines()
    postgres.stop()
    (postgres.files / "postmaster.pid").write_text("\n".join([str(a_stranger), *lines[1:]]) + "\n")
    assert postgres.pid() is None
    assert await ask(postgres.start(), "select 1") == 1


def test_servers_move_when_a_stranger_took_their_port(valkey: Valkey, a_taken_port: int) -> None:
    valkey.stop()
    (valkey.home / "port").write_text(str(a_taken_port))
    assert redis.Redis.from_url(valkey.start()).ping()
    assert valkey.port() != a_taken_port


def test_a_port_that_was_asked_for_and_is_busy_is_refused(
    folder: Path, valkey: Valkey, a_taken_port: int
) -> None:
    valkey.stop()
    with pytest.raises(NotStarted, match=f"Port {a_taken_port} is busy"):
        Valkey(folder, port=a_taken_port).start()
    valkey.start()


def test_a_command_that_fails_is_quoted_where_it_complains() -> None:
    script = "echo 'FATAL: No space left on device'; echo 'child process exited'; echo 'cleaning up'; exit 1"
    with pytest.raises(NotStarted, match=r"Making files failed: FATAL: No space left on device$"):
        run_to_end(["sh", "-c", script], doing="Making files")


def test_stopping_twice_is_no_error(valkey: Valkey) -> None:
    valkey.stop()
    valkey.stop()
    assert valkey.pid() is None
    valkey.start()


def test_passwords_are_for_the_owner_only(postgres: Postgres, valkey: Valkey) -> None:
    for server in (postgres, valkey):
        assert stat.S_IMODE((server.home / "password").stat().st_mode) == 0o600
        assert server.password() not in " ".join(command_line(server.pid() or 0))


@pytest.mark.skipif(os.geteuid() != 0, reason="only root lends the server to an unprivileged user")
async def test_root_in_a_closed_home_serves_without_opening_it(folder: Path) -> None:
    home = folder / "closed"
    home.mkdir(mode=0o700)
    server = Postgres(home, durable=False)
    try:
        assert await ask(server.start(), "select 1") == 1
        assert stat.S_IMODE(home.stat().st_mode) == 0o700
        assert Path(f"/proc/{server.pid()}").stat().st_uid != 0
    finally:
        server.stop()
        shutil.rmtree(server.files.resolve())


async def ask(url: str, question: str) -> object:
    connection = await asyncpg.connect(url)
    try:
        return await connection.fetchval(question)
    finally:
        await connection.close()


def kill(pid: int | None) -> None:
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    while command_line(pid):
        time.sleep(0.01)
