"""Links in mail: a forgotten password is replaced, once and within a day."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import httpx
import pytest

from eorder_platform import clock, outbox, tenancy
from eorder_platform.errors import NotVisible, Refused
from eorder_platform.identity import confirming, links, recovering, sessions
from eorder_platform.identity.inviting import NO_PASSWORD, invited_by, issue_token
from eorder_platform.identity.links import Purpose
from eorder_platform.identity.models import Account
from eorder_platform.identity.signing_in import (
    check_password,
    create_account,
    create_account_with_hash,
)
from eorder_platform.ids import new_id
from eorder_platform.mail import read_mailbox
from eorder_web.operations import jobs
from tests.vendors.browsing import Visitor

ClientFor = Callable[[str], httpx.AsyncClient]
PASSWORD, ANOTHER = "kuda putih di tepi sungai", "tujuh gajah menari"
LINK = re.compile(r"http://\S+")
assert jobs.__all__


async def an_account() -> Account:
    async with tenancy.national() as session:
        return await create_account(session, f"{new_id().hex}@uji.id", "Rina Kartikasari", PASSWORD)


async def an_unconfirmed_account() -> Account:
    """As they were made when nobody had to show first that the mailbox is theirs."""
    account = await an_account()
    async with tenancy.national() as session:
        (await session.get_one(Account, account.id)).email_confirmed = False
    return account


async def mail_to(email: str) -> list[str]:
    """What the worker would have mailed there by now, newest first."""
    await outbox.carry_out_open(outbox.NATION, ["identity.new_password"])
    return [mail.text for mail in read_mailbox() if mail.to == email]


async def link_to(email: str) -> str:
    """The path behind the newest link that was mailed there."""
    found = LINK.search((await mail_to(email))[0])
    assert found is not None
    return httpx.URL(found[0]).path


async def asks(email: str, address: str = "") -> None:
    async with tenancy.national() as session:
        await recovering.ask_for_new_password(session, email, address or new_id().hex)


async def is_confirmed(account: Account) -> bool:
    async with tenancy.national() as session:
        return await confirming.is_confirmed(session, account.id)


async def test_a_forgotten_password_is_replaced_once_and_ends_every_session(client_for: ClientFor) -> None:
    account, visitor = await an_account(), Visitor(client_for("localhost"))
    old = [
        await sessions.start(place, account.id, "Rina", account.email, (), "")
        for place in ("dki", "national")
    ]
    await visitor.opens("/masuk")
    await visitor.opens("/lupa-sandi")
    await visitor.sends("/lupa-sandi", {"email": account.email.upper()})
    assert visitor.sees("Bila alamat itu memiliki akun")
    assert "http://localhost:8000/sandi-baru/" in (await mail_to(account.email))[0]
    path = await link_to(account.email)
    await visitor.opens(path)
    assert (await visitor.sends(path, {"password": "pendek"})).status_code == 422
    await visitor.sends(path, {"password": ANOTHER})
    assert visitor.page.url.path == "/masuk" and visitor.sees("Kata sandi tersimpan.")
    assert [
        await sessions.find(place, token) for place, token in zip(("dki", "national"), old, strict=True)
    ] == [
        None,
        None,
    ]
    assert (await check_password(account.email, ANOTHER, new_id().hex)).account_id == account.id
    with pytest.raises(Refused, match="tidak cocok"):
        await check_password(account.email, PASSWORD, new_id().hex)
    for method in ("GET", "POST"):
        form = visitor.hidden_fields("/masuk") | {"password": PASSWORD}
        again = await visitor.client.request(method, path, data=form if method == "POST" else None)
        assert again.status_code == 410 and "Tautan ini sudah dipakai." in again.text


async def test_of_two_links_for_a_new_password_the_second_is_used_with_the_first() -> None:
    account = await an_account()
    with clock.travelling_to(clock.now() - timedelta(minutes=5)):
        await asks(account.email)
        first = (await link_to(account.email)).rpartition("/")[2]
    await asks(account.email)
    second = (await link_to(account.email)).rpartition("/")[2]
    assert first != second
    async with tenancy.national() as session:
        await recovering.set_new_password(session, second, ANOTHER)
    with pytest.raises(links.Used):
        async with tenancy.national() as session:
            await recovering.set_new_password(session, first, PASSWORD)


async def test_a_link_for_a_new_password_ends_after_a_day() -> None:
    account = await an_account()
    with clock.travelling_to(clock.now() - links.VALIDITY - timedelta(minutes=1)):
        await asks(account.email)
        token = (await link_to(account.email)).rpartition("/")[2]
    with pytest.raises(links.Expired):
        async with tenancy.national() as session:
            await recovering.set_new_password(session, token, ANOTHER)


async def test_nobody_learns_from_the_answer_whether_there_is_an_account(client_for: ClientFor) -> None:
    account, nobody = await an_account(), f"{new_id().hex}@uji.id"
    said, ordered = [], []
    for email in (account.email, nobody):
        before = await outbox.open_rows(outbox.NATION)
        visitor = Visitor(client_for("localhost"))
        await visitor.opens("/lupa-sandi")
        form = visitor.hidden_fields("/lupa-sandi") | {"email": email}
        answer = await visitor.client.post("/lupa-sandi", data=form)
        said.append((answer.status_code, answer.headers["location"], visitor.client.cookies["eorder_pesan"]))
        ordered.append(await outbox.open_rows(outbox.NATION) - before)
    assert said[0] == said[1]
    assert ordered == [1, 1]
    assert await mail_to(nobody) == []


@pytest.mark.parametrize(
    "written", ["", "rina", "rina@", "a@b.id, c@d.id", "a@b.id\nBcc: c@d.id", "<a@b.id>"]
)
async def test_what_is_no_address_is_told_beside_its_field(client_for: ClientFor, written: str) -> None:
    visitor = Visitor(client_for("localhost"))
    await visitor.opens("/lupa-sandi")
    assert (await visitor.sends("/lupa-sandi", {"email": written})).status_code == 422
    assert visitor.sees('id="email-galat"')


async def test_asking_for_letters_is_slowed_down_for_a_mailbox_and_for_an_address() -> None:
    account, address = await an_account(), new_id().hex
    for _ in range(recovering.LETTERS + 1):
        await asks(account.email)
    with pytest.raises(Refused, match="Terlalu banyak percobaan"):
        await asks(account.email)
    for _ in range(recovering.LETTERS_FOR_AN_ADDRESS + 1):
        await asks(f"{new_id().hex}@uji.id", address)
    with pytest.raises(Refused, match="Terlalu banyak percobaan"):
        await asks(f"{new_id().hex}@uji.id", address)


async def test_who_registered_another_persons_address_is_out_once_its_owner_sets_a_password() -> None:
    squatted = await an_unconfirmed_account()
    token = await sessions.start("national", squatted.id, "Penyerobot", squatted.email, (), "")
    await asks(squatted.email)
    link = (await link_to(squatted.email)).rpartition("/")[2]
    async with tenancy.national() as session:
        await recovering.set_new_password(session, link, ANOTHER)
    assert await sessions.find("national", token) is None
    assert await is_confirmed(squatted)
    with pytest.raises(Refused, match="tidak cocok"):
        await check_password(squatted.email, PASSWORD, new_id().hex)


async def test_who_lost_his_invitation_gets_in_by_asking_for_a_new_password() -> None:
    async with tenancy.national() as session:
        account = await create_account_with_hash(session, f"{new_id().hex}@dki.go.id", "Dewi", NO_PASSWORD)
        issued = await issue_token(session, account.id)
    assert issued is not None
    await asks(account.email)
    link = (await link_to(account.email)).rpartition("/")[2]
    async with tenancy.national() as session:
        await recovering.set_new_password(session, link, ANOTHER)
    assert (await check_password(account.email, ANOTHER, new_id().hex)).name == "Dewi"
    with pytest.raises(NotVisible):  # the invitation would open the account a second time
        async with tenancy.national() as session:
            await invited_by(session, issued[1])


async def test_an_account_that_is_closed_gets_no_letter_and_its_link_opens_nothing() -> None:
    account = await an_account()
    await asks(account.email)
    token = (await link_to(account.email)).rpartition("/")[2]
    async with tenancy.national() as session:
        (await session.get_one(Account, account.id)).active = False
    letters = len(await mail_to(account.email))
    await asks(account.email)
    assert len(await mail_to(account.email)) == letters
    with pytest.raises(NotVisible):
        async with tenancy.national() as session:
            await recovering.set_new_password(session, token, ANOTHER)


async def test_a_link_fits_its_own_account_only() -> None:
    account, other = await an_unconfirmed_account(), await an_unconfirmed_account()
    token = links.token_for(account, Purpose.NEW_PASSWORD)
    flipped = token[:-1] + ("A" if token[-1] != "A" else "Q")
    other_facts = links.token_for(other, Purpose.NEW_PASSWORD)[:32] + token[32:]
    wrong: list[Any] = [other_facts, "", "a", "AAAA", "\u00e9", "x" * 5000]
    for token in wrong:
        with pytest.raises(NotVisible):
            async with tenancy.national() as session:
                await links.account_behind(session, token, Purpose.NEW_PASSWORD)
    with pytest.raises((NotVisible, links.Used)):
        async with tenancy.national() as session:
            await links.account_behind(session, flipped, Purpose.NEW_PASSWORD)
