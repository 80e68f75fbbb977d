"""Work units and officials with fresh codes, so that tests that commit never meet each other's rows."""

from datetime import date
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from eorder_platform.ids import new_id
from eorder_tenants.organisation.actors import Actor
from eorder_tenants.organisation.models import Official, Role, RoleAssignment, WorkUnit
from eorder_web.operations.demo.people import PROVED


async def a_work_unit(session: AsyncSession, name: str = "Dinas Pendidikan") -> WorkUnit:
    """A work unit that nobody else has."""
    unit = WorkUnit(
        id=new_id(),
        code=f"1.01.{_fresh()}",
        name=name,
        short_name=name.removeprefix("Dinas "),
        address="Jalan Gatot Subroto Kav. 40–41",
        city="Jakarta Selatan",
        region_code="31",
    )
    session.add(unit)
    await session.flush()
    return unit


async def an_official(
    session: AsyncSession,
    *roles: Role,
    unit: WorkUnit | None = None,
    name: str = "Dewi Lestari",
    account_id: UUID | None = None,
) -> Actor:
    """An official with these roles since the start of 2026, in one unit or in the whole region."""
    official = Official(
        id=account_id or new_id(), name=name, email=f"{_fresh()}@dki.example.go.id", position="Pejabat"
    )
    session.add(official)
    await session.flush()
    session.add_all(
        RoleAssignment(
            id=new_id(),
            official_id=official.id,
            role=role,
            work_unit_id=unit.id if unit else None,
            valid_from=date(2026, 1, 1),
            valid_to=date(2029, 12, 31) if role is Role.AUDITOR else None,
            letter_number="SK 12/2026",
        )
        for role in roles
    )
    await session.flush()
    held = frozenset((role, unit.id if unit else None) for role in roles)
    return Actor(official.id, name, held, proof=PROVED)


def _fresh() -> str:
    return new_id().hex[-12:]
