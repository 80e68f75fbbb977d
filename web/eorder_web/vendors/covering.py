"""Where a vendor can say it delivers: near provinces down to regencies and cities, the others as a whole."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from eorder_platform.directory.finding_vendors import joined_regions
from eorder_platform.reference.places import provinces, regencies_of
from eorder_platform.tenancy.models import TenantRow
from eorder_tenants.catalogue.offering import is_delivered


@dataclass(frozen=True)
class Place:
    """One box to tick."""

    code: str
    name: str
    chosen: bool


@dataclass(frozen=True)
class CoverageGroup:
    """A province with its regencies and cities; `open` where something in it is chosen or the vendor is at home."""

    province: Place
    regencies: list[Place]
    open: bool


@dataclass(frozen=True)
class Coverage:
    near: list[CoverageGroup]
    far: list[Place]


def regions_showing(coverage: Sequence[str], serving: Iterable[TenantRow]) -> list[TenantRow]:
    """Of the regions that a vendor serves those whose catalogue shows a product with this delivery area."""
    return [region for region in serving if is_delivered(coverage, region.region_code)]


async def coverage_groups(session: AsyncSession, codes: list[str], home_code: str) -> Coverage:
    """The vendor's own province first, then those of the regions that have joined or that are chosen in part."""
    home = home_code[:2]
    joined = {region.tenant.region_code[:2] for region in await joined_regions(session)}
    detailed = {home} | joined | {code[:2] for code in codes if len(code) > 2}
    near, far = [], []
    for code, name in await provinces(session):
        place = Place(code, name, code in codes)
        if code not in detailed:
            far.append(place)
            continue
        parts = [Place(part, title, part in codes) for part, title in await regencies_of(session, code)]
        chosen = place.chosen or any(part.chosen for part in parts)
        near.append(CoverageGroup(place, parts, open=chosen or (code == home and not codes)))
    near.sort(key=lambda group: group.province.code != home)
    return Coverage(near, far)
