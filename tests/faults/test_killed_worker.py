"""Kill -9 of the worker in the middle of its jobs: nothing is lost, nothing is there twice."""

import json

from tests.faults.stack import Stack

PRODUCTS, ORDERS = 200, 4


def test_two_hundred_jobs_outlive_a_worker_killed_in_the_middle(stack: Stack, seller: dict[str, str]) -> None:
    stack.kill("worker")
    before = stack.do("effects")["done"]
    stack.do("publish", json.dumps(seller), PRODUCTS)
    stack.do("issue_orders", "dki", ORDERS)
    waiting = stack.do("effects")["open"]
    assert waiting > PRODUCTS

    stack.start_worker()
    stack.until(lambda: stack.done() - before >= waiting // 3, "a third done")
    stack.kill("worker")
    assert stack.done() - before < waiting
    stack.start_worker()

    # a job may order others, as the notice of a step orders letters: it is over when none is open
    stack.until(lambda: stack.do("effects")["open"] == 0, "everything done", patience=40)
    effects = stack.do("effects")
    assert effects["done"] - before >= waiting
    assert effects["attempts"] <= 3, effects
    for region in ("dki", "gorontalo"):
        assert stack.do("catalogue", region, seller["vendor"]) == {"visible": PRODUCTS + 1, "exact": True}
    orders = stack.do("orders", "dki")
    assert orders["told"] == orders["issued"]
    assert orders["printed"] == orders["documents"] >= ORDERS
    assert orders["ledger_differences"] == 0
