"""Every page of the national agency."""

from eorder_web.agency import changes, programs, rules, sanctions, verification

NATION = [*verification.NATION, *changes.NATION, *sanctions.NATION, *rules.NATION, *programs.NATION]
