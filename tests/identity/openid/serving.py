"""The application at a port of this machine, for programs that are not Python; and those, spoken to in lines."""

import asyncio
import json
import os
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from eorder_platform.identity.openid import foreign, keys
from eorder_platform.settings import settings
from infra.setup.browser_files import node_folder

HERE = Path(__file__).parent
PATIENCE_SECONDS = 60


@asynccontextmanager
async def served(transport: httpx.ASGITransport, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[int]:
    """Every host of the application at one port, which its own addresses name; yields the port."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await _answer(transport, reader, writer)
        finally:
            writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    port = int(server.sockets[0].getsockname()[1])
    with monkeypatch.context() as at:
        at.setenv("EORDER_PUBLIC_PORT", str(port))
        settings.cache_clear()
        foreign.forget()
        keys.forget()
        try:
            yield port
        finally:
            server.close()
            at.undo()
            settings.cache_clear()


async def _answer(
    transport: httpx.ASGITransport, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
) -> None:
    """One request a connection: enough for a few calls, and no framework."""
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
    method, target, _ = head[0].split(" ")
    headers = [(name, value.strip()) for name, _, value in (line.partition(":") for line in head[1:] if line)]
    named = {name.lower(): value for name, value in headers}
    body = await reader.readexactly(int(named.get("content-length", 0)))
    dropped = ("connection", "transfer-encoding", "accept-encoding")
    sent = [("accept-encoding", "identity"), *(one for one in headers if one[0].lower() not in dropped)]
    async with httpx.AsyncClient(transport=transport) as client:
        got = await client.request(method, f"http://{named['host']}{target}", headers=sent, content=body)
    lines = [f"HTTP/1.1 {got.status_code} x", "connection: close", f"content-length: {len(got.content)}"]
    kept = ("content-length", "content-encoding", "connection", "transfer-encoding")
    lines += [f"{name}: {value}" for name, value in got.headers.multi_items() if name.lower() not in kept]
    writer.write("\r\n".join([*lines, "", ""]).encode("latin-1") + got.content)
    await writer.drain()


def _clock() -> Mapping[str, str]:
    """What moves the clock of `./test --at`: a program at another time believes no signature of ours."""
    return {name: value for name, value in os.environ.items() if name.startswith(("LD_PRELOAD", "FAKETIME"))}


class Stranger:
    """A program of npm's that answers each line of JSON with a line of JSON."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process

    async def asked(self, **said: Any) -> Any:
        """What it answers; its refusal is the test's failure."""
        assert self._process.stdin and self._process.stdout
        self._process.stdin.write(json.dumps(said).encode() + b"\n")
        line = await asyncio.wait_for(self._process.stdout.readline(), PATIENCE_SECONDS)
        answer = json.loads(line or b'{"failed": "it ended"}')
        assert "failed" not in answer, answer["failed"]
        return answer


@asynccontextmanager
async def stranger(script: str, **environment: str) -> AsyncIterator[Stranger]:
    """The script under Node, ended at the end."""
    process = await asyncio.create_subprocess_exec(
        str(node_folder() / "node"),
        str(HERE / script),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        env={"PATH": os.environ["PATH"], "NODE_NO_WARNINGS": "1", **_clock(), **environment},
    )
    try:
        yield Stranger(process)
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()
