"""The recorded exchanges of a system: what was asked, what went over the wire, and what it means.

A file is {"about", "sources", "exchanges": [{"name", "facts", "request", "reply": {"status", "body"}, "means"}]}. The
stand-in and an implementation over HTTP are held to the same ones (tests/adapters).
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

from eorder_platform.adapters.systems import Outcome, Request, System

CONTRACTS: Final = Path(__file__).parent / "contracts"


@dataclass(frozen=True)
class Exchange:
    """One question with its reply; `outcome` and `said` are what it means."""

    name: str
    facts: Mapping[str, str]
    request: Request
    status: int
    body: Any
    outcome: Outcome
    said: Mapping[str, str]


@cache
def exchanges_of(system: System) -> Sequence[Exchange]:
    """The recordings of that system in the order of its file."""
    recorded = json.loads((CONTRACTS / f"{system}.json").read_text())
    return tuple(
        Exchange(
            name=one["name"],
            facts=one["facts"],
            request=Request(**one["request"]),
            status=one["reply"]["status"],
            body=one["reply"]["body"],
            outcome=Outcome(one["means"]["outcome"]),
            said=one["means"].get("said", {}),
        )
        for one in recorded["exchanges"]
    )
