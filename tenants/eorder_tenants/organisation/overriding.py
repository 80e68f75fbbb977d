"""A region's own value for a rule that the nation lets it set, from a day on (its order cap, its deadlines)."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from eorder_platform import clock
from eorder_platform.errors import NotVisible, Refused
from eorder_platform.ids import new_id
from eorder_platform.overtaken import unless_overtaken
from eorder_platform.reference.law import AWAITING, rule_book
from eorder_platform.rules import Rule, refuse_senseless
from eorder_platform.tenancy import Tenant
from eorder_platform.texts import too_long
from eorder_tenants.organisation.actors import Actor
from eorder_tenants.organisation.appointing import require_administrator
from eorder_tenants.organisation.models import RuleOverride
from eorder_tenants.organisation.proving import signing_as

ONE_VALUE_A_DAY: Final = "one_value_a_day"
ONE_VALUE_FROM_A_DAY: Final = "uq_rule_override"


@dataclass(frozen=True)
class Deviation:
    """What shall hold in this region from `valid_from` on, until further notice or to `valid_to` included."""

    key: str
    value: int
    valid_from: date
    valid_to: date | None
    legal_basis: str


async def set_rule(session: AsyncSession, actor: Actor, wanted: Deviation) -> RuleOverride:
    """Write a deviation; the one before ends on the day before.

    Nothing that holds already is changed: what was signed under it must stay explicable. Refused: a day that has come
    already in the region's zone, a period that runs backwards or into a deviation announced earlier, no legal basis,
    a rule that only the nation sets, a value above the national maximum on any day of the period, and one that makes no
    sense in its unit.
    """
    require_administrator(actor)
    await signing_as(session, actor)
    if wanted.key in AWAITING:
        raise NotVisible("Aturan ini tidak dapat diatur daerah.")
    _check(session, wanted)
    rule = Rule(wanted.key, wanted.value, "", wanted.valid_from, wanted.valid_to, wanted.legal_basis.strip())
    book = await rule_book(session)
    book.admit(rule)
    refuse_senseless(book.rule(wanted.key, on=wanted.valid_from).unit, wanted.value)
    await _make_room(session, wanted)
    row = RuleOverride(
        id=new_id(),
        key=wanted.key,
        value=wanted.value,
        valid_from=wanted.valid_from,
        valid_to=wanted.valid_to,
        legal_basis=wanted.legal_basis.strip(),
        changed_by=actor.id,
    )
    overtaken = Refused(
        "Nilai daerah lain untuk aturan ini baru saja disimpan. Muat ulang halaman dan periksa nilainya.",
        "valid_from",
    )
    async with unless_overtaken(session, dict.fromkeys((ONE_VALUE_A_DAY, ONE_VALUE_FROM_A_DAY), overtaken)):
        session.add(row)
    return row


async def withdraw_rule(session: AsyncSession, actor: Actor, override_id: UUID) -> str:
    """Take a deviation back: one announced never holds, one that holds ends today. Returns the rule's key.

    Neither goes: what once counted stays explicable, and what was announced stays told.
    """
    require_administrator(actor)
    await signing_as(session, actor)
    tenant: Tenant = session.info["tenant"]
    today = clock.today(tenant.zone)
    row = await session.get(RuleOverride, override_id, with_for_update=True)
    if row is None or row.withdrawn_on or (row.valid_to is not None and row.valid_to <= today):
        raise NotVisible("Aturan daerah yang masih berlaku ini tidak ditemukan.")
    if row.valid_from > today:
        row.withdrawn_on = today
    else:
        row.valid_to = today
    await session.flush()
    return row.key


def _check(session: AsyncSession, wanted: Deviation) -> None:
    tenant: Tenant = session.info["tenant"]
    problems: list[tuple[str | None, str]] = []
    if wanted.value < 0:
        problems.append(("value", "Nilai aturan tidak boleh negatif."))
    if wanted.valid_from <= clock.today(tenant.zone):
        problems.append(("valid_from", "Berlaku paling cepat besok, agar yang sudah dihitung tidak berubah."))
    if wanted.valid_to is not None and wanted.valid_to < wanted.valid_from:
        problems.append(("valid_to", "Hari terakhir mendahului hari pertama."))
    if len(wanted.legal_basis.strip()) < 5:
        problems.append(("legal_basis", "Tulis dasar hukumnya, misalnya “Pergub 12/2026 ps. 4”."))
    elif sentence := too_long(wanted.legal_basis, "legal_basis"):
        problems.append(("legal_basis", sentence))
    if problems:
        raise Refused.several(problems)


async def _make_room(session: AsyncSession, wanted: Deviation) -> None:
    """End the deviation that runs into the new one; one that begins later stands in its way.

    Whoever waited for the lock asks again: what was added meanwhile is not among the locked.
    """
    of_key = (
        select(RuleOverride)
        .where(RuleOverride.key == wanted.key, RuleOverride.withdrawn_on.is_(None))
        .order_by(RuleOverride.valid_from)
    )
    await session.execute(of_key.with_for_update())
    for row in await session.scalars(of_key, execution_options={"populate_existing": True}):
        if row.valid_from >= wanted.valid_from and (
            wanted.valid_to is None or row.valid_from <= wanted.valid_to
        ):
            raise Refused(
                "Sudah ada nilai daerah yang berlaku mulai %(day)s. Batalkan dahulu.",
                "valid_from",
                day=row.valid_from,
            )
        if row.valid_from < wanted.valid_from and (row.valid_to is None or row.valid_to >= wanted.valid_from):
            row.valid_to = wanted.valid_from - timedelta(days=1)
    await session.flush()
