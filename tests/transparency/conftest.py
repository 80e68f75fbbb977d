"""Pages show this year's spending, and what the factories make is spent in June 2026: it is July of that year."""

import pytest


@pytest.fixture(autouse=True)
def _on_an_ordinary_monday(ordinary_monday: None) -> None: ...
