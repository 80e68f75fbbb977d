"""Every page of the national agency."""

from eorder_web.agency import rules, verification

NATION = [*verification.NATION, *rules.NATION]
