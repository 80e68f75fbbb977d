"""Every page of the national agency."""

from eorder_web.agency import changes, rules, verification

NATION = [*verification.NATION, *changes.NATION, *rules.NATION]
