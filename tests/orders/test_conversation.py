"""What both sides say on an order: who reads and writes it, what is attached, who hears of it, and that it stays."""

import asyncio
import io
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest
from pypdf import PdfWriter
from pypdf.generic import DictionaryObject, NameObject, TextStringObject
from sqlalchemy import delete, select, text, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession

from eorder_platform import clock, outbox, tenancy
from eorder_platform.attachments import attachment
from eorder_platform.errors import Conflict, NotAllowed, NotVisible, Refused
from eorder_platform.files import file_store
from eorder_platform.notices.choosing import choose
from eorder_platform.notices.models import By, NoticeKind
from eorder_platform.sentences import from_json
from eorder_platform.tenancy import Tenant
from eorder_platform.tenancy.ownership import inside_as_owner
from eorder_tenants.orders.conversation.commenting import MOST_AT_ONCE, NewComment, write_comment
from eorder_tenants.orders.conversation.models import LONGEST_TEXT, Comment, Conversation, file_key
from eorder_tenants.orders.conversation.sealing import altered_conversations
from eorder_tenants.orders.core import stepping
from eorder_tenants.orders.core.models import Order, Status
from eorder_tenants.orders.journals import broken_journals, seal_journals
from eorder_tenants.organisation.actors import Actor
from tests.directory.factories import a_photo
from tests.notices.factories import MAILING, accounts_for, carried_out, letters_to, notices_of
from tests.orders.factories import MONDAY, Cast, a_cast, an_order
from tests.orders.test_delivery_pages import ClientFor, the_vendor, words_of
from tests.orders.test_journal import as_owner
from tests.organisation.visiting import let_in, send
from tests.vendors.browsing import Visitor

ASKED = "Dua rak pengganti ikut pengiriman yang mana?"


@pytest.fixture(autouse=True)
def _in_july() -> Iterator[None]:
    with clock.travelling_to(MONDAY):
        yield


def a_pdf(*, javascript: bool = False, password: str = "") -> bytes:
    """One empty page, as a phone's scanner makes it."""
    writer, written = PdfWriter(), io.BytesIO()
    writer.add_blank_page(width=595, height=842)
    if javascript:
        script = {"/S": NameObject("/JavaScript"), "/JS": TextStringObject("app.alert('x')")}
        action = DictionaryObject({NameObject(key): value for key, value in script.items()})
        writer.root_object[NameObject("/OpenAction")] = action
    if password:
        writer.encrypt(password)
    writer.write(written)
    return written.getvalue()


async def an_issued_order(tenant: Tenant, status: Status = Status.ACCEPTED) -> tuple[Cast, Order]:
    async with tenancy.inside(tenant) as session:
        cast = await a_cast(session)
        return cast, await an_order(session, cast, status)


async def said(tenant: Tenant, actor: Actor, order: Order, words: str) -> None:
    async with tenancy.inside(tenant) as session:
        await write_comment(session, actor, NewComment(order.id, words))


async def told(tenant: Tenant) -> None:
    await outbox.carry_out_open(tenant.slug, ["orders.tell_comment"])
    await outbox.carry_out_open(tenant.slug, MAILING)
    await outbox.carry_out_open(outbox.NATION, MAILING)


async def test_both_sides_talk_on_their_pages_with_files(client_for: ClientFor, dki: Tenant) -> None:
    cast, order = await an_issued_order(dki)
    here, there = f"/pesanan/{order.id}", f"/usaha/pesanan/dki/{order.id}"
    async with client_for("dki.localhost") as browser:
        await let_in(browser, dki, cast.receiver)
        answer = await send(browser, here, f"{here}/percakapan", {"text": f"{ASKED}\nTolong dijawab."})
        assert (answer.status_code, answer.headers["location"]) == (303, f"{here}#percakapan")
    async with the_vendor(client_for, order.vendor_id) as vendor:
        await vendor.opens(there)
        assert vendor.sees(ASKED) and vendor.sees("Ismail Pakaya") and vendor.sees("Penerima barang")
        hidden = vendor.hidden_fields(f"{there}/percakapan")
        files = [
            ("files", ("C:\\foto\\kaki rak.jpg", a_photo(), "image/jpeg")),
            ("files", ("jadwal.pdf", a_pdf(), "application/pdf")),
        ]
        answer = await vendor.client.post(
            f"{there}/percakapan", data=hidden | {"text": "Ikut pengiriman kedua."}, files=files
        )
        assert (answer.status_code, answer.headers["location"]) == (303, f"{there}#percakapan")
    async with client_for("dki.localhost") as browser:
        await let_in(browser, dki, cast.officer)
        html = (await browser.get(here)).text
        thread = html.partition('id="percakapan"')[2].partition("</section>")[0]
        assert words_of(thread).index(ASKED) < words_of(thread).index("Ikut pengiriman kedua.")
        assert "kaki rak.jpg" in thread and "C:\\foto" not in thread
        links = [one.partition('"')[0] for one in thread.split(f'href="{here}/lampiran/')[1:]]
        picture, paper = [await browser.get(f"{here}/lampiran/{one}") for one in links]
        assert (picture.headers["content-type"], paper.headers["content-type"]) == (
            "image/webp",
            "application/pdf",
        )
        assert picture.content.startswith(b"RIFF") and paper.content == a_pdf()
        assert picture.headers["cache-control"] == paper.headers["cache-control"] == "private, no-store"
        assert paper.headers["content-disposition"] == "attachment; filename*=UTF-8''jadwal.pdf"


async def test_a_stranger_meets_neither_the_words_nor_the_files(
    client_for: ClientFor, dki: Tenant, gorontalo: Tenant
) -> None:
    cast, order = await an_issued_order(dki)
    here, there = f"/pesanan/{order.id}", f"/usaha/pesanan/dki/{order.id}"
    async with the_vendor(client_for, order.vendor_id) as vendor:
        await vendor.opens(there)
        hidden = vendor.hidden_fields(f"{there}/percakapan")
        files = [("files", ("rak.jpg", a_photo(), "image/jpeg"))]
        await vendor.client.post(f"{there}/percakapan", data=hidden | {"text": ASKED}, files=files)
    async with tenancy.inside(dki) as session:
        comment = (await session.scalars(select(Comment).where(Comment.order_id == order.id))).one()
    file = f"lampiran/{comment.files[0]['id']}"
    async with tenancy.inside(gorontalo) as session:
        foreign = await a_cast(session)
        foreign_order = await an_order(session, foreign, Status.ACCEPTED)
    async with client_for("dki.localhost") as browser:
        for actor, status in ((cast.auditor, 200), (cast.receiver, 200), (cast.stranger, 404)):
            await let_in(browser, dki, actor)
            assert (await browser.get(f"{here}/{file}")).status_code == status, actor.name
        assert (await browser.get(here)).status_code == 404
        await browser.get("/tugas")
        answer = await _posts(browser, f"{here}/percakapan")
        assert answer == 404
    async with client_for("gorontalo.localhost") as browser:
        await let_in(browser, gorontalo, foreign.receiver)
        for address in (f"{here}/{file}", here, f"/pesanan/{foreign_order.id}/{file}"):
            assert (await browser.get(address)).status_code == 404, address
    async with the_vendor(client_for, foreign_order.vendor_id) as other:
        elsewhere = f"/usaha/pesanan/gorontalo/{foreign_order.id}"
        for address in (f"{there}/{file}", there, f"{elsewhere}/{file}"):
            assert (await other.opens(address)).status_code == 404, address
        await other.opens(elsewhere)
        hidden = other.hidden_fields(f"{elsewhere}/percakapan")
        assert (
            await other.client.post(f"{there}/percakapan", data=hidden | {"text": "Halo"})
        ).status_code == 404
    async with client_for("dki.localhost") as citizen:
        assert (await citizen.get(f"{here}/{file}")).status_code in (303, 401)
        assert ASKED not in (await citizen.get(f"/belanja/pesanan/{order.number}")).text


async def _posts(browser: object, address: str) -> int:
    """A comment sent with the token of another page."""
    visitor = Visitor(browser)  # type: ignore[arg-type]
    await visitor.opens("/akun")
    hidden = visitor.hidden_fields("/keluar")
    return (await visitor.client.post(address, data=hidden | {"text": "Halo"})).status_code


@pytest.mark.parametrize("who", ["auditor", "admin"])
async def test_who_only_watches_reads_and_has_no_voice(dki_session: AsyncSession, who: str) -> None:
    cast = await a_cast(dki_session)
    order = await an_order(dki_session, cast, Status.ACCEPTED)
    with pytest.raises(NotAllowed):
        await write_comment(dki_session, cast.everybody[who], NewComment(order.id, ASKED))


async def test_there_is_nobody_to_talk_to_before_the_order_is_issued(dki_session: AsyncSession) -> None:
    cast = await a_cast(dki_session)
    order = await an_order(dki_session, cast, Status.AWAITING_APPROVAL)
    with pytest.raises(Conflict):
        await write_comment(dki_session, cast.officer, NewComment(order.id, ASKED))
    with pytest.raises(NotVisible):
        await write_comment(dki_session, cast.owner, NewComment(order.id, ASKED))


@pytest.mark.parametrize("status", [Status.CANCELLED, Status.EXPIRED, Status.TERMINATED, Status.COMPLETED])
async def test_they_talk_after_the_end_as_well(dki_session: AsyncSession, status: Status) -> None:
    cast = await a_cast(dki_session)
    order = await an_order(dki_session, cast, status)
    for actor in (cast.staff, cast.treasurer):
        comment = await write_comment(dki_session, actor, NewComment(order.id, ASKED))
        assert comment.author_name == actor.name


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("", "Tulis pesan Anda."),
        (" \n ", "Tulis pesan Anda."),
        ("x" * (LONGEST_TEXT + 1), "Paling panjang 2.000 karakter, ini 2.001."),
    ],
)
async def test_a_comment_that_cannot_be_is_refused_beside_its_field(
    client_for: ClientFor, dki: Tenant, typed: str, sentence: str
) -> None:
    cast, order = await an_issued_order(dki)
    here = f"/pesanan/{order.id}"
    async with client_for("dki.localhost") as browser:
        await let_in(browser, dki, cast.approver)
        answer = await send(browser, here, f"{here}/percakapan", {"text": typed})
        assert answer.status_code == 422
        assert sentence in answer.text.partition('id="text-galat"')[2].partition("</span>")[0]
        again = await browser.get(f"{here}/percakapan")
        assert (again.status_code, again.headers["location"]) == (303, f"{here}#percakapan")
    async with tenancy.inside(dki) as session:
        assert (await session.scalars(select(Comment).where(Comment.order_id == order.id))).all() == []


@pytest.mark.parametrize(
    ("files", "sentence"),
    [
        ([("surat.docx", b"PK\x03\x04 surat")], "Berkas ini bukan foto"),
        ([("palsu.pdf", b"%PDF-1.7 bukan PDF")], "PDF “palsu.pdf” tidak dapat dilampirkan"),
        ([("program.pdf", a_pdf(javascript=True))], "PDF “program.pdf” tidak dapat dilampirkan"),
        ([("kunci.pdf", a_pdf(password="rahasia"))], "PDF “kunci.pdf” tidak dapat dilampirkan"),
        ([("besar.pdf", b"%PDF-" + b" " * (8 * 1024 * 1024))], "Berkas “besar.pdf” lebih dari 8 MB."),
    ],
    ids=["document", "no PDF", "script", "locked", "large"],
)
async def test_what_is_neither_photo_nor_paper_is_refused_and_the_words_are_kept(
    client_for: ClientFor, dki: Tenant, files: list[tuple[str, bytes]], sentence: str
) -> None:
    _, order = await an_issued_order(dki)
    there = f"/usaha/pesanan/dki/{order.id}"
    async with the_vendor(client_for, order.vendor_id) as vendor:
        await vendor.opens(there)
        sent = [("files", (name, content, "application/octet-stream")) for name, content in files]
        hidden = vendor.hidden_fields(f"{there}/percakapan")
        answer = await vendor.client.post(f"{there}/percakapan", data=hidden | {"text": ASKED}, files=sent)
    assert answer.status_code == 422
    assert sentence in answer.text.partition('id="files-galat"')[2].partition("</span>")[0]
    assert f">{ASKED}</textarea>" in answer.text
    async with tenancy.inside(dki) as session:
        assert (await session.scalars(select(Comment).where(Comment.order_id == order.id))).all() == []


async def test_six_files_are_turned_away_before_they_are_read(client_for: ClientFor, dki: Tenant) -> None:
    _, order = await an_issued_order(dki)
    there = f"/usaha/pesanan/dki/{order.id}"
    async with the_vendor(client_for, order.vendor_id) as vendor:
        await vendor.opens(there)
        hidden = vendor.hidden_fields(f"{there}/percakapan")
        sent = [("files", (f"{n}.pdf", b"%PDF-", "application/pdf")) for n in range(6)]
        answer = await vendor.client.post(f"{there}/percakapan", data=hidden | {"text": ASKED}, files=sent)
    assert answer.status_code == 413


async def test_a_double_click_says_it_once(client_for: ClientFor, dki: Tenant) -> None:
    cast, order = await an_issued_order(dki)
    here = f"/pesanan/{order.id}"
    async with client_for("dki.localhost") as browser:
        await let_in(browser, dki, cast.officer)
        visitor = Visitor(browser)
        await visitor.opens(here)
        form = visitor.hidden_fields(f"{here}/percakapan") | {"text": ASKED}
        for _ in range(2):
            assert (await browser.post(f"{here}/percakapan", data=form)).status_code == 303
    async with tenancy.inside(dki) as session:
        assert len((await session.scalars(select(Comment).where(Comment.order_id == order.id))).all()) == 1


async def test_a_long_conversation_is_read_page_by_page(client_for: ClientFor, dki: Tenant) -> None:
    cast, order = await an_issued_order(dki)
    for number in range(1, 46):
        with clock.travelling_to(MONDAY + number * timedelta(hours=1)):
            await said(dki, cast.staff, order, f"Kabar nomor {number:02}")
    here = f"/pesanan/{order.id}"
    async with client_for("dki.localhost") as browser:
        await let_in(browser, dki, cast.receiver)
        seen, address = list[list[str]](), here
        while address:
            html = (await browser.get(address)).text
            thread = html.partition('id="percakapan"')[2].partition("</section>")[0]
            seen.append([one[:2] for one in thread.split("Kabar nomor ")[1:]])
            older = thread.partition(' rel="prev"')[0].rpartition('href="')[2]
            address = older.rstrip('"') if 'rel="prev"' in thread else ""
        assert [(page[0], page[-1], len(page)) for page in seen] == [
            ("26", "45", 20),
            ("06", "25", 20),
            ("01", "05", 5),
        ]
        assert (await browser.get(f"{here}?sebelum=bukan-id")).status_code == 200


async def test_nobody_floods_the_other_side(dki_session: AsyncSession) -> None:
    cast = await a_cast(dki_session)
    order = await an_order(dki_session, cast, Status.ACCEPTED)
    for _ in range(MOST_AT_ONCE):
        await write_comment(dki_session, cast.owner, NewComment(order.id, ASKED))
    with pytest.raises(Refused, match="Terlalu banyak pesan"):
        await write_comment(dki_session, cast.owner, NewComment(order.id, ASKED))
    await write_comment(dki_session, cast.staff, NewComment(order.id, ASKED))


async def test_the_other_side_hears_of_it_and_may_choose_not_to(dki: Tenant) -> None:
    cast, order = await an_issued_order(dki)
    await accounts_for(cast, staff="en")
    await carried_out(dki)
    async with tenancy.national() as nation:
        await choose(nation, _id(cast.owner), {NoticeKind.COMMENT: By.NEVER})
    await said(dki, cast.treasurer, order, f"{ASKED}\nMohon kabar.")
    await told(dki)
    for person in (cast.owner, cast.staff):
        notice = (await notices_of(person, dki))[-1]
        assert (notice.kind, from_json(notice.headline)) == (
            NoticeKind.COMMENT,
            f"Pesanan {order.number}: pesan dari Sri Wahyuni",
        )
    letter = letters_to(cast.staff)[-1]
    assert letter.subject == f"Order {order.number}: message from Sri Wahyuni"
    assert order.title in letter.text and ASKED not in letter.text
    assert f"/usaha/pesanan/dki/{order.id}#percakapan" in letter.text
    assert not [mail for mail in letters_to(cast.owner) if "pesan dari" in mail.subject]
    assert not [one for one in await notices_of(cast.officer, dki) if one.kind == NoticeKind.COMMENT]


async def test_of_the_offices_people_those_hear_who_have_the_order_in_hand(dki: Tenant) -> None:
    cast, order = await an_issued_order(dki, Status.DELIVERED)
    await accounts_for(cast)
    await carried_out(dki)
    await said(dki, cast.treasurer, order, "Nomor faktur pajak mohon disiapkan.")
    await said(dki, cast.owner, order, "Siap, Bu.")
    await told(dki)
    heard = {
        name
        for name, actor in cast.everybody.items()
        if actor.id and [one for one in await notices_of(actor, dki) if one.kind == NoticeKind.COMMENT]
    }
    assert heard == {"officer", "approver", "receiver", "treasurer", "owner", "staff"}


async def test_what_was_said_stays_as_it_was_said(dki: Tenant) -> None:
    cast, order = await an_issued_order(dki)
    await said(dki, cast.officer, order, ASKED)
    for statement in (update(Comment).values(text="Lain"), delete(Comment)):
        with pytest.raises(DBAPIError, match="permission denied"):
            async with tenancy.inside(dki) as session:
                await session.execute(statement.where(Comment.order_id == order.id))
    with pytest.raises(DBAPIError, match="ck_order_comment_text"):
        async with tenancy.inside(dki) as session:
            await session.execute(
                text(
                    "insert into order_comment select gen_random_uuid(), order_id, author_id, author_name, side,"
                    " role, '', files, created_at, 9, '', '' from order_comment where order_id = :order"
                ),
                {"order": order.id},
            )


def _id(actor: Actor) -> UUID:
    assert actor.id
    return actor.id


@pytest.mark.parametrize(
    "past_the_application",
    [
        "update t_dki.order_comment set text = 'Tidak jadi' where order_id = $1 and sequence = 1",
        "update t_dki.order_comment set author_name = 'Orang Lain' where order_id = $1 and sequence = 2",
        "update t_dki.order_comment set created_at = created_at - interval '1 day' where order_id = $1",
        "update t_dki.order_comment set files = '[]' where order_id = $1 and sequence = 2",
        "delete from t_dki.order_comment where order_id = $1 and sequence = 1",
        "delete from t_dki.order_comment where order_id = $1 and sequence = 3",
        "delete from t_dki.order_comment where order_id = $1",
        "delete from t_dki.order_conversation where order_id = $1",
        "update t_dki.order_conversation set comments = 2 where order_id = $1",
        "insert into t_dki.order_comment select (jsonb_populate_record(c, jsonb_build_object('id', gen_random_uuid(),"
        " 'sequence', 4, 'text', 'Saya setuju', 'previous_seal', c.seal))).* from t_dki.order_comment c"
        " where order_id = $1 and sequence = 3",
        "the file",
    ],
)
async def test_a_comment_that_was_changed_or_taken_out_is_named(
    dki: Tenant, past_the_application: str
) -> None:
    cast, order = await an_issued_order(dki)
    await said(dki, cast.receiver, order, ASKED)
    async with tenancy.inside(dki) as session:
        photo = await attachment("rak.jpg", a_photo(), field="files")
        comment = await write_comment(session, cast.staff, NewComment(order.id, "Ini raknya.", (photo,)))
        [file] = comment.files
    await said(dki, cast.officer, order, "Terima kasih.")
    async with tenancy.inside(dki) as session:
        assert await altered_conversations(session) & {order.id} == set()
        assert order.number not in await broken_journals(session)
    if past_the_application == "the file":
        key = file_key(order.id, file["id"], file["media_type"])
        await file_store().inside(dki.slug).put(key, b"another picture")
    else:
        await as_owner(past_the_application, order.id)
    async with tenancy.inside(dki) as session:
        assert order.id in await altered_conversations(session)
        assert order.number in await broken_journals(session)


async def test_comments_from_before_seals_are_sealed_once_and_for_all(dki: Tenant) -> None:
    cast, order = await an_issued_order(dki)
    _, mixed = await an_issued_order(dki)
    photo = await attachment("rak.jpg", a_photo(), field="files")
    async with tenancy.inside(dki) as session:
        await write_comment(session, cast.staff, NewComment(order.id, "Ini raknya.", (photo,)))
    for one in (order, order, mixed):
        async with tenancy.inside(dki) as session:
            actor = vendor_of(cast, one)
            await write_comment(session, actor, NewComment(one.id, ASKED))
    async with tenancy.inside(dki) as session:
        await write_comment(session, vendor_of(cast, mixed), NewComment(mixed.id, ASKED))
    unseal = (
        "update t_dki.order_comment set seal = '', previous_seal = '', files = (select"
        " coalesce(jsonb_agg(f - 'sha256'), '[]') from jsonb_array_elements(files) f) where order_id = $1"
    )
    await as_owner(unseal, order.id)
    await as_owner("delete from t_dki.order_conversation where order_id = $1", order.id)
    await as_owner(f"{unseal} and sequence = 1", mixed.id)
    async with tenancy.inside(dki) as session:
        assert {order.id, mixed.id} <= await altered_conversations(session)
    async with inside_as_owner(dki) as session:
        assert mixed.number in await seal_journals(session)
    async with tenancy.inside(dki) as session:
        assert await altered_conversations(session) & {order.id, mixed.id} == {mixed.id}
        await write_comment(session, cast.staff, NewComment(order.id, "Sesudahnya."))
    async with tenancy.inside(dki) as session:
        assert order.id not in await altered_conversations(session)


def vendor_of(cast: Cast, order: Order) -> Actor:
    """Somebody of the business that sells it."""
    return replace(cast.staff, vendor_id=order.vendor_id)


async def test_two_who_write_at_once_wait_for_each_other_and_for_no_step(dki: Tenant) -> None:
    cast, order = await an_issued_order(dki)

    async def writes(actor: Actor, words: str) -> None:
        async with tenancy.inside(dki) as session:
            await write_comment(session, actor, NewComment(order.id, words))
            await asyncio.sleep(0.05)

    async with tenancy.inside(dki) as session:  # a step is under way
        await stepping.locked(session, cast.staff, order.id)
        await asyncio.gather(
            *(writes(who, f"Pesan {n}") for n, who in enumerate([cast.staff, cast.officer] * 3))
        )
    async with tenancy.inside(dki) as session:
        assert order.id not in await altered_conversations(session)
        head = await session.get_one(Conversation, order.id)
    assert head.comments == 6
