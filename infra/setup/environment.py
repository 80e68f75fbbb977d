"""The Python environment `.venv`: exactly the packages of requirements.lock, plus this project itself."""

import hashlib
import importlib.util
import json
import os
import re
import shutil
import sys
import tomllib

from infra.setup import commands
from infra.setup.commands import PIP, ROOT
from infra.setup.messages import Refusal, Step, step

VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
LOCK = ROOT / "requirements.lock"
STAMP = VENV / "installed"
UNFINISHED = VENV / "unfinished"
MEGABYTES = 1200


def ensure_environment() -> None:
    """Make or complete `.venv`; nothing to do takes milliseconds. An interrupted one is made anew."""
    wanted = _fingerprint()
    if PYTHON.exists() and STAMP.exists() and STAMP.read_text() == wanted:
        return
    if UNFINISHED.exists() or not PYTHON.exists():
        shutil.rmtree(VENV, ignore_errors=True)
    fresh = not VENV.exists()
    try:
        if fresh:
            commands.need_space(MEGABYTES, "the Python environment")
            VENV.mkdir()
        UNFINISHED.touch()
        STAMP.unlink(missing_ok=True)
        if fresh:
            _make()
        _install()
    except BaseException as reason:
        if fresh:
            shutil.rmtree(VENV, ignore_errors=True)
        elif isinstance(reason, Refusal):
            # pip fetches everything before it changes anything: without a network the old packages still stand.
            UNFINISHED.unlink()
        raise
    STAMP.write_text(wanted)
    UNFINISHED.unlink()


def _fingerprint() -> str:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    made_of = [
        LOCK.read_text(),
        json.dumps(project, sort_keys=True),
        str(ROOT),
        *map(str, sys.version_info[:2]),
    ]
    return hashlib.sha256("\n".join(made_of).encode()).hexdigest()


def _make() -> None:
    ensurepip = importlib.util.find_spec("ensurepip")
    if ensurepip is None or ensurepip.origin is None:
        # Debian keeps this part of Python in a package of its own.
        if not commands.can_apt():
            raise Refusal(
                "Python's venv module is missing. Install it (sudo apt install python3-venv) and start again."
            )
        commands.apt_install("python3-venv")
    with step("Making the Python environment"):
        commands.run([sys.executable, "-m", "venv", VENV], "Making the Python environment")


def _install() -> None:
    total = len(re.findall(r"^[a-z0-9].*==", LOCK.read_text(), re.M))
    with step(f"Installing {total} Python packages") as shown:
        if not _install_with_uv():
            _install_with_pip(shown, total)


def _install_with_uv() -> bool:
    """Five times faster where it is there; it knows nothing of pip's mirrors, so a failure is left to pip."""
    uv = shutil.which("uv")
    if uv is None:
        return False
    environment = {"UV_SYSTEM_CERTS": "1", **os.environ, "VIRTUAL_ENV": str(VENV)}
    try:
        install = [uv, "pip", "install"]
        commands.run([*install, "--compile-bytecode", "--require-hashes", "-r", LOCK], "uv", env=environment)
        commands.run([*install, "--no-deps", "--no-build-isolation", "-e", ROOT], "uv", env=environment)
    except Refusal:
        return False
    return True


def _install_with_pip(shown: Step, total: int) -> None:
    collected = 0

    def count(line: str) -> None:
        nonlocal collected
        if line.startswith(("Collecting ", "Requirement already satisfied", "Ignoring ")):
            collected += 1
            shown.says(f"{min(collected, total)} of {total}")
        elif line.startswith("Installing collected"):
            shown.says("unpacking")

    doing = "Installing the Python packages"
    commands.run([PYTHON, *PIP, "--require-hashes", "-r", LOCK], doing, on_line=count)
    commands.run([PYTHON, *PIP, "--no-deps", "--no-build-isolation", "--no-index", "-e", ROOT], doing)
