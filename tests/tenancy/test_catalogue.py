"""The rules of architecture.md 3 as the system catalogues tell them."""

from collections.abc import Awaitable, Callable

import pytest

from eorder_tenants.tables import metadata
from tests.tenancy.catalogue_checks import APPEND_ONLY, CATALOGUE_CHECKS
from tests.tenancy.deployments import Fleet


@pytest.mark.parametrize("check", CATALOGUE_CHECKS, ids=lambda check: check.__name__)
async def test_the_catalogue_keeps_the_rule(fleet: Fleet, check: Callable[[Fleet], Awaitable[None]]) -> None:
    await check(fleet)


def test_the_append_only_tables_are_the_known_ones() -> None:
    marked = {table.name for table in metadata.sorted_tables if table.info.get("append_only")}
    assert marked == APPEND_ONLY
