"""One stack for the whole folder: starting it costs seconds."""

from collections.abc import Iterator

import pytest

from tests.faults.stack import Stack, running_stack


@pytest.fixture(scope="session")
def deployment() -> Iterator[Stack]:
    """The stack, started at the first question."""
    with running_stack() as stack:
        yield stack


@pytest.fixture
def stack(deployment: Stack) -> Iterator[Stack]:
    """The stack as every test may expect it: everything runs, and every effect is carried out."""
    deployment.do("relay")
    deployment.until(lambda: deployment.do("effects")["open"] == 0, "earlier effects done")
    yield deployment
    deployment.restore()


@pytest.fixture
def seller(stack: Stack) -> dict[str, str]:
    """A vendor that sells in both regions, one product there already."""
    found: dict[str, str] = stack.do("make_seller")
    return found
