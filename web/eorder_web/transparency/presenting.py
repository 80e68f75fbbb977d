"""Public facts as pages list them: options, receivers, dates, terms and values. Pure; it asks no database."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from eorder_tenants.orders.core.models import Status
from eorder_tenants.transparency.publishing import PublicOrder
from eorder_tenants.transparency.spending import RECEIVERS, Spending
from eorder_tenants.transparency.stages import Stage
from eorder_tenants.transparency.verifying import PublicDocument
from eorder_web.edge.queries import ALL_YEARS
from eorder_web.look.formatting import date_short, datetime_short, rupiah
from eorder_web.look.translating import _
from eorder_web.orders.presenting import status_tag

Options = list[tuple[str, str]]
Facts = list[tuple[str, str]]

RECEIVER_NAMES: Final = {
    "micro": "Usaha mikro",
    "small": "Usaha kecil",
    "medium": "Usaha menengah",
    "cooperative": "Koperasi",
    "other": "Usaha lain",
}
RECEIVER_COLOURS: Final = {"micro": "c-1", "small": "c-2", "cooperative": "c-gold", "other": "c-mute"}


@dataclass(frozen=True)
class Receiver:
    """Who received how much, with the colour of its part of the bar."""

    name: str
    cls: str
    spent_rupiah: int

    @property
    def bar(self) -> tuple[int, str]:
        return self.spent_rupiah, self.cls


def receivers(spending: Spending) -> list[Receiver]:
    """The parts of the bar, always in the same order and colours; nobody who received nothing."""
    return [
        Receiver(_(RECEIVER_NAMES[key]), RECEIVER_COLOURS[key], spending.receivers[key])
        for key in RECEIVERS
        if spending.receivers.get(key)
    ]


def year_options(years: Iterable[int], *others: int | None) -> Options:
    """The years to choose from, newest first, with others: this year, and what was asked for by the address."""
    offered = {*years, *(year for year in others if year)}
    return [
        *((str(year), str(year)) for year in sorted(offered, reverse=True)),
        (ALL_YEARS, _("Semua tahun")),
    ]


def stage_named(text: str) -> Stage | None:
    """The stage of that name in an address."""
    return Stage(text) if text in set(Stage) else None


def stage_options() -> Options:
    return [(stage, _(stage.label)) for stage in Stage]


def status_tags() -> dict[str, tuple[str, str]]:
    """(kind, text) of every status for `ui.status`."""
    return {status: status_tag(status) for status in Status}


def dates_of(order: PublicOrder) -> Facts:
    """What happened on which day, and until when it is to be delivered."""
    happened = [
        (_("Dipesan"), order.issued_at),
        (_("Diterima penyedia"), order.accepted_at),
        (_("Pesanan tiba"), order.delivered_at),
        (_("Serah terima"), order.handed_over_at),
        (_("Ditagihkan"), order.invoiced_at),
        (_("Dibayar"), order.paid_at),
    ]
    if order.stage is Stage.ENDED:
        happened.append((_("Berakhir"), order.closed_at))
    facts = [(name, date_short(at, order.zone)) for name, at in happened if at]
    if order.delivery_due_on and order.delivered_at is None and order.stage is Stage.RUNNING:
        facts.append((_("Paling lambat tiba"), date_short(order.delivery_due_on)))
    return facts


def purpose_of(order: PublicOrder) -> Facts:
    """For whom, out of which budget."""
    return [
        (_("Perangkat daerah"), order.unit_name),
        (_("Dikirim ke"), order.delivery_place or "–"),
        (_("Paket pengadaan"), f"{order.package_name} · RUP {order.rup_code}"),
        (_("Kode rekening"), f"{order.account_code} {order.account_name}"),
    ]


def scale_of(order: PublicOrder) -> str:
    """What kind of business the vendor is; a cooperative whatever its size."""
    kind = "cooperative" if order.vendor_form == "cooperative" else order.vendor_scale
    return _(RECEIVER_NAMES[kind])


def facts_of(document: PublicDocument, zone: str) -> Facts:
    """What everybody may compare with the paper in their hand."""
    facts = [
        (_("Jenis"), _(document.kind.official_name)),
        (_("Nomor"), document.number),
        (_("Ditandatangani"), datetime_short(document.signed_at, zone)),
        (_("Perangkat daerah"), document.unit_name),
        (_("Penyedia"), document.vendor_name),
        (_("Untuk pesanan"), f"{document.order_title} ({document.order_number})"),
        (_("Kode dokumen"), document.verification_code),
    ]
    if document.value_rupiah is not None:
        facts.insert(5, (_("Nilai"), rupiah(document.value_rupiah)))
    return facts
