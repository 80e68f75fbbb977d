"""What a region's directory says is judged: another issuer's word, another key, another request, another hour."""

import base64
import hmac
import json
from collections.abc import Callable
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, KeySet, OctKey, RSAKey

from eorder_platform import clock, outgoing
from eorder_platform.identity.openid import foreign
from eorder_platform.identity.openid.foreign import Issuer, Metadata, NotTrusted
from eorder_platform.outgoing import Answer, NotReached

ISSUER = "https://sso.dki.example"
OURS = Issuer(ISSUER, "wilayah", "rahasia")
KEY, NEXT, THIEF = (RSAKey.generate_key(2048, {"kid": kid}, private=True) for kid in ("satu", "dua", "satu"))
META = Metadata(ISSUER, f"{ISSUER}/a", f"{ISSUER}/t", f"{ISSUER}/k", "", True, False)
PUBLISHED: list[Any] = []
NONCE = "nonce"


@pytest.fixture(autouse=True)
def _published(monkeypatch: pytest.MonkeyPatch) -> None:
    """The issuer publishes whatever PUBLISHED holds; nothing is sent over a network here."""
    PUBLISHED[:] = [KEY]
    foreign.forget()

    async def send(method: str, url: str, **_: Any) -> Answer:
        keys: Any = {"keys": [one.as_dict(private=False) for one in PUBLISHED]}
        return Answer(200, json.dumps(keys).encode())

    monkeypatch.setattr(foreign, "send", send)


def told(key: Any = KEY, alg: str = "RS256", header: dict[str, Any] | None = None, **different: Any) -> str:
    now = int(clock.now().timestamp())
    usual = {"iss": ISSUER, "aud": "wilayah", "sub": "p1", "iat": now, "exp": now + 300, "nonce": NONCE}
    claims = {name: value for name, value in {**usual, **different}.items() if value is not None}
    head = {"alg": alg, "kid": getattr(key, "kid", None) or "satu", **(header or {})}
    return jwt.encode(head, claims, key, algorithms=[alg])


async def judged(text: str) -> dict[str, Any]:
    return await foreign.judged(META, OURS, text, NONCE)


async def test_its_own_word_is_taken_with_a_clock_that_is_two_minutes_off() -> None:
    now = int(clock.now().timestamp())
    for times in ({}, {"iat": now + 115}, {"exp": now - 115, "iat": now - 400}, {"aud": ["wilayah"]}):
        assert (await judged(told(**times)))["sub"] == "p1"
    assert (await judged(told(aud=["wilayah", "lain"], azp="wilayah")))["sub"] == "p1"


def _unsigned() -> str:
    """The same under `{"alg":"none"}`."""
    return f"eyJhbGciOiJub25lIn0.{told().split('.')[1]}."


def _by_public_key() -> str:
    """The RS256 key that everybody knows, taken for the secret of an HS256."""
    head = base64.urlsafe_b64encode(b'{"alg":"HS256","kid":"satu"}').rstrip(b"=")
    signed = head + b"." + told().split(".")[1].encode()
    mac = hmac.new(KEY.as_pem(private=False), signed, "sha256").digest()
    return (signed + b"." + base64.urlsafe_b64encode(mac).rstrip(b"=")).decode()


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: told(iss="https://jahat.example"),
        lambda: told(iss=ISSUER + "/"),
        lambda: told(aud="program-lain"),
        lambda: told(aud=["wilayah", "lain"]),
        lambda: told(azp="lain"),
        lambda: told(nonce="lain"),
        lambda: told(nonce=None),
        lambda: told(sub=None),
        lambda: told(sub=""),
        lambda: told(exp=int(clock.now().timestamp()) - 150),
        lambda: told(iat=int(clock.now().timestamp()) + 150),
        lambda: told(exp=None),
        lambda: told(iat=None),
        lambda: told(exp="besok"),
        lambda: told(THIEF),
        lambda: told()[:-8] + "AAAAAAAA",
        lambda: told(header={"kid": "tak dikenal"}),
        lambda: told(OctKey.import_key("rahasia-rahasia-rahasia-rahasia-"), "HS256"),
        _unsigned,
        _by_public_key,
        lambda: "",
        lambda: "a.b.c",
        lambda: "x" * 20_000,
    ],
)
async def test_anything_else_is_not(wrong: Callable[[], str]) -> None:
    with pytest.raises(NotTrusted):
        await judged(wrong())


async def test_a_key_that_turned_in_the_middle_is_looked_up_once_more() -> None:
    assert (await judged(told()))["sub"] == "p1"
    PUBLISHED[:] = [KEY, NEXT]
    assert (await judged(told(NEXT)))["sub"] == "p1"
    PUBLISHED[:] = [NEXT]
    foreign.forget()
    with pytest.raises(NotTrusted):
        await judged(told())


async def test_a_key_set_without_a_key_that_signs_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    for said in (
        b"{}",
        b'{"keys":[]}',
        b'{"keys":"x"}',
        b"[]",
        b'{"keys":[{"kty":"oct","k":"eA"}]}',
        b"<html>",
    ):

        async def send(method: str, url: str, said: bytes = said, **_: Any) -> Answer:
            return Answer(200, said)

        foreign.forget()
        monkeypatch.setattr(foreign, "send", send)
        with pytest.raises((NotTrusted, NotReached)):
            await foreign.keys_of(META)
    assert KeySet([ECKey.generate_key("P-256")]).keys


async def test_discovery_that_names_another_issuer_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    endpoints = {
        "authorization_endpoint": f"{ISSUER}/a",
        "token_endpoint": f"{ISSUER}/t",
        "jwks_uri": f"{ISSUER}/k",
    }
    for said in (
        {"issuer": "https://jahat.example", **endpoints},
        {"issuer": ISSUER + "/", **endpoints},
        {"issuer": ISSUER},
        {"issuer": ISSUER, **endpoints, "token_endpoint": "ftp://sso.dki.example"},
    ):

        async def send(method: str, url: str, said: dict[str, Any] = said, **_: Any) -> Answer:
            return Answer(200, json.dumps(said).encode())

        foreign.forget()
        monkeypatch.setattr(foreign, "send", send)
        with pytest.raises(NotTrusted):
            await foreign.discover(ISSUER)


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "10.1.2.3",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",
        "224.0.0.1",
        "255.255.255.255",
        "::1",
        "::",
        "fe80::1",
        "fd00::1",
        "::ffff:127.0.0.1",
        "::ffff:10.0.0.1",
        "2002:7f00:1::",
        "64:ff9b::a00:1",
        "2001::1",
    ],
)
def test_no_address_inside_a_network_is_reached(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    monkeypatch.setattr(
        outgoing,
        "settings",
        lambda: type("Closed", (), {"outgoing_to_loopback": False, "public_scheme": "https"})(),
    )
    assert not outgoing.may_be_reached(address)
    assert outgoing.may_be_reached("8.8.8.8") and outgoing.may_be_reached("2606:4700::1111")


@pytest.mark.parametrize(
    "url",
    [
        "http://8.8.8.8/",
        "https://localhost/",
        "https://127.1/",
        "https://0x7f.1/",
        "https://2130706433/",
        "https://[::1]/",
        "https://[::ffff:127.0.0.1]/",
        "https://sso.localhost/",
        "https://e@8.8.8.8/",
        "file:///etc/passwd",
        "https:///",
        "https://tidak-ada.invalid/",
    ],
)
async def test_an_address_that_leads_inside_or_nowhere_is_not_asked(
    monkeypatch: pytest.MonkeyPatch, url: str
) -> None:
    monkeypatch.setattr(
        outgoing,
        "settings",
        lambda: type("Closed", (), {"outgoing_to_loopback": False, "public_scheme": "https"})(),
    )

    def connected(*_: Any, **__: Any) -> None:
        raise AssertionError("something was sent")

    monkeypatch.setattr(outgoing, "_sent", connected)
    with pytest.raises(NotReached):
        await outgoing.send("GET", url)


async def test_a_signature_without_a_name_is_checked_with_the_only_key() -> None:
    def nameless(key: Any) -> str:
        claims = json.loads(base64.urlsafe_b64decode(told().split(".")[1] + "=="))
        return jwt.encode({"alg": "RS256"}, claims, key, algorithms=["RS256"])

    assert (await judged(nameless(KEY)))["sub"] == "p1"
    with pytest.raises(NotTrusted):
        await judged(nameless(THIEF))
    PUBLISHED[:] = [NEXT, KEY]
    foreign.forget()
    with pytest.raises(NotTrusted):
        await judged(nameless(THIEF))


@pytest.mark.parametrize("about", ["p1", "p2", None])
async def test_userinfo_about_somebody_else_is_refused(
    monkeypatch: pytest.MonkeyPatch, about: str | None
) -> None:
    async def send(method: str, url: str, **_: Any) -> Answer:
        answers: dict[str, dict[str, Any]] = {
            f"{ISSUER}/t": {"id_token": told(), "access_token": "a"},
            f"{ISSUER}/u": {
                "sub": about,
                "email": "rina@dki.example",
                "email_verified": True,
                "iss": "jahat",
            },
            f"{ISSUER}/k": {"keys": [KEY.as_dict(private=False)]},
        }
        return Answer(200, json.dumps(answers[url]).encode())

    async def discover(issuer: str) -> Metadata:
        return Metadata(ISSUER, f"{ISSUER}/a", f"{ISSUER}/t", f"{ISSUER}/k", f"{ISSUER}/u", True, False)

    monkeypatch.setattr(foreign, "send", send)
    monkeypatch.setattr(foreign, "discover", discover)
    if about == "p1":
        claims = await foreign.exchange(OURS, "kode", "https://dki.example/kembali", "v" * 43, NONCE)
        assert claims["email"] == "rina@dki.example" and claims["iss"] == ISSUER
        return
    with pytest.raises(NotTrusted, match="dua orang"):
        await foreign.exchange(OURS, "kode", "https://dki.example/kembali", "v" * 43, NONCE)
