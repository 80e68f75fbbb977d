"""A page of the application made into the plainest Jinja template that gives the same page again.

What comes from the row is replaced by an expression, everything else stays literal text: no macros, no inheritance,
no translation. That is the floor's rendering.
"""

from collections.abc import Mapping
from typing import Any

from markupsafe import escape

from eorder_web.look.formatting import datetime_short, quantity, rupiah

FIRST_CARD, CARD_END = '<article class="pcard">', "</article>\n"


def flatten(html: str, row: Mapping[str, Any], zone: str = "") -> str:
    """The template of a page about one row."""
    words = {str(row["id"]): 'row["id"]', str(row["vendor_name"]): 'row["vendor_name"]'}
    for name in ("name", "title", "number", "description"):
        if row.get(name):
            words[str(row[name])] = f'row["{name}"]'
    for name in ("price_rupiah", "gross_rupiah"):
        if row.get(name):
            words[rupiah(row[name])] = f'row["{name}"]|rupiah'
    for name in ("changed_at", "due_at") if zone else ():
        words[datetime_short(row[name], zone)] = f'row["{name}"]|datetime_short("{zone}")'
    for text, expression in sorted(words.items(), key=lambda pair: -len(pair[0])):
        html = html.replace(str(escape(text)), f"{{{{ {expression} }}}}")
    return html


def flatten_rows(html: str, first: Mapping[str, Any], zone: str) -> str:
    """The template of a page with one table: a loop over its first row."""
    begin = html.index("<tr", html.index("<tbody"))
    end = html.rindex("</tr>") + len("</tr>")
    row = flatten(html[begin : html.index("</tr>", begin) + len("</tr>")], first, zone)
    return f"{html[:begin]}{{% for row in rows %}}{row}{{% endfor %}}{html[end:]}"


def flatten_list(html: str, first: Mapping[str, Any]) -> str:
    """The template of a page with cards: what stands before them, a loop over one card, what stands behind."""
    begin = html.index(FIRST_CARD)
    end = html.rindex(CARD_END) + len(CARD_END)
    card = html[begin : html.index(CARD_END, begin) + len(CARD_END)]
    siap = f"siap {first['lead_days']} hari"
    card = flatten(card, first).replace(siap, 'siap {{ row["lead_days"] }} hari')
    return f"{html[:begin]}{{% for row in rows %}}{card}{{% endfor %}}{html[end:]}"


FILTERS = {"rupiah": rupiah, "quantity": quantity, "datetime_short": datetime_short}
