"""When an appointment holds: from its first day to its last, both included; without a last day until further notice."""

from datetime import date
from typing import Any, Final

from sqlalchemy import BindParameter, ColumnElement, or_

from eorder_tenants.organisation.models import RoleAssignment

Day = date | BindParameter[Any]

HOLDS_IN_SQL: Final = (
    "a.valid_from <= {day} and (a.valid_to is null or a.valid_to >= {day}) and not a.taken_back"
)
"""The same where a statement is written out: of the appointment `a`, on `day`."""


def holds_on(day: Day) -> ColumnElement[bool]:
    """Does the appointment hold on that day?"""
    return holds_within(day, day)


def holds_within(first: Day, last: Day) -> ColumnElement[bool]:
    """Does it hold on any of these days?"""
    return (RoleAssignment.valid_from <= last) & holds_from(first)


def holds_from(day: Day) -> ColumnElement[bool]:
    """Does it hold on that day or on any later one?"""
    standing = or_(RoleAssignment.valid_to.is_(None), RoleAssignment.valid_to >= day)
    return ~RoleAssignment.taken_back & standing
