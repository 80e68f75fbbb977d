"""Every page of the two kinds of host. A route that is missing here does not exist."""

from litestar.types import ControllerRouterHandler

from eorder_web.catalogue import pages as catalogue
from eorder_web.gallery import pages as gallery
from eorder_web.orders import inbox
from eorder_web.orders import pages as orders
from eorder_web.people import pages as people


def region() -> list[ControllerRouterHandler]:
    """Routes on a region's host."""
    return [*people.REGION, *catalogue.REGION, *orders.REGION]


def nation() -> list[ControllerRouterHandler]:
    """Routes on the national host."""
    return [*people.NATION, *catalogue.NATION, *inbox.NATION, *gallery.NATION]
