"""Long lists in portions."""

import pytest

from eorder_tenants.budgets.portions import ROWS_A_STATEMENT, in_portions


@pytest.mark.parametrize(
    ("items", "portions"),
    [(0, []), (1, [1]), (2_000, [2_000]), (2_001, [2_000, 1]), (4_500, [2_000, 2_000, 500])],
)
def test_every_item_comes_once_in_its_order(items: int, portions: list[int]) -> None:
    cut = list(in_portions(range(items)))
    assert [len(portion) for portion in cut] == portions
    assert [item for portion in cut for item in portion] == list(range(items))


def test_a_portion_of_rows_with_sixteen_columns_fits_into_a_statement() -> None:
    assert ROWS_A_STATEMENT * 16 <= 32_767
