"""The work units a procurement officer may order for, as part of the one statement that a catalogue page reads."""

import json
from typing import Final, NamedTuple
from uuid import UUID

from eorder_tenants.organisation.holding import HOLDS_IN_SQL


class OrderingUnit(NamedTuple):
    """A work unit as the catalogue needs it: who orders, and where it is."""

    id: UUID
    name: str
    short_name: str
    region_code: str


ORDERING_UNITS: Final = (
    """(
    select json_agg(json_build_array(u.id, u.name, u.short_name, u.region_code) order by u.name)
    from work_unit u
    where u.active and exists (
        select from role_assignment a join official o on o.id = a.official_id
        where o.id = {officer} and o.active and a.role = 'procurement_officer'
            and """
    + HOLDS_IN_SQL.replace("{day}", "{today}")
    + """
            and (a.work_unit_id is null or a.work_unit_id = u.id)))"""
)
"""What actors.py and orders/choosing.py say, in SQL; `officer` and `today` stand for the values of the statement."""


def read_units(text: str | None) -> tuple[OrderingUnit, ...]:
    """What the statement answered; nobody's units are none."""
    return tuple(OrderingUnit(UUID(unit_id), *facts) for unit_id, *facts in json.loads(text)) if text else ()
