"""Makes the demo through the program's own use cases: regions, people, budgets, vendors, products, a year of orders.

Deterministic for a given day: the year's orders end yesterday. Every step happens at its own moment of the year
(clock.travelling_to), as the person who may take it. Nothing is sent to the broker meanwhile; what the worker has
to do (documents) waits in the outboxes, and what pages need at once (offers, national figures) is carried out here.
"""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from typing import Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from eorder_platform import clock, outbox, tenancy
from eorder_platform.directory import (
    participating,
    publishing_products,
    registering,
    verifying,
    writing_products,
)
from eorder_platform.directory.members import Member, member_for
from eorder_platform.identity import authenticator
from eorder_platform.identity.models import Account, NationalRole
from eorder_platform.identity.passwords import hash_password
from eorder_platform.identity.signing_in import create_account_with_hash
from eorder_platform.reference.law import NATIONAL_ZONE
from eorder_platform.tenancy import Tenant, migrating, provisioning, registry
from eorder_tenants.catalogue.deciding import accept_vendor
from eorder_tenants.organisation.actors import actor_for
from eorder_tenants.organisation.appointing import Appointment, appoint
from eorder_tenants.organisation.founding import FirstAdministrator
from eorder_tenants.organisation.models import Official, Role, WorkUnit
from eorder_tenants.organisation.phoning import change_phone, change_unit_phone
from eorder_tenants.tables import metadata
from eorder_web.operations import jobs
from eorder_web.operations.demo import numbers
from eorder_web.operations.demo.businesses import DemoBusiness
from eorder_web.operations.demo.extent import WHOLE, Extent
from eorder_web.operations.demo.goods import GOODS
from eorder_web.operations.demo.opening import import_rows, keep_the_year_open
from eorder_web.operations.demo.people import (
    AGENCY,
    PASSWORD,
    PROVED,
    administrator_of,
    app_secret_of,
    officials_of,
    vendor_email,
)
from eorder_web.operations.demo.regions import LINES, DemoRegion, DemoUnit
from eorder_web.operations.demo.sanctions import Agency, make_sanctions
from eorder_web.operations.demo.stories import tell_stories
from eorder_web.operations.demo.unfinished import BEGUN, COMPLETE, mark

__all__ = ["jobs", "make_demo"]

Progress = Callable[[str, int, int], None]
"""Called with what is being made, how many are done and how many there are."""

STREETS: Final = ("Melati", "Kenanga", "Merdeka", "Pasar Baru", "Sudirman", "Mawar")
NATIONAL_JOBS: Final = ("catalogue.receive_request", "catalogue.spread_product", "catalogue.spread_payee")
REGIONAL_JOBS: Final = ("organisation.link_accounts", "catalogue.fetch_vendor", "catalogue.tell_decision")


@dataclass
class Country:
    """What was made so far."""

    begin: date
    today: date
    password_hash: str
    tenants: dict[str, Tenant] = field(default_factory=dict)
    members: dict[int, Member] = field(default_factory=dict)
    verifier_id: UUID | None = None
    administrator_ids: list[UUID] = field(default_factory=list)

    @property
    def opening(self) -> datetime:
        """The first morning of the demo's year: in last year's December, so that something was carried from it."""
        return datetime.combine(self.begin, time(2, 0), UTC)

    @property
    def fiscal_years(self) -> range:
        """The years whose budgets its orders draw on: last year's and this one's."""
        return range(self.begin.year, self.today.year + 1)


async def make_demo(progress: Progress, extent: Extent = WHOLE) -> None:
    """Fill an empty deployment; the whole of it is about a minute's work."""
    today = clock.today(NATIONAL_ZONE)
    begin = date(today.year - 1, 12, 1) if today.month > 2 else date(today.year - 1, 1, 5)
    country = Country(begin, today, await hash_password(PASSWORD))
    await mark(BEGUN)
    with outbox.unsent():
        await _make_agency(country)
        for done, region in enumerate(extent.regions, start=1):
            await _make_region(country, region)
            progress("Wilayah, pejabat, dan anggaran", done, len(extent.regions))
        for done, (number, business) in enumerate(extent.businesses.items(), start=1):
            await _make_vendor(country, number, business, country.opening + timedelta(minutes=number))
            progress("Penyedia dan produk", done, len(extent.businesses))
        await _open_catalogues(country, extent, progress)
        told_until = clock.now().date()  # of UTC: its midnight is the first hour of an Indonesian morning
        await tell_stories(country.tenants, extent.endings, begin, told_until, progress)
        await _make_sanctions(country, extent)
        await _make_newcomers(country, extent.newcomers)
    await mark(COMPLETE)


async def _make_agency(country: Country) -> None:
    with clock.travelling_to(country.opening):
        async with tenancy.national() as session:
            for email, name, role in AGENCY:
                account = await _account(session, country, email, name)
                session.add(NationalRole(account_id=account.id, role=role))
                if role == "agency_admin":
                    country.administrator_ids.append(account.id)
                else:
                    country.verifier_id = account.id


async def _account(session: AsyncSession, country: Country, email: str, name: str) -> Account:
    """With the password that they all share, and an app whose codes the page of letters shows."""
    account = await create_account_with_hash(session, email, name, country.password_hash)
    await authenticator.keep_app(session, account.id, app_secret_of(email))
    return account


async def _make_region(country: Country, region: DemoRegion) -> None:
    email, name = administrator_of(region)
    with clock.travelling_to(country.opening):
        officials = list(officials_of(region))
        async with tenancy.national() as session:
            await _account(session, country, email, name)
            for official in officials:
                await _account(session, country, official.email, official.name)
        tenant = await provisioning.add_tenant(
            provisioning.NewTenant(
                slug=region.slug,
                name=region.name,
                short_name=region.short_name,
                region_code=region.region_code,
                zone=region.zone,
                hosts=(region.host,),
                code=region.code,
                accent=region.accent,
                motif=region.motif,
            ),
            metadata,
            migrating.newest("tenant"),
            FirstAdministrator(email, name).appoint,
        )
        country.tenants[region.slug] = tenant
        await import_rows(tenant, email, "work_units", [_unit_row(unit) for unit in region.units])
        await import_rows(
            tenant,
            email,
            "officials",
            [(one.name, one.civil_servant_id, one.email, one.position, "ya") for one in officials],
        )
        await outbox.carry_out_open(tenant.slug, REGIONAL_JOBS)
        await _appoint(country, tenant, region, email)
        await keep_the_year_open(tenant, email, country.begin + timedelta(days=1))
        await import_rows(tenant, email, "budget_lines", _budget_rows(country, region))
        await import_rows(tenant, email, "packages", _package_rows(country, region))


def _unit_row(unit: DemoUnit) -> tuple[str, ...]:
    return (unit.code, unit.name, unit.short_name, unit.address, unit.city, unit.region_code, "", "ya")


def _budget_rows(country: Country, region: DemoRegion) -> list[tuple[str, ...]]:
    return [
        (
            unit.code,
            str(year),
            line.sub_activity_code.replace("X.XX", unit.code[:4]),
            line.sub_activity_name,
            line.account_code,
            line.account_name,
            "PAD",
            str(_ceiling(region, line.ceiling_rupiah)),
        )
        for year in country.fiscal_years
        for unit in region.units
        for line in LINES
    ]


def _package_rows(country: Country, region: DemoRegion) -> list[tuple[str, ...]]:
    return [
        (
            f"5{region.region_code[:2]}{unit_number}{line_number:02}{year % 100}",
            unit.code,
            str(year),
            f"{line.package_name} {unit.short_name} {year}",
            "Pengadaan Langsung",
            str(_ceiling(region, line.ceiling_rupiah)),
            max(country.begin, date(year - 1, 12, 1)).strftime("%d/%m/%Y"),
            date(year, 12, 31).strftime("%d/%m/%Y"),
            "ya",
            "ya",
            line.sub_activity_code.replace("X.XX", unit.code[:4]),
            line.account_code,
            "PAD",
            str(_ceiling(region, line.ceiling_rupiah)),
        )
        for year in country.fiscal_years
        for unit_number, unit in enumerate(region.units, start=1)
        for line_number, line in enumerate(LINES, start=1)
    ]


def _ceiling(region: DemoRegion, rupiah: int) -> int:
    return rupiah if region.slug == "dki" else rupiah // 2


async def _appoint(country: Country, tenant: Tenant, region: DemoRegion, admin_email: str) -> None:
    async with tenancy.inside(tenant) as session:
        ids = {email: id_ for id_, email in (await session.execute(select(Official.id, Official.email)))}
        units = {code: id_ for id_, code in (await session.execute(select(WorkUnit.id, WorkUnit.code)))}
        actor = await actor_for(session, ids[admin_email], PROVED)
        for number, unit in enumerate(region.units, start=1):
            await change_unit_phone(session, actor, units[unit.code], f"(021) 5550 01{number:02}")
        for number, official in enumerate(officials_of(region), start=1):
            if official.role is Role.RECEIVER:
                await change_phone(session, actor, ids[official.email], f"0812 5550 02{number:02}")
            await appoint(
                session,
                actor,
                Appointment(
                    official_id=ids[official.email],
                    role=official.role,
                    work_unit_id=units[official.unit.code] if official.unit else None,
                    valid_from=country.begin,
                    valid_to=date(country.today.year + 1, 12, 31),
                    letter_number=f"SK {number:03}/{region.code}/{country.begin.year}",
                ),
            )


async def _make_vendor(country: Country, number: int, business: DemoBusiness, moment: datetime) -> None:
    """Registered, verified and with everything it sells; the regions it serves are asked and not yet heard."""
    dice = Random(business.name)
    assert country.verifier_id is not None
    with clock.travelling_to(moment):
        member, case_id = await _register(country, number, business, dice)
        async with tenancy.national() as session:
            await verifying.accept_vendor(
                session, await verifying.verifier_for(session, country.verifier_id), case_id
            )
        country.members[number] = member
        async with tenancy.national() as session:
            province = business.region_code[:2]
            for goods in (one for one in GOODS if one.is_sold_by(business.trades, province)):
                price = round(goods.price_rupiah * dice.uniform(0.92, 1.12) / 100) * 100
                product = await writing_products.write_product(
                    session,
                    member,
                    {
                        "name": goods.name,
                        "description": goods.description,
                        "category_code": goods.category,
                        "unit": goods.unit,
                        "price": str(price),
                        "minimum_order": str(goods.minimum),
                        "lead_days": str(goods.lead_days),
                        "shipping": str(dice.choice((0, 0, 15_000, 25_000, 50_000))),
                        "coverage": ",".join(country.tenants[slug].region_code for slug in business.serves),
                        "domestic": "ya",
                        "charges_local_tax": "ya" if business.charges_local_tax and goods.is_catering else "",
                    },
                )
                product.art = goods.art
                await session.flush()
                await publishing_products.publish_product(session, member, product.id)
            for slug in business.serves:
                await participating.request_participation(session, member, country.tenants[slug].id)


async def _register(
    country: Country, number: int, business: DemoBusiness, dice: Random
) -> tuple[Member, UUID]:
    """Its owner, and the case that the verifier finds in the queue."""
    async with tenancy.national() as session:
        account = await _account(session, country, vendor_email(number), business.owner)
        await registering.register_vendor(session, account.id, _answers(number, business, dice, country))
        member = await member_for(session, account.id)
        case = await verifying.submit_for_verification(session, member)
        await session.flush()
        return member, case.id


async def _make_sanctions(country: Country, extent: Extent) -> None:
    named = {business.name: number for number, business in extent.businesses.items()}
    assert country.verifier_id is not None
    decider_id, lifter_id = country.administrator_ids
    await make_sanctions(
        Agency(country.verifier_id, decider_id, lifter_id),
        lambda name: country.members.get(named.get(name, 0)),
        lambda name: numbers.business_id_number(named[name]),
        country.today,
    )


async def _make_newcomers(country: Country, newcomers: Sequence[DemoBusiness]) -> None:
    """Yesterday's registrations: who serves a region waits for its answer, the others for the verifier."""
    yesterday = datetime.combine(country.today - timedelta(days=1), time(2, 0), UTC)
    for number, business in enumerate(newcomers, start=len(WHOLE.businesses) + 1):
        if business.serves:
            await _make_vendor(country, number, business, yesterday)
        else:
            with clock.travelling_to(yesterday):
                await _register(country, number, business, Random(business.name))
    with clock.travelling_to(yesterday):
        await outbox.carry_out_open(outbox.NATION, NATIONAL_JOBS)


def _answers(number: int, business: DemoBusiness, dice: Random, country: Country) -> dict[str, str]:
    identity = numbers.national_identity_number(dice, business.region_code, number)
    individual = business.legal_form == "individual"
    answers = {
        "business_id_number": numbers.business_id_number(number),
        "legal_name": business.name,
        "trade_name": business.name,
        "legal_form": business.legal_form,
        "scale_basis": "sales",
        "scale_amount": str(_yearly_sales(business, dice)),
        "owner_name": business.owner,
        "national_identity_number": identity,
        "tax_id": identity if individual else numbers.company_tax_id(number),
        "vat_registered": "ya" if business.vat_registered else "tidak",
        "province_code": business.region_code[:2],
        "region_code": business.region_code,
        "street_address": f"Jalan {dice.choice(STREETS)} Nomor {dice.randint(2, 188)}",
        "postcode": f"{dice.randint(10110, 96115)}",
        "phone": f"0812{dice.randint(10**7, 10**8 - 1)}",
        "email": vendor_email(number),
        "bank_code": dice.choice(("002", "008", "009", "451")),
        "bank_account": numbers.bank_account(dice),
        "bank_account_holder": business.owner if individual else business.name,
    }
    if business.certificate:
        answers["certificate_number"] = f"S-{number:05}/PP55/{country.begin.year}"
        answers["certificate_until"] = date(country.today.year + 1, 12, 31).isoformat()
    return answers


def _yearly_sales(business: DemoBusiness, dice: Random) -> int:
    """Rupiah within the bounds of its scale (PP 7/2021: micro up to 2 billion, small up to 15)."""
    millions = dice.randint(180, 1_700) if business.scale == "micro" else dice.randint(2_100, 7_500)
    return millions * 1_000_000


async def _open_catalogues(country: Country, extent: Extent, progress: Progress) -> None:
    """The regions take their vendors in, and the offers appear."""
    with clock.travelling_to(country.opening + timedelta(days=1)):
        await outbox.carry_out_open(outbox.NATION, NATIONAL_JOBS)
        for done, region in enumerate(extent.regions, start=1):
            tenant = country.tenants[region.slug]
            async with tenancy.inside(tenant) as session:
                email, _ = administrator_of(region)
                administrator_id = await session.scalar(select(Official.id).where(Official.email == email))
                assert administrator_id is not None
                actor = await actor_for(session, administrator_id, PROVED)
                for number, business in extent.businesses.items():
                    if region.slug in business.serves:
                        await accept_vendor(session, actor, country.members[number].vendor_id)
            await outbox.carry_out_open(tenant.slug, REGIONAL_JOBS)
            progress("Katalog", done, len(extent.regions))
    registry.forget()
    await asyncio.sleep(0)
