"""The web server: `python -m eorder_web.operations.serve` runs the application under granian.

Everything is imported and every template compiled before granian forks its processes, so that they share that memory
instead of holding it each (infra/benchmarks/README.md).
"""

import ctypes
import gc
import os
from importlib import import_module
from typing import Final

from granian.constants import Interfaces, Loops
from granian.server import Server

from eorder_web.look import rendering

TARGET: Final = "eorder_web.app:shared_app"
"""By its name, as granian looks it up in each process: the application stands above this room."""
M_TRIM_THRESHOLD: Final = -1
M_ARENA_MAX: Final = -8
"""From malloc.h."""
ONE_MIB: Final = 1024 * 1024


def main() -> None:
    """Serve on EORDER_LISTEN (127.0.0.1:8000, or [::1]:8000) with EORDER_WEB_WORKERS processes (2)."""
    host, _, port = os.environ.get("EORDER_LISTEN", "127.0.0.1:8000").rpartition(":")
    _use_few_arenas()
    _make_what_is_shared()
    Server(
        TARGET,
        address=host.strip("[]"),
        port=int(port),
        interface=Interfaces.ASGI,
        loop=Loops.uvloop,
        factory=True,
        workers=int(os.environ.get("EORDER_WEB_WORKERS", "2")),
        respawn_failed_workers=True,
        log_access=False,
    ).serve()


def _use_few_arenas() -> None:
    """glibc gives every thread a heap of its own, and what is free in one is of no use to another."""
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)  # musl has none, and no such heaps
    if mallopt is not None:
        mallopt(M_ARENA_MAX, 1)
        mallopt(M_TRIM_THRESHOLD, ONE_MIB)


def _make_what_is_shared() -> None:
    """The application and its templates, put where the garbage collector of a process does not write on them."""
    module, _, factory = TARGET.partition(":")
    getattr(import_module(module), factory)()
    rendering.compile_all()
    gc.collect()
    gc.freeze()


if __name__ == "__main__":
    main()
