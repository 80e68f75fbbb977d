"""A public page asks the database a fixed number of questions, however much it shows."""

import math
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import asyncpg
import httpx
import pytest

from eorder_platform.tenancy import Tenant, registry
from eorder_tenants.documents.facts import DocumentKind
from eorder_web.transparency import remembering
from tests.transparency.factories import an_order

ClientFor = Callable[[str], httpx.AsyncClient]


@contextmanager
def counted_statements(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """Every statement that goes over a bare connection, as it goes."""
    asked: list[str] = []
    execute = asyncpg.Connection._execute

    async def listening(self: Any, query: str, *args: Any, **kwargs: Any) -> Any:
        asked.append(query)
        return await execute(self, query, *args, **kwargs)

    with monkeypatch.context() as patch:
        patch.setattr(asyncpg.Connection, "_execute", listening)
        yield asked


@pytest.mark.parametrize(
    ("host", "address", "statements"),
    [
        ("localhost", "/", 3),
        ("localhost", "/wilayah", 1),
        ("localhost", "/belanja", 1),
        ("dki.localhost", "/belanja", 3),
        ("dki.localhost", "/belanja/{number}", 1),
        ("dki.localhost", "/dokumen/{code}", 1),
        ("dki.localhost", "/belanja.csv?q={number}", 1),
    ],
)
async def test_a_page_asks_no_more_for_many_orders_than_for_few(
    client_for: ClientFor,
    dki: Tenant,
    monkeypatch: pytest.MonkeyPatch,
    host: str,
    address: str,
    statements: int,
) -> None:
    monkeypatch.setattr(remembering, "DEAR_SECONDS", math.inf)  # on a busy machine any answer would be dear
    written = await an_order(dki)
    code = written.documents[DocumentKind.PAYMENT_RECEIPT].verification_code
    path = address.format(number=written.number, code=code)
    async with client_for(host) as browser:
        await browser.get(path)
        await an_order(dki)
        await registry.all_tenants()
        with counted_statements(monkeypatch) as asked:
            answer = await browser.get(path)
    assert answer.status_code == 200
    of_the_page = [query for query in asked if "nusantara.tenant_host" not in query]
    assert len(of_the_page) == statements
