"""OpenID Connect as Authlib knows it, over our own tables: what is asked is read here, and tokens are given out.

Authlib's server is written for programs that wait; ours do not. It runs in a greenlet, in which each of its questions
is answered by an async function of ours (SQLAlchemy's own bridge).

The module is imported where somebody signs in, not at the start of a process.
"""

from collections import defaultdict
from collections.abc import Coroutine, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeVar, cast
from uuid import UUID

from authlib.oauth2.rfc6749 import (
    AuthorizationServer,
    InvalidClientError,
    InvalidGrantError,
    InvalidRequestError,
    InvalidScopeError,
    OAuth2Error,
    OAuth2Payload,
    OAuth2Request,
    scope_to_list,
)
from authlib.oauth2.rfc6749.grants import AuthorizationCodeGrant, ClientCredentialsGrant, RefreshTokenGrant
from authlib.oauth2.rfc7009 import RevocationEndpoint
from authlib.oauth2.rfc7523 import JWTBearerClientAssertion
from authlib.oauth2.rfc7636 import CodeChallenge
from authlib.oauth2.rfc7662 import IntrospectionEndpoint
from joserfc.jwk import KeySet
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.util import await_only, greenlet_spawn

from eorder_platform import clock
from eorder_platform.addresses import national_address
from eorder_platform.identity.models import Account
from eorder_platform.identity.openid import access_tokens, codes, telling
from eorder_platform.identity.openid.access_tokens import ACCESS_VALIDITY, REFRESH_VALIDITY, NewToken
from eorder_platform.identity.openid.clients import (
    PRIVATE_KEY_JWT,
    SECRET_BASIC,
    Client,
    ProgramClient,
    client_of,
)
from eorder_platform.identity.openid.codes import CodeRefused, Granted
from eorder_platform.identity.openid.models import Permission, Program, ProgramSignIn, StoredToken
from eorder_platform.identity.openid.regional import issuer
from eorder_platform.identity.openid.scopes import OF_A_PERSON, Scope, read_scopes
from eorder_platform.identity.openid.telling import SignInFacts

METHODS: Final = [SECRET_BASIC, PRIVATE_KEY_JWT]
WITHIN: Final = "https://within.invalid/"
"""Authlib asks whether a request came by https; whoever ends TLS in front of us has seen to that."""
ASSERTION_SECONDS: Final = 600
T = TypeVar("T")


@dataclass(frozen=True)
class Answer:
    """What an endpoint answers: status, JSON, further headers."""

    status: int
    body: Any
    headers: Sequence[tuple[str, str]]


class Asked(OAuth2Request):  # type: ignore[misc]
    """A request as Authlib reads it: pairs of a form or a query, and the one header that counts."""

    def __init__(self, method: str, pairs: Sequence[tuple[str, str]], authorization: str = "") -> None:
        super().__init__(method, WITHIN, headers={"Authorization": authorization} if authorization else {})
        self.payload = _Payload(pairs)

    @property
    def args(self) -> Mapping[str, str]:
        return cast(Mapping[str, str], self.payload.data)

    @property
    def form(self) -> Mapping[str, str]:
        return cast(Mapping[str, str], self.payload.data)


class _Payload(OAuth2Payload):  # type: ignore[misc]
    def __init__(self, pairs: Sequence[tuple[str, str]]) -> None:
        self._lists: defaultdict[str, list[str]] = defaultdict(list)
        for name, value in pairs:
            if value:  # a parameter without a value counts as left out (RFC 6749 3.1)
                self._lists[name].append(value)

    @property
    def data(self) -> dict[str, str]:
        return {name: values[0] for name, values in self._lists.items()}

    @property
    def datalist(self) -> defaultdict[str, list[str]]:
        return self._lists


class Provider(AuthorizationServer):  # type: ignore[misc]
    """One request's server, in one national transaction. `key_thumbprint`: of the key that was proved (DPoP)."""

    def __init__(self, session: AsyncSession, key_thumbprint: str | None = None) -> None:
        super().__init__()
        self.session, self.key_thumbprint = session, key_thumbprint
        self.register_grant(_Code, [_OnlyS256(required=True)])
        self.register_grant(_Refresh)
        self.register_grant(_Itself)
        self.register_endpoint(_Revocation)
        self.register_endpoint(_Introspection)
        self.register_client_auth_method(PRIVATE_KEY_JWT, _Assertion())
        self.register_token_generator("default", self._give_out)
        self.new: NewToken | None = None
        self.facts: SignInFacts | None = None

    async def token(self, asked: Asked) -> Answer:
        """The token endpoint."""
        return await self._answered(self.create_token_response, asked)

    async def endpoint(self, name: str, asked: Asked) -> Answer:
        """Revocation or introspection."""
        return await self._answered(self.create_endpoint_response, name, asked)

    async def authenticated(self, asked: Asked) -> ProgramClient:
        """Which program asks, by its secret or its signature; OAuth2Error (invalid_client) where it proves neither."""
        return cast(ProgramClient, await greenlet_spawn(self.authenticate_client, asked, METHODS))

    async def checked(self, asked: Asked) -> tuple[Client, str, tuple[Scope, ...]]:
        """Whose authorization request it is, where it returns to, and for which scopes; OAuth2Error otherwise.

        The error carries a `redirect_uri` only where that address is known to be the program's.
        """
        grant = await greenlet_spawn(self.get_consent_grant, asked)
        return asked.client, grant.redirect_uri, read_scopes(asked.scope)

    async def _answered(self, function: Any, *arguments: Any) -> Answer:
        return cast(Answer, await greenlet_spawn(function, *arguments))

    # what Authlib asks of a framework

    def query_client(self, client_id: Any) -> Client | None:
        return _waited(client_of(self.session, client_id))

    def create_oauth2_request(self, request: Asked) -> Asked:
        return request

    def handle_response(self, status: int, body: Any, headers: Sequence[tuple[str, str]]) -> Answer:
        if status == 400 and isinstance(body, dict) and body.get("error") == "invalid_client":
            status = 401
        return Answer(status, dict(body) if isinstance(body, (dict, list)) else body, headers)

    def send_signal(self, name: str, *args: Any, **kwargs: Any) -> None:
        """Nobody listens."""

    def save_token(self, token: dict[str, Any], request: Asked) -> None:
        """It was written when it was made."""

    def _give_out(self, *, client: ProgramClient, include_refresh_token: bool, **_: Any) -> dict[str, Any]:
        return _waited(self._tokens(client, include_refresh_token))

    async def _tokens(self, client: ProgramClient, refreshable: bool) -> dict[str, Any]:
        new, facts = self.new, self.facts
        assert new is not None
        access = await access_tokens.issue(self.session, new)
        token: dict[str, Any] = {
            "token_type": "DPoP" if new.key_thumbprint else "Bearer",
            "access_token": access,
            "expires_in": int(ACCESS_VALIDITY.total_seconds()),
            "scope": " ".join(new.scopes),
        }
        if facts is None or new.account_id is None:
            return token
        if Scope.OPENID in new.scopes:
            token["id_token"] = await telling.id_token(client.program.id, new.account_id, facts, access)
            if client.program.back_channel_address and facts.sid:
                await self._remember_sign_in(client.program, new.account_id, facts.sid)
        return token

    async def _remember_sign_in(self, program: Program, account_id: UUID, sid: str) -> None:
        told = {"sid": sid, "program_id": program.id, "account_id": account_id, "created_at": clock.now()}
        await self.session.execute(insert(ProgramSignIn).values(**told).on_conflict_do_nothing())

    def check_possession(self, client: ProgramClient) -> None:
        """A program that said it proves its key each time must."""
        if client.program.proves_possession and self.key_thumbprint is None:
            raise OAuth2Error("A DPoP proof is required", error="invalid_dpop_proof")

    async def person(self, account_id: UUID | None, permission_id: UUID | None) -> Account | None:
        """Whom it is given out for, as long as they are there and allow it."""
        account = await self.session.get(Account, account_id) if account_id else None
        if account is None or not account.active:
            return None
        if permission_id is not None:
            permission = await self.session.get(Permission, permission_id)
            if permission is None or permission.ended_at is not None or permission.valid_until <= clock.now():
                return None
        return account


class _OnlyS256(CodeChallenge):  # type: ignore[misc]
    """PKCE from everybody, and by hash alone."""

    SUPPORTED_CODE_CHALLENGE_METHOD = ["S256"]

    def validate_code_challenge(self, grant: Any, redirect_uri: str) -> None:
        asked = grant.request.payload.data
        if not asked.get("code_challenge") or asked.get("code_challenge_method") != "S256":
            raise InvalidRequestError("A code_challenge with the method S256 is required")
        super().validate_code_challenge(grant, redirect_uri)


class _Code(AuthorizationCodeGrant):  # type: ignore[misc]
    TOKEN_ENDPOINT_AUTH_METHODS = METHODS
    server: Provider

    def query_authorization_code(self, code: str, client: ProgramClient) -> "_Shown | None":
        return _waited(self._taken(code, client))

    async def _taken(self, code: str, client: ProgramClient) -> "_Shown | None":
        self.server.check_possession(client)
        try:
            granted = await codes.take(code, client.id)
        except CodeRefused as refused:
            if refused.family is not None:
                await access_tokens.end_family(self.server.session, refused.family)
            return None
        if granted.key_thumbprint and granted.key_thumbprint != self.server.key_thumbprint:
            return None
        return _Shown(granted)

    def authenticate_user(self, authorization_code: "_Shown") -> Account | None:
        granted = authorization_code.granted
        permission_id = UUID(granted.permission_id) if granted.permission_id else None
        account = _waited(self.server.person(UUID(granted.account_id), permission_id))
        self.server.facts = SignInFacts(granted.auth_time, granted.methods, granted.sid, granted.nonce)
        self.server.new = NewToken(
            program_id=UUID(hex=granted.client_id),
            account_id=UUID(granted.account_id),
            scopes=tuple(Scope(one) for one in granted.scopes),
            regions=granted.regions,
            permission_id=permission_id,
            family=UUID(granted.family),
            sid=granted.sid,
            key_thumbprint=self.server.key_thumbprint,
            facts={"methods": [*granted.methods], "proved_at": granted.proved_at},
        )
        return account

    def generate_token(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        token: dict[str, Any] = super().generate_token(*args, **kwargs)
        new, facts = self.server.new, self.server.facts
        assert new is not None and facts is not None
        if kwargs.get("include_refresh_token") and Scope.OFFLINE in new.scopes:
            token["refresh_token"] = _waited(_refresh_token(self.server.session, new, facts))
        return token

    def delete_authorization_code(self, authorization_code: "_Shown") -> None:
        """It was taken out when it was shown."""


@dataclass(frozen=True)
class _Shown:
    """A code that was shown, as Authlib asks about it."""

    granted: Granted

    @property
    def code_challenge(self) -> str:
        return self.granted.code_challenge

    @property
    def code_challenge_method(self) -> str:
        return "S256"

    def get_redirect_uri(self) -> str:
        return self.granted.redirect_uri

    def get_scope(self) -> str:
        return " ".join(self.granted.scopes)


class _Refresh(RefreshTokenGrant):  # type: ignore[misc]
    """Each refresh token serves once; one that comes back ends all that came of the same authorization."""

    TOKEN_ENDPOINT_AUTH_METHODS = METHODS
    INCLUDE_NEW_REFRESH_TOKEN = True
    server: Provider

    def authenticate_refresh_token(self, refresh_token: str) -> "_Held | None":
        return _waited(self._found(refresh_token))

    async def _found(self, text: str) -> "_Held | None":
        client: ProgramClient = self.request.client
        self.server.check_possession(client)
        row = await access_tokens.stored(self.server.session, text, lock=True)
        if row is None or row.kind != "refresh" or row.program_id != client.program.id:
            return None
        if row.used_at is not None:
            await access_tokens.end_family(self.server.session, row.family)
            return None
        if row.ended_at is not None or row.expires_at <= clock.now():
            return None
        if row.key_thumbprint and row.key_thumbprint != self.server.key_thumbprint:
            return None
        return _Held(row)

    def authenticate_user(self, refresh_token: "_Held") -> Account | None:
        row = refresh_token.row
        account = _waited(self.server.person(row.account_id, row.permission_id))
        if account is None:
            raise InvalidGrantError("The permission is over")
        asked = read_scopes(self.request.payload.scope or " ".join(row.scopes))
        self.server.new = NewToken(
            program_id=row.program_id,
            account_id=row.account_id,
            scopes=asked,
            regions=tuple(row.regions),
            permission_id=row.permission_id,
            family=row.family,
            sid=row.sid,
            key_thumbprint=self.server.key_thumbprint,
        )
        self.server.facts = SignInFacts(row.facts["auth_time"], tuple(row.facts["methods"]), row.sid)
        return account

    def issue_token(self, user: Account, refresh_token: "_Held") -> dict[str, Any]:
        token: dict[str, Any] = super().issue_token(user, refresh_token)
        row, new, facts = refresh_token.row, self.server.new, self.server.facts
        assert new is not None and facts is not None
        again = NewToken(**{**new.__dict__, "scopes": read_scopes(" ".join(row.scopes))})
        token["refresh_token"] = _waited(_refresh_token(self.server.session, again, facts))
        return token

    def revoke_old_credential(self, refresh_token: "_Held") -> None:
        refresh_token.row.used_at = clock.now()


@dataclass(frozen=True)
class _Held:
    """A token's row, as Authlib asks about it."""

    row: StoredToken

    def check_client(self, client: ProgramClient) -> bool:
        return self.row.program_id == client.program.id

    def get_scope(self) -> str:
        return " ".join(self.row.scopes)

    def is_expired(self) -> bool:
        return self.row.expires_at <= clock.now()

    def is_revoked(self) -> bool:
        return self.row.ended_at is not None or self.row.used_at is not None


class _Itself(ClientCredentialsGrant):  # type: ignore[misc]
    """A program that acts as itself: no person, so nothing that is a person's."""

    TOKEN_ENDPOINT_AUTH_METHODS = METHODS
    server: Provider

    def validate_requested_scope(self) -> None:
        program: Program = self.request.client.program
        self.server.check_possession(self.request.client)
        allowed = [one for one in program.scopes if one not in OF_A_PERSON]
        asked = scope_to_list(self.request.payload.scope) or allowed
        if not set(asked) <= set(allowed) or not asked:
            raise InvalidScopeError()
        self.server.new = NewToken(
            program_id=program.id,
            account_id=None,
            scopes=read_scopes(" ".join(asked)),
            regions=tuple(program.regions),
            key_thumbprint=self.server.key_thumbprint,
        )


class _Revocation(RevocationEndpoint):  # type: ignore[misc]
    CLIENT_AUTH_METHODS = METHODS
    server: Provider

    def query_token(self, token_string: str, token_type_hint: str | None) -> _Held | None:
        row = _waited(access_tokens.stored(self.server.session, token_string))
        return _Held(row) if row is not None else None

    def revoke_token(self, token: _Held, request: Asked) -> None:
        """A refresh token takes along all that came of it (RFC 7009 2.1); an access token ends alone."""
        if token.row.kind == "refresh":
            _waited(access_tokens.end_family(self.server.session, token.row.family))
        elif token.row.ended_at is None:
            token.row.ended_at = clock.now()


class _Introspection(IntrospectionEndpoint):  # type: ignore[misc]
    CLIENT_AUTH_METHODS = METHODS
    server: Provider

    def query_token(self, token_string: str, token_type_hint: str | None) -> _Held | None:
        row = _waited(access_tokens.stored(self.server.session, token_string))
        return _Held(row) if row is not None else None

    def check_permission(self, token: _Held, client: ProgramClient, request: Asked) -> bool:
        """A program asks about its own tokens alone."""
        return token.check_client(client)

    def introspect_token(self, token: _Held) -> dict[str, Any]:
        row = token.row
        person = _waited(self.server.person(row.account_id, row.permission_id))
        if row.account_id is not None and person is None:
            return {"active": False}
        said: dict[str, Any] = {
            "active": True,
            "client_id": row.program_id.hex,
            "token_type": "DPoP" if row.key_thumbprint else "Bearer",
            "scope": " ".join(row.scopes),
            "iss": issuer(),
            "iat": int(row.issued_at.timestamp()),
            "exp": int(row.expires_at.timestamp()),
        }
        if row.account_id is not None:
            said["sub"] = telling.subject_of(row.program_id, row.account_id)
        if row.key_thumbprint:
            said["cnf"] = {"jkt": row.key_thumbprint}
        if row.regions:
            said["regions"] = row.regions
        return said


class _Assertion(JWTBearerClientAssertion):  # type: ignore[misc]
    """private_key_jwt: the program signs who it is, for us, and each time anew."""

    CLIENT_AUTH_METHOD = PRIVATE_KEY_JWT

    def __init__(self) -> None:
        super().__init__(validate_jti=True, leeway=30)

    def get_audiences(self) -> list[str]:
        return [issuer(), national_address("openid.token"), national_address("openid.push")]

    def resolve_client_public_key(self, client: Client) -> KeySet:
        keys = client.program.public_keys if isinstance(client, ProgramClient) else None
        if not keys:
            raise InvalidClientError(description="The client has no keys")
        return KeySet.import_key_set(cast(Any, keys))

    def verify_claims(self, claims: Any) -> None:
        super().verify_claims(claims)
        if claims["exp"] > clock.now().timestamp() + ASSERTION_SECONDS:
            raise InvalidClientError(description="The assertion holds for too long")

    def validate_jti(self, claims: Any, jti: Any) -> bool:
        return _waited(codes.first_seen("assertion", f"{claims['sub']}:{jti}", ASSERTION_SECONDS + 60))


async def _refresh_token(session: AsyncSession, new: NewToken, facts: SignInFacts) -> str:
    """Bound to the key of a program that proves it; never longer than what the person allowed."""
    said = {"auth_time": facts.auth_time, "methods": [*facts.methods]}
    validity = REFRESH_VALIDITY
    if new.permission_id is not None:
        permission = await session.get_one(Permission, new.permission_id)
        validity = min(validity, permission.valid_until - clock.now())
    return await access_tokens.issue_refresh(session, NewToken(**{**new.__dict__, "facts": said}), validity)


def _waited(coroutine: Coroutine[Any, Any, T]) -> T:
    """The async function's answer, for Authlib, which does not wait."""
    return await_only(coroutine)
