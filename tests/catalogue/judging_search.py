"""A judged set for the search: a catalogue of the demo's kind, what officials type, and how well each answer is.

Measured as nDCG at 10: 1 where the best ten stand first, grades 3 (what was meant) and 1 (of use too).
"""

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from uuid import UUID

import asyncpg

from eorder_platform import tenancy
from eorder_platform.ids import new_id
from eorder_platform.tenancy import Tenant
from eorder_platform.wording import indexing
from eorder_platform.wording.learning import learn_words
from eorder_web.operations.demo.goods import GOODS

SET: Final = Path(__file__).parent / "judged"
MEANT, OF_USE = 3, 1


@dataclass(frozen=True)
class Judged:
    """A product of the judged catalogue."""

    name: str
    category: str
    unit: str
    description: str = ""

    @property
    def told(self) -> str:
        """What patterns are held against."""
        return f"{self.name} #{self.category} {self.unit}".lower()


@dataclass(frozen=True)
class JudgedQuery:
    """What somebody types, and patterns of what they mean and of what is of use too."""

    typed: str
    meant: str
    of_use: str

    def grade(self, product: Judged) -> int:
        if re.search(self.meant, product.told):
            return MEANT
        return OF_USE if self.of_use and re.search(self.of_use, product.told) else 0

    def gain(self, shown: Sequence[Judged], everything: Sequence[Judged]) -> float:
        """nDCG at 10 of what is shown."""
        best = sorted((self.grade(one) for one in everything), reverse=True)
        ideal = _discounted(best[:10])
        return _discounted([self.grade(one) for one in shown[:10]]) / ideal if ideal else 1.0


def judged_products() -> list[Judged]:
    """The demo's goods and some three hundred more of their kind."""
    products = {one.name: Judged(one.name, one.category, one.unit, one.description) for one in GOODS}
    for line in _lines("products.txt"):
        head, _, names = line.partition(":")
        category, unit = head.split()
        for name in names.split(";"):
            products.setdefault(name.strip(), Judged(name.strip(), category, unit))
    return list(products.values())


def judged_queries(name: str) -> list[JudgedQuery]:
    """Every line of that file. Parts stand apart by " | "; inside a pattern the bar has no blanks around it."""
    found = []
    for line in _lines(name):
        typed, meant, of_use = (part.strip() for part in re.split(r" \|(?: |$)", f"{line} ", maxsplit=2))
        found.append(JudgedQuery(typed, meant, of_use))
    return found


def _discounted(grades: Sequence[int]) -> float:
    return float(sum((2**grade - 1) / math.log2(place + 2) for place, grade in enumerate(grades)))


def _lines(name: str) -> Iterator[str]:
    for line in (SET / name).read_text().splitlines():
        if line and not line.startswith("#"):
            yield line


_VENDOR: Final = """
insert into nusantara.vendor (id, business_id_number, legal_name, trade_name, legal_form, business_scale, region_code,
    vat_registered, status, registered_at, verified_at)
values ($1, '9120000000001', 'CV Serba Ada', 'Serba Ada', 'limited_partnership', 'small', '31.71', false, 'verified',
    now(), now())
"""
_TAKES_PART: Final = """
insert into {schema}.vendor_participation (vendor_id, status, payee, payee_version, requested_at)
values ($1, 'active', '{{}}', 1, now())
"""
_OFFER: Final = """
insert into {schema}.offer (id, vendor_id, category_code, category_group, name, description, unit, price_rupiah,
    minimum_order, lead_days, tax_class, domestic, shipping_rupiah, coverage, photos, vendor_name, vendor_scale,
    vendor_form, vendor_region_code, vendor_city, vat_registered, visible, product_version, published_at, updated_at,
    search, search_version)
select $1, $2, $3, split_part($3, '.', 1), $4, $5, $6, $7, 1, 1, 'goods', true, 0, array['31'], '{{}}', 'Serba Ada',
    'small', 'limited_partnership', '31.71', 'Jakarta Pusat', false, true, 1, now(), now(), $8, $9
"""


async def fill(owner: asyncpg.Connection, tenant: Tenant) -> dict[UUID, Judged]:
    """The judged catalogue becomes that region's, from one vendor, and its words are known in the nation."""
    vendor_id, ids = new_id(), {new_id(): product for product in judged_products()}
    await owner.execute(_VENDOR, vendor_id)
    await owner.execute(_TAKES_PART.format(schema=tenant.schema), vendor_id)
    rows = []
    for place, (offer_id, one) in enumerate(ids.items()):
        words = indexing.vector(
            one.name,
            unit=one.unit,
            category_code=one.category,
            vendor="Serba Ada",
            city="Jakarta Pusat",
            description=one.description,
        )
        about = (offer_id, vendor_id, one.category, one.name, one.description, one.unit, 10_000 + 500 * place)
        rows.append((*about, words, indexing.VERSION))
    await owner.executemany(_OFFER.format(schema=tenant.schema), rows)
    async with tenancy.national() as session:
        for one in ids.values():
            await learn_words(session, one.name)
    return ids
