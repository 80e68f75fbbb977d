"""A second factor in a test: an account with an app, and the codes that its app shows."""

from uuid import UUID

from eorder_platform import tenancy
from eorder_platform.identity import authenticator

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


async def with_app(account_id: UUID, secret: str = SECRET) -> None:
    """The account's app is set up."""
    async with tenancy.national() as session:
        await authenticator.keep_app(session, account_id, secret)


def code(steps: int = 0, secret: str = SECRET) -> str:
    """What the app shows now, or so many steps of thirty seconds from now."""
    return authenticator.code_at(secret, authenticator.now_step() + steps)
