"""The nation as an OpenID Connect provider: who is told what, how long, and what a thief gets."""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from typing import Any

import httpx
import pytest
import pytest_asyncio
from authlib.oidc.discovery import OpenIDProviderMetadata
from joserfc import jwt
from joserfc.jwk import ECKey, KeySet, OctKey, RSAKey

from eorder_platform import clock, outbox, tenancy
from eorder_platform.identity.openid import access_tokens, keys, telling
from eorder_platform.identity.openid.codes import challenge_of
from eorder_platform.identity.openid.permissions import allowed_by, take_back
from eorder_platform.identity.openid.scopes import Scope
from eorder_platform.ids import new_id
from tests.identity.arriving import hidden
from tests.identity.openid.asking import NATION, Asking, returned
from tests.identity.openid.factories import RETURN, a_program
from tests.identity.openid.test_possession import a_proof
from tests.identity.test_signing_in import Person, a_person

pytestmark = pytest.mark.unproved
ClientFor = Callable[[str], httpx.AsyncClient]


@pytest_asyncio.fixture
async def asking(client_for: ClientFor) -> AsyncIterator[Asking]:
    """A program that asks a browser in which nobody is signed in."""
    async with client_for("localhost") as browser:
        yield Asking(await a_program(sign_out_addresses=("https://program.example/keluar",)), browser)


@pytest_asyncio.fixture
async def person(asking: Asking) -> Person:
    """Who is signed in in that browser."""
    person = await a_person()
    await asking.signs_in(person)
    return person


async def published_now() -> KeySet:
    found: Any = await keys.public_keys()
    return KeySet.import_key_set(found)


async def published(asking: Asking) -> KeySet:
    return KeySet.import_key_set((await asking.browser.get("/openid/kunci")).json())


async def test_the_metadata_is_complete_and_says_the_same_in_both_places(asking: Asking) -> None:
    answers = [
        await asking.browser.get(f"/.well-known/{name}")
        for name in ("openid-configuration", "oauth-authorization-server")
    ]
    assert answers[0].json() == answers[1].json()
    said = answers[0].json()
    secure = json.loads(answers[0].text.replace("http://localhost:8000", "https://localhost"))
    OpenIDProviderMetadata(secure).validate()
    assert said["issuer"] == "http://localhost:8000"
    assert said["code_challenge_methods_supported"] == ["S256"] and said["response_types_supported"] == [
        "code"
    ]
    for name, address in said.items():
        if name.endswith(("_endpoint", "jwks_uri")):
            answer = await asking.browser.get(address)
            assert answer.status_code in (200, 303, 400, 401, 405), (name, answer.status_code)
    for key in (await asking.browser.get("/openid/kunci")).json()["keys"]:
        assert {"kid", "n", "e", "alg", "use"} <= key.keys() and not {"d", "p", "q"} & key.keys()


async def test_a_person_allows_a_program_and_it_learns_what_was_ticked_and_no_more(
    asking: Asking, person: Person
) -> None:
    page = await asking.is_led()
    assert page.status_code == 200 and "Buku Lapak" in page.text and "Menandatangani" in page.text
    assert "form-action 'self' https://program.example;" in page.headers["content-security-policy"]
    back = returned(await asking.allows(page, scopes=["profile", "orders:read"]))
    assert (back["state"], back["iss"]) == (asking.state, "http://localhost:8000")
    answer = await asking.shows(back["code"])
    assert answer.status_code == 200 and answer.headers["cache-control"] == "no-store"
    tokens = answer.json()
    assert tokens["scope"] == "openid profile orders:read" and "refresh_token" not in tokens
    decoded = jwt.decode(tokens["id_token"], await published(asking), algorithms=["RS256"])
    claims = decoded.claims
    assert (
        decoded.header["kid"]
        and claims["nonce"] == asking.nonce
        and claims["aud"] == asking.program.client_id
    )
    assert (
        claims["iss"] == "http://localhost:8000"
        and claims["amr"] == ["pwd"]
        and claims["acr"] == telling.WEAK
    )
    assert claims["exp"] - claims["iat"] == 600 and abs(claims["auth_time"] - time.time()) < 60
    told = (await asking.userinfo(tokens["access_token"])).json()
    assert told == {"sub": claims["sub"], "name": "Rina Kartikasari", "locale": "id"}
    assert str(person.id) not in json.dumps([claims, told]) and person.email not in json.dumps([claims, told])
    # the same again is not asked about again, not even for the boxes that were left unticked
    assert "code" in returned(await asking.asks())


async def test_two_programs_know_a_person_by_different_names(asking: Asking, person: Person) -> None:
    other = Asking(await a_program(name="Lain"), asking.browser)
    subjects = []
    for one in (asking, asking, other):
        tokens = (await one.shows(await one.code())).json()
        subjects.append((await one.userinfo(tokens["access_token"])).json()["sub"])
    assert subjects[0] == subjects[1] != subjects[2]


async def test_who_says_no_is_led_back_with_nothing(asking: Asking, person: Person) -> None:
    page = await asking.is_led()
    back = returned(await asking.allows(page, jawaban="jangan"))
    assert back == {"error": "access_denied", "state": asking.state, "iss": "http://localhost:8000"}


@pytest.mark.parametrize(
    "redirect",
    [
        "https://jahat.example/",
        RETURN + "/",
        RETURN + "?a=1",
        RETURN.replace("https", "http"),
        RETURN.upper(),
        RETURN + "%2f..",
        RETURN + "\n",
        "javascript:alert(1)",
        None,
    ],
)
async def test_an_address_that_is_not_letter_by_letter_registered_leads_nowhere(
    asking: Asking, person: Person, redirect: str | None
) -> None:
    answer = await asking.asks(redirect_uri=redirect)
    assert answer.status_code == 400 and "location" not in answer.headers
    assert "tidak cocok" in answer.text and 'href="https://jahat' not in answer.text


async def test_an_unknown_or_deactivated_program_leads_nowhere(asking: Asking, person: Person) -> None:
    from eorder_platform.identity.openid.programs import deactivate

    for client_id in (new_id().hex, "", "wilayah-tidak-ada", asking.program.client_id.upper(), "x" * 999):
        answer = await asking.asks(client_id=client_id)
        assert answer.status_code == 400 and "location" not in answer.headers, client_id
    page = await asking.is_led()
    async with tenancy.national() as session:
        await deactivate(session, asking.program.id)
    late = await asking.allows(page)
    assert late.status_code == 400 and "location" not in late.headers


@pytest.mark.parametrize(
    ("different", "error"),
    [
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"response_type": "code id_token"}, "unsupported_response_type"),
        ({"code_challenge": None}, "invalid_request"),
        ({"code_challenge_method": "plain"}, "invalid_request"),
        ({"code_challenge_method": None}, "invalid_request"),
        ({"scope": "root"}, "invalid_scope"),
        ({"prompt": "none login"}, "invalid_request"),
        ({"max_age": "-1"}, "invalid_request"),
        ({"request": "eyJ.x.y"}, "request_not_supported"),
        ({"response_mode": "fragment"}, "invalid_request"),
        ({"nonce": "x" * 600}, "invalid_request"),
    ],
)
async def test_what_is_asked_wrongly_is_told_to_the_program(
    asking: Asking, person: Person, different: dict[str, Any], error: str
) -> None:
    back = returned(await asking.asks(**different))
    assert back["error"] == error and back["state"] == asking.state and back["iss"] == "http://localhost:8000"
    assert "code" not in back


async def test_without_a_sign_in_nothing_happens_silently(asking: Asking) -> None:
    assert returned(await asking.asks(prompt="none"))["error"] == "login_required"
    await asking.signs_in(await a_person())
    assert returned(await asking.asks(prompt="none"))["error"] == "consent_required"
    await asking.code()
    assert "code" in returned(await asking.asks(prompt="none"))
    with clock.travelling_to(clock.now() + timedelta(minutes=30)):
        assert returned(await asking.asks(prompt="none", max_age="60"))["error"] == "login_required"


async def test_a_program_may_ask_for_a_new_sign_in_for_consent_or_for_a_choice(
    asking: Asking, person: Person
) -> None:
    await asking.code()
    assert 'name="password"' in (await asking.is_led(prompt="login")).text
    assert 'name="jawaban"' in (await asking.is_led(prompt="consent")).text
    choice = await asking.is_led(prompt="select_account")
    assert "Lanjut sebagai Rina Kartikasari" in choice.text
    carried = choice.url.copy_with(query=None)
    form = {"_csrf": hidden(choice, "_csrf")}
    on = await asking.browser.post(f"{carried}/akun", data={**form, "akun": "ini"})
    assert "code" in returned(await asking.browser.get(carried.join(on.headers["location"])))
    other = await asking.browser.post(f"{carried}/akun", data={**form, "akun": "lain"})
    assert other.headers["location"].startswith("/masuk?lanjut=/openid/lanjut/")
    with clock.travelling_to(clock.now() + timedelta(minutes=5)):
        assert 'name="password"' in (await asking.is_led(max_age="60")).text
        assert "code" in returned(await asking.asks(max_age="600"))


async def test_a_code_serves_once_and_a_second_showing_ends_what_the_first_opened(
    asking: Asking, person: Person
) -> None:
    code = await asking.code()
    tokens = (await asking.shows(code)).json()
    assert await access_tokens.find(tokens["access_token"]) is not None
    again = await asking.shows(code)
    assert (again.status_code, again.json()["error"]) == (400, "invalid_grant")
    assert await access_tokens.find(tokens["access_token"]) is None
    assert (await asking.refreshes(tokens["refresh_token"])).json()["error"] == "invalid_grant"


async def test_a_code_shown_twice_at_the_same_moment_opens_once(asking: Asking, person: Person) -> None:
    code = await asking.code()
    answers = await asyncio.gather(*[asking.shows(code) for _ in range(5)])
    assert sum(answer.status_code == 200 for answer in answers) <= 1


@pytest.mark.parametrize(
    "wrong",
    [
        {"code_verifier": "x" * 43},
        {"code_verifier": None},
        {"redirect_uri": "https://program.example/lain"},
        {"redirect_uri": None},
        {"code": "x"},
        {"code": None},
    ],
)
async def test_a_code_needs_its_verifier_and_its_address(
    asking: Asking, person: Person, wrong: dict[str, Any]
) -> None:
    answer = await asking.shows(await asking.code(), **wrong)
    assert answer.status_code == 400 and answer.json()["error"] in ("invalid_grant", "invalid_request")


async def test_a_code_is_nothing_to_another_program_nor_after_a_minute(
    asking: Asking, person: Person
) -> None:
    other = Asking(await a_program(name="Pencuri"), asking.browser, verifier=asking.verifier)
    assert (await other.shows(await asking.code())).json()["error"] == "invalid_grant"
    for region in ("wilayah-dki",):
        stolen = Asking(asking.program, asking.browser)
        answer = await stolen.calls(
            "token", {"grant_type": "authorization_code", "client_id": region, "code": "x"}
        )
        assert answer.status_code == 400


async def test_a_refresh_token_turns_and_one_that_comes_back_ends_the_family(
    asking: Asking, person: Person
) -> None:
    first = (await asking.shows(await asking.code())).json()
    second = (await asking.refreshes(first["refresh_token"])).json()
    assert second["refresh_token"] != first["refresh_token"] and second["scope"] == first["scope"]
    claims = jwt.decode(second["id_token"], await published(asking), algorithms=["RS256"]).claims
    assert "nonce" not in claims and claims["amr"] == ["pwd"]
    narrow = (await asking.refreshes(second["refresh_token"], scope="orders:read")).json()
    assert narrow["scope"] == "orders:read" and "id_token" not in narrow
    wider = await asking.refreshes(narrow["refresh_token"], scope="orders:read budgets:write")
    assert wider.json()["error"] == "invalid_scope"
    assert await access_tokens.find(narrow["access_token"]) is not None
    stolen = await asking.refreshes(first["refresh_token"])
    assert stolen.json()["error"] == "invalid_grant"
    for token in (first, second, narrow):
        assert await access_tokens.find(token["access_token"]) is None
    assert (await asking.refreshes(narrow["refresh_token"])).json()["error"] == "invalid_grant"


async def test_what_a_person_takes_back_is_over_at_the_next_request(asking: Asking, person: Person) -> None:
    tokens = (await asking.shows(await asking.code())).json()
    async with tenancy.national() as session:
        ((permission, program),) = await allowed_by(session, person.id)
        assert program.name == "Buku Lapak" and permission.last_used_at is None
    assert (await asking.userinfo(tokens["access_token"])).status_code == 200
    stranger = await a_person()
    async with tenancy.national() as session:
        with pytest.raises(Exception, match="tidak ditemukan"):
            await take_back(session, stranger.id, permission.id)
    async with tenancy.national() as session:
        await take_back(session, person.id, permission.id)
    refused = await asking.userinfo(tokens["access_token"])
    assert refused.status_code == 401 and 'error="invalid_token"' in refused.headers["www-authenticate"]
    assert (await asking.refreshes(tokens["refresh_token"])).json()["error"] == "invalid_grant"
    assert 'name="jawaban"' in (await asking.is_led()).text, "asked anew"


async def test_a_program_sees_and_ends_its_own_tokens_alone(asking: Asking, person: Person) -> None:
    tokens = (await asking.shows(await asking.code())).json()
    access = tokens["access_token"]
    seen = (await asking.calls("periksa", {"token": access})).json()
    assert seen["active"] and seen["client_id"] == asking.program.client_id and "orders:read" in seen["scope"]
    other = Asking(await a_program(name="Lain"), asking.browser)
    assert (await other.calls("periksa", {"token": access})).json() == {"active": False}
    assert (await other.calls("pencabutan", {"token": access})).status_code == 400
    assert await access_tokens.find(access) is not None
    assert (await asking.calls("pencabutan", {"token": "tidak dikenal"})).status_code == 200
    assert (await asking.calls("pencabutan", {"token": tokens["refresh_token"]})).status_code == 200
    assert await access_tokens.find(access) is None
    assert (await asking.calls("periksa", {"token": access})).json() == {"active": False}


@pytest.mark.parametrize("proof", ["none", "wrong", "other", "post"])
async def test_a_program_that_does_not_prove_itself_gets_nothing(
    asking: Asking, person: Person, proof: str
) -> None:
    code = await asking.code()
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": RETURN,
        "code_verifier": asking.verifier,
    }
    ids = {"client_id": asking.program.client_id}
    headers: dict[str, str] = {"authorization": ""}
    if proof == "wrong":
        headers = {"authorization": httpx.BasicAuth(asking.program.client_id, "salah")._auth_header}
    elif proof == "post":
        ids["client_secret"] = asking.program.secret
    elif proof == "other":
        headers = {"authorization": "Bearer x"}
    answer = await asking.calls("token", form | ids, **headers)
    assert (answer.status_code, answer.json()["error"]) == (401, "invalid_client")
    assert "www-authenticate" in answer.headers


async def test_a_program_with_keys_proves_itself_by_a_signature_that_serves_once(
    asking: Asking, person: Person
) -> None:
    key = ECKey.generate_key("P-256", private=True)
    program = await a_program(public_keys={"keys": [key.as_dict(private=False)]})
    signing = Asking(program, asking.browser)

    def assertion(key: Any = key, alg: str = "ES256", **different: Any) -> dict[str, str]:
        now = int(time.time())
        claims = {
            "iss": program.client_id,
            "sub": program.client_id,
            "aud": "http://localhost:8000",
            "iat": now,
            "exp": now + 60,
            "jti": new_id().hex,
        } | different
        text = jwt.encode({"alg": alg}, claims, key, algorithms=[alg])
        return {
            "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
            "client_assertion": text,
        }

    async def shows(code: str, proof: dict[str, str]) -> httpx.Response:
        form = {"grant_type": "authorization_code", "code": code, "redirect_uri": RETURN}
        async with httpx.AsyncClient(transport=asking.browser._transport, base_url=NATION) as server:
            return await server.post("/openid/token", data=form | {"code_verifier": signing.verifier} | proof)

    proof = assertion()
    assert (await shows(await signing.code(), proof)).status_code == 200
    again = await shows(await signing.code(), proof)
    assert (again.status_code, again.json()["error"]) == (401, "invalid_client")
    public = json.dumps(key.as_dict(private=False)).encode()
    wrong = [
        assertion(ECKey.generate_key("P-256", private=True)),
        assertion(OctKey.import_key(public), "HS256"),
        assertion(aud="https://jahat.example"),
        assertion(sub=asking.program.client_id),
        assertion(exp=int(time.time()) - 120),
        assertion(exp=int(time.time()) + 86_400),
        assertion(jti=None),
        {**assertion(), "client_assertion": unsigned(assertion()["client_assertion"])},
    ]
    for one in wrong:
        answer = await shows("tidak-sampai-ke-sini", one)
        assert (answer.status_code, answer.json()["error"]) == (401, "invalid_client"), one


async def test_a_token_for_a_key_is_nothing_without_it(asking: Asking, person: Person) -> None:
    key, thief = (ECKey.generate_key("P-256", private=True) for _ in range(2))
    token_url, user_url = (f"http://localhost:8000/openid/{name}" for name in ("token", "saya"))
    code = await asking.code()
    answer = await asking.calls(
        "token",
        {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": RETURN,
            "code_verifier": asking.verifier,
        },
        dpop=a_proof(key, htu=token_url),
    )
    tokens = answer.json()
    assert tokens["token_type"] == "DPoP"
    access = tokens["access_token"]
    ath = telling_ath(access)
    bearer = await asking.userinfo(access)
    assert bearer.status_code == 401
    shown = {"authorization": f"DPoP {access}"}
    good = a_proof(key, htm="GET", htu=user_url, ath=ath)
    assert (await asking.userinfo(access, **shown, dpop=good)).status_code == 200
    for proof in (
        good,
        a_proof(thief, htm="GET", htu=user_url, ath=ath),
        a_proof(key, htm="GET", htu=token_url, ath=ath),
        a_proof(key, htm="GET", htu=user_url, ath="x"),
    ):
        assert (await asking.userinfo(access, **shown, dpop=proof)).status_code == 401
    stolen = await asking.refreshes(tokens["refresh_token"])
    assert stolen.json()["error"] == "invalid_grant", "a refresh token too is its key's"
    bad = await asking.calls("token", {"grant_type": "refresh_token"}, dpop="x.y.z")
    assert bad.json()["error"] == "invalid_dpop_proof"


def unsigned(text: str) -> str:
    """The same claims under `{"alg":"none"}`."""
    return f"eyJhbGciOiJub25lIn0.{text.split('.')[1]}."


def telling_ath(token: str) -> str:
    import base64
    import hashlib

    return base64.urlsafe_b64encode(hashlib.sha256(token.encode()).digest()).rstrip(b"=").decode()


async def test_a_program_that_acts_as_itself_gets_no_persons_scope(client_for: ClientFor) -> None:
    program = await a_program(
        acts_for_people=False,
        acts_for_itself=True,
        redirect_addresses=(),
        scopes=frozenset({Scope.OPENID, Scope.BUDGETS_WRITE}),
        regions=frozenset({"dki"}),
    )
    async with client_for("localhost") as browser:
        itself = Asking(program, browser)
        answer = await itself.calls("token", {"grant_type": "client_credentials"})
        assert answer.json()["scope"] == "budgets:write" and "refresh_token" not in answer.json()
        found = await access_tokens.find(answer.json()["access_token"])
        assert (
            found is not None
            and found.account_id is None
            and not found.allows(Scope.BUDGETS_WRITE, "gorontalo")
        )
        assert (await itself.userinfo(answer.json()["access_token"])).status_code == 403
        for wrong in ({"scope": "openid"}, {"scope": "budgets:write orders:read"}):
            refused = await itself.calls("token", {"grant_type": "client_credentials", **wrong})
            assert refused.json()["error"] == "invalid_scope"
        assert returned_or_page(await itself.asks(redirect_uri=RETURN)) == 400
        person = await a_program()
        people = Asking(person, browser)
        assert (await people.calls("token", {"grant_type": "client_credentials"})).json()[
            "error"
        ] == "unauthorized_client"
        assert (await people.calls("token", {"grant_type": "password"})).json()[
            "error"
        ] == "unsupported_grant_type"


def returned_or_page(answer: httpx.Response) -> int:
    return answer.status_code


async def test_a_pushed_request_is_taken_up_once_by_its_own_program(asking: Asking, person: Person) -> None:
    pushed = await asking.calls("permintaan", asking.parameters())
    assert pushed.status_code == 201 and pushed.json()["expires_in"] == 90
    uri = pushed.json()["request_uri"]
    other = await a_program(name="Lain")
    shown = {"client_id": other.client_id, "request_uri": uri}
    assert (await asking.browser.get("/openid/masuk", params=shown)).status_code == 400
    pushed = await asking.calls("permintaan", asking.parameters())
    named = {"client_id": asking.program.client_id, "request_uri": pushed.json()["request_uri"]}
    page = await asking.browser.get("/openid/masuk", params=named)
    assert page.status_code == 303 and page.headers["location"].startswith("/openid/lanjut/")
    assert (await asking.browser.get("/openid/masuk", params=named)).status_code == 400
    for wrong in (
        {"redirect_uri": "https://jahat.example/"},
        {"request_uri": uri},
        {"client_id": other.client_id},
    ):
        refused = await asking.calls("permintaan", asking.parameters(**wrong))
        assert (refused.status_code, refused.json()["error"]) == (400, "invalid_request")
    no_challenge = await asking.calls("permintaan", asking.parameters(code_challenge=None))
    assert no_challenge.json()["error"] == "invalid_request"


async def test_keys_turn_in_the_middle_and_no_signature_becomes_unreadable(
    asking: Asking, person: Person
) -> None:
    before = (await asking.shows(await asking.code())).json()["id_token"]
    async with tenancy.national() as session:
        kid = await keys.rotate(session)
    keys.forget()
    during = (await asking.shows(await asking.code())).json()["id_token"]
    known = await published(asking)
    assert kid in [key.kid for key in known.keys]
    with clock.travelling_to(clock.now() + keys.PUBLISHED_BEFORE + timedelta(seconds=1)):
        after = await telling.id_token(
            asking.program.id, person.id, telling.SignInFacts(1, ("pwd",), "s"), "a"
        )
    for text in (before, during, after):
        assert jwt.decode(text, known, algorithms=["RS256"]).claims["iss"] == "http://localhost:8000"
    assert jwt.decode(after, known, algorithms=["RS256"]).header["kid"] == kid
    with clock.travelling_to(
        clock.now() + keys.PUBLISHED_BEFORE + keys.PUBLISHED_AFTER + timedelta(seconds=1)
    ):
        assert [key["kid"] for key in (await keys.public_keys())["keys"]] == [kid]
    async with tenancy.national() as session:
        at_once = await keys.rotate(session, at_once=True)
    keys.forget()
    assert [key["kid"] for key in (await keys.public_keys())["keys"]] == [at_once]
    assert await telling.own_id_token(before) is None


async def test_a_program_signs_its_person_out_and_others_hear_of_it(client_for: ClientFor) -> None:
    heard = await a_program(name="Pendengar", back_channel_address="http://localhost:1/keluar")
    person = await a_person()
    async with client_for("localhost") as browser:
        asking = Asking(await a_program(sign_out_addresses=("https://program.example/keluar",)), browser)
        await asking.signs_in(person)
        id_token = (await asking.shows(await asking.code())).json()["id_token"]
        hearing = Asking(heard, browser)
        held = (await hearing.shows(await hearing.code(scope="openid orders:read"))).json()["access_token"]
        asked = {"post_logout_redirect_uri": "https://program.example/keluar", "state": "s"}
        page = await browser.get("/openid/keluar", params=asked | {"client_id": asking.program.client_id})
        assert page.status_code == 200 and "Keluar dari e-Order?" in page.text, (
            "asked, because nobody proved who asks"
        )
        forged = jwt.encode(
            {"alg": "RS256"}, {"iss": "http://localhost:8000", "sid": "x"}, RSAKey.generate_key(2048)
        )
        assert (
            await browser.get("/openid/keluar", params=asked | {"id_token_hint": forged})
        ).status_code == 200
        elsewhere = {"post_logout_redirect_uri": "https://jahat.example/", "id_token_hint": id_token}
        assert await access_tokens.find(held) is not None
        out = await browser.get("/openid/keluar", params=asked | {"id_token_hint": id_token})
        assert out.headers["location"] == "https://program.example/keluar?state=s"
        assert (await browser.get("/akun")).status_code == 303
        assert (await browser.get("/openid/keluar", params=elsewhere)).headers["location"] == "/"
    assert await access_tokens.find(held) is None
    with pytest.raises(Exception, match="tidak menjawab"):
        await outbox.carry_out_open(outbox.NATION, ["identity.tell_of_sign_out"])
    claims = jwt.decode(await telling.logout_token(heard.id, person.id, "s"), await published_now()).claims
    assert (
        claims["events"] == {telling.LOGOUT_EVENT: {}}
        and "nonce" not in claims
        and claims["aud"] == heard.client_id
    )
    assert await telling.own_id_token(await telling.logout_token(heard.id, person.id, "s")) is None


async def test_a_carried_request_cannot_be_changed(asking: Asking, person: Person) -> None:
    page = await asking.is_led()
    carried = page.url.path.rpartition("/")[2]
    for changed in (carried[:-2] + "AA", "x", "." * 10, carried.swapcase()):
        answer = await asking.browser.get(f"/openid/lanjut/{changed}")
        assert answer.status_code in (400, 404) and "location" not in answer.headers
    with clock.travelling_to(clock.now() + timedelta(hours=2)):
        late = await asking.browser.get(page.url.path)
        assert late.status_code == 400 and "location" not in late.headers
    assert challenge_of("x")


async def test_who_ticks_more_than_was_asked_gives_no_more(asking: Asking, person: Person) -> None:
    page = await asking.is_led(scope="openid profile")
    back = returned(await asking.allows(page, scopes=["profile", "orders:write", "orders:read"], days="90"))
    assert (await asking.shows(back["code"])).json()["scope"] == "openid profile"
    page = await asking.is_led(prompt="consent")
    for wrong in ({"days": "36500"}, {"days": ""}):
        assert (await asking.allows(page, **wrong)).status_code == 422


async def test_the_user_is_told_of_in_each_of_the_three_ways(asking: Asking, person: Person) -> None:
    access = (await asking.shows(await asking.code())).json()["access_token"]
    async with httpx.AsyncClient(transport=asking.browser._transport, base_url=NATION) as server:
        shown = {"authorization": f"Bearer {access}"}
        by_get = await server.get("/openid/saya", headers=shown)
        by_post = await server.post("/openid/saya", headers=shown)
        by_form = await server.post("/openid/saya", data={"access_token": access})
        in_query = await server.get("/openid/saya", params={"access_token": access})
    assert by_get.json() == by_post.json() == by_form.json() and by_get.json()["email"] == person.email
    assert in_query.status_code == 401, "an address is kept in logs"


async def test_what_need_not_be_understood_does_no_harm(asking: Asking, person: Person) -> None:
    odd = {
        "nonce": None,
        "display": "popup",
        "ui_locales": "fr-CA en",
        "claims_locales": "se",
        "acr_values": "urn:lain 1",
        "extra": "foobar",
        "claims": '{"userinfo":{"name":{"essential":true}}}',
        "scope": "orders:read alamat email openid",
    }
    for different in (odd, {**odd, "display": "page"}):
        tokens = (await asking.shows(await asking.code(**different))).json()
        claims = jwt.decode(tokens["id_token"], await published(asking), algorithms=["RS256"]).claims
        assert "nonce" not in claims and "openid" in tokens["scope"] and "alamat" not in tokens["scope"]


async def test_a_hint_of_whom_is_meant_is_heeded(asking: Asking, person: Person) -> None:
    mine = (await asking.shows(await asking.code())).json()["id_token"]
    assert "code" in returned(await asking.asks(prompt="none", id_token_hint=mine))
    await asking.browser.get("/openid/keluar", params={"id_token_hint": mine})
    typed = await asking.is_led(login_hint=person.email)
    assert f'value="{person.email}"' in typed.text and 'name="password"' in typed.text
    other = await a_person()
    await asking.signs_in(other)
    assert returned(await asking.asks(prompt="none", id_token_hint=mine))["error"] == "login_required"
    assert 'name="password"' in (await asking.is_led(id_token_hint=mine)).text
    assert returned(await asking.asks(id_token_hint="x.y.z"))["error"] == "invalid_request"


async def test_a_request_may_come_by_a_form(asking: Asking, person: Person) -> None:
    led = await asking.browser.post("/openid/masuk", data=asking.parameters())
    assert led.status_code == 303 and led.headers["location"].startswith("/openid/masuk?")
    page = await asking.browser.get(led.headers["location"])
    assert page.headers["location"].startswith("/openid/lanjut/")


async def test_who_did_not_prove_that_they_ask_are_asked_themselves(asking: Asking, person: Person) -> None:
    id_token = (await asking.shows(await asking.code())).json()["id_token"]
    out = "https://program.example/keluar"
    for asked in (
        {},
        {"state": "s"},
        {"post_logout_redirect_uri": out},
        {"post_logout_redirect_uri": out, "client_id": asking.program.client_id},
        {"id_token_hint": "x.y.z", "post_logout_redirect_uri": out},
        {"id_token_hint": id_token[:-4] + "AAAA"},
    ):
        page = await asking.browser.get("/openid/keluar", params=asked)
        assert page.status_code == 200 and "Keluar dari e-Order?" in page.text, asked
        assert (await asking.browser.get("/akun")).status_code == 200
    form = {name: hidden(page, name) for name in ("_csrf", "lanjutan")}
    assert (await asking.browser.post("/openid/keluar/ya", data=form)).headers["location"] == "/"
    assert (await asking.browser.get("/akun")).status_code == 303
    for hint in (
        {"id_token_hint": id_token},
        {"id_token_hint": id_token, "post_logout_redirect_uri": out + "?a=1"},
    ):
        assert (await asking.browser.get("/openid/keluar", params=hint)).headers["location"] == "/"
