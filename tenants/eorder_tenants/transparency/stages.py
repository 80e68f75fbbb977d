"""The stages of an order as a citizen follows them; the many statuses of the offices are gathered in four."""

from enum import StrEnum

from eorder_tenants.orders.core.models import DEAD, Status


class Stage(StrEnum):
    """The value stands in addresses. Drafts and orders awaiting approval have no stage: they are not public."""

    RUNNING = "berjalan"
    UNPAID = "menunggu-bayar"
    PAID = "dibayar"
    ENDED = "batal"

    @property
    def label(self) -> str:
        return _LABELS[self]

    @property
    def statuses(self) -> frozenset[Status]:
        return _STATUSES[self]


def _between(first: Status, end: Status) -> frozenset[Status]:
    """The statuses of the way from one on, up to another."""
    return frozenset(status for status in Status if first.place <= status.place < end.place)


_LABELS = {
    Stage.RUNNING: "Sedang dikerjakan",
    Stage.UNPAID: "Menunggu pembayaran",
    Stage.PAID: "Sudah dibayar",
    Stage.ENDED: "Tidak jadi",
}
_STATUSES = {
    Stage.RUNNING: _between(Status.ISSUED, Status.HANDED_OVER),
    Stage.UNPAID: _between(Status.HANDED_OVER, Status.PAID),
    Stage.PAID: frozenset({Status.PAID, Status.COMPLETED}),
    Stage.ENDED: DEAD,
}


def stage_of(status: str) -> Stage:
    """The stage of an order that was issued; a status before that is a ValueError."""
    for stage in Stage:
        if status in stage.statuses:
            return stage
    raise ValueError(f"an order in status {status} is not public")
