"""`./test`: every check of the house in order, each to its end, and a summary that hides nothing."""

import os
import shutil
import subprocess
from collections.abc import Sequence

from infra.setup import commands
from infra.setup.commands import ROOT
from infra.setup.environment import VENV
from infra.setup.preparing import prepare
from infra.setup.telling import Refusal, say

CHECKS = {
    "formatting": ["ruff", "format", "--check"],
    "lint": ["ruff", "check"],
    "types": ["mypy"],
    "import rules": ["lint-imports"],
    "tests": ["pytest", "-n", "2", "--dist", "loadgroup", "-m", "not browser"],
    "journeys": ["pytest", "-n", "2", "--dist", "loadgroup", "-m", "browser"],
}
CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome")
HELP = f"""usage: ./test [arguments of pytest]

Without arguments: {", ".join(CHECKS)}; each runs to its end, whatever the others say.
With arguments: pytest alone, with these arguments (./test tests/orders -k cap)."""


def main(words: Sequence[str]) -> int:
    if set(words) & {"-h", "--help"}:
        say(HELP)
        return 0
    try:
        prepare()
        chromium = find_chromium()
        if words:
            return check("pytest", ["pytest", *words], chromium)
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
    results: dict[str, str] = {}
    for name, words in CHECKS.items():
        if name == "journeys" and chromium is None:
            results[name] = (
                "NOT RUN: Chromium is missing, and only root can install it (sudo apt install chromium)"
            )
        else:
            results[name] = "FAILED" if check(name, words, chromium) else "ok"
    say("\n" + "\n".join(f"{name:<13} {result}" for name, result in results.items()))
    return 1 if "FAILED" in results.values() else 0


def check(name: str, words: Sequence[str], chromium: str | None) -> int:
    say(f"\n── {name} ──")
    browser = {} if chromium is None else {"EORDER_CHROMIUM": chromium}
    return subprocess.call([VENV / "bin" / words[0], *words[1:]], cwd=ROOT, env={**os.environ, **browser})


def find_chromium() -> str | None:
    """The browser of the journeys: what the machine has, else Debian's where we may install it."""
    found = next(filter(None, map(shutil.which, CHROMIUM_NAMES)), None)
    if found is None and commands.can_apt():
        commands.apt_install("chromium", "fonts-liberation")
        found = shutil.which("chromium")
    return found
