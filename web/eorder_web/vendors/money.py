"""The vendor's money over all regions on one page: what is owed, what arrives when, what was kept, the year's limits.

Everything stands in the nation's copy of the bills (platform/projections/money.py): no region is asked.
"""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from litestar import Response, get
from litestar.response import Stream

from eorder_platform import clock, tenancy
from eorder_platform.directory.members import Member, acting_member
from eorder_platform.directory.queries import trade_name_of
from eorder_platform.directory.turnover_limits import Turnover, turnover_towards_limits
from eorder_platform.formatting import month_names
from eorder_platform.projections.money import Bill, Money, bills_of_year, money_of
from eorder_platform.sentences import Rupiah, term
from eorder_tenants.documents.rendering import render_money
from eorder_tenants.orders.core.models import Status
from eorder_web.edge.access import VENDOR
from eorder_web.edge.answering import page
from eorder_web.edge.csv_answering import PRIVATE, ForWhom, csv_answer
from eorder_web.edge.queries import Year, year_in
from eorder_web.edge.visiting import Request
from eorder_web.look.addresses import national_address
from eorder_web.look.formatting import date_short
from eorder_web.look.rendering import NATIONAL_ZONE
from eorder_web.look.tables import TableColumn, Tag, Value
from eorder_web.look.translating import _, speaking, spoken
from eorder_web.orders.presenting import status_tag

STEP: Final = 500
MOST_ROWS: Final = 20_000
ON_PAPER: Final = 200
TAXES: Final = {
    "vat": term("PPN dipungut bendahara"),
    "pph_21": term("PPh Pasal 21"),
    "pph_22": term("PPh Pasal 22"),
    "pph_23": term("PPh Pasal 23"),
    "pph_23_rental": term("PPh Pasal 23 atas sewa"),
    "pph_4_2": term("PPh Pasal 4 ayat (2)"),
    "pph_final": term("PPh final UMKM"),
}
"""What a treasurer keeps back for the state, by its name in a bill."""
LIMITS: Final = {
    "final_tax_free_turnover": term("Bebas PPh final orang pribadi"),
    "vat_registration_turnover": term("Wajib menjadi PKP"),
    "micro_sales_maximum": term("Usaha mikro"),
    "small_sales_maximum": term("Usaha kecil"),
    "medium_sales_maximum": term("Usaha menengah"),
}


@dataclass(frozen=True)
class _Seen:
    money: Money
    turnover: Turnover
    trade_name: str


def holder_of(bill: Bill) -> str:
    """In whose hands a bill is."""
    if bill.paid_at:
        return ""
    if bill.status == Status.HANDED_OVER or bill.lacks_tax_invoice:
        return _("Anda")
    return _("Pengguna Anggaran") if bill.status == Status.PAYMENT_REQUESTED else _("Bendahara")


def standing_of(bill: Bill) -> tuple[str, str]:
    """(tone, words) of where a bill stands, for `ui.status`."""
    if bill.is_carried:
        return "wait", _("Utang belanja tahun lalu")
    if bill.paid_at is None and bill.late_days:
        return "bad", _("Lewat batas %(n)s hari", n=str(bill.late_days))
    if bill.lacks_tax_invoice:
        return "wait", _("Faktur pajak belum ada")
    if bill.status == Status.HANDED_OVER:
        return ("", _("Tagihan dikembalikan")) if bill.number else ("", _("Belum ditagih"))
    return status_tag(bill.status)


def _status(bill: Bill) -> Value:
    return Tag(*standing_of(bill))


BILLS: Final[list[TableColumn[Bill]]] = [
    TableColumn("Kode wilayah", lambda row: row.region_code),
    TableColumn("Wilayah", lambda row: row.region),
    TableColumn("Unit kerja", lambda row: row.work_unit_name),
    TableColumn("Nomor pesanan", lambda row: row.order_number),
    TableColumn("Uraian", lambda row: row.title),
    TableColumn("Nomor tagihan", lambda row: row.number),
    TableColumn("Keadaan", _status),
    TableColumn("Di tangan", holder_of),
    TableColumn("Serah terima", lambda row: row.handed_over_at),
    TableColumn("Ditagih", lambda row: row.invoiced_at if row.is_billed else None),
    TableColumn("Batas bayar", lambda row: row.pay_by),
    TableColumn("Diharapkan", lambda row: row.expected_by),
    TableColumn("Hari terlambat", lambda row: row.late_days),
    TableColumn("Dibayar", lambda row: row.paid_at),
    TableColumn("Sebelum pajak", lambda row: Rupiah(row.base_rupiah), name="dasar_rupiah"),
    TableColumn("PPN", lambda row: Rupiah(row.vat_rupiah), name="ppn_rupiah"),
    TableColumn("PBJT", lambda row: Rupiah(row.local_tax_rupiah), name="pbjt_rupiah"),
    TableColumn("Nilai tagihan", lambda row: Rupiah(row.gross_rupiah), name="nilai_rupiah"),
    TableColumn("PPN dipungut", lambda row: Rupiah(row.vat_kept_rupiah), name="ppn_dipungut_rupiah"),
    TableColumn("PPh dipotong", lambda row: Rupiah(row.income_tax_kept_rupiah), name="pph_dipotong_rupiah"),
    TableColumn("Denda", lambda row: Rupiah(row.penalty_rupiah), name="denda_rupiah"),
    TableColumn("Bersih", lambda row: Rupiah(row.net_rupiah), name="bersih_rupiah"),
]


@get("/usaha/uang", opt=VENDOR, name="money.show")
async def show(request: Request, chosen_year: Year = "") -> Response[str]:
    """Who owes this vendor what since when, and what became of the year."""
    this_year = clock.today(NATIONAL_ZONE).year
    member = await acting_member(request.account_id)
    seen = await _seen(member, year_in(chosen_year, this_year) or this_year)
    money, today = seen.money, clock.today(NATIONAL_ZONE)
    monday = today - timedelta(days=today.weekday())
    return page(
        request,
        "vendors/money.html",
        active="money",
        now=clock.now(),
        national_zone=NATIONAL_ZONE,
        this_week=money.due_until(monday),
        sunday=monday + timedelta(days=6),
        years=range(max(this_year, money.year), money.first_year - 1, -1),
        first_act=next((one for one in money.owed_list if holder_of(one) == _("Anda")), None),
        holder_of=holder_of,
        standing_of=standing_of,
        taxes=[(_(TAXES[tax]), amount) for tax, amount in money.kept.items()],
        month_names=month_names(spoken()),
        limit_names={key: _(name) for key, name in LIMITS.items()},
        **vars(seen),
    )


@get("/usaha/uang.csv", opt=VENDOR, name="money.show_csv")
async def export(request: Request, chosen_year: Year = "", for_whom: ForWhom = "") -> Stream:
    """Every open bill, and those of the year, as CSV."""
    this_year = clock.today(NATIONAL_ZONE).year
    year = year_in(chosen_year, this_year) or this_year
    member = await acting_member(request.account_id)
    return csv_answer(
        BILLS,
        _steps(member.vendor_id, year),
        name=f"uang-{year}",
        zone=NATIONAL_ZONE,
        for_whom=for_whom,
        headers=PRIVATE,
    )


@get("/usaha/uang.pdf", opt=VENDOR, name="money.paper")
async def paper(request: Request, chosen_year: Year = "") -> Response[bytes]:
    """The page as a paper (PDF), in Indonesian as all papers are."""
    this_year = clock.today(NATIONAL_ZONE).year
    year = year_in(chosen_year, this_year) or this_year
    member = await acting_member(request.account_id)
    seen = await _seen(member, year)
    async with tenancy.reading_national() as connection:
        bills = await bills_of_year(connection, member.vendor_id, year, None, ON_PAPER + 1)
    with speaking("id"):
        facts = _facts(seen, bills)
    content = await asyncio.to_thread(render_money, facts, national_address("money.show"))
    headers = {"Content-Disposition": f'inline; filename="uang-{year}.pdf"', **PRIVATE}
    return Response(content, media_type="application/pdf", headers=headers)


async def _seen(member: Member, year: int) -> _Seen:
    async with tenancy.reading_national() as connection:
        money = await money_of(connection, member.vendor_id, year)
    async with tenancy.national() as session:
        turnover = await turnover_towards_limits(
            session, member.vendor_id, year, money.sold_rupiah, money.person_rupiah
        )
        return _Seen(money, turnover, await trade_name_of(session, member.vendor_id))


async def _steps(vendor_id: UUID, year: int) -> AsyncIterator[list[Bill]]:
    """In steps, so that whoever reads slowly holds no connection; moments are told in their office's zone."""
    after: tuple[datetime, UUID] | None = None
    for _step in range(MOST_ROWS // STEP):
        async with tenancy.reading_national() as connection:
            rows = await bills_of_year(connection, vendor_id, year, after, STEP)
        if rows:
            yield rows
            after = rows[-1].handed_over_at, rows[-1].id
        if len(rows) < STEP:
            return


def _facts(seen: _Seen, bills: list[Bill]) -> dict[str, Any]:
    """Plain facts for documents/templates/money_statement.typ."""
    money, now = seen.money, clock.now()
    return {
        "number": str(money.year),
        "letterhead": {
            "government": "e-Order Nusantara",
            "unit": seen.trade_name,
            "address": "",
            "code": "eO",
            "accent": "nila",
            "motif": "nusantara",
        },
        "verification_code": "",
        "issued_at": now.isoformat(),
        "made_on": date_short(now, NATIONAL_ZONE),
        "sums": [
            ["Akan dibayar", money.owed.net_rupiah],
            ["Di antaranya lewat batas bayar", money.late.net_rupiah],
            ["Di antaranya menunggu tagihan atau faktur Anda", money.unbilled.net_rupiah],
            [f"Diterima {money.year}, sesudah pajak", money.paid.net_rupiah],
            [f"Penjualan {money.year}, sebelum pajak", money.sold_rupiah],
        ],
        "taxes": [[_(TAXES[tax]), amount] for tax, amount in money.kept.items()],
        "own_taxes": [
            ["PPN yang Anda setor sendiri", money.own_vat_rupiah],
            ["PBJT yang Anda setor sendiri", money.own_local_tax_rupiah],
        ],
        "limits": [
            [_(LIMITS[one.rule.key]), one.turnover_rupiah, one.rule.value, one.rule.legal_basis]
            for one in seen.turnover.limits
        ],
        "outside": seen.turnover.outside_rupiah,
        "regions": [[one.region, one.orders, one.base_rupiah] for one in money.sold],
        "bills": [
            [
                f"{one.region}, {one.work_unit_name}",
                f"{one.order_number} · {one.title}",
                date_short(one.handed_over_at, one.zone),
                standing_of(one)[1],
                date_short(day, one.zone) if (day := one.paid_at or one.expected_by) else "",
                one.net_rupiah,
            ]
            for one in bills[:ON_PAPER]
        ],
        "more": len(bills) > ON_PAPER,
    }


NATION = [show, export, paper]
