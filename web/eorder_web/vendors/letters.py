"""The letter with the code for a new account, in the language of the page that asked; the worker runs its job."""

from uuid import UUID

from eorder_platform import outbox, tenancy
from eorder_platform.addresses import national_address
from eorder_platform.directory.proving_mailbox import Letter, prepare_letter
from eorder_platform.mail import send_mail
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
