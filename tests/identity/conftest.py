"""The first wait after too many guesses outlasts a busy machine's pause between two of them."""

import pytest

from eorder_platform.identity import guessing

FIRST_WAIT_SECONDS = 60


@pytest.fixture(autouse=True)
def _first_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guessing, "FIRST_WAIT_SECONDS", FIRST_WAIT_SECONDS)
