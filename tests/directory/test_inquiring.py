"""Other authorities are asked about a business; whoever decides sees what they said, and nothing is decided by it."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from uuid import UUID

import asyncpg
import httpx
import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from eorder_platform import clock, tenancy
from eorder_platform.adapters.asking import circuits
from eorder_platform.adapters.models import Inquiry
from eorder_platform.adapters.systems import Outcome, Reason, System
from eorder_platform.directory.inquiring import (
    PAUSES,
    ask_one,
    due_inquiries,
    inquire,
    inquire_about,
    inquire_again,
)
from eorder_platform.directory.members import Member
from eorder_platform.directory.models import Vendor, VendorStatus
from eorder_platform.directory.verifying import Verifier, accept_vendor
from eorder_platform.errors import NotAllowed, Refused
from eorder_platform.ids import new_id
from eorder_platform.settings import settings
from tests.directory.factories import (
    a_national_identity_number,
    a_registered_vendor,
    a_submitted_case,
    a_verifier,
    digits,
)
from tests.vendors.browsing import NATION, Visitor


@pytest.fixture
def connected(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], None]]:
    """Connect systems as the settings would; without a word, all four stand-ins."""

    def connect(adapters: str) -> None:
        monkeypatch.setenv("EORDER_ADAPTERS", adapters)
        settings.cache_clear()
        circuits.clear()

    connect("oss=stand-in dukcapil=stand-in coretax=stand-in bank=stand-in")
    yield connect
    monkeypatch.undo()
    settings.cache_clear()
    circuits.clear()


async def a_case(nib_ends: str = "0", account_ends: str = "0") -> tuple[Member, UUID, Verifier]:
    """A business that waits; the endings of its numbers say what stand-ins answer."""
    nik = a_national_identity_number()[:-1] + "1"
    async with tenancy.national() as session:
        member = await a_registered_vendor(
            session,
            business_id_number=f"9{digits(11)}{nib_ends}",
            national_identity_number=nik,
            bank_account=digits(9) + account_ends,
        )
        case = await a_submitted_case(session, member)
        return member, case.id, await a_verifier(session)


async def answers(vendor_id: UUID) -> dict[str, Inquiry]:
    """The newest of each system, once its job ran."""
    async with tenancy.national() as session:
        rows = select(Inquiry).where(Inquiry.vendor_id == vendor_id).order_by(Inquiry.asked_at)
        asked = list(await session.scalars(rows))
    for row in asked:
        await ask_one(inquiry_id=str(row.id))
    async with tenancy.national() as session:
        return {row.system: row for row in await session.scalars(rows)}


async def test_a_business_that_is_handed_in_is_asked_about_and_decided_by_a_person(
    connected: Callable[[str], None],
) -> None:
    member, case_id, verifier = await a_case(nib_ends="8", account_ends="7")
    await inquire_about(vendor_id=str(member.vendor_id))
    told = await answers(member.vendor_id)
    assert {name: row.outcome for name, row in told.items()} == {
        System.OSS: Outcome.CONTRADICTED,
        System.DUKCAPIL: Outcome.CONFIRMED,
        System.CORETAX: Outcome.CONFIRMED,
        System.BANK: Outcome.UNKNOWN,
    }
    assert all(row.stand_in and row.source.startswith("Data uji") for row in told.values())
    assert all("sha256:" in row.evidence for row in told.values())
    secret = (told[System.BANK].facts_hash, *(str(row.said) for row in told.values()))
    async with tenancy.national() as session:
        vendor = await session.get_one(Vendor, member.vendor_id)
        assert vendor.status == VendorStatus.UNDER_VERIFICATION
        assert not any(vendor.business_id_number in one for one in secret)
        await accept_vendor(session, verifier, case_id)


async def test_who_does_not_answer_is_asked_again_with_longer_pauses_and_never_agrees(
    connected: Callable[[str], None],
) -> None:
    connected("oss=http://127.0.0.1:9 dukcapil=stand-in")
    member, _, _ = await a_case()
    async with tenancy.national() as session:
        assert await inquire(session, member.vendor_id) == 2
    row = (await answers(member.vendor_id))[System.OSS]
    assert (row.outcome, row.reason, row.source) == (Outcome.UNAVAILABLE, Reason.SILENT, "127.0.0.1:9")
    now = row.answered_at
    for attempt, pause in enumerate(PAUSES, start=1):
        assert now and (row.attempts, row.next_at) == (attempt, now + pause)
        with clock.travelling_to(now + pause - timedelta(seconds=1)):
            async with tenancy.national() as session:
                await due_inquiries(session)
            async with tenancy.national() as session:
                assert (await session.get_one(Inquiry, row.id)).next_at is not None
        with clock.travelling_to(now + pause):
            async with tenancy.national() as session:
                assert await due_inquiries(session) >= 1
            circuits.clear()
            row = (await answers(member.vendor_id))[System.OSS]
        now = row.answered_at
    assert row.next_at is None and row.outcome == Outcome.UNAVAILABLE


async def test_the_answer_is_about_what_was_asked_and_a_yes_has_its_evidence(
    connected: Callable[[str], None],
) -> None:
    member, _, _ = await a_case()
    async with tenancy.national() as session:
        await inquire(session, member.vendor_id)
    async with tenancy.national() as session:
        vendor = await session.get_one(Vendor, member.vendor_id)
        vendor.legal_name = "Usaha Yang Lain"
    told = await answers(member.vendor_id)
    assert told[System.OSS].outcome is None  # it was asked about another name
    assert told[System.DUKCAPIL].outcome == Outcome.CONFIRMED
    for facts in (
        {"outcome": "confirmed", "answered_at": clock.now()},
        {"outcome": "unavailable", "answered_at": clock.now()},
        {"outcome": "confirmed", "evidence": "x"},
    ):
        with pytest.raises((IntegrityError, asyncpg.CheckViolationError)):
            async with tenancy.national() as session:
                session.add(
                    Inquiry(id=new_id(), system="oss", vendor_id=member.vendor_id, facts_hash="x", **facts)
                )


async def test_a_verifier_asks_again_once_and_only_about_what_is_theirs_to_check(
    connected: Callable[[str], None],
) -> None:
    member, case_id, verifier = await a_case()
    async with tenancy.national() as session:
        await inquire_again(session, verifier, case_id)
    async with tenancy.national() as session:
        with pytest.raises(Refused, match="masih menunggu"):
            await inquire_again(session, verifier, case_id)
        with pytest.raises(NotAllowed, match="terkait"):
            await inquire_again(session, Verifier(member.account_id, member.name), case_id)
    connected("")
    _, other_case, verifier = await a_case()
    async with tenancy.national() as session:
        with pytest.raises(Refused, match="Belum ada lembaga"):
            await inquire_again(session, verifier, other_case)


async def test_the_verifier_sees_every_answer_with_its_time_and_what_is_only_test_data(
    connected: Callable[[str], None], client_for: Callable[[str], httpx.AsyncClient]
) -> None:
    connected("oss=stand-in dukcapil=stand-in bank=http://127.0.0.1:9")
    member, case_id, verifier = await a_case(nib_ends="8")
    visitor = Visitor(client_for(NATION))
    await visitor.signs_in(verifier.account_id, verifier.name, "verifier")
    await visitor.opens(f"/verifikasi/{case_id}")
    assert visitor.sees("Belum ditanyakan") and visitor.sees("Tidak terhubung")
    await visitor.sends(f"/verifikasi/{case_id}/pertanyaan", again=True)
    await visitor.opens(f"/verifikasi/{case_id}")
    assert visitor.sees("Sedang ditanyakan")
    await answers(member.vendor_id)
    await visitor.opens(f"/verifikasi/{case_id}")
    for said in (
        "Tidak cocok",
        "Status: DICABUT.",
        "Cocok",
        "Data uji: bukan jawaban OSS",
        "Data uji: bukan jawaban Dukcapil",
        "127.0.0.1:9",
        "Tidak ada jawaban.",
        "Ditanyakan lagi",
    ):
        assert visitor.sees(said), said
    await visitor.sends(f"/verifikasi/{case_id}/penerimaan")
