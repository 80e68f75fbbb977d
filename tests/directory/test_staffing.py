"""The owner takes staff into the business and lets them go."""

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from eorder_platform import tenancy
from eorder_platform.directory.members import find_member, member_for
from eorder_platform.directory.queries import changes_of, payee_facts
from eorder_platform.directory.staffing import add_staff, remove_staff, team_of
from eorder_platform.errors import NotAllowed, NotVisible, Refused
from eorder_platform.identity import sessions
from tests.directory.factories import a_verified_vendor, an_account, digits, mentions, written_jobs


def somebody() -> dict[str, str]:
    return {"name": "Yusuf Hasan", "email": f"yusuf{digits(8)}@contoh.id"}


async def test_staff_is_invited_and_the_regions_learn_of_it(national_session: AsyncSession) -> None:
    owner = await a_verified_vendor(national_session)
    account_id = await add_staff(national_session, owner, somebody())
    assert [person.name for person in await team_of(national_session, owner.vendor_id)] == [
        "Rahma Pakaya",
        "Yusuf Hasan",
    ]
    invited = await written_jobs(national_session, "identity.invite")
    assert mentions(invited, account_id=account_id, host="localhost") == 1
    assert str(account_id) in (await payee_facts(national_session, owner.vendor_id))["member_account_ids"]
    spread = await written_jobs(national_session, "catalogue.spread_payee")
    assert mentions(spread, vendor_id=owner.vendor_id) == 1


async def test_nobody_with_an_account_is_drawn_into_a_business(national_session: AsyncSession) -> None:
    owner, official = await a_verified_vendor(national_session), await an_account(national_session, "Pejabat")
    with pytest.raises(Refused, match="sudah memiliki akun"):
        await add_staff(national_session, owner, {"name": "Pejabat", "email": official.email.upper()})


async def test_staff_takes_in_and_dismisses_nobody(national_session: AsyncSession) -> None:
    owner = await a_verified_vendor(national_session)
    staff = await member_for(national_session, await add_staff(national_session, owner, somebody()))
    with pytest.raises(NotAllowed):
        await add_staff(national_session, staff, somebody())
    with pytest.raises(NotAllowed):
        await remove_staff(national_session, staff, owner.account_id)


async def test_who_is_dismissed_acts_for_the_business_no_more(national_session: AsyncSession) -> None:
    owner = await a_verified_vendor(national_session)
    account_id = await add_staff(national_session, owner, somebody())
    await remove_staff(national_session, owner, account_id)
    await national_session.flush()
    assert await find_member(national_session, account_id) is None
    (change, _), *_ = await changes_of(national_session, owner.vendor_id)
    assert change.facts == {"staff": ["Yusuf Hasan", ""]}


async def test_who_is_dismissed_is_signed_out() -> None:
    async with tenancy.national() as session:
        owner = await a_verified_vendor(session)
        account_id = await add_staff(session, owner, somebody())
    token = await sessions.start(sessions.NATIONAL_PLACE, account_id, "Yusuf", "yusuf@uji.id", (), "")
    async with tenancy.national() as session:
        await remove_staff(session, owner, account_id)
    assert await sessions.find(sessions.NATIONAL_PLACE, token) is None


async def test_neither_the_owner_nor_anothers_staff_is_dismissed(national_session: AsyncSession) -> None:
    one, other = await a_verified_vendor(national_session), await a_verified_vendor(national_session)
    foreign = await add_staff(national_session, other, somebody())
    for account_id in (one.account_id, foreign):
        with pytest.raises(NotVisible):
            await remove_staff(national_session, one, account_id)
