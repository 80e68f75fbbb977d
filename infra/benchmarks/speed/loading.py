"""A small HTTP client that keeps connections busy, and what it saw."""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Asked:
    """One request as bytes; a GET may be sent again and again."""

    raw: bytes


def get(host: str, path: str, cookie: str = "") -> Asked:
    carried = f"Cookie: {cookie}\r\n" if cookie else ""
    return Asked(f"GET {path} HTTP/1.1\r\nHost: {host}\r\n{carried}\r\n".encode())


def post(host: str, path: str, form: str, cookie: str = "") -> Asked:
    head = f"POST {path} HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/x-www-form-urlencoded\r\n"
    return Asked(f"{head}Cookie: {cookie}\r\nContent-Length: {len(form)}\r\n\r\n{form}".encode())


@dataclass(frozen=True)
class Seen:
    """Latencies in seconds, the whole time, and how many answers were not the expected status."""

    latencies: Sequence[float]
    seconds: float
    unexpected: int

    @property
    def per_second(self) -> float:
        return len(self.latencies) / self.seconds

    def percentile(self, part: float) -> float:
        ordered = sorted(self.latencies)
        return ordered[min(len(ordered) - 1, int(part * len(ordered)))]


async def load(port: int, requests: Sequence[Asked], connections: int, expected: frozenset[int]) -> Seen:
    """Send every request once, on so many connections; each waits for its answer before the next."""
    waiting = iter(requests)
    latencies: list[float] = []
    unexpected = 0

    async def client() -> None:
        nonlocal unexpected
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        for asked in waiting:
            begun = time.perf_counter()
            writer.write(asked.raw)
            status, closing = await _answer(reader)
            latencies.append(time.perf_counter() - begun)
            unexpected += status not in expected
            if closing:
                writer.close()
                reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.close()

    begun = time.perf_counter()
    await asyncio.gather(*(client() for _ in range(connections)))
    return Seen(latencies, time.perf_counter() - begun, unexpected)


async def _answer(reader: asyncio.StreamReader) -> tuple[int, bool]:
    head = (await reader.readuntil(b"\r\n\r\n")).lower()
    status = int(head.split(b" ", 2)[1])
    if b"transfer-encoding: chunked" in head:
        while size := int(await reader.readline(), 16):
            await reader.readexactly(size + 2)
        await reader.readline()
    elif (at := head.find(b"content-length:")) >= 0:
        await reader.readexactly(int(head[at + 15 : head.index(b"\r\n", at)]))
    return status, b"connection: close" in head
