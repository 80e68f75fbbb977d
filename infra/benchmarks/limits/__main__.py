"""The command: a deployment of its own, every attack, a table, and a refusal where one costs too much."""

import argparse
import asyncio
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

import httpx

from infra.benchmarks.isolation import _environment
from infra.benchmarks.limits.attacks import NATION, REGION, Visitor, attacks
from infra.benchmarks.limits.watching import PATIENCE_SECONDS, Cost, Web
from infra.embedded import Postgres, Valkey


def main() -> None:
    words = argparse.ArgumentParser(
        description="What hostile requests cost: CPU, memory, and the waiting of others."
    )
    words.add_argument("--times", type=int, default=5, help="each anonymous request; the median counts")
    chosen = words.parse_args()
    with tempfile.TemporaryDirectory(prefix="eorder-limits-") as folder:
        Path(folder).chmod(0o711)
        postgres, valkey = Postgres(Path(folder), durable=False), Valkey(Path(folder), durable=False)
        try:
            owner_url = postgres.start()
            _environment(owner_url, valkey.start(), folder)
            os.environ["EORDER_MAILBOX"] = f"{folder}/mailbox"
            for command in (["migrate"], ["demo", "--small"]):
                words_of_it = [sys.executable, "-m", "eorder_web.operations.cli", *command]
                subprocess.run(words_of_it, check=True, stdout=subprocess.DEVNULL)
            with _served() as web:
                costs = asyncio.run(_costs(web, owner_url, chosen.times))
        finally:
            valkey.stop()
            postgres.stop()
    _tell(costs)
    raise SystemExit(any(one.is_too_much for one in costs))


@contextmanager
def _served() -> Iterator[Web]:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    process = subprocess.Popen(
        [sys.executable, "-m", "eorder_web.operations.serve"],
        env=os.environ | {"EORDER_LISTEN": f"127.0.0.1:{port}", "EORDER_WEB_WORKERS": "1"},
    )
    try:
        until = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < until:
            with suppress(httpx.HTTPError):
                httpx.get(f"http://127.0.0.1:{port}/_/hidup", headers={"host": NATION})
                break
            time.sleep(0.2)
        yield Web(port, process.pid)
    finally:
        process.terminate()
        process.wait()


async def _costs(web: Web, owner_url: str, times: int) -> list[Cost]:
    from eorder_web.app import create_app
    from infra.benchmarks.limits.bombs import bombs

    visitors = {host: await _visitor(host) for host in (REGION, NATION)}
    await web.find_rest()
    costs = []
    for attack in attacks(create_app(), visitors):
        several = [await web.measured(attack) for _ in range(1 if "slow" in attack.name else times)]
        costs.append(sorted(several, key=lambda one: one.cpu_ms)[len(several) // 2])
    async for attack in bombs(web, owner_url):
        costs.append(await web.measured(attack))
    return costs


async def _visitor(host: str) -> Visitor:
    from eorder_platform.tenancy import registry
    from eorder_web.edge.visiting import VISITOR_COOKIE, Visit, cookie_prefix

    visit = Visit(await registry.by_host(host), "", visitor="a-stranger")
    return Visitor(("cookie", f"{cookie_prefix()}{VISITOR_COOKIE}={visit.visitor}"), visit.csrf_token())


def _tell(costs: Sequence[Cost]) -> None:
    print(f"{'request':<44} {'routes':>6} {'CPU ms':>8} {'MiB':>7} {'waited ms':>9}  dearest route")
    for name in dict.fromkeys(one.attack.name for one in costs):
        several = [one for one in costs if one.attack.name == name]
        worst = max(several, key=lambda one: one.cpu_ms)
        memory, waited = (max(getattr(one, what) for one in several) for what in ("memory_mib", "stall_ms"))
        mark = "  TOO MUCH" if any(one.is_too_much for one in several) else ""
        where = f"{worst.answer} {worst.attack.host}{worst.attack.path[:40]}"
        print(
            f"{name:<44} {len(several):>6} {worst.cpu_ms:>8.1f} {memory:>7.1f} {waited:>9.0f}  {where}{mark}"
        )


if __name__ == "__main__":
    main()
