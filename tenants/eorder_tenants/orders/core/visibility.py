"""Whose orders a person may see. Everything else is "not found", for reading and for acting alike."""

from typing import Final
from uuid import UUID

from sqlalchemy import ColumnElement, and_, false, or_, true

from eorder_tenants.orders.core.models import Order, Status
from eorder_tenants.organisation.actors import SYSTEM_ACTOR, Actor
from eorder_tenants.organisation.models import Role


def visible_to(actor: Actor) -> ColumnElement[bool]:
    """SQL condition on orders.

    An official sees the orders of the units they are appointed in (of drafts only their own), the region's auditor
    all of them, a vendor's member those that were issued to that vendor.
    """
    if actor == SYSTEM_ACTOR:
        return true()
    if actor.vendor_id is not None:
        return and_(Order.vendor_id == actor.vendor_id, Order.issued_at.is_not(None))
    if actor.units(Role.AUDITOR) is None:
        return true()
    units = [actor.units(role) for role in actor.roles]
    if not units or actor.id is None:
        return false()
    no_draft_of_others = or_(Order.status != Status.DRAFT, Order.drafted_by == actor.id)
    if None in units:
        return no_draft_of_others
    return and_(
        Order.work_unit_id.in_(frozenset().union(*(u for u in units if u is not None))), no_draft_of_others
    )


VISIBLE: Final = """
($2::boolean or o.vendor_id = $3::uuid and o.issued_at is not null
    or ($4::boolean or o.work_unit_id = any($5::uuid[])) and (o.status <> 'draft' or o.drafted_by = $6::uuid))
"""
"""The same for one order by its id: one statement for everybody, what :func:`sight_of` says are its values from $2."""


def sight_of(actor: Actor) -> tuple[bool, UUID | None, bool, list[UUID], UUID | None]:
    """Whether the actor sees everything; of which vendor; of all units or of which; and who they are."""
    if actor == SYSTEM_ACTOR:
        return True, None, False, [], None
    if actor.vendor_id is not None:
        return False, actor.vendor_id, False, [], None
    units = [actor.units(role) for role in actor.roles]
    everything = actor.units(Role.AUDITOR) is None
    own = [unit for some in units if some is not None for unit in some]
    return everything, None, None in units, own, actor.id
