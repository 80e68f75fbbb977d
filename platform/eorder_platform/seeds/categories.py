"""Catalogue categories (kategori): seventeen main ones and what belongs under each."""

from collections.abc import Iterator
from dataclasses import dataclass

from eorder_platform.directory.models import TaxClass
from eorder_platform.seeds.reading import seed_rows


@dataclass(frozen=True, slots=True)
class CategorySeed:
    """A category as it is first known.

    `tax_class` is that of the products in it; `kbli_hint` the industry codes (KBLI 2020, five digits) that
    usually sell it, never an exclusive list; `units` the units of sale on offer, the commonest first; `accounts` the
    budget accounts that pay for it, or how they begin (Kepmendagri 050-5889/2021, unverified): none where the main
    category's count.
    """

    code: str
    parent_code: str | None
    name: str
    name_english: str
    tax_class: TaxClass
    kbli_hint: tuple[str, ...]
    units: tuple[str, ...]
    accounts: tuple[str, ...]


def categories() -> Iterator[CategorySeed]:
    """Every row of categories.csv, a parent always before its children; sub-codes are "ATK.PAPER"."""
    for row in seed_rows("categories.csv"):
        yield CategorySeed(
            code=row["code"],
            parent_code=row["parent_code"] or None,
            name=row["name"],
            name_english=row["name_english"],
            tax_class=TaxClass(row["tax_class"]),
            kbli_hint=tuple(row["kbli_hint"].split()),
            units=tuple(row["units"].split()),
            accounts=tuple(row["accounts"].split()),
        )
