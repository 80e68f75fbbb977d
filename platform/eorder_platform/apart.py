"""Work on what strangers sent, in a process of its own with a ceiling of memory and time.

A photo of 400 kB may ask for a gigabyte, and decoders in C have had holes. Here neither is the web's: such a process
knows no secret, writes no file, and gives back all that it took by ending.
"""

import asyncio
import json
import os
import resource
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final

from eorder_platform.errors import Refused
from eorder_platform.sentences import as_json, from_json

MEMORY_BYTES: Final = 200 * 1024 * 1024
"""More than Python and the libraries take before the work begins."""
CPU_SECONDS: Final = 20
SECONDS: Final = 90
"""By the clock, on a machine that is busy with others."""
AT_ONCE: Final = 2
"""Such processes of one process of the web; who comes third waits."""

_REFUSED: Final = 3
_TOO_MUCH: Final = 4
_turns = asyncio.Semaphore(AT_ONCE)


class TooMuch(Exception):
    """The work wanted more memory or time than there is for it, or a decoder fell over it."""


async def apart(module: str, content: bytes, words: Sequence[str] = ()) -> Any:
    """What `python -m module words` makes of the content (:func:`answer`), as JSON gives it back.

    Refused with the same sentences as there; TooMuch where it did not come to an end.
    """
    command = [sys.executable, "-I", "-m", module, *words]
    async with _turns:
        try:
            done = await asyncio.to_thread(
                subprocess.run,
                command,
                input=content,
                capture_output=True,
                check=False,
                timeout=SECONDS,
                env={"LC_ALL": "C.UTF-8", "PATH": os.defpath},
                cwd="/",
            )
        except subprocess.TimeoutExpired:
            raise TooMuch(module) from None
    if done.returncode == _TOO_MUCH or done.returncode < 0:
        raise TooMuch(module)
    if done.returncode == _REFUSED:
        raise Refused.several((field, from_json(sentence)) for field, sentence in json.loads(done.stdout))
    if done.returncode:
        raise RuntimeError(f"{module}: {done.stderr.decode(errors='replace')[-2000:]}")
    return json.loads(done.stdout)


def answer(work: Callable[[bytes], Any]) -> None:
    """In the process of its own: read the content, set the limits, do the work, write what it returns as JSON."""
    content = sys.stdin.buffer.read()
    _limit()
    try:
        print(json.dumps(work(content)))
    except Refused as refusal:
        print(json.dumps([(field, as_json(sentence)) for field, sentence in refusal.problems]))
        sys.exit(_REFUSED)
    except MemoryError:
        sys.exit(_TOO_MUCH)


def _limit() -> None:
    statm = Path("/", "proc", "self", "statm")
    if statm.exists():  # elsewhere than on Linux nobody counts a process's own memory
        taken = int(statm.read_text().split()[0]) * resource.getpagesize()
        resource.setrlimit(resource.RLIMIT_AS, (taken + MEMORY_BYTES,) * 2)
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS,) * 2)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
