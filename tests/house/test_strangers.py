"""No stranger learns whether an e-mail, a phone, a NIK or a NIB is known: answer, length and work agree.

Every form that is open to everybody is asked twice, about somebody who is known and about nobody.
"""

import re
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from html import unescape
from typing import Any, Final
from urllib.parse import quote

import httpx
import pytest
from argon2 import PasswordHasher
from asyncpg.protocol import Protocol

from eorder_platform import clock, outbox, tenancy
from eorder_platform.directory.leaving import close_account
from eorder_platform.identity.inviting import find_or_invite
from eorder_platform.identity.signing_in import create_account
from eorder_platform.ids import new_id
from eorder_platform.tenancy import Tenant
from eorder_tenants.organisation.models import Role
from eorder_web.operations import jobs
from tests.directory.factories import a_registered_vendor, a_verified_vendor, digits, some_answers, vendor_of
from tests.house.test_application import PUBLIC_WRITES
from tests.organisation.factories import an_official
from tests.vendors.browsing import Visitor

ClientFor = Callable[[str], httpx.AsyncClient]
NATION, REGION = "localhost", "dki.localhost"
PASSWORD = "tujuh gajah menari"
assert jobs.__all__

ASKED: Final = {
    "people.sign_in",
    "people.forgotten",
    "vendors.make_account",
    "vendors.prove_mailbox",
    "vendors.send_code",
}
"""What anybody may send about anybody; each is asked below."""
BEHIND_A_SECRET: Final = {
    "openid.introspect",
    "organisation.scim_change_user",
    "organisation.scim_new_user",
    "organisation.scim_remove_user",
    "organisation.scim_replace_user",
    "openid.push",
    "openid.revoke",
    "openid.token",
    "openid.userinfo_by_form",
    "people.set_new_password",
    "people.take_second_step",
    "people.ask_recovery",
    "people.stop_recovery",
    "people.reclaim",
    "organisation.accept_invitation",
    "vendors.stop_account",
    "notices.unsubscribe",
}
"""What opens with the random or signed address of a letter alone."""
ABOUT_NOBODY: Final = {
    "openid.authorize_by_form",
    "openid.sign_out_by_form",
    "openid.sign_out_now",
    "people.sign_out",
    "people.passkey_question",
    "people.sign_in_by_passkey",
    "transparency.check_file",
}


@dataclass
class Work:
    """What the process did meanwhile: statements about people, and passwords hashed or compared."""

    statements: list[str] = field(default_factory=list)
    hashed: int = 0


@dataclass(frozen=True)
class Answer:
    """All that a stranger can see of an answer, without what is random in each."""

    status: int
    location: str
    words: str
    length: int
    cookies: tuple[str, ...]
    statements: tuple[str, ...]
    hashed: int


@contextmanager
def watching(monkeypatch: pytest.MonkeyPatch) -> Iterator[Work]:
    """Everything that is sent to the database about the nation's people, below every library of ours."""
    work, execute = Work(), Protocol.bind_execute
    with monkeypatch.context() as watched:

        def bind_execute(self: Any, state: Any, *arguments: Any, **options: Any) -> Any:
            if "pusat." in state.query:
                work.statements.append(state.query)
            return execute(self, state, *arguments, **options)

        def counted(method: Any) -> Any:
            def count(*arguments: Any, **options: Any) -> Any:
                work.hashed += 1
                return method(*arguments, **options)

            return count

        watched.setattr(Protocol, "bind_execute", bind_execute)
        for name in ("hash", "verify"):
            watched.setattr(PasswordHasher, name, counted(getattr(PasswordHasher, name)))
        yield work


async def an_owner(_dki: Tenant) -> str:
    async with tenancy.national() as session:
        email = an_address()
        await create_account(session, email, "Rahma Pakaya", "kuda putih di tepi sungai")
    return email


async def an_official_of_dki(dki: Tenant) -> str:
    async with tenancy.national() as session:
        account = await create_account(session, an_address(), "Rina", "kuda putih di tepi sungai")
    async with tenancy.inside(dki) as session:
        await an_official(session, Role.TREASURER, account_id=account.id)
    return account.email


async def somebody_invited(dki: Tenant) -> str:
    email = an_address()
    async with tenancy.national() as session:
        await find_or_invite(session, email, "Rina", dki.hosts[0])
    return email


async def who_closed_his_account(_dki: Tenant) -> str:
    async with tenancy.national() as session:
        account = await create_account(session, an_address(), "Rina", "kuda putih di tepi sungai")
    async with tenancy.national() as session:
        await close_account(session, account.id)
    return account.email


Known = Callable[[Tenant], Awaitable[str]]
KNOWN: Final[tuple[Known, ...]] = (an_owner, an_official_of_dki, somebody_invited, who_closed_his_account)


def an_address() -> str:
    return f"{new_id().hex[-12:]}@contoh.id"


async def about(
    monkeypatch: pytest.MonkeyPatch,
    visitor: Visitor,
    page: str,
    action: str,
    said: str,
    words: dict[str, str],
) -> Answer:
    """One form, sent about somebody; the page that follows belongs to the answer."""
    await visitor.opens(page)
    form = visitor.hidden_fields(action) | words
    with watching(monkeypatch) as work:
        answer = await visitor.client.post(action, data=form)
        if answer.is_redirect:
            visitor.page = await visitor.client.get(answer.headers["location"])
        else:
            visitor.page = answer
    kept = sorted(f"{cookie.name} {len(cookie.value or '')}" for cookie in visitor.client.cookies.jar)
    return Answer(
        status=answer.status_code,
        location=answer.headers.get("location", ""),
        words=plain(visitor.page.text, said),
        length=len(visitor.page.text),
        cookies=tuple(kept),
        statements=tuple(work.statements),
        hashed=work.hashed,
    )


def plain(text: str, said: str) -> str:
    """The page without its random keys, and with one word for what was asked about."""
    text = re.sub(r'name="(_csrf|_kunci)" value="[^"]*"', "", unescape(text).replace(said, "ASKED"))
    return re.sub(r"[A-Za-z0-9_-]{40,}", "RANDOM", text.replace(quote(said), "ASKED"))


@pytest.fixture(autouse=True)
def _at_one_moment() -> Iterator[None]:
    """A page that says how long to wait says the same to everybody."""
    with clock.travelling_to(clock.now()):
        yield


@pytest.mark.parametrize("known", KNOWN)
async def test_no_form_tells_whether_an_address_has_an_account(
    known: Known, client_for: ClientFor, dki: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers = []
    for email in (await known(dki), an_address()):
        mine = []
        visitor = Visitor(client_for(NATION))
        for page, words in (
            ("/masuk", {"email": email, "password": PASSWORD}),
            ("/lupa-sandi", {"email": email}),
        ):
            await visitor.opens(page)  # what a first visit brings along is the same for everybody
            mine.append(await about(monkeypatch, visitor, page, page, email, words))
        visitor = Visitor(client_for(NATION))
        person = {"name": "Rahma", "email": email, "phone": "081234567890", "password": PASSWORD}
        await visitor.opens("/daftar")
        mine.append(await about(monkeypatch, visitor, "/daftar", "/daftar", email, person))
        await outbox.carry_out_open(outbox.NATION, ["vendors.mail_code"])
        for action, words in (("/daftar/kode", {"code": "000000"}), ("/daftar/surat", {})):
            mine.append(await about(monkeypatch, visitor, "/daftar", action, email, words))
        answers.append(mine)
    for asked_of_known, asked_of_nobody in zip(*answers, strict=True):
        assert asked_of_known == asked_of_nobody
    assert [one.hashed for one in answers[0]] == [1, 0, 1, 0, 0]
    assert all(one.statements for one in answers[0])


async def test_no_search_finds_anybody_by_a_private_number_or_who_was_not_verified(
    client_for: ClientFor, monkeypatch: pytest.MonkeyPatch
) -> None:
    private = some_answers()
    async with tenancy.national() as session:
        await a_verified_vendor(session, **private)
        waiting = await vendor_of(session, await a_registered_vendor(session))
    local, _, domain = private["email"].partition("@")
    asked = {
        private["national_identity_number"]: digits(16),
        private["phone"]: "-".join(digits(len(part)) for part in private["phone"].split("-")),
        private["bank_account"]: digits(len(private["bank_account"])),
        private["email"]: "x" * len(local) + "@" + domain,
        waiting.business_id_number: digits(13),
    }
    for host, pages in {
        NATION: ("/penyedia", "/cari", "/belanja"),
        REGION: ("/penyedia", "/katalog"),
    }.items():
        visitor = Visitor(client_for(host))
        await visitor.opens("/")
        for path in pages:
            for known, unknown in asked.items():
                seen = []
                for word in (known, unknown):
                    with watching(monkeypatch) as work:
                        answer = await visitor.client.get(path, params={"q": word})
                    seen.append((answer.status_code, plain(answer.text, word), work.statements))
                assert seen[0] == seen[1], (path, known)


def test_every_form_that_is_open_to_everybody_is_asked_here() -> None:
    assert PUBLIC_WRITES == ASKED | BEHIND_A_SECRET | ABOUT_NOBODY
