"""The catalogue's address: what a visitor asks for as query parameters, and the way back to such an address."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final
from urllib.parse import parse_qsl

from eorder_platform.errors import Refused
from eorder_platform.money import parse_rupiah
from eorder_tenants.catalogue.browsing import LAST_PAGE, LONGEST_WORDS, Maker, Sort, Wanted
from eorder_web.edge.forms import TICKED
from eorder_web.edge.queries import page_in, words_in
from eorder_web.look.addresses import address
from eorder_web.look.formatting import rupiah
from eorder_web.look.translating import _

QUERY_NAMES: Final = {
    "words": "q",
    "literally": "persis",
    "categories": "kategori",
    "regions": "wilayah",
    "lowest_rupiah": "harga_dari",
    "highest_rupiah": "harga_sampai",
    "makers": "pelaku",
    "domestic": "pdn",
    "sort": "urut",
    "page": "hal",
}
"""What a visitor may want, and how the address says it."""
MOST_CHOICES: Final = 20

_CATEGORY: Final = re.compile(r"[A-Z-]{2,12}(\.[A-Z]{2,12})?")
_REGION: Final = re.compile(r"\d\d\.\d\d")


@dataclass(frozen=True)
class Asked:
    """What was asked, as far as it can be understood, and what was wrong with the prices (field, sentence)."""

    wanted: Wanted
    problems: tuple[tuple[str | None, str], ...] = ()


def read_query(query: bytes) -> Asked:
    """An unknown or malformed choice is left out: an old link should still show a catalogue."""
    if not query:
        return Asked(Wanted())
    values: dict[str, list[str]] = {}
    for name, value in parse_qsl(query.decode("latin-1"), max_num_fields=100):
        values.setdefault(name, []).append(value)
    lowest, highest, problems = _prices(values)
    wanted = Wanted(
        words=words_in(_first(values, "q"), LONGEST_WORDS),
        literally=_first(values, "persis") == TICKED,
        categories=_matching(values, "kategori", _CATEGORY),
        regions=_matching(values, "wilayah", _REGION),
        lowest_rupiah=lowest,
        highest_rupiah=highest,
        makers=tuple(maker for maker in Maker if maker in values.get("pelaku", ())),
        domestic=_first(values, "pdn") == TICKED,
        sort=next((sort for sort in Sort if sort == _first(values, "urut")), None),
        page=page_in(_first(values, "hal"), LAST_PAGE),
    )
    return Asked(wanted, problems)


def catalogue_address(wanted: Wanted) -> str:
    """The catalogue as wanted, from its first page."""
    return address(
        "catalogue.list",
        words=wanted.words,
        literally=TICKED if wanted.words and wanted.literally else None,
        categories=wanted.categories,
        regions=wanted.regions,
        lowest_rupiah=wanted.lowest_rupiah,
        highest_rupiah=wanted.highest_rupiah,
        makers=wanted.makers,
        domestic=TICKED if wanted.domestic else None,
        sort=wanted.sort,
    )


def chips(wanted: Wanted, names: Mapping[str, str]) -> list[tuple[str, str]]:
    """Each filter that is set in words, with the address that drops it."""
    words = {
        Maker.MICRO: _("Usaha mikro"),
        Maker.SMALL: _("Usaha kecil"),
        Maker.MEDIUM: _("Usaha menengah"),
        Maker.COOPERATIVE: _("Koperasi"),
    }
    found = [
        (names.get(code, code), replace(wanted, categories=_without(wanted.categories, code)))
        for code in wanted.categories
    ]
    found += [
        (names.get(code, code), replace(wanted, regions=_without(wanted.regions, code)))
        for code in wanted.regions
    ]
    if wanted.lowest_rupiah is not None:
        text = _("Mulai %(price)s", price=rupiah(wanted.lowest_rupiah))
        found.append((text, replace(wanted, lowest_rupiah=None)))
    if wanted.highest_rupiah is not None:
        text = _("Sampai %(price)s", price=rupiah(wanted.highest_rupiah))
        found.append((text, replace(wanted, highest_rupiah=None)))
    found += [
        (words[maker], replace(wanted, makers=tuple(one for one in wanted.makers if one != maker)))
        for maker in wanted.makers
    ]
    if wanted.domestic:
        found.append((_("Produk dalam negeri (PDN)"), replace(wanted, domestic=False)))
    return [(text, catalogue_address(without)) for text, without in found]


def _prices(
    values: dict[str, list[str]],
) -> tuple[int | None, int | None, tuple[tuple[str | None, str], ...]]:
    amounts: list[int | None] = []
    problems: list[tuple[str | None, str]] = []
    for field in ("harga_dari", "harga_sampai"):
        typed = _first(values, field).strip()
        try:
            amounts.append(parse_rupiah(typed, field=field) if typed else None)
        except Refused as refusal:
            amounts.append(None)
            problems += refusal.problems
    lowest, highest = amounts
    if lowest is not None and highest is not None and lowest > highest:
        problems.append(("harga_sampai", "Harga tertinggi lebih rendah daripada harga terendah."))
    return lowest, highest, tuple(problems)


def _first(values: dict[str, list[str]], name: str) -> str:
    return values.get(name, [""])[0]


def _matching(values: dict[str, list[str]], name: str, pattern: re.Pattern[str]) -> tuple[str, ...]:
    codes = dict.fromkeys(value for value in values.get(name, ()) if pattern.fullmatch(value))
    return tuple(codes)[:MOST_CHOICES]


def _without(codes: tuple[str, ...], code: str) -> tuple[str, ...]:
    return tuple(one for one in codes if one != code)
