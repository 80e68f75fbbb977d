"""`eorder` as a person at the keyboard runs it, in this process."""

import asyncio
import contextlib
import io
from dataclasses import dataclass

from eorder_platform import tenancy, valkey
from eorder_platform.tenancy import registry
from eorder_web.operations import cli


@dataclass(frozen=True)
class Said:
    """What a command printed and how it ended."""

    code: int
    out: str
    error: str


async def eorder(*words: str) -> Said:
    """Run the command in a thread with a loop of its own, as it would run alone."""
    await tenancy.close_connections()
    valkey.client.cache_clear()  # a connection belongs to the loop that made it
    out, error = io.StringIO(), io.StringIO()

    def run() -> int:
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(error):
            try:
                cli.main(words)
            except SystemExit as ended:
                return int(ended.code or 0)
        return 0

    code = await asyncio.to_thread(run)
    registry.forget()
    valkey.client.cache_clear()
    return Said(code, _in_one_line(out), _in_one_line(error))


def _in_one_line(printed: io.StringIO) -> str:
    """Without the line breaks that the width of the terminal makes."""
    return " ".join(printed.getvalue().split())
