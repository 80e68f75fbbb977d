"""Orders are made on an ordinary Monday of July, wherever a test says nothing else: the end of a year has rules."""

import pytest


@pytest.fixture(autouse=True)
def _on_an_ordinary_monday(ordinary_monday: None) -> None: ...
