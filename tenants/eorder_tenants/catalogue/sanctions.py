"""What a region knows of sanctions: the nation's decisions, read where they are, so that none is known too late."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from eorder_platform import clock, straight
from eorder_platform.directory.sanctions.models import DISHONEST, Ground


@dataclass(frozen=True)
class SanctionHere:
    """A decision that keeps a vendor from new orders; its number leads to the public page."""

    number: str
    level: str
    ground: str
    reasons: str
    decided_at: datetime
    valid_until: datetime

    @property
    def is_of_a_cheat(self) -> bool:
        """What is owed is then paid with a note of the inspectorate (domain.md 3.9)."""
        return Ground(self.ground) in DISHONEST


def sanction_from(text: str | None) -> SanctionHere | None:
    """What :data:`HOLDS` answered, as JSON."""
    if text is None:
        return None
    facts = json.loads(text)
    moments = {name: datetime.fromisoformat(facts[name]) for name in ("decided_at", "valid_until")}
    return SanctionHere(**(facts | moments))


async def sanction_on(session: straight.Reads, vendor_id: UUID) -> SanctionHere | None:
    """The one that holds now, of several the one that holds longest."""
    found = await straight.row(session, _RUNNING, vendor_id, clock.now())
    return SanctionHere(*found) if found else None


HOLDS: Final = """
select s.number, s.level, s.ground, s.reasons, s.decided_at, s.valid_until
from nusantara.sanctioned_vendor r join nusantara.sanction s on s.id = r.sanction_id
where r.vendor_id = {vendor} and s.level <> 'warning' and s.ended_at is null and s.valid_until > {now}
order by s.valid_until desc limit 1
"""
"""The columns of :class:`SanctionHere`, to stand beside another question about a vendor."""
_RUNNING: Final = HOLDS.format(vendor="$1", now="$2")
