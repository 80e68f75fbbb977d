"""Every page of the national agency."""

from eorder_web.agency import changes, programs, rules, verification

NATION = [*verification.NATION, *changes.NATION, *rules.NATION, *programs.NATION]
