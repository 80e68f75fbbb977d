"""Every seeded mistake is noticed by the checks it concerns, and leaves nothing behind when it is taken back."""

import pytest

from tests.tenancy.deployments import Fleet
from tests.tenancy.mistakes import MISTAKES, Mistake

NOTICED = (AssertionError, pytest.fail.Exception)


@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda mistake: mistake.name.replace(" ", "-"))
async def test_the_mistake_is_noticed(
    fleet: Fleet, mistake: Mistake, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with mistake.seed(fleet, monkeypatch):
        for check in mistake.noticed_by:
            with pytest.raises(NOTICED):
                await check(fleet)
    for check in mistake.noticed_by:
        await check(fleet)
