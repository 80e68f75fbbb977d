"""`./test`: every check of the house in order, each to its end, and a summary that hides nothing."""

import os
import shutil
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from tempfile import TemporaryFile
from typing import IO

from infra.setup import commands
from infra.setup.browser_files import node_folder
from infra.setup.commands import ROOT
from infra.setup.environment import VENV
from infra.setup.messages import Refusal, say
from infra.setup.moving import environment_at
from infra.setup.preparing import prepare

CHECKS = {
    "formatting": ["ruff", "format", "--check"],
    "lint": ["ruff", "check"],
    "types": ["mypy"],
    "import rules": ["lint-imports"],
    "tests": ["pytest", "-n", "2", "-m", "not browser", "--ignore", "tests/forms"],
    # In databases of its own: it uses up what strangers may send, and leaves orders in every state behind.
    "forms": ["pytest", "-n", "2", "tests/forms"],
}
JOURNEYS = ["pytest", "-m", "browser"]
POOLED = {"quick tests": ["pytest", "-n", "2", "-m", "not browser"], "journeys": JOURNEYS}
OF_SERVERS_THEMSELVES = ("tests/setup", "tests/faults", "tests/tenancy/test_hostile.py")
"""They start, stop or besiege servers of their own; behind a pooler there is nothing else to learn from them."""
NO_POOLER = "only root can install it (sudo apt install pgbouncer)"
NOT_RUN = "NOT RUN: Chromium is missing, and only root can install it (sudo apt install chromium)"
CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome")
HELP = f"""usage: ./test [--at MOMENT] [--pgbouncer] [arguments of pytest]

--at '2026-12-31 23:30': as if it were then in Jakarta (needs Debian's libfaketime).
--pgbouncer: {" and ".join(POOLED)} (or pytest with these arguments) behind PgBouncer in transaction mode.
Without arguments: {", ".join(CHECKS)}, journeys; each runs to its end, whatever the others say.
With arguments: pytest alone, with these arguments (./test tests/orders -k cap)."""


def main(words: Sequence[str]) -> int:
    if set(words) & {"-h", "--help"}:
        say(HELP)
        return 0
    try:
        prepare()
        chromium = find_chromium()
        pooler = find_pgbouncer()
        if words[:1] == ["--at"]:
            os.environ |= environment_at("".join(words[1:2]))
            words = words[2:]
        if "--pgbouncer" in words:
            return check_pooled([word for word in words if word != "--pgbouncer"], chromium, pooler)
        if words:
            with running(["pytest", *words], chromium) as pytest:
                return pytest.wait()
        return check_all(chromium)
    except Refusal as refusal:
        say(f"\n{refusal}")
        return 1
    except OSError as error:
        say(f"\n{commands.explain_os_error(error)}")
        return 1
    except KeyboardInterrupt:
        say("\nStopped.")
        return 130


def check_all(chromium: str | None) -> int:
    if chromium is None:
        return sum_up({**check_each(), "journeys": NOT_RUN})
    # Beside the other checks, because a browser waits more than it works; apart from the tests, because Playwright
    # and asyncio want the same event loop.
    with TemporaryFile() as output, running(JOURNEYS, chromium, output) as journeys:
        results = check_each()
        say("\n── journeys ──")
        results["journeys"] = result_of(journeys)
        output.seek(0)
        say(output.read().decode(errors="replace"))
    return sum_up(results)


def check_pooled(words: Sequence[str], chromium: str | None, pooler: str | None) -> int:
    """The tests once more, or those of `words`, behind a PgBouncer that the run starts for itself."""
    if pooler is None:
        return sum_up({"behind PgBouncer": f"FAILED: {NO_POOLER}"})
    os.environ["EORDER_TEST_POOLED"] = "1"
    left_out = [word for path in OF_SERVERS_THEMSELVES for word in ("--ignore", path)]
    checks = (
        {"tests": ["pytest", *words]} if words else {name: [*one, *left_out] for name, one in POOLED.items()}
    )
    results = {}
    for name, command in checks.items():
        if name == "journeys" and chromium is None:
            results[name] = NOT_RUN
            continue
        say(f"\n── {name}, behind PgBouncer ──")
        with running(command, chromium) as check:
            results[name] = result_of(check)
    return sum_up(results)


def check_each() -> dict[str, str]:
    results = {}
    for name, words in CHECKS.items():
        say(f"\n── {name} ──")
        with running(words) as check:
            results[name] = result_of(check)
    return results


def result_of(check: subprocess.Popen[bytes]) -> str:
    return "FAILED" if check.wait() else "ok"


def sum_up(results: Mapping[str, str]) -> int:
    say("\n" + "\n".join(f"{name:<13} {result}" for name, result in results.items()))
    return 1 if "FAILED" in results.values() else 0


@contextmanager
def running(
    words: Sequence[str], chromium: str | None = None, into: IO[bytes] | None = None
) -> Iterator[subprocess.Popen[bytes]]:
    """Start a program of the environment. Ctrl-C reaches it as well: it is given the time to end what it started."""
    process = subprocess.Popen(
        [VENV / "bin" / words[0], *words[1:]],
        cwd=ROOT,
        env={**os.environ, **(browser_environment(chromium) if chromium else {})},
        stdout=into,
        stderr=into and subprocess.STDOUT,
    )
    try:
        yield process
    finally:
        process.wait()


def browser_environment(chromium: str) -> Mapping[str, str]:
    """What Playwright drives, and with which Node: its own needs a library that a bare Debian lacks."""
    return {"EORDER_CHROMIUM": chromium, "PLAYWRIGHT_NODEJS_PATH": str(node_folder() / "node")}


def find_pgbouncer() -> str | None:
    """What the tests behind a pooler need: what the machine has, else Debian's where we may install it."""
    found = _pgbouncer()
    if found is None and commands.can_apt():
        commands.apt_install("pgbouncer")
        found = _pgbouncer()
    if found is None:
        say(f"NOT RUN: the tests behind PgBouncer: {NO_POOLER}")
    return found


def _pgbouncer() -> str | None:
    return shutil.which("pgbouncer") or shutil.which("pgbouncer", path="/usr/sbin")


def find_chromium() -> str | None:
    """The browser of the journeys: what the machine has, else Debian's where we may install it."""
    found = next(filter(None, map(shutil.which, CHROMIUM_NAMES)), None)
    if found is None and commands.can_apt():
        commands.apt_install("chromium", "fonts-liberation")
        found = shutil.which("chromium")
    return found
