"""Red flags as the region's auditors read them: attempts that separation of duties refused (RF15)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select

from eorder_platform.errors import NotAllowed
from eorder_platform.listing import Listed, every_word
from eorder_tenants.approvals.models import RedFlag
from eorder_tenants.orders.core.models import Order
from eorder_tenants.organisation.actors import Actor
from eorder_tenants.organisation.models import Delegation, Role


@dataclass(frozen=True)
class FlagRow:
    """One red flag; `why` as sentences.as_json wrote it, `letter` the number of the letter that was used."""

    id: UUID
    recorded_at: datetime
    code: str
    order_id: UUID
    order_number: str | None
    order_title: str
    actor_name: str
    step: str
    letter: str | None
    why: Any


def flags_visible_to(actor: Actor, search: str = "") -> Listed[FlagRow]:
    """The newest first. A flag is no verdict; it is for those who audit the region, and for nobody else."""
    if not actor.holds(Role.AUDITOR):
        raise NotAllowed("Tanda merah dibaca auditor daerah ini.")
    rows = (
        select(
            RedFlag.id,
            RedFlag.recorded_at,
            RedFlag.code,
            RedFlag.order_id,
            Order.number.label("order_number"),
            Order.title.label("order_title"),
            RedFlag.actor_name,
            RedFlag.step,
            Delegation.number.label("letter"),
            RedFlag.why,
        )
        .join(Order, Order.id == RedFlag.order_id)
        .outerjoin(Delegation, Delegation.id == RedFlag.delegation_id)
        .where(*every_word(search, RedFlag.actor_name, Order.title, RedFlag.code))
    )
    return Listed(FlagRow, rows, newest=(RedFlag.recorded_at, RedFlag.id))
