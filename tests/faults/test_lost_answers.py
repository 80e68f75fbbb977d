"""A web process that ends between commit and answer: whoever sends the form again is led to what the first one made."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from threading import Thread

import httpx
import pytest

from tests.faults.stack import Stack

FIELDS = ("quantity", "1"), ("note", "tanpa gula"), ("unit", "kotak"), ("place", "aula"), ("hour", "09.00")
"""More than the form asks for: enough names that a set of them stands in another order under another seed."""


@pytest.fixture
def stack_of_seed_one(stack: Stack) -> Iterator[Stack]:
    """The web under a known seed of Python's hashes; its commits in DKI wait for a standby, once one is wanted."""
    stack.kill("web")
    stack.ask("alter role eorder_t_dki set synchronous_commit = on")
    stack.start_web(hash_seed="1")
    yield stack
    stack.ask("alter role eorder_t_dki reset synchronous_commit")
    if "web" in stack.ids():
        stack.kill("web")


def test_a_form_whose_answer_was_lost_leads_to_the_first_result(stack_of_seed_one: Stack) -> None:
    stack = stack_of_seed_one
    known = stack.do("make_official", "dki")
    official, offer = stack.sign_in("dki.localhost", known["email"]), known["offer"]
    token = stack.csrf_of(official.get(f"/katalog/{offer}"))
    form = {"_csrf": token, "_kunci": "jawaban hilang", "offer_id": offer, **dict(FIELDS)}

    with _commits_unanswered(stack):
        sending = Thread(target=_send_in_vain, args=(official, form))
        sending.start()
        committed = "select exists (select from pg_stat_activity where wait_event = 'SyncRep')"
        stack.until(lambda: stack.ask(committed), "the draft is committed, and its commit not answered")
        stack.kill("web")
        sending.join()

    stack.start_web(hash_seed="2")
    answers = [official.post("/pesanan/draf", data=form) for _ in range(2)]
    (draft,) = stack.do("drafts_of", "dki", known["email"])
    assert [answer.headers["location"] for answer in answers] == [f"/pesanan/{draft}"] * 2
    quantity = f"select quantity from t_dki.order_line where order_id = '{draft}'"
    assert stack.ask(quantity) == 1, "the second sending put the goods in once more"


@contextmanager
def _commits_unanswered(stack: Stack) -> Iterator[None]:
    """What is committed meanwhile is written, and stays so after a crash, but nobody is told yet.

    PostgreSQL waits with its answer for a standby that does not exist.
    """
    _wait_for_standby(stack, "nobody")
    try:
        yield
    finally:
        _wait_for_standby(stack, "")


def _wait_for_standby(stack: Stack, name: str) -> None:
    stack.ask(f"alter system set synchronous_standby_names = '{name}'")
    stack.ask("select pg_reload_conf()")
    stack.until(lambda: stack.ask("show synchronous_standby_names") == name, "the setting is read")


def _send_in_vain(browser: httpx.Client, form: dict[str, str]) -> None:
    with suppress(httpx.TransportError):
        browser.post("/pesanan/draf", data=form)
