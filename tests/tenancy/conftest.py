"""A fleet of its own for each module here that asks for one."""

from collections.abc import AsyncIterator
from typing import TYPE_CHECKING

import pytest_asyncio

if TYPE_CHECKING:
    from tests.tenancy.deployments import Fleet


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def fleet() -> AsyncIterator["Fleet"]:
    """Two fresh regions in a database of their own."""
    from tests.tenancy.deployments import a_fleet

    async with a_fleet() as made:
        yield made
