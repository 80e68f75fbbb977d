"""A deployment of one's own: fresh databases, fresh regions, and the settings of this process led there meanwhile.

Roles belong to the whole cluster, which other test processes share, so every region made here has a slug that nobody
else has; its role is dropped with its database. The two regions of the template stand beside them.
"""

import itertools
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import asyncpg

from eorder_platform import tenancy
from eorder_platform.database import placements
from eorder_platform.settings import settings
from eorder_platform.tenancy import Tenant, migrating, provisioning, registry
from eorder_tenants.tables import metadata

TEMPLATE = "eorder_template"
REGIONS = ("36", "32", "33", "34", "35", "51", "52", "53", "61", "62", "63", "64", "71", "72", "73", "74")
"""Provinces that the template's regions do not hold."""

_numbers = itertools.count(1)


@dataclass(frozen=True)
class Fleet:
    """The regions made here, the superuser's connection to the home database, and where the databases are."""

    tenants: tuple[Tenant, ...]
    owner: asyncpg.Connection
    addresses: dict[str, str]

    def others_than(self, tenant: Tenant) -> list[Tenant]:
        return [other for other in self.tenants if other != tenant]


@asynccontextmanager
async def a_fleet(size: int = 2, placement_names: tuple[str, ...] = ("main",)) -> AsyncIterator[Fleet]:
    """So many fresh regions, dealt out to the placements in turn; everything is gone at the end."""
    superuser = os.environ["DATABASE_URL"]
    stem = superuser.rpartition("/")[2]
    names = {name: f"{stem}_{next(_numbers)}" for name in placement_names}
    kept = {key: os.environ[key] for key in ("DATABASE_URL", "EORDER_PLACEMENTS")}
    for database in names.values():
        await _clone(superuser, database)
    server = superuser.rpartition("@")[2].rpartition("/")[0]
    await lead_to(
        {
            "DATABASE_URL": superuser.replace(f"/{stem}", f"/{names[placement_names[0]]}"),
            "EORDER_PLACEMENTS": " ".join(
                f"{name}=postgresql://{server}/{database}" for name, database in names.items()
            ),
        }
    )
    owner = await asyncpg.connect(os.environ["DATABASE_URL"])
    try:
        made = tuple([await a_region(number, placement_names[number % len(names)]) for number in range(size)])
        addresses = {name: superuser.replace(f"/{stem}", f"/{database}") for name, database in names.items()}
        yield Fleet(made, owner, addresses)
    finally:
        roles = await owner.fetch(
            "select role_name from nusantara.tenant where role_name like $1", f"eorder_t_{_prefix()}%"
        )
        await owner.close()
        await lead_to(kept)
        await _drop(superuser, list(names.values()), [role for (role,) in roles])


async def a_region(number: int, placement: str = "") -> Tenant:
    """One more region of this deployment."""
    slug = f"{_prefix()}{number}"
    new = provisioning.NewTenant(
        slug=slug,
        name=f"Provinsi {slug.upper()}",
        region_code=REGIONS[number],
        zone="Asia/Makassar",
        hosts=(f"{slug}.localhost",),
        code="UJ",
        placement=placement,
    )
    return await provisioning.add_tenant(new, metadata, migrating.newest("tenant"))


def _prefix() -> str:
    """What the slugs of this deployment begin with: a word from the name of its home database."""
    return os.environ["DATABASE_URL"].rpartition("/")[2].removeprefix("eorder_").replace("_", "r") + "w"


async def lead_to(variables: dict[str, str]) -> None:
    await tenancy.close_connections()
    os.environ.update(variables)
    settings.cache_clear()
    placements.cache_clear()
    registry.forget()


async def _clone(superuser: str, database: str) -> None:
    connection = await asyncpg.connect(superuser)
    await connection.execute(f"create database {database} template {TEMPLATE}")
    await connection.execute(f"revoke all on database {database}, eorder from public")
    await connection.execute(
        f"grant connect on database {database} to eorder_pusat, eorder_t_dki, eorder_t_gorontalo"
    )
    await connection.close()


async def _drop(superuser: str, databases: list[str], roles: list[str]) -> None:
    connection = await asyncpg.connect(superuser)
    for database in databases:
        await connection.execute(f"drop database if exists {database} with (force)")
    for role in roles:
        await connection.execute(f"drop role if exists {role}")
    await connection.close()
