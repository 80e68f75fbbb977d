"""The law as it holds in one region: national rules with its own deviations, and the days its offices work.

It is asked for at every step of an order and on its page, and hardly ever changes. Asked each time is which state the
national rules are in, and only a process that has not seen that state reads them; the region's deviations and closed
days are read anew as text, and what was made of the same text before is used again.
"""

import json
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

from eorder_platform import straight
from eorder_platform.business_days import END_OF_DAY, add_business_days, add_calendar_days
from eorder_platform.rules import Rule, RuleBook
from eorder_platform.tenancy import Tenant

BOOKS_KEPT: Final = 64
MIDNIGHT: Final = 24
_CLOSED_DAYS_READ: Final = "closed days"
_LAW_READ: Final = "law"
STATE: Final = """
(select concat_ws(' ', count(*), sum(hashint8extended(xmin::text::bigint, cmin::text::bigint))) from nusantara.rule)
"""
"""By which transactions and commands its rows were written: who inserts, changes or deletes one leaves another text."""
LAW: Final = f"""
select {STATE},
    (select json_agg(json_build_array(key, value, '', valid_from, valid_to, legal_basis)
            order by key, valid_from) from rule_override where withdrawn_on is null)::text,
    (select string_agg(day::text, ' ') from (
        select day from nusantara.holiday union select day from regional_holiday) closed)
"""
_NATIONAL: Final = f"""
select {STATE}, (select json_agg(json_build_array(
    key, value, unit, valid_from, valid_to, legal_basis, tenant_may_override, verified)
    order by key, valid_from) from nusantara.rule)::text
"""
_CLOSED_DAYS: Final = """
select string_agg(day::text, ' ') from (
    select day from nusantara.holiday where day >= $1 union select day from regional_holiday where day >= $1) closed
"""


async def rulebook(session: straight.Reads) -> RuleBook:
    """The rules of the session's region. The days its offices are closed come along, for the deadline that follows."""
    asked = session.info.pop(_LAW_READ, None) or (await straight.rows(session, LAW))[0]
    return await taken(session, *asked)


def remember(session: straight.Reads, asked: Sequence[str]) -> None:
    """What :data:`LAW` answered beside another question, for the rules that are asked for next."""
    session.info[_LAW_READ] = asked


async def taken(session: straight.Reads, state: str, own: str | None, closed: str | None) -> RuleBook:
    """What :data:`LAW` answered, as :func:`rulebook` gives it."""
    session.info[_CLOSED_DAYS_READ] = closed or ""
    tenant: Tenant = session.info["tenant"]
    national = _national.get((tenant.placement, state))
    if national is None:
        ((state, rules),) = await straight.rows(session, _NATIONAL)
        national = RuleBook(_read(rules))
        while len(_national) >= BOOKS_KEPT:
            del _national[next(iter(_national))]
        _national[tenant.placement, state] = national
    return _book(national, own or "[]")


_national: Final[dict[tuple[str, str], RuleBook]] = {}
"""The national rules by placement (each has a copy of its own) and state."""


def forget() -> None:
    """As in a process that has just begun."""
    _national.clear()
    _book.cache_clear()


@lru_cache(maxsize=BOOKS_KEPT)
def _book(national: RuleBook, own: str) -> RuleBook:
    return national.with_overrides(_read(own))


def _read(rules: str) -> Iterator[Rule]:
    for key, value, unit, valid_from, valid_to, *rest in json.loads(rules):
        ends = date.fromisoformat(valid_to) if valid_to else None
        yield Rule(key, value, unit, date.fromisoformat(valid_from), ends, *rest)


async def closed_days(session: straight.Reads, since: date) -> frozenset[date]:
    """National holidays and the region's own, from a day on."""
    return _days(await straight.value(session, _CLOSED_DAYS, since) or "")


@lru_cache(maxsize=BOOKS_KEPT)
def _days(text: str) -> frozenset[date]:
    return frozenset(date.fromisoformat(day) for day in text.split())


async def deadline(session: straight.Reads, rules: RuleBook, key: str, start: datetime) -> datetime:
    """`start` plus the days of a rule: business days of this region's offices, or calendar days.

    It ends with the office's own day, or at the hour that rule `deadline_hour` names.
    """
    tenant: Tenant = session.info["tenant"]
    day = start.astimezone(ZoneInfo(tenant.zone)).date()
    rule, hour = rules.rule(key, on=day), rules.value("deadline_hour", on=day)
    until = END_OF_DAY if hour == MIDNIGHT else time(hour)
    if rule.unit == "calendar_days":
        return add_calendar_days(start, rule.value, tenant.zone, until)
    read = session.info.pop(_CLOSED_DAYS_READ, None)
    closed = await closed_days(session, start.date()) if read is None else _days(read)
    return add_business_days(start, rule.value, tenant.zone, closed, until)
