"""A double click on every button that writes: what was asked for happens once, and both answers lead to it."""

import asyncio
import inspect
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import pytest
from litestar.handlers import HTTPRouteHandler
from sqlalchemy import select

from eorder_platform import clock, outbox, tenancy
from eorder_platform.directory.asking import ask_for_change
from eorder_platform.directory.confirming_account import Link, link_token
from eorder_platform.directory.models import FactKind, VendorMember, VendorRole
from eorder_platform.directory.queries import payee_facts
from eorder_platform.identity import authenticator, sessions
from eorder_platform.identity.events import NOWHERE
from eorder_platform.identity.factors import factors_of, take_code
from eorder_platform.identity.inviting import issue_token
from eorder_platform.identity.models import Account, AccountRecovery
from eorder_platform.identity.openid.permissions import allowed_by
from eorder_platform.identity.passwords import hash_password
from eorder_platform.identity.proving import Factor
from eorder_platform.identity.reclaiming import FINISH, STOP, token_of
from eorder_platform.identity.signing_in import check_password, create_account_with_hash
from eorder_platform.ids import new_id
from eorder_platform.mail import read_mailbox
from eorder_platform.notices.choosing import choices_of, unsubscribing_token
from eorder_platform.notices.models import By, NoticeKind
from eorder_platform.tenancy import Tenant
from eorder_tenants.budgets.models import LedgerEntry
from eorder_tenants.budgets.reconciling import differences
from eorder_tenants.documents.queries import documents_of
from eorder_tenants.orders.core import journal
from eorder_tenants.orders.core.models import Order, OrderLine, Payment, Status
from eorder_tenants.organisation.models import Role
from eorder_tenants.organisation.staff.keeping import enter, new_scim_token
from eorder_web import routes
from eorder_web.operations import jobs
from tests.directory.factories import a_verified_vendor
from tests.identity.arriving import hidden
from tests.identity.devices import Device
from tests.identity.openid.asking import Asking, returned
from tests.identity.openid.factories import a_program
from tests.identity.proofs import code, with_app
from tests.identity.test_passkeys import asked
from tests.identity.test_signing_in import a_person
from tests.orders.factories import MONDAY, Cast, a_cast, an_order
from tests.organisation.test_staff_directory import ENTERED
from tests.organisation.visiting import committed, let_in
from tests.vendors.browsing import Visitor

ONE_CLICK_IS_ENOUGH = {
    "people.sign_in": "test_signing_in_twice_signs_in",
    "people.sign_out": "test_signing_out_twice_signs_out",
    "people.change_password": "test_a_password_is_changed_once",
    "people.sign_out_everywhere": "test_signing_out_twice_signs_out",
    "people.take_second_step": "test_the_second_step_is_taken_once",
    "people.sign_in_by_passkey": "test_a_passkey_is_made_shown_and_taken_away_once",
    "people.passkey_question": "keeps nothing",
    "people.set_app": "test_an_app_is_set_up_and_taken_away_by_a_double_click",
    "people.remove_app": "test_an_app_is_set_up_and_taken_away_by_a_double_click",
    "people.make_paper": "test_an_app_is_set_up_and_taken_away_by_a_double_click",
    "people.add_passkey": "test_a_passkey_is_made_shown_and_taken_away_once",
    "people.remove_passkey": "test_a_passkey_is_made_shown_and_taken_away_once",
    "people.end_session": "test_one_session_is_ended_once",
    "people.ask_recovery": "test_a_lost_account_is_asked_for_stopped_and_taken_back_once",
    "people.stop_recovery": "test_a_lost_account_is_asked_for_stopped_and_taken_back_once",
    "people.reclaim": "test_a_lost_account_is_asked_for_stopped_and_taken_back_once",
    "people.close_account": "test_an_account_is_closed_once",
    "people.forgotten": "test_asking_twice_for_a_new_password_mails_two_links_of_which_one_can_be_used",
    "people.set_new_password": "test_asking_twice_for_a_new_password_mails_two_links_of_which_one_can_be_used",
    "organisation.accept_invitation": "test_an_invitation_is_used_once",
    "vendors.make_account": "test_registering_twice_makes_one_account",
    "vendors.prove_mailbox": "test_registering_twice_makes_one_account",
    "vendors.send_code": "test_registering_twice_makes_one_account",
    "vendors.answer_section": "test_answers_kept_twice_are_kept_once",
    "vendors.confirm_account": "test_both_links_of_another_account_may_be_pressed_twice",
    "vendors.stop_account": "test_both_links_of_another_account_may_be_pressed_twice",
    "notices.read": "test_news_is_read_and_turned_off_once",
    "notices.unsubscribe": "test_news_is_read_and_turned_off_once",
    "openid.allow": "test_a_program_is_allowed_once_and_signed_out_of_once",
    "openid.authorize_by_form": "keeps nothing",
    "openid.choose_account": "keeps nothing",
    "openid.introspect": "keeps nothing",
    "openid.push": "keeps nothing",
    "openid.revoke": "test_a_program_is_allowed_once_and_signed_out_of_once",
    "openid.sign_out_by_form": "keeps nothing",
    "openid.sign_out_now": "test_a_program_is_allowed_once_and_signed_out_of_once",
    "openid.token": "test_a_program_is_allowed_once_and_signed_out_of_once",
    "openid.userinfo_by_form": "keeps nothing",
    "organisation.scim_change_user": "test_a_staff_directory_that_tells_twice_changes_nothing_more",
    "organisation.scim_new_user": "test_a_staff_directory_that_tells_twice_changes_nothing_more",
    "organisation.scim_remove_user": "test_a_staff_directory_that_tells_twice_changes_nothing_more",
    "organisation.scim_replace_user": "test_a_staff_directory_that_tells_twice_changes_nothing_more",
    "organisation.try_directory": "keeps nothing",
    "orders.review": "keeps nothing",
    "letters.preview": "keeps nothing",
    "vendors.check_answer": "keeps nothing",
    "vendors.check_change": "keeps nothing",
    "vendors.check_product": "keeps nothing",
    "transparency.check_file": "keeps nothing",
}
"""Routes that are written without an idempotency key, and why repeating them does no harm."""

__all__ = ["jobs"]

Browsers = Callable[[str], httpx.AsyncClient]
WEB = Path(inspect.getfile(routes)).parent


@pytest.fixture(autouse=True)
def _in_july() -> Iterator[None]:
    with clock.travelling_to(MONDAY):
        yield


async def twice(visitor: Visitor, page: str, action: str, answers: Mapping[str, Any] | None = None) -> str:
    """Both clicks of an impatient person on one form of a page; returns where both answers lead."""
    await visitor.opens(page)
    assert visitor.page.status_code == 200, visitor.page.text
    form = visitor.hidden_fields(action)
    assert "_kunci" in form, action
    clicks = (visitor.client.post(action, data={**form, **(answers or {})}) for _ in range(2))
    first, second = await asyncio.gather(*clicks)
    assert (first.status_code, second.status_code) == (303, 303), (first.text, second.text)
    assert first.headers["location"] == second.headers["location"]
    return str(first.headers["location"])


@dataclass
class Play:
    """A cast that is really signed in, each in a browser of his own."""

    cast: Cast
    browsers: Browsers

    async def person(self, name: str) -> Visitor:
        actor = getattr(self.cast, name)
        if name == "owner":
            visitor = Visitor(self.browsers("localhost"))
            await visitor.signs_in(actor.id, actor.name, VendorRole.OWNER)
        else:
            visitor = Visitor(self.browsers(self.cast.tenant.hosts[0]))
            await let_in(visitor.client, self.cast.tenant, actor)
        return visitor

    async def does(self, name: str, order_id: object, noun: str, **answers: str) -> None:
        """That person presses that button of the order twice."""
        home = f"/usaha/pesanan/{self.cast.tenant.slug}" if name == "owner" else "/pesanan"
        page = f"{home}/{order_id}"
        await twice(await self.person(name), page, f"{page}/{noun}", answers)


async def a_play(
    tenant: Tenant, browsers: Browsers, status: Status | None = None, **cast_facts: Any
) -> tuple[Play, Order | None]:
    """Everybody an order needs and, with a status, an order taken that far; all of it committed."""
    async with tenancy.inside(tenant) as session:
        cast = await a_cast(session, **cast_facts)
        order = await an_order(session, cast, status) if status else None
    owner = cast.owner
    async with tenancy.national() as nation:
        email = f"{new_id().hex[-12:]}@contoh.id"
        nation.add(Account(id=owner.id, email=email, name=owner.name, password_hash="-"))
        await nation.flush()
        nation.add(
            VendorMember(account_id=owner.id, vendor_id=cast.participation.vendor_id, role=VendorRole.OWNER)
        )
    return Play(cast, browsers), order


async def actions_of(tenant: Tenant, order: object) -> Counter[str]:
    """How often each action stands in the order's journal."""
    async with tenancy.inside(tenant) as session:
        found = (await session.scalars(select(Order).where(Order.id == order))).one()
        return Counter(event.action for event in await journal.history(session, found.id))


async def line_of(tenant: Tenant, order_id: UUID) -> OrderLine:
    """The one line of that order."""
    async with tenancy.inside(tenant) as session:
        return (await session.scalars(select(OrderLine).where(OrderLine.order_id == order_id))).one()


def filled_in(cast: Cast, line: OrderLine) -> dict[str, str]:
    """The draft's form, complete."""
    return {
        f"quantity_{line.id}": "1",
        "title": "Kertas untuk rapat",
        "delivery_address": "Jalan Gatot Subroto Kav. 40-41, lantai 3",
        "delivery_region_code": cast.tenant.region_code,
        "delivery_due_on": "2026-07-20",
        "funding": f"{cast.package.id}/{cast.budget_line.id}",
    }


async def test_a_whole_order_is_walked_with_double_clicks(dki: Tenant, client_for: Browsers) -> None:
    play, _ = await a_play(dki, client_for)
    cast = play.cast
    officer = await play.person("officer")
    added = await twice(
        officer, f"/katalog/{cast.offer.id}", "/pesanan/draf", {"offer_id": cast.offer.id, "quantity": "1"}
    )
    order_id = added.removeprefix("/pesanan/")
    line = await line_of(dki, UUID(order_id))
    draft = filled_in(cast, line)
    for intent in ("save", "submit"):
        await twice(officer, added, f"{added}/draf", {**draft, "intent": intent})
    await play.does("approver", order_id, "persetujuan", periksa="ya")
    await play.does("owner", order_id, "penerimaan", periksa="ya")
    await play.does("owner", order_id, "pengiriman")
    await play.does("owner", order_id, "kedatangan")
    fits = {"function_fits": "ya", "time_fits": "ya"}
    await play.does("receiver", order_id, "pemeriksaan", **{f"accepted_{line.id}": "1"}, **fits)
    await play.does("owner", order_id, "persetujuan-pemeriksaan")
    await play.does("approver", order_id, "serah-terima")
    await play.does("owner", order_id, "tagihan", tax_invoice_number="02.00.0026000000001")
    await play.does("treasurer", order_id, "permintaan-pembayaran")
    await play.does("budget_user", order_id, "persetujuan-pembayaran")
    await play.does("treasurer", order_id, "pembayaran", method="imprest", reference=f"TRX-{order_id}")
    await play.does("approver", order_id, "penutupan")

    done = await actions_of(dki, order_id)
    assert set(done.values()) == {1}, done
    assert len(done) == 13, done
    async with tenancy.inside(dki) as session:
        order = (await session.scalars(select(Order).where(Order.id == line.order_id))).one()
        documents = await documents_of(session, order.id)
        paid = (await session.scalars(select(Payment).where(Payment.order_id == order.id))).all()
        entries = (await session.scalars(select(LedgerEntry).where(LedgerEntry.order_id == order.id))).all()
        wrong = [one for one in await differences(session) if one.balance_id == cast.balance.id]
        await session.refresh(balance := await session.merge(cast.balance))
    assert order.status == Status.COMPLETED
    assert (
        len({one.number for one in documents}) == len({one.kind for one in documents}) == len(documents) == 4
    )
    assert [one.gross_rupiah for one in paid] == [11_100_000]
    assert (balance.held, balance.committed, balance.realised) == (0, 0, 11_100_000)
    assert len(entries) == len({(one.round, one.credit, one.debit) for one in entries})
    assert wrong == []


@pytest.mark.parametrize(
    ("status", "who", "noun", "action", "answers"),
    [
        (Status.AWAITING_APPROVAL, "approver", "pengembalian", "return_to_draft", {"reason": "Kurang rinci"}),
        (Status.AWAITING_APPROVAL, "approver", "penolakan-ppk", "reject", {"reason": "Tidak jadi"}),
        (Status.ISSUED, "approver", "penarikan", "withdraw", {"reason": "Salah unit"}),
        (Status.ISSUED, "owner", "penolakan", "decline", {"reason": "Stok habis"}),
        (Status.ACCEPTED, "owner", "permintaan-pembatalan", "ask_cancellation", {"reason": "Kebanjiran"}),
        (Status.ACCEPTED, "approver", "permintaan-pembatalan", "ask_cancellation", {"reason": "Batal"}),
        (Status.CANCELLATION_ASKED, "approver", "pembatalan", "agree_cancellation", {}),
        (Status.CANCELLATION_ASKED, "approver", "penolakan-pembatalan", "refuse_cancellation", {}),
        (Status.DELIVERED, "receiver", "pengiriman-ulang", "send_back", {"reason": "Barang lain"}),
        (Status.INSPECTED, "owner", "sanggahan-pemeriksaan", "contest_inspection", {"reason": "Sesuai"}),
        (Status.INVOICED, "treasurer", "pengembalian-tagihan", "return_invoice", {"reason": "Salah nomor"}),
        (
            Status.PAYMENT_REQUESTED,
            "budget_user",
            "penolakan-pembayaran",
            "refuse_payment",
            {"reason": "Kurang bukti"},
        ),
    ],
)
async def test_a_step_off_the_way_is_taken_once(
    status: Status,
    who: str,
    noun: str,
    action: str,
    answers: dict[str, str],
    gorontalo: Tenant,
    client_for: Browsers,
) -> None:
    play, order = await a_play(gorontalo, client_for, status)
    assert order
    await play.does(who, order.id, noun, **answers)
    assert (await actions_of(gorontalo, order.id))[action] == 1
    async with tenancy.inside(gorontalo) as session:
        assert play.cast.balance.id not in [one.balance_id for one in await differences(session)]


async def test_a_draft_is_thrown_away_by_a_double_click(gorontalo: Tenant, client_for: Browsers) -> None:
    play, order = await a_play(gorontalo, client_for, Status.DRAFT)
    assert order
    officer, page = await play.person("officer"), f"/pesanan/{order.id}"
    await officer.opens(page)
    assert await twice(officer, page, f"{page}/pembuangan") == "/pesanan"
    assert (await officer.opens(page)).status_code == 404


async def test_a_line_is_taken_out_of_a_draft_by_a_double_click(dki: Tenant, client_for: Browsers) -> None:
    play, order = await a_play(dki, client_for, Status.DRAFT)
    assert order
    page = f"/pesanan/{order.id}"
    await twice(await play.person("officer"), page, f"{page}/draf", {"remove": order.lines[0].id})
    async with tenancy.inside(dki) as session:
        assert (await session.scalars(select(OrderLine).where(OrderLine.order_id == order.id))).all() == []


async def test_what_was_changed_on_a_page_brought_back_is_no_repetition(
    dki: Tenant, client_for: Browsers
) -> None:
    """ "Kembali" shows the form with its old key; the second sending must not be taken for the first."""
    play, order = await a_play(dki, client_for, Status.DRAFT)
    assert order
    officer, page = await play.person("officer"), f"/pesanan/{order.id}"
    await officer.opens(page)
    draft = filled_in(play.cast, await line_of(dki, order.id)) | {"intent": "save"}
    form = officer.hidden_fields(f"{page}/draf") | draft
    first = await officer.client.post(f"{page}/draf", data={**form, "title": "Kertas rapat"})
    again = await officer.client.post(f"{page}/draf", data={**form, "title": "Kertas ujian"})
    assert (first.status_code, again.status_code) == (303, 409)


async def test_signing_in_twice_signs_in(client_for: Browsers) -> None:
    account = await _an_account("kata sandi lama 2026")
    visitor = Visitor(client_for("localhost"))
    await visitor.opens("/masuk")
    form = visitor.hidden_fields("/masuk") | {"email": account.email, "password": "kata sandi lama 2026"}
    answers = await _both(visitor, "/masuk", form)
    assert [answer.status_code for answer in answers] == [303, 303]
    assert (await visitor.opens("/akun")).url.path == "/akun"


async def test_the_second_step_is_taken_once(client_for: Browsers) -> None:
    account = await _an_account("kata sandi lama 2026")
    await with_app(account.id)
    visitor = Visitor(client_for("localhost"))
    await visitor.opens("/masuk")
    await visitor.sends("/masuk", {"email": account.email, "password": "kata sandi lama 2026"})
    action = "/masuk/langkah-kedua"
    answers = await _both(visitor, action, visitor.hidden_fields(action) | {"kode": code()})
    assert [answer.status_code for answer in answers] == [303, 303], answers[1].text
    assert (await visitor.opens("/akun")).url.path == "/akun"
    assert len(await sessions.of_account(account.id)) == 1


async def test_an_app_is_set_up_and_taken_away_by_a_double_click(client_for: Browsers) -> None:
    account = await _an_account()
    visitor = Visitor(client_for("localhost"))
    await visitor.signs_in(account.id, account.name)
    await visitor.opens("/akun/aplikasi-kode")
    action = "/akun/aplikasi-kode"
    hidden_in = visitor.hidden_fields(action)
    secret = authenticator.begun_secret(account.id, hidden_in["rahasia"])
    answers = await _both(visitor, action, hidden_in | {"kode_baru": code(0, secret)})
    assert [answer.headers.get("location") for answer in answers] == ["/akun/kode-pemulihan"] * 2
    await visitor.opens("/akun/kode-pemulihan")
    await visitor.opens("/akun/kode-pemulihan")
    action = "/akun/kode-pemulihan"
    answers = await _both(visitor, action, visitor.hidden_fields(action))
    assert [answer.status_code for answer in answers] == [303, 303]
    shown = re.findall(r"<li>([2-9A-Z]{5}-[2-9A-Z]{5})</li>", (await visitor.opens(action)).text)
    assert len(shown) == 10
    assert await take_code(account.id, shown[0], NOWHERE) is Factor.PAPER
    await visitor.opens("/akun/aplikasi-kode")
    action = "/akun/aplikasi-kode/penghapusan"
    answers = await _both(visitor, action, visitor.hidden_fields(action))
    assert [answer.headers.get("location") for answer in answers] == ["/akun"] * 2


async def test_a_passkey_is_made_shown_and_taken_away_once(client_for: Browsers) -> None:
    """A device answers a question once; the second click of a script is refused and leaves all as it is."""
    account, device, action = await _an_account(), Device(), "/akun/kunci-sandi"
    visitor = Visitor(client_for("localhost"))
    await visitor.signs_in(account.id, account.name)
    await visitor.opens(action)
    form = visitor.hidden_fields(action) | {"name": "HP"}
    made = device.makes(await asked(visitor, "register", action))
    answers = await _both(visitor, action, form | {"kunci_baru": made})
    assert sorted(answer.status_code for answer in answers) == [303, 422]
    stranger, alone = Visitor(client_for("localhost")), "/masuk/kunci-sandi"
    await stranger.opens("/masuk")
    shown = device.shows(await asked(stranger, "sign_in", alone))
    answers = await _both(stranger, alone, stranger.hidden_fields(alone) | {"kunci_sandi": shown})
    assert sorted(answer.status_code for answer in answers) == [303, 422]
    async with tenancy.national() as session:
        (key,) = (await factors_of(session, account.id)).passkeys
    await visitor.opens(action)
    removal = f"{action}/{key.id}/penghapusan"
    answers = await _both(visitor, removal, visitor.hidden_fields(removal))
    assert [answer.headers.get("location") for answer in answers] == ["/akun"] * 2


async def test_one_session_is_ended_once(client_for: Browsers) -> None:
    account = await _an_account()
    visitor = Visitor(client_for("localhost"))
    await visitor.signs_in(account.id, account.name)
    other = await sessions.start("dki", account.id, account.name, account.email, (), "")
    await visitor.opens("/akun")
    action = f"/akun/sesi/{sessions.id_of(other)}/pengakhiran"
    answers = await _both(visitor, action, visitor.hidden_fields(action))
    assert [answer.status_code for answer in answers] == [303, 303]
    assert await sessions.find("dki", other) is None


async def test_a_lost_account_is_asked_for_stopped_and_taken_back_once(client_for: Browsers) -> None:
    account = await _an_account("kata sandi lama 2026")
    await with_app(account.id)
    visitor = Visitor(client_for("localhost"))
    await visitor.opens("/masuk")
    await visitor.sends("/masuk", {"email": account.email, "password": "kata sandi lama 2026"})
    action, reason = "/masuk/pemulihan", {"reason": "HP hilang; atasan saya dapat memastikan."}
    answers = await _both(visitor, action, visitor.hidden_fields(action) | reason)
    assert [answer.headers.get("location") for answer in answers] == ["/masuk"] * 2
    async with tenancy.national() as session:
        recovery = (
            await session.scalars(select(AccountRecovery).where(AccountRecovery.account_id == account.id))
        ).one()
        first, second = [await _an_account() for _ in range(2)]
        recovery.first_by, recovery.first_at = first.id, clock.now()
        recovery.second_by, recovery.second_at = second.id, clock.now()
        recovery.opens_at = clock.now()
    path = f"/akun-kembali/{token_of(recovery.id, FINISH)}"
    await visitor.opens(path)
    words = {"password": "tujuh gajah menari"}
    answers = await _both(visitor, path, visitor.hidden_fields(path) | words)
    assert [answer.headers.get("location") for answer in answers] == ["/masuk"] * 2, answers[1].text
    stop = f"/pemulihan/{token_of(recovery.id, STOP)}"
    assert (await visitor.opens(stop)).status_code == 409


@pytest.mark.parametrize("action", ["/keluar", "/akun/sesi/pengakhiran"])
async def test_signing_out_twice_signs_out(action: str, client_for: Browsers) -> None:
    account = await _an_account()
    visitor = Visitor(client_for("localhost"))
    await visitor.signs_in(account.id, account.name)
    await visitor.opens("/akun")
    for answer in await _both(visitor, action, visitor.hidden_fields(action)):
        assert answer.status_code == 303, answer.text
    assert (await visitor.opens("/akun")).url.path == "/masuk"


async def test_a_password_is_changed_once(client_for: Browsers) -> None:
    account = await _an_account("kata sandi lama 2026")
    visitor = Visitor(client_for("localhost"))
    await visitor.signs_in(account.id, account.name)
    await visitor.opens("/akun")
    words = {"old_password": "kata sandi lama 2026", "new_password": "kata sandi baru 2027"}
    form = visitor.hidden_fields("/akun/kata-sandi") | words
    answers = await _both(visitor, "/akun/kata-sandi", form)
    assert 303 in [answer.status_code for answer in answers]
    assert all(answer.status_code in (303, 422) for answer in answers)
    assert (await check_password(account.email, "kata sandi baru 2027", "10.0.0.1")).account_id == account.id


async def test_an_account_is_closed_once(client_for: Browsers) -> None:
    account = await _an_account("kata sandi lama 2026")
    visitor = Visitor(client_for("localhost"))
    await visitor.signs_in(account.id, account.name)
    await visitor.opens("/akun/penutupan")
    form = visitor.hidden_fields("/akun/penutupan") | {"password": "kata sandi lama 2026"}
    answers = await _both(visitor, "/akun/penutupan", form)
    assert 303 in [answer.status_code for answer in answers]
    assert all(answer.status_code in (303, 422) for answer in answers)
    assert (await visitor.opens("/akun")).url.path == "/masuk"


async def test_an_invitation_is_used_once(client_for: Browsers) -> None:
    account = await _an_account(None)
    async with tenancy.national() as nation:
        issued = await issue_token(nation, account.id)
    assert issued
    visitor, address = Visitor(client_for("localhost")), f"/undangan/{issued[1]}"
    await visitor.opens(address)
    form = visitor.hidden_fields(address) | {"password": "kata sandi baru 2027"}
    answers = await _both(visitor, address, form)
    assert sorted(answer.status_code for answer in answers) in ([303, 303], [303, 404])
    assert (await check_password(account.email, "kata sandi baru 2027", "10.0.0.1")).account_id == account.id


async def test_a_program_is_allowed_once_and_signed_out_of_once(client_for: Browsers) -> None:
    person = await a_person()
    async with client_for("localhost") as browser:
        asking = Asking(await a_program(), browser)
        await asking.signs_in(person)
        page = await asking.is_led()
        codes = [
            returned(one)["code"] for one in await asyncio.gather(asking.allows(page), asking.allows(page))
        ]
        async with tenancy.national() as nation:
            assert len(await allowed_by(nation, person.id)) == 1
        first, *_ = [await asking.shows(code) for code in codes]
        assert first.status_code == 200
        given_back = {"token": first.json()["refresh_token"]}
        for answer in [await asking.calls("pencabutan", given_back) for _ in range(2)]:
            assert answer.status_code == 200
        out = await browser.get("/openid/keluar")
        form = {name: hidden(out, name) for name in ("_csrf", "lanjutan")}
        left = await asyncio.gather(*[browser.post("/openid/keluar/ya", data=form) for _ in range(2)])
        assert 303 in [answer.status_code for answer in left]
        assert {answer.status_code for answer in left} <= {303, 403}
        assert (await browser.get("/akun")).status_code == 303


async def test_a_staff_directory_that_tells_twice_changes_nothing_more(
    dki: Tenant, client_for: Browsers
) -> None:
    administrator = await committed(dki, Role.TENANT_ADMIN)
    async with tenancy.inside(dki) as session:
        await enter(session, administrator, ENTERED)
        await session.flush()
        token = await new_scim_token(session, administrator)
    user = {"userName": f"{new_id().hex}@dki.example"}
    async with client_for("dki.localhost") as directory:
        directory.headers["authorization"] = f"Bearer {token}"
        made = await asyncio.gather(*[directory.post("/scim/v2/Users", json=user) for _ in range(2)])
        assert sorted(answer.status_code for answer in made) == [201, 409]
        path = f"/scim/v2/Users/{next(one for one in made if one.status_code == 201).json()['id']}"
        gone = {"Operations": [{"op": "replace", "path": "active", "value": False}]}
        for way, said in (("PATCH", gone), ("PUT", {**user, "active": False})):
            answers = await asyncio.gather(*[directory.request(way, path, json=said) for _ in range(2)])
            assert [(one.status_code, one.json()["active"]) for one in answers] == [(200, False)] * 2
        removed = await asyncio.gather(directory.delete(path), directory.delete(path))
        assert sorted(answer.status_code for answer in removed) == [204, 404]


async def test_asking_twice_for_a_new_password_mails_two_links_of_which_one_can_be_used(
    client_for: Browsers,
) -> None:
    account = await _an_account()
    visitor = Visitor(client_for("localhost"))
    await visitor.opens("/lupa-sandi")
    form = visitor.hidden_fields("/lupa-sandi") | {"email": account.email}
    assert [answer.status_code for answer in await _both(visitor, "/lupa-sandi", form)] == [303, 303]
    await outbox.carry_out_open(outbox.NATION, ["identity.new_password"])
    letter = next(mail.text for mail in read_mailbox() if mail.to == account.email)
    address = re.search(r"/sandi-baru/\S+", letter)
    assert address
    await visitor.opens(address[0])
    form = visitor.hidden_fields(address[0]) | {"password": "kata sandi baru 2027"}
    answers = await _both(visitor, address[0], form)
    assert sorted(answer.status_code for answer in answers) == [303, 410]
    assert (await check_password(account.email, "kata sandi baru 2027", "10.0.0.1")).account_id == account.id


async def test_both_links_of_another_account_may_be_pressed_twice(client_for: Browsers) -> None:
    new = {"bank_code": "008", "bank_account": "998877665544", "bank_account_holder": "CV Dapur Karawo"}
    async with tenancy.national() as nation:
        member = await a_verified_vendor(nation)
        request = await ask_for_change(nation, member, FactKind.BANK_ACCOUNT, new)
    visitor = Visitor(client_for("localhost"))
    await visitor.signs_in(member.account_id, member.name, member.role)
    for link, path in ((Link.CONFIRM, "/usaha/rekening-baru"), (Link.STOP, "/bukan-saya")):
        address = f"{path}/{link_token(request, link)}"
        await visitor.opens(address)
        form = visitor.hidden_fields(address)
        answers = await _both(visitor, address, form)
        assert sorted(answer.status_code for answer in answers) in ([303, 303], [303, 409])
    async with tenancy.national() as nation:
        kept = await payee_facts(nation, member.vendor_id)
    assert kept["bank_account_changing_since"] is None


async def test_news_is_read_and_turned_off_once(client_for: Browsers) -> None:
    account = await _an_account()
    visitor = Visitor(client_for("localhost"))
    await visitor.signs_in(account.id, account.name)
    await visitor.opens("/akun")
    form = visitor.hidden_fields("/akun/kata-sandi")
    assert [one.status_code for one in await _both(visitor, "/pemberitahuan/terbaca", form)] == [303, 303]
    address = f"/berhenti-surat/{unsubscribing_token(account.id, NoticeKind.WAITING)}"
    assert [one.status_code for one in await _both(visitor, address, form)] == [303, 303]
    async with tenancy.national() as nation:
        assert (await choices_of(nation, account.id))[NoticeKind.WAITING] is By.NEVER


async def test_registering_twice_makes_one_account(client_for: Browsers) -> None:
    visitor, email = Visitor(client_for("localhost")), f"{new_id().hex[-12:]}@contoh.id"
    await visitor.opens("/daftar")
    words = {
        "name": "Rahma Pakaya",
        "email": email,
        "phone": "081234567890",
        "password": "kata sandi usaha 2026",
    }
    answers = await _both(visitor, "/daftar", visitor.hidden_fields("/daftar") | words)
    assert [answer.status_code for answer in answers] == [303, 303], [answer.text for answer in answers]
    await visitor.opens("/daftar")
    letters = await _both(visitor, "/daftar/surat", visitor.hidden_fields("/daftar/surat"))
    assert [answer.status_code for answer in letters] == [303, 303]
    await outbox.carry_out_open(outbox.NATION, ["vendors.mail_code"])
    (letter,) = [mail.text for mail in read_mailbox() if mail.to == email]
    code = re.search(r"\b\d{6}\b", letter)
    assert code
    form = visitor.hidden_fields("/daftar/kode") | {"code": code[0]}
    answers = await _both(visitor, "/daftar/kode", form)
    assert [answer.status_code for answer in answers] == [303, 303], [answer.text for answer in answers]
    async with tenancy.national() as nation:
        assert len((await nation.scalars(select(Account).where(Account.email == email))).all()) == 1


async def test_answers_kept_twice_are_kept_once(client_for: Browsers) -> None:
    account = await _an_account()
    visitor = Visitor(client_for("localhost"))
    await visitor.signs_in(account.id, account.name)
    await visitor.opens("/daftar/usaha")
    form = visitor.hidden_fields("/daftar/usaha") | {"legal_name": "CV Dua Kali"}
    answers = await _both(visitor, "/daftar/usaha", form)
    assert [answer.status_code for answer in answers] == [422, 422]
    await visitor.opens("/daftar/usaha")
    assert visitor.sees("CV Dua Kali")


def test_every_route_that_writes_is_known_to_survive_a_double_click() -> None:
    """Whoever adds one gives it a key (edge.write), or says above why it needs none."""
    unkeyed = {handler.name for handler in writing_routes() if not _writes_once(handler)}
    assert unkeyed == set(ONE_CLICK_IS_ENOUGH)
    for reason in ONE_CLICK_IS_ENOUGH.values():
        assert reason == "keeps nothing" or reason in globals()


def test_every_form_carries_its_key() -> None:
    """A form without one would be carried out as often as it is sent."""
    first_argument = re.compile(r'(?:address\()?"([^"]*)"')
    calls = re.compile(r"ui\.(?:form|post_button)\((.*?)(?:%}|}})", re.DOTALL)
    without = {
        (str(template.relative_to(WEB)), action[1] if (action := first_argument.match(call)) else call[:40])
        for template in WEB.rglob("*.html")
        for call in calls.findall(template.read_text())
        if not re.search(r"\bkey\b", call)
    }
    assert without == {
        ("gallery/show.html", "/galeri"),
        ("organisation/directory.html", "organisation.try_directory"),
        ("organisation/invitation.html", "organisation.accept_invitation"),
        ("people/account/ways.html", "people.change_password"),
        ("people/account/devices.html", "people.end_session"),
        ("people/account/devices.html", "people.sign_out_everywhere"),
        ("people/app.html", "people.set_app"),
        ("people/app.html", "people.remove_app"),
        ("people/paper.html", "people.make_paper"),
        ("people/passkey.html", "people.add_passkey"),
        ("people/passkey.html", "people.remove_passkey"),
        ("people/reclaim.html", "people.reclaim"),
        ("people/recovery.html", "people.stop_recovery"),
        ("people/second_step.html", "people.ask_recovery"),
        ("people/second_step.html", "people.take_second_step"),
        ("people/choose_account.html", "openid.choose_account"),
        ("people/closing.html", "people.close_account"),
        ("people/consent.html", "openid.allow"),
        ("people/sign_out.html", "openid.sign_out_now"),
        ("people/forgotten.html", "people.forgotten"),
        ("people/new_password.html", "people.set_new_password"),
        ("people/sign_in.html", "people.sign_in"),
        ("transparency/document.html", "transparency.check_file"),
        ("notices/list.html", "notices.read"),
        ("notices/unsubscribing.html", "notices.unsubscribe"),
        ("vendors/account_change.html", "vendors.confirm_account"),
        ("vendors/account_change.html", "vendors.stop_account"),
        ("vendors/register_code.html", "vendors.prove_mailbox"),
        ("vendors/register_code.html", "vendors.send_code"),
        ("vendors/register_section.html", "action, page, problems) "),
    }


def writing_routes() -> list[HTTPRouteHandler]:
    handlers = [one for one in (*routes.region(), *routes.nation()) if isinstance(one, HTTPRouteHandler)]
    return [one for one in handlers if set(one.http_methods) - {"GET", "HEAD", "OPTIONS"}]


def _writes_once(handler: HTTPRouteHandler) -> bool:
    """Through edge.write itself, or through the one way in which steps and comments of an order use it."""
    source = inspect.getsource(handler.fn)
    return any(f"await {way}(" in source for way in ("write", "take_step", "send_comment"))


async def _both(visitor: Visitor, action: str, form: Mapping[str, Any]) -> list[httpx.Response]:
    return await asyncio.gather(*(visitor.client.post(action, data=form) for _ in range(2)))


async def _an_account(password: str | None = "kata sandi lama 2026") -> Account:
    """Somebody with that password, or somebody who was invited to set one."""
    stored = "!" if password is None else await hash_password(password)
    async with tenancy.national() as nation:
        email = f"{new_id().hex[-12:]}@contoh.id"
        return await create_account_with_hash(nation, email, "Rahma Pakaya", stored)
