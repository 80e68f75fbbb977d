"""How much of the country a demo makes: all of it for newcomers, a corner of it for the browser journeys."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from eorder_tenants.orders.core.models import Status
from eorder_web.operations.demo.businesses import BUSINESSES, NEWCOMERS, DemoBusiness
from eorder_web.operations.demo.regions import REGIONS, DemoRegion
from eorder_web.operations.demo.stories import ENDINGS


@dataclass(frozen=True)
class Extent:
    """Regions; businesses by the number in their owners' addresses; how many orders end in which state; who came
    yesterday."""

    regions: Sequence[DemoRegion]
    businesses: Mapping[int, DemoBusiness]
    endings: Mapping[Status, int]
    newcomers: Sequence[DemoBusiness] = ()


WHOLE: Final = Extent(REGIONS, dict(enumerate(BUSINESSES, start=1)), ENDINGS, NEWCOMERS)


def _corner(slugs: Sequence[str], names: Sequence[str], endings: Mapping[Status, int]) -> Extent:
    """Only these regions and businesses; the businesses keep their numbers and serve these regions only."""
    businesses = {
        number: replace(business, serves=tuple(slug for slug in business.serves if slug in slugs))
        for number, business in WHOLE.businesses.items()
        if business.name in names
    }
    return Extent([region for region in REGIONS if region.slug in slugs], businesses, endings)


SMALL: Final = _corner(
    ("dki", "gorontalo"),
    (
        "Dapur Bu Yayah",
        "CV Cahaya Tulis",
        "Percetakan Senen Jaya",
        "Batik Terogong",
        "CV Tirta Wangi",
        "Karawo Mbuinga",
        "Katering Huyula",
        "CV Mitra Tulis Hulonthalo",
        "Kopi Pinogu Lestari",
    ),
    {
        Status.COMPLETED: 5,
        Status.PAID: 1,
        Status.INVOICED: 1,
        Status.DELIVERED: 1,
        Status.ISSUED: 2,
        Status.AWAITING_APPROVAL: 1,
        Status.DRAFT: 1,
    },
)
