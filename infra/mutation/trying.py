"""Trying changes: pytest collects once, then each change is put into a fork of it, which runs the tests that get there.

A change that shows only while its module is imported (a constant, a decorator, a default) is tried in a fork of the
process before that, which imports the changed module instead of the file.
"""

import asyncio
import gc
import json
import os
import signal
import sys
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from importlib import import_module
from importlib.machinery import ModuleSpec, SourceFileLoader
from importlib.util import spec_from_file_location
from pathlib import Path
from types import CodeType, FrameType, FunctionType
from typing import Any, Final

import asyncpg
import hypothesis
import pytest
import redis
from sqlalchemy.orm import configure_mappers

from infra.mutation.mutants import ROOT, Mutant, inner
from tests.cleaner import Run
from tests.conftest import SERVERS, WORKER, make_template, start_servers

WARM: Final = (
    "lokal",
    "litestar",
    "sqlalchemy.ext.asyncio",
    "sqlalchemy.orm",
    "dramatiq",
    "babel",
    "pydantic",
    "hypothesis.strategies",
    "_pytest.python",
    "_pytest.assertion.rewrite",
)
"""What every fork would import anew."""
PATIENCE_SECONDS: Final = 10.0
"""Beside five times what the tests take unchanged."""


@contextmanager
def tries(*, with_servers: bool) -> Iterator["Tries"]:
    """Everything that tries have in common; gone afterwards."""
    sys.dont_write_bytecode = False  # many forks import the same files
    phases = (hypothesis.Phase.explicit, hypothesis.Phase.generate)
    hypothesis.settings.register_profile(
        "tries", deadline=None, database=None, derandomize=True, phases=phases
    )
    hypothesis.settings.load_profile("tries")
    for library in WARM:
        import_module(library)
    if not with_servers:
        os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
        yield Tries(None)
        return
    os.environ.pop("PYTEST_DISABLE_PLUGIN_AUTOLOAD", None)
    run = Run()
    try:
        start_servers(run.folder)
        # Elsewhere, so that no module of the application is imported here before it is changed.
        if _code_of(_fork(lambda: asyncio.run(make_template()) or 0, 300, run)):
            raise SystemExit("The template database could not be made.")
        os.environ[WORKER] = "gw0"
        yield Tries(run)
    finally:
        run.end()
        del os.environ[SERVERS]


class Tries:
    """One try after another, beside servers where the tests need them."""

    def __init__(self, run: Run | None) -> None:
        self._run = run

    def each(self, mutants: Sequence[Mutant], tests: Sequence[str]) -> Iterator[tuple[Mutant, bool]]:
        """Every mutant once, with whether a test fails or hangs for it. Tests that fail unchanged: SystemExit."""
        inside = [mutant for mutant in mutants if mutant.functions]
        here, there = os.pipe()
        forget("eorder_gw%")
        pid = _fork(lambda: _pytest(tests, self._run, _Inside(inside, there)), 0, self._run)
        os.close(there)
        with os.fdopen(here) as answers:
            for mutant, answer in zip(inside, answers, strict=False):
                said = json.loads(answer)
                if isinstance(said, str):
                    raise SystemExit(said)
                yield mutant, said
        if code := _code_of(pid):
            raise SystemExit(f"{' '.join(tests)}: pytest ends with {code}, with nothing changed.")
        for mutant in mutants:
            if not mutant.functions:
                forget("eorder_gw%")
                yield (
                    mutant,
                    _code_of(_fork(partial(_imported, mutant, tests, self._run), 300, self._run)) != 0,
                )


def _imported(mutant: Mutant, tests: Sequence[str], run: Run | None) -> int:
    sys.meta_path.insert(0, _Changed(mutant))
    return _pytest(tests, run)


def _pytest(tests: Sequence[str], run: Run | None, *plugins: object) -> int:
    alone = [] if run else ["--noconftest"]
    idle = ["-p", "no:cacheprovider", "-p", "no:faker"]
    words = ["-x", "-q", "-s", "--tb=no", "-m", "not browser", *idle, *alone, *tests]
    return int(pytest.main(words, plugins=list(plugins)))


class _Inside:
    """A plugin that runs the collected tests once for each mutant, and writes a line of JSON for it: noticed?"""

    def __init__(self, mutants: Sequence[Mutant], answers: int) -> None:
        self._mutants = mutants
        self._answers = answers

    def pytest_collection(self) -> None:
        hypothesis.settings.load_profile("tries")  # conftest.py has chosen its own

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        modules = {mutant.module for mutant in self._mutants}
        functions = {module: _functions_of(module) for module in modules}
        configure_mappers()  # here, so that no try has to
        ways = self._unchanged(session, modules)
        gc.freeze()
        for mutant in self._mutants:
            known = functions[mutant.module]
            chosen = _nearest_first(ways, mutant, known)
            noticed = bool(chosen) and _code_of(_fork(partial(_changed, mutant, known, chosen), 0)) != 0
            if noticed:
                forget("eorder_gw0_%")
            os.write(self._answers, f"{json.dumps(noticed)}\n".encode())
        self._unchanged(session, modules)  # no try has left anything that fails by itself
        return True

    def _unchanged(self, session: pytest.Session, modules: set[str]) -> list["_Way"]:
        here, there = os.pipe()
        pid = _fork(partial(_watch, session.items, modules, there), 0)
        os.close(there)
        with os.fdopen(here) as lines:
            ways = [_Way.read(line, session.items) for line in lines]
        if _code_of(pid):
            failed = f"Unchanged, this test fails: {session.items[len(ways)].nodeid}"
            os.write(self._answers, f"{json.dumps(failed)}\n".encode())
            raise pytest.UsageError(failed)
        return ways


@dataclass(frozen=True)
class _Way:
    """How long a test takes, and the lines it comes to, by module."""

    item: pytest.Item
    seconds: float
    lines: dict[str, set[int]]

    @classmethod
    def read(cls, line: str, items: Sequence[pytest.Item]) -> "_Way":
        number, seconds, lines = json.loads(line)
        return cls(items[number], seconds, {module: set(found) for module, found in lines.items()})


def _nearest_first(ways: Sequence[_Way], mutant: Mutant, functions: "_Functions") -> list[_Way]:
    """The tests that come into what was changed: first those that come to its lines, quick files before others."""
    assert mutant.functions
    place = _lines_of(_standing(functions, mutant.functions[0])[0].__code__)
    near = [way for way in ways if place & way.lines.get(mutant.module, set())]
    files = Counter[Path]()
    for way in near:
        files[way.item.path] += way.seconds  # type: ignore[assignment]
    return sorted(
        near,
        key=lambda way: (
            not way.lines[mutant.module] & set(mutant.lines),
            files[way.item.path],
            way.item.path,
            way.seconds,
        ),
    )


def _watch(items: Sequence[pytest.Item], modules: set[str], answers: int) -> int:
    files = {str(ROOT / module): module for module in modules}
    found: defaultdict[str, set[int]] = defaultdict(set)

    def trace(frame: FrameType, event: str, argument: Any) -> Any:
        module = files.get(frame.f_code.co_filename)
        if module is None:
            return None
        found[module].add(frame.f_lineno)
        return trace

    began = time.monotonic()
    threading.settrace(trace)
    sys.settrace(trace)
    for number, _ in enumerate(_one_by_one(items)):
        lines = {module: sorted(numbers) for module, numbers in found.items()}
        os.write(answers, f"{json.dumps([number, time.monotonic() - began, lines])}\n".encode())
        found.clear()
        began = time.monotonic()
    return items[0].session.testsfailed


def _changed(mutant: Mutant, functions: "_Functions", chosen: Sequence[_Way]) -> int:
    assert mutant.functions
    for code in mutant.functions:
        for function in _standing(functions, code):
            function.__code__ = code
    patience = {way.item: PATIENCE_SECONDS + 5 * way.seconds for way in chosen}
    items = list(patience)
    signal.alarm(int(patience[items[0]]))
    for _, following in zip(_one_by_one(items), [*items[1:], items[0]], strict=False):
        signal.alarm(int(patience[following]))
    return items[0].session.testsfailed


def _one_by_one(items: Sequence[pytest.Item]) -> Iterator[pytest.Item]:
    """Those that pass, up to one that fails."""
    for item, following in zip(items, [*items[1:], None], strict=True):
        item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
        if item.session.testsfailed:
            return
        yield item


_Functions = dict[str, list[FunctionType]]
"""The functions of a module that exist, wherever they are kept, by their qualified names."""


def _functions_of(module: str) -> _Functions:
    import_module(_name_of(module))
    found: _Functions = defaultdict(list)
    for one in gc.get_objects():
        if isinstance(one, FunctionType) and one.__code__.co_filename == str(ROOT / module):
            found[one.__code__.co_qualname].append(one)
    return found


def _standing(functions: _Functions, code: CodeType) -> list[FunctionType]:
    """Those that the changed code replaces; a property's two functions have the same name, but not the same line."""
    alike = functions.get(code.co_qualname, [])
    return [one for one in alike if one.__code__.co_firstlineno == code.co_firstlineno] or alike


def _lines_of(code: CodeType) -> set[int]:
    lines = {line for *_, line in code.co_lines() if line}
    return lines.union(*map(_lines_of, inner(code)))


def _name_of(module: str) -> str:
    return module.partition("/")[2].removesuffix(".py").replace("/", ".")


def _fork(work: Callable[[], int], patience: float, run: Run | None = None) -> int:
    """A process of this kind that does the work and vanishes, at the latest after that many seconds (0: no limit)."""
    pid = os.fork()
    if pid:
        return pid
    code = 70
    try:
        os.setpgid(0, 0)
        signal.alarm(int(patience))
        if run:
            run.leave()
        nowhere = os.open(os.devnull, os.O_RDWR)
        for stream in (0, 1, 2):
            os.dup2(nowhere, stream)
        code = work()
    finally:
        os._exit(min(code, 70))


def _code_of(pid: int) -> int:
    """The exit code of a fork, which has ended then with all that it started."""
    code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    with suppress(ProcessLookupError):
        os.killpg(pid, signal.SIGKILL)
    return code


def forget(databases: str) -> None:
    """What the tries before left in the servers, in databases called so; nothing where there are no servers."""
    if SERVERS not in os.environ:
        return
    postgres, valkey = os.environ[SERVERS].split()

    async def drop() -> None:
        owner = await asyncpg.connect(postgres)
        for (database,) in await owner.fetch(
            "select datname from pg_database where datname like $1", databases
        ):
            await owner.execute(f"drop database {database} with (force)")
        for (role,) in await owner.fetch("select rolname from pg_roles where rolname like 'eorder_t_gw%'"):
            await owner.execute(f"drop role {role}")
        await owner.close()

    asyncio.run(drop())
    redis.Redis.from_url(valkey).flushall()


class _Changed:
    """An importer that knows one module, the changed one."""

    def __init__(self, mutant: Mutant) -> None:
        self._mutant = mutant
        self._name = _name_of(mutant.module)

    def find_spec(self, name: str, path: object = None, target: object = None) -> ModuleSpec | None:
        if name != self._name:
            return None
        place = str(ROOT / self._mutant.module)
        return spec_from_file_location(name, place, loader=_Loader(name, place, self._mutant.code))


class _Loader(SourceFileLoader):
    def __init__(self, name: str, path: str, code: CodeType) -> None:
        super().__init__(name, path)
        self._code = code

    def get_code(self, fullname: str) -> CodeType:
        return self._code
