"""Provinces, regencies and cities with their Kemendagri codes (Kepmendagri 300.2.2-2138/2025)."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from eorder_platform.seeds.reading import seed_rows

Level = Literal["province", "regency", "city"]


@dataclass(frozen=True, slots=True)
class Province:
    """A province (provinsi): two-digit code, two letters and place on the national tile map, time zone."""

    code: str
    name: str
    letters: str
    tile_x: int
    tile_y: int
    zone: str


@dataclass(frozen=True, slots=True)
class Region:
    """A province ("75"), a regency (kabupaten, "75.01") or a city (kota, "75.71")."""

    code: str
    name: str
    level: Level
    parent_code: str | None


def provinces() -> Iterator[Province]:
    """The 38 provinces in the order of their codes."""
    for row in seed_rows("provinces.csv"):
        yield Province(
            code=row["code"],
            name=row["name"],
            letters=row["letters"],
            tile_x=int(row["tile_x"]),
            tile_y=int(row["tile_y"]),
            zone=row["zone"],
        )


def regions() -> Iterator[Region]:
    """The 38 provinces, each followed by its regencies and cities: 38 + 416 + 98 rows, parents first."""
    from lokal import wilayah

    for province in provinces():
        yield Region(province.code, province.name, "province", None)
        for part in wilayah.list_wilayah(province.code):
            yield Region(part.code, part.name, "city" if part.type == "kota" else "regency", province.code)
