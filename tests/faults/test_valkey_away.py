"""Valkey flushed, and Valkey stopped: sessions are lost, work is not, and what is away is called by its name."""

import json

from tests.faults.stack import Stack

PRODUCTS = 20


def test_a_flushed_valkey_costs_sessions_and_no_work(stack: Stack, seller: dict[str, str]) -> None:
    stack.kill("worker")
    official = stack.sign_in("dki.localhost", stack.do("make_official", "dki")["email"])
    assert official.get("/tugas").status_code == 200
    stack.do("publish", json.dumps(seller), PRODUCTS)

    stack.do("flush_valkey")
    stack.start_worker()

    asked = official.get("/tugas")
    assert (asked.status_code, asked.headers["location"]) == (303, "/masuk?lanjut=/tugas")
    assert official.get("/katalog").status_code == 200
    assert stack.do("effects")["open"] == PRODUCTS
    assert stack.do("relay") == PRODUCTS
    stack.until(lambda: stack.do("effects")["open"] == 0, "lost jobs done")
    assert stack.do("effects")["attempts"] <= 3
    for region in ("dki", "gorontalo"):
        assert stack.do("catalogue", region, seller["vendor"]) == {"visible": PRODUCTS + 1, "exact": True}


def test_a_stopped_valkey_closes_only_what_needs_it(stack: Stack, seller: dict[str, str]) -> None:
    email = stack.do("make_official", "dki")["email"]
    official = stack.sign_in("dki.localhost", email)
    stranger = stack.browser("localhost")
    token = stack.csrf_of(stranger.get("/masuk"))
    opened = official.get("/tugas")
    running = stack.ids()
    stack.valkey.stop()

    for browser, paths in (
        (official, ("/", "/katalog", "/belanja")),
        (stranger, ("/", "/belanja", "/masuk")),
    ):
        for path in paths:
            assert browser.get(path).status_code == 200, path
    assert official.get("/masuk").status_code == 303
    private = official.get("/tugas")
    assert private.status_code == 503
    assert "Layanan masuk sedang tidak tersedia" in private.text
    signing_in = stranger.post("/masuk", data={"_csrf": token, "email": email, "password": "apa saja"})
    assert signing_in.status_code == 503
    assert "Layanan masuk sedang tidak tersedia" in signing_in.text
    signing_out = official.post("/keluar", data={"_csrf": stack.csrf_of(opened)})
    assert signing_out.status_code == 503
    assert "Layanan masuk sedang tidak tersedia" in signing_out.text

    stack.do("publish", json.dumps(seller), PRODUCTS)
    assert stack.do("effects")["open"] == PRODUCTS

    stack.valkey.start()
    stack.sign_in("dki.localhost", email)
    stack.until(lambda: stack.do("effects")["open"] == PRODUCTS, "the letter about a second browser")
    assert stack.do("relay") == PRODUCTS
    stack.until(lambda: stack.do("effects")["open"] == 0, "late jobs done")
    for region in ("dki", "gorontalo"):
        assert stack.do("catalogue", region, seller["vendor"]) == {"visible": PRODUCTS + 1, "exact": True}
    assert stack.ids() == running


def test_a_page_does_not_wait_for_a_valkey_that_is_away(stack: Stack) -> None:
    browser = stack.browser("dki.localhost")
    browser.cookies.set("eorder_masuk", "dari kemarin")
    browser.get("/katalog")
    stack.valkey.stop()
    slowest = max(browser.get("/katalog").elapsed.total_seconds() for _ in range(5))
    assert slowest < 1
