"""What one identity costs: signing in at another host, checking a token, signing out everywhere.

    python -m infra.benchmarks.identity [--sign-ins 40] [--tokens 4000] [--sessions 1000]

starts a PostgreSQL and a Valkey of its own in a temporary folder, makes two regions, and drives the application within
this process, so that CPU is what this process spent (the servers' is theirs). The password's hash is not part of it:
the person is signed in with the nation already, as they are on every host but the first.

It fails (exit code 1) above three redirects or 25 ms of CPU for a sign-in, below 2,000 tokens a second on one core, or
where a thousand sessions take longer than a second to end.
"""

import argparse
import asyncio
import os
import statistics
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from infra.embedded import Postgres, Valkey

if TYPE_CHECKING:
    import httpx

MOST_REDIRECTS: Final = 3
MOST_CPU_MS: Final = 25.0
FEWEST_TOKENS_A_SECOND: Final = 2_000
MOST_SECONDS: Final = 1.0
REGIONS: Final = (("dki", "Provinsi DKI Jakarta", "31"), ("banten", "Provinsi Banten", "36"))


@dataclass(frozen=True)
class Figures:
    """What was measured; see :meth:`faults` for what is asked of it."""

    redirects: int
    sign_in_cpu_ms: float
    tokens_a_second: float
    sign_out_seconds: float
    sessions: int

    def faults(self) -> list[str]:
        """What misses its mark, in words."""
        return [
            words
            for missed, words in (
                (self.redirects > MOST_REDIRECTS, f"{self.redirects} redirects"),
                (self.sign_in_cpu_ms > MOST_CPU_MS, f"{self.sign_in_cpu_ms:.1f} ms of CPU for a sign-in"),
                (
                    self.tokens_a_second < FEWEST_TOKENS_A_SECOND,
                    f"{self.tokens_a_second:.0f} tokens a second",
                ),
                (self.sign_out_seconds > MOST_SECONDS, f"{self.sign_out_seconds:.2f} s to sign out"),
            )
            if missed
        ]


def main() -> int:
    """Measure, tell, and say whether the marks are met."""
    words = argparse.ArgumentParser(description="What one identity costs.")
    words.add_argument("--sign-ins", type=int, default=40)
    words.add_argument("--tokens", type=int, default=4_000)
    words.add_argument("--sessions", type=int, default=1_000)
    chosen = words.parse_args()
    with tempfile.TemporaryDirectory(prefix="eorder-identity-") as folder:
        Path(folder).chmod(0o711)
        postgres, valkey = Postgres(Path(folder), durable=False), Valkey(Path(folder), durable=False)
        try:
            _environment(postgres.start(), valkey.start(), folder)
            figures = asyncio.run(_measure(chosen.sign_ins, chosen.tokens, chosen.sessions))
        finally:
            valkey.stop()
            postgres.stop()
    print(
        f"sign-in at another host   {figures.redirects} redirects, {figures.sign_in_cpu_ms:.1f} ms CPU (median)"
    )
    print(f"tokens checked            {figures.tokens_a_second:,.0f} a second of CPU")
    print(
        f"signed out everywhere     {figures.sessions:,} sessions in {figures.sign_out_seconds * 1000:.0f} ms"
    )
    for fault in figures.faults():
        print(f"TOO MUCH: {fault}", file=sys.stderr)
    return 1 if figures.faults() else 0


def _environment(owner_url: str, valkey_url: str, folder: str) -> None:
    at = owner_url.rpartition("/")[0]
    os.environ.update(
        {
            "DATABASE_URL": f"{at}/eorder_identity",
            "EORDER_PLACEMENTS": f"main=postgresql://{at.rpartition('@')[2]}/eorder_identity",
            "EORDER_MASTER_KEY": "master key of the benchmark, long enough to count",
            "EORDER_SECRET_KEY": "secret key of the benchmark, long enough to count",
            "REDIS_URL": valkey_url,
            "EORDER_FILES": f"{folder}/files",
            "EORDER_MAILBOX": f"{folder}/mailbox",
        }
    )


async def _measure(sign_ins: int, tokens: int, many: int) -> Figures:
    from eorder_platform import tenancy

    await _make_regions()
    person = await _make_official()
    redirects, cpu_ms = await _sign_in(person, sign_ins)
    figures = Figures(
        redirects, cpu_ms, await _check_tokens(person, tokens), await _sign_out(person, many), many
    )
    await tenancy.close_connections()
    return figures


async def _make_regions() -> None:
    import asyncpg

    from eorder_platform.seeds.seeding import seed_reference
    from eorder_platform.tenancy import migrating, provisioning, registry
    from eorder_tenants.tables import metadata

    url, _, name = os.environ["DATABASE_URL"].rpartition("/")
    connection = await asyncpg.connect(f"{url}/postgres")
    await connection.execute(f"create database {name}")
    await connection.close()
    await migrating.upgrade_shared(metadata, seed_reference)
    for slug, title, code in REGIONS:
        new = provisioning.NewTenant(
            slug=slug,
            name=title,
            region_code=code,
            zone="Asia/Jakarta",
            hosts=(f"{slug}.localhost",),
            code=slug[:2].upper(),
        )
        await provisioning.add_tenant(new, metadata, migrating.newest("tenant"))
    registry.forget()


async def _make_official() -> UUID:
    """Somebody with a role in both regions."""
    from eorder_platform import clock, tenancy
    from eorder_platform.identity.signing_in import create_account_with_hash
    from eorder_platform.tenancy import registry
    from eorder_tenants.organisation.models import Official, Role, RoleAssignment

    async with tenancy.national() as session:
        account = await create_account_with_hash(session, "rina@uji.example", "Rina Kartikasari", "!")
    for slug, *_ in REGIONS:
        tenant = await registry.by_slug(slug)
        assert tenant is not None
        async with tenancy.inside(tenant) as session:
            facts = {
                "name": account.name,
                "email": account.email,
                "civil_servant_id": None,
                "position": "Staf",
            }
            session.add(Official(id=account.id, **facts))
            since = clock.today(tenant.zone)
            session.add(
                RoleAssignment(
                    official_id=account.id, role=Role.TREASURER, valid_from=since, letter_number="1/2026"
                )
            )
    return account.id


async def _sign_in(person: UUID, times: int) -> tuple[int, float]:
    """From the region's sign-in address to the page wanted there, its own work left out: redirects, CPU ms of each."""
    import httpx

    from eorder_platform.identity import sessions
    from eorder_web.app import create_app
    from eorder_web.edge.visiting import SESSION_COOKIE

    transport: Any = httpx.ASGITransport(app=create_app())  # type: ignore[arg-type]
    token = await sessions.start("national", person, "Rina Kartikasari", "rina@uji.example", (), "")
    spent, redirects = [], 0
    for turn in range(times + 3):
        host = f"{REGIONS[turn % len(REGIONS)][0]}.localhost"
        async with httpx.AsyncClient(transport=transport, base_url=f"http://{host}") as browser:
            browser.cookies.set(SESSION_COOKIE, token, domain="localhost.local")
            began = time.process_time()
            redirects = await _is_led(browser, "/masuk?lanjut=/pesanan")
            spent.append((time.process_time() - began) * 1000)
    return redirects, statistics.median(spent[3:])  # the first ones load libraries and open connections


async def _is_led(browser: "httpx.AsyncClient", path: str) -> int:
    redirects, answer = 1, await browser.get(path)
    while (target := answer.headers["location"]).startswith("http"):
        assert answer.status_code == 303, answer.text
        answer = await browser.get(target)
        redirects += 1
    assert target == "/pesanan", target
    return redirects


async def _check_tokens(person: UUID, times: int) -> float:
    """How many access tokens are looked up in a second of this process's CPU."""
    from eorder_platform import tenancy
    from eorder_platform.identity.openid import access_tokens, programs
    from eorder_platform.identity.openid.access_tokens import NewToken
    from eorder_platform.identity.openid.models import ProgramKind
    from eorder_platform.identity.openid.scopes import Scope

    new = programs.NewProgram(
        name="Sistem keuangan",
        operator="Badan Keuangan",
        homepage="https://keuangan.example/",
        kind=ProgramKind.FINANCE,
        scopes=frozenset({Scope.OPENID, Scope.ORDERS_READ}),
        redirect_addresses=("https://keuangan.example/kembali",),
    )
    async with tenancy.national() as session:
        program = (await programs.register(session, None, new)).program
        await session.flush()
        issued = [
            await access_tokens.issue(session, NewToken(program.id, person, (Scope.ORDERS_READ,), ("dki",)))
            for _ in range(100)
        ]
    for token in issued:
        assert await access_tokens.find(token) is not None
    began = time.process_time()
    for turn in range(times):
        found = await access_tokens.find(issued[turn % len(issued)])
        assert found is not None and found.allows(Scope.ORDERS_READ, "dki")
    return times / (time.process_time() - began)


async def _sign_out(person: UUID, many: int) -> float:
    """Seconds until none of so many sessions of one person, over all hosts, is left."""
    from eorder_platform.identity import sessions
    from eorder_platform.identity.openid import signing_out

    places = ["national", *(slug for slug, *_ in REGIONS)]
    started = [
        (
            place,
            await sessions.start(place, person, "Rina", "rina@uji.example", (), "", sid=f"s{number // 3}"),
        )
        for number in range(many)
        for place in [places[number % len(places)]]
    ]
    began = time.perf_counter()
    await signing_out.sign_out_everywhere(person)
    taken = time.perf_counter() - began
    assert not [place for place, token in started if await sessions.find(place, token) is not None]
    return taken


if __name__ == "__main__":
    sys.exit(main())
