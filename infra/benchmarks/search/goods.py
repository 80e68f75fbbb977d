"""Products and queries for the benchmark: the demo's goods under makes, sizes, colours and words of their own.

Words are as unevenly spread as in a real catalogue: some stand in every tenth product, most in a handful.
"""

import random
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from eorder_platform.wording.words import cut
from eorder_web.operations.demo.goods import GOODS

_MAKES: Final = (
    "sinar dunia, paperone, epson, canon, hp, brother, faber castell, joyko, kenko, snowman, pilot, bantex, aqua,"
    " indofood, rinso, wipol, vixal, dettol, philips, panasonic, krisbow, sharp, logitech, sandisk, kingston, toshiba,"
    " olympic, chitose, informa, donata, sidu, mirage, kiky, zebra, standard, uhu, daimaru, nachi, artline"
).split(", ")
_KINDS: Final = "baja plastik kayu katun akrilik aluminium karet kaca logam rotan bambu kulit kanvas".split()
_COLOURS: Final = "hitam putih merah biru hijau kuning warna cokelat abu".split()
_SIZES: Final = (
    "A4, F4, A3, 80 gram, 70 gram, 500 lembar, 1 liter, 250 ml, isi 12, isi 50, isi 100, 12 cm, 1 kg".split(
        ", "
    )
)
_TOLD: Final = (
    "produk asli bergaransi siap kirim kualitas terbaik untuk kantor dinas sekolah rapat kegiatan acara bahan tahan"
    " lama mudah dipakai harga termasuk pengantaran dalam kota pesanan stok tersedia kemasan rapi cocok keperluan"
).split()
_TYPED: Final = (
    "atk, kertass, nasibox, nasi-kotak, makanan rapat, rim kertas, pemotretan, paper, kertas 80gr, hitam/warna,"
    " foto copy, tissue, konsumsi rapat, sound system, infocus, souvenir, spidol wb,"
    " t-shirt, cleaning service, service ac"
).split(", ")
VENDORS: Final = 2_000


@dataclass(frozen=True)
class Made:
    """A product as it is written into a region."""

    name: str
    category: str
    unit: str
    price_rupiah: int
    description: str
    vendor: int


def products(amount: int) -> Iterator[Made]:
    """So many, the same in every run."""
    chance = random.Random(7)
    rare = [
        "".join(chance.choice("bdfgjklmnprst") + chance.choice("aiueo") for _ in range(chance.randint(2, 4)))
        for _ in range(30_000)
    ]
    weights = [1 / (place + 3) ** 0.8 for place in range(len(rare))]
    for _ in range(amount):
        one = chance.choice(GOODS)
        parts = [one.name]
        for share, some in ((0.6, _MAKES), (0.3, _KINDS), (0.4, _COLOURS), (0.4, _SIZES)):
            if chance.random() < share:
                parts.append(chance.choice(some))
        if chance.random() < 0.8:
            parts += chance.choices(rare, weights, k=chance.randint(1, 2))
        told = " ".join([one.description, *chance.choices(_TOLD, k=chance.randint(5, 14))])
        price = int(one.price_rupiah * chance.uniform(0.8, 1.2))
        yield Made(" ".join(parts), one.category, one.unit, price, told, chance.randrange(VENDORS))


def queries(amount: int, names: Sequence[str]) -> list[str]:
    """So many different ones: words evenly from the commonest to the rarest, pairs of them, and what people type."""
    counted = Counter(word.text for name in names for word in cut(name) if word.text.isalpha())
    words = [word for word, _ in counted.most_common() if len(word) > 2]
    chance, found = random.Random(11), dict.fromkeys(_TYPED[: amount // 10])
    singles = (amount - len(found)) * 2 // 3
    for place in range(
        singles
    ):  # evenly on a logarithmic scale: as many of the first ten as of the last thousands
        found[words[min(int(len(words) ** (place / singles)), len(words) - 1)]] = None
    common, pairs = words[:200], list(names)
    for word in words[: amount * 2]:
        if len(found) >= singles * 9 // 10:
            break
        found[word] = None
    while len(found) < amount:
        own = [word.text for word in cut(chance.choice(pairs)) if word.text.isalpha() and len(word.text) > 2]
        if len(own) > 1:
            found[
                " ".join(chance.sample([*own, chance.choice(common)] if chance.random() < 0.1 else own, 2))
            ] = None
    return list(found)[:amount]
