"""One sign-in with the nation opens every region's host, and one sign-out closes them all."""

from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from eorder_platform import clock, tenancy
from eorder_platform.identity import sessions
from eorder_platform.identity.openid.codes import CODE_SECONDS
from eorder_platform.tenancy import Tenant
from eorder_tenants.organisation.models import Role
from tests.identity.arriving import hidden, led, session_at, sign_in
from tests.identity.test_signing_in import PASSWORD, a_person, appoint

pytestmark = pytest.mark.unproved
ClientFor = Callable[[str], httpx.AsyncClient]


async def test_who_is_signed_in_meets_no_second_password_page_and_three_redirects(
    client_for: ClientFor, dki: Tenant, gorontalo: Tenant
) -> None:
    person = await a_person()
    await appoint(dki, person, Role.TREASURER)
    await appoint(gorontalo, person, Role.TREASURER)
    async with client_for("dki.localhost") as browser:
        await sign_in(browser, person.email, PASSWORD)
        answer = await browser.get("http://gorontalo.localhost/masuk", params={"lanjut": "/pesanan"})
        redirects = 0
        while answer.status_code == 303:
            assert "text/html" not in answer.headers.get("content-type", "")
            answer = await browser.get(answer.url.join(answer.headers["location"]))
            redirects += 1
        assert (redirects, answer.status_code, answer.url.path) == (3, 200, "/pesanan")
        found = await sessions.find("gorontalo", session_at(browser, "gorontalo"))
        national = await sessions.find("national", session_at(browser, "localhost"))
    assert found is not None and national is not None and found.sid == national.sid != ""
    assert found.methods == ("pwd",)


@pytest.mark.parametrize("where", ["dki.localhost", "gorontalo.localhost", "localhost"])
async def test_signing_out_anywhere_ends_it_everywhere(
    client_for: ClientFor, dki: Tenant, gorontalo: Tenant, where: str
) -> None:
    person = await a_person()
    hosts = ("dki.localhost", "gorontalo.localhost", "localhost")
    for region in (dki, gorontalo):
        await appoint(region, person, Role.TREASURER)
    async with client_for("dki.localhost") as browser, client_for("dki.localhost") as other_device:
        for host in hosts[:2]:
            await led(browser, await browser.get(f"http://{host}/masuk"))
            await sign_in(browser, person.email, PASSWORD)
            await led(browser, await browser.get(f"http://{host}/masuk"))
        await sign_in(other_device, person.email, PASSWORD)
        page = await browser.get(f"http://{where}/akun")
        await browser.post(f"http://{where}/keluar", data={"_csrf": hidden(page, "_csrf")})
        left = [(await browser.get(f"http://{host}/akun")).status_code for host in hosts]
        assert left == [303, 303, 303]
        assert (await other_device.get("/akun")).status_code == 200, "another device is another sign-in"


async def test_no_region_has_a_field_for_a_password(client_for: ClientFor, dki: Tenant) -> None:
    person = await a_person()
    await appoint(dki, person, Role.TREASURER)
    async with client_for("dki.localhost") as browser:
        for path in ("/lupa-sandi", "/sandi-baru/x", "/undangan/x", "/masuk"):
            answer = await browser.get(path)
            assert answer.status_code == 303 and answer.headers["location"].startswith(
                "http://localhost:8000/"
            )
        await sign_in(browser, person.email, PASSWORD)
        account = (await browser.get("/akun")).text
        assert 'type="password"' not in account and "http://localhost:8000/akun" in account
        token = account.partition('name="_csrf" value="')[2].partition('"')[0]
        for path in ("/masuk", "/lupa-sandi", "/akun/kata-sandi", "/akun/penutupan"):
            assert (await browser.post(path, data={"_csrf": token})).status_code in (404, 405)


async def test_the_way_back_is_for_the_browser_that_left_and_serves_once(
    client_for: ClientFor, dki: Tenant
) -> None:
    person = await a_person()
    await appoint(dki, person, Role.TREASURER)
    async with client_for("dki.localhost") as browser, client_for("dki.localhost") as other:
        await sign_in(browser, person.email, PASSWORD)
        away = await browser.get("/masuk")
        back = (await browser.get(away.headers["location"])).headers["location"]
        stranger = await other.get(back)
        assert stranger.status_code == 400 and "Masuk belum selesai" in stranger.text
        assert not [one for one in other.cookies.jar if one.name == "eorder_masuk"]
        assert (await browser.get(back)).status_code == 303, "the stranger took nothing away"
        assert (await browser.get(back)).status_code == 400


@pytest.mark.parametrize("changed", ["iss", "state", "code", "without iss", "late"])
async def test_an_answer_that_is_not_the_nations_to_this_browser_signs_nobody_in(
    client_for: ClientFor, dki: Tenant, changed: str
) -> None:
    person = await a_person()
    await appoint(dki, person, Role.TREASURER)
    async with client_for("dki.localhost") as browser:
        await sign_in(browser, person.email, PASSWORD)
        before = session_at(browser, "dki")
        away = await browser.get("/masuk")
        back = (await browser.get(away.headers["location"])).headers["location"]
        facts = {name: values[0] for name, values in parse_qs(urlsplit(back).query).items()}
        if changed == "without iss":
            del facts["iss"]
        elif changed == "late":
            from eorder_platform.valkey import answering

            async with answering() as valkey:
                for key in await valkey.keys("national:code:*"):
                    assert 0 < await valkey.ttl(key) <= CODE_SECONDS
                    await valkey.delete(key)
        else:
            facts[changed] = "http://jahat.example" if changed == "iss" else "lain"
        answer = await browser.get("/masuk/kembali", params=facts)
        assert answer.status_code == 400 and "Masuk belum selesai" in answer.text
        assert session_at(browser, "dki") == before


async def test_several_tabs_may_be_away_at_once(client_for: ClientFor, dki: Tenant) -> None:
    person = await a_person()
    await appoint(dki, person, Role.TREASURER)
    async with client_for("dki.localhost") as browser:
        first, second = [
            (await browser.get("/masuk", params={"lanjut": path})).headers["location"]
            for path in ("/pesanan", "/akun")
        ]
        await sign_in(browser, person.email, PASSWORD)
        for away, path in ((first, "/pesanan"), (second, "/akun")):
            answer = await led(browser, await browser.get(away))
            assert answer.headers.get("location") == path, answer.text


async def test_who_has_no_appointment_there_reads_so_and_may_come_as_another(
    client_for: ClientFor, dki: Tenant
) -> None:
    stranger, official = await a_person(), await a_person()
    await appoint(dki, official, Role.TREASURER)
    async with client_for("dki.localhost") as browser:
        refused = await sign_in(browser, stranger.email, PASSWORD)
        assert refused.status_code == 422 and "tidak memiliki penugasan" in refused.text
        assert "akun=lain" in refused.text
        came = await sign_in(browser, official.email, PASSWORD, another=True)
        assert (came.status_code, came.headers["location"]) == (303, "/tugas")
        # the first person's sign-in is over with the second's
        national = await sessions.find("national", session_at(browser, "localhost"))
    assert national is not None and national.account_id == official.id


async def test_the_sign_in_page_lets_its_form_lead_to_the_host_that_asked_and_to_no_other(
    client_for: ClientFor,
) -> None:
    async with client_for("dki.localhost") as browser:
        form = await led(browser, await browser.get("/masuk"))
        assert "form-action 'self' http://dki.localhost:8000;" in form.headers["content-security-policy"]
        assert "Provinsi DKI Jakarta" in form.text
        sent = {name: hidden(form, name) for name in ("_csrf", "lanjut")} | {
            "email": "x@y.id",
            "password": "salah",
        }
        again = await browser.post(form.url.copy_with(query=None), data=sent)
        assert again.status_code == 422
        assert "form-action 'self' http://dki.localhost:8000;" in again.headers["content-security-policy"]
        forged = await browser.get(
            "http://localhost:8000/masuk", params={"lanjut": "/openid/lanjut/eyJ9.x.y"}
        )
        assert "form-action 'self';" in forged.headers["content-security-policy"]


async def test_a_new_sign_in_of_the_same_person_keeps_their_other_hosts(
    client_for: ClientFor, dki: Tenant
) -> None:
    person = await a_person()
    await appoint(dki, person, Role.TREASURER)
    async with client_for("dki.localhost") as browser:
        await sign_in(browser, person.email, PASSWORD)
        before = session_at(browser, "localhost")
        await sign_in(browser, person.email, PASSWORD, another=True)
        assert session_at(browser, "localhost") != before
        page = await browser.get("http://localhost/akun")
        await browser.post("http://localhost/keluar", data={"_csrf": hidden(page, "_csrf")})
        assert (await browser.get("/akun")).status_code == 303


async def test_who_was_made_inactive_on_the_way_does_not_arrive(client_for: ClientFor, dki: Tenant) -> None:
    from eorder_platform.identity.models import Account

    person = await a_person()
    await appoint(dki, person, Role.TREASURER)
    async with client_for("dki.localhost") as browser:
        await sign_in(browser, person.email, PASSWORD)
        away = await browser.get("/masuk")
        back = (await browser.get(away.headers["location"])).headers["location"]
        async with tenancy.national() as session:
            (await session.get_one(Account, person.id)).active = False
        assert (await browser.get(back)).status_code == 400
    assert clock.now()
