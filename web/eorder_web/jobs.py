"""Every module that declares jobs, imported so that the worker knows them all."""

from eorder_platform.directory import jobs as directory
from eorder_tenants.catalogue import jobs as catalogue
from eorder_tenants.documents import jobs as documents
from eorder_tenants.orders import jobs as orders

__all__ = ["catalogue", "directory", "documents", "orders"]
