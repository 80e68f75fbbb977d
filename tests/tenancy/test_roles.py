"""Every table of everybody else, read and written as each region's own role."""

from collections.abc import Awaitable, Callable

import pytest

from tests.tenancy.deployments import Fleet
from tests.tenancy.role_checks import ROLE_CHECKS


@pytest.mark.parametrize("check", ROLE_CHECKS, ids=lambda check: check.__name__)
async def test_the_role_keeps_to_its_own(fleet: Fleet, check: Callable[[Fleet], Awaitable[None]]) -> None:
    await check(fleet)
