"""What is read: the requests, and for the floor the same pages as flat templates with the statements they need."""

import itertools
import json
import os
import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple
from uuid import UUID

import httpx

from eorder_platform.tenancy import Tenant
from infra.benchmarks.speed.flattening import CARD_BEGIN, CARD_END, flatten, loop, read, within
from infra.benchmarks.speed.loading import Asked, get

SEARCH: Final = "kopi"
PRODUCTS: Final = 5_000
"""Product pages that are asked for in turns; many more than an application process keeps."""

HOLDS = "f.active and a.valid_from <= current_date and (a.valid_to is null or a.valid_to >= current_date)"
TASKS: Final = f"""
select o.id, o.title, o.number, o.vendor_name, o.changed_at, o.due_at, o.gross_rupiah, u.name as unit_name
from role_assignment a
join official f on f.id = a.official_id
join orders o on o.work_unit_id = a.work_unit_id
join work_unit u on u.id = o.work_unit_id
join vendor_participation p on p.vendor_id = o.vendor_id
where a.official_id = $1::text::uuid and a.role = 'commitment_officer' and {HOLDS}
    and o.status = 'awaiting_approval' and o.drafted_by <> a.official_id
    and not coalesce(p.payee -> 'member_account_ids' ? $1::text, false)
order by o.due_at, o.changed_at limit 300
"""
ORDER: Final = f"""
select o.*, u.name as unit_name, b.ceiling, b.held, b.committed, b.realised,
    l.account_name, l.account_code, k.rup_code, p.payee ->> 'address' as vendor_address,
    p.payee ->> 'phone' as vendor_phone, p.payee ->> 'owner_name' as owner_name,
    (select json_agg(l order by l.position) from order_line l where l.order_id = o.id) as lines,
    (select json_agg(e order by e.sequence desc) from order_event e where e.order_id = o.id) as events,
    (select json_agg(d order by d.signed_at) from order_document d where d.order_id = o.id) as documents,
    (select json_agg(c order by c.id) from order_comment c where c.order_id = o.id) as comments,
    (select name from official where id = o.drafted_by) as officer_name,
    (select json_agg(json_build_array(f.id, f.name, f.phone, a.role)) from official f
        join role_assignment a on a.official_id = f.id
        where a.work_unit_id = o.work_unit_id and a.role in ('commitment_officer', 'receiver') and {HOLDS}) as officials
from orders o join work_unit u on u.id = o.work_unit_id
join vendor_participation p on p.vendor_id = o.vendor_id
join package k on k.id = o.package_id
join budget_line l on l.id = o.budget_line_id
join budget_balance b on b.package_id = o.package_id and b.budget_line_id = o.budget_line_id
where o.id = $1 and exists (select from role_assignment a join official f on f.id = a.official_id
    where f.id = $2::text::uuid and a.work_unit_id = o.work_unit_id and {HOLDS})
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
    """By work: what is asked of the application and of the floor, of both by the same person.

    `again`: the same addresses over and over, for which the application keeps what it wrote before.
    """
    fresh = itertools.count()

    def own_address(path: str, sign: str) -> tuple[Requests, Requests]:
        def made() -> list[Asked]:
            return [get(host, f"{path}{sign}ke={next(fresh)}") for _ in range(amount)]

        return made, made

    def each(path: str, some: Sequence[UUID], cookie: str = "") -> tuple[Requests, Requests]:
        def made() -> list[Asked]:
            return [
                get(host, f"{path}/{one}", cookie) for one in itertools.islice(itertools.cycle(some), amount)
            ]

        return made, made

    def one(path: str, cookie: str = "", of_floor: str = "") -> tuple[Requests, Requests]:
        return (
            lambda: [get(host, path, cookie)] * amount,
            lambda: [get(host, of_floor or path, cookie)] * amount,
        )

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


async def compare(folder: Path, ports: tuple[int, int], host: str, officers: Officers) -> None:
    """Refuse to measure unless both sides answer with the same pages, but for tokens that are new each time."""
    values = json.loads((folder / "pages.json").read_text())["first"]
    paths = {
        "/katalog": ("/katalog", ""),
        f"/katalog?q={SEARCH}": (f"/katalog?q={SEARCH}", ""),
        f"/katalog/{values['offer']}": (f"/katalog/{values['offer']}", ""),
        "/petugas": ("/katalog", officers.officer),
        "/tugas": ("/tugas", officers.approver),
        **{f"/pesanan/{one}": (f"/pesanan/{one}", officers.approver) for one in officers.orders[:1]},
    }
    async with httpx.AsyncClient(headers={"Host": host}) as client:
        for of_floor, (path, cookie) in paths.items():
            headers = {"Cookie": cookie} if cookie else {}
            answers = [
                await client.get(f"http://127.0.0.1:{port}{asked}", headers=headers)
                for port, asked in zip(ports, (path, of_floor), strict=True)
            ]
            here, floor = (_NEW_EACH_TIME.sub("", answer.text).splitlines() for answer in answers)
            if here != floor:
                other = next(both for both in itertools.zip_longest(here, floor) if both[0] != both[1])
                raise SystemExit(f"the floor draws another page than {path}:\n{other[0]}\n{other[1]}")


_NEW_EACH_TIME: Final = re.compile(r'name="(_csrf|_kunci)" value="[\w-]{22,}')


async def write_pages(folder: Path, tenant: Tenant, port: int, officers: Officers) -> list[UUID]:
    """Write what the floor needs; returns the products whose pages are asked for."""
    from eorder_platform import clock, tenancy
    from eorder_platform.database import address_of
    from eorder_platform.identity import sessions
    from eorder_platform.wording import lexicon
    from eorder_platform.wording.asking import understand
    from eorder_tenants.catalogue import browsing, queries
    from eorder_tenants.catalogue.questions import Question
    from eorder_web.edge.visiting import SESSION_COOKIE, read_cookies

    async def account_of(cookie: str) -> str:
        session = await sessions.find(tenant.slug, read_cookies(cookie.encode())[SESSION_COOKIE])
        assert session
        return str(session.account_id)

    officer, approver = await account_of(officers.officer), await account_of(officers.approver)
    today = clock.today(tenant.zone)
    async with tenancy.reading(tenant) as connection:
        query = understand(SEARCH, await lexicon.read(connection, tenant.placement)).query()
    statements = {
        "catalogue": Question(browsing.Wanted()),
        "search": Question(browsing.Wanted(words=SEARCH), query),
        "officer": Question(browsing.Wanted(), None, (UUID(officer), today)),
    }
    sql = {name: question.sql() for name, question in statements.items()}
    sql["officer"] = sql["officer"].replace("$2", "$2::text::uuid").replace("$3", "$3::text::date")
    program = Question(browsing.Wanted(), speaks=False)
    sql["api"] = program.steps(browsing.Sort.NEWEST, None, 25)
    sql |= {"product": queries.OFFER, "tasks": TASKS, "order": ORDER}
    values: dict[str, list[Any]] = {name: question.values("id") for name, question in statements.items()}
    values["api"] = program.asked
    values |= {"officer": ["id", officer, today.isoformat()], "tasks": [approver]}
    async with tenancy.reading(tenant) as connection:
        first = {
            name: (await connection.fetch(sql[name], *values[name]))[0] for name in (*statements, "tasks")
        }
        offer = await connection.fetchrow(queries.OFFER, first["catalogue"]["id"], "id")
        order = await connection.fetchrow(ORDER, officers.orders[0], approver)
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

        def cards(html: str, name: str) -> str:
            return loop(html, CARD_BEGIN, CARD_END, first[name], "rows")

        templates: Mapping[str, str] = {
            "catalogue": cards(await page("/katalog"), "catalogue"),
            "search": cards(await page(f"/katalog?q={SEARCH}"), "search"),
            "officer": cards(await page("/katalog", officers.officer), "officer"),
            "product": _product(await page(f"/katalog/{offer['id']}"), read(offer), tenant.zone),
            "tasks": _tasks(await page("/tugas", officers.approver), first["tasks"], tenant.zone),
            "order": _order(
                await page(f"/pesanan/{order['id']}", officers.approver), read(order), tenant.zone
            ),
        }
    told = {"templates": templates, "sql": sql, "values": values, "place": tenant.slug}
    told["first"] = {"offer": str(offer["id"])}
    (folder / "pages.json").write_text(json.dumps(told))
    os.environ["FLOOR_DSN"] = (
        address_of(tenant.login).set(drivername="postgresql").render_as_string(hide_password=False)
    )
    return [row["id"] for row in ids]


def _product(html: str, offer: Mapping[str, Any], zone: str) -> str:
    similar = offer["similar"]
    assert similar
    return flatten(loop(html, CARD_BEGIN, CARD_END, similar[0], 'row["similar"]'), offer, zone)


def _tasks(html: str, task: Mapping[str, Any], zone: str) -> str:
    def of_tasks(table: str) -> str:
        return loop(table, "<tr>", "</tr>", task, "rows", zone)

    return within(html, "<tbody>", "</tbody>", of_tasks)


def _order(html: str, order: Mapping[str, Any], zone: str) -> str:
    def of_lines(table: str) -> str:
        return loop(table, "<tr>", "</tr>", order["lines"][0], 'row["lines"]', zone)

    def of_events(history: str) -> str:
        return loop(history, "<li>", "</li>", order["events"][0], 'row["events"]', zone)

    html = within(html, "<tbody>", "</tbody>", of_lines)
    html = within(html, '<ol class="events">', "</ol>", of_events)
    return flatten(html, order, zone)
