"""Visitors of the national host. Imports wait for the fixtures: settings exist only once the servers run."""

from collections.abc import Callable
from typing import TYPE_CHECKING

import httpx
import pytest

if TYPE_CHECKING:
    from tests.vendors.browsing import Visitor


@pytest.fixture
def visitor(client_for: Callable[[str], httpx.AsyncClient]) -> "Visitor":
    """Somebody who is not signed in."""
    from tests.vendors.browsing import NATION, Visitor

    return Visitor(client_for(NATION))


@pytest.fixture
def other_visitor(client_for: Callable[[str], httpx.AsyncClient]) -> "Visitor":
    """Somebody else, with a browser of his own."""
    from tests.vendors.browsing import NATION, Visitor

    return Visitor(client_for(NATION))
