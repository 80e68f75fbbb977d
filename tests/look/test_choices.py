"""Language and appearance are the visitor's choice, made by a link and remembered by a cookie."""

import re
from collections.abc import Callable

import httpx

ClientFor = Callable[[str], httpx.AsyncClient]


async def test_a_language_once_chosen_stays(client_for: ClientFor) -> None:
    client = client_for("localhost")
    assert 'lang="id"' in (await client.get("/galeri")).text
    assert 'lang="en"' in (await client.get("/galeri?bahasa=en")).text
    assert 'lang="en"' in (await client.get("/galeri")).text


async def test_the_dark_appearance_stays_until_light_is_chosen(client_for: ClientFor) -> None:
    client = client_for("localhost")
    await client.get("/galeri?tema=dark")
    assert 'data-theme="dark"' in (await client.get("/galeri")).text
    await client.get("/galeri?tema=light")
    assert 'data-theme="light"' in (await client.get("/galeri")).text


async def test_a_choice_that_does_not_exist_changes_nothing(client_for: ClientFor) -> None:
    page = (await client_for("localhost").get("/galeri?tema=neon&bahasa=tlh")).text
    assert 'data-theme="light"' in page
    assert 'lang="id"' in page


async def test_the_gallery_is_not_a_page_of_a_region(client_for: ClientFor) -> None:
    assert (await client_for("dki.localhost").get("/galeri")).status_code == 404


async def test_the_language_switch_of_a_refused_form_leads_to_the_form(client_for: ClientFor) -> None:
    client = client_for("localhost")
    form = (await client.get("/masuk?lanjut=/akun")).text
    token = re.findall(r'name="_csrf" value="([\w-]+)"', form)[0]
    answer = await client.post(
        "/masuk",
        data={"_csrf": token, "email": ""},
        headers={"Referer": "http://localhost/masuk?lanjut=/akun"},
    )
    assert answer.status_code == 422
    assert 'href="/masuk?lanjut=/akun&amp;bahasa=en"' in answer.text
