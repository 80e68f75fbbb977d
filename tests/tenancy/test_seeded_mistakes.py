"""Every seeded mistake is noticed by the checks it concerns, and leaves nothing behind when it is taken back."""

import pytest

from tests.tenancy.catalogue_checks import CATALOGUE_CHECKS
from tests.tenancy.deployments import Fleet
from tests.tenancy.mistakes import MISTAKES, Mistake
from tests.tenancy.role_checks import ROLE_CHECKS
from tests.tenancy.web_checks import WEB_CHECKS

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


def test_every_mistake_has_its_checks_and_every_check_has_its_mistake() -> None:
    """A check that no mistake ever failed might be one that cannot fail."""
    assert all(mistake.noticed_by for mistake in MISTAKES)
    failed_once = {check for mistake in MISTAKES for check in mistake.noticed_by}
    assert failed_once == {*CATALOGUE_CHECKS, *ROLE_CHECKS, *WEB_CHECKS}
