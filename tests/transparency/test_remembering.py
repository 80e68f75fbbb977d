"""What is dear to count is counted once for everybody; what is cheap is always fresh."""

import asyncio

import pytest

from eorder_web.transparency import remembering
from eorder_web.transparency.remembering import Remembered


class Counter:
    """Counts how often it was asked."""

    def __init__(self, seconds: float = 0.0) -> None:
        self.asked, self.seconds = 0, seconds

    async def __call__(self) -> int:
        self.asked += 1
        await asyncio.sleep(self.seconds)
        return self.asked


async def test_cheap_answers_are_never_kept() -> None:
    count, remembered = Counter(), Remembered()
    assert [await remembered.get("a", count) for _ in range(3)] == [1, 2, 3]


async def test_many_who_ask_at_once_wait_for_one_count(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(remembering, "DEAR_SECONDS", 0.01)
    count, remembered = Counter(seconds=0.02), Remembered()
    assert await asyncio.gather(*(remembered.get("a", count) for _ in range(20))) == [1] * 20
    assert await remembered.get("b", count) == 2


async def test_a_kept_answer_grows_old(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(remembering, "DEAR_SECONDS", 0.01)
    monkeypatch.setattr(remembering, "KEPT_SECONDS_AT_MOST", 0.05)
    count, remembered = Counter(seconds=0.02), Remembered()
    assert [await remembered.get("a", count), await remembered.get("a", count)] == [1, 1]
    await asyncio.sleep(0.06)
    assert await remembered.get("a", count) == 2


async def test_a_failed_count_is_not_remembered() -> None:
    async def fail() -> int:
        raise OSError("database away")

    count, remembered = Counter(), Remembered()
    with pytest.raises(OSError, match="database away"):
        await remembered.get("a", fail)
    assert await remembered.get("a", count) == 1


async def test_only_the_newest_questions_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(remembering, "DEAR_SECONDS", 0.0)
    count, remembered = Counter(seconds=0.01), Remembered(limit=2)
    for question in ("a", "b", "c", "c", "a"):
        await remembered.get(question, count)
    assert count.asked == 4
