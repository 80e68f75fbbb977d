"""How a request reaches a system: over HTTP to the address that the deployment names, or to a stand-in here."""

import json
from collections.abc import Mapping
from typing import Any, Final, Protocol

from eorder_platform import outgoing
from eorder_platform.adapters.contract import Exchange, exchanges_of
from eorder_platform.adapters.interfaces import INTERFACES
from eorder_platform.adapters.systems import NAMES, Outcome, Reply, Request, System
from eorder_platform.settings import settings

STAND_IN: Final = "stand-in"
MOST_BYTES: Final = 8 * 1024 * 1024
BY_ENDING: Final = {"7": Outcome.UNKNOWN, "8": Outcome.CONTRADICTED, "9": Outcome.UNAVAILABLE}
"""What a stand-in answers to a number that was not recorded, by its last digit; to any other it says yes."""


class Carrier(Protocol):
    """Brings a request there and the reply back; raises :class:`outgoing.NotReached` or OSError where none comes."""

    source: str
    stand_in: bool

    async def send(self, request: Request, facts: Mapping[str, str]) -> Reply: ...


class OverHttp:
    """A system at an address that whoever runs the deployment wrote down, with the token it was given."""

    stand_in = False

    def __init__(self, address: str, token: str = "") -> None:
        self._address, self._token = address.rstrip("/"), token
        self.source = address.partition("//")[2].partition("/")[0]

    async def send(self, request: Request, facts: Mapping[str, str]) -> Reply:
        headers = {"accept": "application/json"}
        if self._token:
            headers["authorization"] = f"Bearer {self._token}"
        body = None
        if request.body is not None:
            body, headers["content-type"] = json.dumps(request.body).encode(), "application/json"
        answer = await outgoing.send(
            request.method,
            f"{self._address}/{request.path}",
            headers=headers,
            body=body,
            most_bytes=MOST_BYTES,
            known=True,
        )
        return Reply(answer.status, answer.body)


class StandIn:
    """Answers from the recordings. What was not recorded is answered like the recording that its ending names."""

    stand_in = True

    def __init__(self, system: System) -> None:
        self._system = system
        self.source = f"Data uji: bukan jawaban {NAMES[system]}"

    async def send(self, request: Request, facts: Mapping[str, str]) -> Reply:
        exchanges = exchanges_of(self._system)
        recorded = next((one for one in exchanges if one.facts == facts), None)
        if recorded is not None:
            return Reply(recorded.status, json.dumps(recorded.body).encode())
        ending = facts[INTERFACES[self._system].key][-1:]
        wanted = BY_ENDING.get(ending, Outcome.CONFIRMED)
        alike = next((one for one in exchanges if one.outcome is wanted), exchanges[0])
        return Reply(alike.status, json.dumps(_about(alike, facts)).encode())


def carrier_of(system: System) -> Carrier | None:
    """How that system is reached in this deployment; None where it is not connected."""
    address = _words(settings().adapters).get(system)
    if not address:
        return None
    if address == STAND_IN:
        return StandIn(system)
    return OverHttp(address, _words(settings().adapter_tokens).get(system, ""))


def connected() -> dict[System, str]:
    """The systems that this deployment asks, each with where."""
    found = ((system, carrier_of(system)) for system in System)
    return {system: carrier.source for system, carrier in found if carrier is not None}


def is_stand_in(system: System) -> bool:
    """Does this deployment only try that system out?"""
    carrier = carrier_of(system)
    return carrier is not None and carrier.stand_in


def _words(text: str) -> dict[str, str]:
    """'name=value name=value'."""
    return {name: value for name, _, value in (word.partition("=") for word in text.split())}


def _about(recorded: Exchange, facts: Mapping[str, str]) -> Any:
    """The recorded reply, speaking of these facts where it speaks of the recorded ones."""
    said = {value: facts[name] for name, value in recorded.facts.items() if name in facts}

    def put(value: Any) -> Any:
        if isinstance(value, dict):
            return {name: put(one) for name, one in value.items()}
        if isinstance(value, list):
            return [put(one) for one in value]
        if value is True or value is False:
            return value
        return said.get(value, value) if isinstance(value, str) else value

    about = put(recorded.body)
    if recorded.outcome is Outcome.CONFIRMED and "vat_registered" in facts:
        about["pkp"] = facts["vat_registered"] == "ya"
    return about
