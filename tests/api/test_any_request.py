"""Whatever a program sends, right or wrong: an answer that the OpenAPI document names, in its shape, and never a 500.

schemathesis makes the requests from the document: what fits it and what does not. A small seeded run here;
`python -m infra.fuzzing` makes as many as it is asked for.
"""

import asyncio
import os
import random
from collections import Counter
from collections.abc import Callable, Coroutine
from contextlib import suppress
from typing import Any, Final, cast
from urllib.parse import quote

import httpx
import hypothesis
import pytest
import schemathesis.openapi
from hypothesis import HealthCheck, Phase
from hypothesis.errors import Unsatisfiable
from schemathesis import checks
from schemathesis.generation import GenerationMode

from eorder_platform import clock, tenancy
from eorder_platform.directory.models import VendorMember, VendorRole
from eorder_platform.identity.models import NationalRole, NationalRoleName
from eorder_platform.tenancy import Tenant
from eorder_tenants.orders.core.models import Status
from eorder_web.api import limiting
from eorder_web.edge.dispatching import Dispatcher
from tests.api.factories import ClientFor, a_client, an_account_of
from tests.directory.factories import a_published_product, a_verified_vendor
from tests.orders.factories import MONDAY, a_cast, an_order

CASES: Final = int(os.environ.get("EORDER_FUZZ_CASES", "700"))
SEED: Final = int(os.environ.get("EORDER_FUZZ_SEED", "20261201"))
CHECKS: Final = [
    checks.not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_schema_conformance,
]
OURS: Final = ("authorization", "host", "user-agent", "content-length")
Wait = Callable[[Coroutine[Any, Any, Any]], Any]
OFTEN: Final = 0.6
"""How often a value in the path is one that exists, so that what lies behind is reached."""


async def everybody(
    client_for: ClientFor, dki: Tenant
) -> tuple[dict[str, list[httpx.AsyncClient]], dict[str, list[str]]]:
    """By kind of host the programs of everybody who has a hand in an order, and values that exist for the path."""
    with clock.travelling_to(MONDAY):
        async with tenancy.inside(dki) as session:
            cast = await a_cast(session, price=10_000, ceiling=50_000_000)
            orders = [
                await an_order(session, cast, status)
                for status in (Status.AWAITING_APPROVAL, Status.ACCEPTED)
            ]
            orders.append(await an_order(session, cast, Status.INVOICED))
    clients: dict[str, list[httpx.AsyncClient]] = {
        "region": [client_for("dki.localhost")],
        "nation": [client_for("localhost")],
        "inbox": [],
    }
    clients["region"][0].base_url = httpx.URL("http://dki.localhost/api/v1")
    clients["nation"][0].base_url = httpx.URL("http://localhost/api/v1")
    for actor in (
        cast.officer,
        cast.approver,
        cast.receiver,
        cast.treasurer,
        cast.budget_user,
        cast.admin,
        cast.owner,
    ):
        assert actor.id
        await an_account_of(actor.id, actor.name)
        if actor.vendor_id:
            async with tenancy.national() as session:
                session.add(
                    VendorMember(account_id=actor.id, vendor_id=actor.vendor_id, role=VendorRole.OWNER)
                )
        kind, host = ("inbox", "localhost") if actor.vendor_id else ("region", "dki.localhost")
        clients[kind].append(await a_client(client_for, host, actor.id))
    assert cast.auditor.id
    await an_account_of(cast.auditor.id)
    async with tenancy.national() as session:
        session.add(NationalRole(account_id=cast.auditor.id, role=NationalRoleName.AGENCY_ADMIN))
    clients["nation"].append(await a_client(client_for, "localhost", cast.auditor.id))
    async with tenancy.national() as session:
        member = await a_verified_vendor(session)
        product = await a_published_product(session, member)
    clients["nation"].append(await a_client(client_for, "localhost", member.account_id))
    known = {
        "order": [name for one in orders for name in (str(one.id), str(one.number))],
        "region": [dki.slug],
        "offer_id": [str(cast.offer.id)],
        "vendor_id": [str(cast.offer.vendor_id)],
        "official_id": [str(cast.officer.id)],
        "unit_id": [str(cast.unit.id)],
        "line_id": [str(cast.budget_line.id)],
        "package_id": [str(cast.package.id)],
        "number": [str(orders[-1].number)],
        "key": ["order_cap", "vendor_answer_days"],
        "tenant_id": [str(dki.id)],
        "code": ["ATK.PAPER"],
        "product_id": [str(product.id)],
    }
    return clients, known


@pytest.mark.parametrize("kind", ["region", "nation"])
async def test_every_request_gets_an_answer_that_the_document_names(
    application: Dispatcher,
    client_for: ClientFor,
    dki: Tenant,
    monkeypatch: pytest.MonkeyPatch,
    kind: str,
) -> None:
    monkeypatch.setattr(limiting.RateLimits, "count", _uncounted)
    clients, known = await everybody(client_for, dki)
    document = (await clients[kind][0].get("/openapi.json")).json()
    loop = asyncio.get_running_loop()

    def wait(work: Coroutine[Any, Any, Any]) -> Any:
        return asyncio.run_coroutine_threadsafe(work, loop).result(60)

    trying = Trying(clients[kind], clients["inbox"], known, wait)
    await asyncio.to_thread(trying.everything, document)
    assert sum(trying.seen.values()) >= CASES / 2 * 0.6
    assert {200, 401, 403, 404, 422} <= set(trying.seen), trying.seen
    print(kind, dict(sorted(trying.seen.items())))


async def _uncounted(*_: object) -> list[tuple[bytes, bytes]]:
    return [(b"ratelimit-policy", b'"api";q=1;w=60'), (b"ratelimit", b'"api";r=1;t=60')]


class Trying:
    """Everything that is sent to one host; `seen` counts the answers by their status."""

    def __init__(
        self,
        clients: list[httpx.AsyncClient],
        sellers: list[httpx.AsyncClient],
        known: dict[str, list[str]],
        wait: Wait,
    ) -> None:
        self.clients, self.sellers, self.known, self.wait = clients, sellers, known, wait
        self.chance, self.seen = random.Random(SEED), Counter[int]()

    def everything(self, document: dict[str, Any]) -> None:
        """So many requests for each operation, as the document says them and not."""
        operations = [
            cast(Any, one).ok() for one in schemathesis.openapi.from_dict(document).get_all_operations()
        ]
        each = max(2, CASES // (2 * 2 * len(operations)))
        some = hypothesis.settings(
            max_examples=each,
            deadline=None,
            database=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
            report_multiple_bugs=False,
        )
        for operation in operations:
            for mode in GenerationMode:
                given: Any = hypothesis.given(operation.as_strategy(generation_mode=mode))
                with suppress(Unsatisfiable):  # nothing can be wrong where nothing is asked
                    seeded: Any = hypothesis.seed(SEED)(some(given(self.attempt)))
                    seeded()

    def attempt(self, case: Any) -> None:
        """One request and its answer."""
        given = case.as_transport_kwargs(base_url="http://x")
        headers = {
            name: value
            for name, value in (given.get("headers") or {}).items()
            if name.lower() not in OURS and isinstance(value, str) and value.isprintable() and value.isascii()
        }
        if case.method.upper() != "GET" and self.chance.random() < OFTEN:
            headers["If-Match"] = f'"{self.chance.randint(1, 9)}"'
        sent: dict[str, Any] = {}
        if "json" in given:
            sent["json"] = given["json"]
        elif isinstance(given.get("data"), str | bytes):
            sent["content"] = given["data"]
        who = self.sellers if case.operation.path.startswith("/inbox") else self.clients
        client = self.chance.choice(who)
        answer = self.wait(
            client.request(
                case.method.upper(), self._path(case), params=given.get("params"), headers=headers, **sent
            )
        )
        self.seen[answer.status_code] += 1
        assert answer.status_code < 500, answer.text
        case.validate_response(answer, checks=CHECKS)

    def _path(self, case: Any) -> str:
        path: str = case.operation.path
        for name, value in (case.path_parameters or {}).items():
            real = self.known.get(name)
            chosen = self.chance.choice(real) if real and self.chance.random() < OFTEN else str(value)
            path = path.replace(f"{{{name}}}", quote(chosen, safe="") or "%20")
        return path
