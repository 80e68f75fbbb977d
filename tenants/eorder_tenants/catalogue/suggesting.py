"""What a search that is still being typed may become: names on offer, and the category that has most of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from eorder_platform import tenancy
from eorder_platform.tenancy import Tenant
from eorder_platform.wording import lexicon
from eorder_platform.wording.asking import understand
from eorder_platform.wording.turns import in_turns, weight

SHORTEST: Final = 2
NAMES: Final = 5
LOOKED_AT: Final = 80
"""Offers among which the suggestions are chosen: enough to choose from, and cheap."""


@dataclass(frozen=True)
class Suggestions:
    """Names of offers, the likeliest first, and a category as (code, name)."""

    names: Sequence[str] = ()
    category: tuple[str, str] | None = None


async def suggestions(tenant: Tenant, words: str, locale: str = "id") -> Suggestions:
    """For what was typed so far: names that have all of it, its last word only begun. One round trip."""
    query = understand(words, lexicon.known(tenant.placement)).query() if len(words) >= SHORTEST else None
    if query is None:
        return Suggestions()
    async with tenancy.reading(tenant) as connection:
        rows = await connection.fetch(_SUGGEST, query.near, query.far, query.rank, query.typed, locale)
    names = list(dict.fromkeys(row["name"] for row in rows))[:NAMES]
    category = (rows[0]["code"], rows[0]["category"]) if rows else None
    return Suggestions(names, category)


_SOME: Final = in_turns(
    "id, name, category_code, search", "offer", ["visible"], "$1::tsquery", "$2::tsquery", LOOKED_AT
)
_SUGGEST: Final = f"""
with found as materialized (
    select name, category_code, {weight("$3::tsquery", "$4::tsquery")} as rank from ({_SOME}) seen),
most as (
    select c.code, case when $5 = 'en' then c.name_english else c.name end as category
    from found join category c on c.code = found.category_code
    group by c.code, c.name, c.name_english order by count(*) desc, c.code limit 1)
select found.name, most.code, most.category from found cross join most
order by found.rank desc, found.name limit 30
"""
