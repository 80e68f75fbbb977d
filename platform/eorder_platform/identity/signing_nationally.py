"""What is signed with the nation asks for proof of the person too: another bank account, national law, a recovery.

The transaction carries what was shown, because those who act there are plain accounts.
"""

from typing import Final
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from eorder_platform import clock
from eorder_platform.identity.proving import FRESH_RULE, Proof, require_proof
from eorder_platform.reference.law import NATIONAL_ZONE, RuleChange, change_rule, rule_book

_SHOWN: Final = "proof"


def carry_proof(session: AsyncSession, proof: Proof | None) -> None:
    """Whoever acts in this transaction showed this last."""
    session.info[_SHOWN] = proof


def shown_in(session: AsyncSession) -> Proof | None:
    """What :func:`carry_proof` said."""
    proof: Proof | None = session.info.get(_SHOWN)
    return proof


async def signing_nationally(session: AsyncSession) -> Proof:
    """The proof with which this is signed; refused where none was shown, or too long ago."""
    rules = await rule_book(session)
    return require_proof(shown_in(session), rules.value(FRESH_RULE, on=clock.today(NATIONAL_ZONE)))


async def announce_rule(session: AsyncSession, account_id: UUID, change: RuleChange) -> None:
    """The next value of a national rule, signed by who announces it; refused as :func:`change_rule` does."""
    await signing_nationally(session)
    await change_rule(session, account_id, change)
