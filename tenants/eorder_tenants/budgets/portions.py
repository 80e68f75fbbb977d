"""Long lists in portions: PostgreSQL takes at most 32,767 parameters in one statement."""

from collections.abc import Iterator, Sequence
from typing import Final, TypeVar

ROWS_A_STATEMENT: Final = 2_000
T = TypeVar("T")


def in_portions(items: Sequence[T]) -> Iterator[Sequence[T]]:
    """The items in their order, as many at a time as fit into a statement with up to sixteen columns."""
    for start in range(0, len(items), ROWS_A_STATEMENT):
        yield items[start : start + ROWS_A_STATEMENT]
