"""Two implementations that are not ours: openid-client as a program, oidc-provider as a region's directory."""

import socket
from collections.abc import AsyncIterator, Callable
from typing import Any

import httpx
import pytest
import pytest_asyncio
from joserfc.jwk import ECKey

from eorder_platform import tenancy
from eorder_platform.identity import sessions
from eorder_platform.identity.openid.scopes import Scope
from eorder_platform.tenancy import Tenant
from eorder_tenants.organisation.models import Official, Role
from eorder_tenants.organisation.staff.keeping import Entered, directory_of, enter
from tests.identity.arriving import led, session_at, sign_in
from tests.identity.openid.asking import Asking, returned
from tests.identity.openid.factories import RETURN, SCOPES, a_program
from tests.identity.openid.serving import served, stranger
from tests.identity.test_signing_in import PASSWORD, a_person, appoint
from tests.organisation.visiting import committed

pytestmark = pytest.mark.unproved
ClientFor = Callable[[str], httpx.AsyncClient]
OUT = "https://program.example/keluar"


@pytest.mark.parametrize("way", ["secret", "key, pushed, bound"])
async def test_openid_client_signs_a_person_in_and_out(
    client_for: ClientFor, monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    key = ECKey.generate_key("P-256", private=True)
    own = "key" in way
    program = await a_program(
        sign_out_addresses=(OUT,),
        public_keys={"keys": [key.as_dict(private=False)]} if own else None,
        scopes=SCOPES | {Scope.BUDGETS_READ},
        acts_for_itself=True,
        proves_possession=False,
    )
    person = await a_person()
    async with client_for("localhost") as browser, served(browser._transport, monkeypatch) as port:  # type: ignore[arg-type]
        async with stranger("openid_client.mjs") as node:
            issuer = f"http://localhost:{port}"
            named = {"issuer": issuer, "client_id": program.client_id, "secret": program.secret}
            proof = {"key": key.as_dict(private=True)} if own else {}
            assert (await node.asked(deed="discover", **named, **proof))["issuer"] == issuer
            await sign_in(browser, person.email, PASSWORD)
            asked = {"redirect_uri": RETURN, "scope": "openid profile email offline_access orders:read"}
            away = await node.asked(deed="leave", pushed=own, bound=own, **asked)
            assert ("request_uri=" in away["address"]) is own
            page = await led(browser, await browser.get(away["address"]))
            answer = await Asking(program, browser).allows(page)
            assert "code" in returned(answer)
            arrived = await node.asked(deed="arrive", address=answer.headers["location"])
            assert arrived["claims"]["iss"] == issuer and arrived["user"]["email"] == person.email
            assert arrived["tokens"]["token_type"].lower() == ("dpop" if own else "bearer")
            assert (await node.asked(deed="refresh"))["claims"]["sub"] == arrived["claims"]["sub"]
            assert (await node.asked(deed="introspect"))["active"] is True
            assert (await node.asked(deed="itself", scope="budgets:read"))["scope"] == "budgets:read"
            await node.asked(deed="revoke")
            assert (await node.asked(deed="introspect"))["active"] is False
            out = await node.asked(deed="leaveForGood", post_logout_redirect_uri=OUT)
            assert (await browser.get(out["address"])).headers["location"] == OUT
            assert (await browser.get(f"{issuer}/akun")).status_code == 303


@pytest_asyncio.fixture
async def _closed_afterwards(dki: Tenant) -> AsyncIterator[None]:
    """Others sign in at that region too, and not by a directory."""
    yield
    async with tenancy.inside(dki) as session:
        directory = await directory_of(session)
        if directory is not None:
            directory.active = False


@pytest.mark.usefixtures("_closed_afterwards")
async def test_oidc_provider_signs_in_the_official_whom_it_knows_by_nip_or_by_verified_email(
    client_for: ClientFor, dki: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        directory_port = int(probe.getsockname()[1])
    issuer = f"http://localhost:{directory_port}"
    administrator = await committed(dki, Role.TENANT_ADMIN)
    person = await a_person()
    await appoint(dki, person, Role.TREASURER)
    nip = str(person.id.int)[:18]
    async with tenancy.inside(dki) as session:
        (await session.get_one(Official, person.id)).civil_servant_id = nip
        entered = Entered("akun pegawai DKI", issuer, "wilayah", "rahasia wilayah yang panjang", "nip", True)
        await enter(session, administrator, entered)
    async with client_for("dki.localhost") as browser, served(browser._transport, monkeypatch) as port:  # type: ignore[arg-type]
        back = f"http://dki.localhost:{port}/masuk/pegawai/kembali"
        async with stranger("oidc_provider.mjs") as node:
            await node.asked(deed="serve", port=directory_port, redirect_uri=back)

            async def comes(number: int, claims: dict[str, Any]) -> httpx.Response:
                await node.asked(deed="person", id=f"pegawai-{number}", claims=claims)
                away = await browser.get("http://dki.localhost/masuk/pegawai")
                address = away.headers["location"]
                async with httpx.AsyncClient(cookies={}) as there:
                    answer = await there.get(
                        address.replace("localhost", "127.0.0.1", 1), headers=_at(address)
                    )
                    while not answer.headers["location"].startswith(back):
                        target = str(httpx.URL(address).join(answer.headers["location"]))
                        answer = await there.get(
                            target.replace("localhost", "127.0.0.1", 1), headers=_at(target)
                        )
                return await browser.get(answer.headers["location"])

            choice = await browser.get("http://dki.localhost/masuk")
            assert choice.status_code == 200 and "akun pegawai DKI" in choice.text
            known = await comes(1, {"name": "Siapa Saja", "nip": nip})
            assert (known.status_code, known.headers["location"]) == (303, "/tugas")
            found = await sessions.find("dki", session_at(browser, "dki"))
            assert found is not None and found.account_id == person.id and found.methods == ("fed",)
            assert (await browser.get(f"http://localhost:{port}/akun")).status_code == 303, (
                "it opens the region alone"
            )
            mailed = await comes(2, {"name": "Rina", "email": person.email.upper(), "email_verified": True})
            assert mailed.status_code == 303
            strangers: tuple[dict[str, Any], ...] = (
                {"name": "Rina Kartikasari", "email": person.email, "email_verified": False},
                {"name": "Rina Kartikasari"},
                {"name": "Rina Kartikasari", "nip": nip[:17]},
            )
            for number, claims in enumerate(strangers, 3):
                refused = await comes(number, claims)
                assert refused.status_code == 400 and "tidak cocok dengan pejabat mana pun" in refused.text


def _at(address: str) -> dict[str, str]:
    return {"host": httpx.URL(address).netloc.decode()}
