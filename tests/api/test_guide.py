"""The guide says what is so: every piece of its code runs as it stands there, and its pages show every operation."""

import ast
import asyncio
import re
import threading
from collections.abc import Coroutine
from contextvars import copy_context
from html import unescape
from types import SimpleNamespace
from typing import Any

import httpx

from eorder_platform import clock, tenancy
from eorder_platform.tenancy import Tenant
from eorder_tenants.orders.core.models import Status
from eorder_web.api.openapi import TAGS
from eorder_web.api.routes import OPERATIONS
from eorder_web.api.samples import SAMPLES, VERIFYING
from eorder_web.edge.dispatching import Dispatcher
from tests.api.factories import ClientFor, a_client, an_account_of
from tests.orders.factories import MONDAY, a_cast, a_draft

PUBLIC_NAME = "https://dki.eorder.example"


class Client:
    """What the guide's code calls httpx.Client: the application itself, asked from the thread that runs the code."""

    def __init__(self, application: Dispatcher, loop: asyncio.AbstractEventLoop, **given: Any) -> None:
        transport = httpx.ASGITransport(app=application)  # type: ignore[arg-type]
        self._client, self._loop = httpx.AsyncClient(transport=transport, **given), loop
        self.asked: list[httpx.Response] = []

    def __enter__(self) -> "Client":
        return self

    def __exit__(self, *_: object) -> None:
        self._here(self._client.aclose())

    def get(self, url: object, **given: Any) -> httpx.Response:
        return self._ask("GET", url, **given)

    def post(self, url: object, **given: Any) -> httpx.Response:
        return self._ask("POST", url, **given)

    def put(self, url: object, **given: Any) -> httpx.Response:
        return self._ask("PUT", url, **given)

    def _ask(self, method: str, url: object, **given: Any) -> httpx.Response:
        at = str(url).replace("https://dki.eorder.example", "http://dki.localhost")
        answer: httpx.Response = self._here(self._client.request(method, at, **given))
        ASKED.append(answer)
        return answer

    def _here(self, work: Coroutine[Any, Any, Any]) -> Any:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(30)


ASKED: list[httpx.Response] = []


async def run(application: Dispatcher, code: str, **names: object) -> tuple[list[httpx.Response], list[str]]:
    """Run a piece of the guide in a thread of its own; its requests, and what it printed."""
    loop, printed = asyncio.get_running_loop(), list[str]()
    ASKED.clear()
    scope: dict[str, Any] = {
        **names,
        "print": lambda *said: printed.append(" ".join(map(str, said))),
    }
    own = "import httpx\n"
    assert own in code
    stand_in = SimpleNamespace(Client=lambda **given: Client(application, loop, **given))
    failed: list[BaseException] = []

    def work() -> None:
        try:
            exec(compile(code.replace(own, ""), "guide", "exec"), scope | {"httpx": stand_in})
        except BaseException as error:
            failed.append(error)

    thread = threading.Thread(target=copy_context().run, args=(work,))  # tests travel in time
    thread.start()
    await asyncio.to_thread(thread.join)
    if failed:
        raise failed[0]
    return list(ASKED), printed


async def test_every_piece_of_the_guides_code_runs(
    application: Dispatcher, client_for: ClientFor, dki: Tenant
) -> None:
    with clock.travelling_to(MONDAY):
        async with tenancy.inside(dki) as session:
            cast = await a_cast(session, price=10_000)
            order = await a_draft(session, cast)
        assert cast.officer.id
        await an_account_of(cast.officer.id)
        client = await a_client(client_for, "dki.localhost", cast.officer.id)
        token = client.headers["Authorization"].removeprefix("Bearer ")
        read, _ = await run(application, SAMPLES["reading"])
        assert read and all(one.status_code == 200 for one in read)
        drafted, _ = await run(
            application,
            SAMPLES["drafting"],
            token=token,
            region=PUBLIC_NAME,
            offer_id=str(cast.offer.id),
            package_id=str(cast.package.id),
            budget_line_id=str(cast.budget_line.id),
            due_on="2026-07-17",
        )
        assert [one.status_code for one in drafted] == [201, 200]
        taken, _ = await run(
            application, SAMPLES["stepping"], token=token, region=PUBLIC_NAME, number=str(order.id)
        )
        assert [one.status_code for one in taken] == [200, 200]
        assert taken[-1].json()["status"] == Status.AWAITING_APPROVAL
    ast.parse(VERIFYING)  # runs in tests/webhooks
    assert set(SAMPLES) == {"reading", "drafting", "stepping", "verifying"}


async def test_the_guide_shows_its_code_and_every_group_with_every_operation(client_for: ClientFor) -> None:
    async with client_for("localhost") as reader:
        guide = (await reader.get("/pengembang")).text
        shown = [unescape(one) for one in re.findall(r"<pre[^>]*><code>(.*?)</code></pre>", guide, re.S)]
        assert [one.strip() for one in shown] == [one.strip() for one in SAMPLES.values()]
        for tag in TAGS:
            for language in ("id", "en"):
                page = (await reader.get(f"/pengembang/{tag}", params={"bahasa": language})).text
                assert len(page) < 200_000
                missing = [one.name for one in OPERATIONS if one.tag == tag and one.path not in page]
                assert not missing
        assert (await reader.get("/pengembang/nothing")).status_code == 404


async def test_the_document_names_every_operation_of_its_host_and_no_other(client_for: ClientFor) -> None:
    for host, kind in (("dki.localhost", "region"), ("localhost", "nation")):
        async with client_for(host) as program:
            document = (await program.get("/api/v1/openapi.json")).json()
            english = await program.get("/api/v1/openapi.json", headers={"Accept-Language": "en"})
        named = {one["operationId"] for methods in document["paths"].values() for one in methods.values()}
        assert named == {one.name for one in OPERATIONS if kind in one.on}
        assert document["openapi"] == "3.1.0" and english.json()["tags"] != document["tags"]
