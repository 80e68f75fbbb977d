"""A region's host as a relying party of the nation: its name there, and where it is returned to."""

from typing import Final

from eorder_platform.addresses import regional_address
from eorder_platform.settings import settings
from eorder_platform.tenancy import Tenant

PREFIX: Final = "wilayah-"


def issuer() -> str:
    """The nation's name in everything it signs: the address of its host."""
    return settings().national_url("")


def client_id_of(tenant: Tenant) -> str:
    """Under which name the region's host asks."""
    return PREFIX + tenant.slug


def return_address(host: str) -> str:
    """Where the nation returns a browser that came from this host."""
    return regional_address(host, "people.returned")


def return_addresses(tenant: Tenant) -> frozenset[str]:
    """Of every host that the region has, its own domains included."""
    return frozenset(return_address(host) for host in tenant.hosts)
