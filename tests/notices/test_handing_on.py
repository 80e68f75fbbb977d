"""Whoever an order is handed to hears of it: once, by notice and by mail, in their language."""

import asyncio
from collections.abc import Iterator

import pytest

from eorder_platform import clock, tenancy
from eorder_platform.directory.models import VendorRole
from eorder_platform.notices.models import Mail, Notice, NoticeKind
from eorder_platform.sentences import from_json
from eorder_platform.tenancy import Tenant
from eorder_tenants.orders.contracting.recalling import recall_order
from eorder_tenants.orders.core import stepping
from eorder_tenants.orders.core.models import Order, Status
from eorder_tenants.orders.jobs import tell
from eorder_tenants.orders.lifecycle import steps
from eorder_tenants.organisation.actors import SYSTEM_ACTOR
from eorder_web.look.formatting import datetime_short
from eorder_web.notices.mailing import mail_member, mail_official
from tests.notices.factories import accounts_for, carried_out, letters_to, notices_of
from tests.orders.factories import MONDAY, Cast, a_cast, an_order, go_on


@pytest.fixture(autouse=True)
def _in_july() -> Iterator[None]:
    with clock.travelling_to(MONDAY):
        yield


async def committed(tenant: Tenant, status: Status, **languages: str) -> tuple[Cast, Order]:
    async with tenancy.inside(tenant) as session:
        cast = await a_cast(session)
        order = await an_order(session, cast, status)
    await accounts_for(cast, **languages)
    await carried_out(tenant)
    return cast, order


async def headlines(cast: Cast, tenant: Tenant, who: str) -> list[str]:
    return [from_json(one.headline) for one in await notices_of(cast.everybody[who], tenant)]


async def test_the_vendor_hears_of_a_purchase_order_with_what_how_much_and_until_when(dki: Tenant) -> None:
    cast, order = await committed(dki, Status.ISSUED)
    [notice] = await notices_of(cast.owner, dki)
    assert (notice.kind, notice.order_id, notice.due_at) == (
        NoticeKind.PURCHASE_ORDER,
        order.id,
        order.due_at,
    )
    [letter] = letters_to(cast.owner)
    assert letter.subject == f"Pesanan {order.number} menunggu Anda: Terima pesanan"
    assert order.title in letter.text and "Rp\N{NO-BREAK SPACE}11.100.000" in letter.text
    assert order.due_at and f"Batasnya {datetime_short(order.due_at, dki.zone)}." in letter.text
    assert f"http://localhost:8000/usaha/pesanan/dki/{order.id}" in letter.text
    assert await notices_of(cast.staff, dki) == [], "only the owner may answer a purchase order"


async def test_a_letter_is_written_in_its_readers_language(dki: Tenant) -> None:
    cast, order = await committed(dki, Status.AWAITING_APPROVAL, approver="en")
    [letter] = letters_to(cast.approver)
    assert letter.subject == f"Order {order.number} waits for you: Approve and sign the purchase order"
    assert "Rp\N{NO-BREAK SPACE}11,100,000" in letter.text
    assert f"http://dki.localhost:8000/pesanan/{order.id}" in letter.text


async def test_on_the_way_of_an_order_each_hears_of_what_is_theirs_to_do(dki: Tenant) -> None:
    """Nobody hears of their own side's steps: the vendor who accepts is not asked to deliver by mail."""
    cast, order = await committed(dki, Status.AWAITING_APPROVAL)
    for status in (
        Status.ISSUED,
        Status.ACCEPTED,
        Status.IN_DELIVERY,
        Status.DELIVERED,
        Status.INSPECTED,
        Status.HANDOVER_PENDING,
        Status.HANDED_OVER,
        Status.INVOICED,
        Status.PAYMENT_REQUESTED,
        Status.PAYMENT_APPROVED,
        Status.PAID,
    ):
        async with tenancy.inside(dki) as session:
            await go_on(session, cast, await stepping.locked(session, SYSTEM_ACTOR, order.id), status)
        await carried_out(dki)
    number = order.number
    heard = {who: await headlines(cast, dki, who) for who in cast.everybody if who != "system"}
    assert {
        who: [line.removeprefix(f"Pesanan {number}") for line in lines] for who, lines in heard.items()
    } == {
        "officer": [": Surat pesanan ditandatangani PPK", ": Diterima penyedia", ": Dibayar"],
        "approver": [
            " menunggu Anda: Setujui dan tandatangani surat pesanan",
            ": Diterima penyedia",
            " menunggu Anda: Tandatangani serah terima",
            " menunggu Anda: Tutup pesanan",
        ],
        "receiver": [": Pengiriman dimulai", " menunggu Anda: Catat hasil pemeriksaan"],
        "treasurer": [" menunggu Anda: Ajukan pembayaran", " menunggu Anda: Catat pembayaran"],
        "budget_user": [" menunggu Anda: Setujui pembayaran"],
        "owner": [
            " menunggu Anda: Terima pesanan",
            " menunggu Anda: Setujui hasil pemeriksaan",
            " menunggu Anda: Kirim tagihan",
            ": Dibayar",
        ],
        "staff": [": Dibayar"],
        "auditor": [],
        "admin": [],
        "stranger": [],
        "other_vendor": [],
    }


async def test_who_runs_twice_tells_once(dki: Tenant) -> None:
    """The worker may die after any line: the notice, its letter and the letter's mark are each made up for once."""
    cast, order = await committed(dki, Status.ISSUED)
    for _ in range(2):
        await asyncio.gather(*(tell(dki, order_id=str(order.id), sequence=2, part_id=None) for _ in range(3)))
        await carried_out(dki)
    [notice] = await notices_of(cast.owner, dki)
    await mail_member(notice_id=str(notice.id))
    assert len(letters_to(cast.owner)) == 1


async def test_a_letter_that_left_before_its_worker_died_bears_the_same_name_when_it_is_sent_again(
    dki: Tenant,
) -> None:
    cast, _ = await committed(dki, Status.AWAITING_APPROVAL)
    [notice] = await notices_of(cast.approver, dki)
    async with tenancy.inside(dki) as session:
        (await session.get_one(Notice, notice.id)).mail = Mail.OPEN
    await mail_official(dki, notice_id=str(notice.id))
    assert len(letters_to(cast.approver)) == 1
    assert (await notices_of(cast.approver, dki))[0].mail == Mail.SENT


async def test_an_order_that_moved_on_meanwhile_waits_for_nobody_any_more(dki: Tenant) -> None:
    async with tenancy.inside(dki) as session:
        cast = await a_cast(session)
        order = await an_order(session, cast, Status.REJECTED)
    await accounts_for(cast)
    await carried_out(dki)
    assert await notices_of(cast.approver, dki) == []
    [notice] = await notices_of(cast.officer, dki)
    assert (notice.kind, from_json(notice.headline)) == (
        NoticeKind.ENDED,
        f"Pesanan {order.number}: Ditolak PPK",
    )


@pytest.mark.parametrize(
    ("ended", "heard"),
    [
        (Status.CANCELLED, "Surat pesanan ditarik PPK"),
        (Status.EXPIRED, "Batal karena penyedia tidak menjawab"),
    ],
)
async def test_the_vendor_hears_that_an_order_ended(gorontalo: Tenant, ended: Status, heard: str) -> None:
    cast, order = await committed(gorontalo, ended)
    assert await headlines(cast, gorontalo, "owner") == [f"Pesanan {order.number}: {heard}"]


async def test_who_was_asked_to_approve_hears_that_the_submission_was_taken_back(gorontalo: Tenant) -> None:
    cast, order = await committed(gorontalo, Status.AWAITING_APPROVAL)
    async with tenancy.inside(gorontalo) as session:
        await recall_order(session, cast.officer, order.id, order.version)
    await carried_out(gorontalo)
    assert f"Pesanan {order.number}: Pengajuan ditarik kembali" in await headlines(
        cast, gorontalo, "approver"
    )


def test_whatever_ends_something_tells_the_other_side() -> None:
    """A draft is its officer's alone."""
    sides = {step: {isinstance(party, VendorRole) for party in (*step.by, *step.tells)} for step in steps()}
    ending = [step for step in steps() if step.target.is_dead and step.document is None]
    assert ending
    assert not [
        step
        for step in ending
        if not step.tells and not set(step.sources) <= {Status.DRAFT} and len(sides[step]) < 2
    ]
