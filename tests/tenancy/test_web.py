"""One region's cookie, token, id, file, key, export and job, carried to another region."""

from collections.abc import Awaitable, Callable

import pytest

from tests.tenancy.deployments import Fleet
from tests.tenancy.web_checks import WEB_CHECKS


@pytest.mark.parametrize("check", WEB_CHECKS, ids=lambda check: check.__name__)
async def test_nothing_crosses(fleet: Fleet, check: Callable[[Fleet], Awaitable[None]]) -> None:
    await check(fleet)
