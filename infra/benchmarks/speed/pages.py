"""What is read: the requests, and for the floor the same pages as flat templates with the statements they need."""

import itertools
import json
import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple
from uuid import UUID

import httpx

from eorder_platform.tenancy import Tenant
from infra.benchmarks.speed.flattening import flatten, flatten_list, flatten_rows
from infra.benchmarks.speed.loading import Asked, get

SEARCH: Final = "kopi"
PRODUCTS: Final = 5_000
"""Product pages that are asked for in turns; many more than an application process keeps."""

TASKS: Final = """
select o.id, o.title, o.number, o.vendor_name, o.changed_at, o.due_at, o.gross_rupiah
from orders o where o.status = 'awaiting_approval' and o.work_unit_id = $1::text::uuid
order by o.due_at, o.changed_at limit 300
"""
ORDER: Final = """
select o.*, u.name as unit_name, b.ceiling, b.held, b.committed, b.realised,
    (select json_agg(l order by l.position) from order_line l where l.order_id = o.id)::text as lines,
    (select json_agg(e order by e.sequence) from order_event e where e.order_id = o.id)::text as events,
    (select json_agg(d order by d.signed_at) from order_document d where d.order_id = o.id)::text as documents,
    (select json_agg(p.name) from official p where p.id = o.drafted_by)::text as people
from orders o join work_unit u on u.id = o.work_unit_id
join budget_balance b on b.package_id = o.package_id and b.budget_line_id = o.budget_line_id
where o.id = $1
"""


class Officers(NamedTuple):
    """Who reads pages of orders: the cookies of an officer and of a commitment officer with orders to approve."""

    officer: str
    approver: str
    unit: UUID
    orders: Sequence[UUID]


Requests = Callable[[], list[Asked]]


def reads(
    host: str, amount: int, products: Sequence[UUID], officers: Officers
) -> dict[str, tuple[Requests, Requests]]:
    """By work: what is asked of the application and of the floor, which knows nobody.

    `again`: the same addresses over and over, for which the application keeps what it wrote before.
    """
    fresh = itertools.count()

    def own_address(path: str, sign: str) -> tuple[Requests, Requests]:
        def made() -> list[Asked]:
            return [get(host, f"{path}{sign}ke={next(fresh)}") for _ in range(amount)]

        return made, made

    def each(path: str, some: Sequence[UUID], cookie: str = "") -> tuple[Requests, Requests]:
        def made(carried: str) -> list[Asked]:
            return [
                get(host, f"{path}/{one}", carried) for one in itertools.islice(itertools.cycle(some), amount)
            ]

        return lambda: made(cookie), lambda: made("")

    def one(path: str, cookie: str = "", of_floor: str = "") -> tuple[Requests, Requests]:
        return lambda: [get(host, path, cookie)] * amount, lambda: [get(host, of_floor or path)] * amount

    return {
        "catalogue page, 24 cards": own_address("/katalog", "?"),
        "search": own_address(f"/katalog?q={SEARCH}", "&"),
        "product page": each("/katalog", products),
        "catalogue by API, 24 products": own_address("/api/v1/products?limit=24", "&"),
        "catalogue page, 24 cards, again": one("/katalog"),
        "search, again": one(f"/katalog?q={SEARCH}"),
        "product page, again": each("/katalog", products[:50]),
        "catalogue page of an officer": one("/katalog", officers.officer, "/petugas"),
        "task list, 32 tasks": one("/tugas", officers.approver),
        "order page": each("/pesanan", officers.orders, officers.approver),
    }


async def write_pages(folder: Path, tenant: Tenant, port: int, officers: Officers) -> list[UUID]:
    """Write what the floor needs; returns the products whose pages are asked for."""
    from eorder_platform import tenancy
    from eorder_platform.database import address_of
    from eorder_tenants.catalogue import browsing, queries

    plain, words = browsing.Wanted(), browsing.Wanted(words=SEARCH)
    statements = {"catalogue": browsing._Question(plain), "search": browsing._Question(words)}
    sql = {name: question.sql() for name, question in statements.items()}
    program = browsing._Question(plain, speaks=False)
    sql["api"] = program.steps(browsing.Sort.NEWEST, None, 25)
    sql |= {"officer": sql["catalogue"], "product": queries.OFFER, "tasks": TASKS, "order": ORDER}
    values: dict[str, list[Any]] = {name: question.values("id") for name, question in statements.items()}
    values["api"] = program.asked
    values |= {"officer": values["catalogue"], "tasks": [str(officers.unit)]}
    async with tenancy.reading(tenant) as connection:
        first = {name: (await connection.fetch(sql[name], *values[name]))[0] for name in statements}
        offer = await connection.fetchrow(queries.OFFER, first["catalogue"]["id"], "id")
        task = (await connection.fetch(TASKS, str(officers.unit)))[0]
        order = await connection.fetchrow(ORDER, officers.orders[0])
        ids = await connection.fetch(
            "select id from offer where visible order by published_at desc limit $1", PRODUCTS
        )
    assert offer is not None and order is not None
    async with httpx.AsyncClient(
        base_url=f"http://127.0.0.1:{port}", headers={"Host": tenant.hosts[0]}
    ) as client:

        async def page(path: str, cookie: str = "") -> str:
            answer = await client.get(path, headers={"Cookie": cookie} if cookie else {})
            if answer.status_code != 200:
                raise SystemExit(f"{path} answers {answer.status_code}")
            return answer.text

        templates: Mapping[str, str] = {
            "catalogue": flatten_list(await page("/katalog"), first["catalogue"]),
            "search": flatten_list(await page(f"/katalog?q={SEARCH}"), first["search"]),
            "product": flatten(await page(f"/katalog/{offer['id']}"), offer),
            "officer": flatten_list(await page("/katalog", officers.officer), first["catalogue"]),
            "tasks": flatten_rows(await page("/tugas", officers.approver), task, tenant.zone),
            "order": flatten(await page(f"/pesanan/{order['id']}", officers.approver), order),
        }
    (folder / "pages.json").write_text(json.dumps({"templates": templates, "sql": sql, "values": values}))
    os.environ["FLOOR_DSN"] = (
        address_of(tenant.login).set(drivername="postgresql").render_as_string(hide_password=False)
    )
    return [row["id"] for row in ids]
