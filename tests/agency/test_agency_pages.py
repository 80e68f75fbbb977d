"""The agency's pages: the queue, the decision, the dated rules, and the local mailbox."""

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import httpx
import pytest

from eorder_platform import clock, tenancy
from eorder_platform.directory.change_queue import requests_of
from eorder_platform.directory.jobs import tell_vendor_of_change
from eorder_platform.directory.members import Member
from eorder_platform.directory.models import VendorMember, VendorRole, VendorStatus, VerificationCase
from eorder_platform.directory.verifying import Verifier
from eorder_platform.identity.models import NationalRole, NationalRoleName
from eorder_platform.mail import read_mailbox, send_mail
from eorder_platform.reference.law import NATIONAL_ZONE, rule_book
from tests.directory.factories import (
    a_committed_vendor,
    a_registered_vendor,
    a_submitted_case,
    a_verifier,
    an_account,
    vendor_of,
)
from tests.vendors.browsing import NATION, Visitor


@pytest.fixture
def visitor(client_for: Callable[[str], httpx.AsyncClient]) -> Visitor:
    return Visitor(client_for(NATION))


async def a_case(**different: str | None) -> tuple[Member, VerificationCase, Verifier]:
    async with tenancy.national() as session:
        member = await a_registered_vendor(session, **different)
        return member, await a_submitted_case(session, member), await a_verifier(session)


async def comes(visitor: Visitor, verifier: Verifier) -> None:
    await visitor.signs_in(verifier.account_id, verifier.name, "verifier")


async def status_of(member: Member) -> str:
    async with tenancy.national() as session:
        return (await vendor_of(session, member)).status


@pytest.mark.parametrize("without", [False, True], ids=["with", "declared absent"])
async def test_a_tax_number_is_checked_where_there_is_one(visitor: Visitor, without: bool) -> None:
    different = {"tax_id": None, "without_tax_id": "ya"} if without else {}
    _, case, verifier = await a_case(**different)
    await comes(visitor, verifier)
    await visitor.opens(f"/verifikasi/{case.id}")
    assert visitor.sees("menyatakan belum memiliki NPWP") is without
    assert visitor.sees("NPWP sesuai data pajak") is not without


async def test_a_business_in_the_queue_is_opened_and_verified(visitor: Visitor) -> None:
    member, case, verifier = await a_case(legal_name="CV Antre Panjang", trade_name=None)
    await comes(visitor, verifier)
    await visitor.opens("/verifikasi")
    assert visitor.sees("CV Antre Panjang")
    await visitor.opens(f"/verifikasi/{case.id}")
    assert visitor.sees("012345678901234")
    await visitor.sends(f"/verifikasi/{case.id}/penerimaan", again=True)
    assert visitor.page.url.path == "/verifikasi"
    assert not visitor.sees("CV Antre Panjang")
    assert await status_of(member) == VendorStatus.VERIFIED


async def test_a_return_without_a_reason_is_refused_and_with_one_is_told(visitor: Visitor) -> None:
    member, case, verifier = await a_case()
    await comes(visitor, verifier)
    await visitor.opens(f"/verifikasi/{case.id}")
    page = await visitor.sends(f"/verifikasi/{case.id}/pengembalian", {"reason": ""})
    assert page.status_code == 422
    assert await status_of(member) == VendorStatus.UNDER_VERIFICATION
    await visitor.sends(f"/verifikasi/{case.id}/pengembalian", {"reason": "Rekening atas nama orang lain."})
    assert await status_of(member) == VendorStatus.RETURNED
    owner = Visitor(visitor.client)
    await owner.signs_in(member.account_id, member.name, member.role)
    await owner.opens("/usaha/profil")
    assert owner.sees("Rekening atas nama orang lain.")
    await owner.sends("/usaha/profil/pengajuan")
    assert await status_of(member) == VendorStatus.UNDER_VERIFICATION


async def test_what_looks_odd_is_pointed_out(visitor: Visitor) -> None:
    _, case, verifier = await a_case(
        bank_account_holder="Orang Lain Sama Sekali", tax_id="01.234.567.8-901.234"
    )
    await comes(visitor, verifier)
    await visitor.opens(f"/verifikasi/{case.id}")
    assert visitor.sees("Nama pemilik rekening berbeda")
    assert visitor.sees("Angka pemeriksa NPWP tidak cocok")


async def test_a_verifier_who_works_for_the_business_gets_no_buttons_and_no_way_round(
    visitor: Visitor,
) -> None:
    member, case, verifier = await a_case()
    _, foreign, _ = await a_case()
    async with tenancy.national() as session:
        session.add(
            VendorMember(vendor_id=member.vendor_id, account_id=verifier.account_id, role=VendorRole.STAFF)
        )
    await comes(visitor, verifier)
    await visitor.opens(f"/verifikasi/{case.id}")
    assert visitor.sees("Anda terkait dengan usaha ini")
    assert not visitor.sees("Verifikasi usaha</button>")
    await visitor.opens(f"/verifikasi/{foreign.id}")
    token = visitor.hidden_fields(f"/verifikasi/{foreign.id}/penerimaan")["_csrf"]
    answer = await visitor.client.post(f"/verifikasi/{case.id}/penerimaan", data={"_csrf": token})
    assert answer.status_code == 403
    assert await status_of(member) == VendorStatus.UNDER_VERIFICATION


PAPER = b"%PDF-1.7 surat pengukuhan PKP"


async def a_request(visitor: Visitor) -> tuple[Member, UUID]:
    """A verified vendor has asked, on its page, to be charged VAT."""
    member = await a_committed_vendor(legal_name="CV Ganti Data", trade_name=None)
    await visitor.signs_in(member.account_id, member.name, member.role)
    await visitor.opens("/usaha/profil/pemilik")
    answers = {"tax_id": "0021832415000000", "vat_registered": "ya", "note": "S-77PKP/2026"}
    paper = [("evidence", ("pkp.pdf", PAPER, "application/pdf"))]
    await visitor.sends("/usaha/profil/pemilik", answers, files=paper)
    async with tenancy.national() as session:
        (request,) = await requests_of(session, member)
    return member, request.id


async def test_a_change_is_weighed_old_beside_new_with_its_paper_and_accepted_once(visitor: Visitor) -> None:
    member, request_id = await a_request(visitor)
    _, _, verifier = await a_case()
    await comes(visitor, verifier)
    await visitor.opens("/verifikasi/perubahan")
    assert visitor.sees("CV Ganti Data") and visitor.sees("Data pajak")
    await visitor.opens(f"/verifikasi/perubahan/{request_id}")
    assert visitor.sees("Bukan PKP</td>") and visitor.sees("<b>PKP</b>") and visitor.sees("S-77PKP/2026")
    paper = await visitor.client.get(f"/verifikasi/perubahan/{request_id}/bukti")
    assert paper.content == PAPER
    assert paper.headers["content-disposition"].startswith("attachment")
    await visitor.sends(f"/verifikasi/perubahan/{request_id}/penerimaan", again=True)
    assert visitor.page.url.path == "/verifikasi/perubahan"
    assert visitor.sees("Perubahan berlaku.") and not visitor.sees("CV Ganti Data")
    async with tenancy.national() as session:
        assert (await vendor_of(session, member)).vat_registered
    await visitor.opens(f"/verifikasi/perubahan/{request_id}")
    assert visitor.sees("Diterima") and not visitor.sees("Terima perubahan</button>")


async def test_a_change_is_refused_with_a_reason_that_the_vendor_reads(visitor: Visitor) -> None:
    member, request_id = await a_request(visitor)
    _, _, verifier = await a_case()
    await comes(visitor, verifier)
    refusal = f"/verifikasi/perubahan/{request_id}/penolakan"
    await visitor.opens(f"/verifikasi/perubahan/{request_id}")
    assert (await visitor.sends(refusal, {"reason": "no"})).status_code == 422
    await visitor.sends(refusal, {"reason": "Surat pengukuhan ini milik usaha lain."})
    assert visitor.sees("Ditolak dengan alasan Anda.")
    await tell_vendor_of_change(request_id=str(request_id))
    assert any("milik usaha lain" in letter.text for letter in read_mailbox())
    await visitor.signs_in(member.account_id, member.name, member.role)
    await visitor.opens("/usaha/profil")
    assert visitor.sees("Surat pengukuhan ini milik usaha lain.") and visitor.sees(
        "Belum diterima verifikator"
    )


async def test_a_vendor_neither_sees_the_queue_of_changes_nor_decides(visitor: Visitor) -> None:
    _, request_id = await a_request(visitor)
    for path in ("", f"/{request_id}", f"/{request_id}/bukti"):
        assert (await visitor.opens(f"/verifikasi/perubahan{path}")).status_code == 403


async def test_a_session_alone_makes_nobody_a_verifier(visitor: Visitor) -> None:
    member, case, _ = await a_case()
    await visitor.signs_in(member.account_id, member.name, "verifier")
    assert (await visitor.opens("/verifikasi")).status_code == 403
    assert (await visitor.opens(f"/verifikasi/{case.id}")).status_code == 403


async def test_vendors_and_strangers_do_not_see_the_queue(visitor: Visitor) -> None:
    await visitor.opens("/verifikasi")
    assert visitor.page.url.path == "/masuk"
    member, _, _ = await a_case()
    await visitor.signs_in(member.account_id, member.name, "vendor_owner")
    assert (await visitor.opens("/verifikasi")).status_code == 403


async def an_administrator() -> UUID:
    async with tenancy.national() as session:
        account = await an_account(session, "Budi Admin")
        session.add(NationalRole(account_id=account.id, role=NationalRoleName.AGENCY_ADMIN))
        return account.id


async def test_the_administrator_announces_the_next_value_of_a_rule(visitor: Visitor) -> None:
    first_day = clock.today(NATIONAL_ZONE) + timedelta(days=200)
    await visitor.signs_in(await an_administrator(), "Budi Admin", "agency_admin")
    await visitor.opens("/aturan")
    assert visitor.sees("Bea meterai")
    await visitor.opens("/aturan/stamp_duty")
    answers = {"value": "12.000", "valid_from": first_day.isoformat(), "legal_basis": "UU 1/2027 ps. 5"}
    await visitor.sends("/aturan/stamp_duty", answers, again=True)
    assert visitor.sees("Akan berlaku")
    async with tenancy.national() as session:
        book = await rule_book(session)
    assert book.value("stamp_duty", on=first_day) == 12_000
    assert book.value("stamp_duty", on=first_day - timedelta(days=1)) == 10_000


async def test_a_verifier_reads_rules_and_changes_none(visitor: Visitor) -> None:
    _, _, verifier = await a_case()
    await comes(visitor, verifier)
    await visitor.opens("/aturan/vat_permil")
    assert visitor.sees("diubah oleh admin badan nasional")
    assert not visitor.sees("Catat nilai baru")
    assert (await visitor.opens("/aturan/tidak_ada")).status_code == 404


async def test_a_change_that_begins_today_is_refused_at_its_field(visitor: Visitor) -> None:
    await visitor.signs_in(await an_administrator(), "Budi Admin", "agency_admin")
    await visitor.opens("/aturan/payment_days")
    today = clock.today(NATIONAL_ZONE).isoformat()
    page = await visitor.sends(
        "/aturan/payment_days", {"value": "2", "valid_from": today, "legal_basis": "Perpres 1"}
    )
    assert page.status_code == 422
    assert visitor.sees("paling cepat besok")


async def test_the_mailbox_shows_what_was_sent(visitor: Visitor) -> None:
    await send_mail(
        to="seseorang@contoh.id", subject="Uji <b>surat</b>", text="Isi http://localhost/usaha/profil\n"
    )
    await visitor.opens("/surat")
    assert visitor.sees("Uji &lt;b&gt;surat&lt;/b&gt;")
    assert visitor.sees('href="http://localhost/usaha/profil"')


async def test_the_administrator_says_which_accounts_pay_for_a_category(visitor: Visitor) -> None:
    async with tenancy.national() as session:
        verifier, admin = await a_verifier(session), await an_account(session)
        session.add(NationalRole(account_id=admin.id, role=NationalRoleName.AGENCY_ADMIN))
    await comes(visitor, verifier)
    await visitor.opens("/aturan/kategori/PLANT.CARE")
    assert visitor.sees("5.1.02.01.01.0036") and not visitor.sees("Kode rekening")
    await visitor.signs_in(admin.id, admin.name, "agency_admin")
    await visitor.opens("/aturan/kategori/PLANT.CARE")
    await visitor.sends("/aturan/kategori/PLANT.CARE", {"accounts": "5.1.02.02.01, taman"})
    assert visitor.page.status_code == 422
    assert visitor.sees("“taman” bukan kode rekening") and visitor.sees("5.1.02.02.01, taman")
    await visitor.sends("/aturan/kategori/PLANT.CARE", {"accounts": "5.1.02.02.01\n5.1.02.02.01, 5.1.02.03"})
    assert visitor.page.url.path == "/aturan/kategori" and visitor.sees("5.1.02.02.01, 5.1.02.03")
    assert (await visitor.opens("/aturan/kategori/TIADA")).status_code == 404
