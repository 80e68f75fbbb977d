"""The services and secrets that the application's processes are given as environment variables."""

import os
import secrets
import shlex
import socket
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

from infra.private_files import write_private
from infra.setup import commands
from infra.setup.environment import PYTHON
from infra.setup.messages import Refusal, say, step

STAND_INS = " ".join(
    f"{system}=stand-in" for system in "oss dukcapil coretax bank sirup sipd bsre messages".split()
)
"""What `./run` shows of other authorities: their stand-ins, which say so wherever they are seen."""
EMBEDDED = {"DATABASE_URL": ("postgres", "PostgreSQL"), "REDIS_URL": ("valkey", "Valkey")}


@dataclass(frozen=True)
class Environments:
    """Two sets of variables: the command line may act as the database's owner, web and workers may not."""

    owner: Mapping[str, str]
    application: Mapping[str, str]


def start_services(data: Path, port: int) -> Environments:
    """Use DATABASE_URL and REDIS_URL where they are set; start what is missing below `data`."""
    given = dict(os.environ)
    for variable, (name, title) in EMBEDDED.items():
        if not given.get(variable):
            with step(f"Starting {title}"):
                given |= _started(data, name)
    for name, value in _secrets(data).items():
        given.setdefault(name, value)
    given.setdefault("EORDER_FILES", str(data / "files"))
    given.setdefault("EORDER_MAILBOX", str(data / "mailbox"))
    given.setdefault("EORDER_SHOW_MAILBOX", "yes")
    given.setdefault("EORDER_ADAPTERS", STAND_INS)
    given.setdefault("EORDER_PLACEMENTS", f"main={without_credentials(given['DATABASE_URL'])}")
    given |= {"EORDER_LISTEN": f"127.0.0.1:{port}", "EORDER_PUBLIC_PORT": str(port), "PYTHONUNBUFFERED": "1"}
    _write_owner_file(data, given)
    application = {
        name: value for name, value in given.items() if name not in ("DATABASE_URL", "EORDER_OWNER_URL")
    }
    return Environments(owner=given, application=application)


def look_after_services(data: Path, environments: Environments) -> None:
    """Start again an embedded server that was killed; web and workers find it where it was."""
    for variable, (name, title) in EMBEDDED.items():
        if os.environ.get(variable) or not _is_gone(environments.owner[variable]):
            continue
        say(f"{title} ended.")
        with step(f"Starting {title} again"):
            if _started(data, name)[variable] != environments.owner[variable]:
                raise Refusal(f"Another program took the port of {title}: start ./run anew.")


def stop_services(data: Path) -> None:
    """Stop the embedded servers, whoever started them; servers of your own are left alone."""
    if PYTHON.exists() and data.exists():
        commands.run(_embedded("stop", data), "Stopping PostgreSQL and Valkey")


def without_credentials(url: str) -> str:
    """A placement: where a database is, for everybody who has a login of their own."""
    parts = urlsplit(url)
    return urlunsplit(("postgresql", parts.netloc.rpartition("@")[2], parts.path, parts.query, ""))


def _write_owner_file(data: Path, given: Mapping[str, str]) -> None:
    """For a shell of your own while `./run` runs: `. .data/owner.env`, then `.venv/bin/eorder tenants list`."""
    ours = {name: value for name, value in given.items() if name.startswith("EORDER_")}
    # Under these names they do not make the next `./run` take the embedded servers for the user's own.
    ours |= {"EORDER_OWNER_URL": given["DATABASE_URL"], "EORDER_REDIS_URL": given["REDIS_URL"]}
    lines = [f"export {name}={shlex.quote(value)}\n" for name, value in sorted(ours.items())]
    write_private(data / "owner.env", "".join(lines))


def _started(data: Path, name: str) -> dict[str, str]:
    output = commands.run([*_embedded("start", data), "--only", name], "Starting the embedded services")
    return dict(line.split("=", 1) for line in output.splitlines())


def _embedded(action: str, data: Path) -> list[str | Path]:
    return [PYTHON, "-m", "infra.embedded", action, "--data", data]


def _is_gone(url: str) -> bool:
    where = urlsplit(url)
    try:
        socket.create_connection((where.hostname or "", where.port or 0), timeout=1).close()
    except ConnectionRefusedError:
        return True
    except OSError:  # too busy to answer at once
        return False
    return False


def _secrets(data: Path) -> dict[str, str]:
    """Made once for this clone; without the master key no role could sign in to the database any more."""
    kept = data / "secrets"
    if not kept.exists():
        made = [f"{name}={secrets.token_hex(32)}\n" for name in ("EORDER_MASTER_KEY", "EORDER_SECRET_KEY")]
        write_private(kept, "".join(made))
    return dict(line.split("=", 1) for line in kept.read_text().splitlines())
