"""Server-side sessions in Valkey. A session belongs to one place: one region's host, or the national host.

The browser holds a random token; Valkey holds only its hash, under a key that starts with the place, so that a
cookie carried to another region finds nothing.
"""

import hashlib
import json
import secrets
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Final
from uuid import UUID

from eorder_platform import clock
from eorder_platform.valkey import answering

NATIONAL_PLACE: Final = "national"
PASSWORD: Final = "pwd"
IDLE_LIMIT: Final = timedelta(hours=2)
ABSOLUTE_LIMIT: Final = timedelta(hours=12)
SESSIONS_READ: Final = 512
KEPT_UP_SECONDS: Final = 10 * 60
"""So often work at a region's host tells the sign-in with the nation, from which it came, that its person is there."""


@dataclass(frozen=True)
class Session:
    """Who is signed in at a place. `roles` only decides which menus are shown; every act asks the database.

    `methods`: how the person proved who they are, in the words of RFC 8176 (`pwd`, `otp`, `hwk`, `swk`, …).
    `proved_at`: when they last showed a factor stronger than a password. `sid`: the nation's sign-in it came from.
    `browser`: in plain words; `address`: of its network. `factors`: what they can show beside the password (`app`,
    `passkey`), for the pages; `factor_due_at`: from when on they may do nothing before they have one.
    """

    place: str
    account_id: UUID
    name: str
    email: str
    roles: tuple[str, ...]
    office: str
    started_at: datetime
    methods: tuple[str, ...] = (PASSWORD,)
    proved_at: datetime | None = None
    sid: str = ""
    browser: str = ""
    address: str = ""
    factors: tuple[str, ...] = ()
    factor_due_at: datetime | None = None

    @property
    def needs_factor(self) -> bool:
        """The days in which they could do without a second factor are over."""
        return self.factor_due_at is not None and self.factor_due_at <= clock.now()


@dataclass(frozen=True)
class Listed:
    """A session as its person sees it beside the others. `id` names it and opens nothing."""

    id: str
    session: Session
    last_used_at: datetime


async def start(
    place: str,
    account_id: UUID,
    name: str,
    email: str,
    roles: tuple[str, ...],
    office: str,
    *,
    methods: tuple[str, ...] = (PASSWORD,),
    proved_at: datetime | None = None,
    sid: str = "",
    browser: str = "",
    address: str = "",
    factors: tuple[str, ...] = (),
    factor_due_at: datetime | None = None,
) -> str:
    """Begin a session with a fresh token (rotation at sign-in) and return the token."""
    token = secrets.token_urlsafe(32)
    sid = sid or (secrets.token_urlsafe(16) if place == NATIONAL_PLACE else "")
    session = Session(
        place,
        account_id,
        name,
        email,
        roles,
        office,
        clock.now(),
        methods,
        proved_at,
        sid,
        browser,
        address,
        factors,
        factor_due_at,
    )
    async with answering() as valkey:
        async with valkey.pipeline(transaction=True) as pipe:
            pipe.set(_key(place, token), _written(session), ex=IDLE_LIMIT)
            pipe.sadd(_all_of(account_id), _key(place, token))
            pipe.expire(_all_of(account_id), ABSOLUTE_LIMIT)
            if sid:
                pipe.sadd(_all_from(sid), _key(place, token))
                pipe.expire(_all_from(sid), ABSOLUTE_LIMIT)
            await pipe.execute()
    return token


async def find(place: str, token: str) -> Session | None:
    """The session of that token at that place, its idle limit begun anew; None once a limit has passed.

    Whoever works at a region's host does not lose the sign-in with the nation meanwhile.
    """
    async with answering() as valkey:
        text = await valkey.getex(_key(place, token), ex=IDLE_LIMIT)
        if text is None:
            return None
        session = _read(text)
        if session.place != place or clock.now() - session.started_at > ABSOLUTE_LIMIT:
            await valkey.delete(_key(place, token))
            return None
    if session.sid and place != NATIONAL_PLACE:
        await _keep_up(session.sid)
    return session


async def _keep_up(sid: str) -> None:
    """The sign-in with the nation begins its idle limit anew, once in ten minutes; its absolute limit stays."""
    period = int(clock.now().timestamp() // KEPT_UP_SECONDS)
    if _KEPT_UP.get(sid) == period:
        return
    if len(_KEPT_UP) >= SIGN_INS_KEPT_UP:
        _KEPT_UP.clear()
    _KEPT_UP[sid] = period
    async with answering() as valkey:
        keys = map(_text, await valkey.smembers(_all_from(sid)))
        async with valkey.pipeline(transaction=False) as pipe:
            for key in keys:
                if key.startswith(f"{NATIONAL_PLACE}:"):
                    pipe.expire(key, IDLE_LIMIT)
            await pipe.execute()


SIGN_INS_KEPT_UP: Final = 4_096
_KEPT_UP: Final[dict[str, int]] = {}
"""When this process last did so, by sign-in."""


async def remember_factors(account_id: UUID, factors: tuple[str, ...]) -> None:
    """Every session of the account knows what its person can show from now on, and asks for nothing they have."""
    async with answering() as valkey:
        for key in map(_text, await valkey.smembers(_all_of(account_id))):
            text = await valkey.get(key)
            if text is not None:
                session = _read(text)
                due = None if factors else session.factor_due_at
                known = replace(session, factors=factors, factor_due_at=due)
                await valkey.set(key, _written(known), xx=True, keepttl=True)


async def prove(place: str, token: str, method: str) -> None:
    """The person of this session has just shown that factor; its limits stay as they were."""
    async with answering() as valkey:
        text = await valkey.get(_key(place, token))
        if text is not None:
            session = _read(text)
            methods = (*(one for one in session.methods if one != method), method)
            proved = replace(session, methods=methods, proved_at=clock.now())
            await valkey.set(_key(place, token), _written(proved), xx=True, keepttl=True)


async def keep_roles(place: str, token: str, roles: tuple[str, ...]) -> None:
    """What the person of this session holds has changed since; its limits stay as they were."""
    async with answering() as valkey:
        text = await valkey.get(_key(place, token))
        if text is not None:
            await valkey.set(
                _key(place, token), _written(replace(_read(text), roles=roles)), xx=True, keepttl=True
            )


async def end(place: str, token: str) -> None:
    """Sign out here."""
    async with answering() as valkey:
        text = await valkey.getdel(_key(place, token))
        if text is not None:
            await valkey.srem(_all_of(_read(text).account_id), _key(place, token))


async def end_sign_in(sid: str) -> None:
    """Sign out of everything that came from this one sign-in with the nation, at every host."""
    async with answering() as valkey:
        keys = [_text(key) for key in await valkey.smembers(_all_from(sid))]
        owners = {_read(text).account_id for text in (await valkey.mget(keys) if keys else []) if text}
        async with valkey.pipeline(transaction=True) as pipe:
            pipe.delete(_all_from(sid), *keys)
            for account_id in owners:
                pipe.srem(_all_of(account_id), *keys)
            await pipe.execute()


async def lives(sid: str) -> bool:
    """Whether the sign-in with the nation that others came from still holds."""
    async with answering() as valkey:
        keys = [_text(key) for key in await valkey.smembers(_all_from(sid))]
        own = [key for key in keys if key.startswith(f"{NATIONAL_PLACE}:")]
        return bool(own) and bool(await valkey.exists(*own))


async def of_account(account_id: UUID) -> list[Listed]:
    """Every session of the account that still lives, at every place; the one used last comes first.

    When one was used last follows from how much is left of its idle limit.
    """
    async with answering() as valkey:
        keys = sorted(map(_text, await valkey.smembers(_all_of(account_id))))
        async with valkey.pipeline(transaction=False) as pipe:
            for key in keys:
                pipe.get(key)
                pipe.pttl(key)
            answers = await pipe.execute()
    found = []
    for key, text, left_ms in zip(keys, answers[::2], answers[1::2], strict=True):
        if text is not None and left_ms > 0:
            used_at = clock.now() - (IDLE_LIMIT - timedelta(milliseconds=left_ms))
            session = _read(text)
            if clock.now() - session.started_at <= ABSOLUTE_LIMIT:
                found.append(Listed(key.rpartition(":")[2], session, used_at))
    return sorted(found, key=lambda one: one.last_used_at, reverse=True)


def id_of(token: str) -> str:
    """How the session of that token is called in the list of its person's."""
    return hashlib.sha256(token.encode()).hexdigest()


async def end_one(account_id: UUID, session_id: str) -> Session | None:
    """End that session of the account and return it; None where the account has none of that name (any more)."""
    async with answering() as valkey:
        for key in map(_text, await valkey.smembers(_all_of(account_id))):
            if key.rpartition(":")[2] == session_id:
                text = await valkey.getdel(key)
                await valkey.srem(_all_of(account_id), key)
                return _read(text) if text is not None else None
    return None


async def end_everywhere(account_id: UUID) -> int:
    """Sign the person out in every place; returns how many sessions ended."""
    async with answering() as valkey:
        keys = await valkey.smembers(_all_of(account_id))
        ended = await valkey.delete(*keys) if keys else 0
        await valkey.delete(_all_of(account_id))
    return int(ended)


async def end_at(place: str, account_id: UUID) -> None:
    """Sign the person out at one place: what they were there has ended."""
    async with answering() as valkey:
        here = [
            key
            for key in map(_text, await valkey.smembers(_all_of(account_id)))
            if key.startswith(f"{place}:session:")
        ]
        if here:
            await valkey.delete(*here)
            await valkey.srem(_all_of(account_id), *here)


def _text(key: str | bytes) -> str:
    return key.decode() if isinstance(key, bytes) else key


def _key(place: str, token: str) -> str:
    return f"{place}:session:{id_of(token)}"


def _all_from(sid: str) -> str:
    return f"national:sign-in:{sid}"


def _all_of(account_id: UUID) -> str:
    return f"national:account-sessions:{account_id}"


def _written(session: Session) -> str:
    return json.dumps(asdict(session), default=str)


@lru_cache(maxsize=SESSIONS_READ)
def _read(text: str | bytes) -> Session:
    """Read anew for every page; what the same text said before is used again."""
    facts = json.loads(text)
    return Session(
        place=facts["place"],
        account_id=UUID(facts["account_id"]),
        name=facts["name"],
        email=facts["email"],
        roles=tuple(facts["roles"]),
        office=facts["office"],
        started_at=datetime.fromisoformat(facts["started_at"]),
        methods=tuple(facts.get("methods", (PASSWORD,))),
        proved_at=datetime.fromisoformat(facts["proved_at"]) if facts.get("proved_at") else None,
        sid=facts.get("sid", ""),
        browser=facts.get("browser", ""),
        address=facts.get("address", ""),
        factors=tuple(facts.get("factors", ())),
        factor_due_at=datetime.fromisoformat(facts["factor_due_at"]) if facts.get("factor_due_at") else None,
    )
