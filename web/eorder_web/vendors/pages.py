"""Every page for and about vendors; all of them stand on the national host."""

from eorder_web.vendors import listing, participation, products, profile, registering

NATION = [
    *registering.NATION,
    *profile.NATION,
    *products.NATION,
    *participation.NATION,
    *listing.NATION,
]
