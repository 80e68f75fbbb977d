"""Another moment for everything a command starts: PostgreSQL, web processes, jobs and tests, not the browser."""

import os
import time
from collections.abc import Mapping
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Final

from infra.setup import commands
from infra.setup.messages import Refusal

JAKARTA: Final = timezone(timedelta(hours=7))
LIBRARY: Final = "*/faketime/libfaketimeMT.so.1"
MOVED: Final = Path(__file__).with_name("moved")


def environment_at(moment: str) -> Mapping[str, str]:
    """The environment of programs for which it is that moment in Jakarta, "2026-12-31 23:30", and time goes on.

    Moved by a distance, so that all of them agree; the monotonic clock, by which programs wait, stays true.
    """
    try:
        away = datetime.fromisoformat(moment).replace(tzinfo=JAKARTA).timestamp() - time.time()
    except ValueError:
        raise Refusal(f"“{moment}” is no moment: write --at '2026-12-31 23:30'.") from None
    return {
        "LD_PRELOAD": str(_library()),
        "FAKETIME": f"{away:+.0f}",
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        "PYTHONPATH": os.pathsep.join(filter(None, (str(MOVED), os.environ.get("PYTHONPATH")))),
    }


def _library() -> Path:
    found = next(Path("/usr/lib").glob(LIBRARY), None)
    if found is None and commands.can_apt():
        commands.apt_install("libfaketime")
        found = next(Path("/usr/lib").glob(LIBRARY), None)
    if found is None:
        raise Refusal("--at needs libfaketime, and only root can install it (sudo apt install libfaketime).")
    return found
