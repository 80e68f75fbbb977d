"""The eight regions of the demo and their offices. Names of offices and codes are real; people and figures are not."""

from dataclasses import dataclass
from typing import Final

JAKARTA_TIME, MAKASSAR_TIME = "Asia/Jakarta", "Asia/Makassar"


@dataclass(frozen=True)
class DemoUnit:
    """A work unit: code, full and short name, address, city, Kemendagri code of its place."""

    code: str
    name: str
    short_name: str
    address: str
    city: str
    region_code: str


@dataclass(frozen=True)
class DemoRegion:
    """A region as `eorder tenants add` takes it, with its units. `full`: all roles, many orders."""

    slug: str
    name: str
    short_name: str
    region_code: str
    zone: str
    code: str
    accent: str
    motif: str
    units: tuple[DemoUnit, ...]
    full: bool = False

    @property
    def host(self) -> str:
        return f"{self.slug}.localhost"


REGIONS: Final = (
    DemoRegion(
        slug="dki",
        name="Provinsi DKI Jakarta",
        short_name="DKI Jakarta",
        region_code="31",
        zone=JAKARTA_TIME,
        code="JK",
        accent="bata",
        motif="tumpal",
        full=True,
        units=(
            DemoUnit(
                "1.01.01",
                "Suku Dinas Pendidikan Wilayah I Kota Administrasi Jakarta Pusat",
                "Sudin Pendidikan I",
                "Jalan Tanah Abang I Nomor 1",
                "Jakarta Pusat",
                "31.71",
            ),
            DemoUnit(
                "1.02.01",
                "Suku Dinas Kesehatan Kota Administrasi Jakarta Timur",
                "Sudin Kesehatan Jaktim",
                "Jalan Matraman Raya Nomor 218",
                "Jakarta Timur",
                "31.75",
            ),
            DemoUnit(
                "5.01.01",
                "Badan Perencanaan Pembangunan Daerah Provinsi DKI Jakarta",
                "Bappeda",
                "Jalan Medan Merdeka Selatan Nomor 8–9",
                "Jakarta Pusat",
                "31.71",
            ),
            DemoUnit(
                "2.17.01",
                "Dinas Perindustrian, Perdagangan, Koperasi, Usaha Kecil dan Menengah",
                "Dinas PPKUKM",
                "Jalan Perintis Kemerdekaan Nomor 3",
                "Jakarta Timur",
                "31.75",
            ),
            DemoUnit(
                "7.01.01",
                "Kecamatan Tebet Kota Administrasi Jakarta Selatan",
                "Kecamatan Tebet",
                "Jalan Tebet Timur Raya Nomor 5",
                "Jakarta Selatan",
                "31.74",
            ),
        ),
    ),
    DemoRegion(
        slug="gorontalo",
        name="Provinsi Gorontalo",
        short_name="Gorontalo",
        region_code="75",
        zone=MAKASSAR_TIME,
        code="GO",
        accent="manggis",
        motif="karawo",
        full=True,
        units=(
            DemoUnit(
                "1.02.01",
                "Dinas Kesehatan Provinsi Gorontalo",
                "Dinas Kesehatan",
                "Jalan Achmad Nadjamuddin",
                "Kota Gorontalo",
                "75.71",
            ),
            DemoUnit(
                "1.01.01",
                "Dinas Pendidikan, Kebudayaan, Pemuda dan Olahraga Provinsi Gorontalo",
                "Dikbudpora",
                "Jalan Brigjen Piola Isa",
                "Kota Gorontalo",
                "75.71",
            ),
            DemoUnit(
                "3.26.01",
                "Dinas Pariwisata Provinsi Gorontalo",
                "Dinas Pariwisata",
                "Jalan Jaksa Agung Suprapto",
                "Kota Gorontalo",
                "75.71",
            ),
            DemoUnit(
                "4.01.01",
                "Sekretariat Daerah Provinsi Gorontalo",
                "Sekretariat Daerah",
                "Jalan Sapta Marga, Botupingge",
                "Bone Bolango",
                "75.03",
            ),
        ),
    ),
    DemoRegion(
        slug="jateng",
        name="Provinsi Jawa Tengah",
        short_name="Jawa Tengah",
        region_code="33",
        zone=JAKARTA_TIME,
        code="JT",
        accent="soga",
        motif="parang",
        units=(
            DemoUnit(
                "2.17.01",
                "Dinas Koperasi, Usaha Kecil dan Menengah Provinsi Jawa Tengah",
                "Dinas Koperasi UKM",
                "Jalan Sisingamangaraja Nomor 3A",
                "Kota Semarang",
                "33.74",
            ),
        ),
    ),
    DemoRegion(
        slug="diy",
        name="Daerah Istimewa Yogyakarta",
        short_name="DI Yogyakarta",
        region_code="34",
        zone=JAKARTA_TIME,
        code="YO",
        accent="kunyit",
        motif="kawung",
        units=(
            DemoUnit(
                "2.22.01",
                "Dinas Kebudayaan (Kundha Kabudayan) Daerah Istimewa Yogyakarta",
                "Dinas Kebudayaan",
                "Jalan Cendana Nomor 11",
                "Kota Yogyakarta",
                "34.71",
            ),
        ),
    ),
    DemoRegion(
        slug="bali",
        name="Provinsi Bali",
        short_name="Bali",
        region_code="51",
        zone=MAKASSAR_TIME,
        code="BA",
        accent="rosela",
        motif="ombak",
        units=(
            DemoUnit(
                "3.26.01",
                "Dinas Pariwisata Provinsi Bali",
                "Dinas Pariwisata",
                "Jalan S. Parman, Niti Mandala",
                "Kota Denpasar",
                "51.71",
            ),
        ),
    ),
    DemoRegion(
        slug="sulsel",
        name="Provinsi Sulawesi Selatan",
        short_name="Sulawesi Selatan",
        region_code="73",
        zone=MAKASSAR_TIME,
        code="SN",
        accent="tarum",
        motif="ombak",
        units=(
            DemoUnit(
                "1.06.01",
                "Dinas Sosial Provinsi Sulawesi Selatan",
                "Dinas Sosial",
                "Jalan A. P. Pettarani Nomor 59",
                "Kota Makassar",
                "73.71",
            ),
        ),
    ),
    DemoRegion(
        slug="ntt",
        name="Provinsi Nusa Tenggara Timur",
        short_name="Nusa Tenggara Timur",
        region_code="53",
        zone=MAKASSAR_TIME,
        code="NT",
        accent="mengkudu",
        motif="ikat",
        units=(
            DemoUnit(
                "1.05.01",
                "Badan Penanggulangan Bencana Daerah Provinsi Nusa Tenggara Timur",
                "BPBD",
                "Jalan Palapa Nomor 16",
                "Kota Kupang",
                "53.71",
            ),
        ),
    ),
    DemoRegion(
        slug="aceh",
        name="Pemerintah Aceh",
        short_name="Aceh",
        region_code="11",
        zone=JAKARTA_TIME,
        code="AC",
        accent="pandan",
        motif="rebung",
        units=(
            DemoUnit(
                "2.13.01",
                "Dinas Pemberdayaan Masyarakat dan Gampong Aceh",
                "DPMG",
                "Jalan T. Nyak Arief",
                "Kota Banda Aceh",
                "11.71",
            ),
        ),
    ),
)


@dataclass(frozen=True)
class DemoLine:
    """A budget line as every unit of the demo has it: sub-activity, account (Kepmendagri 050-5889/2021), money."""

    sub_activity_code: str
    sub_activity_name: str
    account_code: str
    account_name: str
    package_name: str
    categories: tuple[str, ...]
    """What a package of this line buys: category codes or how they begin."""
    ceiling_rupiah: int

    def buys(self, category_code: str) -> bool:
        return category_code.startswith(self.categories)


LINES: Final = (
    DemoLine(
        "X.XX.01.2.06.0009",
        "Penyelenggaraan Rapat Koordinasi dan Konsultasi SKPD",
        "5.1.02.01.01.0052",
        "Belanja Makanan dan Minuman Rapat",
        "Konsumsi rapat dan kegiatan",
        ("FNB-MEET",),
        420_000_000,
    ),
    DemoLine(
        "X.XX.01.2.06.0008",
        "Fasilitasi Kunjungan Tamu",
        "5.1.02.01.01.0053",
        "Belanja Makanan dan Minuman Jamuan Tamu",
        "Jamuan tamu",
        ("FNB-GUEST",),
        110_000_000,
    ),
    DemoLine(
        "X.XX.01.2.06.0008",
        "Fasilitasi Kunjungan Tamu",
        "5.1.02.01.01.0035",
        "Belanja Alat/Bahan untuk Kegiatan Kantor-Suvenir/Cendera Mata",
        "Suvenir dan cendera mata",
        ("SOUV",),
        80_000_000,
    ),
    DemoLine(
        "X.XX.01.2.06.0004",
        "Penyediaan Bahan Logistik Kantor",
        "5.1.02.01.01.0024",
        "Belanja Alat/Bahan untuk Kegiatan Kantor-Alat Tulis Kantor",
        "Alat tulis kantor",
        ("ATK.PAPER", "ATK.PEN"),
        240_000_000,
    ),
    DemoLine(
        "X.XX.01.2.06.0004",
        "Penyediaan Bahan Logistik Kantor",
        "5.1.02.01.01.0029",
        "Belanja Alat/Bahan untuk Kegiatan Kantor-Bahan Komputer",
        "Tinta, toner, dan bahan komputer",
        ("ATK.INK", "ICT-S"),
        120_000_000,
    ),
    DemoLine(
        "X.XX.01.2.06.0004",
        "Penyediaan Bahan Logistik Kantor",
        "5.1.02.01.01.0036",
        "Belanja Alat/Bahan untuk Kegiatan Kantor-Alat/Bahan untuk Kegiatan Kantor Lainnya",
        "Bahan kebersihan dan tanaman kantor",
        ("CLEAN.SUPPLY", "PLANT"),
        110_000_000,
    ),
    DemoLine(
        "X.XX.01.2.06.0005",
        "Penyediaan Barang Cetakan dan Penggandaan",
        "5.1.02.01.01.0026",
        "Belanja Alat/Bahan untuk Kegiatan Kantor-Bahan Cetak",
        "Cetak dan penggandaan",
        ("PRINT",),
        210_000_000,
    ),
    DemoLine(
        "X.XX.01.2.05.0002",
        "Pengadaan Pakaian Dinas beserta Atribut Kelengkapannya",
        "5.1.02.01.01.0064",
        "Belanja Pakaian Dinas Lapangan (PDL)",
        "Pakaian lapangan",
        ("UNIF.SHIRT",),
        120_000_000,
    ),
    DemoLine(
        "X.XX.01.2.05.0002",
        "Pengadaan Pakaian Dinas beserta Atribut Kelengkapannya",
        "5.1.02.01.01.0075",
        "Belanja Pakaian Batik Tradisional",
        "Batik dan kain daerah",
        ("UNIF.BATIK",),
        160_000_000,
    ),
    DemoLine(
        "X.XX.01.2.08.0004",
        "Penyediaan Jasa Pelayanan Umum Kantor",
        "5.1.02.02.01.0052",
        "Belanja Jasa Pembersihan, Pengendalian Hama, dan Fumigasi",
        "Jasa kebersihan",
        ("CLEAN.SERVICE",),
        120_000_000,
    ),
    DemoLine(
        "X.XX.01.2.08.0004",
        "Penyediaan Jasa Pelayanan Umum Kantor",
        "5.1.02.02.01.0055",
        "Belanja Jasa Iklan/Reklame, Film, dan Pemotretan",
        "Dokumentasi kegiatan",
        ("DOCU",),
        90_000_000,
    ),
    DemoLine(
        "X.XX.01.2.08.0003",
        "Penyediaan Jasa Peralatan dan Perlengkapan Kantor",
        "5.1.02.02.04.0355",
        "Belanja Sewa Peralatan Umum",
        "Sewa perlengkapan acara",
        ("RENT",),
        150_000_000,
    ),
    DemoLine(
        "X.XX.01.2.09.0006",
        "Pemeliharaan Peralatan dan Mesin Lainnya",
        "5.1.02.03.02.0121",
        "Belanja Pemeliharaan Alat Kantor dan Rumah Tangga-Alat Rumah Tangga-Alat Pendingin",
        "Servis pendingin ruangan",
        ("MAINT.AIRCON",),
        70_000_000,
    ),
)
