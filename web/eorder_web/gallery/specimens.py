"""Invented rows that show every component in every state; nothing here reaches a real page."""

import re
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from types import SimpleNamespace
from uuid import UUID

from eorder_platform.tenancy import Tenant
from eorder_web.look.components.drawing import MOTIFS, TILES
from eorder_web.look.rendering import STATIC, Chrome, Flash, NavItem, Person
from eorder_web.look.translating import _

DYES = "nila tarum laut pandan lumut kunyit soga bata mengkudu rosela manggis arang".split()
DRAWINGS = re.findall(r'symbol id="(\w+)"', (STATIC / "art.svg").read_text())
MORNING = datetime(2026, 11, 23, 1, 41, tzinfo=UTC)
ERRORS = [
    ("jumlah", "Jumlah paling sedikit 20 kotak."),
    ("nib", "NIB terdiri atas 13 angka; yang diisi 12 angka."),
    (None, "Nilai pesanan melebihi batas Rp 50.000.000."),
]


def a_tenant(accent: str = "bata", motif: str = "tumpal") -> Tenant:
    """A region that exists only here."""
    return Tenant(
        id=UUID(int=31),
        slug="contoh",
        name="Provinsi Contoh",
        short_name="Contoh",
        region_code="31",
        zone="Asia/Jakarta",
        status="active",
        placement="main",
        schema="t_contoh",
        role="eorder_t_contoh",
        generation=1,
        revision=None,
        code="CO",
        accent=accent,
        motif=motif,
        hosts=("contoh.localhost",),
    )


def a_chrome(*, tenant: Tenant | None = None, theme: str = "light", signed_in: bool = True) -> Chrome:
    """Surroundings with everything that a masthead and a footer can hold."""
    return Chrome(
        tenant=tenant,
        nav=(
            NavItem("tugas", _("Kotak tugas"), "#tugas", 6),
            NavItem("katalog", _("Katalog"), "#katalog"),
            NavItem("pesanan", _("Pesanan"), "#pesanan"),
        ),
        active="katalog",
        person=Person("Rina Kartikasari", "Pemesan · Sudin Pendidikan I", "RK") if signed_in else None,
        account=(NavItem("akun", _("Akun saya"), "#akun"),),
        footer=((_("Belanja"), (NavItem("katalog", _("Katalog"), "#katalog"),)),),
        theme=theme,
        csrf=lambda: "contoh",
        flashes=[Flash("ok", "Pesanan PSN-004871 dikirim kepada Budi Santosa.")],
        url="/galeri",
    )


def _rungs() -> list[SimpleNamespace]:
    """Notices as the bell lists them, one of them new."""
    facts = {"href": "#", "region": "DKI Jakarta", "due_at": None, "at": MORNING, "zone": "Asia/Jakarta"}
    return [
        SimpleNamespace(new=True, headline=_("Pagu tidak cukup."), detail="PSN-004871", **facts),
        SimpleNamespace(
            new=False, headline=_("Izin usaha berakhir 31 Des 2026."), detail="PSN-004870", **facts
        ),
    ]


def everything(words: str = "") -> dict[str, object]:
    """What `gallery/show.html` lays out; `words` narrows the product cards, so that searching can be tried."""
    return {
        "words": words,
        "bell": SimpleNamespace(unread=2, latest=_rungs()),
        "errors": ERRORS,
        "dyes": DYES,
        "motifs": list(MOTIFS),
        "drawings": DRAWINGS,
        "offers": [offer for offer in _offers() if words.lower() in str(offer["name"]).lower()],
        "stages": [
            stage("Draf", "done", "19 Nov, 09.12", "Rina Kartikasari"),
            stage("Diajukan", "done", "20 Nov, 14.05", "Rina Kartikasari"),
            stage("Persetujuan PPK", "now", "Batas 24 Nov, 16.00", "Budi Santosa"),
            stage("Diproses penyedia", "next"),
            stage("Serah terima", "next"),
            stage("Pembayaran", "next"),
        ],
        "ended": [
            stage("Diajukan", "done", "20 Nov, 14.05", "Rina Kartikasari"),
            stage("Ditolak", "bad", "21 Nov, 09.30", "Budi Santosa"),
        ],
        "happenings": [
            happening("Anggaran dicadangkan sampai keputusan PPK", 0, "Sistem", amount=21_798_180),
            happening("Mengajukan pesanan kepada Budi Santosa", 66, "Rina Kartikasari"),
            happening("Membuat draf dari 2 penawaran pembanding", 96, "Rina Kartikasari"),
        ],
        "people": [
            SimpleNamespace(role="Pemesan", name="Rina Kartikasari", state="done", you=False),
            SimpleNamespace(role="Penyetuju (PPK)", name="Budi Santosa", state="me", you=True),
            SimpleNamespace(role="Penerima barang", name="Dewi Anggraeni", state="", you=False),
            SimpleNamespace(role="Bendahara", name="", state="", you=False),
        ],
        "orders": [
            SimpleNamespace(
                number="PSN-004871",
                what="Alat tulis ujian",
                unit="Dinas Pendidikan",
                status="wait",
                total=21_798_180,
            ),
            SimpleNamespace(
                number="PSN-004866",
                what="Nasi kotak rapat",
                unit="Dinas Kesehatan",
                status="ok",
                total=5_850_000,
            ),
        ],
        "months": [
            (name, value, value - 4)
            for name, value in zip(
                "Jan Feb Mar Apr Mei Jun Jul Agu Sep Okt Nov".split(),
                (18, 22, 26, 31, 33, 37, 41, 39, 44, 52, 47),
                strict=True,
            )
        ],
        "prices": [
            ("Jun", 31_000),
            ("Jul", 31_000),
            ("Agu", 31_500),
            ("Sep", 31_500),
            ("Okt", 32_000),
            ("Nov", 32_500),
        ],
        "regions": {
            code: SimpleNamespace(
                name=f"Provinsi {tile.code}", href="#peta", text="Rp 41,2 miliar", band=at % 5
            )
            for at, (code, tile) in enumerate(TILES.items())
            if at % 3
        },
        "bottom": [
            NavItem("beranda", _("Beranda"), "#b", icon="home"),
            NavItem("pesanan", _("Pesanan"), "#p", 2, "clipboard-list"),
            NavItem("produk", _("Produk"), "#k", icon="package"),
            NavItem("tagihan", _("Tagihan"), "#t", icon="receipt"),
            NavItem("lainnya", _("Lainnya"), "#l", icon="dots"),
        ],
        "now": MORNING,
    }


def _offers() -> list[dict[str, object]]:
    return [
        an_offer("Nasi kotak ayam bakar", 32_500, "kotak", "nasikotak", minimum_order=Decimal(20)),
        an_offer("Kertas HVS A4 80 gram, 500 lembar", 58_900, "rim", "kertas", vendor_scale="small"),
        an_offer("Jasa kebersihan gedung", 7_400_000, "bulan", "bersih", vendor_form="cooperative"),
    ]


def an_offer(name: str, price_rupiah: int, unit: str, art: str, **changes: object) -> dict[str, object]:
    """A catalogue row as the query returns it."""
    return {
        "id": art,
        "name": name,
        "photo": None,
        "price_rupiah": price_rupiah,
        "unit": unit,
        "art": art,
        "domestic": True,
        "vendor_name": "Dapur Bu Yayah",
        "vendor_scale": "micro",
        "vendor_form": "individual",
        "vendor_city": "Jakarta Timur",
        "lead_days": 1,
        "minimum_order": Decimal(1),
        **changes,
    }


def stage(name: str, state: str, when: str = "", who: str = "") -> SimpleNamespace:
    """One diamond of the way of an order."""
    return SimpleNamespace(name=name, state=state, when=when, who=who)


def happening(text: str, hours_ago: int, who: str, amount: int | None = None) -> SimpleNamespace:
    """One line of an order's history."""
    return SimpleNamespace(text=text, at=MORNING - timedelta(hours=hours_ago), who=who, amount=amount)
