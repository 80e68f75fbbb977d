"""What the region's watchers see, and what is seen of them: red flags, and who of the auditors opened what."""

from typing import Final

from litestar import Response, get
from litestar.response import Stream

from eorder_platform.sentences import counted, from_json, term
from eorder_tenants.orders.core.steps import declared
from eorder_tenants.orders.reading.flags import FlagRow, flags_visible_to
from eorder_tenants.organisation.watching import ReadRow, reads_visible_to
from eorder_web.edge.access import OFFICIAL
from eorder_web.edge.csv_answering import ForWhom
from eorder_web.edge.listing import Asked, Listing, exported, shown
from eorder_web.edge.queries import Page, Words, page_in
from eorder_web.edge.visiting import Request
from eorder_web.look.addresses import address
from eorder_web.look.tables import TableColumn, Tag
from eorder_web.look.translating import _

PAGE_WORDS: Final = {
    "orders.show": term("Pesanan"),
    "orders.comments": term("Percakapan pesanan"),
    "orders.attachment": term("Lampiran percakapan"),
    "orders.step_form": term("Pesanan"),
    "orders.document": term("Dokumen pesanan (PDF)"),
    "orders.photo": term("Bukti kirim"),
    "orders.arrival_proof": term("Bukti tiba"),
    "orders.list": term("Daftar pesanan"),
    "orders.list_csv": term("Daftar pesanan (CSV)"),
    "orders.deliveries": term("Daftar pengiriman"),
    "orders.deliveries_csv": term("Daftar pengiriman (CSV)"),
    "orders.payables": term("Utang belanja"),
    "orders.payables_csv": term("Utang belanja (CSV)"),
    "letters.list": term("Daftar surat Plh dan Plt"),
    "letters.show": term("Surat Plh atau Plt"),
    "letters.paper": term("Surat Plh atau Plt (PDF)"),
    "watching.flags": term("Tanda merah"),
    "watching.flags_csv": term("Tanda merah (CSV)"),
    "watching.reads": term("Catatan pembacaan"),
    "watching.reads_csv": term("Catatan pembacaan (CSV)"),
    "budgets.list": term("Anggaran"),
    "budgets.line": term("Baris anggaran"),
    "budgets.package": term("Paket"),
    "catalogue.vendors": term("Daftar penyedia"),
    "catalogue.vendor": term("Penyedia"),
    "orders.tasks": term("Kotak tugas"),
    "orders.choose_draft": term("Draf pesanan"),
    "orders.draft": term("Draf pesanan"),
    "letters.new": term("Minta surat"),
    "budgets.uploads": term("Unggah data"),
    "budgets.preview": term("Pratinjau unggahan"),
    "organisation.officials": term("Pejabat"),
    "organisation.official": term("Pejabat"),
    "organisation.units": term("Unit kerja"),
    "organisation.rules": term("Aturan daerah"),
    "organisation.rule": term("Aturan daerah"),
    "organisation.holidays": term("Hari libur"),
    "organisation.webhooks": term("Kabar otomatis"),
    "organisation.webhook": term("Kabar otomatis"),
    "organisation.directory": term("Direktori pegawai"),
}
"""What the officials' pages are called in the record of what auditors opened; what a program read has its path."""


FLAGS: Listing[FlagRow] = Listing(
    route="watching.flags",
    active="flags",
    title=term("Tanda merah"),
    lede="Percobaan yang ditolak pemisahan tugas. Tanda bukan putusan: tindakannya tidak pernah terjadi.",
    search=term("Cari nama atau pesanan"),
    counted=lambda n: counted("%(n)s tanda", n),
    empty=(term("Belum ada tanda merah"), "Percobaan yang ditolak pemisahan tugas muncul di sini."),
    columns=[
        TableColumn(
            counted("Pesanan", 1),
            lambda row: row.order_title,
            href=lambda row: address("orders.show", order_id=row.order_id),
        ),
        TableColumn("Nomor", lambda row: row.order_number, below=True),
        TableColumn("Tanda", lambda row: Tag("bad", row.code)),
        TableColumn("Siapa", lambda row: row.actor_name),
        TableColumn("Surat", lambda row: row.letter, below=True),
        TableColumn("Langkah", lambda row: term(declared[row.step].label), shown=lambda text: _(text)),
        TableColumn("Ditolak karena", lambda row: from_json(row.why), shown=lambda text: _(text), below=True),
        TableColumn("Dicatat", lambda row: row.recorded_at),
    ],
    find=lambda _tenant, actor, asked: flags_visible_to(actor, asked.words),
)
READS: Listing[ReadRow] = Listing(
    route="watching.reads",
    active="organisation",
    title=term("Catatan pembacaan auditor"),
    lede="Setiap halaman yang dibuka auditor di daerah ini: siapa, kapan, dan apa. Catatan ini tidak dapat diubah.",
    search=term("Cari nama auditor atau halaman"),
    counted=lambda n: counted("%(n)s pembacaan", n),
    empty=(
        term("Belum ada pembacaan"),
        "Begitu auditor membuka halaman daerah ini, catatannya muncul di sini.",
    ),
    columns=[
        TableColumn("Auditor", lambda row: row.name),
        TableColumn(
            "Halaman",
            lambda row: PAGE_WORDS.get(row.page, row.page),
            shown=lambda text: _(text),
            href=lambda row: (
                address("orders.show", order_id=row.subject_id)
                if row.subject_id and row.page.startswith("orders.")
                else ""
            ),
        ),
        TableColumn("Yang dicari", lambda row: row.detail, below=True),
        TableColumn("Dicatat", lambda row: row.recorded_at),
    ],
    find=lambda _tenant, actor, asked: reads_visible_to(actor, asked.words),
)


@get("/pengawasan/tanda-merah", opt=OFFICIAL, name="watching.flags")
async def flags(request: Request, words: Words = "", number: Page = "") -> Response[str]:
    """Attempts that separation of duties refused; for the auditor."""
    return await shown(request, FLAGS, Asked(words, page_in(number)))


@get("/pengawasan/tanda-merah.csv", opt=OFFICIAL, name="watching.flags_csv")
async def flags_csv(request: Request, words: Words = "", for_whom: ForWhom = "") -> Stream:
    """The same as CSV."""
    return await exported(request, FLAGS, Asked(words), for_whom)


@get("/pengawasan/pembacaan", opt=OFFICIAL, name="watching.reads")
async def reads(request: Request, words: Words = "", number: Page = "") -> Response[str]:
    """Which pages of the region auditors opened."""
    return await shown(request, READS, Asked(words, page_in(number)))


@get("/pengawasan/pembacaan.csv", opt=OFFICIAL, name="watching.reads_csv")
async def reads_csv(request: Request, words: Words = "", for_whom: ForWhom = "") -> Stream:
    """The same as CSV."""
    return await exported(request, READS, Asked(words), for_whom)


REGION = [flags, flags_csv, reads, reads_csv]
