"""PostgreSQL refuses to run as root: who runs it then, and from which folders they can read."""

import os
import pwd
import shutil
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import Any

SHARED = Path("/var/lib/eorder")


@dataclass(frozen=True)
class RunAs:
    """The user a server runs as; nobody in particular (None) when we are not root."""

    user: pwd.struct_passwd | None

    def options(self) -> dict[str, Any]:
        """Arguments for subprocess: a bare numeric user would not do, PostgreSQL looks its name up."""
        if self.user is None:
            return {}
        return {"user": self.user.pw_name, "group": self.user.pw_gid, "extra_groups": []}

    def give(self, path: Path) -> None:
        if self.user is not None:
            os.chown(path, self.user.pw_uid, self.user.pw_gid)

    def can_reach(self, path: Path) -> bool:
        """Whether every folder on the way lets strangers pass, as a home folder with mode 0700 does not."""
        return self.user is None or all(
            passable(folder) for folder in [path, *path.parents] if folder.exists()
        )


def run_as(files: Path) -> RunAs:
    """The owner of existing files, else `postgres` where the machine has one, else `nobody`; only when we are root."""
    if os.geteuid() != 0:
        return RunAs(None)
    if files.exists() and (owner := files.stat().st_uid) != 0:
        return RunAs(pwd.getpwuid(owner))
    try:
        return RunAs(pwd.getpwnam("postgres"))
    except KeyError:
        return RunAs(pwd.getpwnam("nobody"))


def passable(folder: Path) -> bool:
    return bool(folder.stat().st_mode & stat.S_IXOTH)


def copy_for_strangers(source: Path, target: Path) -> None:
    """Copy a tree readable by everybody; whole or not at all, also when two processes copy at once."""
    if target.exists():
        return
    fresh = target.with_name(f"{target.name}.{os.getpid()}.new")
    fresh.parent.mkdir(mode=0o755, parents=True, exist_ok=True)
    shutil.copytree(
        source, fresh, symlinks=True, ignore=shutil.ignore_patterns("include", "*.a", "__pycache__")
    )
    for path in [fresh, *fresh.rglob("*")]:
        if not path.is_symlink():
            mode = path.stat().st_mode
            path.chmod(mode | 0o444 | (0o111 if mode & stat.S_IXUSR else 0))
    try:
        fresh.rename(target)
    except OSError:
        if not target.exists():
            raise
        shutil.rmtree(fresh)
