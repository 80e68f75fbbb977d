"""Goods without a photo are shown by a drawing of their kind; every main category has one."""

import re

import pytest

from eorder_platform.seeds.categories import categories
from eorder_web.look.components.drawing import drawing_of
from eorder_web.look.rendering import STATIC

DRAWN = set(re.findall(r'<symbol id="(\w+)"', (STATIC / "art.svg").read_text()))
CODES = [category.code for category in categories()]


@pytest.mark.parametrize("code", CODES)
def test_every_category_is_drawn(code: str) -> None:
    assert drawing_of(code) in DRAWN - {"lain"}


def test_what_is_unknown_is_a_parcel() -> None:
    assert drawing_of("BARU.SEKALI") == "lain"
