"""Figures that are dear to count are kept for a while, in each process for itself.

Counting 300,000 orders for every visitor would be most of the database's work. What took long is kept fifty times as
long as it took, so counting takes a fiftieth of the time at most; what is counted quickly is never kept.
"""

import asyncio
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Hashable
from dataclasses import dataclass, field
from typing import Any, Final, TypeVar

DEAR_SECONDS: Final = 0.1
KEPT_TIMES: Final = 50
KEPT_SECONDS_AT_MOST: Final = 300.0

T = TypeVar("T")


@dataclass
class _Kept:
    counting: asyncio.Lock = field(default_factory=asyncio.Lock)
    value: Any = None
    until: float = 0.0


class Remembered:
    """The newest answers by their question; above the limit the one unused longest is forgotten."""

    def __init__(self, limit: int = 512) -> None:
        self._limit = limit
        self._kept: OrderedDict[Hashable, _Kept] = OrderedDict()

    async def get(self, question: Hashable, count: Callable[[], Awaitable[T]]) -> T:
        """The kept answer, or a new one; those who ask meanwhile wait for it instead of counting too."""
        kept = self._kept.setdefault(question, _Kept())
        self._kept.move_to_end(question)
        while len(self._kept) > self._limit:
            self._kept.popitem(last=False)
        async with kept.counting:
            if time.monotonic() >= kept.until:
                began = time.monotonic()
                kept.value = await count()
                kept.until = _until(began, time.monotonic())
            answer: T = kept.value
            return answer


def _until(began: float, ended: float) -> float:
    took = ended - began
    return ended + min(took * KEPT_TIMES, KEPT_SECONDS_AT_MOST) if took >= DEAR_SECONDS else 0.0
