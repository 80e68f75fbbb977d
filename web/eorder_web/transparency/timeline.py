"""The way of an order as citizens follow it: from the purchase order to the payment."""

from dataclasses import dataclass

from eorder_tenants.orders.core.models import Status
from eorder_tenants.transparency.publishing import PublicOrder
from eorder_tenants.transparency.stages import Stage
from eorder_web.look.formatting import date_short
from eorder_web.look.translating import _, ngettext


@dataclass(frozen=True)
class Step:
    """One diamond of the way (components/ui.html, steps)."""

    name: str
    state: str
    when: str = ""
    who: str = ""


def timeline(order: PublicOrder) -> list[Step]:
    """Six steps; an order that came to nothing ends with that, dated."""
    moments = [
        (_("Surat pesanan"), order.issued_at),
        (_("Jawaban penyedia"), order.accepted_at),
        (_("Pengiriman"), order.delivered_at),
        (_("Serah terima"), order.handed_over_at),
        (ngettext("Tagihan", "Tagihan", 1), order.invoiced_at),
        (_("Pembayaran"), order.paid_at),
    ]
    done = [Step(name, "done", date_short(at, order.zone)) for name, at in moments if at is not None]
    if order.stage is Stage.ENDED:
        when = date_short(order.closed_at, order.zone) if order.closed_at else ""
        return [*done, Step(_(Status(order.status).label), "bad", when)]
    ahead = [name for name, at in moments if at is None]
    return [*done, *(Step(name, "next" if place else "now") for place, name in enumerate(ahead))]
