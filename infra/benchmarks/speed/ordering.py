"""What the order workload needs: one unit with one budget line, 32 officers signed in, and drafts to submit."""

from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urlencode
from uuid import UUID

import asyncpg

from eorder_platform import clock
from eorder_platform.identity import sessions
from eorder_platform.ids import new_id
from eorder_platform.tenancy import Tenant
from eorder_web.edge.visiting import SESSION_COOKIE, VISITOR_COOKIE, Visit
from infra.benchmarks.speed.loading import Asked, post

OFFICERS = 32


@dataclass(frozen=True)
class Draft:
    """A draft order and the request that submits it as its officer."""

    order_id: UUID
    submission: Asked


async def make_drafts(
    owner_url: str, tenant: Tenant, amount: int, officers: int = OFFICERS, *, apart: bool = False
) -> list[Draft]:
    """So many drafts, all on one budget line with room for them all; each officer buys from a vendor of their own.

    `apart`: from a package each, so that none bears the taxes of another.
    """
    connection = await asyncpg.connect(owner_url)
    await connection.execute(f"set search_path = {tenant.schema}, nusantara")
    unit, line, package = await _money(connection, tenant)
    offers = await connection.fetch(
        "select distinct on (vendor_id) id, vendor_id, vendor_name, name, unit, price_rupiah from offer limit $1",
        officers,
    )
    drafts = []
    for offer in offers:
        officer = await _officer(connection, unit)
        cookie, csrf = await _sign_in(tenant, officer)
        for _ in range(amount // officers):
            if apart:
                package = await _package(connection, unit, line)
            drafts.append(await _draft(connection, tenant, officer, unit, line, package, offer, cookie, csrf))
    await connection.execute("analyze orders")
    await connection.close()
    return drafts


async def sign_in_an_officer(owner_url: str, tenant: Tenant) -> str:
    """The cookies of a procurement officer with one unit."""
    connection = await asyncpg.connect(owner_url)
    await connection.execute(f"set search_path = {tenant.schema}, nusantara")
    unit, *_ = await _money(connection, tenant)
    cookie, _csrf = await _sign_in(tenant, await _officer(connection, unit))
    await connection.close()
    return cookie


async def _officer(connection: asyncpg.Connection, unit: UUID) -> UUID:
    officer = new_id()
    await connection.execute(
        "insert into official (id, name, email, position, active, created_at)"
        " values ($1, $2, $3, 'PP', true, now())",
        officer,
        f"Petugas {officer.hex[-4:]}",
        f"{officer.hex}@uji.example",
    )
    await connection.execute(
        "insert into role_assignment (id, official_id, role, work_unit_id, valid_from, letter_number)"
        " values ($1, $2, 'procurement_officer', $3, current_date - 1, 'SK 1')",
        new_id(),
        officer,
        unit,
    )
    return officer


_YEAR = "extract(year from current_date + 9)"
"""That in which the goods are due."""


async def _money(connection: asyncpg.Connection, tenant: Tenant) -> tuple[UUID, UUID, UUID]:
    unit, line = new_id(), new_id()
    await connection.execute(
        "insert into work_unit (id, code, name, short_name, address, city, region_code, active)"
        " values ($1, $2, 'Dinas Uji', 'Uji', 'Jalan Uji Nomor 1', 'Jakarta', $3, true)",
        unit,
        unit.hex,
        tenant.region_code,
    )
    await connection.execute(
        "insert into budget_line (id, work_unit_id, fiscal_year, sub_activity_code, sub_activity_name, account_code,"
        " account_name, funding_source, ceiling_rupiah)"
        f" values ($1, $2, {_YEAR}, '1', 'Uji', '5.1', 'Uji', 'PAD', 10^15)",
        line,
        unit,
    )
    await connection.execute(
        "insert into rule_override (id, key, value, valid_from, legal_basis)"
        " select gen_random_uuid(), unnest(array['year_end_last_order', 'year_end_last_handover']), 1231,"
        " '2020-01-01', 'Uji' on conflict do nothing"
    )
    return unit, line, await _package(connection, unit, line)


async def _package(connection: asyncpg.Connection, unit: UUID, line: UUID) -> UUID:
    package = new_id()
    await connection.execute(
        "insert into package (id, rup_code, work_unit_id, fiscal_year, name, method, ceiling_rupiah, selection_from,"
        " selection_until, announced, active)"
        f" values ($1, $2, $3, {_YEAR}, 'Uji', 'E-Purchasing', 10^15, current_date - 1, current_date + 30, true, true)",
        package,
        package.hex,
        unit,
    )
    await connection.execute(
        "insert into budget_balance (id, budget_line_id, package_id, ceiling, held, committed, realised, overcommitted)"
        " values ($1, $2, $3, 10^15, 0, 0, 0, false)",
        new_id(),
        line,
        package,
    )
    return package


async def _sign_in(tenant: Tenant, officer: UUID) -> tuple[str, str]:
    token = await sessions.start(
        tenant.slug, officer, "Petugas", "petugas@uji.example", ("procurement_officer",), ""
    )
    visit = Visit(tenant, "", session_token=token, visitor="uji")
    return f"{SESSION_COOKIE}={token}; {VISITOR_COOKIE}=uji", visit.csrf_token()


async def _draft(
    connection: asyncpg.Connection,
    tenant: Tenant,
    officer: UUID,
    unit: UUID,
    line: UUID,
    package: UUID,
    offer: asyncpg.Record,
    cookie: str,
    csrf: str,
) -> Draft:
    order_id, line_id, price = new_id(), new_id(), offer["price_rupiah"]
    due = (clock.now() + timedelta(days=9)).date()
    await connection.execute(
        "insert into orders (id, number, title, status, version, round, work_unit_id, vendor_id, vendor_name,"
        " package_id, budget_line_id, delivery_address, delivery_region_code, delivery_due_on, note, shipping_rupiah,"
        " base_rupiah, vat_rupiah, gross_rupiah, withheld_rupiah, penalty_rupiah, net_rupiah, budget_rupiah,"
        " merged_receipt_maximum, assessment, drafted_by, created_at, changed_at)"
        " values ($1, $2, 'Uji', 'draft', 1, 1, $3, $4, $5, $6, $7,"
        " 'Jalan Uji Nomor 1', $8, $9, '', 0, $10, 0, $10, 0, 0, $10, 0, 0, '{}', $11, now(), now())",
        order_id,
        f"DRAF-{order_id.hex}",
        unit,
        offer["vendor_id"],
        offer["vendor_name"],
        package,
        line,
        tenant.region_code,
        due,
        price,
        officer,
    )
    await connection.execute(
        "insert into order_line (id, order_id, position, offer_id, name, unit, tax_class, quantity,"
        " unit_price_rupiah, total_rupiah) values ($1, $2, 1, $3, $4, $5, 'goods', 1, $6, $6)",
        line_id,
        order_id,
        offer["id"],
        offer["name"],
        offer["unit"],
        price,
    )
    form = {
        "_csrf": csrf,
        "_kunci": order_id.hex,
        "version": "1",
        "title": "Uji kecepatan",
        f"quantity_{line_id}": "1",
        "funding": f"{package}/{line}",
        "delivery_address": "Jalan Uji Nomor 1, Jakarta",
        "delivery_region_code": tenant.region_code,
        "delivery_due_on": due.isoformat(),
        "note": "",
        "intent": "submit",
    }
    return Draft(order_id, post(tenant.hosts[0], f"/pesanan/{order_id}/draf", urlencode(form), cookie))
