"""One deployment and one Chromium for all journeys; a fresh browser context for every person."""

import os
from collections.abc import Callable, Generator, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import pytest
from playwright.sync_api import Browser, ViewportSize

from tests.conftest import SERVERS

if TYPE_CHECKING:
    from tests.journeys.stack import Stack
    from tests.journeys.visitor import Visitor

DESKTOP, PHONE = ViewportSize(width=1366, height=900), ViewportSize(width=390, height=844)
SCREENS = Path(__file__).parents[2] / ".cache" / "screens"
"""Where the screens of a failed journey stay: the run's own folder goes with it."""
MET = pytest.StashKey[list["Visitor"]]()


class Welcome(Protocol):
    """`welcome("dki.localhost")`: a stranger at that host."""

    def __call__(self, host: str, *, scripts: bool = True, phone: bool = False) -> "Visitor": ...


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator["Stack"]:
    """The deployment, started once."""
    from tests.journeys.stack import start_stack

    owner, valkey = os.environ[SERVERS].split()
    number = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    stack = start_stack(tmp_path_factory.mktemp("journeys"), owner, valkey, number)
    yield stack
    stack.stop()


@pytest.fixture(scope="session")
def examined() -> set[tuple[str, ...]]:
    """The kinds of page that axe-core has examined in this run."""
    return set()


@pytest.fixture
def welcome(
    request: pytest.FixtureRequest, stack: "Stack", browser: Browser, examined: set[tuple[str, ...]]
) -> Iterator[Callable[..., "Visitor"]]:
    """Brings strangers, each with cookies of his own."""
    from tests.journeys.visitor import Visitor

    met = request.node.stash[MET] = []

    def welcome(host: str, *, scripts: bool = True, phone: bool = False) -> Visitor:
        context = browser.new_context(
            viewport=PHONE if phone else DESKTOP, java_script_enabled=scripts, locale="id-ID"
        )
        visitor = Visitor(stack, context, host, examined, scripts=scripts)
        met.append(visitor)
        return visitor

    yield welcome
    for visitor in met:
        visitor.context.close()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """A failed journey names the screens of its people and the last words of the processes."""
    report = yield
    met = item.stash.get(MET, [])
    if report.failed and call.when == "call" and met:
        folder = SCREENS / item.name.replace(" ", "-")
        lines = []
        for number, visitor in enumerate(met, start=1):
            path = folder / f"{number}-{visitor.host}.png"
            visitor.page.screenshot(path=path, full_page=True)
            lines.append(f"{visitor.page.url}  {path}")
        report.sections.append(("where everybody stood", "\n".join(lines)))
        report.sections.append(("what the processes said", met[0].stack.said()))
    return report
