"""A second factor: set up, shown at signing in, used once, guessed at in vain, lost and replaced by paper."""

import asyncio
import re
from collections.abc import Callable
from datetime import timedelta

import httpx
import pytest
from sqlalchemy import select

from eorder_platform import clock, outbox, tenancy
from eorder_platform.errors import Refused
from eorder_platform.identity import authenticator, sessions
from eorder_platform.identity.events import NOWHERE, TELL, Kind, Where
from eorder_platform.identity.factors import factors_of, take_code
from eorder_platform.identity.links import Purpose, token_for
from eorder_platform.identity.models import Account, AccountEvent, AuthenticatorApp, RecoveryCode
from eorder_platform.identity.passwords import hash_password
from eorder_platform.identity.proving import Factor
from eorder_platform.identity.recovering import set_new_password, take_password
from eorder_platform.identity.signing_in import create_account
from eorder_platform.ids import new_id
from eorder_platform.mail import read_mailbox
from eorder_platform.tenancy import Tenant
from eorder_tenants.organisation.models import Role
from eorder_web.operations import jobs
from tests.identity import arriving
from tests.identity.proofs import SECRET, code, with_app
from tests.identity.test_signing_in import Person, appoint
from tests.vendors.browsing import Visitor

pytestmark = pytest.mark.unproved
ClientFor = Callable[[str], httpx.AsyncClient]
PASSWORD = "kuda putih di tepi sungai"
SECOND = "/masuk/langkah-kedua"
AN_EARLY_MORNING = clock.now().replace(microsecond=0)
assert jobs.__all__


async def an_account(*, app: bool = True) -> Account:
    async with tenancy.national() as session:
        account = await create_account(session, f"{new_id().hex}@uji.id", "Rina Kartikasari", PASSWORD)
    if app:
        await with_app(account.id)
    return account


async def knows_password(client_for: ClientFor, account: Account) -> Visitor:
    visitor = Visitor(client_for("localhost"))
    await visitor.opens("/masuk")
    await visitor.sends("/masuk", {"email": account.email, "password": PASSWORD})
    return visitor


async def signed_in(client_for: ClientFor, account: Account) -> Visitor:
    visitor = await knows_password(client_for, account)
    await visitor.sends(SECOND, {"kode": code()})
    assert visitor.page.url.path == "/daftar/usaha", visitor.page.text
    return visitor


async def test_the_password_alone_opens_nothing_and_the_code_opens_once(client_for: ClientFor) -> None:
    account = await an_account()
    visitor = await knows_password(client_for, account)
    assert visitor.page.url.path == SECOND
    assert (await visitor.opens("/akun")).url.path == "/masuk"
    await visitor.opens(SECOND)
    shown = code()
    await visitor.sends(SECOND, {"kode": shown})
    found = (await sessions.of_account(account.id))[0].session
    assert (found.methods, found.factors) == (("pwd", "otp"), ("app",))
    assert found.proved_at is not None and clock.now() - found.proved_at < timedelta(seconds=60)
    thief = await knows_password(client_for, account)
    await thief.sends(SECOND, {"kode": shown})
    assert thief.page.status_code == 422 and thief.sees("Kode ini sudah dipakai")
    assert len(await sessions.of_account(account.id)) == 1


async def test_a_clock_may_drift_one_step_and_no_more_and_never_back() -> None:
    account = await an_account()
    for steps, right in ((-2, False), (2, False), (-1, True), (0, True), (-1, False), (1, True), (0, False)):
        try:
            await take_code(account.id, code(steps), NOWHERE)
            taken = True
        except Refused:
            taken = False
        assert taken is right, steps


async def test_of_two_tabs_with_one_code_one_gets_in(client_for: ClientFor) -> None:
    account = await an_account()
    tabs = [await knows_password(client_for, account) for _ in range(2)]
    shown = code()
    answers = await asyncio.gather(
        *(tab.client.post(SECOND, data={**tab.hidden_fields(SECOND), "kode": shown}) for tab in tabs)
    )
    assert sorted(answer.status_code for answer in answers) == [303, 422]


async def test_the_code_of_another_account_is_no_code() -> None:
    one, other = await an_account(), await an_account(app=False)
    await with_app(other.id, "KRSXG5CTMVRXEZLUKRSXG5CTMVRXEZLU")
    with pytest.raises(Refused, match="tidak cocok"):
        await take_code(other.id, code(), NOWHERE)
    assert await take_code(one.id, code(), NOWHERE) is Factor.APP


async def test_a_sealed_secret_in_another_row_makes_no_code() -> None:
    one, other = await an_account(), await an_account()
    async with tenancy.national() as session:
        stolen = (await session.get_one(AuthenticatorApp, one.id)).secret
        assert SECRET.encode() not in stolen
        (await session.get_one(AuthenticatorApp, other.id)).secret = stolen
    with pytest.raises(Refused, match="tidak cocok"):
        await take_code(other.id, code(), NOWHERE)


def a_wrong_code() -> str:
    return "000000" if code() != "000000" else "111111"


async def test_guessed_codes_are_slowed_down_and_keep_nobody_out_of_a_browser_they_know() -> None:
    account = await an_account()
    for number in range(15):
        with pytest.raises(Refused, match="tidak cocok"):
            await take_code(account.id, a_wrong_code(), Where(address=f"203.0.113.{number // 4}"))
    for place in ("203.0.113.3", "198.51.100.7"):
        with pytest.raises(Refused) as slowed:
            for _ in range(2):
                await take_code(account.id, a_wrong_code(), Where(address=place))
        assert slowed.value.problems[0][0] == "kode"
    with pytest.raises(Refused, match="Terlalu banyak"):
        await take_code(account.id, code(), Where(address="198.51.100.7"))
    assert await take_code(account.id, code(), Where(address="192.0.2.1"), browser="known") is Factor.APP


async def test_an_app_is_set_up_in_one_form_and_the_paper_is_shown_once(client_for: ClientFor) -> None:
    account = await an_account(app=False)
    visitor = await knows_password(client_for, account)
    await visitor.opens("/akun/aplikasi-kode?lanjut=/usaha/profil")
    found = re.search(r"secret=([A-Z2-7]{32})&", visitor.page.text.replace("&amp;", "&"))
    assert found is not None
    await visitor.sends("/akun/aplikasi-kode", {"kode_baru": "000000"})
    assert visitor.page.status_code == 422 and found[1] in visitor.page.text, "the same secret after a slip"
    await visitor.sends("/akun/aplikasi-kode", {"kode_baru": code(0, found[1])})
    assert visitor.page.url.path == "/akun/kode-pemulihan"
    codes = re.findall(r"<li>([2-9A-Z]{5}-[2-9A-Z]{5})</li>", visitor.page.text)
    assert len(set(codes)) == 10 and 'href="/usaha/profil"' in visitor.page.text
    assert codes[0] not in (await visitor.opens("/akun/kode-pemulihan")).text
    (session,) = await sessions.of_account(account.id)
    assert session.session.factors == ("app",) and session.session.methods[-1] == "otp"
    for typed in (codes[0], codes[1].lower().replace("-", " ")):
        assert await take_code(account.id, typed, NOWHERE) is Factor.PAPER
        with pytest.raises(Refused, match="sudah dipakai"):
            await take_code(account.id, typed, NOWHERE)
    async with tenancy.national() as session_:
        assert (await factors_of(session_, account.id)).codes_left == 8
        stored = (await session_.scalars(select(RecoveryCode.code_hash))).all()
    assert not set(stored) & {one.replace("-", "") for one in codes}


async def test_a_factor_is_changed_only_by_who_shows_one(client_for: ClientFor) -> None:
    account = await an_account()
    visitor = await signed_in(client_for, account)
    with clock.travelling_to(clock.now() + timedelta(minutes=6)):
        for path in ("/akun/aplikasi-kode/penghapusan", "/akun/kode-pemulihan"):
            await visitor.opens("/akun/aplikasi-kode" if "aplikasi" in path else path)
            await visitor.sends(path)
            assert visitor.page.status_code == 422 and visitor.sees("bukti bahwa ini Anda"), path
        await visitor.opens("/akun/aplikasi-kode")
        await visitor.sends("/akun/aplikasi-kode/penghapusan", {"kode": code()})
    assert visitor.page.url.path == "/akun" and visitor.sees("Kode aplikasi dihapus")
    async with tenancy.national() as session:
        assert not (await factors_of(session, account.id)).any


async def test_the_first_factor_of_an_old_session_asks_for_the_password(client_for: ClientFor) -> None:
    account = await an_account(app=False)
    visitor = await knows_password(client_for, account)
    with clock.travelling_to(clock.now() + timedelta(minutes=6)):
        await visitor.opens("/akun/aplikasi-kode")
        sealed = visitor.hidden_fields("/akun/aplikasi-kode")["rahasia"]
        secret = authenticator.begun_secret(account.id, sealed)
        await visitor.sends("/akun/aplikasi-kode", {"kode_baru": code(0, secret), "password": "bukan ini"})
        assert visitor.page.status_code == 422 and visitor.sees("Kata sandi tidak cocok")
        await visitor.sends("/akun/aplikasi-kode", {"kode_baru": code(0, secret), "password": PASSWORD})
    assert visitor.page.url.path == "/akun/kode-pemulihan"


async def test_who_saw_one_page_with_a_secret_knows_nothing_of_the_next(client_for: ClientFor) -> None:
    account, other = await an_account(app=False), await an_account(app=False)
    visitor = await knows_password(client_for, account)
    await visitor.opens("/akun/aplikasi-kode")
    seen = visitor.hidden_fields("/akun/aplikasi-kode")["rahasia"]
    await visitor.opens("/akun/aplikasi-kode")
    shown = visitor.hidden_fields("/akun/aplikasi-kode")["rahasia"]
    first, second = (authenticator.begun_secret(account.id, one) for one in (seen, shown))
    assert first != second
    await visitor.sends("/akun/aplikasi-kode", {"kode_baru": code(0, first)})
    assert visitor.page.status_code == 422, "the code of what stood there before"
    async with tenancy.national() as session:
        for account_id, sealed, later in (
            (other.id, shown, timedelta()),
            (account.id, shown, timedelta(minutes=16)),
            (account.id, shown[:-2], timedelta()),
            (account.id, "bukan", timedelta()),
        ):
            with clock.travelling_to(clock.now() + later), pytest.raises(Refused, match="terlalu lama"):
                await authenticator.confirm_app(session, account_id, sealed, code(0, second))
        assert not (await factors_of(session, account.id)).any


async def test_half_way_in_is_nothing_in_another_browser_and_once_it_was_used(client_for: ClientFor) -> None:
    account = await an_account()
    visitor = await knows_password(client_for, account)
    kept = visitor.client.cookies["eorder_langkah"]
    unknown = Visitor(client_for("localhost"))
    assert (await unknown.opens(SECOND)).url.path == "/masuk" and unknown.sees("Masuk lagi dari awal")
    await visitor.sends(SECOND, {"kode": code()})
    thief = Visitor(client_for("localhost"))
    thief.client.cookies.set("eorder_langkah", kept)
    assert (await thief.opens(SECOND)).url.path == "/masuk"


async def test_what_was_shown_to_the_nation_counts_at_the_region_that_was_led_to(
    client_for: ClientFor, dki: Tenant
) -> None:
    account = await an_account()
    await appoint(dki, Person(account.id, account.email), Role.TREASURER)
    browser = client_for("dki.localhost")
    asked = await arriving.sign_in(browser, account.email, PASSWORD, wanted="/pesanan")
    assert asked.headers["location"].startswith(SECOND)
    step = await browser.get(asked.url.join(asked.headers["location"]))
    sent = {name: arriving.hidden(step, name) for name in ("_csrf", "lanjut")} | {"kode": code()}
    there = await arriving.led(browser, await browser.post(step.url.copy_with(query=None), data=sent))
    assert there.headers["location"] == "/pesanan"
    found = {one.session.place: one.session for one in await sessions.of_account(account.id)}
    assert set(found) == {"national", "dki"}
    assert found["dki"].methods == ("pwd", "otp") and found["dki"].proved_at == found["national"].proved_at


async def test_what_happens_to_an_account_is_mailed_in_its_language(client_for: ClientFor) -> None:
    account = await an_account(app=False)
    async with tenancy.national() as session:
        (await session.get_one(Account, account.id)).language = "en"
    known = await knows_password(client_for, account)
    strange = await knows_password(client_for, account)
    strange.client.headers["user-agent"] = "Mozilla/5.0 (Linux; Android 14) Chrome/126.0 Mobile Safari/537.36"
    await strange.opens("/akun")
    await strange.sends("/akun/kata-sandi", {"old_password": PASSWORD, "new_password": "tujuh gajah menari"})
    await outbox.carry_out_open(outbox.NATION, [TELL])
    letters = [mail for mail in read_mailbox() if mail.to == account.email]
    assert [mail.subject for mail in letters] == ["Password changed", "Signed in on a device not seen before"]
    assert "Chrome, Android" in letters[0].text and "/akun" in letters[0].text
    assert (await known.opens("/akun")).url.path == "/masuk"
    async with tenancy.national() as session:
        kinds = await session.scalars(select(AccountEvent.kind).where(AccountEvent.account_id == account.id))
        assert set(kinds) == {Kind.NEW_DEVICE, Kind.PASSWORD_CHANGED}


async def test_sessions_are_listed_in_plain_words_and_ended_one_by_one(client_for: ClientFor) -> None:
    account, other = await an_account(app=False), await an_account(app=False)
    here = await knows_password(client_for, account)
    away = await sessions.start(
        "dki", account.id, "Rina", account.email, (), "", browser="Firefox, Linux", address="203.0.113.9"
    )
    foreign = await sessions.start("dki", other.id, "Orang", other.email, (), "")
    await here.opens("/akun")
    assert here.sees("Firefox, Linux") and here.sees("Provinsi DKI Jakarta · 203.0.113.9")
    stranger = f"/akun/sesi/{sessions.id_of(foreign)}/pengakhiran"
    token = here.hidden_fields("/akun/sesi/pengakhiran")
    assert (await here.client.post(stranger, data=token)).status_code == 303
    assert await sessions.find("dki", foreign) is not None, "nobody ends another's"
    await here.sends(f"/akun/sesi/{sessions.id_of(away)}/pengakhiran")
    assert await sessions.find("dki", away) is None
    assert here.sees("Sesi itu sudah diakhiri") and not here.sees("Firefox, Linux")


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        (
            "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 Chrome/126.0 Mobile Safari/537.36",
            "Chrome, Android",
        ),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/120 Safari/537.36 Edg/120.0", "Edge, Windows"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) CriOS/119 Safari/604.1", "Chrome, iPhone"),
        ("<script>alert(1)</script>", ""),
        ("", ""),
    ],
)
def test_a_browser_is_named_in_our_own_words(sent: str, words: str) -> None:
    from eorder_platform.identity.devices import browser_in_words

    assert browser_in_words(sent) == words


async def test_whoever_takes_a_vacant_account_finds_no_factor_of_another() -> None:
    account = await an_account()
    async with tenancy.national() as session:
        vacant = await session.get_one(Account, account.id)
        vacant.active, vacant.closed_at = False, clock.now()
    async with tenancy.national() as session:
        again = await session.get_one(Account, account.id)
        await take_password(session, again, await hash_password(PASSWORD))
    async with tenancy.national() as session:
        assert not (await factors_of(session, account.id)).any


async def test_a_new_password_by_mail_leaves_the_factors_as_they_are() -> None:
    account = await an_account()
    async with tenancy.national() as session:
        token = token_for(await session.get_one(Account, account.id), Purpose.NEW_PASSWORD)
        await set_new_password(session, token, "tujuh gajah menari")
    async with tenancy.national() as session:
        assert (await factors_of(session, account.id)).has_app


async def test_the_demos_people_are_led_to_their_own_code_and_nobody_else_is(client_for: ClientFor) -> None:
    account = await an_account()
    visitor = await knows_password(client_for, account)
    assert not visitor.sees("/surat?akun=")
    async with tenancy.national() as session:
        demo = await create_account(session, f"{new_id().hex}@uji.example", "Tokoh Peragaan", PASSWORD)
    await with_app(demo.id)
    visitor = await knows_password(client_for, demo)
    led = re.search(r'href="[^"]*(/surat\?akun=[^"]+)"', visitor.page.text)
    assert led is not None
    shown = await visitor.opens(led[1])
    assert re.findall(r'<b class="num">(\d{6})</b>', shown.text) in ([code()], [code(1)])
    await visitor.opens(f"/surat?akun={account.email}")
    assert f"<span>{account.email}</span>" not in visitor.page.text
