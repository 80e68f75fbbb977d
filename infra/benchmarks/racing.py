"""One budget line, many clients at the same instant: is a single rupiah overspent, lost or wrongly refused?

A round is one balance with room for about half of what is asked. First every client holds an amount of its own
(some of them twice at the same instant, like a double click; some on a second balance as well); nothing is given
back meanwhile, so every refused amount must be larger than what is left at the end. Then every client that holds
something releases, commits, pays in part or cancels, while those refused try again.
"""

import asyncio
import random
import re
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from types import SimpleNamespace
from typing import Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, create_async_engine

from eorder_platform import clock
from eorder_platform.database import address_of, statement_keeping
from eorder_platform.errors import Refused
from eorder_platform.ids import new_id
from eorder_platform.tenancy import Tenant
from eorder_tenants.budgets import ledger
from eorder_tenants.budgets.ledger import Cause, Draw
from eorder_tenants.budgets.models import BudgetBalance, BudgetLine, ImportBatch, Package
from eorder_tenants.budgets.reconciling import differences
from eorder_tenants.catalogue.models import VendorParticipation
from eorder_tenants.orders.core.models import Order, OrderEvent
from eorder_tenants.organisation.actors import SYSTEM_ACTOR as SYSTEM
from eorder_tenants.organisation.models import Official, WorkUnit
from tests.directory.factories import a_public_vendor

LARGEST_ORDER = 50_000_000
JOURNAL = ("submit", "approve", "return_to_draft", "expire", "record_payment", "submit")
REFUSAL = re.compile(r"tersedia Rp\s([\d.]+), diperlukan Rp\s([\d.]+)")

OFFICE: Final = SimpleNamespace(zone="Asia/Jakarta")
"""Whose clock says on which day money was spent."""


@dataclass
class Outcome:
    """What a race showed; `faults` must stay empty."""

    rounds: int
    clients: int
    counts: Counter[str] = field(default_factory=Counter)
    held_rupiah: int = 0
    faults: list[str] = field(default_factory=list)
    seconds: float = 0.0


@dataclass
class Client:
    """One order and where its money stands; `clicks` is how often it sends each step at the same instant."""

    order_id: UUID
    draws: list[Draw]
    clicks: int
    round: int = 1
    holds: bool = False
    left: dict[str, int] = field(default_factory=dict)


async def race(tenant: Tenant, rounds: int, clients: int, seed: int = 2026) -> Outcome:
    """Run the race inside a region, with a connection of its own for each click."""
    engine = create_async_engine(
        address_of(tenant.login),
        pool_size=min(clients, 40),
        max_overflow=0,
        connect_args=statement_keeping(),
    )
    outcome, chance, begun = Outcome(rounds, clients), random.Random(seed), time.monotonic()
    vendor_id = await a_public_vendor(tenant.region_code)
    try:
        for _ in range(rounds):
            await _round(engine, outcome, chance, vendor_id)
        async with AsyncSession(engine) as session:
            outcome.faults += [f"balance and entries disagree: {one}" for one in await differences(session)]
    finally:
        await engine.dispose()
    outcome.seconds = time.monotonic() - begun
    return outcome


async def _round(engine: AsyncEngine, outcome: Outcome, chance: random.Random, vendor_id: UUID) -> None:
    amounts = [
        chance.choice((1, chance.randint(2, LARGEST_ORDER), 12_500_000)) for _ in range(outcome.clients)
    ]
    contested, roomy = await _balances(engine, ceiling=sum(amounts) * chance.randint(30, 80) // 100)
    clients = [_client(contested, roomy, amount, chance) for amount in amounts]
    await _orders(engine, contested.package_id, vendor_id, clients)
    await asyncio.gather(*(_hold(engine, outcome, client) for client in clients))
    await _check(engine, outcome, clients, contested)
    left = (await _stored(engine, contested)).available
    for client in clients:
        if not client.holds and client.draws[0].amount <= left:
            outcome.faults.append(f"refused {client.draws[0].amount} although {left} is left")
    await asyncio.gather(*(_go_on(engine, outcome, client, chance.random()) for client in clients))
    await _check(engine, outcome, clients, contested)


def _client(contested: Draw, roomy: Draw, amount: int, chance: random.Random) -> Client:
    draws = [replace(contested, amount=amount)]
    if chance.random() < 0.25:
        draws.append(replace(roomy, amount=chance.randint(1, LARGEST_ORDER)))
    return Client(new_id(), draws, clicks=2 if chance.random() < 0.25 else 1)


async def _hold(engine: AsyncEngine, outcome: Outcome, client: Client) -> None:
    refusals = await _click(
        engine, client, lambda session: ledger.hold(session, SYSTEM, *_facts(client, "submit"))
    )
    for refusal in refusals:
        available, needed = (int(figure.replace(".", "")) for figure in _figures(refusal))
        if available >= needed:
            outcome.faults.append(f"refused {needed} although {available} was available")
    if len(refusals) == client.clicks:
        outcome.counts["refused"] += 1
        return
    client.holds, client.left = True, {"held": client.draws[0].amount}
    outcome.counts["held"] += 1
    outcome.held_rupiah += client.draws[0].amount


async def _go_on(engine: AsyncEngine, outcome: Outcome, client: Client, choice: float) -> None:
    """Those refused try again; the others wait, release, or commit and then wait, cancel or pay a part."""
    if not client.holds:
        client.round = 2
        await _hold(engine, outcome, client)
    elif 0.2 <= choice < 0.4:
        await _click(
            engine,
            client,
            lambda session: ledger.release_hold(session, SYSTEM, *_facts(client, "return_to_draft")),
        )
        client.left = {}
        outcome.counts["released"] += 1
    elif choice >= 0.4:
        await _click(
            engine, client, lambda session: ledger.commit(session, SYSTEM, *_facts(client, "approve"))
        )
        client.left = {"committed": client.draws[0].amount}
        outcome.counts["committed"] += 1
        await _end(engine, outcome, client, choice)


async def _end(engine: AsyncEngine, outcome: Outcome, client: Client, choice: float) -> None:
    if choice > 0.8:
        paid = [draw.amount - draw.amount // 3 for draw in client.draws]
        await _click(
            engine,
            client,
            lambda session: ledger.realise(session, SYSTEM, *_facts(client, "record_payment"), paid),
        )
        client.left = {"realised": paid[0]}
        outcome.counts["paid"] += 1
    elif choice > 0.6:
        await _click(
            engine,
            client,
            lambda session: ledger.release_commitment(session, SYSTEM, *_facts(client, "expire")),
        )
        client.left = {}
        outcome.counts["cancelled"] += 1


async def _click(
    engine: AsyncEngine, client: Client, step: Callable[[AsyncSession], Awaitable[None]]
) -> list[Refused]:
    """Send the step once for each click, all at the same instant, each in a transaction of its own."""

    async def once() -> Refused | None:
        try:
            async with AsyncSession(engine, info={"tenant": OFFICE}) as session, session.begin():
                await step(session)
        except Refused as refusal:
            return refusal
        return None

    answers = await asyncio.gather(*(once() for _ in range(client.clicks)))
    return [answer for answer in answers if answer is not None]


async def _check(engine: AsyncEngine, outcome: Outcome, clients: list[Client], contested: Draw) -> None:
    balance = await _stored(engine, contested)
    if balance.available < 0:
        outcome.faults.append(f"overspent by {-balance.available}")
    for column in ("held", "committed", "realised"):
        expected = sum(client.left.get(column, 0) for client in clients)
        if getattr(balance, column) != expected:
            outcome.faults.append(f"{column} is {getattr(balance, column)}, the orders say {expected}")


async def _stored(engine: AsyncEngine, contested: Draw) -> BudgetBalance:
    async with AsyncSession(engine) as session:
        return (
            await session.scalars(
                select(BudgetBalance).where(
                    BudgetBalance.package_id == contested.package_id,
                    BudgetBalance.budget_line_id == contested.budget_line_id,
                )
            )
        ).one()


async def _balances(engine: AsyncEngine, ceiling: int) -> tuple[Draw, Draw]:
    """A package with two budget lines: one that all want, one with room for all."""
    unit = WorkUnit(
        id=new_id(),
        code=new_id().hex,
        name="Dinas Pendidikan",
        short_name="Pendidikan",
        address="-",
        city="Jakarta Selatan",
        region_code="31",
    )
    package = Package(
        id=new_id(),
        rup_code=new_id().hex,
        work_unit_id=unit.id,
        fiscal_year=clock.now().year,
        name="Alat tulis",
        method="E-Purchasing",
        ceiling_rupiah=ceiling,
        selection_from=date(2026, 1, 2),
        selection_until=date(2026, 12, 31),
        announced=True,
    )
    lines = [
        BudgetLine(
            id=new_id(),
            work_unit_id=unit.id,
            fiscal_year=clock.now().year,
            sub_activity_code=str(number),
            sub_activity_name="Pengelolaan sekolah",
            account_code="5.1.02.01.01.0024",
            account_name="Alat tulis kantor",
            funding_source="PAD",
            ceiling_rupiah=ceiling,
        )
        for number in range(2)
    ]
    draws = [Draw(line.id, package.id, 1) for line in lines]
    async with AsyncSession(engine) as session, session.begin():
        session.add(unit)
        await session.flush()
        session.add_all([package, *lines])
        await session.flush()
        batch = ImportBatch(
            kind="packages",
            file_name="DPA 2026",
            digest="",
            rows=[],
            problems=[],
            summary=dict.fromkeys(("new", "changed", "unchanged", "problems"), 0),
            status="confirmed",
            uploaded_by=new_id(),
            confirmed_at=clock.now(),
        )
        session.add(batch)
        await session.flush()
        rooms = zip(draws, (ceiling, 10**14), strict=True)
        ceilings = {(draw.budget_line_id, draw.package_id): room for draw, room in rooms}
        await ledger.change_ceilings(session, SYSTEM, ceilings, batch)
    return draws[0], draws[1]


async def _orders(engine: AsyncEngine, package_id: UUID, vendor_id: UUID, clients: Sequence[Client]) -> None:
    """An order for each client, with every entry that will move its money: they race for the ledger alone."""
    async with AsyncSession(engine) as session, session.begin():
        package = await session.get_one(Package, package_id)
        person = new_id()
        session.add(Official(id=person, name="Petugas", email=f"{person.hex}@uji.example", position="-"))
        if await session.get(VendorParticipation, vendor_id) is None:
            session.add(
                VendorParticipation(
                    vendor_id=vendor_id, status="active", payee={}, payee_version=1, requested_at=clock.now()
                )
            )
        await session.flush()
        for client in clients:
            session.add(
                Order(
                    id=client.order_id,
                    title="Uji",
                    work_unit_id=package.work_unit_id,
                    vendor_id=vendor_id,
                    vendor_name="Toko Uji",
                    delivery_region_code="31",
                    drafted_by=person,
                )
            )
        await session.flush()
        for client in clients:
            for place, action in enumerate(JOURNAL, start=1):
                entry = {
                    "actor_name": "-",
                    "role": "-",
                    "previous_hash": "",
                    "hash": "",
                    "to_status": "draft",
                }
                session.add(
                    OrderEvent(
                        order_id=client.order_id, sequence=place, at=clock.now(), action=action, **entry
                    )
                )


def _facts(client: Client, action: str) -> tuple[Cause, list[Draw]]:
    place = len(JOURNAL) if action == "submit" and client.round > 1 else JOURNAL.index(action) + 1
    return Cause(client.order_id, client.round, place, action), client.draws


def _figures(refusal: Refused) -> tuple[str, str]:
    found = REFUSAL.search(refusal.message)
    assert found is not None, refusal.message
    return found[1], found[2]
