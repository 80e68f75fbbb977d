"""Who must have a second factor, and from when on: by role and dated rule, after some days in which they may set it up.

A rule for each role says from which day on it asks for one. Nobody meets a closed door on that morning:
the days of rule `second_factor_grace_days` are counted from their own first sign-in under it.
"""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from eorder_platform import clock
from eorder_platform.identity.factors import factors_of
from eorder_platform.identity.models import Account
from eorder_platform.reference.law import rule_book
from eorder_platform.rules import RuleBook, RuleMissing

ZONE: Final = "Asia/Jakarta"
GRACE_RULE: Final = "second_factor_grace_days"
ANNOUNCED_DAYS: Final = 45
"""So long before its first day the rule is told to those whom it will concern."""


RULES: Final = {
    "tenant_admin": "second_factor_tenant_admin",
    "procurement_officer": "second_factor_procurement_officer",
    "commitment_officer": "second_factor_commitment_officer",
    "goods_receiver": "second_factor_goods_receiver",
    "treasurer": "second_factor_treasurer",
    "budget_user": "second_factor_budget_user",
    "delegated_budget_user": "second_factor_delegated_budget_user",
    "internal_auditor": "second_factor_internal_auditor",
    "agency_admin": "second_factor_agency_admin",
    "verifier": "second_factor_verifier",
    "vendor_owner": "second_factor_vendor_owner",
    "vendor_staff": "second_factor_vendor_staff",
}
"""The rule that asks a role for a second factor."""


async def factors_at_sign_in(
    session: AsyncSession, account_id: UUID, roles: Iterable[str]
) -> tuple[tuple[str, ...], datetime | None]:
    """What the account can show beside its password, and from when on it needs something (None: nothing is missing)."""
    if names := (await factors_of(session, account_id)).names:
        return names, None
    return (), await due_at(session, await session.get_one(Account, account_id), roles)


async def due_at(session: AsyncSession, account: Account, roles: Iterable[str]) -> datetime | None:
    """From when on this account, which has no second factor, needs one in these roles; None where none asks for it.

    The first time that a rule concerns them is remembered with the account.
    """
    book, today = await rule_book(session), clock.today(ZONE)
    firsts = [
        first
        for role in roles
        if role in RULES and (first := _first_day(book, RULES[role], today)) is not None
    ]
    if not firsts:
        return None
    if account.factor_asked_at is None:
        account.factor_asked_at = clock.now()
    grace = timedelta(days=book.value(GRACE_RULE, on=today))
    in_force = datetime.combine(min(firsts), time.min, ZoneInfo(ZONE))
    return max(in_force, account.factor_asked_at + grace)


def _first_day(book: RuleBook, key: str, today: date) -> date | None:
    """The first day of the rule that holds, or that will within the time in which it is announced."""
    for day in (today, today + timedelta(days=ANNOUNCED_DAYS)):
        try:
            rule = book.rule(key, on=day)
        except RuleMissing:
            continue
        if rule.value:
            return rule.valid_from
    return None
