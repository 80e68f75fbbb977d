"""Everybody who may send a form of ours, and a world in which each of their forms is open."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import httpx
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from eorder_platform import clock, tenancy
from eorder_platform.directory.asking import ask_for_change
from eorder_platform.directory.confirming_account import Link, link_token
from eorder_platform.directory.models import FactKind
from eorder_platform.directory.participating import request_participation
from eorder_platform.directory.photographing import add_photo
from eorder_platform.directory.proving_mailbox import ask_for_account
from eorder_platform.directory.registering import save_draft
from eorder_platform.directory.staffing import add_staff
from eorder_platform.directory.writing_products import write_product
from eorder_platform.identity import authenticator, halfway, recovery_codes, sessions
from eorder_platform.identity.events import NOWHERE
from eorder_platform.identity.inviting import issue_token
from eorder_platform.identity.links import Purpose, token_for
from eorder_platform.identity.models import (
    Account,
    AccountRecovery,
    NationalRole,
    NationalRoleName,
    Passkey,
)
from eorder_platform.identity.openid.authorizing import Wanted, carried
from eorder_platform.identity.openid.models import Program
from eorder_platform.identity.openid.permissions import Given, give
from eorder_platform.identity.openid.programs import deactivate
from eorder_platform.identity.openid.scopes import Scope
from eorder_platform.identity.reclaiming import FINISH, STOP, token_of
from eorder_platform.identity.reclaiming import ask_for_account as ask_back
from eorder_platform.identity.signing_in import SignedIn
from eorder_platform.ids import new_id
from eorder_platform.notices.choosing import unsubscribing_token
from eorder_platform.notices.models import NoticeKind
from eorder_platform.signed_values import serializer
from eorder_platform.tenancy import Tenant
from eorder_tenants.budgets.importing.contents import contents_of
from eorder_tenants.budgets.importing.previewing import preview
from eorder_tenants.budgets.importing.work_units import WORK_UNITS
from eorder_tenants.catalogue import jobs
from eorder_tenants.documents.facts import DocumentKind
from eorder_tenants.orders.contracting.cancelling import ASK
from eorder_tenants.orders.core.models import Order, Status
from eorder_tenants.orders.fulfilling.delivering import DEPART
from eorder_tenants.orders.letters.asking import ask_letter
from eorder_tenants.orders.paying.funding import CARRY
from eorder_tenants.organisation.actors import SYSTEM_ACTOR, Actor
from eorder_tenants.organisation.closing import close_on
from eorder_tenants.organisation.models import Role
from eorder_tenants.organisation.overriding import Deviation, set_rule
from eorder_tenants.organisation.staff.keeping import Entered, enter
from eorder_tenants.webhooks.registering import NewWebhook, add_webhook
from eorder_tenants.webhooks.sending import send_test
from eorder_web.edge.visiting import HALFWAY_COOKIE, PENDING_COOKIE, SESSION_COOKIE
from eorder_web.vendors.account import SIGNED
from tests.budgets.factories import a_budget_line, a_csv, a_package, change_ceiling
from tests.directory.factories import (
    a_drawn_photo,
    a_published_product,
    a_registered_vendor,
    a_submitted_case,
    a_verified_vendor,
    a_verifier,
    an_account,
    some_answers,
    some_product,
)
from tests.directory.sanctions import a_proposal, a_sanction, a_vendor_of_its_own
from tests.identity.openid.factories import RETURN, a_program
from tests.notices.factories import accounts_for, carried_out
from tests.orders.factories import MONDAY, WAY, Cast, a_cast, an_order, billed_by_the_clock, left_alone, take
from tests.orders.test_letters import wanted
from tests.organisation.factories import an_official
from tests.transparency.factories import a_vendor
from tests.transparency.factories import an_order as a_written_order

Browsers = Callable[[str], httpx.AsyncClient]
NEW_PERSON = {"name": "Rahma Pakaya", "phone": "0812-3456-7890", "password": "nasi kotak hangat"}
NEW_ACCOUNT = {"bank_code": "008", "bank_account": "998877665544", "bank_account_holder": "CV Dapur Karawo"}


@dataclass
class Person:
    """One browser at one host, signed in or not, and pages that no link may lead it to."""

    name: str
    client: httpx.AsyncClient
    place: str
    session: tuple[Any, str, tuple[str, ...]] | None = None
    pages: list[str] = field(default_factory=list)
    has_factors: bool = False

    async def signs_in(self) -> None:
        """As signing in leaves it; nothing for whoever is a stranger."""
        if self.session:
            account_id, name, roles = self.session
            if self.has_factors:
                await sessions.start(self.place, account_id, name, "orang@contoh.id", roles, "")
            token = await sessions.start(self.place, account_id, name, "orang@contoh.id", roles, "")
            self.client.cookies.set(SESSION_COOKIE, token)


async def everybody_of_a_region(tenant: Tenant, browsers: Browsers) -> list[Person]:
    """Strangers, every office with an order in every status, and the administrator with everything to decide."""
    orders, cast = await _orders(tenant)
    vendor = await a_vendor()
    documents = (await a_written_order(tenant, vendor)).documents
    code = documents[DocumentKind.PURCHASE_ORDER].verification_code
    host = tenant.hosts[0]

    def person(name: str) -> Person:
        actor = getattr(cast, name)
        pages = [f"/pesanan/{order}" for order in orders] + [f"/katalog/{cast.offer.id}"]
        roles = tuple(sorted(actor.roles))
        return Person(name, browsers(host), tenant.slug, (actor.official_id, actor.name, roles), pages)

    offices = [
        person(name) for name in ("officer", "approver", "receiver", "treasurer", "budget_user", "admin")
    ]
    for office in offices[1:5]:
        office.pages = [*office.pages, "/pelimpahan/baru", f"/pelimpahan/{await _a_letter(tenant, cast)}"]
    offices[-1].pages = ["/organisasi/unit"] + await _to_administer(tenant, cast)
    offices[-1].pages.append(await _a_webhook(tenant, cast))
    offices[-1].pages.append(await _a_staff_directory(tenant, cast))
    await _has_factors(offices[4])
    strangers = Person("a stranger", browsers(host), tenant.slug)
    strangers.pages = [f"/dokumen/{code}", *await _letters_to_strangers("/undangan", "/sandi-baru")]
    return [strangers, *offices]


async def _has_factors(person: Person) -> None:
    """Somebody with an app, a passkey, codes on paper, and a second session to end."""
    assert person.session
    account_id, person.has_factors = person.session[0], True
    async with tenancy.national() as nation:
        await _factors_for(nation, account_id)
    person.pages = [*person.pages, "/akun/aplikasi-kode", "/akun/kode-pemulihan", "/akun/kunci-sandi"]


async def _factors_for(nation: AsyncSession, account_id: UUID) -> None:
    await authenticator.keep_app(nation, account_id, authenticator.new_secret())
    await recovery_codes.make_codes(nation, account_id)
    key = Passkey(account_id=account_id, credential_id=new_id().bytes, public_key=b"kunci", sign_count=0)
    key.synced, key.name, key.last_used_at = False, "HP", None
    nation.add(key)


async def _who_lost_everything(stranger: Person, browsers: Browsers) -> Person:
    """Somebody between password and second step; to the stranger come the links of their recovery."""
    async with tenancy.national() as nation:
        account = await an_account(nation)
        await _factors_for(nation, account.id)
        await ask_back(nation, account.id, "HP dan kertas hilang, atasan saya dapat memastikannya", NOWHERE)
        wanted = await nation.scalar(select(AccountRecovery).where(AccountRecovery.account_id == account.id))
        assert wanted
        returning = await an_account(nation)
        ready = AccountRecovery(account_id=returning.id, reason="HP hilang di bus kota", asked_at=clock.now())
        first, second = await an_account(nation), await an_account(nation)
        ready.first_by, ready.second_by = first.id, second.id
        ready.first_at = ready.second_at = ready.opens_at = clock.now()
        nation.add(ready)
        await nation.flush()
        stranger.pages.append(f"/pemulihan/{token_of(wanted.id, STOP)}")
        stranger.pages.append(f"/akun-kembali/{token_of(ready.id, FINISH)}")
    person = Person("who lost phone and paper", browsers("localhost"), "national")
    person.pages = ["/masuk/langkah-kedua"]
    known = SignedIn(account.id, account.name, account.email, "id")
    person.client.cookies.set(HALFWAY_COOKIE, await halfway.begin("national", known))
    return person


async def _a_webhook(tenant: Tenant, cast: Cast) -> str:
    """The page of an address that a program did not answer at."""
    async with tenancy.inside(tenant) as session:
        new = NewWebhook("Program uji", "https://program.example/kabar")
        webhook = await add_webhook(session, cast.admin, new)
        message = await send_test(session, cast.admin, webhook.id)
        message.next_at, message.dead_at = None, clock.now()
    return f"/organisasi/kabar-otomatis/{webhook.id}"


async def _a_letter(tenant: Tenant, cast: Cast) -> UUID:
    """A letter that the commitment officer asked for, the receiver stands in by, and the budget user may issue."""
    async with tenancy.inside(tenant) as session:
        far = clock.today(tenant.zone) + timedelta(days=len(_ASKED))
        _ASKED.append(far)
        made = await ask_letter(
            session,
            cast.approver,
            wanted(cast, cast.receiver, first_day=far, last_day=far),
        )
    return made.id


_ASKED: list[date] = []
"""Each letter has a day of its own: an office has one stand-in at a time."""


async def _a_staff_directory(tenant: Tenant, cast: Cast) -> str:
    """The page of a directory by which nobody may sign in yet."""
    entered = Entered("akun pegawai", "https://sso.example", "wilayah", "rahasia", "nip", False)
    async with tenancy.inside(tenant) as session:
        await enter(session, cast.admin, entered)
    return "/organisasi/direktori"


async def _programs(account_id: UUID) -> tuple[list[str], list[str]]:
    """Pages of the agency about a program and about one that was stopped; and what their person meets of them."""
    asking, stopped = [await a_program(name=f"Program {number}") for number in "12"]
    async with tenancy.national() as nation:
        await deactivate(nation, stopped.id)
    async with tenancy.national() as nation:
        program = await nation.get_one(Program, asking.id)
        given = Given(frozenset({Scope.ORDERS_READ}), frozenset(), 90)
        await give(nation, account_id, program, [Scope.ORDERS_READ], given)
    asked = Wanted(asking.client_id, "Program 1", RETURN, ("openid", "profile", "orders:read"), "x" * 43)
    ways = [f"/openid/lanjut/{carried(one)}" for one in (asked, replace(asked, prompts=("select_account",)))]
    about = [f"/program/{asking.id}", f"/program/{stopped.id}", "/program/baru"]
    return about, [*ways, "/akun/program", "/openid/keluar"]


async def everybody_of_the_nation(tenant: Tenant, browsers: Browsers) -> list[Person]:
    """Strangers, who registers, the owners of several businesses, and both offices of the agency."""
    orders, cast = await _orders(tenant)
    async with tenancy.national() as nation:
        new, answered, administrator = [await an_account(nation) for _ in range(3)]
        await save_draft(nation, answered.id, some_answers())
        asked = await ask_for_account(
            nation, NEW_PERSON | {"email": f"{new_id().hex}@contoh.id"}, "10.0.0.1", "kunci"
        )
        nation.add(NationalRole(account_id=administrator.id, role=NationalRoleName.AGENCY_ADMIN))
        registered, member, waiting = (
            await a_registered_vendor(nation),
            await a_verified_vendor(nation),
            await a_verified_vendor(nation),
        )
        verifier, case = (
            await a_verifier(nation),
            await a_submitted_case(nation, await a_registered_vendor(nation)),
        )
        drafted = await write_product(nation, member, some_product())
        product = await a_published_product(nation, member, name="Nasi kuning")
        await add_photo(nation, member, product.id, a_drawn_photo())
        await add_staff(nation, member, {"name": "Lina Marlina", "email": f"{new_id().hex}@contoh.id"})
        request = await ask_for_change(nation, member, FactKind.BANK_ACCOUNT, NEW_ACCOUNT)
        decided = await ask_for_change(nation, waiting, FactKind.TAX, {"vat_registered": "ya"})
        await request_participation(nation, waiting, tenant.id)
        suspected = await a_vendor_of_its_own(nation)
        cases = [
            await a_proposal(nation, suspected, verifier),
            await a_sanction(nation, await a_vendor_of_its_own(nation)),
        ]

    def person(name: str, who: Any, *roles: str, pages: Sequence[str] = ()) -> Person:
        account_id = who.id if isinstance(who, Account | Actor) else who.account_id
        return Person(name, browsers("localhost"), "national", (account_id, who.name, roles), [*pages])

    letters = await _letters_to_strangers("/undangan", "/sandi-baru", "/berhenti-surat")
    about_programs, of_programs = await _programs(waiting.account_id)
    of_products = [f"/usaha/produk/{one.id}" for one in (drafted, product)]
    confirming = f"/usaha/rekening-baru/{link_token(request, Link.CONFIRM)}"
    about_sanctions = ["/verifikasi/sanksi/baru", *(f"/verifikasi/sanksi/{one.id}" for one in cases)]
    decisions = [f"/verifikasi/{case.id}", f"/verifikasi/perubahan/{decided.id}", *about_sanctions]
    sold = [f"/usaha/pesanan/{tenant.slug}/{order}" for order in orders]
    waiting_for_code = Person("who waits for a code", browsers("localhost"), "national", pages=["/daftar"])
    waiting_for_code.client.cookies.set(PENDING_COOKIE, serializer(SIGNED).dumps(asked.hex))
    stranger = Person("a stranger", browsers("localhost"), "national")
    stranger.pages = [*letters, f"/bukan-saya/{link_token(request, Link.STOP)}"]
    with_factors = person("an owner with factors", waiting, "vendor_owner")
    await _has_factors(with_factors)
    return [
        await _who_lost_everything(stranger, browsers),
        stranger,
        with_factors,
        waiting_for_code,
        person("who begins to register", new),
        person("who has answered all", answered, pages=["/daftar/ringkasan"]),
        person("an owner", member, "vendor_owner", pages=[*of_products, confirming]),
        person("an owner who asked a region", waiting, "vendor_owner", pages=of_programs),
        person(
            "an owner under suspicion",
            suspected,
            "vendor_owner",
            pages=[f"/usaha/sanksi/{cases[0].id}"],
        ),
        person("an owner who registered", registered, "vendor_owner"),
        person("a seller", cast.owner, "vendor_owner", pages=sold),
        person("a verifier", verifier, "verifier", pages=decisions),
        person(
            "the agency",
            administrator,
            "agency_admin",
            pages=[
                "/aturan/order_cap",
                "/aturan/kategori",
                "/padanan?kata=kertas&sama=ATK",
                *about_programs,
                *about_sanctions,
            ],
        ),
    ]


async def _orders(tenant: Tenant) -> tuple[list[UUID], Cast]:
    """One order in every status and those that open what only time opens, all of one office."""
    orders: list[Order] = []
    async with tenancy.inside(tenant) as session:
        cast = await a_cast(session, price=1_000_000, ceiling=900_000_000)
        for status in WAY:
            orders.append(await an_order(session, cast, status, quantity=2))
        orders += [*await _left_lying(session, cast), *await _of_a_year_that_is_over(session, cast)]
    await accounts_for(cast)
    await carried_out(tenant)
    return [order.id for order in orders], cast


async def _left_lying(session: AsyncSession, cast: Cast) -> list[Order]:
    """For each the clock has called twice, one departed just now, of one the office asks the end, one lacks its tax
    invoice.
    """
    waiting = (
        Status.ACCEPTED,
        Status.IN_DELIVERY,
        Status.DELIVERED,
        Status.PAYMENT_REQUESTED,
        Status.PAYMENT_APPROVED,
    )
    orders = [await an_order(session, cast, status) for status in waiting]
    for order in orders:
        await left_alone(session, order)
    departed = await an_order(session, cast, Status.ANNOUNCED)
    await take(session, cast.staff, DEPART, departed, cast)
    asked = await an_order(session, cast, Status.ACCEPTED)
    await take(session, cast.approver, ASK, asked, cast)
    return [*orders, departed, asked, await billed_by_the_clock(session, cast)]


async def _of_a_year_that_is_over(session: AsyncSession, cast: Cast) -> list[Order]:
    """A payment that was approved and not made in its year; and one that was carried and has no money yet."""
    line = await a_budget_line(session, cast.unit, 900_000_000, year=2025)
    package = await a_package(session, cast.unit, 900_000_000, year=2025)
    await change_ceiling(session, SYSTEM_ACTOR, line.id, package.id, 900_000_000, "DPA 2025")
    last_year = replace(cast, budget_line=line, package=package)
    with clock.travelling_to(MONDAY.replace(year=2025, month=12, day=1)):
        approved, carried = [await an_order(session, last_year, Status.PAYMENT_APPROVED) for _ in "12"]
    await take(session, cast.treasurer, CARRY, carried, last_year)
    return [approved, carried]


async def _to_administer(tenant: Tenant, cast: Cast) -> list[str]:
    """Pages of the administrator: a vendor to decide on, an upload, an official, a rule, a holiday."""
    async with tenancy.national() as nation:
        member = await a_verified_vendor(nation)
        await request_participation(nation, member, tenant.id)
    await jobs.receive_request(vendor_id=str(member.vendor_id), tenant_id=str(tenant.id))
    tomorrow = clock.today(tenant.zone) + timedelta(days=1)
    async with tenancy.inside(tenant) as session:
        contents = contents_of(WORK_UNITS, a_csv(WORK_UNITS, {"code": f"7.{new_id().hex[-8:]}"}))
        batch = await preview(session, cast.admin, "unit.csv", contents)
        person = await an_official(session, Role.TREASURER)
        await set_rule(
            session, cast.admin, Deviation("order_cap", 60_000_000, tomorrow, None, "Pergub 1/2026")
        )
        await close_on(session, cast.admin, date(2026, 10, 7), "Hari jadi")
    return [
        f"/penyedia/{member.vendor_id}",
        f"/anggaran/unggahan/{batch.id}",
        f"/organisasi/pejabat/{person.id}",
        "/organisasi/aturan/order_cap",
    ]


async def _letters_to_strangers(*wanted: str) -> list[str]:
    """Pages behind links that were mailed to people who need not sign in."""
    async with tenancy.national() as nation:
        account, invited = await an_account(nation), await an_account(nation, password_hash="!")
        issued = await issue_token(nation, invited.id)
        assert issued
    pages = {
        "/undangan": issued[1],
        "/sandi-baru": token_for(account, Purpose.NEW_PASSWORD),
        "/berhenti-surat": unsubscribing_token(account.id, NoticeKind.WAITING),
    }
    return [f"{path}/{pages[path]}" for path in wanted]


Everybody = Callable[[Tenant, Browsers], Awaitable[list[Person]]]
