"""What an order is held against when it is submitted or signed: catalogue, nation and law as they are today."""

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from eorder_platform.rules import RuleBook
from eorder_tenants.catalogue.models import Offer
from eorder_tenants.orders.core.loading import read_with
from eorder_tenants.orders.core.models import Order
from eorder_tenants.orders.requesting.catalogue_lines import SHOWN_OF_ORDER, offers_from
from eorder_tenants.orders.requesting.financing import ACCOUNTS_OF_ORDER, Accounts, read_accounts
from eorder_tenants.organisation.law import rulebook

_OF_THE_NATION: Final = f"""
select (select v.status from nusantara.vendor v join orders o on o.vendor_id = v.id where o.id = $1),
    ({ACCOUNTS_OF_ORDER})::text
"""


@dataclass(frozen=True)
class Today:
    """The offers of an order's lines that the catalogue still shows, how the nation knows the vendor, and the law."""

    offers: dict[UUID, Offer]
    vendor_status: str | None
    accounts: Accounts
    rules: RuleBook


TODAY: Final = (SHOWN_OF_ORDER, _OF_THE_NATION)
"""For whoever begins a step that asks it (stepping.begin)."""


async def today_of(session: AsyncSession, order: Order) -> Today:
    """In one round trip, or with the order's lock; of the lines that are written."""
    shown, ((status, accounts),) = await read_with(session, order, TODAY)
    return Today(offers_from(session, shown), status, read_accounts(accounts), await rulebook(session))
