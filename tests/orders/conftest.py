"""Orders are made on an ordinary Monday of July, wherever a test says nothing else: the end of a year has rules."""

from collections.abc import Iterator

import pytest


@pytest.fixture(autouse=True)
def _on_an_ordinary_monday() -> Iterator[None]:
    from eorder_platform import clock
    from tests.orders.factories import MONDAY

    with clock.travelling_to(MONDAY):
        yield
