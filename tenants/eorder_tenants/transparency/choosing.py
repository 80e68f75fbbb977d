"""Which orders a citizen asks for. Only what was issued is public: never a draft or an order that nobody approved."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from eorder_platform.searching import containing
from eorder_tenants.transparency.stages import Stage

BEGINNING: Final = datetime(2000, 1, 1, tzinfo=UTC)
END: Final = datetime(2200, 1, 1, tzinfo=UTC)

ORDERS: Final = """
from orders o
join work_unit u on u.id = o.work_unit_id
join nusantara.vendor v on v.id = o.vendor_id
"""
CHOSEN: Final = """
where o.issued_at >= $1 and o.issued_at < $2
  and ($3::uuid is null or o.work_unit_id = $3)
  and ($4::text[] is null or o.status = any($4))
  and ($5::text is null or exists (
        select from order_line l join offer f on f.id = l.offer_id
        where l.order_id = o.id and f.category_group = $5))
  and concat_ws(' ', o.number, o.title, o.vendor_name, u.name, u.short_name) ilike all($6::text[])
"""
"""Which of ORDERS (`o`, with unit `u` and vendor `v`) a choice means; parameters $1 to $6 are Choice.arguments()."""


@dataclass(frozen=True, kw_only=True)
class Choice:
    """What a citizen asked for; `year` is the year of the purchase order in the region's zone, None for all."""

    zone: str
    year: int | None = None
    unit_id: UUID | None = None
    stage: Stage | None = None
    category: str | None = None
    text: str = ""

    def arguments(self) -> list[Any]:
        """The parameters of CHOSEN. Every word must occur somewhere in number, title, vendor or unit."""
        since, until = self._period()
        statuses = sorted(self.stage.statuses) if self.stage else None
        return [
            since,
            until,
            self.unit_id,
            statuses,
            self.category,
            [containing(word) for word in self._words()],
        ]

    def _period(self) -> tuple[datetime, datetime]:
        if self.year is None:
            return BEGINNING, END
        zone = ZoneInfo(self.zone)
        return datetime(self.year, 1, 1, tzinfo=zone), datetime(self.year + 1, 1, 1, tzinfo=zone)

    def _words(self) -> list[str]:
        return self.text.replace("\0", "").split()[:8]
