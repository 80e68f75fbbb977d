"""Which budget accounts (kode rekening) pay for what: paper is not bought from the account of meals at meetings."""

import json
from collections.abc import Mapping
from typing import Final
from uuid import UUID

from eorder_platform.sentences import Sentence
from eorder_tenants.catalogue.models import Offer
from eorder_tenants.orders.core.models import Order

Accounts = Mapping[str, tuple[str, ...]]
"""By category the accounts that pay for it, or how they begin; an empty tuple means any."""
NO_ACCOUNTS: Final[Accounts] = {}

ACCOUNTS_BY_CATEGORY: Final = """
select json_object_agg(c.code, case when c.accounts <> '{}' then c.accounts else coalesce(main.accounts, '{}') end)
from nusantara.category c left join nusantara.category main on main.code = c.parent_code where c.code = any(%s)
"""
_OF_ORDER: Final = (
    "(select offer.category_code from order_line l join offer on offer.id = l.offer_id where l.order_id = $1)"
)
ACCOUNTS_OF_ORDER: Final = ACCOUNTS_BY_CATEGORY % f"array{_OF_ORDER}"
"""The accounts of the categories of what is in an order; `$1` is its id."""


def read_accounts(found: str | None) -> Accounts:
    """What ACCOUNTS_BY_CATEGORY answered."""
    return {code: tuple(accounts) for code, accounts in json.loads(found or "{}").items()}


def pays(account_code: str, accounts: tuple[str, ...]) -> bool:
    """Does that account pay for a category with these?"""
    return not accounts or account_code.startswith(accounts)


def all_pay(account_code: str, accounts: Accounts) -> bool:
    """Does it pay for all of these categories?"""
    return all(pays(account_code, one) for one in accounts.values())


def problems_with_account(
    order: Order, offers: Mapping[UUID, Offer], accounts: Accounts
) -> list[tuple[str | None, str]]:
    """The products for which the account of the order's budget line does not pay, in one sentence."""
    if order.budget_line is None:
        return []
    paid_by = order.budget_line.account_code
    strangers = [
        line.name
        for line in order.lines
        if (offer := offers.get(line.offer_id)) and not pays(paid_by, accounts.get(offer.category_code, ()))
    ]
    if not strangers:
        return []
    sentence = Sentence(
        "Rekening %(code)s %(account)s tidak membiayai %(products)s. Pilih paket yang sesuai, atau keluarkan barang itu"
        " dari pesanan ini.",
        code=paid_by,
        account=order.budget_line.account_name,
        products=", ".join(strangers[:3]) + (" …" if len(strangers) > 3 else ""),
    )
    return [("budget_line_id", sentence)]
