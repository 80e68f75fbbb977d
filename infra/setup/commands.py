"""Other programs: run one to its end, turn its failure into a sentence, leave no process behind."""

import errno
import os
import re
import shutil
import signal
import subprocess
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from infra.setup.messages import Refusal, step

ROOT = Path(__file__).resolve().parents[2]
PATIENCE_SECONDS = 10.0
FULL_MEGABYTES = 20
PIP = "-m pip install --disable-pip-version-check --no-input --progress-bar off --retries 2 --timeout 20".split()
IS_FULL = "the disk is full. Free some space and start again; nothing half-made is used."
FULL_DISK = re.compile(r"No space left on device|ENOSPC|Disk quota exceeded|not enough free disk space", re.I)
NO_NETWORK = re.compile(
    r"name resolution|Network is unreachable|ENETUNREACH|EAI_AGAIN|ENOTFOUND|ECONNREFUSED|ETIMEDOUT|Failed to resolve"
    r"|NewConnectionError|ConnectTimeoutError|Connection timed out|dns error|error sending request|Could not resolve"
    r"|Temporary failure resolving|Unable to connect",
    re.I,
)


def run(
    words: Sequence[str | Path],
    doing: str,
    env: Mapping[str, str] | None = None,
    on_line: Callable[[str], None] = lambda line: None,
) -> str:
    """Run quietly and return what the program said; interrupted, everything it started ends with it."""
    process = subprocess.Popen(
        [str(word) for word in words],
        cwd=ROOT,
        env=env,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        start_new_session=True,
    )
    assert process.stdout is not None
    output = []
    try:
        for line in process.stdout:
            output.append(line)
            on_line(line)
        code = process.wait()
    except BaseException:
        ask_to_end(process)
        see_to_end(process)
        raise
    if code != 0:
        raise Refusal(explain(doing, "".join(output)))
    return "".join(output)


def show(words: Sequence[str | Path], doing: str, env: Mapping[str, str] | None = None) -> None:
    """Run in the open: the program draws its own progress on this terminal."""
    code = subprocess.call([str(word) for word in words], cwd=ROOT, env=env)
    if code != 0:
        reason = IS_FULL if free_megabytes() < FULL_MEGABYTES else "the reason stands above."
        raise Refusal(f"{doing} failed: {reason}")


def explain(doing: str, output: str) -> str:
    if FULL_DISK.search(output):
        return f"{doing} failed: {IS_FULL}"
    if NO_NETWORK.search(output):
        return f"{doing} failed: no network. Connect and start again; nothing half-made is used."
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    return f"{doing} failed: {' / '.join(lines[-3:]) or 'it said nothing'}"


def explain_os_error(error: OSError) -> str:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return f"Setting up failed: {IS_FULL}"
    if isinstance(error, PermissionError):
        owner = "another user; start as that user, or clone anew"
        return f"{error.filename} may not be read or changed by you: it belongs to {owner}."
    if error.errno == errno.EROFS:
        return (
            f"{error.filename} cannot be written: this folder is read-only. Clone to one where you may write."
        )
    return str(error)


def ask_to_end(process: subprocess.Popen[str]) -> None:
    """Ask the leader only: it tells its own workers, and a worker asked twice drops what it is doing."""
    with suppress(ProcessLookupError):
        process.send_signal(signal.SIGTERM)


def see_to_end(process: subprocess.Popen[str]) -> None:
    """Wait a while for one that was asked, then end everything in its session."""
    with suppress(subprocess.TimeoutExpired):
        process.wait(PATIENCE_SECONDS)
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def need_space(megabytes: int, purpose: str) -> None:
    free = free_megabytes()
    if free < megabytes:
        raise Refusal(f"Only {free} MB are free on the disk of {ROOT}; {purpose} needs about {megabytes} MB.")


def free_megabytes() -> int:
    return shutil.disk_usage(ROOT).free // 2**20


def apt_install(*packages: str) -> None:
    """Install Debian packages; only root may, and only where Debian's tools are."""
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    names = " and ".join(packages)
    with step(f"Installing Debian's {names}"):
        run(["apt-get", "update", "-q"], "Reading Debian's package lists", env=quiet)
        words = ["apt-get", "install", "-y", "-q", "--no-install-recommends", *packages]
        run(words, f"Installing {names}", env=quiet)


def can_apt() -> bool:
    return os.geteuid() == 0 and shutil.which("apt-get") is not None
