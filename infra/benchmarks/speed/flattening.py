"""A page of the application made into the plainest Jinja template that gives the same page again.

Every fact of a row that stands on the page is an expression, and what the row repeats is a loop; everything else stays
literal text: no macros, no inheritance, no translation. That is the floor's rendering. What it leaves out is told in
the README: who the reader is stands in it as text.
"""

import json
import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from markupsafe import escape

from eorder_web.look.formatting import FILTERS as OURS
from eorder_web.look.rendering import drawn

FILTERS: Final = {
    name: OURS[name]
    for name in ("rupiah", "quantity", "typed_quantity", "datetime_short", "date_long", "date_short")
}
FILTERS["drawn"] = drawn
CARD_BEGIN, CARD_END = '<article class="pcard">', "</article>\n"
LEAST: Final = 3
"""Shorter facts than so many letters are looked for in their places alone (:data:`PLACES`)."""
AMOUNTS: Final = ("ceiling", "held", "committed", "realised")
WORDS: Final = frozenset(
    {"tax_class", "vendor_form", "vendor_scale", "status", "art", "category_group", "photos"}
)
"""Columns whose values are words of the code, which stand in markup as well."""
LISTS: Final = frozenset({"lines", "events", "documents", "comments", "officials", "similar"})
MAKER: Final = (
    '{% if ROW["vendor_form"] == "cooperative" %}Koperasi{% elif ROW["vendor_scale"] == "micro" %}Usaha mikro'
    '{% elif ROW["vendor_scale"] == "small" %}Usaha kecil{% else %}Usaha menengah{% endif %}'
)
PLACES: Final = (
    ("siap {} hari", "lead_days", ""),
    ("<dd>{} hari</dd>", "lead_days", ""),
    ('name="quantity" value="{}"', "minimum_order", "|typed_quantity"),
    ("<dd>{} ", "minimum_order", "|quantity"),
)


def flatten(html: str, row: Mapping[str, Any], zone: str = "", name: str = "row") -> str:
    """The template of a page, or of a part of it, about one row that the template calls `name`."""
    words: dict[str, str] = {}
    for column, value in row.items():
        if column not in WORDS:
            for text, expression in _texts(column, f'{name}["{column}"]', value, zone):
                if len(text) >= LEAST:
                    words.setdefault(str(escape(text)), f"{{{{ {expression} }}}}")
    for place, column, how in PLACES:
        if column in row:
            words[place.format(_short(row[column], how))] = place.format(f'{{{{ {name}["{column}"]{how} }}}}')
    if "art" in row and not row.get("photo") and not row.get("photos"):
        for cls in ("thumb", "thumb big"):
            picture = str(drawn(row["art"], row["name"], row["vendor_name"], cls))
            words[picture] = f'{{{{ {name}["art"]|drawn({name}["name"], {name}["vendor_name"], "{cls}") }}}}'
    for maker in (
        ("Koperasi", "Usaha mikro", "Usaha kecil", "Usaha menengah") if "vendor_scale" in row else ()
    ):
        words[f'<span class="tag tag-umk">{maker}</span>'] = (
            f'<span class="tag tag-umk">{MAKER.replace("ROW", name)}</span>'
        )
    longest_first = sorted(words, key=len, reverse=True)
    facts = f"({'|'.join(map(re.escape, longest_first))})(?![.,]?\\d)"
    return re.sub(facts, lambda found: words[found[0]], html)


def loop(html: str, begin: str, end: str, first: Mapping[str, Any], rows: str, zone: str = "") -> str:
    """What stands from `begin` to the last `end` made into a loop over `rows`, of which `first` is the first."""
    start = html.index(begin)
    stop = html.index(end, start) + len(end)
    last = html.rindex(end) + len(end)
    one = flatten(html[start:stop], first, zone, "one")
    return f"{html[:start]}{{% for one in {rows} %}}{one}{{% endfor %}}{html[last:]}"


def within(html: str, begin: str, end: str, change: Callable[[str], str]) -> str:
    """The page with a part of it changed: from `begin` to the first `end` behind it."""
    start = html.index(begin)
    stop = html.index(end, start) + len(end)
    return html[:start] + change(html[start:stop]) + html[stop:]


def read(row: Mapping[str, Any]) -> dict[str, Any]:
    """A row whose lists, of lines or of what happened, are read from their JSON."""
    facts = dict(row)
    for name in LISTS & facts.keys():
        facts[name] = _JSON.decode(facts[name] or "[]")
    for event in facts.get("events", ()):
        event["at"] = datetime.fromisoformat(event["at"])
    return facts


def _texts(column: str, expression: str, value: Any, zone: str) -> Iterable[tuple[str, str]]:
    """How a fact may stand on a page, and the expression for each."""
    match value:
        case bool() | None:
            return
        case int() if column.endswith("_rupiah") or column in AMOUNTS:
            yield OURS["rupiah"](value), f"{expression}|rupiah"
        case Decimal():
            yield OURS["quantity"](value), f"{expression}|quantity"
        case datetime() if zone:
            yield OURS["datetime_short"](value, zone), f'{expression}|datetime_short("{zone}")'
            yield OURS["date_short"](value, zone), f'{expression}|date_short("{zone}")'
            yield value.isoformat(), f"{expression}.isoformat()"
        case date() if not isinstance(value, datetime):
            yield OURS["date_long"](value), f"{expression}|date_long"
        case str() | UUID():
            yield str(value), expression


def _short(value: Any, how: str) -> str:
    return OURS[how.removeprefix("|")](value) if how else str(value)


_JSON: Final = json.JSONDecoder(parse_float=Decimal)
