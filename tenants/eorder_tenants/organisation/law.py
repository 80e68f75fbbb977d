"""The law as it holds in one region: national rules with its own deviations, and the days its offices work."""

from datetime import date, datetime, timedelta

from sqlalchemy import select, union
from sqlalchemy.ext.asyncio import AsyncSession

from eorder_platform.business_days import add_business_days
from eorder_platform.reference.law import rule_book
from eorder_platform.reference.models import Holiday
from eorder_platform.rules import Rule, RuleBook
from eorder_platform.tenancy import Tenant
from eorder_tenants.organisation.models import RegionalHoliday, RuleOverride


async def rulebook(session: AsyncSession) -> RuleBook:
    """The rules of the session's region."""
    rows = await session.scalars(select(RuleOverride))
    overrides = [Rule(row.key, row.value, "", row.valid_from, row.valid_to, row.legal_basis) for row in rows]
    return (await rule_book(session)).with_overrides(overrides)


async def closed_days(session: AsyncSession, since: date) -> frozenset[date]:
    """National holidays and the region's own, from a day on."""
    days = union(select(Holiday.day), select(RegionalHoliday.day)).subquery()
    return frozenset(await session.scalars(select(days.c.day).where(days.c.day >= since)))


async def deadline(session: AsyncSession, rule: Rule, start: datetime) -> datetime:
    """`start` plus the days of a rule: business days of this region's offices, or calendar days."""
    if rule.unit == "calendar_days":
        return start + timedelta(days=rule.value)
    tenant: Tenant = session.info["tenant"]
    closed = await closed_days(session, start.date())
    return add_business_days(start, rule.value, tenant.zone, closed)
