"""What any request of the API meets, whatever it asks for: language, problems, tokens, versions, keys, limits."""

import asyncio
import base64
import hashlib
import json
from datetime import timedelta
from decimal import Decimal
from typing import Any

import httpx
import pytest
from joserfc import jwk, jws

from eorder_platform import clock, tenancy
from eorder_platform.identity.openid import access_tokens
from eorder_platform.identity.openid.scopes import Scope
from eorder_platform.ids import new_id
from eorder_platform.settings import settings
from eorder_platform.tenancy import Tenant
from eorder_web.api import limiting
from eorder_web.api.application import locale_in
from eorder_web.edge.dispatching import Dispatcher
from tests.api.factories import ClientFor, a_client, an_account_of
from tests.identity.openid.factories import a_program, a_token
from tests.orders.factories import MONDAY, Cast, a_cast, a_draft, an_offer

API = "/api/v1"


async def a_region_with_a_draft(dki: Tenant) -> tuple[Cast, Any]:
    async with tenancy.inside(dki) as session:
        cast = await a_cast(session, price=10_000)
        order = await a_draft(session, cast)
    assert cast.officer.id
    await an_account_of(cast.officer.id, cast.officer.name)
    return cast, order


async def an_officer(
    client_for: ClientFor, dki: Tenant, *scopes: Scope
) -> tuple[httpx.AsyncClient, Cast, Any]:
    with clock.travelling_to(MONDAY):
        cast, order = await a_region_with_a_draft(dki)
    assert cast.officer.id
    return await a_client(client_for, "dki.localhost", cast.officer.id, *scopes), cast, order


async def test_a_stranger_reads_what_is_public_and_is_told_how_to_ask_for_the_rest(
    client_for: ClientFor,
) -> None:
    async with client_for("dki.localhost") as stranger:
        catalogue = await stranger.get(f"{API}/products")
        assert catalogue.status_code == 200 and catalogue.headers["content-type"] == "application/json"
        again = await stranger.get(f"{API}/products", headers={"If-None-Match": catalogue.headers["etag"]})
        assert again.status_code == 304 and not again.content
        refused = await stranger.get(f"{API}/orders")
    assert refused.status_code == 401
    assert 'scope="orders:read"' in refused.headers["www-authenticate"]
    assert refused.headers["content-type"] == "application/problem+json"
    assert refused.json()["detail"] == "Bagian ini perlu token akses."


@pytest.mark.parametrize(
    ("accepted", "spoken"),
    [("", "id"), ("en", "en"), ("en-GB,id;q=0.4", "en"), ("fr, id;q=0.3, en;q=0.2", "id"), ("en;q=x", "id")],
)
def test_the_language_is_the_one_asked_for_first_of_those_we_speak(accepted: str, spoken: str) -> None:
    assert locale_in(accepted.encode()) == spoken


async def test_a_refusal_is_the_pages_sentence_in_the_language_asked_for_with_the_place_of_the_field(
    client_for: ClientFor, dki: Tenant
) -> None:
    client, cast, _ = await an_officer(client_for, dki)
    body = {"offer_id": str(cast.offer.id), "quantity": "0"}
    async with client:
        indonesian = (await client.post("/orders", json=body)).json()
        english = (await client.post("/orders", json=body, headers={"Accept-Language": "en"})).json()
    assert indonesian["errors"][0]["pointer"] == "/quantity" == english["errors"][0]["pointer"]
    assert indonesian["status"] == 422 and indonesian["title"] == "Belum dapat dilakukan"
    assert indonesian["errors"][0]["detail"] != english["errors"][0]["detail"]
    assert indonesian["instance"].startswith("urn:eorder:request:")


async def test_every_text_that_is_too_long_or_unseen_is_named_with_its_place(
    client_for: ClientFor, dki: Tenant
) -> None:
    client, _, order = await an_officer(client_for, dki)
    async with client:
        answer = await client.put(
            f"/orders/{order.id}/draft",
            json={"title": "x" * 161, "note": "a\0b", "delivery_region_code": "31"},
            headers={"If-Match": '"1"'},
        )
    assert answer.status_code == 422
    assert {one["pointer"] for one in answer.json()["errors"]} == {"/title", "/note"}


@pytest.mark.parametrize(
    ("sent", "status", "pointer"),
    [
        (b"{", 400, None),
        (b"[1]", 422, ""),
        (b'{"quantity": "1"}', 422, "/offer_id"),
        (b'{"offer_id": "x", "quantity": "1"}', 422, "/offer_id"),
        (b'{"offer_id": "01a2312e-1983-753d-a0f5-d3382f440657", "quantity": "1", "free": 1}', 422, "/free"),
        (b'{"offer_id": "01a2312e-1983-753d-a0f5-d3382f440657", "quantity": "1.2345"}', 422, "/quantity"),
        (b'{"offer_id": "01a2312e-1983-753d-a0f5-d3382f440657", "quantity": 1e300}', 422, "/quantity"),
        (b'{"offer_id": "01a2312e-1983-753d-a0f5-d3382f440657", "quantity": "NaN"}', 422, "/quantity"),
        (b"[" * 100_000, 400, None),
        (b'{"x": "' + b"y" * 300_000 + b'"}', 413, None),
    ],
)
async def test_what_is_not_in_the_declared_shape_is_the_senders_mistake(
    client_for: ClientFor, dki: Tenant, sent: bytes, status: int, pointer: str | None
) -> None:
    client, *_ = await an_officer(client_for, dki)
    async with client:
        answer = await client.post("/orders", content=sent, headers={"Content-Type": "application/json"})
        form = await client.post("/orders", data={"offer_id": "x"})
    assert answer.status_code == status, answer.text
    if pointer is not None:
        assert [one.get("pointer", "") for one in answer.json()["errors"]] == [pointer]
    assert form.status_code == 415


async def test_a_token_opens_what_it_was_given_for_where_it_was_given_and_no_longer(
    client_for: ClientFor, dki: Tenant
) -> None:
    client, cast, order = await an_officer(client_for, dki, Scope.ORDERS_READ)
    elsewhere = await a_token(
        await a_program(scopes=frozenset(Scope)), cast.officer.id, Scope.ORDERS_READ, regions=("gorontalo",)
    )
    async with client:
        assert (await client.get(f"/orders/{order.id}")).status_code == 200
        too_little = await client.post("/orders", json={})
        assert (
            too_little.status_code == 403 and "insufficient_scope" in too_little.headers["www-authenticate"]
        )
        assert (await client.get("/budget-lines")).status_code in (403, 404)
        other_region = await client.get("/orders", headers={"Authorization": f"Bearer {elsewhere}"})
        assert other_region.status_code == 403
        unknown = await client.get("/orders", headers={"Authorization": "Bearer eoa_nothing"})
        assert unknown.status_code == 401 and "invalid_token" in unknown.headers["www-authenticate"]
        public_with_a_bad_token = await client.get("/products", headers={"Authorization": "Bearer eoa_x"})
        assert public_with_a_bad_token.status_code == 401
        with clock.travelling_to(clock.now() + timedelta(hours=1)):
            assert (await client.get("/orders")).status_code == 401
    async with client_for("gorontalo.localhost") as neighbour:
        neighbour.headers["Authorization"] = client.headers["Authorization"]
        stranger_there = await neighbour.get(f"{API}/orders/{order.id}")
    assert stranger_there.status_code == 403


async def test_a_cookie_of_a_session_opens_nothing_here(client_for: ClientFor, dki: Tenant) -> None:
    from tests.organisation.visiting import let_in

    _, cast, _ = await an_officer(client_for, dki)
    async with client_for("dki.localhost") as browser:
        await let_in(browser, dki, cast.officer)
        assert (await browser.get("/pesanan")).status_code == 200
        assert (await browser.get(f"{API}/orders")).status_code == 401


async def test_a_token_bound_to_a_key_is_shown_with_a_fresh_proof_of_it(
    client_for: ClientFor, dki: Tenant
) -> None:
    _, cast, _ = await an_officer(client_for, dki)
    key, other = (jwk.generate_key("EC", "P-256") for _ in range(2))
    program = await a_program(scopes=frozenset(Scope))
    token = await a_token(program, cast.officer.id, Scope.ORDERS_READ, key_thumbprint=key.thumbprint())

    def proof(by: Any = key, **different: Any) -> str:
        claims = {
            "htm": "GET",
            "htu": settings().public_url("dki.localhost", f"{API}/orders"),
            "iat": int(clock.now().timestamp()),
            "jti": new_id().hex,
            "ath": base64.urlsafe_b64encode(hashlib.sha256(token.encode()).digest()).rstrip(b"=").decode(),
        } | different
        header = {"typ": "dpop+jwt", "alg": "ES256", "jwk": by.as_dict(private=False)}
        return jws.serialize_compact(header, json.dumps(claims).encode(), by)

    async with client_for("dki.localhost") as program_client:

        async def asked(scheme: str, shown: str) -> int:
            headers = {"Authorization": f"{scheme} {token}", "DPoP": shown}
            return (await program_client.get(f"{API}/orders", headers=headers)).status_code

        once = proof()
        assert await asked("DPoP", once) == 200
        assert await asked("DPoP", once) == 401
        assert await asked("Bearer", proof()) == 401
        assert await asked("DPoP", proof(other)) == 401
        assert await asked("DPoP", proof(htu="http://dki.localhost:8000/api/v1/tasks")) == 401
        assert await asked("DPoP", "") == 401


async def test_a_change_names_the_version_it_saw(client_for: ClientFor, dki: Tenant) -> None:
    client, _, order = await an_officer(client_for, dki)
    async with client:
        seen = await client.get(f"/orders/{order.id}")
        address = f"/orders/{order.id}/draft/prices"
        assert (await client.post(address)).status_code == 428
        assert (await client.post(address, headers={"If-Match": "*"})).status_code == 412
        changed = await client.post(address, headers={"If-Match": seen.headers["etag"]})
        assert changed.status_code == 200 and changed.headers["etag"] != seen.headers["etag"]
        late = await client.post(address, headers={"If-Match": seen.headers["etag"]})
    assert late.status_code == 412 and "sudah diubah" in late.json()["detail"]


async def test_the_same_key_carries_out_once_whoever_clicks_how_often(
    client_for: ClientFor, dki: Tenant
) -> None:
    client, cast, _ = await an_officer(client_for, dki)
    body = {"offer_id": str(cast.offer.id), "quantity": "3"}
    async with client:
        key = {"Idempotency-Key": new_id().hex}
        answers = await asyncio.gather(*(client.post("/orders", json=body, headers=key) for _ in range(5)))
        assert {one.status_code for one in answers} == {201}
        assert len({one.json()["id"] for one in answers}) == 1
        assert sum("idempotency-replayed" in one.headers for one in answers) == 4
        other = await client.post("/orders", json=body | {"quantity": "4"}, headers=key)
        assert other.json()["id"] != answers[0].json()["id"]
        refused = await client.post("/orders", json=body | {"quantity": "0"}, headers=key)
        assert refused.status_code == 422


async def test_a_list_is_read_to_its_end_in_steps_although_others_come_in(
    client_for: ClientFor, dki: Tenant
) -> None:
    client, cast, _ = await an_officer(client_for, dki)
    async with client:
        for _ in range(6):
            body = {"offer_id": str(cast.offer.id), "quantity": "1"}
            await client.post("/orders", json=body)
        first = await client.get("/orders", params={"limit": 3})
        await client.post("/orders", json={"offer_id": str(cast.offer.id), "quantity": "1"})
        seen, answer = [one["id"] for one in first.json()["items"]], first
        while "link" in answer.headers:
            following = answer.headers["link"].partition(">")[0].lstrip("<")
            assert following == answer.json()["next"]
            answer = await client.get(f"http://dki.localhost{following}")
            seen += [one["id"] for one in answer.json()["items"]]
        assert len(seen) == len(set(seen)) == 7
        odd = await client.get("/orders", params={"cursor": "bm9uc2Vuc2U"})
    assert odd.status_code == 422 and odd.json()["errors"][0]["pointer"] == "/cursor"


@pytest.mark.parametrize("sort", ["newest", "cheapest", "dearest"])
async def test_the_catalogue_is_read_in_steps_in_each_of_its_orders(
    client_for: ClientFor, dki: Tenant, sort: str
) -> None:
    async with tenancy.inside(dki) as session:
        cast = await a_cast(session, price=10_000)
        for price in (30_000, 10_000, 20_000, 10_000):
            await an_offer(session, cast.participation, price=price, name=f"Meja {cast.offer.id.hex}")
    async with client_for("dki.localhost") as stranger:
        found, at = [], f"{API}/products?q=Meja+{cast.offer.id.hex}&sort={sort}&limit=1"
        while at:
            answer = (await stranger.get(at)).json()
            found += answer["items"]
            at = answer["next"]
    prices = [one["price_rupiah"] for one in found]
    assert len({one["id"] for one in found}) == 4
    if sort != "newest":
        assert prices == sorted(prices, reverse=sort == "dearest")


async def test_a_program_that_asks_too_often_waits_and_is_told_how_long(
    application: Dispatcher, client_for: ClientFor, dki: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    client, *_ = await an_officer(client_for, dki)
    few = settings().model_copy(update={"api_requests_a_minute": 45})
    monkeypatch.setattr(limiting, "settings", lambda: few)
    async with client:
        answers = [await client.get("/products", params={"limit": 1}) for _ in range(60)]
        other = await a_client(
            client_for, "dki.localhost", (await an_officer(client_for, dki))[1].officer.id or new_id()
        )
        assert (await other.get("/products")).status_code == 200
    codes = [one.status_code for one in answers]
    assert codes[:40] == [200] * 40 and codes[-1] == 429
    left = [int(one.headers["ratelimit"].partition("r=")[2].partition(";")[0]) for one in answers[:40]]
    assert left == sorted(left, reverse=True)
    assert 0 < int(answers[-1].headers["retry-after"]) <= 60
    assert answers[0].headers["ratelimit-policy"] == '"api";q=45;w=60'


async def test_what_is_nowhere_is_not_found_and_what_is_not_offered_is_not_allowed(
    client_for: ClientFor,
) -> None:
    async with client_for("dki.localhost") as stranger:
        assert (await stranger.get(f"{API}/nothing")).status_code == 404
        assert (await stranger.get(f"{API}/products/not-an-id")).status_code == 404
        assert (await stranger.get(f"{API}/products/%00")).status_code == 404
        wrong = await stranger.delete(f"{API}/products")
        assert wrong.status_code == 405 and wrong.headers["allow"] == "GET"
        assert (await stranger.get(f"{API}/products?q={'x' * 5000}")).status_code == 414
    async with client_for("nowhere.localhost") as lost:
        assert (await lost.get(f"{API}/products")).status_code == 404
    async with client_for("localhost") as nation:
        assert (await nation.get(f"{API}/products")).status_code == 404
        assert (await nation.get(f"{API}/regions")).json()["items"][0]["host"] == "dki.localhost"


async def test_an_access_token_that_is_taken_back_ends_at_the_next_request(
    client_for: ClientFor, dki: Tenant
) -> None:
    client, cast, _ = await an_officer(client_for, dki)
    assert cast.officer.id
    async with client:
        assert (await client.get("/orders")).status_code == 200
        async with tenancy.national() as session:
            await access_tokens.end_of_account(session, cast.officer.id)
        assert (await client.get("/orders")).status_code == 401


def test_a_quantity_is_a_text_and_an_amount_a_number() -> None:
    import msgspec

    assert msgspec.json.encode({"quantity": Decimal("2.000"), "price_rupiah": 10_000}) == (
        b'{"quantity":"2.000","price_rupiah":10000}'
    )
