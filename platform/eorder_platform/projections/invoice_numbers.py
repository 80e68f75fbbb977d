"""A number on a vendor's invoice serves once in the whole nation: their tax invoice's, and their own.

A region claims it as the last thing before it commits, in a transaction of its own. It is claimed for an order, so that
the order may claim it again when the region's own transaction failed after all.
"""

from collections.abc import Collection
from enum import StrEnum
from typing import Final, NamedTuple
from uuid import UUID

from eorder_platform import clock, straight, tenancy
from eorder_platform.projections.models import InvoiceNumber


class NumberKind(StrEnum):
    """Whose series a number is of."""

    TAX_INVOICE = "tax_invoice"
    OWN = "own"


class Claim(NamedTuple):
    """A number as it is compared."""

    kind: NumberKind
    number: str


_RELEASE: Final = f"""
delete from {InvoiceNumber.__table__}
where vendor_id = $1 and tenant_id = $2 and order_id = $3
    and kind = $4 and number = $5
"""
_CLAIM: Final = f"""
insert into {InvoiceNumber.__table__} as held (vendor_id, kind, number, tenant_id, order_id, claimed_at)
select $1, wanted.kind, wanted.number, $4, $5, $6
from unnest($2::text[], $3::text[]) as wanted (kind, number) order by 2, 3
on conflict (vendor_id, kind, number) do update set claimed_at = excluded.claimed_at
where held.tenant_id = excluded.tenant_id and held.order_id = excluded.order_id
returning held.kind, held.number
"""


def claim_of_tax_invoice(digits: str) -> Claim:
    """Its serial, the last thirteen digits: code and status before it may change when it is replaced."""
    return Claim(NumberKind.TAX_INVOICE, digits[-13:])


def claim_of_own(number: str) -> Claim:
    """Blanks and capitals make no other number."""
    return Claim(NumberKind.OWN, " ".join(number.split()).casefold())


async def claim_numbers(
    vendor_id: UUID, tenant_id: UUID, order_id: UUID, wanted: Collection[Claim], given_up: Collection[Claim]
) -> list[NumberKind]:
    """Claim all of `wanted` for this order and free what it has `given_up`; or none, and say which serve elsewhere."""
    if not wanted and not given_up:
        return []
    try:
        async with tenancy.national(planning_once=True) as session:
            for one in given_up:
                if one not in wanted:
                    await straight.rows(session, _RELEASE, vendor_id, tenant_id, order_id, *one)
            kinds, numbers = [one.kind for one in wanted], [one.number for one in wanted]
            claim = vendor_id, kinds, numbers, tenant_id, order_id, clock.now()
            claimed = {tuple(row) for row in await straight.rows(session, _CLAIM, *claim)}
            if taken := [one.kind for one in sorted(wanted) if tuple(one) not in claimed]:
                raise _TakenError
    except _TakenError:
        return taken
    return []


class _TakenError(Exception):
    """Rolls the claims back."""
