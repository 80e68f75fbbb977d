"""A PgBouncer in transaction mode in front of a fleet, as Debian 12 has it: no statement is kept, nothing is set."""

import asyncio
import os
import shutil
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from eorder_platform.database import Login, home, password_of
from eorder_platform.settings import settings
from eorder_platform.tenancy.connecting import NATIONAL_ROLE
from tests.tenancy.deployments import Fleet, lead_to

PROGRAM = shutil.which("pgbouncer") or shutil.which("pgbouncer", path="/usr/sbin")
SERVERS_FOR_EACH_ROLE = 2
"""Fewer than a process opens connections, so that transactions really change servers."""


@asynccontextmanager
async def behind_pgbouncer(fleet: Fleet, folder: Path) -> AsyncIterator[None]:
    """Lead this process through a PgBouncer of its own to the fleet's home database; undone at the end."""
    assert PROGRAM
    address = fleet.addresses[home()]
    server, _, database = address.rpartition("@")[2].partition("/")
    port = _free_port()
    program = await _start(folder, server, port, fleet)
    kept = {name: os.environ.get(name, "") for name in ("EORDER_PLACEMENTS", "EORDER_POOLED")}
    kept["EORDER_POOLED"] = "0"
    await lead_to(
        {"EORDER_PLACEMENTS": f"main=postgresql://127.0.0.1:{port}/{database}", "EORDER_POOLED": "1"}
    )
    try:
        assert settings().pooled
        yield
    finally:
        await lead_to(kept)
        program.terminate()
        await program.wait()


async def _start(folder: Path, server: str, port: int, fleet: Fleet) -> asyncio.subprocess.Process:
    host, _, server_port = server.partition(":")
    logins = [*(tenant.login for tenant in fleet.tenants), Login(home(), NATIONAL_ROLE)]
    users = folder / "users.txt"
    users.write_text("".join(f'"{one.role}" "{password_of(one.role, one.generation)}"\n' for one in logins))
    settings_file = folder / "pgbouncer.ini"
    settings_file.write_text(
        f"[databases]\n* = host={host} port={server_port}\n[pgbouncer]\nlisten_addr = 127.0.0.1\n"
        f"listen_port = {port}\nunix_socket_dir =\nauth_type = scram-sha-256\nauth_file = {users}\n"
        f"pool_mode = transaction\nmax_client_conn = 1000\ndefault_pool_size = {SERVERS_FOR_EACH_ROLE}\n"
    )
    as_root = os.getuid() == 0
    if as_root:  # it does not run as root
        for path in (users, settings_file):
            shutil.chown(path, "nobody")
        for parent in (folder, *folder.parents[:3]):
            if parent.owner() == "root" and parent.stat().st_mode & 0o077 == 0:
                parent.chmod(0o711)
    program = await asyncio.create_subprocess_exec(
        str(PROGRAM), "-q", str(settings_file), user="nobody" if as_root else None
    )
    for _ in range(100):
        with socket.socket() as trying:
            if trying.connect_ex(("127.0.0.1", port)) == 0:
                return program
        await asyncio.sleep(0.05)
    program.kill()
    raise AssertionError("PgBouncer did not start")


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port: int = free.getsockname()[1]
    return port
