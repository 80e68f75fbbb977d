"""The web server: `python -m eorder_web.operations.serve` runs the application under granian.

Whoever is asked to serve only watches: a process of some megabytes that has imported nothing. Its child imports
everything, compiles every template and forks the further ones before it serves itself, so that they share that memory
and nobody keeps the original of what they have written to since (infra/benchmarks/README.md). All become children of
the watcher; one that ends is followed by a new one, which imports for itself.
"""

import ctypes
import gc
import os
import signal
import sys
import time
from contextlib import suppress
from typing import Any, Final, NoReturn

TARGET: Final = "eorder_web.app:shared_app"
"""By its name, as granian looks it up in each process: the application stands above this room."""
M_TRIM_THRESHOLD: Final = -1
M_ARENA_MAX: Final = -8
"""From malloc.h."""
PR_SET_PDEATHSIG: Final = 1
PR_SET_CHILD_SUBREAPER: Final = 36
"""From prctl.h, of Linux."""
ONE_MIB: Final = 1024 * 1024
ENDS: Final = frozenset({signal.SIGTERM, signal.SIGINT, signal.SIGHUP})
SHORT_LIFE_SECONDS: Final = 5.5
"""Who ends sooner would do so again and again: then the whole server ends, and whoever started it sees it."""
PID_BYTES: Final = 4


def main() -> None:
    """Serve on EORDER_LISTEN (127.0.0.1:8000, or [::1]:8000) with EORDER_WEB_WORKERS processes (2)."""
    workers = int(os.environ.get("EORDER_WEB_WORKERS", "2"))
    signal.pthread_sigmask(signal.SIG_BLOCK, {*ENDS, signal.SIGCHLD})
    watcher = _Watcher()
    if _control(PR_SET_CHILD_SUBREAPER, 1):
        watcher.begin(workers)
    else:  # elsewhere than on Linux a grandchild cannot be watched: each imports for itself
        for _ in range(workers):
            watcher.begin(1)
    sys.exit(watcher.watch())


class _Watcher:
    """Knows its children by their ids: those it forked, and those that these forked for it and wrote into a pipe."""

    def __init__(self) -> None:
        self.pid = os.getpid()
        self._children: set[int] = set()
        self._told, self._tell = os.pipe()
        os.set_blocking(self._told, False)
        self._begun = 0.0

    def begin(self, workers: int) -> None:
        """Fork a child that serves, with as many beside it as make that number together."""
        self._begun = time.monotonic()
        child = os.fork()
        if not child:
            self._serve(workers)
        self._children.add(child)

    def watch(self) -> int:
        """Until a signal asks to end, or nobody lives long; returns with what this process exits."""
        while True:
            if signal.sigwait({*ENDS, signal.SIGCHLD}) in ENDS:
                return self._end(0)
            for pid, status in self._ended():
                print(f"web process {pid} ended: {status}", file=sys.stderr, flush=True)
                if time.monotonic() - self._begun < SHORT_LIFE_SECONDS:
                    return self._end(1)
                self.begin(1)

    def _ended(self) -> list[tuple[int, int]]:
        """Children that ended, and how."""
        found = []
        with suppress(ChildProcessError):
            while (child := os.waitpid(-1, os.WNOHANG))[0]:
                found.append((child[0], os.waitstatus_to_exitcode(child[1])))
        self._hear()
        self._children -= {pid for pid, _ in found}
        return found

    def _end(self, status: int) -> int:
        """Ask every child to finish what it answers, and wait for it."""
        self._hear()
        for child in self._children:
            with suppress(ProcessLookupError):
                os.kill(child, signal.SIGTERM)
        with suppress(ChildProcessError):
            while True:
                os.waitpid(-1, 0)
        return status

    def _hear(self) -> None:
        with suppress(BlockingIOError):
            while told := os.read(self._told, PID_BYTES):
                self._children.add(int.from_bytes(told))

    def _serve(self, workers: int) -> NoReturn:
        """In a child: import everything, fork the others, serve."""
        self._be_a_child()
        _use_few_arenas()
        _make_what_is_shared()
        for _ in range(workers - 1):
            if self._fork_beside():
                break
        _answer_requests()
        sys.exit()

    def _fork_beside(self) -> bool:
        """Fork a child of the watcher, who adopts it because whoever forks it ends; True in that child itself."""
        between = os.fork()
        if between:
            os.waitpid(between, 0)
            return False
        child = os.fork()
        if child:
            os.write(self._tell, child.to_bytes(PID_BYTES))
            os._exit(0)
        while os.getppid() != self.pid:
            time.sleep(0.001)
        self._be_a_child()
        return True

    def _be_a_child(self) -> None:
        """End when asked to, and with the watcher, however that ends."""
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {*ENDS, signal.SIGCHLD})
        _control(PR_SET_PDEATHSIG, signal.SIGTERM)


def _control(option: int, value: int) -> bool:
    """Ask something of Linux for this process; False where there is no Linux."""
    prctl = getattr(ctypes.CDLL(None), "prctl", None)
    return prctl is not None and prctl(option, value, 0, 0, 0) == 0


def _use_few_arenas() -> None:
    """glibc gives every thread a heap of its own, and what is free in one is of no use to another."""
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)  # musl has none, and no such heaps
    if mallopt is not None:
        mallopt(M_ARENA_MAX, 1)
        mallopt(M_TRIM_THRESHOLD, ONE_MIB)


def _make_what_is_shared() -> None:
    """The application and its templates, put where the garbage collector of a process does not write on them."""
    from importlib import import_module

    from eorder_web.look import rendering

    module, _, factory = TARGET.partition(":")
    getattr(import_module(module), factory)()
    rendering.compile_all()
    gc.collect()
    gc.freeze()


def _answer_requests() -> None:
    """Be the one worker of a granian, in this very process."""
    from granian.constants import Interfaces, Loops
    from granian.server.mp import MPServer

    class Here(MPServer):
        """Granian would start a process here and watch it: that is done above."""

        def _serve(self, spawn_target: Any, target_loader: Any) -> None:
            self._init_shared_socket()  # type: ignore[no-untyped-call]
            self._spawn_worker(0, spawn_target, target_loader).inner.run()

    host, _, port = os.environ.get("EORDER_LISTEN", "127.0.0.1:8000").rpartition(":")
    Here(
        TARGET,
        address=host.strip("[]"),
        port=int(port),
        interface=Interfaces.ASGI,
        loop=Loops.uvloop,
        factory=True,
        workers=1,
        log_access=False,
    ).serve()


if __name__ == "__main__":
    main()
