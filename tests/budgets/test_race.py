"""Many clients on one budget line at the same instant; the long version is infra/benchmarks/budget_race.py."""

from eorder_platform.tenancy import Tenant
from infra.benchmarks.racing import race


async def test_32_clients_on_one_line_overspend_nothing_and_are_refused_only_for_want_of_money(
    dki: Tenant,
) -> None:
    outcome = await race(dki, rounds=5, clients=32)
    assert outcome.faults == []
    assert outcome.counts["refused"] and outcome.counts["held"]
