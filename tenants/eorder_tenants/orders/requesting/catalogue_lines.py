"""The lines of an order against the catalogue: what may be ordered, at which price, and what delivery costs."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from eorder_platform import straight
from eorder_platform.money import LARGEST_RUPIAH, line_amount
from eorder_platform.sentences import Sentence
from eorder_tenants.catalogue.models import Offer
from eorder_tenants.orders.core.models import Order, OrderLine

_NOT_NEEDED: Final = ("search", "description")
_SHOWN: Final = f"select {straight.columns(Offer, 'o', without=_NOT_NEEDED)} from offer o where o.visible"
_SHOWN_OF_IDS: Final = f"{_SHOWN} and o.id = any($1)"
SHOWN_OF_ORDER: Final = f"{_SHOWN} and o.id in (select offer_id from order_line where order_id = $1)"
"""For :func:`offers_from`; `$1` is the order's id."""
LARGEST_QUANTITY = Decimal("999999.999")
TOO_FINE = "Jumlah paling banyak memakai tiga angka di belakang koma."


async def offers_of(session: AsyncSession, order: Order) -> dict[UUID, Offer]:
    """The offers of an order's lines that the catalogue still shows."""
    ids = [line.offer_id for line in order.lines]
    return offers_from(session, await straight.rows(session, _SHOWN_OF_IDS, ids))


def offers_from(session: AsyncSession, found: Sequence[Sequence[Any]]) -> dict[UUID, Offer]:
    """What a statement for them answered, by id."""
    offers = (straight.object_of(session, Offer, row, without=_NOT_NEEDED) for row in found)
    return {offer.id: offer for offer in offers}


def quantity_problem(offer: Offer, quantity: Decimal) -> str | None:
    """Why that many cannot be ordered, in words."""
    if not quantity.is_finite() or quantity <= 0:
        return "Jumlah harus lebih dari nol."
    if quantity > LARGEST_QUANTITY:
        return Sentence("Jumlah paling banyak %(most)s.", most=LARGEST_QUANTITY)
    if quantity != quantity.quantize(Decimal("0.001")):
        return TOO_FINE
    if quantity < offer.minimum_order:
        return Sentence(
            "Pesanan paling sedikit %(least)s %(unit)s.", least=offer.minimum_order, unit=offer.unit
        )
    amount = line_amount(quantity, offer.price_rupiah)
    if not amount:
        return "Jumlah ini tidak bernilai satu rupiah pun. Tambah jumlahnya."
    if amount > LARGEST_RUPIAH:
        return "Nilainya terlalu besar. Kurangi jumlahnya."
    return None


def price(line: OrderLine, offer: Offer) -> None:
    """Name, unit, tax class and price of the line as the catalogue has them now."""
    line.name, line.unit = offer.name, offer.unit
    line.tax_class, line.charges_local_tax = offer.tax_class, offer.charges_local_tax
    line.unit_price_rupiah = offer.price_rupiah
    line.total_rupiah = line.due_rupiah


def shipping_of(order: Order, offers: Mapping[UUID, Offer]) -> int:
    """One delivery is charged once: the dearest shipping among the order's products."""
    found = [offers[line.offer_id].shipping_rupiah for line in order.lines if line.offer_id in offers]
    return max(found, default=0)


def automatic_title(lines: list[OrderLine]) -> str:
    """What an order is called until the officer names it: its first product and how many others."""
    if not lines:
        return ""
    others = f" dan {len(lines) - 1} produk lain" if len(lines) > 1 else ""
    return f"{lines[0].name}{others}"


def is_within(code: str, region_code: str) -> bool:
    """Whether a Kemendagri code ("75.71") lies in a region ("75") or is it."""
    return code == region_code or code.startswith(f"{region_code}.")
