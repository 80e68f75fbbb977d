"""Browsing and searching the catalogue: one statement answers a page of offers, how many there are, and the choices.

Written by hand and read as records, because these are the hottest pages. What keeps them fast at 100,000 offers:
lists follow an index and stop after a page; counting stops at :data:`COUNTED_AT_MOST`; relevance is worked out for as
many of the newest matches; the numbers beside the choices are kept (counting.py), never counted here.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Any, Final, NamedTuple
from uuid import UUID

import asyncpg

from eorder_platform import clock, tenancy
from eorder_platform.tenancy import Tenant
from eorder_tenants.catalogue.models import OfferCountKind
from eorder_tenants.organisation.ordering import ORDERING_UNITS, OrderingUnit, read_units

PAGE_SIZE: Final = 24
COUNTED_AT_MOST: Final = 1000
LAST_PAGE: Final = -(-COUNTED_AT_MOST // PAGE_SIZE)
REGIONS_OFFERED: Final = 12
LONGEST_WORDS: Final = 100

_OF_THE_ROW: Final = (
    "id, name, price_rupiah, unit, domestic, vendor_form, vendor_scale, vendor_name, vendor_city, lead_days,"
    " minimum_order, art"
)
CARD: Final = f"{_OF_THE_ROW}, photos[1] as photo"
_SHOWN: Final = ", ".join(f"offer.{name}" for name in f"{_OF_THE_ROW}, photo".split(", "))

PLACE: Final = "regexp_replace(r.name, '^(Kota|Kabupaten) Administrasi ', '')"
"""A region's name as people say it: "Jakarta Pusat"."""


class Sort(StrEnum):
    """Orders in which a person may read the catalogue; relevance needs words."""

    RELEVANCE = "sesuai"
    NEWEST = "terbaru"
    CHEAPEST = "termurah"
    DEAREST = "termahal"


class Maker(StrEnum):
    """Who sells, as the buyers' duty to prefer them tells vendors apart (Perpres 16/2018 art. 65)."""

    MICRO = "mikro"
    SMALL = "kecil"
    MEDIUM = "menengah"
    COOPERATIVE = "koperasi"


_ORDER: Final = {
    Sort.RELEVANCE: "rank desc, published_at desc, id desc",
    Sort.NEWEST: "published_at desc, id desc",
    Sort.CHEAPEST: "price_rupiah, id",
    Sort.DEAREST: "price_rupiah desc, id desc",
}
_STEPS: Final = {
    Sort.NEWEST: ("published_at", "<"),
    Sort.CHEAPEST: ("price_rupiah", ">"),
    Sort.DEAREST: ("price_rupiah", "<"),
}
"""What a list that is read in steps is sorted by, and how what follows compares."""
_MAKER: Final = {
    Maker.MICRO: "(vendor_scale = 'micro' and vendor_form <> 'cooperative')",
    Maker.SMALL: "(vendor_scale = 'small' and vendor_form <> 'cooperative')",
    Maker.MEDIUM: "(vendor_scale = 'medium' and vendor_form <> 'cooperative')",
    Maker.COOPERATIVE: "vendor_form = 'cooperative'",
}


@dataclass(frozen=True)
class Wanted:
    """What a visitor asks the catalogue for. `categories` are main categories ("ATK") or their parts ("ATK.PAPER")."""

    words: str = ""
    categories: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    lowest_rupiah: int | None = None
    highest_rupiah: int | None = None
    makers: tuple[Maker, ...] = ()
    domestic: bool = False
    sort: Sort | None = None
    page: int = 1

    @property
    def filters(self) -> int:
        """How many filters are set, the words and the order not counted."""
        prices = (self.lowest_rupiah, self.highest_rupiah)
        chosen = len(self.categories) + len(self.regions) + len(self.makers) + self.domestic
        return chosen + sum(price is not None for price in prices)

    @property
    def everything(self) -> bool:
        """Nothing narrows the catalogue down."""
        return not self.words and not self.filters

    @property
    def one_choice(self) -> tuple[OfferCountKind, str] | None:
        """The one main category or regency that is all that was asked for; the number of its offers is kept."""
        if self.words or self.filters != 1:
            return None
        if self.categories and "." not in self.categories[0]:
            return OfferCountKind.GROUP, self.categories[0]
        return (OfferCountKind.REGION, self.regions[0]) if self.regions else None

    @property
    def order(self) -> Sort:
        """By relevance where there are words, else the newest first, unless asked otherwise."""
        if not self.words:
            return Sort.NEWEST if self.sort in (None, Sort.RELEVANCE) else self.sort
        return self.sort or Sort.RELEVANCE

    def without_filters(self) -> "Wanted":
        return Wanted(words=self.words, sort=self.sort)

    @property
    def filters_alone(self) -> "Wanted":
        """The filters as they are set, whatever the words and the order."""
        return replace(self, words="", sort=None, page=1) if self.filters else EVERYTHING


EVERYTHING: Final = Wanted()


class Choice(NamedTuple):
    """One value to filter by; `offers` is how many the whole catalogue has, None where that is not kept in sight."""

    code: str
    name: str
    offers: int | None


@dataclass(frozen=True)
class Choices:
    """What there is to filter by, and the names of the categories and regencies that were asked for."""

    groups: Sequence[Choice]
    regions: Sequence[Choice]
    names: Mapping[str, str]


@dataclass(frozen=True)
class Shelf:
    """A page of the catalogue. `choices` is the JSON that :func:`read_choices` reads: mostly it is as it was before.

    Above COUNTED_AT_MOST the number found is told as "more than", unless it is kept; pages end there in any case.
    """

    offers: tuple[Mapping[str, Any], ...]
    found: int
    more_than_counted: bool
    last_page: int
    choices: str
    units: tuple[OrderingUnit, ...] = ()


async def browse(
    tenant: Tenant, wanted: Wanted, locale: str = "id", *, officer_id: UUID | None = None
) -> Shelf:
    """A page of what a region offers, in one round trip; beyond the last page it is empty.

    For a procurement officer the units come along that they may order for today.
    """
    officer = (officer_id, clock.today(tenant.zone)) if officer_id else None
    question = _Question(wanted, officer)
    # What depends on no value keeps one plan; words and prices are planned for what they are.
    plain = wanted.everything or wanted.one_choice is not None
    connect = tenancy.reading if plain else tenancy.searching
    async with connect(tenant) as connection:
        records = await connection.fetch(question.sql(), *question.values(locale))
    return _shelf(records, wanted)


async def offers_behind(
    tenant: Tenant, wanted: Wanted, after: tuple[Any, UUID] | None, most: int
) -> list[asyncpg.Record]:
    """Offers for programs: no counting and no choices, as many as asked, behind the one whose keys are `after`.

    Keys are what the list is sorted by and the id: `published_at` for the newest first, `price_rupiah` otherwise. By
    relevance nothing can be continued: the newest come first then.
    """
    order = Sort.NEWEST if wanted.order is Sort.RELEVANCE else wanted.order
    question = _Question(wanted, speaks=False)
    sql = question.steps(order, after, most)
    async with tenancy.searching(tenant) as connection:
        return list(await connection.fetch(sql, *question.asked))


def read_choices(choices: str, wanted: Wanted) -> Choices:
    """What a shelf offers to choose from, what was chosen all the same included: part of a category, a rare regency."""
    read = json.loads(choices)
    names: dict[str, str] = read["names"] or {}
    return Choices(
        groups=_with_asked(read["groups"], wanted.categories, names),
        regions=_with_asked(read["regions"], wanted.regions, names),
        names=names,
    )


def _shelf(records: list[asyncpg.Record], wanted: Wanted) -> Shelf:
    head = records[0]
    found = head["found"] or 0
    counted = not wanted.everything and wanted.one_choice is None
    return Shelf(
        offers=() if head["id"] is None else tuple(records),
        found=min(found, COUNTED_AT_MOST) if counted else found,
        more_than_counted=counted and found > COUNTED_AT_MOST,
        last_page=max(1, -(-min(found, COUNTED_AT_MOST) // PAGE_SIZE)),
        choices=head["choices"],
        units=read_units(head.get("units")),
    )


def _with_asked(
    offered: list[list[Any]] | None, asked: Sequence[str], names: Mapping[str, str]
) -> list[Choice]:
    choices = [Choice(*one) for one in offered or ()]
    known = {choice.code for choice in choices}
    return choices + [
        Choice(code, names[code], None) for code in asked if code not in known and code in names
    ]


class _Question:
    """The statement for what is wanted and its values; only what is asked for stands in it."""

    def __init__(
        self, wanted: Wanted, officer: tuple[UUID, date] | None = None, *, speaks: bool = True
    ) -> None:
        self._wanted, self._officer = wanted, officer
        self._before = int(speaks)  # the first value is the language where names are asked for
        self._values: list[object] = []
        self._where = " and ".join(["visible", *self._conditions()])

    def sql(self) -> str:
        page, found = self._page(), self._found()
        return (
            f"{self._matches()}select {_SHOWN}, {found} as found,"
            f" case when row_number() over () = 1 then ({self._choices()}) end as choices{self._units()}"
            f" from (select) as one left join lateral ({page}) as offer on true order by {_ORDER[self._wanted.order]}"
        )

    def values(self, locale: str) -> list[object]:
        return [locale, *self._values]

    def steps(self, order: Sort, after: tuple[Any, UUID] | None, most: int) -> str:
        """A statement of its own for programs; its values are `asked`."""
        behind = ""
        if after is not None:
            key, compared = _STEPS[order]
            behind = f" and ({key}, id) {compared} ({self._value(after[0])}, {self._value(after[1])})"
        limit = self._value(most)
        return (
            f"select {_OF_THE_ROW}, category_code, vendor_id, published_at from offer"
            f" where {self._where}{behind} order by {_ORDER[order]} limit {limit}"
        )

    @property
    def asked(self) -> list[object]:
        return self._values

    def _conditions(self) -> list[str]:
        wanted, conditions = self._wanted, list[str]()
        if wanted.words:
            conditions.append(f"search @@ {self._words()}")
        if wanted.categories:
            groups = [code for code in wanted.categories if "." not in code]
            parts = [code for code in wanted.categories if "." in code]
            either = [self._among("category_group", groups), self._among("category_code", parts)]
            conditions.append(f"({' or '.join(filter(None, either))})")
        if wanted.regions:
            conditions.append(self._among("vendor_region_code", wanted.regions))
        if wanted.lowest_rupiah is not None:
            conditions.append(f"price_rupiah >= {self._value(wanted.lowest_rupiah)}")
        if wanted.highest_rupiah is not None:
            conditions.append(f"price_rupiah <= {self._value(wanted.highest_rupiah)}")
        if wanted.makers:
            conditions.append(f"({' or '.join(_MAKER[maker] for maker in wanted.makers)})")
        if wanted.domestic:
            conditions.append("domestic")
        return conditions

    def _words(self) -> str:
        """All words must be there, quotes and minus work as in any search, and the last word may be only begun."""
        begun = re.search(r"(?:^|\s)(\w+)$", self._wanted.words)
        before = self._wanted.words[: begun.start()] if begun else self._wanted.words
        query = f"websearch_to_tsquery('simple', {self._value(before)})"
        if begun:
            query = f"({query} && to_tsquery('simple', {self._value(begun[1] + ':*')}))"
        return query

    def _among(self, column: str, codes: Sequence[str]) -> str:
        if not codes:
            return ""
        if len(codes) == 1:
            return f"{column} = {self._value(codes[0])}"
        return f"{column} = any({self._value(list(codes))})"

    def _value(self, value: object) -> str:
        self._values.append(value)
        return f"${len(self._values) + self._before}"

    def _matches(self) -> str:
        """The newest offers that have the words: what relevance is worked out for."""
        if self._wanted.order is not Sort.RELEVANCE:
            return ""
        newest = f"from offer where {self._where} order by {_ORDER[Sort.NEWEST]} limit {COUNTED_AT_MOST + 1}"
        return f"with match as materialized (select {CARD}, published_at, search {newest}) "

    def _page(self) -> str:
        columns, source, order = f"{CARD}, published_at", f"offer where {self._where}", self._wanted.order
        if order is Sort.RELEVANCE:
            columns, source = f"match.*, ts_rank(search, {self._words()}) as rank", "match"
        return (
            f"select {columns} from {source} order by {_ORDER[order]}"
            f" limit {PAGE_SIZE} offset {(self._wanted.page - 1) * PAGE_SIZE}"
        )

    def _found(self) -> str:
        """How many there are: known for everything, one main category or one regency; counted up to a point else."""
        wanted = self._wanted
        if wanted.everything:
            return "(select sum(offers) from offer_count where kind = 'group')"
        if wanted.one_choice is not None:
            kind, code = wanted.one_choice
            return f"(select offers from offer_count where kind = '{kind}' and code = {self._value(code)})"
        if wanted.order is Sort.RELEVANCE:
            return "(select count(*) from match)"
        matches = f"select from offer where {self._where} limit {COUNTED_AT_MOST + 1}"
        return f"(select count(*) from ({matches}) as match)"

    def _units(self) -> str:
        if self._officer is None:
            return ""
        officer, today = map(self._value, self._officer)
        units = ORDERING_UNITS.format(officer=officer, today=today)
        return f", case when row_number() over () = 1 then {units} end as units"

    def _choices(self) -> str:
        asked = [*self._wanted.categories, *self._wanted.regions]
        return _CHOICES.format(names=_NAMES.format(asked=self._value(asked)) if asked else "null")


_NAME: Final = "case when $1 = 'en' then c.name_english else c.name end"
_CHOICES: Final = f"""
select json_build_object(
    'groups', (
        select json_agg(json_build_array(n.code, {_NAME}, n.offers) order by c.position)
        from offer_count n join category c on c.code = n.code
        where n.kind = 'group' and n.offers > 0),
    'regions', (
        select json_agg(json_build_array(n.code, {PLACE}, n.offers) order by n.offers desc, n.code)
        from (
            select code, offers from offer_count where kind = 'region' and offers > 0
            order by offers desc, code limit {REGIONS_OFFERED}) n
        join region r on r.code = n.code),
    'names', {{names}})
"""
_NAMES: Final = f"""(
    select json_object_agg(code, name) from (
        select c.code, {_NAME} as name from category c where c.code = any({{asked}})
        union all select r.code, {PLACE} from region r where r.code = any({{asked}})) named)"""
