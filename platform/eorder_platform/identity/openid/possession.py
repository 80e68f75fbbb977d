"""DPoP (RFC 9449): whoever shows a token shows with each request that they hold the key it was given out for."""

import base64
import hashlib
from datetime import timedelta
from typing import Any, Final

from eorder_platform import clock
from eorder_platform.errors import Expected
from eorder_platform.valkey import answering

ALGORITHMS: Final = ["ES256", "PS256", "RS256", "Ed25519", "EdDSA"]
"""Signatures alone: a MAC's key would be one that we hold too."""
LONGEST: Final = 4096
VALIDITY: Final = timedelta(seconds=60)
SKEW: Final = timedelta(seconds=30)
"""So far a program's clock may run before ours."""


class BadProof(Expected):
    """The proof is missing, of another request, of another key, too old, or was shown before."""


async def check_proof(proof: str, method: str, url: str, token: str | None = None) -> str:
    """The thumbprint (RFC 7638) of the key that signed this request; :class:`BadProof` where it did not.

    `url` is the address as the program wrote it, whose query and fragment do not count. `token`: the access token
    that is shown with it. A proof serves once.
    """
    from joserfc import jwk, jws
    from joserfc.errors import JoseError

    if not proof or len(proof) > LONGEST:
        raise BadProof("Bukti kepemilikan kunci (DPoP) tidak ada atau terlalu panjang.")
    try:
        header = jws.extract_compact(proof.encode()).headers()
        if header.get("typ") != "dpop+jwt" or not isinstance(header.get("jwk"), dict) or "d" in header["jwk"]:
            raise BadProof("Bukti kepemilikan kunci (DPoP) tidak terbaca.")
        key = jwk.import_key(header["jwk"])
        if key.is_private or key.key_type == "oct":
            raise BadProof("Bukti kepemilikan kunci (DPoP) memuat kunci yang tidak boleh dikirim.")
        from joserfc import jwt

        registry = jws.JWSRegistry(algorithms=ALGORITHMS, strict_check_header=False)
        claims = jwt.decode(proof, key, algorithms=ALGORITHMS, registry=registry).claims
    except (JoseError, ValueError, TypeError, KeyError) as error:
        raise BadProof("Bukti kepemilikan kunci (DPoP) tidak terbaca.") from error
    _check_claims(claims, method, url, token)
    thumbprint = str(key.thumbprint())
    await _once(thumbprint, claims["jti"])
    return thumbprint


def _check_claims(claims: dict[str, Any], method: str, url: str, token: str | None) -> None:
    issued, jti = claims.get("iat"), claims.get("jti")
    now = clock.now().timestamp()
    if (
        claims.get("htm") != method
        or _bare(str(claims.get("htu", ""))) != _bare(url)
        or not isinstance(jti, str)
        or not 8 <= len(jti) <= 200
        or isinstance(issued, bool)
        or not isinstance(issued, (int, float))
    ):
        raise BadProof("Bukti kepemilikan kunci (DPoP) untuk permintaan lain.")
    if not now - VALIDITY.total_seconds() <= issued <= now + SKEW.total_seconds():
        raise BadProof("Bukti kepemilikan kunci (DPoP) sudah lewat waktunya. Periksa jam program.")
    if token is not None and claims.get("ath") != _digest(token):
        raise BadProof("Bukti kepemilikan kunci (DPoP) untuk token lain.")


async def _once(thumbprint: str, jti: str) -> None:
    mark = hashlib.sha256(f"{thumbprint}:{jti}".encode()).hexdigest()
    kept = int((VALIDITY + SKEW).total_seconds()) + 1
    async with answering() as valkey:
        if not await valkey.set(f"national:dpop:{mark}", "1", ex=kept, nx=True):
            raise BadProof("Bukti kepemilikan kunci (DPoP) ini sudah pernah dipakai.")


def _bare(url: str) -> str:
    scheme, _, rest = url.partition("?")[0].partition("#")[0].partition("://")
    host, slash, path = rest.partition("/")
    return f"{scheme.lower()}://{host.lower()}{slash}{path}"


def _digest(token: str) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(token.encode()).digest()).rstrip(b"=").decode()
