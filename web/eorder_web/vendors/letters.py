"""Letters to vendors in their own language: the code for a new account, and what happens in a case of sanction.

The worker runs their jobs (operations/jobs.py).
"""

from uuid import UUID, uuid5

from eorder_platform import outbox, tenancy
from eorder_platform.addresses import national_address
from eorder_platform.directory.proving_mailbox import Letter, prepare_letter
from eorder_platform.directory.sanctions.models import Ending, Outcome
from eorder_platform.directory.sanctions.queries import CaseNews, news_of_case
from eorder_platform.mail import send_mail
from eorder_platform.reference.law import NATIONAL_ZONE
from eorder_web.look.formatting import date_long, datetime_short
from eorder_web.look.translating import _, speaking


@outbox.national_job("vendors.mail_code")
async def mail_code(*, pending_id: str) -> None:
    """Mail the code; or to whoever has an account there, that they have one. Run again it mails the same."""
    async with tenancy.national() as session:
        letter = await prepare_letter(session, UUID(pending_id))
    if letter is None:
        return
    with speaking(letter.person.language):
        subject, told = _new(letter) if letter.code else _known(letter)
        greeting = _("Yth. %(name)s,", name=letter.person.name)
    await send_mail(
        to=letter.person.email,
        subject=subject,
        text=f"{greeting}\n\n{told}\n",
        reference=letter.reference,
    )


def _new(letter: Letter) -> tuple[str, str]:
    return _("Kode pendaftaran Anda: %(code)s", code=letter.code), _(
        "Ketik kode ini di halaman pendaftaran dalam 15 menit:\n\n%(code)s\n\n"
        "Bila bukan Anda yang mendaftar, abaikan surat ini; tanpa kode itu tidak ada akun yang dibuat.",
        code=letter.code,
    )


def _known(letter: Letter) -> tuple[str, str]:
    if letter.new_password is None:
        return _("Akun Anda tidak aktif"), _(
            "Seseorang, semoga Anda sendiri, ingin mendaftar dengan alamat ini. Alamat ini sudah memiliki akun, "
            "tetapi badan nasional menonaktifkannya. Hubungi badan nasional untuk mengaktifkannya lagi."
        )
    return _("Anda sudah memiliki akun"), _(
        "Seseorang, semoga Anda sendiri, ingin mendaftar dengan alamat ini. Alamat ini sudah memiliki akun.\n\n"
        "Masuk:\n%(sign_in)s\n\nLupa kata sandi? Tautan ini berlaku satu hari:\n%(new_password)s",
        sign_in=national_address("people.sign_in_form"),
        new_password=national_address("people.new_password_form", token=letter.new_password),
    )


@outbox.national_job("directory.tell_of_sanction")
async def tell_of_sanction(*, case_id: str, what: str) -> None:
    """Mail the owner's account what happened in a case against their business: what, why, until when, what now.

    To the account, because the business's own address is read by staff too. A closed account gets no letter.
    """
    async with tenancy.national() as session:
        told = await news_of_case(session, UUID(case_id))
    for person in told.owners:
        with speaking(person.language):
            subject, text = _of_sanction(told, what)
            greeting = _("Yth. %(name)s,", name=person.name)
            link = national_address("vendors.sanction", case_id=told.case.id)
            full = f"{greeting}\n\n{text}\n\n{link}\n"
        await send_mail(
            to=person.email,
            subject=subject,
            text=full,
            reference=str(uuid5(told.case.id, f"{what} {person.id}")),
        )


def _of_sanction(told: CaseNews, what: str) -> tuple[str, str]:
    case, name = told.case, told.vendor.trade_name
    number, reasons = case.number, case.reasons or ""
    until = (
        date_long(told.sanction.valid_until, NATIONAL_ZONE)
        if told.sanction and told.sanction.valid_until
        else ""
    )
    if what == "proposed":
        return _("Usul sanksi terhadap %(vendor)s", vendor=name), _(
            "Badan nasional menerima usul sanksi %(number)s terhadap usaha Anda. Belum ada yang diputuskan, dan "
            "usaha Anda tetap menerima pesanan.\n\n%(facts)s\n\nAnda dapat mengajukan keberatan beserta bukti "
            "sampai %(due)s. Baca usul dan buktinya di sini:",
            number=number,
            facts=case.facts,
            due=datetime_short(case.objection_due_at, NATIONAL_ZONE),
        )
    if what == Outcome.IMPOSED and told.sanction and until:
        return _("Putusan sanksi %(number)s terhadap %(vendor)s", number=number, vendor=name), _(
            "Usaha Anda tidak menerima pesanan baru sampai %(until)s. Sebabnya:\n\n%(reasons)s\n\nPesanan yang "
            "sudah Anda terima tetap berjalan dan dibayar; yang belum dijawab dibatalkan. Sanksi berakhir sendiri "
            "pada tanggal itu. Putusan dan jalan selanjutnya:",
            until=until,
            reasons=reasons,
        )
    if what == Outcome.IMPOSED:
        return _("Teguran tertulis %(number)s kepada %(vendor)s", number=number, vendor=name), _(
            "Usaha Anda menerima teguran tertulis dan tetap menerima pesanan. Sebabnya:\n\n%(reasons)s",
            reasons=reasons,
        )
    if what in (Ending.EXPIRED, Ending.LIFTED, Ending.ANNULLED):
        return _("Sanksi %(number)s terhadap %(vendor)s berakhir", number=number, vendor=name), _(
            "Sanksi itu tidak berlaku lagi. Produk Anda tampil kembali di katalog bila tidak ada sanksi lain."
        )
    return _("Usul sanksi %(number)s terhadap %(vendor)s selesai", number=number, vendor=name), _(
        "Tidak ada sanksi yang dijatuhkan. Usaha Anda tetap menerima pesanan."
    )
