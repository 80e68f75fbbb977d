"""The columns in which public orders are taken away: of one region, and of all together.

Dates are the region's own; amounts include taxes and follow what was accepted, as on the pages.
"""

from datetime import date, datetime
from typing import Final

from eorder_platform.projections.exporting import ProjectedOrder
from eorder_platform.sentences import Rupiah, counted, term
from eorder_tenants.orders.core.models import Status
from eorder_tenants.transparency.exporting import ExportedOrder
from eorder_web.look.tables import TableColumn
from eorder_web.look.translating import _

SCALES: Final = {"micro": term("mikro"), "small": term("kecil"), "medium": term("menengah")}
FORMS: Final = {
    "individual": term("perorangan"),
    "one_person_company": term("PT perorangan"),
    "company": term("PT"),
    "limited_partnership": term("CV"),
    "firm": term("firma"),
    "cooperative": term("koperasi"),
    "village_enterprise": term("BUM Desa"),
}

REGIONAL: Final[list[TableColumn[ExportedOrder]]] = [
    TableColumn("Nomor", lambda row: row.number),
    TableColumn("Uraian", lambda row: row.title),
    TableColumn("Unit kerja", lambda row: row.unit_name),
    TableColumn("Kode RUP", lambda row: row.rup_code),
    TableColumn("Kode rekening", lambda row: row.account_code),
    TableColumn(counted("Penyedia", 1), lambda row: row.vendor_name),
    TableColumn("Skala usaha", lambda row: SCALES[row.vendor_scale]),
    TableColumn("Bentuk usaha", lambda row: FORMS[row.vendor_form]),
    TableColumn("Wilayah penyedia", lambda row: row.vendor_place),
    TableColumn("Status", lambda row: status_of(row.status)),
    TableColumn("Nilai", lambda row: Rupiah(row.gross_rupiah), name="nilai_rupiah"),
    TableColumn("Sudah dibayar", lambda row: Rupiah(row.realised_rupiah), name="dibayar_rupiah"),
    TableColumn("Dipesan", lambda row: day(row.issued_at)),
    TableColumn("Diterima penyedia", lambda row: day(row.accepted_at)),
    TableColumn("Tiba", lambda row: day(row.delivered_at)),
    TableColumn("Serah terima", lambda row: day(row.handed_over_at)),
    TableColumn("Dibayar", lambda row: day(row.paid_at)),
    TableColumn("Hari sampai dibayar", lambda row: row.days_until_paid),
]

NATIONAL: Final[list[TableColumn[ProjectedOrder]]] = [
    TableColumn("Kode wilayah", lambda row: row.region_code),
    TableColumn("Wilayah", lambda row: row.region_name),
    TableColumn("Nomor", lambda row: row.number),
    TableColumn("Uraian", lambda row: row.title),
    TableColumn("Unit kerja", lambda row: row.work_unit_name),
    TableColumn(counted("Penyedia", 1), lambda row: row.vendor_name),
    TableColumn("Skala usaha", lambda row: SCALES[row.vendor_scale]),
    TableColumn("Bentuk usaha", lambda row: FORMS[row.vendor_form]),
    TableColumn("Status", lambda row: status_of(row.status)),
    TableColumn("Nilai", lambda row: Rupiah(row.gross_rupiah), name="nilai_rupiah"),
    TableColumn("Sudah dibayar", lambda row: Rupiah(row.paid_rupiah), name="dibayar_rupiah"),
    TableColumn("Dipesan", lambda row: row.issued_on),
    TableColumn("Serah terima", lambda row: row.handed_over_on),
    TableColumn("Dibayar", lambda row: row.paid_on),
]


def status_of(status: str) -> str:
    """A status in the reader's words."""
    return _(Status(status).label)


def day(moment: datetime | None) -> date | None:
    """The day of a moment that is in its office's zone."""
    return moment.date() if moment else None
