"""Whose mailbox an account is: known once the person typed a code, or opened a link, that was mailed there."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from eorder_platform.identity.models import Account


async def is_confirmed(session: AsyncSession, account_id: UUID) -> bool:
    """Is the account's mailbox known to be its person's?"""
    return (await session.get_one(Account, account_id)).email_confirmed
