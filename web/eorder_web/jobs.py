"""Every module that declares jobs, imported so that the worker knows them all."""

from eorder_platform.directory import jobs as directory
from eorder_tenants.catalogue import jobs as catalogue

__all__ = ["catalogue", "directory"]
