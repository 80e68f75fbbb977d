"""Goods without a photo are shown by a drawing of their kind; every main category has one."""

import itertools
import re

import pytest

from eorder_platform.seeds.categories import categories
from eorder_web.look.components.drawing import drawing_of, picture_of
from eorder_web.look.rendering import STATIC
from eorder_web.operations.demo.businesses import BUSINESSES
from eorder_web.operations.demo.goods import GOODS

DRAWN = set(re.findall(r'<symbol id="(\w+)"', (STATIC / "art.svg").read_text()))
CODES = [category.code for category in categories()]


@pytest.mark.parametrize("code", CODES)
def test_every_category_is_drawn(code: str) -> None:
    assert drawing_of(code) in DRAWN - {"lain"}


def test_what_is_unknown_is_a_parcel() -> None:
    assert drawing_of("BARU.SEKALI") == "lain"


SYMBOLS = set(re.findall(r'<symbol id="([\w-]+)"', (STATIC / "art.svg").read_text()))
SELLERS = [business.name for business in BUSINESSES]


def test_every_layer_of_a_picture_is_drawn() -> None:
    layers = {
        layer
        for goods in GOODS
        for seller in SELLERS
        for layer in picture_of(goods.art, goods.name, seller).layers
    }
    assert layers <= SYMBOLS
    assert len(layers) > 50


@pytest.mark.parametrize("category", sorted({goods.category for goods in GOODS}))
def test_six_products_in_a_row_are_seldom_alike(category: str) -> None:
    """The same goods of other sellers, and other goods of the same sellers."""
    sold = [goods for goods in GOODS if goods.category == category]
    row = [picture_of(goods.art, goods.name, seller) for seller in SELLERS[:6] for goods in sold]
    assert sum(first == second for first, second in itertools.pairwise(row)) <= 1
    assert len(set(row)) >= len(row) * 2 // 3


def test_a_product_looks_the_same_wherever_it_stands() -> None:
    picture = picture_of("batik", "Kemeja batik cap lengan panjang", "Batik Betawi Sari")
    assert picture == picture_of.__wrapped__("batik", "Kemeja batik cap lengan panjang", "Batik Betawi Sari")
    assert picture.layers[1] == "kemeja-panjang"
    assert picture_of("kopi", "Barang tanpa kata yang dikenal", "X").layers[1] == "kopi"
