"""What the catalogue says above its shelf: how much is on offer, and how much one order may cost at the most."""

import time
from functools import lru_cache
from typing import Final
from uuid import UUID

from eorder_platform import clock, tenancy
from eorder_platform.tenancy import Tenant
from eorder_tenants.catalogue.browsing import EVERYTHING, read_choices
from eorder_tenants.organisation.law import rulebook

KEPT_SECONDS: Final = 60.0
CHOICES_KEPT: Final = 256

_caps: dict[UUID, tuple[float, int]] = {}


async def order_cap(tenant: Tenant) -> int:
    """Today's highest value of an order in this region, asked of the database once a minute.

    A cap changes on a day that was announced before; a catalogue that learns it a minute late misleads nobody, because
    whoever orders is held to the rule itself.
    """
    asked_at, cap = _caps.get(tenant.id, (0.0, 0))
    if not cap or time.monotonic() - asked_at > KEPT_SECONDS:
        async with tenancy.inside(tenant) as session:
            cap = (await rulebook(session)).value("order_cap", on=clock.today(tenant.zone))
        _caps[tenant.id] = (time.monotonic(), cap)
    return cap


@lru_cache(maxsize=CHOICES_KEPT)
def offers_in_all(choices: str) -> int:
    """How many offers the whole catalogue has, from the counts of its main categories."""
    return sum(choice.offers or 0 for choice in read_choices(choices, EVERYTHING).groups)
