"""PostgreSQL stopped and started again: pages say so, nothing half-written stays, the same processes go on."""

import json

import httpx
import pytest
from sqlalchemy.exc import DBAPIError

from eorder_web.edge.error_pages import is_database_away
from tests.faults.stack import Stack

PRODUCTS = 60


class _Said(Exception):
    """What the driver raises: a complaint with PostgreSQL's code."""

    def __init__(self, sqlstate: str) -> None:
        super().__init__(sqlstate)
        self.sqlstate = sqlstate


@pytest.mark.parametrize(
    ("sqlstate", "is_away"),
    [("57P03", True), ("57P01", True), ("53300", True), ("08006", True), ("57014", False), ("23505", False)],
)
def test_a_server_that_starts_stops_or_is_full_is_away(sqlstate: str, is_away: bool) -> None:
    """57P03 is what the first second of a start answers."""
    assert is_database_away(DBAPIError("select 1", {}, _Said(sqlstate))) is is_away


def test_pages_name_a_stopped_database_and_work_again_without_a_restart(stack: Stack) -> None:
    official = stack.sign_in("dki.localhost", stack.do("make_official", "dki")["email"])
    seen = {host: stack.browser(host) for host in ("localhost", "dki.localhost", "gorontalo.localhost")}
    for browser in seen.values():
        _opens(browser, "/")
    for path in ("/katalog", "/tugas", "/pesanan"):
        _opens(official, path)
    running = stack.ids()

    stack.postgres.stop()
    for browser, path in (
        (official, "/tugas"),
        (official, "/katalog"),
        (seen["gorontalo.localhost"], "/katalog"),
    ):
        answer = browser.get(path)
        assert answer.status_code == 503, path
        assert "Basis data sedang tidak tersedia" in answer.text

    stack.postgres.start()
    # the very first answers: no stale connection is handed to anybody
    for path in ("/tugas", "/pesanan", "/katalog", "/akun"):
        _opens(official, path)
    for browser in seen.values():
        _opens(browser, "/")
        _opens(browser, "/belanja")
    assert stack.ids() == running


def test_a_form_that_met_a_stopped_database_may_be_sent_again_and_counts_once(stack: Stack) -> None:
    known = stack.do("make_official", "dki")
    official, offer = stack.sign_in("dki.localhost", known["email"]), known["offer"]
    shown = official.get(f"/katalog/{offer}")
    form = {"_csrf": stack.csrf_of(shown), "_kunci": "satu formulir", "offer_id": offer, "quantity": "1"}

    stack.postgres.stop()
    refused = official.post("/pesanan/draf", data=form)
    assert refused.status_code == 503
    assert "yang belum terkirim tidak tercatat" in refused.text

    stack.postgres.start()
    assert stack.do("drafts_of", "dki", known["email"]) == []
    answers = [official.post("/pesanan/draf", data=form) for _ in range(2)]
    (draft,) = stack.do("drafts_of", "dki", known["email"])
    assert [answer.headers["location"] for answer in answers] == [f"/pesanan/{draft}"] * 2


def test_jobs_in_flight_are_finished_once_after_the_database_is_back(
    stack: Stack, seller: dict[str, str]
) -> None:
    before = stack.done()
    running = stack.ids()
    stack.do("publish", json.dumps(seller), PRODUCTS, "unsent")
    assert stack.do("relay") == PRODUCTS
    stack.until(lambda: stack.done() > before, "first jobs done")
    stack.postgres.stop()
    assert stack.browser("dki.localhost").get("/katalog").status_code == 503
    stack.postgres.start()

    stack.until(lambda: stack.do("effects")["open"] == 0, "jobs in flight done")
    assert stack.done() - before == PRODUCTS
    assert stack.do("effects")["attempts"] <= 4
    for region in ("dki", "gorontalo"):
        assert stack.do("catalogue", region, seller["vendor"]) == {"visible": PRODUCTS + 1, "exact": True}
    assert stack.ids() == running


def _opens(browser: httpx.Client, path: str) -> None:
    answer = browser.get(path)
    assert answer.status_code == 200, (path, answer.status_code, answer.text[-3000:])
