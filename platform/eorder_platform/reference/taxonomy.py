"""What the agency's administrator may change of a catalogue category."""

import re
from typing import Final
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from eorder_platform import clock
from eorder_platform.errors import NotVisible, Refused
from eorder_platform.reference.models import Category
from eorder_platform.texts import fitting

MOST_ACCOUNTS: Final = 30
_ACCOUNT: Final = re.compile(r"[1-9](\.\d){1,2}(\.\d\d){0,3}(\.\d{1,4})?", re.ASCII)
"""A budget account (kode rekening) `A.B.CC.DD.EE.FFFF`, or its beginning down to two groups (domain.md 2)."""


async def change_accounts(session: AsyncSession, changed_by: UUID, code: str, typed: str) -> Category:
    """Which budget accounts pay for a category, from now on: codes or their beginnings, parted by blanks or commas.

    Nothing typed: those of its main category, or any where it is one. Orders that were signed stay as they are.
    Refused on "accounts": what is no account, more than 30.
    """
    category = await session.get(Category, code, with_for_update=True)
    if category is None:
        raise NotVisible("Kategori ini tidak ditemukan.")
    fitting(typed, "accounts")
    accounts = list(dict.fromkeys(re.split(r"[\s,;]+", typed.strip()))) if typed.strip() else []
    for account in accounts:
        if not _ACCOUNT.fullmatch(account):
            raise Refused(
                "“%(typed)s” bukan kode rekening, misalnya 5.1.02.01.01.0024 atau awalnya, 5.1.02.03.",
                "accounts",
                typed=account[:40],
            )
    if len(accounts) > MOST_ACCOUNTS:
        raise Refused(
            "Paling banyak %(most)s rekening; tulis awalannya saja.", "accounts", most=MOST_ACCOUNTS
        )
    category.accounts = accounts
    category.changed_by, category.changed_at = changed_by, clock.now()
    return category
