"""The letters that let a person in (an invitation, a new password), and the one that says that they left."""

from uuid import UUID

from eorder_platform import outbox, tenancy
from eorder_platform.addresses import national_address
from eorder_platform.identity import sessions
from eorder_platform.identity.inviting import VALIDITY, issue_token
from eorder_platform.identity.links import Purpose, token_for
from eorder_platform.identity.models import Account
from eorder_platform.mail import send_mail
from eorder_platform.tenancy import registry


@outbox.national_job("identity.invite")
async def invite(*, account_id: str, host: str) -> None:
    """Mail a link to set the password. Run again it sends a new link, which ends the one before.

    Whoever was signed in with a password that no longer counts is signed out.
    """
    async with tenancy.national() as session:
        issued = await issue_token(session, UUID(account_id))
    if issued is None:
        return
    invited, token = issued
    await sessions.end_everywhere(invited.account_id)
    tenant = await registry.by_host(host)
    if tenant is not None:
        place, office = f"e-Order {tenant.name}", f"{tenant.name} mendaftarkan Anda sebagai pejabat"
    else:
        place, office = "e-Order Nusantara", "Anda didaftarkan sebagai staf penyedia"
    await send_mail(
        to=invited.email,
        subject=f"Undangan ke {place}",
        text=(
            f"Yth. {invited.name},\n\n{office} di e-Order.\n"
            f"Tentukan kata sandi Anda dalam {VALIDITY.days} hari lewat tautan ini:\n\n"
            f"{national_address('organisation.invitation', token=token)}\n\n"
            "Tautan ini hanya untuk Anda dan hanya dapat dipakai sekali.\n"
        ),
    )


@outbox.national_job("identity.new_password")
async def new_password(*, account_id: str, host: str = "") -> None:
    """Mail a link to set a new password; nothing for who has no account or may not use it."""
    async with tenancy.national() as session:
        account = await session.get(Account, UUID(account_id))
    if account is None or not account.active:
        return
    link = national_address("people.new_password_form", token=token_for(account, Purpose.NEW_PASSWORD))
    await send_mail(
        to=account.email,
        subject="Kata sandi baru untuk e-Order",
        text=(
            f"Yth. {account.name},\n\nSeseorang, semoga Anda sendiri, meminta kata sandi baru untuk akun ini.\n"
            f"Tentukan kata sandi baru lewat tautan ini:\n\n{link}\n\n"
            "Tautan ini berlaku satu hari dan hanya dapat dipakai sekali.\n"
            "Bila bukan Anda yang meminta, abaikan surat ini; kata sandi Anda tidak berubah.\n"
        ),
    )


@outbox.national_job("identity.tell_of_closing")
async def tell_of_closing(*, account_id: str) -> None:
    """The last letter of an account: it was closed, and how it is opened again."""
    async with tenancy.national() as session:
        account = await session.get_one(Account, UUID(account_id))
    if account.closed_at is None:
        return
    await send_mail(
        to=account.email,
        subject="Akun e-Order Anda sudah ditutup",
        text=(
            f"Yth. {account.name},\n\nAkun Anda ditutup dari halaman akun, dengan kata sandi Anda. Yang masih menunggu "
            "verifikator, bila ada, ditarik.\n\n"
            "Bila bukan Anda yang menutupnya, atau Anda ingin membukanya lagi, daftarlah dengan alamat ini:\n"
            f"{national_address('vendors.register')}\n"
        ),
        reference=f"closed-{account_id}-{account.closed_at:%Y%m%d%H%M%S}",
    )
