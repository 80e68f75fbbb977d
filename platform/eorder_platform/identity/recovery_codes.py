"""Ten codes on paper, for the day on which the phone is lost: each opens once, and only keyed hashes are kept."""

import json
import secrets
from typing import Final
from uuid import UUID

from sqlalchemy import delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from eorder_platform import clock
from eorder_platform.errors import Refused
from eorder_platform.identity.models import Account, RecoveryCode
from eorder_platform.identity.proving import CODE_FIELD
from eorder_platform.secrecy import Purpose, decrypt, encrypt, keyed_hash
from eorder_platform.valkey import answering

HOW_MANY: Final = 10
LETTERS: Final = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Without those that are mistaken for one another on paper."""
LENGTH: Final = 10
SHOWN_SECONDS: Final = 5 * 60
WRONG: Final = "Kode pemulihan tidak cocok atau sudah dipakai."


async def make_codes(session: AsyncSession, account_id: UUID) -> list[str]:
    """Ten new codes, written as people read them (K7QM2-XPA9R); those before count no more.

    The account stays locked until the transaction ends: of two that make some at once the later's count.
    """
    await session.get_one(Account, account_id, with_for_update=True)
    await session.execute(delete(RecoveryCode).where(RecoveryCode.account_id == account_id))
    codes = {"".join(secrets.choice(LETTERS) for _ in range(LENGTH)) for _ in range(HOW_MANY)}
    session.add_all(RecoveryCode(account_id=account_id, code_hash=_hash(account_id, one)) for one in codes)
    await session.flush()
    return [f"{one[:5]}-{one[5:]}" for one in sorted(codes)]


async def use_code(session: AsyncSession, account_id: UUID, typed: str) -> None:
    """Use one up; refused on the field of the code where it is none of the account's that is left."""
    used = await session.execute(
        update(RecoveryCode)
        .where(
            RecoveryCode.account_id == account_id,
            RecoveryCode.code_hash == _hash(account_id, _bare(typed)),
            RecoveryCode.used_at.is_(None),
        )
        .values(used_at=clock.now())
        .returning(RecoveryCode.account_id)
    )
    if used.first() is None:
        raise Refused(WRONG, CODE_FIELD)


async def codes_left(session: AsyncSession, account_id: UUID) -> int | None:
    """How many are not used yet; None where none were ever made."""
    row = (
        await session.execute(
            select(func.count(), func.count(RecoveryCode.used_at)).where(
                RecoveryCode.account_id == account_id
            )
        )
    ).one()
    return row[0] - row[1] if row[0] else None


def is_code(typed: str) -> bool:
    """Does it look like a recovery code?"""
    return len(bare := _bare(typed)) == LENGTH and set(bare) <= set(LETTERS)


async def show_once(account_id: UUID, token: str, codes: list[str]) -> None:
    """Keep them sealed for the page that follows, in this session alone; whoever loads it again sees none."""
    sealed = encrypt(json.dumps(codes), Purpose.RECOVERY_CODE, account_id).hex()
    async with answering() as valkey:
        await valkey.set(_shown(account_id, token), sealed, ex=SHOWN_SECONDS)


async def shown_once(account_id: UUID, token: str) -> list[str]:
    """What :func:`show_once` kept, gone thereby; else empty."""
    async with answering() as valkey:
        sealed = await valkey.getdel(_shown(account_id, token))
    if sealed is None:
        return []
    codes: list[str] = json.loads(decrypt(bytes.fromhex(str(sealed)), Purpose.RECOVERY_CODE, account_id))
    return codes


def _bare(typed: str) -> str:
    return "".join(letter for letter in typed.upper() if letter.isalnum())


def _hash(account_id: UUID, bare: str) -> str:
    return keyed_hash(f"{account_id}:{bare}", Purpose.RECOVERY_CODE)


def _shown(account_id: UUID, token: str) -> str:
    return f"national:codes-shown:{account_id}:{keyed_hash(token, Purpose.RECOVERY_CODE)[:32]}"
