"""Gives a sandbox what an order needs: a unit, officials, budgets, packages, and a test vendor with its products.

All of it through the program's own use cases, as of yesterday, so that everything holds today. Run again on a sandbox
that was emptied, it begins anew with a new test vendor.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Final

from sqlalchemy import select

from eorder_platform import clock, outbox, tenancy
from eorder_platform.directory import participating, publishing_products, registering, writing_products
from eorder_platform.directory.members import Member
from eorder_platform.directory.models import Vendor, VendorStatus
from eorder_platform.identity import authenticator
from eorder_platform.identity.passwords import hash_password
from eorder_platform.identity.signing_in import account_with, create_account_with_hash
from eorder_platform.reference.models import RegionRow
from eorder_platform.tenancy import Tenant
from eorder_tenants.catalogue.deciding import accept_vendor
from eorder_tenants.catalogue.jobs import receive_request
from eorder_tenants.organisation.appointing import Appointment, appoint
from eorder_tenants.organisation.models import Official, Role, WorkUnit
from eorder_web.operations import jobs
from eorder_web.operations.demo import numbers
from eorder_web.operations.demo.goods import GOODS, Goods
from eorder_web.operations.demo.opening import administrator, import_rows, keep_the_year_open
from eorder_web.operations.demo.regions import LINES
from eorder_web.operations.sandbox.people import ADMINISTRATOR, EVERYBODY, OFFICIALS, VENDOR, TestPerson

__all__ = ["TestAccount", "fill", "jobs", "yesterday"]

UNIT: Final = "1.01.01"
REGIONAL_JOBS: Final = ("organisation.link_accounts", "catalogue.fetch_vendor", "catalogue.tell_decision")
SOLD: Final = ("FNB-MEET.BOX", "SOUV")
PRODUCTS: Final = 8


@dataclass(frozen=True)
class TestAccount:
    """How somebody signs in and signs to try things out: the password, and the secret of an app (base32).

    Both are the same for all of one filling, and shown once.
    """

    person: TestPerson
    email: str
    password: str
    secret: str


def yesterday() -> datetime:
    """The moment as of which a sandbox is made."""
    return clock.now() - timedelta(days=1)


async def fill(tenant: Tenant, password: str = "") -> list[TestAccount]:
    """Fill an empty sandbox that has its test administrator; returns who can sign in now."""
    password, secret = password or secrets.token_urlsafe(12), authenticator.new_secret()
    with outbox.unsent(), clock.travelling_to(yesterday()):
        await _make_accounts(tenant, await hash_password(password), secret)
        await _make_office(tenant)
        await _make_vendor(tenant)
    return [TestAccount(one, one.email(tenant.slug), password, secret) for one in EVERYBODY]


async def _make_accounts(tenant: Tenant, password_hash: str, secret: str) -> None:
    async with tenancy.national() as session:
        for person in EVERYBODY:
            account = await account_with(session, person.email(tenant.slug))
            if account is None:
                email = person.email(tenant.slug)
                account = await create_account_with_hash(session, email, person.name, password_hash)
            account.password_hash = password_hash
            await authenticator.keep_app(session, account.id, secret)


async def _make_office(tenant: Tenant) -> None:
    today, admin = clock.today(tenant.zone), ADMINISTRATOR.email(tenant.slug)
    place, city = await _place_of(tenant)
    unit = (UNIT, "Dinas Uji Coba", "Dinas Uji Coba", "Jalan Percobaan Nomor 1", city, place, "", "ya")
    await import_rows(tenant, admin, "work_units", [unit])
    officials = [(one.name, "", one.email(tenant.slug), one.position, "ya") for one in OFFICIALS]
    await import_rows(tenant, admin, "officials", officials)
    await outbox.carry_out_open(tenant.slug, REGIONAL_JOBS)
    await _appoint(tenant, today)
    await keep_the_year_open(tenant, admin, today + timedelta(days=1))
    years = sorted({today.year, (today + timedelta(days=45)).year})
    await import_rows(tenant, admin, "budget_lines", [row for year in years for row in _budget_rows(year)])
    await import_rows(tenant, admin, "packages", [row for year in years for row in _package_rows(year)])


async def _place_of(tenant: Tenant) -> tuple[str, str]:
    """Code and name of the first town of the region, or of the region itself."""
    async with tenancy.national() as session:
        inside = RegionRow.parent_code == tenant.region_code
        first = select(RegionRow.code, RegionRow.name).where(inside).order_by(RegionRow.code).limit(1)
        if found := (await session.execute(first)).one_or_none():
            return found.code, found.name
        itself = await session.get_one(RegionRow, tenant.region_code)
        return itself.code, itself.name


async def _appoint(tenant: Tenant, today: date) -> None:
    async with tenancy.inside(tenant) as session:
        actor = await administrator(session, ADMINISTRATOR.email(tenant.slug))
        unit_id = await session.scalar(select(WorkUnit.id).where(WorkUnit.code == UNIT))
        ids = {email: id_ for id_, email in await session.execute(select(Official.id, Official.email))}
        for number, one in enumerate(OFFICIALS, start=1):
            assert one.role is not None
            wanted = Appointment(
                official_id=ids[one.email(tenant.slug)],
                role=Role(one.role),
                work_unit_id=unit_id if one.in_unit else None,
                valid_from=today,
                valid_to=date(today.year + 5, 12, 31),
                letter_number=f"SK UJI COBA {number:03}/{today.year}",
            )
            await appoint(session, actor, wanted)


def _budget_rows(year: int) -> list[tuple[str, ...]]:
    return [
        (
            UNIT,
            str(year),
            line.sub_activity_code.replace("X.XX", UNIT[:4]),
            line.sub_activity_name,
            line.account_code,
            line.account_name,
            "PAD",
            str(line.ceiling_rupiah),
        )
        for line in LINES
    ]


def _package_rows(year: int) -> list[tuple[str, ...]]:
    return [
        (
            f"9{number:02}{year}",
            UNIT,
            str(year),
            f"{line.package_name} (uji coba) {year}",
            "Pengadaan Langsung",
            str(line.ceiling_rupiah),
            f"01/12/{year - 1}",
            f"31/12/{year}",
            "ya",
            "ya",
            line.sub_activity_code.replace("X.XX", UNIT[:4]),
            line.account_code,
            "PAD",
            str(line.ceiling_rupiah),
        )
        for number, line in enumerate(LINES, start=1)
    ]


async def _make_vendor(tenant: Tenant) -> None:
    """Verified from the start: the agency checks real businesses only."""
    answers = await _answers(tenant)
    async with tenancy.national() as session:
        account = await account_with(session, VENDOR.email(tenant.slug))
        assert account is not None
        member = await registering.register_vendor(session, account.id, answers)
        vendor = await session.get_one(Vendor, member.vendor_id)
        vendor.status, vendor.verified_at = VendorStatus.VERIFIED, clock.now()
    async with tenancy.national() as session:
        for goods in _goods():
            product = await writing_products.write_product(
                session,
                member,
                {
                    "name": goods.name,
                    "description": goods.description,
                    "category_code": goods.category,
                    "unit": goods.unit,
                    "price": str(goods.price_rupiah),
                    "minimum_order": str(goods.minimum),
                    "lead_days": str(goods.lead_days),
                    "shipping": "15000",
                    "coverage": tenant.region_code,
                    "domestic": "ya",
                },
            )
            product.art = goods.art
            await session.flush()
            await publishing_products.publish_product(session, member, product.id)
        await participating.request_participation(session, member, tenant.id)
    await _take_in(tenant, member)


async def _take_in(tenant: Tenant, member: Member) -> None:
    await receive_request(vendor_id=str(member.vendor_id), tenant_id=str(tenant.id))
    async with tenancy.inside(tenant) as session:
        actor = await administrator(session, ADMINISTRATOR.email(tenant.slug))
        await accept_vendor(session, actor, member.vendor_id)
    await outbox.carry_out_open(tenant.slug, REGIONAL_JOBS)


async def _answers(tenant: Tenant) -> dict[str, str]:
    """A natural person's registration: well formed numbers that are nobody's."""
    dice = Random(secrets.token_bytes(16))
    place, _ = await _place_of(tenant)
    identity = numbers.national_identity_number(dice, place, dice.randint(9_000, 9_999))
    return {
        "business_id_number": f"0000{dice.randrange(10**9):09}",
        "legal_name": "Usaha Uji Coba",
        "trade_name": "Usaha Uji Coba",
        "legal_form": "individual",
        "scale_basis": "sales",
        "scale_amount": "300000000",
        "owner_name": VENDOR.name,
        "national_identity_number": identity,
        "tax_id": identity,
        "vat_registered": "tidak",
        "province_code": place[:2],
        "region_code": place,
        "street_address": "Jalan Percobaan Nomor 2",
        "postcode": "10110",
        "phone": "081255500000",
        "email": VENDOR.email(tenant.slug),
        "bank_code": "002",
        "bank_account": numbers.bank_account(dice),
        "bank_account_holder": VENDOR.name,
        "certificate_number": f"S-UJI/PP55/{clock.today(tenant.zone).year}",
        "certificate_until": datetime(clock.now().year + 1, 12, 31, tzinfo=UTC).date().isoformat(),
    }


def _goods() -> Sequence[Goods]:
    return [one for one in GOODS if one.category.startswith(SOLD) and not one.made_in][:PRODUCTS]
