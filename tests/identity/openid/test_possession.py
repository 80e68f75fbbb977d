"""DPoP: a token that was stolen is nothing without the key, and a proof that was overheard serves nobody twice."""

import base64
import hashlib
from collections.abc import Callable
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, OctKey

from eorder_platform import clock
from eorder_platform.identity.openid.possession import BadProof, check_proof
from eorder_platform.ids import new_id

URL = "http://localhost:8000/openid/token"
KEY = ECKey.generate_key("P-256", private=True)


def a_proof(key: Any = KEY, header: dict[str, Any] | None = None, **claims: Any) -> str:
    now = int(clock.now().timestamp())
    head = {"typ": "dpop+jwt", "alg": "ES256", "jwk": key.as_dict(private=False), **(header or {})}
    return jwt.encode(head, {"htm": "POST", "htu": URL, "iat": now, "jti": new_id().hex, **claims}, key)


async def test_the_holder_of_the_key_is_known_by_its_thumbprint() -> None:
    assert await check_proof(a_proof(), "POST", URL + "?a=1") == KEY.thumbprint()
    ath = base64.urlsafe_b64encode(hashlib.sha256(b"eoa_x").digest()).rstrip(b"=").decode()
    assert await check_proof(a_proof(ath=ath), "POST", URL, "eoa_x") == KEY.thumbprint()


def _private_half() -> str:
    return a_proof(header={"jwk": KEY.as_dict(private=True)})


def _shared_key() -> str:
    key = OctKey.generate_key(256)
    return jwt.encode(
        {"typ": "dpop+jwt", "alg": "HS256", "jwk": key.as_dict()},
        {"htm": "POST", "htu": URL, "iat": int(clock.now().timestamp()), "jti": new_id().hex},
        key,
        algorithms=["HS256"],
    )


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: "",
        lambda: "a.b.c",
        lambda: "x" * 5000,
        lambda: a_proof(htm="GET"),
        lambda: a_proof(htu="http://localhost:8000/openid/lain"),
        lambda: a_proof(iat=int(clock.now().timestamp()) - 120),
        lambda: a_proof(iat=int(clock.now().timestamp()) + 120),
        lambda: a_proof(iat=True),
        lambda: a_proof(jti="pendek"),
        lambda: a_proof(header={"typ": "JWT"}),
        lambda: a_proof(header={"jwk": ECKey.generate_key("P-256").as_dict(private=False)}),
        lambda: a_proof()[:-6] + "AAAAAA",
        _private_half,
        _shared_key,
    ],
)
async def test_what_proves_nothing_is_refused(wrong: Callable[[], str]) -> None:
    with pytest.raises(BadProof):
        await check_proof(wrong(), "POST", URL)


async def test_a_proof_serves_once_and_for_its_own_token_alone() -> None:
    proof = a_proof()
    await check_proof(proof, "POST", URL)
    with pytest.raises(BadProof, match="sudah pernah"):
        await check_proof(proof, "POST", URL)
    with pytest.raises(BadProof, match="token lain"):
        await check_proof(a_proof(ath="lain"), "POST", URL, "eoa_x")
