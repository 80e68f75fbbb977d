"""The systems of other authorities, and the shape of every question, reply and answer."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Final, NamedTuple, Protocol


class System(StrEnum):
    """Who is asked, by the name under which the settings and the database know them."""

    OSS = "oss"
    DUKCAPIL = "dukcapil"
    CORETAX = "coretax"
    BANK = "bank"
    SIRUP = "sirup"
    SIPD = "sipd"
    BSRE = "bsre"
    MESSAGES = "messages"


NAMES: Final = {
    System.OSS: "OSS",
    System.DUKCAPIL: "Dukcapil",
    System.CORETAX: "Coretax",
    System.BANK: "Bank",
    System.SIRUP: "SiRUP",
    System.SIPD: "SIPD",
    System.BSRE: "BSrE",
    System.MESSAGES: "WhatsApp",
}
"""What people call them."""


class Outcome(StrEnum):
    """What an answer means for what was asked. `UNKNOWN`: they answered, and have nothing about it.

    `UNAVAILABLE`: nobody answered, or not so that it could be read; it says nothing, least of all yes.
    """

    CONFIRMED = "confirmed"
    CONTRADICTED = "contradicted"
    UNKNOWN = "unknown"
    UNAVAILABLE = "unavailable"


class Reason(StrEnum):
    """Why nothing was learned."""

    NOT_CONNECTED = "not_connected"
    SILENT = "silent"
    UNREADABLE = "unreadable"
    RESTING = "resting"


@dataclass(frozen=True)
class Question:
    """What is asked of whom. `facts` are texts by the names that the system's interface reads."""

    system: System
    facts: Mapping[str, str]


@dataclass(frozen=True)
class Request:
    """A question as it goes over the wire."""

    method: str
    path: str
    body: Mapping[str, Any] | None = None


@dataclass(frozen=True)
class Reply:
    """What came back over the wire."""

    status: int
    body: bytes


class Unreadable(Exception):
    """The reply is not what the contract says; whoever asked learned nothing."""


class Found(NamedTuple):
    """What a reply says: `said` is what may be shown, `reference` by what they find it again, `rows` of lists."""

    outcome: Outcome
    said: Mapping[str, str]
    reference: str = ""
    rows: Sequence[Mapping[str, str]] = ()


@dataclass(frozen=True)
class Answer:
    """What was learned, when, from whom, and by what it can be shown again.

    `evidence` is their reference with the SHA-256 of the reply as it came; empty where nothing was learned.
    """

    outcome: Outcome
    at: datetime
    source: str
    stand_in: bool = False
    evidence: str = ""
    reason: Reason | None = None
    said: Mapping[str, str] = field(default_factory=dict)
    rows: Sequence[Mapping[str, str]] = ()


class Interface(Protocol):
    """One system's contract in code."""

    system: System
    key: str
    """The fact by which a subject is known there."""

    def request(self, facts: Mapping[str, str]) -> Request:
        """The question on the wire."""
        ...

    def read(self, facts: Mapping[str, str], body: Any) -> Found:
        """What a reply with status 200 means; :class:`Unreadable` where it is not as agreed."""
        ...
