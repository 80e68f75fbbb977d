"""Another bank account: the owner asks, confirms by mail, a day passes, a verifier accepts; or "that was not me"."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from eorder_platform import clock
from eorder_platform.directory.asking import ask_for_change, withdraw_request
from eorder_platform.directory.changing_profile import change_section
from eorder_platform.directory.confirming_account import (
    Link,
    account_asked_for,
    confirm_account,
    link_token,
    stop_account,
)
from eorder_platform.directory.deciding_changes import accept_change, refuse_change
from eorder_platform.directory.members import Member
from eorder_platform.directory.models import ChangeRequest, FactKind, VendorRole
from eorder_platform.directory.queries import payee_facts, payee_version
from eorder_platform.directory.sections import Section
from eorder_platform.errors import Conflict, NotAllowed, NotVisible
from eorder_platform.identity.links import Expired, Used
from tests.directory.factories import a_verified_vendor, a_verifier, an_account, mentions, written_jobs

NOON = datetime(2026, 11, 30, 5, 0, tzinfo=UTC)
NEW = {"bank_code": "008", "bank_account": "998877665544", "bank_account_holder": "CV Dapur Karawo"}


async def asks(session: AsyncSession, member: Member) -> ChangeRequest:
    return await ask_for_change(session, member, FactKind.BANK_ACCOUNT, NEW)


async def bank_of(session: AsyncSession, member: Member) -> str:
    return str((await payee_facts(session, member.vendor_id))["bank_name"])


async def held_since(session: AsyncSession, member: Member) -> str | None:
    await session.flush()
    since: str | None = (await payee_facts(session, member.vendor_id))["bank_account_changing_since"]
    return since


async def test_the_whole_way_of_another_account(national_session: AsyncSession) -> None:
    """A24."""
    session = national_session
    member, verifier = await a_verified_vendor(session), await a_verifier(session)
    with clock.travelling_to(NOON):
        request = await asks(session, member)
        with pytest.raises(Conflict, match="belum boleh"):
            await accept_change(session, verifier, request.id)
        assert await held_since(session, member) is None
        assert mentions(await written_jobs(session, "directory.confirm_account"), request_id=request.id) == 1
    confirmed = NOON + timedelta(hours=2)
    with clock.travelling_to(confirmed):
        version = await payee_version(session, member.vendor_id)
        await confirm_account(session, member, link_token(request, Link.CONFIRM))
        assert await held_since(session, member) == confirmed.isoformat()
        assert await payee_version(session, member.vendor_id) == version + 1
        spread = await written_jobs(session, "catalogue.spread_payee")
        assert mentions(spread, vendor_id=member.vendor_id) == 1
    with clock.travelling_to(confirmed + timedelta(hours=24) - timedelta(seconds=1)):
        with pytest.raises(Conflict, match="belum boleh"):
            await accept_change(session, verifier, request.id)
        assert await bank_of(session, member) == "Bank Rakyat Indonesia (BRI)"
    with clock.travelling_to(confirmed + timedelta(hours=24)):
        await accept_change(session, verifier, request.id)
        assert await held_since(session, member) is None
    assert await bank_of(session, member) == "Bank Mandiri"


async def test_the_database_itself_waits_for_the_mail_and_the_day(national_session: AsyncSession) -> None:
    request = await asks(national_session, await a_verified_vendor(national_session))
    request.confirmed_at = clock.now()
    request.decidable_from = request.confirmed_at + timedelta(hours=23)
    with pytest.raises(IntegrityError, match="ck_change_request_confirmed"):
        await national_session.flush()


async def test_the_form_of_the_profile_asks_in_the_same_way(national_session: AsyncSession) -> None:
    member = await a_verified_vendor(national_session)
    assert await change_section(national_session, member, Section.BANK, NEW) == (False, True)
    assert await bank_of(national_session, member) == "Bank Rakyat Indonesia (BRI)"


async def test_a_link_confirms_once_within_a_day_and_only_who_asked(national_session: AsyncSession) -> None:
    session = national_session
    member = await a_verified_vendor(session)
    with clock.travelling_to(NOON):
        request = await asks(session, member)
        confirm, stop = link_token(request, Link.CONFIRM), link_token(request, Link.STOP)
        staff = Member((await an_account(session)).id, "Staf", member.vendor_id, VendorRole.STAFF)
        another_owner = Member(staff.account_id, "Pemilik lain", member.vendor_id, VendorRole.OWNER)
        for stranger in (staff, another_owner, await a_verified_vendor(session)):
            with pytest.raises(NotAllowed):
                await confirm_account(session, stranger, confirm)
        for forged in (stop, confirm[:-2] + "xx", "", "kosong"):
            with pytest.raises(NotVisible):
                await confirm_account(session, member, forged)
        with pytest.raises(NotVisible):
            await account_asked_for(session, confirm, Link.STOP)
    with clock.travelling_to(NOON + timedelta(hours=25)), pytest.raises(Expired):
        await confirm_account(session, member, confirm)
    with clock.travelling_to(NOON + timedelta(hours=1)):
        await confirm_account(session, member, confirm)
        await session.flush()
        first = request.decidable_from
    with clock.travelling_to(NOON + timedelta(hours=3)):
        with pytest.raises(Used):
            await confirm_account(session, member, confirm)
        assert request.decidable_from == first


async def test_who_reads_the_mailbox_stops_it_and_payments_go_on(national_session: AsyncSession) -> None:
    session = national_session
    member, verifier = await a_verified_vendor(session), await a_verifier(session)
    with clock.travelling_to(NOON):
        request = await asks(session, member)
        await confirm_account(session, member, link_token(request, Link.CONFIRM))
    with clock.travelling_to(NOON + timedelta(hours=30)):
        await stop_account(session, link_token(request, Link.STOP))
        assert await held_since(session, member) is None
        assert (
            mentions(await written_jobs(session, "catalogue.spread_payee"), vendor_id=member.vendor_id) == 2
        )
        for late in (
            stop_account(session, link_token(request, Link.STOP)),
            accept_change(session, verifier, request.id),
        ):
            with pytest.raises(Conflict):
                await late
    assert await bank_of(session, member) == "Bank Rakyat Indonesia (BRI)"


@pytest.mark.parametrize("ending", ["withdrawn", "refused"])
async def test_what_ends_otherwise_holds_payments_no_longer(
    national_session: AsyncSession, ending: str
) -> None:
    session = national_session
    member = await a_verified_vendor(session)
    request = await asks(session, member)
    await confirm_account(session, member, link_token(request, Link.CONFIRM))
    assert await held_since(session, member)
    if ending == "withdrawn":
        await withdraw_request(session, member, request.id)
    else:
        await refuse_change(session, await a_verifier(session), request.id, "Buku tabungannya terpotong.")
    assert await held_since(session, member) is None
    with pytest.raises(Conflict):
        await confirm_account(session, member, link_token(request, Link.CONFIRM))
