"""Every page for and about vendors; all of them stand on the national host."""

from eorder_web.vendors import (
    account,
    account_change,
    listing,
    money,
    participation,
    products,
    profile,
    registering,
    sanctions,
)

NATION = [
    *account.NATION,
    *registering.NATION,
    *profile.NATION,
    *account_change.NATION,
    *products.NATION,
    *participation.NATION,
    *money.NATION,
    *listing.NATION,
    *sanctions.NATION,
]
