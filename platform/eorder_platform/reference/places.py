"""Provinces, regencies and cities, and the taxonomy, as pages offer them for choosing."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from eorder_platform.reference.models import Category, RegionRow


async def provinces(session: AsyncSession) -> list[tuple[str, str]]:
    """The provinces as (code, name)."""
    return await _regions(session, RegionRow.parent_code.is_(None))


async def regencies_of(session: AsyncSession, province_code: str) -> list[tuple[str, str]]:
    """The regencies and cities of a province as (code, name)."""
    return await _regions(session, RegionRow.parent_code == province_code)


async def region_names(session: AsyncSession, codes: Sequence[str]) -> dict[str, str]:
    """Names of regions by code."""
    return dict(await _regions(session, RegionRow.code.in_(codes)))


async def categories(session: AsyncSession) -> list[Category]:
    """The taxonomy, every main category followed by what belongs under it."""
    by_place = select(Category).order_by(Category.position, Category.code)
    return list(await session.scalars(by_place))


async def _regions(session: AsyncSession, condition: Any) -> list[tuple[str, str]]:
    found = select(RegionRow.code, RegionRow.name).where(condition).order_by(RegionRow.code)
    return [(code, name) for code, name in await session.execute(found)]
