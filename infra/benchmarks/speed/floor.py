"""The floor: bare ASGI, asyncpg, Jinja2 and msgspec, the same statements over the same rows, nothing in between.

Who asks for an official's page is found as any application must: the session in Valkey, the appointments in the
statement.
"""

import asyncio
import hashlib
import json
import os
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import msgspec
import redis.asyncio as redis
from jinja2 import Environment

from infra.benchmarks.speed.flattening import FILTERS, read

IDLE_SECONDS = 7200
OF_OFFICIALS = ("officer", "tasks", "order")
WITH_LISTS = ("product", "order")


class Floor:
    """GET /katalog, /katalog?q=…, /petugas, /tugas: rows. GET /katalog/ID, /pesanan/ID: one. GET /api/…: rows as JSON.

    POST: place an order.
    """

    def __init__(self) -> None:
        told = json.loads(Path(os.environ["FLOOR_PAGES"]).read_text())
        environment = Environment(autoescape=True)
        environment.filters.update(FILTERS)
        self.templates = {name: environment.from_string(text) for name, text in told["templates"].items()}
        self.sql: dict[str, str] = told["sql"]
        self.values: dict[str, list[Any]] = told["values"]
        self.place: str = told["place"]
        self.valkey = redis.Redis.from_url(os.environ["REDIS_URL"], decode_responses=True)
        self.pool: asyncpg.Pool | None = None
        self.opening = asyncio.Lock()

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            return
        if self.pool is None:
            async with self.opening:
                if self.pool is None:
                    self.pool = await asyncpg.create_pool(
                        os.environ["FLOOR_DSN"], min_size=2, max_size=8, reset=_leave_alone
                    )
        if scope["method"] == "POST":
            await receive()
            body = await self._place(UUID(scope["path"].rpartition("/")[2]))
        else:
            body = await self._page(scope["path"], scope["query_string"], dict(scope["headers"]))
        kind = b"application/json" if scope["path"].startswith("/api/") else b"text/html; charset=utf-8"
        headers = [
            (b"content-type", kind),
            (b"content-length", str(len(body)).encode()),
        ]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    async def _page(self, path: str, query: bytes, headers: dict[bytes, bytes]) -> bytes:
        assert self.pool is not None
        folder, _, one = path.removeprefix("/").partition("/")
        if folder == "api":
            return await self._json()
        name = {"petugas": "officer", "tugas": "tasks", "pesanan": "order"}.get(folder, "catalogue")
        if name == "catalogue" and (one or query.startswith(b"q=")):
            name = "product" if one else "search"
        values = [UUID(one), "id"] if one else list(self.values[name])
        if name in OF_OFFICIALS:
            values[0 if name == "tasks" else 1] = await self._who(headers[b"cookie"].decode())
        async with self.pool.acquire() as connection:
            rows = await connection.fetch(self.sql[name], *values)
        row = read(rows[0]) if name in WITH_LISTS else rows[0]
        return self.templates[name].render(rows=rows, row=row).encode()

    async def _who(self, cookies: str) -> str:
        """The account of the session whose token came along."""
        token = cookies.partition("eorder_masuk=")[2].partition(";")[0]
        key = f"{self.place}:session:{hashlib.sha256(token.encode()).hexdigest()}"
        session = await self.valkey.getex(key, ex=IDLE_SECONDS)
        account: str = json.loads(session or "{}")["account_id"]
        return account

    async def _json(self) -> bytes:
        """The catalogue as a program reads it."""
        assert self.pool is not None
        async with self.pool.acquire() as connection:
            rows = await connection.fetch(self.sql["api"], *self.values["api"])
        items = [
            {
                **dict(row),
                "id": str(row["id"]),
                "vendor_id": str(row["vendor_id"]),
                "minimum_order": str(row["minimum_order"]),
            }
            for row in rows[:24]
        ]
        return msgspec.json.encode({"items": items, "next": None})

    async def _place(self, order_id: UUID) -> bytes:
        """The least that placing an order is: read, hold the budget, number, journal, outbox; one transaction."""
        assert self.pool is not None
        async with self.pool.acquire() as connection, connection.transaction():
            order = await connection.fetchrow(
                "select work_unit_id, package_id, budget_line_id, gross_rupiah, version from orders"
                " where id = $1 and status = 'draft' for update",
                order_id,
            )
            await connection.fetch(
                "select id, quantity, unit_price_rupiah from order_line where order_id = $1", order_id
            )
            balance = await connection.fetchval(
                "update budget_balance set held = held + $3 where budget_line_id = $1 and package_id = $2"
                " and ceiling - held - committed - realised >= $3 returning id",
                order["budget_line_id"],
                order["package_id"],
                order["gross_rupiah"],
            )
            await connection.execute(
                "insert into ledger_entry (id, balance_id, order_id, round, event_sequence, action, credit, debit,"
                " amount, at, reason)"
                " values ($1, $2, $3, 1, 1, 'submit', 'available', 'held', $4, now(), 'Pesanan diajukan')",
                uuid4(),
                balance,
                order_id,
                order["gross_rupiah"],
            )
            number = await connection.fetchval(
                "insert into order_counter values (2026, 1) on conflict (year)"
                " do update set last_number = order_counter.last_number + 1 returning last_number"
            )
            await connection.execute(
                "update orders set status = 'awaiting_approval', number = $2, version = version + 1,"
                " submitted_at = now(), budget_rupiah = gross_rupiah, event_sequence = 1 where id = $1",
                order_id,
                f"LANTAI-{number}",
            )
            await connection.execute(
                "insert into order_event (id, order_id, sequence, at, action, from_status, to_status, actor_name,"
                " role, details, previous_hash, hash) values ($1, $2, 1, now(), 'submit', 'draft',"
                " 'awaiting_approval', 'Lantai', 'procurement_officer', '{}', '', '')",
                uuid4(),
                order_id,
            )
            await connection.execute(
                "insert into outbox (id, job, arguments, created_at, attempts) values ($1, 'x', '{}', now(), 0)",
                uuid4(),
            )
        return b"<p>Pesanan diajukan.</p>"


async def _leave_alone(_: Any) -> None:
    """No RESET when a connection returns: the floor sets nothing on it."""


app = Floor()
