"""A region's staff directory: entered by its administrator, and by SCIM it ends people at once."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from dataclasses import replace
from typing import Any

import httpx
import pytest
import pytest_asyncio
from sqlalchemy import delete

from eorder_platform import tenancy
from eorder_platform.errors import Conflict, Refused
from eorder_platform.identity import sessions
from eorder_platform.ids import new_id
from eorder_platform.tenancy import Tenant
from eorder_platform.tenancy.ownership import inside_as_owner
from eorder_tenants.organisation.actors import actor_for
from eorder_tenants.organisation.models import Official, Role
from eorder_tenants.organisation.staff.keeping import Entered, enter, new_scim_token
from eorder_tenants.organisation.staff.linking import Person, official_behind, person_in
from eorder_tenants.organisation.staff.models import StaffDirectory
from eorder_web.organisation.scim import STAFF
from tests.directory.test_lock_order import waiting
from tests.identity.test_signing_in import Person as Someone
from tests.identity.test_signing_in import a_person, appoint
from tests.organisation.visiting import committed, let_in

ClientFor = Callable[[str], httpx.AsyncClient]
ENTERED = Entered("akun pegawai", "https://sso.dki.example", "wilayah", "rahasia", "nip", False)


@pytest_asyncio.fixture
async def scim(client_for: ClientFor, dki: Tenant) -> AsyncIterator[httpx.AsyncClient]:
    """The directory at the region's host, with the region's token."""
    administrator = await committed(dki, Role.TENANT_ADMIN)
    async with tenancy.inside(dki) as session:
        await enter(session, administrator, ENTERED)
        await session.flush()
        token = await new_scim_token(session, administrator)
    async with client_for("dki.localhost") as directory:
        directory.headers["authorization"] = f"Bearer {token}"
        yield directory


async def a_treasurer(dki: Tenant) -> Someone:
    person = await a_person()
    await appoint(dki, person, Role.TREASURER)
    return person


async def roles_of(dki: Tenant, person: Someone) -> set[Role]:
    async with tenancy.inside(dki) as session:
        return set((await actor_for(session, person.id)).roles)


def a_user(person: Someone, **different: Any) -> dict[str, Any]:
    return {"userName": person.email, "emails": [{"value": person.email, "primary": True}], **different}


async def test_who_is_not_active_any_more_has_no_role_and_no_session_with_the_next_click(
    scim: httpx.AsyncClient, dki: Tenant
) -> None:
    person = await a_treasurer(dki)
    token = await sessions.start("dki", person.id, "Rina", person.email, ("treasurer",), "")
    elsewhere = await sessions.start("gorontalo", person.id, "Rina", person.email, ("treasurer",), "")
    made = await scim.post("/scim/v2/Users", json=a_user(person, displayName="Rina"))
    assert made.status_code == 201 and made.headers["content-type"].startswith("application/scim+json")
    where = made.json()["meta"]["location"].partition("8000")[2]
    assert await roles_of(dki, person) == {Role.TREASURER}
    ending = {"Operations": [{"op": "Replace", "path": "active", "value": "False"}]}
    assert (await scim.patch(where, json=ending)).json()["active"] is False
    assert await roles_of(dki, person) == set()
    assert await sessions.find("dki", token) is None
    assert await sessions.find("gorontalo", elsewhere) is not None, "the directory is of one region"
    found = await scim.get("/scim/v2/Users", params={"filter": f'userName eq "{person.email.upper()}"'})
    assert found.json()["totalResults"] == 1 and found.json()["Resources"][0]["active"] is False
    again = {"Operations": [{"op": "add", "value": {"active": True}}]}
    assert (await scim.patch(where, json=again)).json()["active"] is True
    assert await roles_of(dki, person) == {Role.TREASURER}
    assert (await scim.put(where, json=a_user(person, active=False))).status_code == 200
    assert await roles_of(dki, person) == set()


async def test_who_is_deleted_is_out_and_a_stranger_changes_nobody(
    scim: httpx.AsyncClient, dki: Tenant
) -> None:
    person = await a_treasurer(dki)
    async with tenancy.inside(dki) as session:
        (await session.get_one(Official, person.id)).civil_servant_id = nip = str(person.id.int)[:18]
    stranger = {"userName": "x@lain.example", "displayName": "Rina Kartikasari", "active": False}
    assert (await scim.post("/scim/v2/Users", json=stranger)).status_code == 201
    assert await roles_of(dki, person) == {Role.TREASURER}, "never by name"
    made = await scim.post("/scim/v2/Users", json={"userName": f"u{nip}", STAFF: {"nip": nip}})
    where = f"/scim/v2/Users/{made.json()['id']}"
    assert (await scim.post("/scim/v2/Users", json={"userName": f"U{nip}"})).status_code == 409
    assert (await scim.delete(where)).status_code == 204
    assert await roles_of(dki, person) == set()
    assert (await scim.get(where)).status_code == 404 and (await scim.delete(where)).status_code == 404


async def test_of_names_that_differ_by_their_case_five_who_ask_at_once_get_one(
    scim: httpx.AsyncClient,
) -> None:
    name = f"rina{new_id().hex[-8:]}@dki.example"
    variants = [name.replace("rina", one) for one in ("rina", "Rina", "RINA", "rINA", "riNA")]
    made = [await scim.post("/scim/v2/Users", json={"userName": new_id().hex}) for _ in variants]
    paths = [f"/scim/v2/Users/{one.json()['id']}" for one in made]
    asked = zip(paths, variants, strict=True)
    answers = await asyncio.gather(*(scim.put(path, json={"userName": one}) for path, one in asked))
    assert sorted(one.status_code for one in answers) == [200, 409, 409, 409, 409], [
        one.text for one in answers
    ]
    new = await asyncio.gather(
        *(scim.post("/scim/v2/Users", json={"userName": f"x{one}"}) for one in variants)
    )
    assert sorted(one.status_code for one in new) == [201, 409, 409, 409, 409], [one.text for one in new]
    found = await scim.get("/scim/v2/Users", params={"filter": f'userName eq "{name.upper()}"'})
    assert found.json()["totalResults"] == 1


async def test_a_directory_that_five_enter_at_once_is_entered_by_one(gorontalo: Tenant) -> None:
    administrator = await committed(gorontalo, Role.TENANT_ADMIN)

    async def enters(name: str) -> str:
        try:
            async with tenancy.inside(gorontalo) as session:
                await enter(session, administrator, replace(ENTERED, name=name))
            return name
        except Conflict as refusal:
            return str(refusal)

    async with inside_as_owner(gorontalo) as session:
        await session.execute(delete(StaffDirectory))
    with suppress(RuntimeError):
        async with tenancy.inside(gorontalo) as session:
            # all five have come to the region's row before the first of them has made it
            await enter(session, administrator, ENTERED)
            entering = [asyncio.create_task(enters(name)) for name in "abcde"]
            await waiting(session, 5)
            raise RuntimeError("undone")
    answers = await asyncio.gather(*entering)
    async with inside_as_owner(gorontalo) as session:
        kept = await session.scalar(delete(StaffDirectory).returning(StaffDirectory.name))
    assert kept in answers
    assert sum("Admin lain baru saja" in one for one in answers) == 4, answers


async def test_without_the_regions_token_nothing_is_told_or_done(
    scim: httpx.AsyncClient, client_for: ClientFor
) -> None:
    async with client_for("gorontalo.localhost") as other:
        other.headers["authorization"] = scim.headers["authorization"]
        assert (await other.get("/scim/v2/Users")).status_code == 401
    for wrong in ("", "Bearer", "Bearer x", "Basic x", scim.headers["authorization"] + "x"):
        answer = await scim.get("/scim/v2/Users", headers={"authorization": wrong})
        assert answer.status_code == 401 and "www-authenticate" in answer.headers
        assert (
            await scim.post("/scim/v2/Users", json={}, headers={"authorization": wrong})
        ).status_code == 401


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"{", "invalidSyntax"),
        (b"[]", "invalidSyntax"),
        (b"{}", "invalidValue"),
        (b'{"userName": 7}', "invalidValue"),
        (b'{"userName": "a\\u0000b"}', "invalidValue"),
        (b'{"userName": "a", "active": "mungkin"}', "invalidValue"),
        (b'{"userName": "a", "displayName": "' + b"x" * 300 + b'"}', "invalidValue"),
        (b"x" * 70_000, "tooMany"),
        (b"[" * 50_000, "invalidSyntax"),
    ],
)
async def test_what_is_no_scim_is_refused_in_its_words(
    scim: httpx.AsyncClient, body: bytes, kind: str
) -> None:
    answer = await scim.post("/scim/v2/Users", content=body)
    assert (answer.status_code, answer.json()["scimType"]) == (400, kind)


async def test_the_page_keeps_the_secret_and_shows_the_token_once(
    client_for: ClientFor, gorontalo: Tenant
) -> None:
    administrator = await committed(gorontalo, Role.TENANT_ADMIN)
    async with client_for("gorontalo.localhost") as browser:
        await let_in(browser, gorontalo, administrator)

        async def sends(path: str, **form: str) -> httpx.Response:
            shown = (await browser.get("/organisasi/direktori")).text
            token = shown.partition('name="_csrf" value="')[2].partition('"')[0]
            return await browser.post(path, data={"_csrf": token, **form})

        facts = {"name": "akun pegawai", "issuer": "https://sso.gorontalo.example", "client_id": "wilayah"}
        wrong = await sends("/organisasi/direktori", **{**facts, "issuer": "http://10.0.0.1"})
        assert (
            wrong.status_code == 422
            and 'id="issuer-galat"' in wrong.text
            and 'id="secret-galat"' in wrong.text
        )
        assert (await sends("/organisasi/direktori", **facts, secret="rahasia sekali")).status_code == 303
        page = (await browser.get("/organisasi/direktori")).text
        assert "sso.gorontalo.example" in page and "rahasia sekali" not in page
        moved = await sends("/organisasi/direktori", **{**facts, "issuer": "https://jahat.example"})
        assert moved.status_code == 422 and "tulis juga rahasia" in moved.text
        assert (await sends("/organisasi/direktori/token")).status_code == 303
        first, second = [(await browser.get("/organisasi/direktori")).text for _ in range(2)]
        assert "eoc_" in first and "eoc_" not in second
        tried = await sends("/organisasi/direktori/percobaan")
        assert "Direktori belum dapat dipakai" in tried.text
    async with tenancy.inside(gorontalo) as session:
        kept = await session.get_one(StaffDirectory, gorontalo.id)
        assert b"rahasia" not in kept.secret_encrypted
    officer = await committed(gorontalo, Role.TREASURER)
    async with client_for("gorontalo.localhost") as browser:
        await let_in(browser, gorontalo, officer)
        assert (await browser.get("/organisasi/direktori")).status_code == 403
        assert (await browser.get("/masuk/pegawai")).status_code == 404, "not active"


async def test_an_official_is_found_by_nip_or_by_a_verified_email_alone(dki: Tenant) -> None:
    one, two = await a_treasurer(dki), await a_treasurer(dki)
    nip = str(one.id.int)[:18]
    spaced = {"nip": f"{nip[:8]} {nip[8:]}", "email": "a@b.id", "name": "Rina"}
    assert person_in(spaced, "nip") == Person(nip, "", "Rina")
    assert person_in({"nip": 7, "email": "a@b.id", "email_verified": "true"}, "nip") == Person("", "")
    async with tenancy.inside(dki) as session:
        (await session.get_one(Official, one.id)).civil_servant_id = nip
        await session.flush()
        assert getattr(await official_behind(session, Person(nip, "")), "id", None) == one.id
        assert getattr(await official_behind(session, Person("", two.email.upper())), "id", None) == two.id
        assert await official_behind(session, Person("", "")) is None
        with pytest.raises(Refused, match="dua pejabat"):
            await official_behind(session, Person(nip, two.email))
