"""An account is there once the code that was mailed is typed; nobody learns whether it was there before."""

import asyncio
import re
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from eorder_platform import clock, outbox, tenancy
from eorder_platform.directory import proving_mailbox
from eorder_platform.directory.models import CODES_MAILED, CODES_TRIED, PendingAccount
from eorder_platform.directory.proving_mailbox import CODE_VALIDITY, KEPT, NEXT_LETTER_AFTER, forget_pending
from eorder_platform.directory.registering import save_draft
from eorder_platform.errors import Refused
from eorder_platform.identity import sessions
from eorder_platform.identity.models import Account
from eorder_platform.identity.signing_in import check_password, create_account
from eorder_platform.ids import new_id
from eorder_platform.mail import read_mailbox
from tests.vendors.browsing import Visitor
from tests.vendors.test_registering_pages import (
    PASSWORD,
    asks_for_an_account,
    code_to,
    letter_to,
    makes_an_account,
    somebody,
)

ANOTHER_PASSWORD = "tujuh gajah menari"


@pytest.fixture(autouse=True)
def _patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """What these tests ask within a moment, a person asks within minutes."""
    monkeypatch.setattr(proving_mailbox, "LETTERS", 100)


async def accounts_of(email: str) -> list[Account]:
    async with tenancy.national() as session:
        return list(await session.scalars(select(Account).where(func.lower(Account.email) == email.lower())))


async def types(visitor: Visitor, code: str) -> int:
    return (await visitor.sends("/daftar/kode", {"code": code})).status_code


def another(code: str) -> str:
    return f"{(int(code) + 1) % 10**6:06}"


async def test_there_is_no_account_before_the_code_is_typed_and_then_one_that_is_confirmed(
    visitor: Visitor,
) -> None:
    email = await asks_for_an_account(visitor)
    assert visitor.page.url.path == "/daftar" and visitor.sees("Periksa surat Anda") and visitor.sees(email)
    code = await code_to(email)
    assert await accounts_of(email) == []
    assert await types(visitor, f" {code[:3]} {code[3:]} ") == 200
    assert visitor.page.url.path == "/daftar/usaha" and visitor.sees("sudah dikonfirmasi")
    (account,) = await accounts_of(email)
    assert account.email_confirmed and account.name == "Rahma Pakaya"
    assert (await check_password(email, PASSWORD, new_id().hex)).account_id == account.id


async def test_the_page_may_be_closed_and_the_code_typed_later(visitor: Visitor) -> None:
    email = await asks_for_an_account(visitor)
    await visitor.opens("/")
    await visitor.opens("/daftar")
    assert visitor.sees("Periksa surat Anda") and visitor.sees(email)


async def test_whose_address_has_an_account_reads_it_in_the_letter_and_nowhere_else(
    visitor: Visitor, other_visitor: Visitor
) -> None:
    known, new = await makes_an_account(visitor), f"{new_id().hex[-12:]}@contoh.id"
    said = []
    for email in (known.upper(), new):
        browser = Visitor(other_visitor.client)
        browser.client.cookies.clear()
        await browser.opens("/daftar")
        form = browser.hidden_fields("/daftar") | somebody(email=email, password=ANOTHER_PASSWORD)
        answer = await browser.client.post("/daftar", data=form)
        await browser.opens("/daftar")
        said.append((str(answer.status_code), answer.headers["location"], _plain(browser, email)))
        await outbox.carry_out_open(outbox.NATION, ["vendors.mail_code"])
        refused = [await types(browser, "000000") for _ in range(CODES_TRIED + 1)]
        said.append((str(refused), _plain(browser, email), ""))
    assert said[:2] == said[2:]
    letter = next(mail.text for mail in read_mailbox() if mail.to == known.upper())
    assert "sudah memiliki akun" in letter and "/masuk" in letter and "/sandi-baru/" in letter
    assert not re.search(r"\b\d{6}\b", letter)
    with pytest.raises(Refused, match="tidak cocok"):
        await check_password(known, ANOTHER_PASSWORD, new_id().hex)


def _plain(visitor: Visitor, email: str) -> str:
    """The page without what is another on each: the address that was typed, and the form's own keys."""
    text = visitor.page.text.replace(email, "ADDRESS")
    return re.sub(
        r'name="(_csrf|_kunci)" value="[^"]*"|content="[^"]{80,}"|"X-CSRF-Token": ?"[^"]*"', "", text
    )


async def test_a_wrong_code_is_told_with_what_is_left_and_the_sixth_is_not_even_looked_at(
    visitor: Visitor,
) -> None:
    email = await asks_for_an_account(visitor)
    code = await code_to(email)
    for left in range(CODES_TRIED - 1, -1, -1):
        assert await types(visitor, another(code)) == 422
        assert visitor.sees(f"Sisa percobaan: {left}.")
    assert await types(visitor, code) == 422
    assert visitor.sees("terlalu sering salah")
    assert await accounts_of(email) == []


async def test_codes_typed_at_the_same_moment_are_counted_one_by_one(visitor: Visitor) -> None:
    email = await asks_for_an_account(visitor)
    code = await code_to(email)
    form = visitor.hidden_fields("/daftar/kode")
    guesses = [visitor.client.post("/daftar/kode", data=form | {"code": another(code)}) for _ in range(12)]
    said = [answer.text for answer in await asyncio.gather(*guesses)]
    assert sum("Kode tidak cocok" in text for text in said) == CODES_TRIED
    assert await types(visitor, code) == 422


@pytest.mark.parametrize("typed", ["", "12345", "1234567", "abcdef", "\u0661\u0662\u0663\u0664\u0665\u0666"])
async def test_what_is_no_code_is_told_and_costs_no_try(visitor: Visitor, typed: str) -> None:
    email = await asks_for_an_account(visitor)
    code = await code_to(email)
    for _ in range(CODES_TRIED + 1):
        assert await types(visitor, typed) == 422
    assert visitor.sees("Kode terdiri dari 6 angka.")
    assert await types(visitor, code) == 200


async def test_a_code_expires_and_a_new_one_ends_the_one_before(visitor: Visitor) -> None:
    with clock.travelling_to(clock.now() - CODE_VALIDITY - timedelta(seconds=5)):
        email = await asks_for_an_account(visitor)
        old = await code_to(email)
    assert await types(visitor, old) == 422
    assert visitor.sees("sudah kedaluwarsa")
    await visitor.sends("/daftar/surat")
    assert visitor.sees("Kode baru dikirim.")
    new = await code_to(email)
    assert new != old
    assert await types(visitor, old) == 422
    assert await types(visitor, new) == 200
    assert len(await accounts_of(email)) == 1


async def test_new_codes_are_mailed_a_minute_apart_and_five_times_at_most(visitor: Visitor) -> None:
    minute = NEXT_LETTER_AFTER + timedelta(seconds=1)
    began = clock.now() - CODES_MAILED * minute
    with clock.travelling_to(began):
        await asks_for_an_account(visitor)
        await visitor.sends("/daftar/surat")
        assert visitor.sees("Surat baru dapat diminta lagi dalam")
    for number in range(1, CODES_MAILED + 1):
        with clock.travelling_to(began + number * minute):
            await visitor.sends("/daftar/surat")
            assert visitor.sees("Kode baru dikirim." if number < CODES_MAILED else "Sudah 5 surat dikirim.")


async def test_who_mistyped_the_address_corrects_it_and_nothing_else(visitor: Visitor) -> None:
    await asks_for_an_account(visitor, somebody(email="salah@contoh.id"))
    await visitor.opens("/daftar?perbaiki=ya")
    assert visitor.sees('value="salah@contoh.id"') and visitor.sees('value="Rahma Pakaya"')
    email = f"{new_id().hex[-12:]}@contoh.id"
    await visitor.sends("/daftar", somebody(email=email))
    assert visitor.sees(email)
    assert await types(visitor, await code_to(email)) == 200


async def test_everything_that_is_wrong_with_a_new_account_is_said_at_once_and_stays_typed(
    visitor: Visitor,
) -> None:
    await visitor.opens("/daftar")
    wrong = {"name": "R", "email": "bukan-alamat", "phone": "12", "password": "pendek"}
    page = await visitor.sends("/daftar", wrong)
    assert page.status_code == 422
    assert visitor.sees("Ada 4 hal yang perlu diperbaiki")
    assert visitor.sees("Kata sandi paling sedikit 10 karakter.")
    for typed in ("R", "bukan-alamat", "12"):
        assert visitor.sees(f'value="{typed}"')
    assert not visitor.sees('value="pendek"')


async def test_an_address_that_takes_no_mail_makes_no_account(visitor: Visitor) -> None:
    await visitor.opens("/daftar")
    for email in ("rahma", "rahma@", "a@b.id, c@d.id"):
        page = await visitor.sends("/daftar", somebody(email=email))
        assert page.status_code == 422
        assert visitor.sees("Tulis alamat e-mail lengkap")


async def test_an_account_that_was_never_confirmed_belongs_to_who_types_the_code(visitor: Visitor) -> None:
    email = f"{new_id().hex[-12:]}@contoh.id"
    async with tenancy.national() as session:
        squatted = await create_account(session, email, "Penyerobot", ANOTHER_PASSWORD)
        squatted.email_confirmed = False
        await save_draft(session, squatted.id, {"legal_name": "CV Penyerobot"})
    token = await sessions.start("national", squatted.id, "Penyerobot", email, (), "")
    await asks_for_an_account(visitor, somebody(email=email))
    assert await types(visitor, await code_to(email)) == 200
    assert visitor.page.url.path == "/daftar/usaha" and not visitor.sees("CV Penyerobot")
    (account,) = await accounts_of(email)
    assert account.id == squatted.id and account.email_confirmed and account.name == "Rahma Pakaya"
    assert await sessions.find("national", token) is None
    with pytest.raises(Refused):
        await check_password(email, ANOTHER_PASSWORD, new_id().hex)


async def test_the_letter_speaks_the_language_of_the_page(visitor: Visitor) -> None:
    await visitor.opens("/daftar?bahasa=en")
    person = somebody()
    await visitor.sends("/daftar", person)
    assert "on the registration page within 15 minutes" in await letter_to(person["email"])
    assert await types(visitor, await code_to(person["email"])) == 200
    assert (await accounts_of(person["email"]))[0].language == "en"


async def test_a_letter_that_is_written_again_bears_the_same_code(visitor: Visitor) -> None:
    email = await asks_for_an_account(visitor)
    first = await code_to(email)
    async with tenancy.national() as session:
        newest = select(PendingAccount.id).order_by(PendingAccount.created_at.desc()).limit(1)
        outbox.write(session, "vendors.mail_code", pending_id=await session.scalar(newest))
    assert await code_to(email) == first


async def test_what_nobody_finished_is_forgotten_after_a_day(visitor: Visitor) -> None:
    with clock.travelling_to(clock.now() - KEPT - timedelta(minutes=1)):
        email = await asks_for_an_account(visitor)
        code = await code_to(email)
    assert await types(visitor, code) == 200
    assert visitor.sees("Mulai lagi dari awal.") and visitor.page.url.path == "/daftar"
    async with tenancy.national() as session:
        await forget_pending(session)
        old = select(func.count()).where(PendingAccount.created_at < clock.now() - KEPT)
        assert await session.scalar(old) == 0


async def test_who_is_signed_in_goes_on_instead_of_asking_for_another_account(visitor: Visitor) -> None:
    await makes_an_account(visitor)
    await visitor.opens("/akun")
    form = visitor.hidden_fields("/akun/kata-sandi") | somebody()
    answer = await visitor.client.post("/daftar", data=form)
    assert (answer.status_code, answer.headers["location"]) == (303, "/daftar")
    await visitor.opens("/daftar")
    assert visitor.page.url.path == "/daftar/usaha"
