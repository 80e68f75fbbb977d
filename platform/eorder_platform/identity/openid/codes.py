"""Authorization codes and pushed requests: a minute in Valkey, taken out by whoever shows them first.

A code that is shown a second time ends what it was exchanged for the first time (RFC 6749 4.1.2): one of the two who
showed it has stolen it.
"""

import base64
import hashlib
import hmac
import json
import secrets
from dataclasses import asdict, dataclass
from typing import Any, Final
from uuid import UUID

from eorder_platform.errors import Expected
from eorder_platform.ids import new_id
from eorder_platform.valkey import answering

CODE_SECONDS: Final = 60
REMEMBERED_SECONDS: Final = 3600
PUSHED_SECONDS: Final = 90
PUSHED_PREFIX: Final = "urn:ietf:params:oauth:request_uri:"
LONGEST: Final = 256


class CodeRefused(Expected):
    """The code is unknown, over, was used, or belongs to another request. `family`: what a used one once opened."""

    def __init__(self, family: UUID | None = None) -> None:
        super().__init__("Kode masuk ini tidak berlaku lagi.")
        self.family = family


@dataclass(frozen=True)
class Granted:
    """What a code stands for: who signed in where and how, and what was asked. Times are seconds since 1970."""

    client_id: str
    redirect_uri: str
    code_challenge: str
    account_id: str
    sid: str
    auth_time: int
    methods: tuple[str, ...]
    proved_at: str = ""
    scopes: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    permission_id: str = ""
    nonce: str = ""
    key_thumbprint: str = ""
    family: str = ""


async def give_out(granted: Granted) -> str:
    """A code for it, good once and for a minute."""
    code, family = secrets.token_urlsafe(32), new_id().hex
    text = json.dumps(asdict(granted) | {"family": family})
    async with answering() as valkey:
        async with valkey.pipeline(transaction=True) as pipe:
            pipe.set(_key("code", code), text, ex=CODE_SECONDS)
            pipe.set(_key("code-family", code), family, ex=REMEMBERED_SECONDS)
            await pipe.execute()
    return code


async def take(code: str, client_id: str) -> Granted:
    """What the code stands for; from now on it stands for nothing. :class:`CodeRefused` otherwise."""
    if not code or len(code) > LONGEST:
        raise CodeRefused
    async with answering() as valkey:
        async with valkey.pipeline(transaction=True) as pipe:
            pipe.getdel(_key("code", code))
            pipe.get(_key("code-family", code))
            text, family = await pipe.execute()
    if text is None:
        raise CodeRefused(UUID(family) if family else None)
    facts = json.loads(text)
    lists = {name: tuple(facts[name]) for name in ("methods", "scopes", "regions")}
    granted = Granted(**{**facts, **lists})
    if not hmac.compare_digest(granted.client_id, client_id):
        raise CodeRefused
    return granted


async def redeem(code: str, client_id: str, redirect_uri: str, verifier: str) -> Granted:
    """The same for one of our own hosts: where it was led back to and its verifier (PKCE) must fit as well."""
    granted = await take(code, client_id)
    if granted.redirect_uri != redirect_uri or not hmac.compare_digest(
        challenge_of(verifier), granted.code_challenge
    ):
        raise CodeRefused
    return granted


def challenge_of(verifier: str) -> str:
    """The S256 challenge (RFC 7636) of a verifier."""
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()


async def push(client_id: str, parameters: list[tuple[str, str]]) -> str:
    """Keep a request that a program pushed (RFC 9126); returns its request_uri."""
    name = secrets.token_urlsafe(24)
    async with answering() as valkey:
        text = json.dumps({"client_id": client_id, "parameters": parameters})
        await valkey.set(_key("pushed", name), text, ex=PUSHED_SECONDS)
    return PUSHED_PREFIX + name


async def pushed(request_uri: str, client_id: str) -> list[tuple[str, str]] | None:
    """What that program pushed under this request_uri, once; None where there is nothing of it."""
    if not request_uri.startswith(PUSHED_PREFIX) or len(request_uri) > LONGEST:
        return None
    async with answering() as valkey:
        text = await valkey.getdel(_key("pushed", request_uri.removeprefix(PUSHED_PREFIX)))
    kept: dict[str, Any] = json.loads(text) if text else {}
    if kept.get("client_id") != client_id:
        return None
    return [(str(name), str(value)) for name, value in kept["parameters"]]


async def first_seen(kind: str, text: str, seconds: int) -> bool:
    """Whether nobody has shown this before, within the time that it is worth anything."""
    async with answering() as valkey:
        return bool(await valkey.set(_key(kind, text), "1", ex=seconds, nx=True))


def _key(kind: str, text: str) -> str:
    return f"national:{kind}:{hashlib.sha256(text.encode()).hexdigest()}"
