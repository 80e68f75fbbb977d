"""Who is gone is out at once: an account is closed by its person, a role ends, and the next click finds nobody."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import httpx
import pytest
from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from eorder_platform import clock, outbox, tenancy
from eorder_platform.directory.asking import ask_for_change
from eorder_platform.directory.change_queue import count_requests
from eorder_platform.directory.deciding_changes import accept_change
from eorder_platform.directory.leaving import OWNER_GONE, close_account
from eorder_platform.directory.members import find_member
from eorder_platform.directory.models import (
    FactKind,
    Participation,
    ParticipationStatus,
    Product,
    ProductStatus,
    VendorStatus,
)
from eorder_platform.directory.queries import payee_version
from eorder_platform.directory.verifying import accept_vendor
from eorder_platform.errors import Conflict, Refused, Unavailable
from eorder_platform.identity import sessions
from eorder_platform.identity.agency import end_role, give_role
from eorder_platform.identity.departing import end_sessions
from eorder_platform.identity.inviting import find_or_invite
from eorder_platform.identity.models import Account, NationalRole, NationalRoleName, RegionalOfficial
from eorder_platform.identity.signing_in import check_password, create_account
from eorder_platform.ids import new_id
from eorder_platform.mail import read_mailbox
from eorder_platform.tenancy import Tenant
from eorder_tenants.orders.closing_account import what_keeps
from eorder_tenants.organisation.belonging import remember_official
from eorder_tenants.organisation.ending import end_appointment
from eorder_tenants.organisation.models import Role, RoleAssignment
from eorder_web.operations import jobs
from tests.directory.factories import (
    a_committed_vendor,
    a_registered_vendor,
    a_submitted_case,
    a_verified_vendor,
    a_verifier,
    vendor_of,
)
from tests.organisation.factories import an_official
from tests.organisation.visiting import committed
from tests.vendors.browsing import Visitor

ClientFor = Callable[[str], httpx.AsyncClient]
PASSWORD = "kuda putih di tepi sungai"
CLOSING = "/akun/penutupan"
assert jobs.__all__


async def an_account() -> Account:
    async with tenancy.national() as session:
        return await create_account(session, f"{new_id().hex[-12:]}@uji.id", "Rina Kartikasari", PASSWORD)


async def an_official_of(tenant: Tenant, *roles: Role) -> Account:
    """Somebody with an account and these roles in that region, which the nation knows of."""
    account = await an_account()
    async with tenancy.inside(tenant) as session:
        await an_official(session, *roles, account_id=account.id)
    async with tenancy.national() as session:
        await remember_official(session, account.id, tenant)
    return account


async def signs_in(visitor: Visitor, account: Account) -> httpx.Response:
    await visitor.opens("/masuk")
    return await visitor.sends("/masuk", {"email": account.email, "password": PASSWORD})


async def closes(visitor: Visitor, password: str = PASSWORD) -> httpx.Response:
    await visitor.opens(CLOSING)
    return await visitor.sends(CLOSING, {"password": password})


async def test_a_closed_account_is_out_everywhere_with_the_very_next_click(client_for: ClientFor) -> None:
    account = await an_account()
    here, elsewhere = Visitor(client_for("localhost")), Visitor(client_for("localhost"))
    await signs_in(here, account)
    await signs_in(elsewhere, account)
    in_a_region = await sessions.start("dki", account.id, account.name, account.email, (), "")
    await elsewhere.opens("/akun")
    open_form = elsewhere.hidden_fields("/akun/kata-sandi") | {
        "old_password": PASSWORD,
        "new_password": "x" * 12,
    }
    await closes(here)
    assert here.page.url.path == "/masuk" and here.sees("Akun Anda sudah ditutup")
    late = await elsewhere.client.post("/akun/kata-sandi", data=open_form)
    assert (late.status_code, late.headers["location"].partition("?")[0]) == (303, "/masuk")
    assert (await elsewhere.opens("/akun")).url.path == "/masuk"
    assert await sessions.find("dki", in_a_region) is None
    await signs_in(here, account)
    assert here.page.status_code == 422 and here.sees("tidak cocok")


async def test_closing_asks_for_the_password_and_says_what_happens(client_for: ClientFor) -> None:
    account, visitor = await an_account(), Visitor(client_for("localhost"))
    await signs_in(visitor, account)
    page = await closes(visitor, "tebakan saja")
    assert page.status_code == 422
    assert visitor.sees("Kata sandi tidak cocok.") and visitor.sees("tetap tercatat atas nama Anda")
    assert (await check_password(account.email, PASSWORD, new_id().hex)).account_id == account.id


async def test_the_mailbox_hears_of_it_and_opens_the_account_again(client_for: ClientFor) -> None:
    account, visitor = await an_account(), Visitor(client_for("localhost"))
    await signs_in(visitor, account)
    await closes(visitor)
    await outbox.carry_out_open(outbox.NATION, ["identity.tell_of_closing", "identity.end_sessions"])
    assert "/daftar" in next(mail.text for mail in read_mailbox() if mail.to == account.email)
    async with tenancy.national() as session:
        assert await find_or_invite(session, account.email, account.name, "dki.localhost") == account.id
    async with tenancy.national() as session:
        again = await session.get_one(Account, account.id)
    assert again.active and again.closed_at is None
    with pytest.raises(Refused):  # by the invitation alone
        await check_password(account.email, PASSWORD, new_id().hex)


async def test_an_official_is_kept_until_his_appointment_ends(client_for: ClientFor, dki: Tenant) -> None:
    account, visitor = await an_official_of(dki, Role.TREASURER), Visitor(client_for("localhost"))
    await signs_in(visitor, account)
    await visitor.opens(CLOSING)
    assert visitor.sees("masih berlaku. Minta admin daerah itu mengakhirinya dahulu.")
    form = visitor.page.text.partition('name="_csrf" value="')[2].partition('"')[0]
    refused = await visitor.client.post(CLOSING, data={"_csrf": form, "password": PASSWORD})
    assert refused.status_code == 422 and "masih berlaku" in refused.text
    administrator = await committed(dki, Role.TENANT_ADMIN)
    async with tenancy.inside(dki) as session:
        held = select(RoleAssignment).where(RoleAssignment.official_id == account.id)
        appointment = (await session.scalars(held)).one()
        yesterday = clock.today(dki.zone) - timedelta(days=1)
        await end_appointment(session, administrator, appointment.id, yesterday)
    assert await what_keeps(account.id) == []


async def test_the_last_administrator_of_a_region_is_told_what_to_do(gorontalo: Tenant) -> None:
    account = await an_official_of(gorontalo)
    appointment = RoleAssignment(official_id=account.id, role=Role.TENANT_ADMIN, letter_number="SK 1/2025")
    appointment.valid_from = date(2025, 1, 1)
    async with tenancy.inside(gorontalo) as session:
        session.add(appointment)
    with clock.travelling_to(datetime(2025, 6, 1, tzinfo=UTC)):  # before anybody else was one
        (reason,) = await what_keeps(account.id)
    assert "Anda admin terakhir Provinsi Gorontalo." in reason
    await committed(gorontalo, Role.TENANT_ADMIN)
    (reason,) = await what_keeps(account.id)
    assert "masih berlaku" in reason


async def test_the_agency_keeps_its_last_administrator(national_session: AsyncSession) -> None:
    account, verifier = await an_account(), await an_account()
    await national_session.execute(delete(NationalRole))
    await give_role(national_session, account.email, NationalRoleName.AGENCY_ADMIN)
    await give_role(national_session, verifier.email, NationalRoleName.VERIFIER)
    with pytest.raises(Refused, match="admin nasional terakhir"):
        await end_role(national_session, account.email, NationalRoleName.AGENCY_ADMIN)
    with pytest.raises(Refused, match="admin nasional terakhir"):
        await close_account(national_session, account.id)
    await give_role(national_session, verifier.email, NationalRoleName.AGENCY_ADMIN)
    await end_role(national_session, account.email, NationalRoleName.AGENCY_ADMIN)


async def test_whose_role_with_the_nation_ends_is_out_with_the_very_next_click(client_for: ClientFor) -> None:
    account, visitor = await an_account(), Visitor(client_for("localhost"))
    async with tenancy.national() as session:
        await give_role(session, account.email, NationalRoleName.VERIFIER)
    await signs_in(visitor, account)
    assert visitor.page.url.path == "/verifikasi"
    in_a_region = await sessions.start("dki", account.id, account.name, account.email, (), "")
    async with tenancy.national() as session:
        await end_role(session, account.email, NationalRoleName.VERIFIER)
    assert (await visitor.opens("/verifikasi")).url.path == "/masuk"
    assert await sessions.find("dki", in_a_region) is not None


async def test_a_business_whose_owner_leaves_is_seen_nowhere_any_more(dki: Tenant) -> None:
    member = await a_committed_vendor()
    async with tenancy.national() as session:
        session.add(
            Participation(
                vendor_id=member.vendor_id,
                tenant_id=dki.id,
                status=ParticipationStatus.ACTIVE,
                requested_at=clock.now(),
            )
        )
    async with tenancy.national() as session:
        await close_account(session, member.account_id)
        await close_account(session, member.account_id)
    async with tenancy.national() as session:
        standing = await session.get_one(Participation, (member.vendor_id, dki.id))
        assert standing.status == ParticipationStatus.WITHDRAWN
        shown = select(Product.id).where(
            Product.vendor_id == member.vendor_id, Product.status == ProductStatus.PUBLISHED
        )
        assert (await session.scalars(shown)).all() == []
        assert await find_member(session, member.account_id) is None


async def test_what_a_gone_owner_asked_for_waits_for_no_verifier(national_session: AsyncSession) -> None:
    session = national_session
    member = await a_verified_vendor(session)
    bank = {"bank_code": "008", "bank_account": "1234567890", "bank_account_holder": "Toko Rahma"}
    confirmed = await ask_for_change(session, member, FactKind.BANK_ACCOUNT, bank)
    confirmed.confirmed_at = clock.now()
    tax = await ask_for_change(session, member, FactKind.TAX, {"vat_registered": "ya"})
    candidate = await a_registered_vendor(session)
    case = await a_submitted_case(session, candidate)
    waiting = await count_requests(session)
    version = await payee_version(session, member.vendor_id)
    for one in (member, candidate):
        await close_account(session, one.account_id)
    assert await count_requests(session) == waiting - 2
    assert {(one.outcome, one.reason) for one in (confirmed, tax)} == {("withdrawn", OWNER_GONE)}
    assert await payee_version(session, member.vendor_id) == version + 1, "payments are held no longer"
    assert (case.outcome, case.reason) == ("returned", OWNER_GONE)
    assert (await vendor_of(session, candidate)).status == VendorStatus.RETURNED
    for decision in (accept_change(session, await a_verifier(session), tax.id),
                     accept_vendor(session, await a_verifier(session), case.id)):  # fmt: skip
        with pytest.raises(Conflict):
            await decision


async def test_sessions_that_valkey_could_not_end_are_ended_by_the_job(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    account = await an_account()
    token = await sessions.start("national", account.id, account.name, account.email, (), "")

    async def away(_account_id: UUID) -> int:
        raise Unavailable("Valkey is away")

    with monkeypatch.context() as broken:
        broken.setattr(sessions, "end_everywhere", away)
        async with tenancy.national() as session:
            end_sessions(session, account.id)
    assert await sessions.find("national", token) is not None
    await outbox.carry_out_open(outbox.NATION, ["identity.end_sessions"])
    assert await sessions.find("national", token) is None


async def test_an_official_who_signs_in_with_the_nation_is_shown_the_way_to_his_region(
    client_for: ClientFor, dki: Tenant
) -> None:
    account, visitor = await an_official_of(dki, Role.TREASURER), Visitor(client_for("localhost"))
    await signs_in(visitor, account)
    assert visitor.page.url.path == "/wilayah-saya"
    assert visitor.sees(dki.name) and visitor.sees("Bendahara")
    assert visitor.sees(f"http://{dki.hosts[0]}:8000/masuk")
    assert visitor.page.text.count('href="/daftar"') == 1  # at the foot of every page, no more
    await visitor.opens("/daftar")
    assert visitor.page.url.path == "/wilayah-saya"


async def test_who_is_nobodys_official_goes_on_to_registering(client_for: ClientFor) -> None:
    visitor = Visitor(client_for("localhost"))
    await signs_in(visitor, await an_account())
    assert visitor.page.url.path == "/daftar/usaha"


async def test_the_nation_learns_whose_official_an_account_is(dki: Tenant) -> None:
    account = await an_account()
    async with tenancy.inside(dki) as session:
        await an_official(session, Role.TREASURER, account_id=account.id)
        outbox.write(session, "organisation.tell_nation", official_id=account.id)
    await outbox.carry_out_open(dki.slug, ["organisation.tell_nation"])
    async with tenancy.national() as session:
        assert await session.get(RegionalOfficial, (account.id, dki.id)) is not None


async def test_a_region_that_cannot_be_asked_keeps_no_official_from_signing_in(
    client_for: ClientFor, dki: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    account, visitor = await an_official_of(dki, Role.TREASURER), Visitor(client_for("localhost"))

    async def away(_account_id: UUID) -> list[object]:
        raise ConnectionRefusedError

    monkeypatch.setattr("eorder_web.people.beginning.regions_of", away)
    await signs_in(visitor, account)
    assert visitor.page.url.path == "/wilayah-saya" and visitor.sees(dki.name)
