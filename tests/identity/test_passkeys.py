"""Passkeys: made, shown as the second step and alone, and every way in which an answer may be somebody else's."""

from collections.abc import Callable

import httpx
import pytest

from eorder_platform import tenancy
from eorder_platform.identity import passkeys, sessions
from eorder_platform.identity.factors import factors_of
from eorder_platform.identity.models import Account
from eorder_platform.settings import settings
from tests.identity.devices import BACKED_UP, BACKUP_ELIGIBLE, PRESENT, VERIFIED, Device
from tests.identity.proofs import code
from tests.identity.test_factors import SECOND, an_account, knows_password
from tests.vendors.browsing import Visitor

pytestmark = pytest.mark.unproved
ClientFor = Callable[[str], httpx.AsyncClient]
ALONE = "/masuk/kunci-sandi"


async def asked(visitor: Visitor, use: str, action: str) -> str:
    """What the script asks the device."""
    token = visitor.hidden_fields(action)["_csrf"]
    answer = await visitor.client.post("/kunci-sandi/pertanyaan", data={"_csrf": token, "untuk": use})
    assert answer.status_code in (200, 201), answer.text
    return answer.text


async def with_passkey(
    client_for: ClientFor, device: Device, *, app: bool = False
) -> tuple[Account, Visitor]:
    """An account with that passkey, and the browser in which it was made."""
    account = await an_account(app=app)
    visitor = await knows_password(client_for, account)
    if app:
        await visitor.sends(SECOND, {"kode": code(-1)})
    await visitor.opens("/akun/kunci-sandi")
    made = device.makes(await asked(visitor, "register", "/akun/kunci-sandi"))
    await visitor.sends("/akun/kunci-sandi", {"kunci_baru": made, "name": "HP saya"})
    assert visitor.page.status_code == 200, visitor.page.text
    return account, visitor


async def halfway(client_for: ClientFor, account: Account) -> Visitor:
    visitor = await knows_password(client_for, account)
    assert visitor.page.url.path == SECOND
    return visitor


async def test_a_passkey_is_made_and_is_the_second_step(client_for: ClientFor) -> None:
    device = Device(flags=PRESENT | VERIFIED | BACKUP_ELIGIBLE | BACKED_UP, count=0)
    account, first = await with_passkey(client_for, device)
    assert first.page.url.path == "/akun/kode-pemulihan", "the codes on paper come with the first factor"
    visitor = await halfway(client_for, account)
    await visitor.sends(SECOND, {"kunci_sandi": device.shows(await asked(visitor, "sign_in", SECOND))})
    newest = (await sessions.of_account(account.id))[0].session
    assert (newest.methods, newest.factors) == (("pwd", "swk"), ("passkey",))
    assert (await visitor.opens("/akun")).status_code == 200 and visitor.sees("HP saya")


async def test_a_passkey_alone_signs_in_and_finger_or_pin_is_asked(client_for: ClientFor) -> None:
    device = Device()
    account, _ = await with_passkey(client_for, device)
    visitor = Visitor(client_for("localhost"))
    await visitor.opens("/masuk")
    await visitor.sends(ALONE, {"kunci_sandi": device.shows(await asked(visitor, "sign_in", ALONE))})
    assert (await visitor.opens("/akun")).url.path == "/akun"
    assert (await sessions.of_account(account.id))[0].session.methods == ("hwk",)
    lazy = Visitor(client_for("localhost"))
    device.flags = PRESENT
    await lazy.opens("/masuk")
    await lazy.sends(ALONE, {"kunci_sandi": device.shows(await asked(lazy, "sign_in", ALONE))})
    assert lazy.page.status_code == 422 and lazy.sees("tidak diterima")


@pytest.mark.parametrize(
    "wrong", ["replayed", "other session", "other use", "other origin", "other device", "copied", "rubbish"]
)
async def test_no_other_answer_opens(wrong: str, client_for: ClientFor) -> None:
    device = Device()
    account, _ = await with_passkey(client_for, device)
    visitor = await halfway(client_for, account)
    question = await asked(visitor, "sign_in", SECOND)
    answer, said = device.shows(question), "tidak diterima"
    if wrong == "replayed":
        token = visitor.hidden_fields(SECOND)
        assert (await visitor.client.post(SECOND, data={**token, "kunci_sandi": answer})).status_code == 303
        visitor = await halfway(client_for, account)
    elif wrong == "other session":
        visitor = await halfway(client_for, account)
    elif wrong == "other use":
        other = Visitor(client_for("localhost"))
        await other.signs_in(account.id, account.name)
        await other.opens("/akun/kunci-sandi")
        answer = device.shows(await asked(other, "prove", "/akun/kunci-sandi"))
    elif wrong == "other origin":
        device.origin = "http://localhost.penipu.example:8000"
        answer = device.shows(question)
    elif wrong == "other device":
        answer = Device().shows(question)
    elif wrong == "copied":
        device.count, said = 0, "menghitung mundur"
        answer = device.shows(question)
    else:
        answer = '{"rawId": 7, "response": []}'
    await visitor.opens(SECOND)
    await visitor.sends(SECOND, {"kunci_sandi": answer})
    assert visitor.page.status_code == 422 and visitor.sees(said), visitor.page.url


async def test_the_passkey_of_another_account_is_not_theirs(client_for: ClientFor) -> None:
    mine, theirs = Device(), Device()
    account, _ = await with_passkey(client_for, mine)
    await with_passkey(client_for, theirs)
    visitor = await halfway(client_for, account)
    await visitor.sends(SECOND, {"kunci_sandi": theirs.shows(await asked(visitor, "sign_in", SECOND))})
    assert visitor.page.status_code == 422 and visitor.sees("tidak diterima")


async def test_nobody_adds_a_passkey_to_a_borrowed_session(client_for: ClientFor) -> None:
    account, visitor = await with_passkey(client_for, Device(), app=True)
    borrowed = Visitor(client_for("localhost"))
    token = await sessions.start("national", account.id, account.name, account.email, (), "")
    await sessions.remember_factors(account.id, ("app", "passkey"))
    borrowed.client.cookies.set("eorder_masuk", token)
    await borrowed.opens("/akun/kunci-sandi")
    made = Device().makes(await asked(borrowed, "register", "/akun/kunci-sandi"))
    await borrowed.sends("/akun/kunci-sandi", {"kunci_baru": made})
    assert borrowed.page.status_code == 422 and borrowed.sees("bukti bahwa ini Anda")
    async with tenancy.national() as session:
        (key,) = (await factors_of(session, account.id)).passkeys
    await visitor.opens("/akun/kunci-sandi")
    await visitor.sends(f"/akun/kunci-sandi/{key.id}/penghapusan")
    async with tenancy.national() as session:
        assert not (await factors_of(session, account.id)).passkeys


@pytest.mark.parametrize(
    ("nation", "host", "may"),
    [
        ("localhost", "localhost", True),
        ("localhost", "dki.localhost", False),
        ("belanja.example", "dki.belanja.example", True),
        ("belanja.example", "belanja.gorontaloprov.example", False),
        ("belanja.example", "notbelanja.example", False),
    ],
)
def test_only_the_nations_hosts_ask_for_its_passkeys(
    nation: str, host: str, may: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As browsers do: what is below a name of one word may not, though it is ours."""
    try:
        with monkeypatch.context() as elsewhere:
            elsewhere.setenv("EORDER_NATIONAL_HOST", nation)
            settings.cache_clear()
            assert passkeys.may_be_asked_at(host) is may
    finally:
        settings.cache_clear()
