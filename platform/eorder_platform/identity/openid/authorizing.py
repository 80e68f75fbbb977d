"""A request to sign somebody in, from its arrival to the code that answers it; between, it is carried by the browser.

What was checked once is signed and travels in the address of the pages that the person meets (sign-in, second factor,
consent): nothing is kept for somebody who never comes back. An address to return to is followed only when it stands
letter by letter in what was registered; any other is told on a page of ours.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum, auto
from typing import Any, Final
from urllib.parse import urlencode, urlsplit
from uuid import UUID

from itsdangerous import BadData
from sqlalchemy.ext.asyncio import AsyncSession

from eorder_platform import clock
from eorder_platform.errors import Expected
from eorder_platform.identity.openid import codes, permissions, telling
from eorder_platform.identity.openid.models import Program
from eorder_platform.identity.openid.programs import program_of
from eorder_platform.identity.openid.regional import PREFIX, issuer, return_addresses
from eorder_platform.identity.openid.telling import subject_of
from eorder_platform.identity.sessions import Session
from eorder_platform.signed_values import timed_serializer
from eorder_platform.tenancy import registry

CARRIED_FOR: Final = timedelta(hours=1)
PROMPTS: Final = frozenset({"none", "login", "consent", "select_account"})
LONGEST_TEXT: Final = 512
UNSUPPORTED: Final = {"request": "request_not_supported", "registration": "registration_not_supported"}


class WrongRequest(Expected):
    """Nothing to return to: the program or its address is not registered, so a page says so and leads nowhere."""

    def __init__(self) -> None:
        super().__init__(
            "Program yang mengirim Anda ke sini tidak terdaftar, atau alamat kembalinya tidak cocok dengan yang"
            " terdaftar. Demi keamanan Anda tidak diarahkan ke mana-mana."
        )


class Answered(Exception):
    """The request is answered by an error at the program's own address: `location`."""

    def __init__(self, location: str) -> None:
        super().__init__(location)
        self.location = location


@dataclass(frozen=True)
class Wanted:
    """What was asked, checked. `asked_at`: seconds since 1970. `name`: who asks, for the pages on the way. `subject`:
    whom it means, where it says so."""

    client_id: str
    name: str
    redirect_uri: str
    scopes: tuple[str, ...]
    code_challenge: str
    state: str = ""
    nonce: str = ""
    prompts: tuple[str, ...] = ()
    max_age: int | None = None
    hint: str = ""
    subject: str = ""
    key_thumbprint: str = ""
    asked_at: float = 0

    @property
    def origin(self) -> str:
        """Where the browser will be led: scheme and host, for the pages whose forms end there."""
        parts = urlsplit(self.redirect_uri)
        return f"{parts.scheme}://{parts.netloc}"

    @property
    def host(self) -> str:
        """Where that is, in words."""
        return urlsplit(self.redirect_uri).netloc

    @property
    def is_of_a_region(self) -> bool:
        """One of our own hosts, which nobody need be asked about."""
        return self.client_id.startswith(PREFIX)


class Next(StrEnum):
    """What has to happen before a code is given out."""

    SIGN_IN = auto()
    CHOOSE_ACCOUNT = auto()
    CONSENT = auto()
    NOTHING = auto()


async def read(session: AsyncSession, sent: Sequence[tuple[str, str]]) -> Wanted:
    """What a request asks; :class:`WrongRequest` or :class:`Answered` where it asks wrongly."""
    from authlib.oauth2.rfc6749 import OAuth2Error

    from eorder_platform.identity.openid.provider import Asked, Provider

    pairs = await _pushed(sent)
    asked = Asked("GET", pairs)
    try:
        client, redirect_uri, scopes = await Provider(session).checked(asked)
    except ValueError as error:  # an address that Authlib cannot even repeat in its refusal
        raise WrongRequest from error
    except OAuth2Error as error:
        if not error.redirect_uri:
            raise WrongRequest from error
        raise Answered(
            answer_to(
                error.redirect_uri, error=error.error, error_description=error.description, state=error.state
            )
        ) from error
    given = asked.payload.data
    wanted = Wanted(
        client_id=client.id,
        name=client.tenant.name if client.id.startswith(PREFIX) else client.program.name,
        redirect_uri=redirect_uri,
        scopes=tuple(scopes),
        code_challenge=given["code_challenge"],
        state=given.get("state", ""),
        nonce=given.get("nonce", ""),
        prompts=tuple(sorted(set(given.get("prompt", "").split()) & PROMPTS)),
        max_age=_seconds(given.get("max_age")),
        hint=given.get("login_hint", "")[:254],
        subject=await _hinted(client.id, given.get("id_token_hint", "")),
        key_thumbprint=given.get("dpop_jkt", ""),
        asked_at=clock.now().timestamp(),
    )
    _refuse_what_we_do_not_do(wanted, given)
    return wanted


async def _pushed(sent: Sequence[tuple[str, str]]) -> Sequence[tuple[str, str]]:
    """What was pushed before, where the request only names it."""
    named = dict(sent)
    if "request_uri" not in named:
        return sent
    found = await codes.pushed(named["request_uri"], named.get("client_id", ""))
    if found is None:
        raise WrongRequest
    return found


def _refuse_what_we_do_not_do(wanted: Wanted, given: dict[str, str]) -> None:
    def refuse(error: str, description: str) -> None:
        raise Answered(
            answer_to(wanted.redirect_uri, error=error, error_description=description, state=wanted.state)
        )

    for name, error in UNSUPPORTED.items():
        if name in given:
            refuse(error, f"The parameter {name} is not supported")
    if given.get("response_mode", "query") != "query":
        refuse("invalid_request", "Only the response mode query is supported")
    if "none" in wanted.prompts and len(wanted.prompts) > 1:
        refuse("invalid_request", "prompt=none stands alone")
    if "max_age" in given and wanted.max_age is None:
        refuse("invalid_request", "max_age is a number of seconds")
    if "id_token_hint" in given and not wanted.subject:
        refuse("invalid_request", "The id_token_hint is none of ours for this client")
    if max(map(len, (wanted.state, wanted.nonce, wanted.key_thumbprint))) > LONGEST_TEXT:
        refuse("invalid_request", "A parameter is too long")


async def _hinted(client_id: str, id_token: str) -> str:
    """Whom a program means, by the ID token that it had of them."""
    claims = await telling.own_id_token(id_token) if id_token else None
    return str(claims["sub"]) if claims and claims.get("aud") == client_id else ""


def carried(wanted: Wanted) -> str:
    """The request as it stands in an address of ours."""
    text: str = _serializer().dumps(asdict(wanted))
    return text


def origin_of(text: str) -> str | None:
    """Where a carried request will lead, without looking anything up; None of what we never signed."""
    try:
        facts = _serializer().loads(text)
    except BadData:
        return None
    return Wanted(**facts).origin


def name_of(text: str) -> str:
    """Who asks, of a carried request; empty of what we never signed."""
    try:
        return Wanted(**_serializer().loads(text)).name
    except BadData:
        return ""


async def taken_up(session: AsyncSession, text: str) -> Wanted:
    """The request that was carried, if it still holds: the program is active, and its address still registered."""
    try:
        facts = _serializer().loads(text, max_age=int(CARRIED_FOR.total_seconds()))
    except BadData as error:
        raise WrongRequest from error
    wanted = Wanted(**{**facts, **{name: tuple(facts[name]) for name in ("scopes", "prompts")}})
    if wanted.is_of_a_region:
        tenant = await registry.by_slug(wanted.client_id.removeprefix(PREFIX))
        registered = return_addresses(tenant) if tenant is not None else frozenset()
    else:
        program = await program_of(session, wanted.client_id)
        registered = frozenset(program.redirect_addresses) if program is not None else frozenset()
    if wanted.redirect_uri not in registered:
        raise WrongRequest
    return wanted


async def next_of(session: AsyncSession, wanted: Wanted, signed_in: Session | None) -> Next:
    """What still has to happen; :class:`Answered` where it must not (prompt=none)."""
    silent = "none" in wanted.prompts
    if signed_in is None or _is_too_old(wanted, signed_in):
        if silent:
            raise Answered(_error(wanted, "login_required"))
        return Next.SIGN_IN
    if "select_account" in wanted.prompts:
        return Next.CHOOSE_ACCOUNT
    if wanted.is_of_a_region:
        return Next.NOTHING
    permission = await permissions.current(session, signed_in.account_id, UUID(hex=wanted.client_id))
    if "consent" in wanted.prompts or permission is None or not set(wanted.scopes) <= set(permission.asked):
        if silent:
            raise Answered(_error(wanted, "consent_required"))
        return Next.CONSENT
    return Next.NOTHING


def without_choice(wanted: Wanted) -> Wanted:
    """The same once the account was chosen."""
    return replace(wanted, prompts=tuple(one for one in wanted.prompts if one != "select_account"))


def with_new_sign_in(wanted: Wanted) -> Wanted:
    """The same, but whoever is signed in now is somebody else's: ask for the password again."""
    prompts = {*wanted.prompts, "login"} - {"select_account"}
    return replace(wanted, prompts=tuple(sorted(prompts)), asked_at=clock.now().timestamp())


async def allowed(session: AsyncSession, wanted: Wanted, signed_in: Session) -> str:
    """The address to return to, with a code for this person; of a program, for what they allow it."""
    scopes, regions, permission_id = wanted.scopes, tuple[str, ...](), ""
    if not wanted.is_of_a_region:
        permission = await permissions.current(session, signed_in.account_id, UUID(hex=wanted.client_id))
        assert permission is not None, "asked before"
        scopes = tuple(one for one in wanted.scopes if one in permission.scopes)
        regions, permission_id = tuple(permission.regions), str(permission.id)
    code = await codes.give_out(
        codes.Granted(
            client_id=wanted.client_id,
            redirect_uri=wanted.redirect_uri,
            code_challenge=wanted.code_challenge,
            account_id=str(signed_in.account_id),
            sid=signed_in.sid,
            auth_time=int(signed_in.started_at.timestamp()),
            methods=signed_in.methods,
            proved_at=signed_in.proved_at.isoformat() if signed_in.proved_at else "",
            scopes=scopes,
            regions=regions,
            permission_id=permission_id,
            nonce=wanted.nonce,
            key_thumbprint=wanted.key_thumbprint,
        )
    )
    return answer_to(wanted.redirect_uri, code=code, state=wanted.state)


def denied(wanted: Wanted) -> str:
    """The address to return to when the person allows nothing."""
    return _error(wanted, "access_denied")


async def program_asking(session: AsyncSession, wanted: Wanted) -> Program:
    """Which program it is."""
    program = await program_of(session, wanted.client_id)
    if program is None:
        raise WrongRequest
    return program


def answer_to(redirect_uri: str, **facts: Any) -> str:
    """The address with these facts and who says them (RFC 9207); what is empty is left out."""
    said = {name: value for name, value in facts.items() if value} | {"iss": issuer()}
    return f"{redirect_uri}{'&' if '?' in redirect_uri else '?'}{urlencode(said)}"


def _error(wanted: Wanted, error: str) -> str:
    return answer_to(wanted.redirect_uri, error=error, state=wanted.state)


def _is_too_old(wanted: Wanted, signed_in: Session) -> bool:
    """A new sign-in was asked for, somebody else is meant, or the last one is longer ago than the program takes."""
    asked = datetime.fromtimestamp(wanted.asked_at, UTC)
    if "login" in wanted.prompts and signed_in.started_at < asked:
        return True
    if wanted.subject and wanted.subject != subject_of(UUID(hex=wanted.client_id), signed_in.account_id):
        return True
    return wanted.max_age is not None and asked - signed_in.started_at > timedelta(seconds=wanted.max_age)


def _seconds(text: str | None) -> int | None:
    return int(text) if text is not None and text.isascii() and text.isdigit() and len(text) < 10 else None


def _serializer() -> Any:
    return timed_serializer("openid request")
