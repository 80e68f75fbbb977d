"""The regions that joined, each with its year and its address."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from eorder_platform.projections.queries import YearFigures
from eorder_platform.tenancy import Tenant, registry
from eorder_web.look.addresses import address_in
from eorder_web.look.formatting import number, rupiah_short
from eorder_web.look.translating import _
from eorder_web.transparency.drawing import band_of

NOTHING_YET = YearFigures()


@dataclass(frozen=True)
class JoinedRegion:
    """A region as national pages show it."""

    tenant: Tenant
    figures: YearFigures

    @property
    def href(self) -> str:
        return self.address("home.region")

    def address(self, name: str, /, **facts: object) -> str:
        """The complete address of one of this region's pages."""
        return address_in(self.tenant, name, **facts)


@dataclass(frozen=True)
class MapTile:
    """A province on the map (components/ui.html, tilemap)."""

    name: str
    href: str
    text: str
    band: int


async def joined_regions(figures: Mapping[UUID, YearFigures]) -> list[JoinedRegion]:
    """Every region with an address, those that spent most first."""
    tenants = [tenant for tenant in await registry.real_tenants() if tenant.hosts]
    joined = [JoinedRegion(tenant, figures.get(tenant.id, NOTHING_YET)) for tenant in tenants]
    return sorted(joined, key=lambda region: (-region.figures.spent_rupiah, region.tenant.name))


def map_tiles(joined: list[JoinedRegion], limits: tuple[int, int, int]) -> dict[str, MapTile]:
    """The provinces of the map by their Kemendagri code."""
    orders = _("pesanan")
    return {
        region.tenant.region_code: MapTile(
            name=region.tenant.short_name,
            href=region.href,
            text=f"{rupiah_short(region.figures.spent_rupiah)}, {number(region.figures.orders)} {orders}",
            band=band_of(region.figures.spent_rupiah, limits),
        )
        for region in joined
    }
