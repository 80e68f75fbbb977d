"""Public orders as CSV, in steps of a thousand: memory stays flat and a slow reader holds no connection."""

from collections.abc import AsyncIterator
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from eorder_platform import tenancy
from eorder_platform.csv_writing import csv_text
from eorder_platform.tenancy import Tenant
from eorder_tenants.orders.core.models import Status
from eorder_tenants.transparency.choosing import CHOSEN, END, ORDERS, Choice

STEP: Final = 1_000
LAST_ID: Final = UUID(int=2**128 - 1)

COLUMNS: Final = (
    "nomor",
    "uraian",
    "unit_kerja",
    "kode_rup",
    "kode_rekening",
    "penyedia",
    "skala_usaha",
    "bentuk_usaha",
    "wilayah_penyedia",
    "status",
    "nilai_rupiah",
    "dibayar_rupiah",
    "dipesan",
    "diterima_penyedia",
    "tiba",
    "serah_terima",
    "dibayar",
    "hari_sampai_dibayar",
)

_STEP_OF_ORDERS = f"""
select o.id, o.issued_at, o.number, o.title, u.name as unit_name, p.rup_code, b.account_code, o.vendor_name,
       o.vendor_scale, o.vendor_form, r.name as vendor_place, o.status, o.gross_rupiah, o.realised_rupiah,
       o.accepted_at, o.delivered_at, o.handed_over_at, o.paid_at
{ORDERS}
join package p on p.id = o.package_id
join budget_line b on b.id = o.budget_line_id
join nusantara.region r on r.code = v.region_code
{CHOSEN} and (o.issued_at, o.id) < ($7, $8)
order by o.issued_at desc, o.id desc limit {STEP}
"""

_SCALES = {"micro": "mikro", "small": "kecil", "medium": "menengah"}
_FORMS = {
    "individual": "perorangan",
    "one_person_company": "PT perorangan",
    "company": "PT",
    "limited_partnership": "CV",
    "firm": "firma",
    "cooperative": "koperasi",
    "village_enterprise": "BUM Desa",
}


async def csv_of(tenant: Tenant, choice: Choice) -> AsyncIterator[str]:
    """The chosen orders, newest first, one row each; dates are the region's, days are calendar days."""
    yield csv_text([COLUMNS])
    issued_at, order_id = END, LAST_ID
    while True:
        async with tenancy.searching(tenant) as connection:
            rows = await connection.fetch(_STEP_OF_ORDERS, *choice.arguments(), issued_at, order_id)
        if rows:
            yield csv_text(_cells(row, ZoneInfo(tenant.zone)) for row in rows)
            issued_at, order_id = rows[-1]["issued_at"], rows[-1]["id"]
        if len(rows) < STEP:
            return


def _cells(row: Any, zone: ZoneInfo) -> list[str | int]:
    moments = ("issued_at", "accepted_at", "delivered_at", "handed_over_at", "paid_at")
    days = [row[name].astimezone(zone).date() if row[name] else None for name in moments]
    handed_over, paid = days[-2:]
    return [
        *(row[name] for name in ("number", "title", "unit_name", "rup_code", "account_code", "vendor_name")),
        _SCALES[row["vendor_scale"]],
        _FORMS[row["vendor_form"]],
        row["vendor_place"],
        Status(row["status"]).label,
        row["gross_rupiah"],
        row["realised_rupiah"],
        *(str(day or "") for day in days),
        (paid - handed_over).days if paid and handed_over else "",
    ]
