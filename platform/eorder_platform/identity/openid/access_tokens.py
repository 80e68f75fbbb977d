"""Access tokens: given out once, kept as a hash, looked up in one statement at each request.

They are opaque: what ends one (its person takes the permission back, its program is deactivated, its account closed)
ends it at the very next request, which no signed token could promise.
"""

import hashlib
import secrets
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import any_, delete, literal, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from eorder_platform import clock, tenancy
from eorder_platform.identity.models import Account
from eorder_platform.identity.openid.models import Permission, Program, ProgramSignIn, StoredToken
from eorder_platform.identity.openid.scopes import Scope
from eorder_platform.ids import new_id

ACCESS_VALIDITY: Final = timedelta(minutes=10)
REFRESH_VALIDITY: Final = timedelta(days=30)
ACCESS_PREFIX: Final = "eoa_"
REFRESH_PREFIX: Final = "eor_"
"""What a token begins with, so that a scanner of leaked secrets knows it."""
LONGEST: Final = 128
USE_NOTED_EVERY: Final = timedelta(hours=1)

_FIND: Final = """
select t.id, t.program_id, p.name as program, t.account_id, a.name, a.email, t.scopes, t.regions, t.key_thumbprint,
       t.issued_at, t.expires_at, t.sid, t.permission_id, t.facts,
       coalesce(c.last_used_at, p.last_used_at) as last_used_at
from pusat.program_token t
join pusat.program p on p.id = t.program_id and p.active
left join pusat.account a on a.id = t.account_id
left join pusat.program_permission c on c.id = t.permission_id
where t.token_hash = $1 and t.kind = 'access' and t.ended_at is null and t.expires_at > $2
  and (t.account_id is null or a.active)
  and (t.permission_id is null or (c.ended_at is null and c.valid_until > $2))
"""


@dataclass(frozen=True, slots=True)
class AccessToken:
    """A token that holds now. `account_id` is None where the program acts as itself (client_credentials).

    `regions`: slugs; empty for every region. `key_thumbprint`: the key (RFC 7638) whose holder alone may use it
    (DPoP, RFC 9449); None for a bearer token. `methods` and `proved_at`: how the person proved who they are when
    they let the program in, and when they last showed a factor stronger than a password, as in a session.
    """

    id: UUID
    program_id: UUID
    program: str
    account_id: UUID | None
    name: str | None
    email: str | None
    scopes: frozenset[str]
    regions: frozenset[str]
    key_thumbprint: str | None
    issued_at: datetime
    expires_at: datetime
    sid: str
    methods: tuple[str, ...] = ()
    proved_at: datetime | None = None

    def allows(self, scope: Scope, region: str | None = None) -> bool:
        """May this be done with it, in that region?"""
        return scope in self.scopes and (region is None or not self.regions or region in self.regions)


@dataclass(frozen=True)
class NewToken:
    """What a token is to be given out for."""

    program_id: UUID
    account_id: UUID | None
    scopes: tuple[Scope, ...]
    regions: tuple[str, ...] = ()
    permission_id: UUID | None = None
    family: UUID | None = None
    sid: str = ""
    key_thumbprint: str | None = None
    facts: dict[str, Any] | None = None


async def find(token: str) -> AccessToken | None:
    """Whose token this is and what it allows; None for one that is unknown, over, or taken back."""
    if not token.startswith(ACCESS_PREFIX) or len(token) > LONGEST:
        return None
    now = clock.now()
    async with tenancy.reading_national() as connection:
        row = await connection.fetchrow(_FIND, hashed(token), now)
    if row is None:
        return None
    if row["last_used_at"] is None or now - row["last_used_at"] > USE_NOTED_EVERY:
        await _note_use(row["program_id"], row["permission_id"], now)
    facts = row["facts"]
    return AccessToken(
        id=row["id"],
        program_id=row["program_id"],
        program=row["program"],
        account_id=row["account_id"],
        name=row["name"],
        email=row["email"],
        scopes=frozenset(row["scopes"]),
        regions=frozenset(row["regions"]),
        key_thumbprint=row["key_thumbprint"],
        issued_at=row["issued_at"],
        expires_at=row["expires_at"],
        sid=row["sid"],
        methods=tuple(facts.get("methods", ())),
        proved_at=datetime.fromisoformat(facts["proved_at"]) if facts.get("proved_at") else None,
    )


async def issue(session: AsyncSession, new: NewToken, validity: timedelta = ACCESS_VALIDITY) -> str:
    """An access token in a national transaction; its text is returned once and kept nowhere."""
    return _store(session, "access", ACCESS_PREFIX, new, validity)


async def issue_refresh(session: AsyncSession, new: NewToken, validity: timedelta = REFRESH_VALIDITY) -> str:
    """A refresh token likewise (refreshing.py)."""
    return _store(session, "refresh", REFRESH_PREFIX, new, validity)


async def end_family(session: AsyncSession, family: UUID) -> None:
    """All tokens of one authorization are over."""
    await _end(session, StoredToken.family == family)


async def end_permission(session: AsyncSession, permission_id: UUID) -> None:
    """A person took back what they had allowed."""
    await _end(session, StoredToken.permission_id == permission_id)


async def end_of_account(session: AsyncSession, account_id: UUID) -> None:
    """No program acts for this person any more."""
    await _end(session, StoredToken.account_id == account_id)
    given = Permission.account_id == account_id, Permission.ended_at.is_(None)
    await session.execute(update(Permission).where(*given).values(ended_at=clock.now()))


async def end_of_program(session: AsyncSession, program_id: UUID) -> None:
    """The program is over, or its secret was somebody else's."""
    await _end(session, StoredToken.program_id == program_id)


async def end_of_sign_in(session: AsyncSession, sids: list[str]) -> None:
    """Who signed out there takes along what was allowed for that sign-in alone: what is not `offline_access`."""
    stays = literal(Scope.OFFLINE.value) == any_(StoredToken.scopes)
    await _end(session, StoredToken.sid.in_(sids), ~stays)


async def end_of_sign_ins_of(session: AsyncSession, account_id: UUID) -> None:
    """The same for every sign-in of a person."""
    stays = literal(Scope.OFFLINE.value) == any_(StoredToken.scopes)
    await _end(session, StoredToken.account_id == account_id, ~stays)


async def stored(session: AsyncSession, token: str, *, lock: bool = False) -> StoredToken | None:
    """The row of a token, whatever has become of it."""
    if len(token) > LONGEST:
        return None
    found = select(StoredToken).where(StoredToken.token_hash == hashed(token))
    row: StoredToken | None = await session.scalar(found.with_for_update() if lock else found)
    return row


async def account_of(session: AsyncSession, token: AccessToken) -> Account:
    """The account of a token that has one."""
    return await session.get_one(Account, token.account_id)


async def forget_tokens(session: AsyncSession, before: datetime) -> None:
    """Rows of tokens that were over before that moment have served their time; so have sign-ins from before."""
    await session.execute(delete(StoredToken).where(StoredToken.expires_at < before))
    await session.execute(delete(ProgramSignIn).where(ProgramSignIn.created_at < before))


def hashed(token: str) -> str:
    """How a token is kept: it has 256 random bits, so that no slow hash is needed."""
    return hashlib.sha256(token.encode()).hexdigest()


def _store(session: AsyncSession, kind: str, prefix: str, new: NewToken, validity: timedelta) -> str:
    token = prefix + secrets.token_urlsafe(32)
    new = replace(new, family=new.family or new_id())
    now = clock.now()
    session.add(
        StoredToken(
            id=new_id(),
            kind=kind,
            token_hash=hashed(token),
            program_id=new.program_id,
            account_id=new.account_id,
            permission_id=new.permission_id,
            family=new.family,
            sid=new.sid,
            scopes=[*new.scopes],
            regions=[*new.regions],
            key_thumbprint=new.key_thumbprint,
            facts=new.facts or {},
            issued_at=now,
            expires_at=now + validity,
        )
    )
    return token


async def _end(session: AsyncSession, *which: Any) -> None:
    still = StoredToken.ended_at.is_(None)
    await session.execute(update(StoredToken).where(still, *which).values(ended_at=clock.now()))


async def _note_use(program_id: UUID, permission_id: UUID | None, now: datetime) -> None:
    """When a program was last used, to the hour."""
    before = now - USE_NOTED_EVERY
    async with tenancy.national() as session:
        for table, row_id in ((Program, program_id), (Permission, permission_id)):
            if row_id is not None:
                long_ago = or_(table.last_used_at.is_(None), table.last_used_at < before)
                await session.execute(
                    update(table).where(table.id == row_id, long_ago).values(last_used_at=now)
                )
