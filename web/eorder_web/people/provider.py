"""The nation as an OpenID Connect provider: what programs call, and where browsers come in.

A thin adapter: requests become pairs of names and values, answers of the platform become responses. Authlib and
joserfc are loaded by the first of them.
"""

from collections.abc import Awaitable, Callable
from typing import Any, Final
from urllib.parse import parse_qsl, urlencode

from litestar import Response, get, post

from eorder_platform import tenancy
from eorder_platform.errors import Unavailable
from eorder_platform.identity.openid import access_tokens, authorizing, codes, keys, telling
from eorder_platform.identity.openid.access_tokens import AccessToken
from eorder_platform.identity.openid.authorizing import Answered, Next, WrongRequest
from eorder_platform.identity.openid.possession import ALGORITHMS, BadProof, check_proof
from eorder_platform.identity.openid.regional import issuer
from eorder_platform.identity.openid.scopes import Scope
from eorder_platform.settings import settings
from eorder_web.edge.access import OF_PROGRAMS, PUBLIC
from eorder_web.edge.answering import page, see_other
from eorder_web.edge.returning import on_the_way
from eorder_web.edge.visiting import Request
from eorder_web.look.addresses import address, national_address

NOT_KEPT: Final = {"Cache-Control": "no-store"}
KEPT_A_WHILE: Final = {"Cache-Control": "public, max-age=300", "Access-Control-Allow-Origin": "*"}
MOST_PARAMETERS: Final = 40
SIGNED: Final = ["RS256", "PS256", "ES256", "EdDSA"]
Pairs = list[tuple[str, str]]


@get("/.well-known/openid-configuration", opt=OF_PROGRAMS, name="openid.discovery")
async def discovery() -> Response[dict[str, Any]]:
    """What the provider is and can do (OpenID Connect Discovery 1.0)."""
    return Response(_metadata(), headers=KEPT_A_WHILE)


@get("/.well-known/oauth-authorization-server", opt=OF_PROGRAMS, name="openid.server_metadata")
async def server_metadata() -> Response[dict[str, Any]]:
    """The same, where OAuth programs look for it (RFC 8414)."""
    return Response(_metadata(), headers=KEPT_A_WHILE)


@get("/openid/kunci", opt=OF_PROGRAMS, name="openid.keys")
async def key_set() -> Response[dict[str, Any]]:
    """The public keys (JWKS)."""
    return Response(await keys.public_keys(), headers=KEPT_A_WHILE, media_type="application/jwk-set+json")


@get("/openid/masuk", opt=PUBLIC, name="openid.authorize")
async def authorize(request: Request) -> Response[Any]:
    """Somebody is to be signed in for a program or for one of our own hosts."""
    return await _authorize(request, _query(request))


@post("/openid/masuk", opt=OF_PROGRAMS, name="openid.authorize_by_form")
async def authorize_by_form(request: Request) -> Response[Any]:
    """The same by a form of the program's (OpenID Connect Core 3.1.2.1), led to where a browser brings its cookies."""
    return see_other(request, f"{address('openid.authorize')}?{urlencode(await _form(request))}")


@post("/openid/permintaan", opt=OF_PROGRAMS, name="openid.push")
async def push(request: Request) -> Response[Any]:
    """A program leaves its request here first, so that no browser carries what it asks (RFC 9126)."""

    async def work(pairs: Pairs) -> Response[Any]:
        from authlib.oauth2.rfc6749 import OAuth2Error

        from eorder_platform.identity.openid.provider import Asked, Provider

        async with tenancy.national() as session:
            provider = Provider(session)
            asked = Asked("POST", pairs, _authorization(request))
            try:
                client = await provider.authenticated(asked)
                kept = [(name, value) for name, value in pairs if not name.startswith("client_assertion")]
                named = dict(kept)
                if "request_uri" in named or named.get("client_id", client.id) != client.id:
                    raise OAuth2Error("Not a request of this client", error="invalid_request")
                kept = [
                    *((name, value) for name, value in kept if name != "client_id"),
                    ("client_id", client.id),
                ]
                await authorizing.read(session, kept)
            except OAuth2Error as error:
                return _refusal(
                    error.error, error.description, 401 if error.error == "invalid_client" else 400
                )
            except Answered as wrong:
                said = dict(parse_qsl(wrong.location.partition("?")[2]))
                return _refusal(said["error"], said.get("error_description", ""))
            except WrongRequest:
                return _refusal("invalid_request", "The redirect_uri is not registered")
            uri = await codes.push(client.id, kept)
        return Response(
            {"request_uri": uri, "expires_in": codes.PUSHED_SECONDS}, status_code=201, headers=NOT_KEPT
        )

    return await _answered(request, work)


@post("/openid/token", opt=OF_PROGRAMS, name="openid.token")
async def token(request: Request) -> Response[Any]:
    """Tokens for a code, for a refresh token, or for the program itself."""

    async def work(pairs: Pairs) -> Response[Any]:
        from eorder_platform.identity.openid.provider import Asked, Provider

        try:
            thumbprint = await _proved_key(request, "openid.token")
        except BadProof:
            return _refusal("invalid_dpop_proof", "The DPoP proof is not valid")
        await keys.signing_key()  # known from here on: inside it would ask for a second connection
        async with tenancy.national() as session:
            asked = Asked("POST", pairs, _authorization(request))
            return _response(await Provider(session, thumbprint).token(asked))

    return await _answered(request, work)


@post("/openid/pencabutan", opt=OF_PROGRAMS, name="openid.revoke")
async def revoke(request: Request) -> Response[Any]:
    """A program gives a token back (RFC 7009)."""
    return await _endpoint(request, "revocation")


@post("/openid/periksa", opt=OF_PROGRAMS, name="openid.introspect")
async def introspect(request: Request) -> Response[Any]:
    """A program asks what has become of one of its tokens (RFC 7662)."""
    return await _endpoint(request, "introspection")


@get("/openid/saya", opt=OF_PROGRAMS, name="openid.userinfo")
async def userinfo(request: Request) -> Response[Any]:
    """Who the token's person is, as far as they allow it to be told."""
    return await _answered(request, lambda _pairs: _userinfo(request), reads=False)


@post("/openid/saya", opt=OF_PROGRAMS, name="openid.userinfo_by_form")
async def userinfo_by_form(request: Request) -> Response[Any]:
    """The same by POST, which OpenID Connect Core 5.3.1 asks for."""
    return await _answered(request, lambda pairs: _userinfo(request, dict(pairs).get("access_token", "")))


async def _authorize(request: Request, pairs: Pairs) -> Response[Any]:
    try:
        async with tenancy.national() as session:
            wanted = await authorizing.read(session, pairs)
            following = await authorizing.next_of(session, wanted, request.visit.session)
            if following is Next.NOTHING:
                return leave(request, await authorizing.allowed(session, wanted, request.signed_in))
    except Answered as answered:
        return leave(request, answered.location)
    except WrongRequest as wrong:
        return wrong_request(request, wrong)
    way_on = on_the_way(authorizing.carried(wanted))
    if following is Next.SIGN_IN:
        return see_other(request, sign_in_for(way_on, wanted.hint))
    return see_other(request, way_on)


def sign_in_for(way_on: str, hint: str = "") -> str:
    """The sign-in page, which leads there afterwards."""
    return address("people.sign_in_form", wanted=way_on, hint=hint)


def wrong_request(request: Request, wrong: WrongRequest) -> Response[str]:
    """A page of ours that leads nowhere."""
    return page(
        request,
        "layout/message.html",
        status=400,
        code=400,
        title="Permintaan masuk tidak dikenal",
        sentence=wrong.message,
    )


async def _userinfo(request: Request, sent: str = "") -> Response[Any]:
    found = await token_of(request, "openid.userinfo", sent)
    if not isinstance(found, AccessToken):
        return found
    if found.account_id is None or Scope.OPENID not in found.scopes:
        return _challenge(403, "insufficient_scope")
    async with tenancy.national() as session:
        account = await access_tokens.account_of(session, found)
    return Response(telling.user_info(found.program_id, account, found.scopes), headers=NOT_KEPT)


async def token_of(request: Request, route: str, sent: str = "") -> AccessToken | Response[Any]:
    """The token that a request shows, with the proof of its key where it is bound to one; else the answer to give.

    `sent`: one that came in a form (RFC 6750 2.2); none is taken out of an address.
    """
    kind, _, text = (_authorization(request) or f"Bearer {sent}").partition(" ")
    if kind.lower() not in ("bearer", "dpop"):
        return _challenge(401, "")
    found = await access_tokens.find(text.strip())
    if found is None:
        return _challenge(401, "invalid_token")
    if found.key_thumbprint is not None:
        try:
            url = national_address(route)
            shown = await check_proof(request.headers.get("dpop", ""), request.method, url, text.strip())
        except BadProof:
            return _challenge(401, "invalid_dpop_proof")
        if kind.lower() != "dpop" or shown != found.key_thumbprint:
            return _challenge(401, "invalid_token")
    return found


async def _endpoint(request: Request, name: str) -> Response[Any]:
    async def work(pairs: Pairs) -> Response[Any]:
        from eorder_platform.identity.openid.provider import Asked, Provider

        async with tenancy.national() as session:
            return _response(
                await Provider(session).endpoint(name, Asked("POST", pairs, _authorization(request)))
            )

    return await _answered(request, work)


async def _proved_key(request: Request, route: str) -> str | None:
    proof = request.headers.get("dpop")
    return await check_proof(proof, request.method, national_address(route)) if proof else None


async def _answered(
    request: Request, work: Callable[[Pairs], Awaitable[Response[Any]]], *, reads: bool = True
) -> Response[Any]:
    """What a program is answered: JSON always, also while something of ours is away."""
    try:
        pairs = await _form(request) if reads else []
        if len(pairs) > MOST_PARAMETERS:
            return _refusal("invalid_request", "Too many parameters")
        return await work(pairs)
    except Unavailable:
        return _refusal("temporarily_unavailable", "Try again in a moment", 503)


def _response(answer: Any) -> Response[Any]:
    headers = {name: value for name, value in answer.headers if name.lower() != "content-type"}
    return Response(answer.body, status_code=answer.status, headers=headers | NOT_KEPT)


def _refusal(error: str, error_description: str = "", status: int = 400) -> Response[Any]:
    said = {"error": error, "error_description": error_description}
    headers = NOT_KEPT | ({"WWW-Authenticate": 'Basic realm="openid"'} if status == 401 else {})
    return Response(said, status_code=status, headers=headers)


def _challenge(status: int, error: str) -> Response[Any]:
    """How a resource refuses a token (RFC 6750 3, RFC 9449 7.1)."""
    says = f', error="{error}"' if error else ""
    challenge = f'Bearer realm="openid"{says}, DPoP algs="{" ".join(ALGORITHMS)}"{says}'
    headers = NOT_KEPT | {"WWW-Authenticate": challenge}
    return Response({"error": error} if error else {}, status_code=status, headers=headers)


def leave(request: Request, location: str) -> Response[None]:
    """Back to whoever asked; nothing of ours may stand in the address that it sees as the referrer."""
    answer = see_other(request, location)
    answer.headers["Cache-Control"] = "no-store"
    answer.headers["Referrer-Policy"] = "no-referrer"
    return answer


def _authorization(request: Request) -> str:
    return request.headers.get("authorization", "")


def _query(request: Request) -> Pairs:
    return parse_qsl(request.scope["query_string"].decode("latin-1"), max_num_fields=200)


async def _form(request: Request) -> Pairs:
    form = await request.form()
    return [
        (name, value) for name in sorted({*form}) for value in form.getall(name) if isinstance(value, str)
    ]


def _metadata() -> dict[str, Any]:
    def at(name: str) -> str:
        return national_address(name)

    auth = {
        "methods_supported": ["client_secret_basic", "private_key_jwt"],
        "signing_alg_values_supported": SIGNED,
    }
    return {
        "issuer": issuer(),
        "authorization_endpoint": at("openid.authorize"),
        "token_endpoint": at("openid.token"),
        "userinfo_endpoint": at("openid.userinfo"),
        "jwks_uri": at("openid.keys"),
        "introspection_endpoint": at("openid.introspect"),
        "revocation_endpoint": at("openid.revoke"),
        "pushed_authorization_request_endpoint": at("openid.push"),
        "end_session_endpoint": at("openid.sign_out"),
        "scopes_supported": [*Scope],
        "response_types_supported": ["code"],
        "response_modes_supported": ["query"],
        "grant_types_supported": ["authorization_code", "refresh_token", "client_credentials"],
        "acr_values_supported": [telling.WEAK, telling.STRONG],
        "subject_types_supported": ["pairwise"],
        "id_token_signing_alg_values_supported": [keys.ALGORITHM],
        **{
            f"{endpoint}_endpoint_auth_{name}": value
            for endpoint in ("token", "introspection", "revocation")
            for name, value in auth.items()
        },
        "claims_supported": [
            *("sub", "iss", "aud", "exp", "iat", "auth_time", "nonce", "acr", "amr", "at_hash", "sid"),
            *("name", "locale", "email", "email_verified"),
        ],
        "prompt_values_supported": sorted(authorizing.PROMPTS),
        "ui_locales_supported": ["id", "en"],
        "code_challenge_methods_supported": ["S256"],
        "dpop_signing_alg_values_supported": ALGORITHMS,
        "authorization_response_iss_parameter_supported": True,
        "backchannel_logout_supported": True,
        "backchannel_logout_session_supported": True,
        "claims_parameter_supported": False,
        "request_parameter_supported": False,
        "request_uri_parameter_supported": False,
        "service_documentation": settings().national_url("/"),
    }


NATION = [
    *(discovery, server_metadata, key_set, authorize, authorize_by_form, push, token, revoke, introspect),
    *(userinfo, userinfo_by_form),
]
