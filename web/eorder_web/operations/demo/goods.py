"""What the demo's vendors sell: name, category, unit, price before tax, least order, days ahead, picture."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class Goods:
    """One kind of product; each vendor of its group offers it at a price of its own (within 12 %)."""

    name: str
    category: str
    unit: str
    price_rupiah: int
    minimum: int
    lead_days: int
    art: str
    description: str
    made_in: tuple[str, ...]
    """Codes of the provinces whose vendors make it; none: it is made anywhere."""

    @property
    def is_catering(self) -> bool:
        return self.category.startswith("FNB-MEET")

    def is_sold_by(self, trades: tuple[str, ...], province: str) -> bool:
        """Does a business of these trades (category codes or how they begin) in that province sell it?"""
        return self.category.startswith(trades) and (not self.made_in or province in self.made_in)


def _group(
    category: str, art: str, *rows: tuple[str, str, int, int, int, str], made_in: tuple[str, ...] = ()
) -> tuple[Goods, ...]:
    return tuple(
        Goods(name, category, unit, price, minimum, lead, art, description, made_in)
        for name, unit, price, minimum, lead, description in rows
    )


GOODS: Final = (
    *_group(
        "FNB-MEET.BOX",
        "nasikotak",
        (
            "Nasi kotak ayam bakar, 6 lauk",
            "kotak",
            32_500,
            20,
            1,
            "Nasi, ayam bakar, tahu tempe, urap, sambal, buah.",
        ),
        (
            "Nasi kotak rendang sapi",
            "kotak",
            38_000,
            20,
            1,
            "Nasi, rendang 80 gram, sayur daun singkong, kerupuk.",
        ),
        (
            "Nasi kotak ikan bakar rica",
            "kotak",
            35_000,
            20,
            1,
            "Nasi, ikan bakar segar hari itu, tumis kangkung, dabu-dabu.",
        ),
        (
            "Nasi kuning kotak lengkap",
            "kotak",
            27_500,
            25,
            1,
            "Nasi kuning, telur, ayam suwir, perkedel, kering tempe.",
        ),
        (
            "Nasi liwet kotak vegetarian",
            "kotak",
            29_000,
            20,
            1,
            "Nasi liwet, tahu tempe bacem, lalap, sambal, buah.",
        ),
        (
            "Bento anak sekolah bergizi",
            "kotak",
            24_000,
            30,
            1,
            "Nasi, telur gulung, sayur dua warna, buah potong, susu.",
        ),
    ),
    *_group(
        "FNB-MEET.SNACK",
        "kudapan",
        (
            "Kudapan tradisional isi 3",
            "kotak",
            14_500,
            30,
            1,
            "Lemper, risoles, kue lapis, air mineral 240 ml.",
        ),
        ("Snack box rapat isi 4", "kotak", 18_000, 30, 1, "Dua kue basah, dua kue asin, air mineral 240 ml."),
        (
            "Kue basah daerah isi 5",
            "kotak",
            20_000,
            25,
            1,
            "Lima macam kue setempat, bungkus daun, dikirim pagi.",
        ),
        ("Aneka roti dan puding", "kotak", 17_000, 30, 1, "Roti manis, roti asin, puding buah, air mineral."),
    ),
    *_group(
        "FNB-MEET.BUFFET",
        "nasikotak",
        (
            "Prasmanan nusantara 8 menu",
            "porsi",
            65_000,
            50,
            3,
            "Delapan menu, alat makan, dua petugas, sampai bersih kembali.",
        ),
        (
            "Rehat kopi dan dua kudapan",
            "porsi",
            25_000,
            30,
            1,
            "Kopi, teh, dua kudapan, alat saji, satu petugas.",
        ),
    ),
    *_group(
        "FNB-GUEST.COFFEE",
        "kopi",
        (
            "Kopi arabika Gayo 250 gram",
            "bungkus",
            74_000,
            5,
            1,
            "Biji atau bubuk, sangrai sedang, kemasan katup.",
        ),
        ("Kopi robusta Gayo 500 gram", "bungkus", 88_000, 5, 1, "Biji atau bubuk, sangrai gelap."),
        made_in=("11", "31"),
    ),
    *_group(
        "FNB-GUEST.COFFEE",
        "kopi",
        ("Kopi pinogu 200 gram", "bungkus", 58_000, 5, 2, "Robusta Pinogu, Bone Bolango, sangrai gelap."),
        ("Kopi pinogu madu 200 gram", "bungkus", 72_000, 5, 2, "Robusta Pinogu proses madu, sangrai sedang."),
        made_in=("75",),
    ),
    *_group(
        "FNB-GUEST.COFFEE",
        "kopi",
        ("Teh melati seduh 100 gram", "bungkus", 32_000, 10, 1, "Teh hijau melati, kaleng."),
    ),
    *_group(
        "FNB-GUEST.HAMPER",
        "anyaman",
        (
            "Parsel penganan daerah",
            "paket",
            185_000,
            2,
            3,
            "Enam penganan kering setempat dalam keranjang anyam.",
        ),
        (
            "Bingkisan kue kering isi 4",
            "paket",
            160_000,
            2,
            3,
            "Empat stoples kue kering, kotak bermotif daerah.",
        ),
    ),
    *_group(
        "ATK.PAPER",
        "kertas",
        ("Kertas HVS A4 80 gram, 500 lembar", "rim", 58_900, 5, 1, "Putih, cocok untuk cetak dua sisi."),
        ("Kertas HVS F4 70 gram, 500 lembar", "rim", 56_500, 5, 1, "Ukuran folio, putih."),
        ("Amplop cokelat folio isi 100", "pak", 46_000, 2, 1, "Kertas samson 80 gram, lem perekat."),
        ("Kertas sertifikat A4 isi 50", "pak", 52_000, 2, 1, "Bertekstur, 160 gram."),
    ),
    *_group(
        "ATK.PEN",
        "kertas",
        ("Pulpen gel hitam isi 12", "lusin", 42_000, 2, 1, "Ujung 0,5 mm, tinta tahan air."),
        ("Spidol papan tulis isi 12", "lusin", 78_000, 1, 1, "Hitam, biru, merah; dapat diisi ulang."),
        ("Map kertas folio isi 50", "pak", 65_000, 1, 1, "Tebal 240 gram, lima warna."),
    ),
    *_group(
        "ATK.INK",
        "toner",
        (
            "Toner laser hitam isi ulang, 2.500 halaman",
            "buah",
            385_000,
            1,
            1,
            "Isi ulang bergaransi, kemasan lama diambil.",
        ),
        ("Tinta botol hitam 70 ml", "botol", 98_000, 2, 1, "Untuk pencetak tangki tinta."),
    ),
    *_group(
        "PRINT.BANNER",
        "spanduk",
        (
            "Cetak spanduk flexi 280 gram",
            "m2",
            24_000,
            3,
            1,
            "Desain dari Anda atau kami; mata ayam tiap 50 cm.",
        ),
        ("Roll banner 60 × 160 cm", "lembar", 210_000, 1, 2, "Rangka aluminium, cetak resolusi tinggi, tas."),
    ),
    *_group(
        "PRINT.BOOK",
        "spanduk",
        (
            "Cetak buku laporan A4 berwarna",
            "buku",
            62_000,
            10,
            3,
            "Hingga 80 halaman, jilid lem panas, sampul laminasi.",
        ),
        ("Brosur lipat tiga A4", "lembar", 3_200, 250, 2, "Kertas seni 150 gram, cetak dua sisi."),
        ("Blangko formulir rangkap dua", "buku", 18_500, 20, 3, "Nomor urut, 50 set tiap buku."),
    ),
    *_group(
        "UNIF.BATIK",
        "batik",
        (
            "Kemeja batik cap lengan panjang",
            "potong",
            285_000,
            10,
            7,
            "Katun prima, ukuran S sampai 4L, motif daerah.",
        ),
        ("Kain batik tulis 2 meter", "lembar", 420_000, 2, 10, "Primisima, malam tulis, pewarna alami."),
        ("Selendang batik cap", "lembar", 145_000, 5, 5, "Katun, 50 × 200 cm."),
        made_in=("31", "33", "34"),
    ),
    *_group(
        "UNIF.BATIK",
        "batik",
        (
            "Kain sulaman karawo 2 meter",
            "lembar",
            355_000,
            2,
            10,
            "Sulaman tangan karawo, pilihan lima warna dasar.",
        ),
        ("Kemeja karawo lengan pendek", "potong", 310_000, 5, 10, "Katun, sulaman pada saku dan kerah."),
        ("Jilbab sulam karawo", "lembar", 165_000, 5, 7, "Voal, sulaman tepi, pilihan warna."),
        made_in=("75",),
    ),
    *_group(
        "UNIF.BATIK",
        "batik",
        ("Kain tenun ikat selendang", "lembar", 240_000, 2, 7, "Tenun tangan, pewarna alami."),
        ("Kemeja tenun ikat lengan pendek", "potong", 330_000, 5, 10, "Tenun tangan, furing katun."),
        made_in=("53",),
    ),
    *_group(
        "UNIF.BATIK",
        "batik",
        ("Kain endek 2 meter", "lembar", 265_000, 2, 7, "Tenun endek, motif khas Bali."),
        ("Kemeja endek lengan panjang", "potong", 295_000, 5, 7, "Tenun endek, ukuran S sampai 4L."),
        made_in=("51",),
    ),
    *_group(
        "UNIF.SHIRT",
        "batik",
        (
            "Kaos kegiatan sablon satu sisi",
            "potong",
            62_000,
            24,
            5,
            "Katun 24s, sablon plastisol, ukuran anak sampai 3L.",
        ),
        ("Polo bordir logo", "potong", 98_000, 12, 7, "Lacoste katun, bordir dada."),
        ("Rompi lapangan bersaku", "potong", 135_000, 10, 7, "Kain drill, pita pantul, bordir nama."),
    ),
    *_group(
        "CLEAN.SUPPLY",
        "bersih",
        ("Cairan pembersih lantai 4 liter", "botol", 68_000, 2, 1, "Wangi serai, untuk ubin dan keramik."),
        ("Sabun cuci tangan 4 liter", "botol", 72_000, 2, 1, "pH seimbang, pelembap."),
        ("Tisu gulung isi 10", "pak", 54_000, 2, 1, "Dua lapis, 250 lembar tiap gulung."),
    ),
    *_group(
        "CLEAN.SERVICE",
        "bersih",
        ("Jasa kebersihan gedung", "orang-hari", 165_000, 5, 5, "Petugas terlatih, alat dan bahan termasuk."),
        ("Cuci karpet dan kursi", "m2", 18_000, 30, 2, "Dikerjakan di tempat, kering dalam sehari."),
    ),
    *_group(
        "MAINT.AIRCON",
        "alat",
        ("Servis dan cuci AC", "unit", 95_000, 2, 2, "Cuci dalam dan luar, cek freon, bergaransi 30 hari."),
        (
            "Tambah freon dan perbaikan AC",
            "unit",
            225_000,
            1,
            2,
            "Tambah freon, ganti kapasitor, bergaransi 30 hari.",
        ),
    ),
    *_group(
        "RENT.TENT",
        "tenda",
        (
            "Sewa tenda 6 × 12 m termasuk pasang",
            "hari",
            2_750_000,
            1,
            3,
            "Rangka besi, dekorasi plafon, bongkar pasang.",
        ),
        ("Sewa panggung 4 × 6 m", "hari", 1_950_000, 1, 3, "Tinggi 60 cm, karpet, tangga dua sisi."),
    ),
    *_group(
        "RENT.CHAIR",
        "kursi",
        (
            "Sewa kursi lipat dengan sarung",
            "unit-hari",
            8_500,
            50,
            2,
            "Antar dan jemput dalam kota termasuk.",
        ),
        ("Sewa meja bundar", "unit-hari", 65_000, 5, 2, "Untuk delapan orang, dengan taplak."),
    ),
    *_group(
        "RENT.SOUND",
        "pelantang",
        (
            "Sewa tata suara 3.000 watt",
            "hari",
            1_850_000,
            1,
            3,
            "Empat mikrofon nirkabel, operator, genset cadangan.",
        ),
        ("Sewa layar dan proyektor 5.000 lumen", "hari", 650_000, 1, 2, "Layar 3 × 4 m, kabel, operator."),
    ),
    *_group(
        "DOCU.PHOTO",
        "kamera",
        (
            "Dokumentasi foto kegiatan",
            "kegiatan",
            1_500_000,
            1,
            3,
            "Satu juru foto, 150 foto terpilih dalam dua hari.",
        ),
        ("Pas foto pegawai", "orang", 35_000, 20, 2, "Latar pilihan, empat lembar dan berkas digital."),
    ),
    *_group(
        "DOCU.VIDEO",
        "kamera",
        (
            "Siaran langsung kegiatan",
            "kegiatan",
            3_800_000,
            1,
            5,
            "Dua kamera, grafis nama, rekaman lengkap.",
        ),
    ),
    *_group(
        "SOUV.PLAQUE",
        "anyaman",
        ("Plakat akrilik dengan kotak", "pcs", 165_000, 2, 5, "Akrilik 8 mm, cetak UV, kotak beludru."),
        ("Piala resin 25 cm", "pcs", 145_000, 2, 5, "Resin cor, pelat nama kuningan."),
    ),
    *_group(
        "SOUV.KIT",
        "anyaman",
        ("Tas peserta kanvas bersablon", "pcs", 38_000, 30, 5, "Kanvas 12 oz, sablon satu warna."),
        ("Buku catatan kegiatan", "pcs", 22_000, 50, 5, "A5, 100 halaman, sampul cetak."),
    ),
    *_group(
        "SOUV.WEAVE",
        "anyaman",
        ("Dompet kain daerah", "pcs", 45_000, 10, 5, "Kain khas daerah, ritsleting, kotak."),
        ("Gantungan kunci motif daerah", "pcs", 12_500, 50, 5, "Perca kain daerah, kemasan kartu."),
    ),
    *_group(
        "ICT-S.STORAGE",
        "perangkat",
        ("Diska lepas USB 64 GB", "pcs", 92_000, 2, 1, "USB 3.2, garansi lima tahun."),
        ("Tetikus nirkabel", "pcs", 128_000, 1, 1, "Senyap, baterai setahun."),
        ("Papan tombol USB", "pcs", 145_000, 1, 1, "Tahan percikan, tata letak Indonesia."),
    ),
    *_group(
        "FURN.SEAT",
        "kursi",
        ("Kursi lipat rangka baja, jok hitam", "unit", 246_500, 10, 4, "Rangka 19 mm, beban 120 kg."),
        ("Meja belajar lipat kayu sengon", "unit", 385_000, 4, 7, "Daun meja 60 × 40 cm, cat air."),
    ),
    *_group(
        "PLANT.FLOWER",
        "tanaman",
        ("Papan bunga ucapan", "buah", 550_000, 1, 1, "Ukuran 2 × 1,25 m, antar sampai tempat."),
        ("Lidah mertua dalam pot 30 cm", "pot", 95_000, 4, 2, "Pot tanah liat, siap pajang."),
        ("Bibit cabai dalam polibag", "batang", 3_500, 200, 5, "Umur 35 hari, varietas lokal."),
    ),
)
