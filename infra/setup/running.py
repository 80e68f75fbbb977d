"""`./run`: from a fresh clone to the open pages, and back to nothing on Ctrl-C."""

import argparse
import os
import shutil
import signal
import socket
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from types import FrameType

from infra.private_files import write_private
from infra.setup import commands
from infra.setup.environment import PYTHON
from infra.setup.messages import Refusal, say, step
from infra.setup.preparing import DATA, alone, prepare
from infra.setup.processes import Family, end_orphans
from infra.setup.services import (
    Environments,
    look_after_services,
    start_services,
    stop_services,
)

ACCOUNTS = DATA / "accounts"
INTERRUPTS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
MEGABYTES = 300
PATIENCE_SECONDS = 120.0


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="./run", description="Set up what is missing, then serve e-Order Nusantara."
    )
    parser.add_argument(
        "--port", type=port_number, default=8000, help="port of the web pages (default: 8000)"
    )
    parser.add_argument(
        "--reset", action="store_true", help="delete this clone's database and files first; asks"
    )
    parser.epilog = "DATABASE_URL, REDIS_URL, EORDER_FILES and EORDER_SMTP_URL replace the embedded services."
    asked = parser.parse_args()
    for request in INTERRUPTS:
        signal.signal(request, _interrupt)
    try:
        with alone():
            if asked.reset and not reset():
                return 0
            serve(asked.port)
    except Refusal as refusal:
        say(f"\n{refusal}")
        return 1
    except OSError as error:
        say(f"\n{commands.explain_os_error(error)}")
        return 1
    except KeyboardInterrupt:
        say("\nStopped.")
        return 130
    return 0


def port_number(text: str) -> int:
    if not text.isdecimal() or not 0 < int(text) < 65536:
        raise argparse.ArgumentTypeError("a port is a number from 1 to 65535")
    return int(text)


def serve(port: int) -> None:
    end_orphans("serving")
    refuse_busy(port)
    prepare()
    if not ACCOUNTS.exists():
        commands.need_space(MEGABYTES, "the demo")
    try:
        environments = start_services(DATA, port)
        prepare_database(environments)
        live(environments, port)
    finally:
        stop_services(DATA)


def prepare_database(environments: Environments) -> None:
    """Migrate and, in an empty database, make the demo. Its accounts are kept: listing them anew would cost seconds."""
    cli: list[str | Path] = [PYTHON, "-m", "eorder_web.operations.cli"]
    commands.show([*cli, "migrate"], "Bringing the database up to date", env=environments.owner)
    if not ACCOUNTS.exists() or "DATABASE_URL" in os.environ:
        commands.show([*cli, "demo", "--if-empty"], "Filling the demo", env=environments.owner)
        wide = {**environments.owner, "COLUMNS": str(shutil.get_terminal_size((120, 24)).columns)}
        accounts = commands.run([*cli, "demo", "--accounts"], "Listing the demo's accounts", env=wide)
        write_private(ACCOUNTS, accounts)


def live(environments: Environments, port: int) -> None:
    family = Family(environments.application)
    try:
        with step("Starting web, worker and scheduler"):
            family.start("web", [PYTHON, "-m", "eorder_web.operations.serve"])
            wait_for_answer(family, port)
            family.start("worker", [PYTHON, "-m", "eorder_web.operations.worker"])
            family.start("scheduler", [PYTHON, "-m", "eorder_web.operations.scheduler"])
        say(ACCOUNTS.read_text())
        say(
            f"Open http://localhost:{port} · a region: http://dki.localhost:{port} · Ctrl-C ends everything.\n"
        )
        while True:
            family.look_after()
            look_after_services(DATA, environments)
            time.sleep(1)
    finally:
        family.end()


def wait_for_answer(family: Family, port: int) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not answers(port):
        family.look_after()
        if time.monotonic() > deadline:
            raise Refusal(
                f"The pages do not answer after {PATIENCE_SECONDS:.0f} seconds; the lines above may say why."
            )
        time.sleep(0.1)


def answers(port: int) -> bool:
    try:
        urllib.request.build_opener(urllib.request.ProxyHandler({})).open(
            f"http://127.0.0.1:{port}/", timeout=5
        )
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False
    return True


def refuse_busy(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except PermissionError:
            raise Refusal(f"Port {port} is for root only: try ./run --port 8000.") from None
        except OSError:
            raise Refusal(
                f"Port {port} is busy: stop what uses it, or try ./run --port {port % 60000 + 1}."
            ) from None


def reset() -> bool:
    """Delete database, files and secrets after the person has typed yes; a database of their own is never touched."""
    if os.environ.get("DATABASE_URL"):
        raise Refusal(
            "DATABASE_URL is set: --reset deletes only the embedded database. Unset it, or empty yours yourself."
        )
    say(f"This deletes everything in {DATA}: the database, uploaded files, mails and keys of this clone.")
    say("Type yes to go on:")
    if sys.stdin.readline().strip().lower() != "yes":
        say("Nothing was deleted.")
        return False
    end_orphans("serving")
    stop_services(DATA)
    for link in filter(Path.is_symlink, DATA.glob("*/data")):
        shutil.rmtree(link.resolve(), ignore_errors=True)
    for path in DATA.iterdir():
        if path.is_dir():
            shutil.rmtree(path)
        elif path.suffix != ".lock":
            path.unlink()
    return True


def _interrupt(number: int, frame: FrameType | None) -> None:
    """Once is enough: a second Ctrl-C would leave behind what the first one is ending."""
    for request in INTERRUPTS:
        signal.signal(request, signal.SIG_IGN)
    raise KeyboardInterrupt
