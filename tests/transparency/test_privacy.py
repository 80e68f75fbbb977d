"""No public answer says who somebody is, where he lives, how to reach him or where his money goes (domain.md 7.3).

Every page, the export and every header is searched for facts that only the private parts of an order carry.
"""

import json
import re
from collections.abc import Callable, Mapping

import httpx
import pytest

from eorder_platform import tenancy
from eorder_platform.tenancy import Tenant
from eorder_tenants.documents.facts import DocumentKind
from eorder_tenants.orders.core.models import Status
from eorder_tenants.transparency import publishing
from eorder_web.transparency import national_pages, pages
from tests.transparency.factories import PRIVATE, Written, an_order

ClientFor = Callable[[str], httpx.AsyncClient]
STAGES = (Status.ISSUED, Status.INSPECTED, Status.INVOICED, Status.COMPLETED, Status.CANCELLED)


async def test_no_public_answer_says_anything_private(client_for: ClientFor, dki: Tenant) -> None:
    orders = [await an_order(dki, status=status) for status in STAGES]
    visited = set()
    async with client_for("dki.localhost") as region, client_for("localhost") as nation:
        for browser, routes in ((region, pages.REGION), (nation, national_pages.NATION)):
            for written in orders:
                for address in addresses(written):
                    for language in ("id", "en"):
                        joint = "&" if "?" in address else "?"
                        answer = await browser.get(f"{address}{joint}bahasa={language}&tahun=semua")
                        assert private_facts_in(answer) == [], address
                        visited.add((browser is region, address.split("?")[0].split("/")[1]))
            assert {(browser is region, path.split("/")[1]) for path in paths_of(routes)} <= visited
        checked = await hand_in_a_file(region, orders[0])
        assert checked.status_code == 200
        assert private_facts_in(checked) == []


async def test_the_private_facts_are_really_there(dki: Tenant) -> None:
    """Otherwise the test above would prove nothing."""
    written = await an_order(dki)
    stored = []
    async with tenancy.reading(dki) as connection:
        for statement in (
            "select to_jsonb(o) from orders o where o.id = $1",
            "select to_jsonb(l) from order_line l where l.order_id = $1",
            "select to_jsonb(e) from order_event e where e.order_id = $1",
            "select to_jsonb(c) from order_comment c where c.order_id = $1",
            "select to_jsonb(d) from order_document d where d.order_id = $1",
            "select to_jsonb(p) from vendor_participation p join orders o using (vendor_id) where o.id = $1",
            "select to_jsonb(f) from official f join orders o on o.drafted_by = f.id where o.id = $1",
        ):
            stored += [row[0] for row in await connection.fetch(statement, written.order.id)]
    kept = json.dumps(stored)
    assert [what for what, fact in PRIVATE.items() if fact not in kept] == []


@pytest.mark.parametrize(
    ("column", "fact"),
    [
        ("o.delivery_address", "delivery address"),
        ("(select payee ->> 'phone' from vendor_participation p where p.vendor_id = o.vendor_id)", "phone"),
        (
            "(select regexp_replace(payee ->> 'tax_id', '(.{3})', '\\1.', 'g')"
            " from vendor_participation p where p.vendor_id = o.vendor_id)",
            "tax number",
        ),
    ],
)
async def test_a_column_that_leaks_is_noticed(
    client_for: ClientFor, dki: Tenant, monkeypatch: pytest.MonkeyPatch, column: str, fact: str
) -> None:
    written = await an_order(dki)
    leaking = publishing._PUBLISHED.replace("place.name as", f"{column} as")
    monkeypatch.setattr(publishing, "_PUBLISHED", leaking)
    async with client_for("dki.localhost") as browser:
        answer = await browser.get(f"/belanja/{written.number}")
    assert answer.status_code == 200
    assert private_facts_in(answer) == [fact]


def addresses(written: Written) -> list[str]:
    code = written.documents[DocumentKind.PURCHASE_ORDER].verification_code
    codes = [document.verification_code for document in written.documents.values()]
    return [
        "/",
        "/wilayah",
        "/belanja",
        f"/belanja?q={written.number}",
        f"/cari?q={written.number}",
        f"/belanja?unit={written.unit.id}&kategori=FNB-MEET",
        f"/belanja/{written.number}",
        "/belanja.csv",
        "/dokumen",
        f"/dokumen?kode={code}",
        *(f"/dokumen/{code}" for code in codes),
    ]


def paths_of(routes: list) -> set[str]:  # type: ignore[type-arg]
    return {path for handler in routes for path in handler.paths}


def private_facts_in(answer: httpx.Response, facts: Mapping[str, str] = PRIVATE) -> list[str]:
    """Whatever the answer says of these, also without its signs and in the case of letters another page might use."""
    said = [answer.text, *(f"{name}: {value}" for name, value in answer.headers.items())]
    plain = [re.sub(r"[\s.\-]", "", text).casefold() for text in said]
    return [
        what
        for what, fact in facts.items()
        if any(fact in text for text in said)
        or any(re.sub(r"[\s.\-]", "", fact).casefold() in text for text in plain)
    ]


async def hand_in_a_file(browser: httpx.AsyncClient, written: Written) -> httpx.Response:
    address = f"/dokumen/{written.documents[DocumentKind.PURCHASE_ORDER].verification_code}"
    token = re.search(r'name="_csrf" value="([^"]+)"', (await browser.get(address)).text)
    assert token
    return await browser.post(
        f"{address}/pemeriksaan",
        data={"_csrf": token[1]},
        files={"berkas": ("sp.pdf", b"%PDF", "application/pdf")},
    )
