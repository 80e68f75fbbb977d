"""Tenancy: one schema and one login role per region; the database itself keeps them apart (architecture.md 3)."""

from eorder_platform.tenancy.connecting import (
    after_commit,
    after_rollback,
    close_connections,
    even_if_refused,
    inside,
    looking,
    national,
    reading,
    reading_national,
    searching,
    searching_national,
)
from eorder_platform.tenancy.tenant import Tenant

__all__ = [
    "Tenant",
    "after_commit",
    "after_rollback",
    "close_connections",
    "even_if_refused",
    "inside",
    "looking",
    "national",
    "reading",
    "reading_national",
    "searching",
    "searching_national",
]
