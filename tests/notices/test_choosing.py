"""How people hear by mail is theirs to choose: at once, in the day's digest or not; what is required stays."""

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import httpx
import pytest

from eorder_platform import clock, tenancy
from eorder_platform.notices.choosing import choices_of, choose, unsubscribing_token
from eorder_platform.notices.models import By, Mail, NoticeKind
from eorder_platform.tenancy import Tenant
from eorder_tenants.orders.core.models import Status
from eorder_web.notices.digesting import send_digests
from tests.notices.factories import accounts_for, carried_out, letters_to, notices_of
from tests.orders.factories import MONDAY, Cast, a_cast, an_order
from tests.organisation.visiting import let_in, send

ClientFor = Callable[[str], httpx.AsyncClient]
TUESDAY_MORNING = datetime(2026, 7, 7, 0, 31, tzinfo=UTC)
"""07.31 in Jakarta, 08.31 in Gorontalo."""


@pytest.fixture(autouse=True)
def _in_july() -> Iterator[None]:
    with clock.travelling_to(MONDAY):
        yield


async def a_known_cast(tenant: Tenant) -> Cast:
    async with tenancy.inside(tenant) as session:
        cast = await a_cast(session, ceiling=60_000_000)
    await accounts_for(cast)
    return cast


async def chosen_by(cast: Cast, who: str, **ways: By) -> None:
    account_id = cast.everybody[who].id
    assert account_id
    async with tenancy.national() as session:
        await choose(session, account_id, {NoticeKind(kind): way for kind, way in ways.items()})


async def ordered(tenant: Tenant, cast: Cast, status: Status) -> None:
    async with tenancy.inside(tenant) as session:
        await an_order(session, cast, status)
    await carried_out(tenant)


async def test_what_was_turned_off_comes_by_no_mail_and_stands_in_the_bell(dki: Tenant) -> None:
    cast = await a_known_cast(dki)
    await chosen_by(cast, "approver", waiting=By.NEVER)
    await ordered(dki, cast, Status.AWAITING_APPROVAL)
    assert letters_to(cast.approver) == []
    assert [one.mail for one in await notices_of(cast.approver, dki)] == [Mail.NONE]


async def test_the_digest_brings_everything_once_in_the_morning(dki: Tenant) -> None:
    cast = await a_known_cast(dki)
    await chosen_by(cast, "approver", waiting=By.DIGEST)
    await ordered(dki, cast, Status.AWAITING_APPROVAL)
    await ordered(dki, cast, Status.AWAITING_APPROVAL)
    await send_digests()
    assert letters_to(cast.approver) == [], "what came after this morning waits for the next"
    with clock.travelling_to(TUESDAY_MORNING):
        await send_digests()
        await send_digests()
    [letter] = letters_to(cast.approver)
    assert letter.subject == "Ringkasan: 2 kabar pesanan"
    assert len(re.findall(r"http://dki\.localhost:8000/pesanan/\S+", letter.text)) == 2
    assert {one.mail for one in await notices_of(cast.approver, dki)} == {Mail.SENT}


async def test_a_vendor_s_digest_gathers_all_regions(dki: Tenant, gorontalo: Tenant) -> None:
    cast = await a_known_cast(gorontalo)
    await ordered(gorontalo, cast, Status.CANCELLED)
    await chosen_by(cast, "staff", ended=By.DIGEST)
    await ordered(gorontalo, cast, Status.CANCELLED)
    with clock.travelling_to(TUESDAY_MORNING):
        await send_digests()
    assert [mail.subject for mail in letters_to(cast.staff)][1:] == ["Ringkasan: 1 kabar pesanan"]


async def test_a_purchase_order_cannot_be_turned_off(dki: Tenant) -> None:
    cast = await a_known_cast(dki)
    await chosen_by(cast, "owner", purchase_order=By.NEVER)
    await ordered(dki, cast, Status.ISSUED)
    [letter] = letters_to(cast.owner)
    assert "Terima pesanan" in letter.subject and "Berhenti" not in letter.text


async def test_a_person_chooses_below_their_account(client_for: ClientFor, dki: Tenant) -> None:
    cast = await a_known_cast(dki)
    assert cast.approver.id
    async with client_for("dki.localhost") as browser:
        await let_in(browser, dki, cast.approver)
        page = (await browser.get("/akun/pemberitahuan")).text
        assert "Pengingat sebelum tenggat" in page and "Surat pesanan baru" not in page
        form = {"waiting": "digest", "ended": "never", "language": "en"}
        answer = await send(browser, "/akun/pemberitahuan", "/akun/pemberitahuan", form)
        assert answer.headers["location"] == "/akun/pemberitahuan"
        wrong = await send(browser, "/akun/pemberitahuan", "/akun/pemberitahuan", {"paid": "besok"})
        assert wrong.status_code == 422 and "Pilih salah satu." in wrong.text
    async with tenancy.national() as session:
        holding = await choices_of(session, cast.approver.id)
    assert (holding[NoticeKind.WAITING], holding[NoticeKind.ENDED]) == (By.DIGEST, By.NEVER)
    await chosen_by(cast, "approver", waiting=By.AT_ONCE)
    await ordered(dki, cast, Status.AWAITING_APPROVAL)
    assert "waits for you" in letters_to(cast.approver)[0].subject


async def test_the_link_in_a_letter_ends_its_kind_when_its_button_is_pressed(
    client_for: ClientFor, dki: Tenant
) -> None:
    """Opening it is no pressing: mail programs open every link. They may POST by themselves, without a form of ours."""
    cast = await a_known_cast(dki)
    await ordered(dki, cast, Status.AWAITING_APPROVAL)
    [letter] = letters_to(cast.approver)
    link = re.search(r"http://localhost:8000(/berhenti-surat/\S+)", letter.text)
    account_id = cast.approver.id
    assert link and account_id

    async def holding() -> By:
        async with tenancy.national() as session:
            return (await choices_of(session, account_id))[NoticeKind.WAITING]

    async with client_for("localhost") as program:
        assert (await program.get(link[1])).status_code == 200
        assert await holding() is By.AT_ONCE
        answer = await program.post(link[1], data={"List-Unsubscribe": "One-Click"})
        assert answer.status_code == 303 and await holding() is By.NEVER
        token = unsubscribing_token(account_id, NoticeKind.WAITING)
        assert (await program.post(f"/berhenti-surat/{token[:-2]}xx")).status_code == 404
