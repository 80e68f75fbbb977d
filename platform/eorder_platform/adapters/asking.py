"""Asking: within a time, not again and again where nobody answers, and with an answer whatever happens.

A system that failed several times in a row is left alone for a while by this process (a circuit breaker). What was
asked meanwhile is unavailable, and the worker asks again (directory/inquiring.py).
"""

import asyncio
import json
from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Final

from eorder_platform import clock
from eorder_platform.adapters.carrying import Carrier, carrier_of
from eorder_platform.adapters.interfaces import INTERFACES
from eorder_platform.adapters.systems import (
    NAMES,
    Answer,
    Outcome,
    Question,
    Reason,
    Reply,
    System,
    Unreadable,
)
from eorder_platform.outgoing import NotReached

SECONDS: Final = 8.0
FAILURES: Final = 5
REST: Final = timedelta(seconds=60)


@dataclass
class _Circuit:
    failures: int = 0
    rests_until: datetime | None = None

    @property
    def is_open(self) -> bool:
        return self.rests_until is not None and clock.now() < self.rests_until

    def failed(self) -> None:
        self.failures += 1
        if self.failures >= FAILURES:
            self.rests_until = clock.now() + REST

    def answered(self) -> None:
        self.failures, self.rests_until = 0, None


circuits: defaultdict[System, _Circuit] = defaultdict(_Circuit)


async def ask(question: Question, carrier: Carrier | None = None, *, seconds: float = SECONDS) -> Answer:
    """What the system says about it; `UNAVAILABLE` with its reason where it says nothing that can be read."""
    carrier = carrier or carrier_of(question.system)
    if carrier is None:
        return Answer(Outcome.UNAVAILABLE, clock.now(), NAMES[question.system], reason=Reason.NOT_CONNECTED)
    circuit = circuits[question.system]
    if circuit.is_open:
        return _nothing(carrier, Reason.RESTING)
    interface = INTERFACES[question.system]
    try:
        async with asyncio.timeout(seconds):
            reply = await carrier.send(interface.request(question.facts), question.facts)
    except (TimeoutError, NotReached, OSError):
        circuit.failed()
        return _nothing(carrier, Reason.SILENT)
    if reply.status != 200:
        circuit.failed()
        return _nothing(carrier, Reason.SILENT)
    circuit.answered()
    try:
        return _understood(question, carrier, reply)
    except Unreadable:
        return _nothing(carrier, Reason.UNREADABLE)


def _understood(question: Question, carrier: Carrier, reply: Reply) -> Answer:
    try:
        body = json.loads(reply.body)
    except (ValueError, RecursionError) as error:
        raise Unreadable("no JSON") from error
    found = INTERFACES[question.system].read(question.facts, body)
    evidence = f"{found.reference} sha256:{sha256(reply.body).hexdigest()}".strip()
    return Answer(
        found.outcome,
        clock.now(),
        carrier.source,
        carrier.stand_in,
        evidence,
        said=found.said,
        rows=found.rows,
    )


def _nothing(carrier: Carrier, reason: Reason) -> Answer:
    return Answer(Outcome.UNAVAILABLE, clock.now(), carrier.source, carrier.stand_in, reason=reason)
