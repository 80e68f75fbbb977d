"""One request, and what it cost: CPU and memory of the web with all it started, and the waiting of somebody else."""

import asyncio
import os
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import httpx

from infra.benchmarks.limits.attacks import NATION, Attack

MOST_CPU_MS: Final = 50.0
"""Of what nobody signed in for."""
MOST_MIB: Final = 250.0
"""Beyond what the web has at rest."""
ONE_MIB: Final = 1024 * 1024
PATIENCE_SECONDS: Final = 120
SAMPLE_SECONDS: Final = 0.02
PROBES: Final = 200


@dataclass(frozen=True)
class Cost:
    """What one request cost."""

    attack: Attack
    answer: str
    cpu_ms: float
    memory_mib: float
    stall_ms: float

    @property
    def is_too_much(self) -> bool:
        return self.memory_mib > MOST_MIB or (self.attack.anonymous and self.cpu_ms > MOST_CPU_MS)


class Web:
    """The served application, its processes watched through /proc. `find_rest` comes before any measuring."""

    def __init__(self, port: int, pid: int) -> None:
        self.url, self._pid = f"http://127.0.0.1:{port}", pid
        self.port = port
        self._rest_mib = self._probe_ms = 0.0

    async def find_rest(self) -> None:
        """What it takes when nobody attacks, and what the small page costs that is asked meanwhile."""
        async with httpx.AsyncClient() as browser:
            await self._asked(browser)
            before = self._cpu_ms()
            for _ in range(PROBES):
                await self._asked(browser)
        self._probe_ms = (self._cpu_ms() - before) / PROBES
        self._rest_mib = self._memory_mib()

    async def measured(self, attack: Attack) -> Cost:
        """Send it while somebody else asks for a small page again and again."""
        before, memory, waited = self._cpu_ms(), [self._memory_mib()], [0.0]
        probing = asyncio.create_task(self._probe(memory, waited))
        said = await self._sent(attack)
        probing.cancel()
        with suppress(asyncio.CancelledError):
            await probing
        spent = self._cpu_ms() - before - (len(waited) - 1) * self._probe_ms
        return Cost(attack, said, max(spent, 0.0), max(memory) - self._rest_mib, max(waited) * 1000)

    async def _sent(self, attack: Attack) -> str:
        headers = [("host", f"{attack.host}:{self.port}"), *attack.headers]
        try:
            async with httpx.AsyncClient(timeout=PATIENCE_SECONDS) as browser:
                answer = await browser.request(
                    attack.method, self.url + attack.path, content=attack.content(), headers=headers
                )
        except httpx.HTTPError as error:  # the server hangs up on what it does not even read
            return type(error).__name__
        return str(answer.status_code)

    async def _probe(self, memory: list[float], waited: list[float]) -> None:
        async with httpx.AsyncClient(timeout=PATIENCE_SECONDS) as other:
            while True:
                began = time.perf_counter()
                await self._asked(other)
                waited.append(time.perf_counter() - began)
                memory.append(self._memory_mib())
                await asyncio.sleep(SAMPLE_SECONDS)

    async def _asked(self, browser: httpx.AsyncClient) -> None:
        await browser.get(f"{self.url}/_/hidup", headers={"host": NATION})

    def _processes(self) -> list[int]:
        """The web's own and all that these started."""
        found, waiting = [], [self._pid]
        while waiting:
            pid = waiting.pop()
            found.append(pid)
            with suppress(OSError):
                for task in Path(f"/proc/{pid}/task").iterdir():
                    waiting += map(int, (task / "children").read_text().split())
        return found

    def _memory_mib(self) -> float:
        pages = 0
        for pid in self._processes():
            with suppress(OSError):
                pages += int(Path(f"/proc/{pid}/statm").read_text().split()[1])
        return pages * os.sysconf("SC_PAGESIZE") / ONE_MIB

    def _cpu_ms(self) -> float:
        """Of all threads, by the scheduler's own count, and of children that have ended, by ticks."""
        used = 0.0
        for pid in self._processes():
            with suppress(OSError):
                for task in Path(f"/proc/{pid}/task").iterdir():
                    used += int((task / "schedstat").read_text().split()[0]) / 1e6
                ended = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[13:15]
                used += sum(map(int, ended)) * 1000 / os.sysconf("SC_CLK_TCK")
        return used
