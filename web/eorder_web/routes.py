"""Every page of the two kinds of host. A route that is missing here does not exist."""

from litestar.types import ControllerRouterHandler

from eorder_web.agency import pages as agency
from eorder_web.api import pages as api
from eorder_web.budgets import pages as budgets
from eorder_web.catalogue import pages as catalogue
from eorder_web.crawling import pages as crawling
from eorder_web.gallery import pages as gallery
from eorder_web.guides import pages as guides
from eorder_web.home import pages as home
from eorder_web.mailbox import pages as mailbox
from eorder_web.notices import pages as notices
from eorder_web.orders import pages as orders
from eorder_web.organisation import pages as organisation
from eorder_web.people import pages as people
from eorder_web.transparency import national_pages
from eorder_web.transparency import pages as transparency
from eorder_web.vendors import inbox
from eorder_web.vendors import pages as vendors


def region() -> list[ControllerRouterHandler]:
    """Routes on a region's host."""
    return [
        *home.REGION,
        *crawling.EVERYWHERE,
        *people.REGION,
        *notices.EVERYWHERE,
        *catalogue.REGION,
        *orders.REGION,
        *budgets.REGION,
        *organisation.REGION,
        *transparency.REGION,
    ]


def nation() -> list[ControllerRouterHandler]:
    """Routes on the national host."""
    return [
        *home.NATION,
        *crawling.EVERYWHERE,
        *people.NATION,
        *notices.NATION,
        *organisation.NATION,
        *catalogue.NATION,
        *inbox.NATION,
        *national_pages.NATION,
        *vendors.NATION,
        *agency.NATION,
        *mailbox.NATION,
        *gallery.NATION,
        *guides.NATION,
        *api.NATION,
    ]
