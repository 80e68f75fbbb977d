"""Every module that declares jobs, imported so that the worker knows them all."""

from eorder_platform.directory import inquiring
from eorder_platform.directory import jobs as directory
from eorder_platform.identity import departing
from eorder_platform.identity import jobs as identity
from eorder_tenants.budgets import jobs as budgets
from eorder_tenants.catalogue import jobs as catalogue
from eorder_tenants.documents import jobs as documents
from eorder_tenants.orders import jobs as orders
from eorder_tenants.organisation import jobs as organisation
from eorder_tenants.webhooks import jobs as webhooks
from eorder_web.notices import mailing as notices
from eorder_web.people import letters as people
from eorder_web.vendors import letters

__all__ = [
    "budgets",
    "catalogue",
    "departing",
    "directory",
    "documents",
    "identity",
    "inquiring",
    "letters",
    "notices",
    "orders",
    "organisation",
    "people",
    "webhooks",
]
