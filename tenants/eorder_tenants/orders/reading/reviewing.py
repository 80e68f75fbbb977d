"""What stands before a draft is submitted: what passes, what needs an answer, and what is left of the budget then."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from eorder_platform import clock
from eorder_platform.sentences import Rupiah, Sentence
from eorder_platform.tenancy import Tenant
from eorder_tenants.orders.core.models import Order
from eorder_tenants.orders.reading.context import Balance, balance_of
from eorder_tenants.orders.requesting.submitting import (
    Problem,
    problems_with_delivery,
    problems_with_offers,
    problems_with_package,
    problems_with_prices,
    problems_with_vendor_and_account,
)
from eorder_tenants.orders.requesting.today import Today


@dataclass(frozen=True)
class Check:
    """One thing that a submission is asked about: how it stands, and in which words."""

    passed: bool
    text: str
    notes: Sequence[str] = ()


@dataclass(frozen=True)
class Review:
    """All checks, those that need an answer first, and the budget with this order in it."""

    checks: Sequence[Check]
    balance: Balance | None


async def review_of(
    session: AsyncSession, order: Order, today: Today, problems: Iterable[Problem] = ()
) -> Review:
    """The order as it stands, its amounts reckoned; `problems` are those of what is only typed so far.

    The same questions as submitting asks, which asks them again.
    """
    tenant: Tenant = session.info["tenant"]
    offers, rules = today.offers, today.rules
    typed, package = list(problems), problems_with_package(order, tenant, rules)
    balance = await balance_of(session, order)
    if balance:
        balance = Balance(balance.ceiling, balance.realised, balance.reserved, order.gross_rupiah)
    vendor_and_account = problems_with_vendor_and_account(order, today)
    vendor = [one for one in vendor_and_account if one[0] is None]
    account = [one for one in vendor_and_account if one[0]]
    goods, prices = problems_with_offers(order, offers), problems_with_prices(order, offers)
    delivery = problems_with_delivery(order, tenant, rules)
    unread = [Check(False, "Ada isian yang perlu diperbaiki", [sentence for _, sentence in typed])]
    checks = [
        *(unread if typed else []),
        _check("Barang masih dijual dan dikirim ke sana", "Ada barang yang bermasalah", goods),
        _check("Harga sama dengan katalog", "Harga berubah", prices),
        _check("Tujuan dan tanggal lengkap", "Tujuan atau tanggal belum lengkap", delivery),
        _check("Paket RUP boleh dibelanjakan", "Paket RUP belum dapat dipakai", package),
        _check("Rekening membiayai barang ini", "Rekening tidak cocok", account),
        *([] if package or balance is None else [_budget_check(balance)]),
        _cap_check(order, rules.value("order_cap", on=clock.today(tenant.zone))),
        _check("Penyedia boleh menerima pesanan", "Penyedia sedang tidak menerima pesanan", vendor),
    ]
    return Review(sorted(checks, key=lambda one: one.passed), balance)


def _check(passed: str, failed: str, problems: Sequence[Problem]) -> Check:
    return Check(not problems, failed if problems else passed, [sentence for _, sentence in problems])


def _budget_check(balance: Balance) -> Check:
    left = balance.ceiling - balance.realised - balance.reserved - balance.this
    if left < 0:
        return Check(False, "Pagu tidak cukup", [Sentence("kurang %(amount)s", amount=Rupiah(-left))])
    return Check(True, "Pagu cukup", [Sentence("sisa sesudahnya %(amount)s", amount=Rupiah(left))])


def _cap_check(order: Order, cap: int) -> Check:
    note = Sentence("paling banyak %(amount)s", amount=Rupiah(cap))
    if order.gross_rupiah > cap:
        return Check(False, "Nilai melewati batas satu pesanan", [note])
    return Check(True, "Nilai dalam batas satu pesanan", [note])
