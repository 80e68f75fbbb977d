"""How a package of the procurement plan (paket RUP) is to be procured, and which of them are ordered from here."""

import re
from typing import Final

from sqlalchemy import ColumnElement, func
from sqlalchemy.orm import InstrumentedAttribute

ORDERABLE: Final = frozenset(
    ("epurchasing", "pengadaanlangsung", "pembelianlangsung", "tokodaring", "lokapasar")
)
"""E-purchasing, direct procurement and marketplaces (Perpres 46/2025 calls them lokapasar), as letters only: offices
write "E-Purchasing" and "e purchasing". Tender, selection, contest, direct appointment and self-management (swakelola)
have procedures of their own, which an order from a catalogue would evade."""


def is_orderable(method: str) -> bool:
    """May a package of this method be ordered from?"""
    return re.sub("[^a-z]", "", method.lower()) in ORDERABLE


def orderable(method: InstrumentedAttribute[str]) -> ColumnElement[bool]:
    """The same as a condition of a query."""
    return func.regexp_replace(func.lower(method), "[^a-z]", "", "g").in_(sorted(ORDERABLE))
