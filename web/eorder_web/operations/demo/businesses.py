"""The sixty vendors of the demo: invented businesses in real places, each with what it sells and where it serves."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class DemoBusiness:
    """One business. `serves`: slugs of the regions it joins; `trades`: categories of what it sells, or how they begin;
    `charges_local_tax`: PBJT on top of its food."""

    name: str
    owner: str
    legal_form: str
    scale: str
    region_code: str
    trades: tuple[str, ...]
    serves: tuple[str, ...]
    vat_registered: bool = False
    certificate: bool = False
    charges_local_tax: bool = False


def _in(region_code: str, serves: str, *rows: str) -> tuple[DemoBusiness, ...]:
    """Rows "name | owner | form | scale | trades | marks"; marks: P = VAT-registered (PKP), S = PP 55 certificate,
    L = local tax on top, + slugs of further regions."""
    found = []
    for row in rows:
        name, owner, form, scale, trades, marks = (part.strip() for part in row.split("|"))
        letters, *further = marks.split()
        found.append(
            DemoBusiness(
                name=name,
                owner=owner,
                legal_form=_FORMS[form],
                scale=_SCALES[scale],
                region_code=region_code,
                trades=tuple(trades.split()),
                serves=tuple(filter(None, (serves, *further))),
                vat_registered="P" in letters,
                certificate="S" in letters,
                charges_local_tax="L" in letters,
            )
        )
    return tuple(found)


_FORMS: Final = {
    "orang": "individual",
    "ptp": "one_person_company",
    "pt": "company",
    "cv": "limited_partnership",
    "kop": "cooperative",
    "bumdes": "village_enterprise",
}
_SCALES: Final = {"mikro": "micro", "kecil": "small"}

BUSINESSES: Final = (
    *_in(
        "31.75",
        "dki",
        "Dapur Bu Yayah | Yayah Rokayah | orang | mikro | FNB-MEET | S",
        "Katering Berkah Cipinang | Siti Aminah | cv | kecil | FNB-MEET | S",
        "Berkah Tenda Cipinang | Dedi Supriadi | orang | mikro | RENT.TENT RENT.CHAIR | S",
        "Mebel Klender Sentosa | Haji Rosid | cv | kecil | FURN | P",
        "CV Bersih Prima Timur | Agus Salim | cv | kecil | CLEAN MAINT | P",
    ),
    *_in(
        "31.71",
        "dki",
        "CV Cahaya Tulis | Hendra Gunawan | cv | kecil | ATK ICT-S | P gorontalo",
        "Kue Nyonya Lela | Lela Sari | orang | mikro | FNB-MEET.SNACK FNB-GUEST.HAMPER | S",
        "Percetakan Senen Jaya | Robby Tanuwijaya | cv | kecil | PRINT SOUV.PLAQUE SOUV.KIT | P",
        "Koperasi Resik Kemayoran | Sumarni | kop | kecil | CLEAN | S",
        "PT Nusantara Cetak Mandiri | Wulan Pratiwi | pt | kecil | PRINT SOUV.KIT UNIF.SHIRT | P gorontalo jateng",
    ),
    *_in(
        "31.74",
        "dki",
        "Batik Terogong | Nurhayati | orang | mikro | UNIF.BATIK SOUV.WEAVE | S",
        "Kopi Tebet Timur | Bayu Nugroho | ptp | mikro | FNB-GUEST.COFFEE | S",
        "Dapur Betawi Mpok Nini | Nini Suryani | orang | mikro | FNB-MEET | S",
        "Studio Lensa Selatan | Fajar Ramadhan | orang | mikro | DOCU | S",
        "CV Tirta Wangi | Yusuf Hidayat | cv | kecil | CLEAN | P",
    ),
    *_in(
        "31.73",
        "dki",
        "Taman Rawa Belong | Marhasan | orang | mikro | PLANT | S",
        "Suara Palmerah Audio | Andri Wijaya | cv | kecil | RENT.SOUND DOCU.VIDEO | P",
        "Katering Sehat Kebon Jeruk | Maria Goretti | ptp | mikro | FNB-MEET | SL",
    ),
    *_in(
        "31.72",
        "dki",
        "Percetakan Maju Bersama | Lukman Hakim | cv | kecil | PRINT | P",
        "Konveksi Koja Makmur | Suyatno | orang | mikro | UNIF.SHIRT SOUV.KIT | S",
        "Toko Sinar Tanjung | Elisabeth Lim | cv | kecil | ATK CLEAN.SUPPLY | P",
    ),
    *_in(
        "75.71",
        "gorontalo",
        "Karawo Mbuinga | Fatmah Mohamad | orang | mikro | UNIF.BATIK SOUV.WEAVE | S",
        "Dapur Kota Tua | Rahmawati Igirisa | orang | mikro | FNB-MEET | S",
        "Katering Huyula | Sarini Abdullah | cv | kecil | FNB-MEET FNB-GUEST.HAMPER | SL",
        "CV Mitra Tulis Hulonthalo | Iwan Pakaya | cv | kecil | ATK ICT-S | P",
        "Percetakan Andalas | Rustam Nusi | cv | kecil | PRINT | P",
        "Tenda Mutiara | Syamsudin Umar | orang | mikro | RENT.TENT RENT.CHAIR | S",
        "Servis Dingin Jaya | Yanto Hasan | orang | mikro | MAINT | S",
    ),
    *_in(
        "75.03",
        "gorontalo",
        "Kopi Pinogu Lestari | Arten Mobonggi | kop | mikro | FNB-GUEST.COFFEE | S dki",
        "BUMDes Tilongkabila Bersih | Ramla Yunus | bumdes | mikro | CLEAN PLANT | S",
        "Dapur Suwawa | Hadija Gobel | orang | mikro | FNB-MEET | S",
        "Karawo Ibu Ratna | Ratna Djafar | orang | mikro | UNIF.BATIK SOUV.WEAVE | S dki",
    ),
    *_in(
        "75.01",
        "gorontalo",
        "Mebel Limboto Indah | Kasim Lamusu | orang | mikro | FURN | S",
        "Suara Limboto | Burhan Dai | orang | mikro | RENT.SOUND DOCU.VIDEO | S",
        "Kue Telaga Manis | Nurhayati Kadir | orang | mikro | FNB-MEET.SNACK FNB-GUEST.HAMPER | S",
        "Sumber Resik Telaga | Melki Tahir | cv | kecil | CLEAN | P",
    ),
    *_in(
        "75.02",
        "gorontalo",
        "Dapur Tilamuta | Salma Ibrahim | orang | mikro | FNB-MEET | S",
        "Toko Alat Boalemo | Ridwan Mopangga | cv | kecil | ATK CLEAN.SUPPLY | P",
        "Lensa Tilamuta | Faisal Karim | orang | mikro | DOCU | S",
    ),
    *_in(
        "33.74",
        "jateng",
        "Dapur Simpang Lima | Endang Lestari | orang | mikro | FNB-MEET | S",
        "CV Semarang Cetak | Budi Hartono | cv | kecil | PRINT ATK | P diy",
        "Lumpia Mbak Tri | Tri Wahyuni | orang | mikro | FNB-MEET.SNACK FNB-GUEST.HAMPER | S",
        "Tenda Ungaran Jaya | Sugiyono | orang | mikro | RENT.TENT RENT.CHAIR | S",
    ),
    *_in(
        "34.71",
        "diy",
        "Batik Tulis Ngasem | Sri Hartini | orang | mikro | UNIF.BATIK SOUV.WEAVE | S jateng dki",
        "Gudeg Bu Lasmi | Lasmiyati | orang | mikro | FNB-MEET | S",
        "CV Malioboro Tulis | Antonius Prasetyo | cv | kecil | ATK | P",
        "Sanggar Foto Kotabaru | Dimas Anggara | ptp | mikro | DOCU | S",
    ),
    *_in(
        "51.71",
        "bali",
        "Dapur Ibu Made | Ni Made Suarti | orang | mikro | FNB-MEET | S",
        "Endek Denpasar | Ni Wayan Sukerti | orang | mikro | UNIF.BATIK SOUV.WEAVE | S",
        "CV Dewata Audio | I Gede Artawan | cv | kecil | RENT.SOUND DOCU | P",
    ),
    *_in(
        "73.71",
        "sulsel",
        "Kue Makassar Daeng Ngai | Daeng Ngai | orang | mikro | FNB-MEET.SNACK FNB-GUEST.HAMPER | S",
        "CV Losari Tulis | Andi Baso | cv | kecil | ATK ICT-S | P",
        "Katering Panakkukang | Hasnah | cv | kecil | FNB-MEET | S gorontalo",
        "Tenda Pettarani | Muhammad Ilyas | orang | mikro | RENT.TENT RENT.CHAIR | S",
    ),
    *_in(
        "53.71",
        "ntt",
        "UD Flobamora | Yohanes Seran | orang | mikro | ATK CLEAN.SUPPLY | S",
        "Tenun Ikat Alor | Martha Lelang | orang | mikro | UNIF.BATIK SOUV.WEAVE | S bali",
        "Dapur Mama Ina | Ina Lodo | orang | mikro | FNB-MEET | S",
    ),
    *_in(
        "11.71",
        "aceh",
        "Kupi Ulee Kareng | Teuku Iskandar | orang | mikro | FNB-GUEST.COFFEE | S dki",
        "Dapur Cut Nyak | Cut Rosmawar | orang | mikro | FNB-MEET | S",
        "CV Seulawah Cetak | Zulkifli Daud | cv | kecil | PRINT ATK | P",
    ),
)

NEWCOMERS: Final = (
    *_in(
        "31.75",
        "",
        "Katering Ibu Ratih | Ratih Purnama | orang | mikro | FNB-MEET | S",
        "CV Sinar Cakung Teknik | Bambang Riyadi | cv | kecil | MAINT | P",
    ),
    *_in("31.73", "dki", "Rumah Kue Ci Mei | Mei Ling | orang | mikro | FNB-MEET.SNACK | S"),
)
"""Registered yesterday: the first two wait for the verifier, the third for DKI Jakarta's answer."""
