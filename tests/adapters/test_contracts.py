"""Every system is held to its recordings, here and over HTTP; and whatever comes back, it is never a silent yes."""

import asyncio
import copy
import json
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eorder_platform import clock
from eorder_platform.adapters.asking import FAILURES, REST, ask, circuits
from eorder_platform.adapters.carrying import Carrier, OverHttp, StandIn
from eorder_platform.adapters.contract import Exchange, exchanges_of
from eorder_platform.adapters.interfaces import INTERFACES
from eorder_platform.adapters.systems import NAMES, Outcome, Question, Reason, Reply, Request, System
from eorder_platform.outgoing import NotReached

RECORDED = [(system, one) for system in System for one in exchanges_of(system)]
SAID_YES = [(system, one) for system, one in RECORDED if one.outcome is Outcome.CONFIRMED]


@pytest.fixture(autouse=True)
def rested() -> Iterator[None]:
    circuits.clear()
    yield
    circuits.clear()


@asynccontextmanager
async def serving(system: System) -> AsyncIterator[str]:
    """A server that answers exactly the recorded requests of a system, and 400 to any other."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        method, path, _ = head.split("\r\n")[0].split(" ")
        headers = {
            name.lower(): text
            for name, text in (line.split(": ", 1) for line in head.split("\r\n")[1:] if ": " in line)
        }
        sent = await reader.readexactly(int(headers.get("content-length", "0")))
        asked = Request(method, path.removeprefix("/"), json.loads(sent) if sent else None)
        found = next((one for one in exchanges_of(system) if one.request == asked), None)
        if found is None or headers.get("authorization") != "Bearer kunci":
            status, body = 400, b"{}"
        else:
            status, body = found.status, json.dumps(found.body).encode()
        writer.write(
            f"HTTP/1.1 {status} x\r\ncontent-length: {len(body)}\r\nconnection: close\r\n\r\n".encode() + body
        )
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    try:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    finally:
        server.close()


@pytest.mark.parametrize("system", System)
async def test_the_stand_in_and_http_keep_the_same_contract(system: System) -> None:
    assert {one.outcome for one in exchanges_of(system)} >= {Outcome.CONFIRMED, Outcome.UNAVAILABLE}
    async with serving(system) as address:
        for carrier in (StandIn(system), OverHttp(address, "kunci")):
            for one in exchanges_of(system):
                answer = await ask(Question(system, one.facts), carrier)
                assert (answer.outcome, dict(answer.said)) == (one.outcome, dict(one.said)), one.name
                assert INTERFACES[system].request(one.facts) == one.request
                learned = one.outcome in (Outcome.CONFIRMED, Outcome.CONTRADICTED)
                assert bool(answer.evidence) == (one.outcome is not Outcome.UNAVAILABLE)
                assert not learned or "sha256:" in answer.evidence
                assert answer.stand_in == isinstance(carrier, StandIn)
                assert (f"Data uji: bukan jawaban {NAMES[system]}" == answer.source) == answer.stand_in


@pytest.mark.parametrize("system", [System.OSS, System.DUKCAPIL, System.CORETAX, System.BANK])
async def test_a_stand_in_answers_about_whoever_is_asked_by_the_ending_of_their_number(
    system: System,
) -> None:
    key = INTERFACES[system].key
    facts = dict(exchanges_of(system)[0].facts) | {"name": "Orang Lain", "vat_registered": "ya"}
    facts |= {"bank_account_holder": "Orang Lain"}
    by_ending = {}
    for ending in "0789":
        asked = Question(system, facts | {key: facts[key][:-2] + "4" + ending})
        by_ending[ending] = (await ask(asked, StandIn(system))).outcome
    assert by_ending == {
        "0": Outcome.CONFIRMED,
        "7": Outcome.UNKNOWN,
        "8": Outcome.CONTRADICTED,
        "9": Outcome.UNAVAILABLE,
    }


class Faulty:
    """A carrier that does what a test tells it."""

    source, stand_in = "uji", False

    def __init__(self, reply: Reply | BaseException, delay: float = 0) -> None:
        self.reply, self.delay, self.asked = reply, delay, 0

    async def send(self, request: Request, facts: Mapping[str, str]) -> Reply:
        self.asked += 1
        if self.delay:
            await asyncio.sleep(self.delay)
        if isinstance(self.reply, BaseException):
            raise self.reply
        return self.reply


def places(body: Any, before: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Where something stands in nested objects and lists."""
    inside = body.items() if isinstance(body, dict) else enumerate(body) if isinstance(body, list) else ()
    for name, value in inside:
        yield (*before, name)
        yield from places(value, (*before, name))


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=30),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=10), inner, max_size=3),
    max_leaves=8,
)


@given(st.sampled_from(RECORDED), st.data())
async def test_no_fault_of_theirs_becomes_a_yes(
    recorded: tuple[System, Exchange], data: st.DataObject
) -> None:
    circuits.clear()
    system, exchange = recorded
    question = Question(system, exchange.facts)
    right = json.dumps(exchange.body).encode()
    fault = data.draw(st.sampled_from(("status", "bytes", "json", "cut", "raised")))
    if fault == "status":
        carrier = Faulty(Reply(data.draw(st.integers(100, 599).filter(lambda one: one != 200)), right))
    elif fault == "bytes":
        carrier = Faulty(Reply(200, data.draw(st.binary(max_size=200))))
    elif fault == "json":
        carrier = Faulty(Reply(200, json.dumps(data.draw(anything)).encode()))
    elif fault == "cut":
        carrier = Faulty(Reply(200, right[: data.draw(st.integers(0, len(right) - 1))]))
    else:
        carrier = Faulty(
            data.draw(st.sampled_from((NotReached("x"), ConnectionResetError(), TimeoutError())))
        )
    answer = await ask(question, carrier)
    assert answer.outcome is Outcome.UNAVAILABLE
    assert answer.reason in (Reason.SILENT, Reason.UNREADABLE) and not answer.evidence and not answer.said


@given(st.sampled_from(SAID_YES), st.data())
async def test_a_reply_with_one_thing_gone_or_another_is_no_yes_about_the_same(
    recorded: tuple[System, Exchange], data: st.DataObject
) -> None:
    """What the yes rests on may not be missing, of another kind, or about somebody else."""
    circuits.clear()
    system, exchange = recorded
    body = copy.deepcopy(exchange.body)
    place = data.draw(st.sampled_from(sorted(places(body), key=repr)))
    inner = body
    for name in place[:-1]:
        inner = inner[name]
    before = inner[place[-1]]
    if data.draw(st.booleans()):
        del inner[place[-1]]
    else:
        inner[place[-1]] = data.draw(
            anything.filter(lambda one: one != before or type(one) is not type(before))
        )
    answer = await ask(Question(system, exchange.facts), Faulty(Reply(200, json.dumps(body).encode())))
    if answer.outcome is Outcome.CONFIRMED:
        assert answer.evidence
        as_recorded = dict(answer.said) == dict(exchange.said)
        assert system in (System.SIRUP, System.SIPD) or as_recorded


async def test_who_is_slow_is_not_waited_for_and_who_fails_is_left_alone_for_a_while() -> None:
    question = Question(System.OSS, exchanges_of(System.OSS)[0].facts)
    right = Reply(200, json.dumps(exchanges_of(System.OSS)[0].body).encode())
    slow = Faulty(right, delay=5)
    answer = await ask(question, slow, seconds=0.02)
    assert (answer.outcome, answer.reason) == (Outcome.UNAVAILABLE, Reason.SILENT)
    for _ in range(FAILURES):
        await ask(question, slow, seconds=0.001)
    quick: Carrier = Faulty(right)
    assert (await ask(question, quick)).reason is Reason.RESTING
    assert isinstance(quick, Faulty) and quick.asked == 0
    with clock.travelling_to(clock.now() + REST + timedelta(seconds=1)):
        assert (await ask(question, quick)).outcome is Outcome.CONFIRMED
    assert (await ask(question, quick)).outcome is Outcome.CONFIRMED


async def test_what_is_not_connected_is_not_asked_and_says_so() -> None:
    answer = await ask(Question(System.BSRE, exchanges_of(System.BSRE)[0].facts))
    assert (answer.outcome, answer.reason) == (Outcome.UNAVAILABLE, Reason.NOT_CONNECTED)
