"""The list of carried payables: what years could not pay any more, beside the budgets."""

from litestar import Response, get
from litestar.response import Stream

from eorder_platform.sentences import Rupiah, counted, term
from eorder_tenants.orders.core.models import WhyCarried
from eorder_tenants.orders.reading.payables import ASSIGNED, PAID, WAITING, PayableRow, payables_visible_to
from eorder_web.edge.access import OFFICIAL
from eorder_web.edge.csv_answering import ForWhom
from eorder_web.edge.listing import Asked, Filter, Listing, exported, shown
from eorder_web.edge.queries import Page, Status, Words, page_in
from eorder_web.edge.visiting import Request
from eorder_web.look.addresses import address
from eorder_web.look.tables import TableColumn, Tag
from eorder_web.look.translating import _

STATES = {
    WAITING: ("wait", term("Menunggu anggaran")),
    ASSIGNED: ("go", term("Sudah dibebankan")),
    PAID: ("ok", term("Dibayar")),
}


def _state(row: PayableRow) -> Tag:
    tone, text = STATES[PAID if row.is_paid else ASSIGNED if row.new_year else WAITING]
    return Tag(tone, _(text))


PAYABLES: Listing[PayableRow] = Listing(
    route="orders.payables",
    active="budget",
    title=term("Utang belanja"),
    lede="Yang sudah diserahterimakan dan tidak dapat lagi dibayar dari tahun anggarannya (daftar luncuran).",
    search=term("Cari nomor, judul, penyedia, unit, atau rekening"),
    counted=lambda n: counted("%(n)s utang belanja", n),
    empty=(
        term("Tidak ada utang belanja"),
        "Yang diserahterimakan atau belum dibayar setelah tahun anggarannya berakhir muncul di sini.",
    ),
    columns=[
        TableColumn(
            counted("Pesanan", 1),
            lambda row: row.order_title,
            href=lambda row: address("orders.show", order_id=row.order_id),
        ),
        TableColumn("Nomor", lambda row: row.order_number, below=True),
        TableColumn(
            "Sebab", lambda row: term(WhyCarried(row.cause).label), shown=lambda text: _(text), below=True
        ),
        TableColumn(counted("Penyedia", 1), lambda row: row.vendor_name),
        TableColumn("Unit kerja", lambda row: row.work_unit_name, below=True),
        TableColumn("Baris anggaran lama", lambda row: f"{row.account_code} · {row.fiscal_year}"),
        TableColumn("Rekening", lambda row: row.account_name, below=True),
        TableColumn("Dicatat", lambda row: row.carried_at),
        TableColumn("Status", _state),
        TableColumn(
            "Dibebankan ke",
            lambda row: f"{row.new_account_code} · {row.new_year}" if row.new_year else None,
            below=True,
        ),
        TableColumn("Nilai", lambda row: Rupiah(row.amount_rupiah), figure=True),
    ],
    find=lambda _tenant, actor, asked: payables_visible_to(
        actor, asked.words, asked.chosen.get("status", "")
    ),
    filters=[
        Filter(
            "status",
            term("Status"),
            term("Semua status"),
            lambda: [(state, _(text)) for state, (_tone, text) in STATES.items()],
        )
    ],
)


@get("/anggaran/utang-belanja", opt=OFFICIAL, name="orders.payables")
async def payables(
    request: Request, words: Words = "", status: Status = "", number: Page = ""
) -> Response[str]:
    """Everything that was carried, of the orders this person may see; the newest first."""
    return await shown(request, PAYABLES, Asked(words, page_in(number), {"status": status}))


@get("/anggaran/utang-belanja.csv", opt=OFFICIAL, name="orders.payables_csv")
async def payables_csv(
    request: Request, words: Words = "", status: Status = "", for_whom: ForWhom = ""
) -> Stream:
    """The same as CSV."""
    return await exported(request, PAYABLES, Asked(words, chosen={"status": status}), for_whom)


REGION = [payables, payables_csv]
