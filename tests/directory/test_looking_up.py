"""No stranger learns whether a NIB, a NIK or an e-mail is known; a confirmed account does, a few times a day."""

import asyncio
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import select

from eorder_platform import clock, tenancy
from eorder_platform.directory.models import DirectoryLookup
from eorder_platform.directory.registering import check_section, register_vendor
from eorder_platform.directory.sections import Section
from eorder_platform.directory.staffing import add_staff
from eorder_platform.errors import Refused
from eorder_platform.identity.models import Account
from eorder_platform.settings import settings
from tests.directory.factories import a_committed_vendor, an_account, digits, some_answers, vendor_of


async def a_stranger(*, confirmed: bool) -> UUID:
    async with tenancy.national() as session:
        account = await an_account(session)
        account.email_confirmed = confirmed
        return account.id


async def a_known_number() -> str:
    member = await a_committed_vendor()
    async with tenancy.national() as session:
        return (await vendor_of(session, member)).business_id_number


async def asks(asker: UUID | None, number: str) -> str:
    """What the account reads beside the field, if anything."""
    answers = some_answers(business_id_number=number)
    try:
        async with tenancy.national() as session:
            await check_section(session, Section.BUSINESS, answers, asker=asker)
    except Refused as refusal:
        return refusal.message
    return ""


async def journal_of(asker: UUID) -> list[bool]:
    async with tenancy.national() as session:
        asked = select(DirectoryLookup.known).where(DirectoryLookup.account_id == asker)
        return list(await session.scalars(asked.order_by(DirectoryLookup.asked_at)))


async def test_a_stranger_learns_nothing_and_is_not_even_looked_up() -> None:
    known, stranger = await a_known_number(), await a_stranger(confirmed=False)
    assert await asks(stranger, known) == await asks(stranger, f"9{digits(12)}") == ""
    assert await asks(None, known) == ""
    assert await journal_of(stranger) == []
    async with tenancy.national() as session:
        with pytest.raises(Refused, match="belum dikonfirmasi"):
            await register_vendor(session, stranger, some_answers(business_id_number=known))


async def test_a_confirmed_account_learns_it_and_the_journal_outlives_the_refusal() -> None:
    known, person = await a_known_number(), await a_stranger(confirmed=True)
    assert await asks(person, f"9{digits(12)}") == ""
    assert "sudah terdaftar" in await asks(person, known)
    assert await journal_of(person) == [False, True]


async def test_after_a_handful_of_numbers_a_day_nothing_more_is_told_until_tomorrow() -> None:
    known, person = await a_known_number(), await a_stranger(confirmed=True)
    first = f"9{digits(12)}"
    for number in [first, *(f"9{digits(12)}" for _ in range(settings().directory_lookups_a_day - 1))]:
        assert await asks(person, number) == ""
    assert await asks(person, first) == ""
    told = await asks(person, known)
    assert "terlalu banyak" in told and told == await asks(person, f"9{digits(12)}")
    assert True not in await journal_of(person)
    with clock.travelling_to(clock.now() + timedelta(days=1, minutes=1)):
        assert "sudah terdaftar" in await asks(person, known)


async def test_more_people_at_once_than_there_are_connections_all_get_their_answer() -> None:
    """Each held a connection and waited for another one of the same pool, to write its journal with."""
    people = [await a_stranger(confirmed=True) for _ in range(settings().pool_size + 2)]
    known = await a_known_number()
    async with asyncio.timeout(10):
        answers = await asyncio.gather(*(asks(person, known) for person in people))
    assert all("sudah terdaftar" in answer for answer in answers)
    assert [await journal_of(person) for person in people] == [[True]] * len(people)


async def test_many_questions_at_once_are_no_way_around_the_limit() -> None:
    person, most = await a_stranger(confirmed=True), settings().directory_lookups_a_day
    numbers = [await a_known_number() for _ in range(most + 3)]
    answers = await asyncio.gather(*(asks(person, number) for number in numbers))
    assert sorted("sudah terdaftar" in answer for answer in answers) == [False] * 3 + [True] * most
    assert sum("terlalu banyak" in answer for answer in answers) == 3


async def test_who_takes_in_staff_is_counted_in_the_same_way() -> None:
    owner = await a_committed_vendor()
    stranger = await a_stranger(confirmed=True)
    async with tenancy.national() as session:
        email = (await session.get_one(Account, stranger)).email
    before = len(await journal_of(owner.account_id))
    with pytest.raises(Refused, match="sudah memiliki akun"):
        async with tenancy.national() as session:
            await add_staff(session, owner, {"name": "Orang Lain", "email": email})
    assert (await journal_of(owner.account_id))[before:] == [True]
