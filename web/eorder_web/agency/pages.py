"""Every page of the national agency."""

from eorder_web.agency import changes, programs, recoveries, rules, sanctions, synonyms, verification

NATION = [
    *verification.NATION,
    *changes.NATION,
    *sanctions.NATION,
    *rules.NATION,
    *synonyms.NATION,
    *programs.NATION,
    *recoveries.NATION,
]
