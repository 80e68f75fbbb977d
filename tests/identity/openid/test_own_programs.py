"""On one's account: what each program may do, and taking it back."""

from collections.abc import Callable
from datetime import timedelta

import httpx

from eorder_platform import clock, tenancy
from eorder_platform.identity.openid import access_tokens
from eorder_platform.identity.openid.models import Permission
from eorder_platform.identity.openid.permissions import UNUSED_ENDS_AFTER, end_unused
from tests.identity.arriving import hidden
from tests.identity.openid.asking import Asking
from tests.identity.openid.factories import a_program
from tests.identity.test_signing_in import a_person

ClientFor = Callable[[str], httpx.AsyncClient]


async def test_a_person_sees_what_a_program_may_and_takes_it_back(client_for: ClientFor) -> None:
    async with client_for("localhost") as browser:
        asking = Asking(await a_program(), browser)
        await asking.signs_in(await a_person())
        assert "Belum ada program" in (await browser.get("/akun/program")).text
        assert "/akun/program" in (await browser.get("/akun")).text
        token = (await asking.shows(await asking.code())).json()["access_token"]
        page = await browser.get("/akun/program")
        for words in (
            "Buku Lapak",
            "Membaca pesanan dan statusnya",
            "Belum pernah dipakai.",
            "dicabut sendiri",
        ):
            assert words in page.text, words
        assert (await asking.userinfo(token)).status_code == 200
        page = await browser.get("/akun/program?bahasa=en")
        assert "Last used" in page.text and "Read orders and their status" in page.text
        action = page.text.partition('action="/akun/program/')[2].partition('"')[0]
        form = {name: hidden(page, name) for name in ("_csrf", "_kunci")}
        done = await browser.post(f"/akun/program/{action}", data=form)
        assert (done.status_code, done.headers["location"]) == (303, "/akun/program")
        assert await access_tokens.find(token) is None
        assert "Buku Lapak" not in (await browser.get("/akun/program")).text


async def test_a_permission_that_nobody_uses_ends_by_itself(client_for: ClientFor) -> None:
    async with client_for("localhost") as browser:
        asking = Asking(await a_program(), browser)
        person = await a_person()
        await asking.signs_in(person)
        page = await asking.is_led()
        await asking.allows(page, days="365")
    with clock.travelling_to(clock.now() + UNUSED_ENDS_AFTER + timedelta(hours=1)):
        async with tenancy.national() as session:
            assert await end_unused(session) >= 1
    async with tenancy.national() as session:
        from sqlalchemy import select

        (permission,) = await session.scalars(select(Permission).where(Permission.account_id == person.id))
        assert permission.ended_at is not None
