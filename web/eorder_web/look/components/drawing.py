"""What the components draw that is not text: woven motifs, the cartogram of the provinces, goods without a photo."""

from functools import lru_cache
from typing import Final, NamedTuple
from zlib import crc32

from markupsafe import Markup


class Motif(NamedTuple):
    """One repeat of a woven edge, 10 px high; our own geometry, to be agreed with each region."""

    width: int
    drawing: Markup


class Tile(NamedTuple):
    """A province's square on the cartogram: its two-letter mark, column and row."""

    code: str
    x: int
    y: int


def _woven(width: int, paths: str) -> Motif:
    return Motif(width, Markup(f'<path opacity=".14" d="M0 0h{width}v10H0z"/>{paths}'))


MOTIFS = {
    "nusantara": Motif(
        20,
        Markup(
            '<path opacity=".9" d="M10 0 20 10H0z"/><path class="tepi-gold" d="M10 3.5 13.2 6.7 10 9.9 6.8 6.7z"/>'
            '<path opacity=".3" d="M0 0h7L0 7zM20 0h-7l7 7z"/>'
        ),
    ),
    "tumpal": Motif(
        16,
        Markup(
            '<path d="M0 9.2 8 .8l8 8.4V10H0z"/><path class="tepi-hole" d="M3.8 9 8 4.6 12.2 9z"/>'
            '<path d="M6.3 9 8 7.2 9.7 9z"/><path opacity=".32" d="M0 0h3.5L0 3.7zM16 0h-3.5L16 3.7z"/>'
        ),
    ),
    "karawo": _woven(
        20,
        '<path d="M8 0h4v2H8zM6 2h8v2H6zM4 4h12v2H4zM6 6h8v2H6zM8 8h4v2H8zM0 4h2v2H0zM18 4h2v2h-2z"/>'
        '<path class="tepi-hole" d="M9 4h2v2H9z"/>',
    ),
    "kawung": _woven(
        20,
        '<path d="M10 5C7 5 3 3.5.5.5 3.5 0 9 1 10 5zM10 5c3 0 7-1.5 9.5-4.5C16.5 0 11 1 10 5z'
        'M10 5c-3 0-7 1.5-9.5 4.5C3.5 10 9 9 10 5zM10 5c3 0 7 1.5 9.5 4.5C16.5 10 11 9 10 5z"/>',
    ),
    "parang": _woven(14, '<path d="M0 10C5 8 4 2 9 0h5C9 2 10 8 5 10z"/>'),
    "ombak": _woven(20, '<path d="M0 10V7c4 0 6-2 6-5 4 0 7 3 7 6 2-.5 3.5-1.5 4-3 1 2 2 2 3 2v3z"/>'),
    "rebung": _woven(12, '<path d="M0 10 6 0l6 10zM0 0l2.5 4L0 6zM12 0 9.5 4 12 6z"/>'),
    "ikat": _woven(
        24,
        '<path d="M12 0l6 5-6 5-6-5zM0 2l3.5 3L0 8zM24 2l-3.5 3L24 8z"/>'
        '<path class="tepi-hole" d="m12 3 2.4 2L12 7 9.6 5z"/>',
    ),
}

# Kemendagri code of the province -> its square
TILES = {
    "11": Tile("AC", 0, 0),
    "12": Tile("SU", 1, 1),
    "13": Tile("SB", 1, 2),
    "14": Tile("RI", 2, 2),
    "15": Tile("JA", 3, 3),
    "16": Tile("SS", 3, 4),
    "17": Tile("BE", 2, 3),
    "18": Tile("LA", 4, 4),
    "19": Tile("BB", 5, 3),
    "21": Tile("KR", 4, 1),
    "31": Tile("JK", 5, 5),
    "32": Tile("JB", 5, 6),
    "33": Tile("JT", 6, 5),
    "34": Tile("YO", 6, 6),
    "35": Tile("JI", 7, 6),
    "36": Tile("BT", 4, 5),
    "51": Tile("BA", 8, 6),
    "52": Tile("NB", 9, 6),
    "53": Tile("NT", 10, 6),
    "61": Tile("KB", 6, 2),
    "62": Tile("KT", 7, 2),
    "63": Tile("KS", 7, 3),
    "64": Tile("KI", 8, 2),
    "65": Tile("KU", 8, 1),
    "71": Tile("SA", 12, 1),
    "72": Tile("ST", 11, 2),
    "73": Tile("SN", 10, 3),
    "74": Tile("SG", 11, 3),
    "75": Tile("GO", 11, 1),
    "76": Tile("SR", 10, 2),
    "81": Tile("MA", 13, 3),
    "82": Tile("MU", 13, 2),
    "91": Tile("PA", 17, 2),
    "92": Tile("PB", 15, 3),
    "93": Tile("PS", 17, 4),
    "94": Tile("PT", 16, 3),
    "95": Tile("PE", 17, 3),
    "96": Tile("PD", 15, 2),
}

# category -> symbol of static/art.svg; a part without its own drawing takes that of its main category
_DRAWINGS = {
    "AGRI": "pangan",
    "ATK": "kertas",
    "ATK.INK": "toner",
    "CLEAN": "bersih",
    "COUR": "kurir",
    "DOCU": "kamera",
    "DOCU.HOST": "pelantang",
    "FNB-GUEST": "kudapan",
    "FNB-GUEST.COFFEE": "kopi",
    "FNB-GUEST.HAMPER": "anyaman",
    "FNB-MEET": "nasikotak",
    "FNB-MEET.BREAK": "kopi",
    "FNB-MEET.SNACK": "kudapan",
    "FURN": "kursi",
    "ICT-S": "perangkat",
    "MAINT": "alat",
    "MED-S": "p3k",
    "PLANT": "tanaman",
    "PRINT": "spanduk",
    "RENT": "tenda",
    "RENT.CHAIR": "kursi",
    "RENT.SOUND": "pelantang",
    "RENT.VEHICLE": "kurir",
    "SOUV": "anyaman",
    "UNIF": "batik",
    "VENUE": "ruang",
}


def drawing_of(category: str) -> str:
    """The drawing that stands for a category's goods where there is no photo."""
    return _DRAWINGS.get(category) or _DRAWINGS.get(category.partition(".")[0], "lain")


# words of a name, and the drawing of what has them all; the first that fits
_BY_NAME = (
    ("kemeja panjang", "kemeja-panjang"),
    ("kemeja", "kemeja"),
    ("dompet", "dompet"),
    ("selendang", "selendang"),
    ("kain", "kain"),
    ("jilbab", "jilbab"),
    ("kaos", "kaos"),
    ("polo", "polo"),
    ("rompi", "rompi"),
    ("amplop", "amplop"),
    ("sertifikat", "sertifikat"),
    ("formulir", "sertifikat"),
    ("pulpen", "pulpen"),
    ("spidol", "spidol"),
    ("map", "map"),
    ("buku", "buku"),
    ("brosur", "brosur"),
    ("roll banner", "rollbanner"),
    ("tinta", "tinta"),
    ("bento", "bento"),
    ("nasi kuning", "tumpeng"),
    ("tumpeng", "tumpeng"),
    ("prasmanan", "prasmanan"),
    ("rehat kopi", "kopi"),
    ("roti", "roti"),
    ("kue basah", "kuebasah"),
    ("snack", "snackbox"),
    ("teh", "teh"),
    ("parsel", "parsel"),
    ("bingkisan", "parsel"),
    ("plakat", "plakat"),
    ("piala", "piala"),
    ("tas", "tas"),
    ("gantungan", "gantungan"),
    ("sabun", "sabun"),
    ("tisu", "tisu"),
    ("meja", "meja"),
    ("panggung", "panggung"),
    ("layar", "layar"),
    ("proyektor", "layar"),
    ("usb gb", "usb"),
    ("tetikus", "tetikus"),
    ("tombol", "papantombol"),
    ("papan bunga", "papanbunga"),
    ("bibit", "bibit"),
    ("ac", "ac"),
)
CLOTH: Final = frozenset({"kemeja", "kemeja-panjang", "kain", "selendang"})
PRINTED: Final = frozenset({"kaos"})
DYES: Final = (
    "nila",
    "tarum",
    "laut",
    "pandan",
    "lumut",
    "kunyit",
    "soga",
    "bata",
    "mengkudu",
    "rosela",
    "manggis",
)
GROUNDS, MOTIFS_ON_CLOTH, PRINTS = 6, 6, 3
"""How many static/art.svg has of each: dasar-1, motif-1, cetak-1."""


class Picture(NamedTuple):
    """A product's own drawing: in which dye, and the symbols of static/art.svg that lie one on the other."""

    dye: str
    layers: tuple[str, ...]


@lru_cache(maxsize=8192)
def picture_of(art: str | None, name: str, seller: str) -> Picture:
    """What is drawn for a product without a photo: its shape by its name, else by its category's drawing `art`.

    Dye, ground and motif are chosen by name and seller: always the same for one product, and seldom for its neighbours.
    """
    chance = crc32(f"{name}|{seller}".encode())
    shape = _shape(name) or art or "lain"
    layers = [f"dasar-{1 + chance // 11 % GROUNDS}", shape]
    if shape in CLOTH:
        layers.append(f"motif-{1 + chance // 97 % MOTIFS_ON_CLOTH}")
    elif shape in PRINTED:
        layers.append(f"cetak-{1 + chance // 97 % PRINTS}")
    return Picture(DYES[chance % len(DYES)], tuple(layers))


def _shape(name: str) -> str | None:
    words = name.lower().replace(",", " ").split()
    for wanted, shape in _BY_NAME:
        if all(one in words for one in wanted.split()):
            return shape
    return None
