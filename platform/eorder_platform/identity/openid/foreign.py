"""An issuer that is not ours (a region's staff directory), spoken to by HTTP as any relying party would.

Everything it says is judged: its own name, its keys, the signature, whom and which request the token is for. Its clock
may be off by two minutes; a key that is not known yet is looked up once more.
"""

import base64
import hashlib
import hmac
import time
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote, urlencode, urlsplit

from eorder_platform import clock
from eorder_platform.errors import Expected
from eorder_platform.identity.openid.codes import challenge_of
from eorder_platform.outgoing import Answer, NotReached, send
from eorder_platform.settings import settings

ALGORITHMS: Final = ["RS256", "PS256", "ES256", "ES384", "RS384", "RS512", "Ed25519", "EdDSA"]
"""Signatures of the issuer's alone: under a shared secret (HS…) or under none anybody could write one."""
SKEW_SECONDS: Final = 120
KEPT_SECONDS: Final = 300.0
LONGEST_TOKEN: Final = 16 * 1024
SCOPE: Final = "openid email profile"


class NotTrusted(Expected):
    """The issuer does not say what an issuer must, or says it for somebody else."""


@dataclass(frozen=True)
class Issuer:
    """Under which name and secret a region asks there."""

    issuer: str
    client_id: str
    secret: str


@dataclass(frozen=True)
class Metadata:
    """What its discovery says, as far as it is needed."""

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    userinfo_endpoint: str
    names_itself: bool
    by_post: bool


_metadata: dict[str, tuple[float, Metadata]] = {}
_keys: dict[str, tuple[float, Any]] = {}


async def discover(issuer: str) -> Metadata:
    """Its discovery document; NotTrusted where it names another issuer or lacks an endpoint."""
    found = _metadata.get(issuer)
    if found and time.monotonic() - found[0] < KEPT_SECONDS:
        return found[1]
    said = _object(await _asked("GET", issuer.rstrip("/") + "/.well-known/openid-configuration"))
    if said.get("issuer") != issuer:
        raise NotTrusted(
            "Alamat itu menyebut penerbit lain: periksa tulisan alamat penerbit, sampai garis miringnya."
        )
    sign_in, token, keys = (
        str(said.get(name, "")) for name in ("authorization_endpoint", "token_endpoint", "jwks_uri")
    )
    if not all(map(_is_address, (sign_in, token, keys))):
        raise NotTrusted("Penerbit itu tidak menyebut alamat masuk, token, dan kuncinya.")
    userinfo = str(said.get("userinfo_endpoint", ""))
    methods = said.get("token_endpoint_auth_methods_supported", ["client_secret_basic"])
    metadata = Metadata(
        issuer,
        sign_in,
        token,
        keys,
        userinfo if _is_address(userinfo) else "",
        said.get("authorization_response_iss_parameter_supported") is True,
        "client_secret_basic" not in methods,
    )
    _metadata[issuer] = (time.monotonic(), metadata)
    return metadata


async def keys_of(metadata: Metadata, *, anew: bool = False) -> Any:
    """Its key set."""
    found = _keys.get(metadata.jwks_uri)
    if found and not anew and time.monotonic() - found[0] < KEPT_SECONDS:
        return found[1]
    from joserfc.errors import JoseError
    from joserfc.jwk import KeySet

    try:
        said: Any = _object(await _asked("GET", metadata.jwks_uri))
        signing = [one for one in said["keys"] if one.get("use", "sig") == "sig" and one.get("kty") != "oct"]
        keys = KeySet.import_key_set({"keys": signing})
    except (JoseError, KeyError, TypeError, ValueError, AttributeError) as error:
        raise NotTrusted("Kunci penerbit itu tidak terbaca.") from error
    if not keys.keys:
        raise NotTrusted("Kunci penerbit itu tidak terbaca.")
    _keys[metadata.jwks_uri] = (time.monotonic(), keys)
    return keys


def forget() -> None:
    """Look everything up anew."""
    _metadata.clear()
    _keys.clear()


def authorization_address(
    metadata: Metadata, issuer: Issuer, redirect_uri: str, state: str, nonce: str, verifier: str
) -> str:
    """Where the browser leaves to."""
    asked = {
        "response_type": "code",
        "client_id": issuer.client_id,
        "redirect_uri": redirect_uri,
        "scope": SCOPE,
        "state": state,
        "nonce": nonce,
        "code_challenge": challenge_of(verifier),
        "code_challenge_method": "S256",
    }
    mark = "&" if urlsplit(metadata.authorization_endpoint).query else "?"
    return f"{metadata.authorization_endpoint}{mark}{urlencode(asked)}"


async def exchange(issuer: Issuer, code: str, redirect_uri: str, verifier: str, nonce: str) -> dict[str, Any]:
    """The claims about who signed in there, judged; what userinfo adds stands beside them."""
    metadata = await discover(issuer.issuer)
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": redirect_uri,
        "code_verifier": verifier,
    }
    headers = {"accept": "application/json"}
    if metadata.by_post:
        form |= {"client_id": issuer.client_id, "client_secret": issuer.secret}
    else:
        proof = f"{quote(issuer.client_id, safe='')}:{quote(issuer.secret, safe='')}"
        headers["authorization"] = f"Basic {base64.b64encode(proof.encode()).decode()}"
    tokens = _object(await _asked("POST", metadata.token_endpoint, headers=headers, form=form))
    claims = await judged(metadata, issuer, str(tokens.get("id_token", "")), nonce)
    _check_half_hash(claims, str(tokens.get("access_token", "")))
    if metadata.userinfo_endpoint and tokens.get("access_token") and "email" not in claims:
        bearer = {"authorization": f"Bearer {tokens['access_token']}", "accept": "application/json"}
        more = _object(await _asked("GET", metadata.userinfo_endpoint, headers=bearer))
        if more.get("sub") != claims["sub"]:
            raise NotTrusted("Penerbit itu menyebut dua orang yang berbeda.")
        claims = {**more, **claims}
    return claims


async def judged(metadata: Metadata, issuer: Issuer, id_token: str, nonce: str) -> dict[str, Any]:
    """The claims of an ID token of that issuer, for us, for this very request; NotTrusted otherwise."""
    from joserfc import jwt
    from joserfc.errors import JoseError

    if not id_token or len(id_token) > LONGEST_TOKEN:
        raise NotTrusted("Penerbit itu tidak menyebut siapa yang masuk.")
    for anew in (False, True):
        try:
            token = jwt.decode(id_token, await keys_of(metadata, anew=anew), algorithms=ALGORITHMS)
            break
        except (JoseError, ValueError, TypeError) as error:
            if anew:
                raise NotTrusted("Tanda tangan penerbit itu tidak cocok dengan kuncinya.") from error
    claims: dict[str, Any] = token.claims
    audience = claims.get("aud")
    listed = audience if isinstance(audience, list) else [audience]
    now = clock.now().timestamp()
    times = [claims.get(name) for name in ("exp", "iat")]
    if (
        claims.get("iss") != metadata.issuer
        or issuer.client_id not in listed
        or (len(listed) > 1 and claims.get("azp") != issuer.client_id)
        or claims.get("azp", issuer.client_id) != issuer.client_id
        or not isinstance(claims.get("sub"), str)
        or not claims["sub"]
    ):
        raise NotTrusted("Penerbit itu bicara tentang program lain.")
    if not isinstance(claims.get("nonce"), str) or not hmac.compare_digest(claims["nonce"], nonce):
        raise NotTrusted("Jawaban penerbit itu untuk permintaan lain.")
    if not all(isinstance(one, (int, float)) and not isinstance(one, bool) for one in times):
        raise NotTrusted("Jawaban penerbit itu tanpa waktu.")
    if claims["exp"] < now - SKEW_SECONDS or claims["iat"] > now + SKEW_SECONDS:
        raise NotTrusted("Jawaban penerbit itu sudah lewat waktunya. Periksa jam kedua server.")
    return claims


def _check_half_hash(claims: dict[str, Any], access_token: str) -> None:
    """The access token came with this ID token, where the issuer says so (SHA-256 signatures)."""
    said = claims.get("at_hash")
    if said is None or not access_token:
        return
    halves = {
        base64.urlsafe_b64encode(digest[: len(digest) // 2]).rstrip(b"=").decode()
        for digest in (
            hashlib.new(name, access_token.encode()).digest() for name in ("sha256", "sha384", "sha512")
        )
    }
    if said not in halves:
        raise NotTrusted("Jawaban penerbit itu tidak cocok satu sama lain.")


async def _asked(method: str, url: str, **more: Any) -> Answer:
    answer = await send(method, url, **more)
    if answer.status != 200:
        raise NotReached("Penerbit itu menolak: jawabannya bukan 200. Periksa client id dan rahasianya.")
    return answer


def _object(answer: Answer) -> dict[str, Any]:
    said = answer.json()
    if not isinstance(said, dict):
        raise NotTrusted("Jawaban alamat itu tidak terbaca.")
    return said


def _is_address(url: str) -> bool:
    scheme = urlsplit(url).scheme
    return scheme == "https" or (scheme == "http" and settings().outgoing_to_loopback)
