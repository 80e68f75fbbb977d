"""A sanction by page, by program and by command: proposed, answered, decided by another, read by everybody, lifted."""

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from sqlalchemy import select

from eorder_platform import clock, tenancy
from eorder_platform.directory.members import Member
from eorder_platform.directory.models import VendorPrivate
from eorder_platform.directory.sanctions.deciding import Decider
from eorder_platform.directory.sanctions.models import SanctionCase
from eorder_platform.directory.sections import FIELDS, Section
from eorder_platform.directory.verifying import Verifier
from eorder_platform.errors import NotAllowed, Refused
from eorder_platform.identity.models import Account
from eorder_platform.mail import read_mailbox
from eorder_web.operations import sanctioning
from eorder_web.vendors.letters import tell_of_sanction
from tests.directory.factories import (
    a_national_identity_number,
    a_photo,
    a_verifier,
    an_account,
    some_answers,
    vendor_of,
)
from tests.directory.sanctions import (
    FACTS,
    REASONS,
    a_proposal,
    a_sanction,
    a_vendor_of_its_own,
    advised,
    an_administrator,
)
from tests.vendors.browsing import NATION, Visitor

Browsers = Callable[[str], httpx.AsyncClient]
OBJECTION = "Kurir kami berhenti; kami sudah memakai kurir lain dan barang dikirim."
PHOTO = {"files": ("bukti.jpg", a_photo(), "image/jpeg")}


@pytest.fixture
def visitor(client_for: Browsers) -> Visitor:
    return Visitor(client_for(NATION))


async def a_vendor(**different: str | None) -> tuple[Member, str]:
    async with tenancy.national() as session:
        member = await a_vendor_of_its_own(session, **different)
        return member, (await vendor_of(session, member)).business_id_number


async def people() -> tuple[Verifier, Decider, Decider]:
    async with tenancy.national() as session:
        return await a_verifier(session), await an_administrator(session), await an_administrator(session)


async def the_case_of(member: Member) -> SanctionCase:
    async with tenancy.national() as session:
        found = select(SanctionCase).where(SanctionCase.vendor_id == member.vendor_id)
        return (await session.scalars(found.order_by(SanctionCase.proposed_at.desc()).limit(1))).one()


async def heard(case: SanctionCase) -> None:
    """The days for objecting are over."""
    async with tenancy.national() as session:
        row = await session.get_one(SanctionCase, case.id)
        row.objection_due_at = clock.now() - timedelta(hours=1)


async def test_the_whole_way_by_page_with_two_people_and_the_vendors_word(
    visitor: Visitor, client_for: Browsers
) -> None:
    member, number = await a_vendor(trade_name="Sinar Pena Uji")
    verifier, decider, lifter = await people()
    await visitor.signs_in(verifier.account_id, verifier.name, "verifier")
    await visitor.opens("/verifikasi/sanksi/baru")
    page = await visitor.sends("/verifikasi/sanksi", {"business_id_number": number, "facts": "x"})
    assert page.status_code == 422
    assert visitor.sees("Pilih jenis sanksi") and visitor.sees(number)
    told = {"business_id_number": number, "ground": "breach", "penalty": "suspension-6", "facts": FACTS}
    page = await visitor.sends("/verifikasi/sanksi", told, {"files": ("virus.jpg", b"MZ", "image/jpeg")})
    assert page.status_code == 422
    await visitor.sends("/verifikasi/sanksi", told, PHOTO, again=True)
    case = await the_case_of(member)
    at = f"/verifikasi/sanksi/{case.id}"
    assert visitor.page.url.path == at
    assert visitor.sees("Anda yang mengusulkan, jadi admin lain yang memutuskan")
    for path in ("/verifikasi/sanksi", "/sanksi"):
        await visitor.opens(path)
        assert visitor.sees(case.number) is (path != "/sanksi"), "nothing is published yet"

    owner = Visitor(client_for(NATION))
    await owner.signs_in(member.account_id, member.name, "vendor_owner")
    await owner.opens("/usaha/profil")
    assert owner.sees(case.number)
    await owner.opens(f"/usaha/sanksi/{case.id}")
    assert owner.sees(FACTS)
    [paper] = {link for link in owner.page.text.split('"') if "/berkas/" in link}
    assert (await owner.client.get(paper)).headers["content-type"] == "image/webp"
    await owner.sends(f"/usaha/sanksi/{case.id}/keberatan", {"text": "Tidak."}, PHOTO)
    assert owner.page.status_code == 422
    await owner.sends(f"/usaha/sanksi/{case.id}/keberatan", {"text": OBJECTION}, PHOTO, again=True)
    assert owner.sees(OBJECTION)
    stranger, _ = await a_vendor()
    curious = Visitor(client_for(NATION))
    await curious.signs_in(stranger.account_id, stranger.name, "vendor_owner")
    for path in (f"/usaha/sanksi/{case.id}", paper):
        assert (await curious.opens(path)).status_code == 404

    await visitor.opens(at)
    assert visitor.sees(OBJECTION)
    await visitor.sends(
        f"{at}/pendapat", {"giver": "Inspektorat DKI ND-1", "text": "Terbukti; enam bulan cukup."}
    )
    admin = Visitor(client_for(NATION))
    await admin.signs_in(decider.account_id, "Ratna Wulandari", "agency_admin")
    await admin.opens(at)
    assert 'value="suspension-6" checked' not in admin.page.text, "nothing is ticked beforehand"
    await admin.sends(f"{at}/putusan", {"reasons": REASONS})
    assert admin.page.status_code == 422
    assert admin.sees("Pilih putusan") and admin.sees(REASONS)
    answers = {"penalty": "suspension-6", "reasons": REASONS, "heard": "ya"}
    await admin.sends(f"{at}/putusan", answers, again=True)
    assert admin.sees("Anda yang memutuskan, jadi admin lain yang mencabutnya")

    public = Visitor(client_for(NATION))
    await public.opens(f"/sanksi/{case.number}")
    assert public.sees(REASONS)
    assert not public.sees(OBJECTION) and not public.sees(FACTS), "the case itself is nobody's"
    facts = json.loads(public.page.text.split('<script type="application/ld+json">')[1].split("</script>")[0])
    assert (facts["legislationIdentifier"], facts["legislationLegalForce"]) == (case.number, "InForce")
    assert case.number in (await public.client.get("/sanksi.csv")).text
    await public.opens(f"/sanksi?cari={number}&yang=berlaku")
    assert public.sees("Sinar Pena Uji")
    await public.opens(f"/penyedia/{member.vendor_id}")
    assert public.sees("tidak dapat menerima pesanan baru sampai")
    await owner.opens("/usaha/profil")
    assert owner.sees("tidak menerima pesanan baru")
    owner.client.cookies.set("eorder_bahasa", "en")
    await owner.opens(f"/usaha/sanksi/{case.id}?bahasa=en")
    assert owner.sees("can receive no new orders until")

    other = Visitor(client_for(NATION))
    await other.signs_in(lifter.account_id, "Ratna Wulandari", "agency_admin")
    await other.opens(at)
    await other.sends(
        f"{at}/pencabutan", {"reason": "Dasarnya sudah dipulihkan penyedia dan diterima."}, again=True
    )
    await public.opens(f"/penyedia/{member.vendor_id}")
    assert public.sees("Dicabut lebih awal") and public.sees("Terverifikasi")


async def test_letters_tell_the_owner_what_and_until_when(visitor: Visitor) -> None:
    async with tenancy.national() as session:
        member = await a_vendor_of_its_own(session)
        case = await a_sanction(session, member)
        owner = await session.get_one(Account, member.account_id)
        owner.language = "en"
    for what in ("proposed", "imposed", "expired", "refused"):
        await tell_of_sanction(case_id=str(case.id), what=what)
    letters = [mail for mail in read_mailbox(200) if mail.to == owner.email]
    assert len(letters) == 4
    assert any("receives no new orders until" in mail.text for mail in letters)
    assert all(f"/usaha/sanksi/{case.id}" in mail.text for mail in letters)
    assert not any(digit in mail.text for mail in letters for digit in ("0218", "012345678901234"))


async def test_who_is_kept_out_reads_the_decision_and_a_stranger_nothing(client_for: Browsers) -> None:
    identity = a_national_identity_number()
    async with tenancy.national() as session:
        member = await a_vendor_of_its_own(session, national_identity_number=identity)
        case = await a_sanction(session, member)
        hashed = (await session.get_one(VendorPrivate, member.vendor_id)).identity_hash
        again, unconfirmed = await an_account(session), await an_account(session)
        unconfirmed.email_confirmed = False
    answers = some_answers(national_identity_number=identity, tax_id=None, without_tax_id="ya")
    told = []
    for account in (again, unconfirmed):
        newcomer = Visitor(client_for(NATION))
        await newcomer.signs_in(account.id, account.name)
        await newcomer.opens("/daftar/pemilik")
        await newcomer.sends(
            "/daftar/pemilik", {name: answers[name] for name in FIELDS[Section.OWNER] if name in answers}
        )
        told.append(newcomer.sees(f'href="/sanksi/{case.number}"'))
    assert told == [True, False], "only whose mailbox is their own"
    stranger = Visitor(client_for(NATION))
    await stranger.opens(f"/sanksi/{case.number}")
    assert not stranger.sees(identity)
    assert hashed not in stranger.page.text
    assert (await stranger.opens("/sanksi/SK-1999-001")).status_code == 404


async def test_by_command_with_the_same_rules(tmp_path: Path) -> None:
    member, number = await a_vendor()
    verifier, decider, _ = await people()
    async with tenancy.national() as session:
        mails = {
            one.account_id: (await session.get_one(Account, one.account_id)).email
            for one in (verifier, decider)
        }
    proposer, admin = mails[verifier.account_id], mails[decider.account_id]
    evidence = tmp_path / "bukti.jpg"
    evidence.write_bytes(a_photo())
    with pytest.raises(Refused):
        await sanctioning.propose(proposer, number, "suspension", "breach", 6, FACTS, [])
    said = await sanctioning.propose(proposer, number, "suspension", "breach", 6, FACTS, [evidence])
    case = await the_case_of(member)
    assert case.number in said
    await heard(case)
    await sanctioning.advise(proposer, case.number, "Inspektorat DKI ND-1", "Terbukti; enam bulan cukup.")
    with pytest.raises(NotAllowed):
        await sanctioning.decide_case(proposer, case.number, "suspension", 6, REASONS, True)
    assert "imposed" in await sanctioning.decide_case(admin, case.number, "suspension", 6, REASONS, True)
    assert any(case.number in line for line in await sanctioning.standing_of(number))
    assert any(case.number in line and "berlaku" in line for line in await sanctioning.everything_open())
    with pytest.raises(NotAllowed):
        await sanctioning.lift_sanction(admin, case.number, REASONS, False)


async def test_the_proposer_takes_it_back(visitor: Visitor) -> None:
    verifier, _, _ = await people()
    async with tenancy.national() as session:
        member = await a_vendor_of_its_own(session)
        case = await advised(session, await a_proposal(session, member, verifier))
    await visitor.signs_in(verifier.account_id, verifier.name, "verifier")
    at = f"/verifikasi/sanksi/{case.id}"
    await visitor.opens(at)
    await visitor.sends(f"{at}/penarikan", {"reason": "Buktinya ternyata milik pesanan penyedia lain."})
    assert visitor.sees("Usul ditarik")
