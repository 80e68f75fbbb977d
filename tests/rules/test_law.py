"""National rules change from a later day on; what holds already is never touched."""

import asyncio
from datetime import date, timedelta

import pytest
from sqlalchemy import delete, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from eorder_platform import clock, tenancy
from eorder_platform.database import home
from eorder_platform.errors import NotVisible, Refused
from eorder_platform.ids import new_id
from eorder_platform.reference.law import NATIONAL_ZONE, RuleChange, change_rule, national_rules, rule_book
from eorder_platform.reference.models import RuleRow
from eorder_platform.rules import RuleBook
from eorder_platform.tenancy.ownership import owning
from eorder_tenants.organisation import law
from eorder_tenants.organisation.law import STATE, rulebook


def a_change(**different: object) -> RuleChange:
    facts: dict[str, object] = {
        "key": "order_cap",
        "value": 75_000_000,
        "valid_from": clock.today(NATIONAL_ZONE) + timedelta(days=30),
        "legal_basis": "Perpres 1/2027 ps. 3",
    }
    return RuleChange(**{**facts, **different})  # type: ignore[arg-type]


async def test_a_change_holds_from_its_day_and_the_day_before_stays(national_session: AsyncSession) -> None:
    change = a_change()
    await change_rule(national_session, new_id(), change)
    await national_session.flush()
    book = await rule_book(national_session)
    assert book.value("order_cap", on=change.valid_from) == 75_000_000
    assert book.value("order_cap", on=change.valid_from - timedelta(days=1)) == 50_000_000
    assert book.rule("order_cap", on=change.valid_from).unit == "rupiah"


@pytest.mark.parametrize(
    ("field", "wrong"),
    [("valid_from", clock.today(NATIONAL_ZONE)), ("value", -1), ("legal_basis", " ")],
)
async def test_a_change_backwards_negative_or_without_basis_is_refused(
    national_session: AsyncSession, field: str, wrong: object
) -> None:
    with pytest.raises(Refused) as refusal:
        await change_rule(national_session, new_id(), a_change(**{field: wrong}))
    assert [name for name, _ in refusal.value.problems] == [field]


async def test_a_second_change_must_begin_after_the_first(national_session: AsyncSession) -> None:
    await change_rule(national_session, new_id(), a_change())
    await national_session.flush()
    with pytest.raises(Refused, match="Sudah ada nilai"):
        await change_rule(national_session, new_id(), a_change(value=60_000_000))


async def test_of_five_who_change_a_rule_at_once_none_leaves_two_values_on_one_day() -> None:
    key, tomorrow = f"uji_{new_id().hex}", clock.today(NATIONAL_ZONE) + timedelta(days=1)
    first_facts = {
        "key": key,
        "value": 1,
        "unit": "rupiah",
        "valid_from": date(2020, 1, 1),
        "legal_basis": "Uji",
    }

    async def change(days: int) -> str:
        try:
            async with tenancy.national() as session:
                day = tomorrow + timedelta(days=days)
                await change_rule(session, new_id(), a_change(key=key, value=days, valid_from=day))
            return "done"
        except Refused as refusal:
            return str(refusal.message)

    async with owning(home()) as engine, AsyncSession(engine) as owner:
        owner.add(RuleRow(**first_facts))
        await owner.commit()
        try:
            answers = await asyncio.gather(*(change(days) for days in (50, 40, 30, 20, 10)))
            rows = [rule for rule in await national_rules(owner) if rule.key == key]
            with pytest.raises(IntegrityError, match="one_rule_a_day"):
                async with owner.begin_nested():
                    owner.add(RuleRow(**first_facts | {"valid_from": tomorrow + timedelta(days=365)}))
                    await owner.flush()
        finally:
            await owner.execute(delete(RuleRow).where(RuleRow.key == key))
            await owner.commit()
    RuleBook(rows)
    assert len(rows) == 1 + answers.count("done") >= 2
    assert [one.valid_to for one in rows[:-1]] == [one.valid_from - timedelta(days=1) for one in rows[1:]]
    assert all(one == "done" or one.startswith("Sudah ada nilai yang berlaku mulai") for one in answers), (
        answers
    )


async def test_a_rule_that_nobody_made_is_not_there(national_session: AsyncSession) -> None:
    with pytest.raises(NotVisible):
        await change_rule(national_session, new_id(), a_change(key="no_such_rule"))


async def test_whoever_writes_a_rule_leaves_another_state() -> None:
    """A process keeps the national rules by it: what changes them changes it, also twice in one transaction."""
    async with owning(home()) as engine, engine.connect() as connection:

        async def state() -> str:
            return str(await connection.scalar(text(f"select {STATE}")))

        states = [await state()]
        assert await state() == states[0]
        for written in (
            "update nusantara.rule set value = value + 1 where key = 'order_cap'",
            "update nusantara.rule set value = value - 1 where key = 'order_cap'",
            "insert into nusantara.rule select * from nusantara.rule where false",
            "delete from nusantara.rule where key = 'order_cap'",
        ):
            await connection.execute(text(written))
            states.append(await state())
        await connection.rollback()
    assert states[2] == states[3]
    assert len(set(states)) == 4


async def test_the_law_of_a_region_is_read_where_its_state_is_new(dki_session: AsyncSession) -> None:
    before, again = await rulebook(dki_session), await rulebook(dki_session)
    assert again is before
    law.forget()
    anew = await rulebook(dki_session)
    assert anew is not before
    today = clock.today(NATIONAL_ZONE)
    assert anew.rule("order_cap", on=today) == before.rule("order_cap", on=today)
