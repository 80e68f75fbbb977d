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


@dataclass(frozen=True)
class Session:
    """Who is signed in at a place. `roles` only decides which menus are shown; every act asks the database.

    `methods`: how the person proved who they are, in the words of RFC 8176 (`pwd`, `otp`, `hwk`, `swk`, …).
    `proved_at`: when they last showed a factor stronger than a password. `sid`: the nation's sign-in it came from.
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
) -> str:
    """Begin a session with a fresh token (rotation at sign-in) and return the token."""
    token = secrets.token_urlsafe(32)
    sid = sid or (secrets.token_urlsafe(16) if place == NATIONAL_PLACE else "")
    session = Session(place, account_id, name, email, roles, office, clock.now(), methods, proved_at, sid)
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
    """The session of that token at that place, its idle limit begun anew; None once a limit has passed."""
    async with answering() as valkey:
        text = await valkey.getex(_key(place, token), ex=IDLE_LIMIT)
        if text is None:
            return None
        session = _read(text)
        if session.place != place or clock.now() - session.started_at > ABSOLUTE_LIMIT:
            await valkey.delete(_key(place, token))
            return None
    return session


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
    return f"{place}:session:{hashlib.sha256(token.encode()).hexdigest()}"


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
    )
