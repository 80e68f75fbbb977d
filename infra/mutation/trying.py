"""Trying a change: a fork of this process imports the changed module instead of the file and runs the tests."""

import asyncio
import os
import signal
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from importlib import import_module
from importlib.machinery import ModuleSpec, SourceFileLoader
from importlib.util import spec_from_file_location
from pathlib import Path
from types import CodeType
from typing import Final

import asyncpg
import hypothesis
import pytest
import redis

from infra.mutation.mutants import Mutant
from tests.cleaner import Run
from tests.conftest import SERVERS, WORKER, make_template, start_servers

ROOT: Final = Path(__file__).parents[2]
WARM: Final = (
    "lokal",
    "litestar",
    "sqlalchemy.ext.asyncio",
    "sqlalchemy.orm",
    "dramatiq",
    "babel",
    "pydantic",
)
WARM_ALONE: Final = (
    "lokal",
    "hypothesis.strategies",
    "sqlalchemy.orm",
    "pydantic",
    "_pytest.python",
    "_pytest.assertion.rewrite",
)
"""What every fork would import anew: with servers, and alone."""


@contextmanager
def tries(*, with_servers: bool) -> Iterator["Tries"]:
    """Everything that tries have in common; gone afterwards."""
    sys.dont_write_bytecode = False  # a thousand forks import the same files
    hypothesis.settings.register_profile("tries", deadline=None, database=None, derandomize=True)
    hypothesis.settings.load_profile("tries")
    if not with_servers:
        os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
        for library in WARM_ALONE:
            import_module(library)
        yield Tries(None)
        return
    run = Run()
    try:
        start_servers(run.folder)
        made = Tries(run)
        # Elsewhere, so that no module of the application is imported here before it is changed.
        if made.fork(lambda: asyncio.run(make_template()) or 0, patience=300):
            raise SystemExit("The template database could not be made.")
        for library in WARM:
            import_module(library)
        os.environ[WORKER] = "gw0"
        yield made
    finally:
        run.end()


class Tries:
    """One try after another, beside servers where the tests need them."""

    def __init__(self, run: Run | None) -> None:
        self._run = run

    def is_noticed(self, mutant: Mutant, tests: Sequence[str], patience: float) -> bool:
        """Whether a test fails, or hangs, for this change."""
        return self._test(tests, patience, mutant) != 0

    def seconds_unchanged(self, tests: Sequence[str]) -> float:
        """How long the tests take, which must pass as the code stands."""
        began = time.monotonic()
        if code := self._test(tests, patience=600):
            raise SystemExit(f"{' '.join(tests)}: pytest ends with {code} before anything was changed.")
        return time.monotonic() - began

    def fork(self, work: Callable[[], int], patience: float) -> int:
        """What the work returns in a fork; one that takes too long is ended with all that it started, and failed."""
        pid = os.fork()
        if pid == 0:
            _work_and_vanish(work, self._run)
        deadline = time.monotonic() + patience
        while time.monotonic() < deadline:
            ended, status = os.waitpid(pid, os.WNOHANG)
            if ended:
                return os.waitstatus_to_exitcode(status)
            time.sleep(0.01)
        os.killpg(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
        return 1

    def _test(self, tests: Sequence[str], patience: float, mutant: Mutant | None = None) -> int:
        alone = [] if self._run else ["--noconftest"]
        if self._run:
            _forget()

        def work() -> int:
            if mutant is not None:
                sys.meta_path.insert(0, _Changed(mutant))
            return int(pytest.main(["-x", "-q", "--tb=no", "-p", "no:cacheprovider", *alone, *tests]))

        return self.fork(work, patience)


def _work_and_vanish(work: Callable[[], int], run: Run | None) -> None:
    code = 70
    try:
        os.setpgid(0, 0)
        if run:
            run.leave()
        nowhere = os.open(os.devnull, os.O_RDWR)
        for stream in (0, 1, 2):
            os.dup2(nowhere, stream)
        code = work()
    finally:
        os._exit(code)


def _forget() -> None:
    """What the try before left in the servers."""
    postgres, valkey = os.environ[SERVERS].split()

    async def drop() -> None:
        owner = await asyncpg.connect(postgres)
        left = await owner.fetch("select datname from pg_database where datname like 'eorder_gw%'")
        for (database,) in left:
            await owner.execute(f"drop database {database} with (force)")
        await owner.close()

    asyncio.run(drop())
    redis.Redis.from_url(valkey).flushall()


class _Changed:
    """An importer that knows one module, the changed one."""

    def __init__(self, mutant: Mutant) -> None:
        self._mutant = mutant
        self._name = mutant.module.partition("/")[2].removesuffix(".py").replace("/", ".")

    def find_spec(self, name: str, path: object = None, target: object = None) -> ModuleSpec | None:
        if name != self._name:
            return None
        place = str(ROOT / self._mutant.module)
        return spec_from_file_location(name, place, loader=_Loader(name, place, self._mutant.source))


class _Loader(SourceFileLoader):
    def __init__(self, name: str, path: str, source: str) -> None:
        super().__init__(name, path)
        self._source = source

    def get_code(self, fullname: str) -> CodeType:
        return compile(self._source, self.path, "exec", dont_inherit=True)
