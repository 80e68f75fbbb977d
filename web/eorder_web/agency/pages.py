"""Every page of the national agency."""

from eorder_web.agency import changes, programs, recoveries, rules, verification

NATION = [
    *verification.NATION,
    *changes.NATION,
    *rules.NATION,
    *programs.NATION,
    *recoveries.NATION,
]
