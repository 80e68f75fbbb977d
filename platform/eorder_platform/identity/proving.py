"""Proof of the person: which factor stronger than a password they showed, when, and whether that is fresh enough.

A session keeps it (sessions.py), whoever acts carries it, and the guard below every page asks for it: a page, a
program and a script are refused with the same sentence.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from eorder_platform import clock
from eorder_platform.errors import Refused
from eorder_platform.identity.sessions import Session
from eorder_platform.sentences import counted

CODE_FIELD: Final = "kode"
"""The field in which every form takes a code of the app, or a recovery code."""
FRESH_RULE: Final = "proof_minutes"
"""The dated rule: how long a factor that was shown counts for what is signed."""


class Factor(StrEnum):
    """What is stronger than a password, as sessions and journals call it (RFC 8176, but for the paper's code)."""

    APP = "otp"
    DEVICE = "hwk"
    SYNCED = "swk"
    PAPER = "recovery"


@dataclass(frozen=True)
class Proof:
    """A factor that somebody showed, and when."""

    factor: Factor
    at: datetime

    def is_fresh(self, minutes: int) -> bool:
        """Shown no longer ago than that."""
        return clock.now() - self.at <= timedelta(minutes=minutes)


class ProofNeeded(Refused):
    """What is signed asks for a factor that was shown just now; nothing is lost, the same form may be sent with it."""

    def __init__(self, minutes: int) -> None:
        super().__init__(
            "Tanda tangan ini meminta bukti bahwa ini Anda: kode aplikasi atau kunci sandi, paling lama"
            " %(wait)s yang lalu.",
            CODE_FIELD,
            wait=counted("%(n)s menit", minutes),
        )


def proof_in(session: Session | None) -> Proof | None:
    """What the person of this session showed last, if it was more than a password."""
    return proof_from(session.methods, session.proved_at) if session else None


def proof_from(methods: Iterable[str], proved_at: datetime | None) -> Proof | None:
    """The last of these methods that is a factor, shown then."""
    shown = [Factor(one) for one in methods if one in set(Factor)]
    return Proof(shown[-1], proved_at) if shown and proved_at else None


def require_proof(proof: Proof | None, minutes: int) -> Proof:
    """The proof; refused on the field of the code where there is none, or none that is fresh."""
    if proof is None or not proof.is_fresh(minutes):
        raise ProofNeeded(minutes)
    return proof
