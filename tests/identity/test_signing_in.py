"""Signing in: whose session it is, where it counts, how it ends, and what guessing costs."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

import httpx
import pytest
from sqlalchemy import select

from eorder_platform import clock, tenancy
from eorder_platform.errors import Refused
from eorder_platform.identity import guessing, sessions
from eorder_platform.identity.models import Account
from eorder_platform.identity.passwords import check_new_password
from eorder_platform.identity.signing_in import change_password, check_password, create_account
from eorder_platform.ids import new_id
from eorder_platform.tenancy import Tenant
from eorder_platform.valkey import answering
from eorder_tenants.organisation.models import Official, Role, RoleAssignment
from eorder_web.edge.visiting import SESSION_COOKIE
from tests.identity import arriving

ClientFor = Callable[[str], httpx.AsyncClient]
PASSWORD = "kuda putih di tepi sungai"


@dataclass(frozen=True)
class Person:
    id: UUID
    email: str


async def a_person() -> Person:
    async with tenancy.national() as session:
        account = await create_account(session, f"{new_id().hex}@uji.id", "Rina Kartikasari", PASSWORD)
    return Person(account.id, account.email)


async def appoint(tenant: Tenant, person: Person, role: Role) -> None:
    async with tenancy.inside(tenant) as session:
        session.add(
            Official(
                id=person.id,
                name="Rina Kartikasari",
                email=person.email,
                civil_servant_id=None,
                position="Staf",
            )
        )
        session.add(
            RoleAssignment(
                official_id=person.id,
                role=role,
                valid_from=clock.today(tenant.zone),
                valid_to=clock.today(tenant.zone) + timedelta(days=90) if role is Role.AUDITOR else None,
                letter_number="1/2026",
            )
        )


async def sign_in(browser: httpx.AsyncClient, email: str, password: str = PASSWORD) -> httpx.Response:
    return await arriving.sign_in(browser, email, password)


async def test_an_official_signs_in_at_his_region_and_is_led_to_his_tasks(
    client_for: ClientFor, dki: Tenant
) -> None:
    person = await a_person()
    await appoint(dki, person, Role.COMMITMENT_OFFICER)
    async with client_for("dki.localhost") as browser:
        answer = await sign_in(browser, person.email)
        assert (answer.status_code, answer.headers["location"]) == (303, "/tugas")
        account = await browser.get("/akun")
    assert "Rina Kartikasari" in account.text
    assert "PPK" in account.text


async def test_a_session_of_one_region_is_nothing_in_another(
    client_for: ClientFor, dki: Tenant, gorontalo: Tenant
) -> None:
    person = await a_person()
    await appoint(dki, person, Role.TREASURER)
    await appoint(gorontalo, person, Role.TREASURER)
    async with client_for("dki.localhost") as browser:
        await sign_in(browser, person.email)
        stolen = arriving.session_at(browser, "dki")
    async with client_for("gorontalo.localhost") as browser:
        browser.cookies.set(SESSION_COOKIE, stolen)
        answer = await browser.get("/akun")
    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/masuk")


async def test_without_an_appointment_there_is_no_way_in(client_for: ClientFor) -> None:
    person = await a_person()
    async with client_for("gorontalo.localhost") as browser:
        answer = await sign_in(browser, person.email)
    assert answer.status_code == 422
    assert "tidak memiliki penugasan" in answer.text


async def test_an_appointment_that_has_ended_opens_nothing(client_for: ClientFor, dki: Tenant) -> None:
    person = await a_person()
    with clock.travelling_to(clock.now() - timedelta(days=400)):
        await appoint(dki, person, Role.TREASURER)
    async with tenancy.inside(dki) as session:
        appointment = await session.scalars(
            select(RoleAssignment).where(RoleAssignment.official_id == person.id)
        )
        appointment.one().valid_to = clock.today(dki.zone) - timedelta(days=1)
    async with client_for("dki.localhost") as browser:
        assert (await sign_in(browser, person.email)).status_code == 422


async def test_a_role_that_ends_while_its_holder_is_signed_in_opens_nothing_more(
    client_for: ClientFor, dki: Tenant
) -> None:
    person = await a_person()
    with clock.travelling_to(clock.now() - timedelta(days=400)):
        await appoint(dki, person, Role.TREASURER)
    async with client_for("dki.localhost") as browser:
        await sign_in(browser, person.email)
        pages = ("/tugas", "/pesanan", "/anggaran")
        assert [(await browser.get(page)).status_code for page in pages] == [200] * 3
        async with tenancy.inside(dki) as session:
            mine = select(RoleAssignment).where(RoleAssignment.official_id == person.id)
            (await session.scalars(mine)).one().valid_to = clock.today(dki.zone) - timedelta(days=1)
        answers = [await browser.get(page) for page in pages]
    assert [answer.status_code for answer in answers] == [403] * 3
    assert all("sudah berakhir" in answer.text and "Kotak tugas" not in answer.text for answer in answers)


async def test_a_role_that_begins_while_its_holder_is_signed_in_is_in_the_menu(
    client_for: ClientFor, dki: Tenant
) -> None:
    person = await a_person()
    await appoint(dki, person, Role.AUDITOR)
    async with client_for("dki.localhost") as browser:
        await sign_in(browser, person.email)
        assert "Kotak tugas" not in (await browser.get("/pesanan")).text
        async with tenancy.inside(dki) as session:
            session.add(
                RoleAssignment(
                    official_id=person.id,
                    role=Role.RECEIVER,
                    valid_from=clock.today(dki.zone),
                    letter_number="2/2026",
                )
            )
        assert "Kotak tugas" in (await browser.get("/pesanan")).text


async def test_signing_in_gives_a_new_token_and_ends_the_old_session(
    client_for: ClientFor, dki: Tenant
) -> None:
    person = await a_person()
    await appoint(dki, person, Role.TREASURER)
    async with client_for("dki.localhost") as browser:
        await sign_in(browser, person.email)
        first = arriving.session_at(browser, "dki")
        await sign_in(browser, person.email)
        second = arriving.session_at(browser, "dki")
    assert first != second
    assert await sessions.find("dki", first) is None
    assert await sessions.find("dki", second) is not None


async def test_signing_out_everywhere_ends_every_session(dki: Tenant) -> None:
    person = await a_person()
    tokens = [
        await sessions.start(place, person.id, "Rina", person.email, ("treasurer",), "")
        for place in ("dki", "gorontalo", "national")
    ]
    assert await sessions.end_everywhere(person.id) == 3
    for place, token in zip(("dki", "gorontalo", "national"), tokens, strict=True):
        assert await sessions.find(place, token) is None


async def test_a_session_ends_after_its_absolute_limit_however_busy(dki: Tenant) -> None:
    person = await a_person()
    token = await sessions.start("dki", person.id, "Rina", person.email, (), "")
    with clock.travelling_to(clock.now() + sessions.ABSOLUTE_LIMIT + timedelta(minutes=1)):
        assert await sessions.find("dki", token) is None


async def test_a_session_that_nobody_uses_ends_and_each_use_begins_the_time_anew(dki: Tenant) -> None:
    person = await a_person()
    token = await sessions.start("dki", person.id, "Rina", person.email, (), "")
    key, whole = sessions._key("dki", token), sessions.IDLE_LIMIT.seconds
    async with answering() as valkey:
        assert 0 < await valkey.ttl(key) <= whole
        await valkey.expire(key, 60)
        assert await sessions.find("dki", token) is not None
        assert await valkey.ttl(key) > 60
        await valkey.expire(key, 0)
    assert await sessions.find("dki", token) is None


async def one_guess(person: Person, address: str = "", browser: str = "") -> None:
    """Counted and not checked: on a busy machine the check of its password would outlast the wait."""
    await guessing.count_attempt(guessing.of_signing_in(person.email, address or new_id().hex, browser))


async def test_the_sixth_wrong_guess_must_wait() -> None:
    person, address = await a_person(), new_id().hex
    for _ in range(5):
        with pytest.raises(Refused, match="tidak cocok"):
            await check_password(person.email, "salah sama sekali", address)
    await one_guess(person, address)
    with pytest.raises(Refused, match="Terlalu banyak percobaan"):
        await check_password(person.email, PASSWORD, address)


async def test_a_stranger_who_guesses_does_not_lock_the_person_out() -> None:
    person = await a_person()
    for address in (new_id().hex, new_id().hex):
        for _ in range(7):
            with pytest.raises(Refused):
                await check_password(person.email, "salah sama sekali", address)
    assert (await check_password(person.email, PASSWORD, new_id().hex)).account_id == person.id


async def test_many_strangers_are_slowed_down_and_the_persons_own_browser_is_not() -> None:
    person = await a_person()
    for _ in range(guessing.ATTEMPTS_OF_ALL_STRANGERS):
        with pytest.raises(Refused, match="tidak cocok"):
            await check_password(person.email, "salah sama sekali", new_id().hex)
    await one_guess(person)
    with pytest.raises(Refused, match="Terlalu banyak percobaan"):
        await check_password(person.email, PASSWORD, new_id().hex)
    own = guessing.known_browser(person.email.upper())
    assert (await check_password(person.email, PASSWORD, new_id().hex, own)).account_id == person.id


@pytest.mark.parametrize("forged", ["", ".", "abc", "abc.def", "\u00e9.\u00e9"])
async def test_a_browser_that_says_it_is_known_counts_as_a_strangers(forged: str) -> None:
    person, another, address = await a_person(), await a_person(), new_id().hex
    for browser in (forged, guessing.known_browser(another.email)):
        for _ in range(4):
            with pytest.raises(Refused):
                await check_password(person.email, "salah sama sekali", address, browser)
    with pytest.raises(Refused, match="Terlalu banyak percobaan"):
        await check_password(person.email, PASSWORD, address)


async def test_guessing_from_the_persons_own_browser_must_wait_as_well() -> None:
    person = await a_person()
    own = guessing.known_browser(person.email)
    for _ in range(5):
        with pytest.raises(Refused, match="tidak cocok"):
            await check_password(person.email, "salah sama sekali", new_id().hex, own)
    await one_guess(person, browser=own)
    with pytest.raises(Refused, match="Terlalu banyak percobaan"):
        await check_password(person.email, PASSWORD, new_id().hex, own)


async def test_a_browser_is_known_after_signing_in_there(client_for: ClientFor, dki: Tenant) -> None:
    person = await a_person()
    await appoint(dki, person, Role.TREASURER)
    async with client_for("dki.localhost") as browser, client_for("dki.localhost") as elsewhere:
        await sign_in(browser, person.email)
        for _ in range(guessing.ATTEMPTS_OF_ALL_STRANGERS + 1):
            await one_guess(person)
        assert (await sign_in(elsewhere, person.email)).status_code == 422
        assert (await arriving.sign_in(browser, person.email, PASSWORD, another=True)).status_code == 303


async def test_the_old_password_cannot_be_guessed_in_a_session_left_open() -> None:
    person = await a_person()
    for _ in range(guessing.OWN_ATTEMPTS):
        with pytest.raises(Refused, match="lama tidak cocok"):
            await change_password(person.id, "salah sama sekali", "kata sandi lain 2027")
    # as in one_guess: the sixth is counted, not checked
    await guessing.count_attempt([guessing.Limit(f"old password:{person.id}", guessing.OWN_ATTEMPTS)])
    with pytest.raises(Refused, match="Terlalu banyak percobaan"):
        await change_password(person.id, PASSWORD, "kata sandi lain 2027")


async def test_every_wait_is_twice_the_one_before_and_none_longer_than_a_quarter_of_an_hour() -> None:
    limit, waits = guessing.Limit(new_id().hex, free=1), []
    for _ in range(7):
        await guessing.count_attempt([limit])
        async with answering() as valkey:
            waits.append(await valkey.ttl(f"{limit.key}:wait"))
            await valkey.delete(f"{limit.key}:wait")
    assert waits == pytest.approx([-2, 60, 120, 240, 480, 900, 900], abs=30)


async def test_guesses_at_the_same_moment_wait_as_well() -> None:
    person, address = await a_person(), new_id().hex
    guesses = [check_password(person.email, "salah sama sekali", address) for _ in range(30)]
    said = [str(answer) for answer in await asyncio.gather(*guesses, return_exceptions=True)]
    assert sum("tidak cocok" in sentence for sentence in said) <= 6
    assert all("tidak cocok" in sentence or "Terlalu banyak" in sentence for sentence in said)


async def test_signing_in_often_from_one_office_is_no_guessing() -> None:
    person, address = await a_person(), new_id().hex
    for _ in range(33):
        assert (await check_password(person.email, PASSWORD, address)).account_id == person.id


async def test_an_account_that_is_not_there_takes_as_long_as_one_that_is() -> None:
    person = await a_person()

    async def fastest(email: str) -> float:
        taken = []
        for _ in range(5):
            began = time.process_time()
            with pytest.raises(Refused, match="tidak cocok"):
                await check_password(email, "salah sama sekali", new_id().hex)
            taken.append(time.process_time() - began)
        return min(taken)

    known, unknown = await fastest(person.email), await fastest(f"{new_id().hex}@uji.id")
    assert known / 2 < unknown < known * 2


async def test_a_stranger_and_a_wrong_password_are_told_the_same() -> None:
    person = await a_person()
    said = []
    for email in (person.email, "tidak-ada@uji.id"):
        with pytest.raises(Refused) as refusal:
            await check_password(email, "salah sama sekali", new_id().hex)
        said.append(refusal.value.message)
    assert said[0] == said[1]


async def test_an_email_belongs_to_one_account_whatever_its_letters() -> None:
    person = await a_person()
    with pytest.raises(Refused, match="sudah dipakai"):
        async with tenancy.national() as session:
            await create_account(session, person.email.upper(), "Peniru", PASSWORD)


async def test_a_password_is_kept_as_argon2id_only() -> None:
    person = await a_person()
    async with tenancy.national() as session:
        account = await session.get_one(Account, person.id)
    kind, cost = account.password_hash.split("$")[1::2][:2]
    assert kind == "argon2id"
    memory_kib, times, lanes = (int(part[2:]) for part in cost.split(","))
    assert memory_kib >= 64 * 1024 and times >= 3 and lanes >= 1  # RFC 9106, second recommended option


@pytest.mark.parametrize(
    "weak",
    [
        *("pendek", "aaaaaaaaaaaa", "x" * 201, "password123", "P@ssw0rd123", "qwertyuiop", "1234567890"),
        *(
            "rahasia123",
            "Indonesia2026",
            "bismillah123",
            "DewiLestari1",
            "dewilestari85",
            "dewi.lestari@uji.id",
        ),
    ],
)
def test_weak_passwords_are_refused(weak: str) -> None:
    with pytest.raises(Refused):
        check_new_password(weak, of=("dewi.lestari@uji.id", "Dewi Lestari"))


@pytest.mark.parametrize("strong", ["tujuh gajah menari", "nasi kotak hangat", "kR7#mQ2x!vLp"])
def test_three_words_or_a_dozen_odd_letters_are_enough(strong: str) -> None:
    check_new_password(strong, of=("dewi.lestari@uji.id", "Dewi Lestari"))


async def test_a_crafted_link_does_not_lead_away_after_signing_in(client_for: ClientFor, dki: Tenant) -> None:
    person = await a_person()
    await appoint(dki, person, Role.TREASURER)
    for wanted in (
        "//jahat.id",
        "https://jahat.id/",
        "/\\jahat.id",
        "/\t\\jahat.id",
        "/\t/jahat.id",
        "//[",
        "/\u4e2d",
    ):
        async with client_for("dki.localhost") as browser:
            answer = await arriving.sign_in(browser, person.email, PASSWORD, wanted=wanted)
            assert answer.headers["location"] == "/tugas"
        async with client_for("localhost") as browser:
            answer = await arriving.sign_in(browser, person.email, PASSWORD, wanted=wanted)
            assert answer.headers["location"] == "/daftar"


async def test_whoever_sends_a_form_too_late_comes_back_to_its_page(
    client_for: ClientFor, dki: Tenant
) -> None:
    async with client_for("dki.localhost") as browser:
        page = {"referer": "http://dki.localhost/pesanan?hal=2"}
        own = await browser.post(f"/pesanan/{new_id()}/persetujuan", headers=page)
        strange = await browser.post(
            f"/pesanan/{new_id()}/persetujuan", headers={"referer": "http://jahat.id/x"}
        )
    assert own.headers["location"] == "/masuk?lanjut=/pesanan%3Fhal%3D2"
    assert strange.headers["location"] == "/masuk?lanjut=/"
