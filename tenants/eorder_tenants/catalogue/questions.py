"""The one statement that answers a page of the catalogue: only what is asked for stands in it.

With words it goes on only until it has seen as many as are counted at the most (wording/turns.py). So a search costs
what those cost, however many offers there are, and one plan is good for all words. The numbers beside the choices are
of the same offers: for each kind of choice as if nothing of that kind was chosen.
"""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any, Final
from uuid import UUID

from eorder_platform.wording import lexicon
from eorder_platform.wording.asking import Query
from eorder_platform.wording.turns import in_turns, weight
from eorder_tenants.catalogue.wanted import Maker, Sort, Wanted
from eorder_tenants.organisation.ordering import ORDERING_UNITS

PAGE_SIZE: Final = 24
COUNTED_AT_MOST: Final = 600
"""Offers beyond these are told as "more than", and pages end there. They are what a search costs."""
REGIONS_OFFERED: Final = 12
CATEGORIES_OFFERED: Final = 12

_OF_THE_ROW: Final = (
    "id, name, price_rupiah, unit, domestic, vendor_form, vendor_scale, vendor_name, vendor_city, lead_days,"
    " minimum_order, art"
)
CARD: Final = f"{_OF_THE_ROW}, photos[1] as photo"
PLACE: Final = "regexp_replace(r.name, '^(Kota|Kabupaten) Administrasi ', '')"
"""A region's name as people say it: "Jakarta Pusat"."""

_SHOWN: Final = ", ".join(f"offer.{name}" for name in f"{_OF_THE_ROW}, photo".split(", "))
_WEIGHED: Final = (
    "id, name, category_code, category_group, vendor_region_code, vendor_scale, vendor_form, domestic, price_rupiah,"
    " published_at, search"
)
_KEPT: Final = _WEIGHED.removesuffix(", search").replace("name, ", "")
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


class Question:
    """The statement for what is wanted and its values. `query` is what its words were understood as."""

    def __init__(
        self,
        wanted: Wanted,
        query: Query | None = None,
        officer: tuple[UUID, date] | None = None,
        *,
        speaks: bool = True,
    ) -> None:
        self._wanted, self._query, self._officer = wanted, query, officer
        self._sort = wanted.order if query or wanted.order is not Sort.RELEVANCE else Sort.NEWEST
        self._before = int(speaks)  # the first value is the language where names are asked for
        self._values: list[object] = []
        self._query_places: dict[str, str] = {}
        self._conditions = self._filters()
        self._where = " and ".join(["visible", *self._words(), *self._conditions.values()])

    @property
    def one_plan(self) -> bool:
        """One plan is good whatever the values are; else it is to be planned for them."""
        wanted = self._wanted
        plain = wanted.everything or wanted.one_choice is not None
        return plain or (self._query is not None and self._sort is Sort.RELEVANCE)

    def sql(self) -> str:
        page, found, order = self._page(), self._found(), self._sort
        wide = "(select count(*) from wide)" if self._narrowed else found
        state = lexicon.STATE if self._wanted.words else "null"
        return (
            f"{self._matches()}select {_SHOWN}, {found} as found,"
            f" case when row_number() over () = 1 then {wide} end as unfiltered,"
            f" case when row_number() over () = 1 then {state} end as lexicon,"
            f" case when row_number() over () = 1 then ({self._choices()}) end as choices{self._units()}"
            f" from (select) as one left join lateral ({page}) as offer on true order by {_ORDER[order]}"
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

    @property
    def _searches(self) -> bool:
        return self._query is not None

    @property
    def _narrowed(self) -> bool:
        """Words and filters: what the words alone find is counted too."""
        return self._searches and bool(self._conditions)

    def _words(self) -> list[str]:
        if self._query is not None:
            return [f"search @@ {self._tsquery(self._query.far)}"]
        return ["false"] if self._wanted.words else []

    def _filters(self) -> dict[str, str]:
        """The conditions by what they are about."""
        wanted, conditions = self._wanted, dict[str, str]()
        if wanted.categories:
            groups = [code for code in wanted.categories if "." not in code]
            parts = [code for code in wanted.categories if "." in code]
            either = [self._among("category_group", groups), self._among("category_code", parts)]
            conditions["category"] = f"({' or '.join(filter(None, either))})"
        if wanted.regions:
            conditions["region"] = self._among("vendor_region_code", wanted.regions)
        if wanted.lowest_rupiah is not None:
            conditions["lowest"] = f"price_rupiah >= {self._value(wanted.lowest_rupiah)}"
        if wanted.highest_rupiah is not None:
            conditions["highest"] = f"price_rupiah <= {self._value(wanted.highest_rupiah)}"
        if wanted.makers:
            conditions["maker"] = f"({' or '.join(_MAKER[maker] for maker in wanted.makers)})"
        if wanted.domestic:
            conditions["domestic"] = "domestic"
        return conditions

    def _among(self, column: str, codes: Sequence[str]) -> str:
        if not codes:
            return ""
        if len(codes) == 1:
            return f"{column} = {self._value(codes[0])}"
        return f"{column} = any({self._value(list(codes))})"

    def _value(self, value: object) -> str:
        self._values.append(value)
        return f"${len(self._values) + self._before}"

    def _tsquery(self, text: str) -> str:
        if text not in self._query_places:
            self._query_places[text] = f"{self._value(text)}::tsquery"
        return self._query_places[text]

    def _matches(self) -> str:
        """What is found, as far as it is counted, with its weight; and what the words alone find."""
        if self._query is None:
            return ""
        made = []
        if self._sort is Sort.RELEVANCE:
            columns = f"{_KEPT}, {weight(self._tsquery(self._query.rank), self._tsquery(self._query.typed))} as rank"
            made.append(f"match as materialized ({self._in_turns(columns, self._conditions.values())})")
        else:
            some = f"select {_KEPT} from offer where {self._where} limit {COUNTED_AT_MOST + 1}"
            made.append(f"match as materialized ({some})")
        if self._narrowed:
            made.append(f"wide as materialized ({self._in_turns(_KEPT, ())})")
        return f"with {', '.join(made)} "

    def _in_turns(self, columns: str, conditions: Iterable[str]) -> str:
        assert self._query is not None
        near, far = self._tsquery(self._query.near), self._tsquery(self._query.far)
        some = in_turns(_WEIGHED, "offer", ["visible", *conditions], near, far, COUNTED_AT_MOST + 1)
        return f"select {columns} from ({some}) as found"

    def _page(self) -> str:
        columns, source, order = f"{CARD}, published_at", f"offer where {self._where}", self._sort
        limit = f"limit {PAGE_SIZE} offset {(self._wanted.page - 1) * PAGE_SIZE}"
        if self._searches and order is Sort.RELEVANCE:
            shown = f"select id, rank from match order by {_ORDER[order]} {limit}"
            return f"select {columns}, rank from ({shown}) as shown join offer using (id) order by {_ORDER[order]}"
        return f"select {columns} from {source} order by {_ORDER[order]} {limit}"

    def _found(self) -> str:
        """How many there are: known for everything, one main category or one regency; counted up to a point else."""
        wanted = self._wanted
        if wanted.everything:
            return "(select sum(offers) from offer_count where kind = 'group')"
        if wanted.one_choice is not None:
            kind, code = wanted.one_choice
            return f"(select offers from offer_count where kind = '{kind}' and code = {self._value(code)})"
        if self._searches:
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
        names = _NAMES.format(asked=self._value(asked)) if asked else "null"
        if not self._searches:
            return _CHOICES.format(names=names)
        return _CHOICES_FOUND.format(
            categories=self._among_others("category"),
            regions=self._among_others("region"),
            makers=self._among_others("maker"),
            domestic=self._among_others("domestic"),
            names=names,
            most=COUNTED_AT_MOST,
            source="wide" if self._narrowed else "match",
        )

    def _among_others(self, kind: str) -> str:
        """What is found, as if nothing of that kind was chosen."""
        if not self._narrowed:
            return "match"
        others = [condition for about, condition in self._conditions.items() if about != kind]
        return f"wide where {' and '.join(others)}" if others else "wide"


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
_CHOICES_FOUND: Final = f"""
select json_build_object(
    'groups', (
        select json_agg(json_build_array(n.code, {_NAME}, n.offers) order by n.offers desc, c.position)
        from (
            select category_code as code, count(*) as offers from {{categories}} group by 1
            order by 2 desc, 1 limit {CATEGORIES_OFFERED}) n
        join category c on c.code = n.code),
    'regions', (
        select json_agg(json_build_array(n.code, {PLACE}, n.offers) order by n.offers desc, n.code)
        from (
            select vendor_region_code as code, count(*) as offers from {{regions}} group by 1
            order by 2 desc, 1 limit {REGIONS_OFFERED}) n
        join region r on r.code = n.code),
    'makers', (
        select json_object_agg(maker, offers) from (
            select case when vendor_form = 'cooperative' then 'cooperative' else vendor_scale end as maker,
                count(*) as offers
            from {{makers}} group by 1) n),
    'domestic', (select count(*) filter (where domestic) from {{domestic}}),
    'more', (select count(*) > {{most}} from {{source}}),
    'names', {{names}})
"""
_NAMES: Final = f"""(
    select json_object_agg(code, name) from (
        select c.code, {_NAME} as name from category c where c.code = any({{asked}})
        union all select r.code, {PLACE} from region r where r.code = any({{asked}})) named)"""
