"""What is signed in a region asks for proof of the person: a factor stronger than a password, shown just now.

The rule is asked below every page, so that a page, a program and a job are refused with the same sentence.
"""

from datetime import date

from sqlalchemy.ext.asyncio import AsyncSession

from eorder_platform import clock
from eorder_platform.identity.proving import FRESH_RULE, Proof, require_proof
from eorder_platform.rules import RuleBook
from eorder_platform.tenancy import Tenant
from eorder_tenants.organisation.actors import Actor
from eorder_tenants.organisation.law import rulebook


async def signing_as(session: AsyncSession, actor: Actor, only_where: str = "") -> Proof | None:
    """The proof with which they sign now; refused where they showed none, or too long ago.

    `only_where`: the rule by which a region asks it of an act that is no signature; None where it does not.
    """
    tenant: Tenant = session.info["tenant"]
    rules, today = await rulebook(session), clock.today(tenant.zone)
    if (minutes := minutes_asked(rules, today, only_where)) is None:
        return None
    return require_proof(actor.proof, minutes)


def minutes_asked(rules: RuleBook, on: date, only_where: str = "") -> int | None:
    """How old the proof of what is signed may be on that day; None where the region does not ask for one."""
    if only_where and not rules.value(only_where, on=on):
        return None
    return rules.value(FRESH_RULE, on=on)
