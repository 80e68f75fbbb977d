"""What follows from new accounts: the letter that lets a person in."""

from uuid import UUID

from eorder_platform import outbox, tenancy
from eorder_platform.identity import sessions
from eorder_platform.identity.inviting import VALIDITY, issue_token
from eorder_platform.mail import send_mail
from eorder_platform.settings import settings
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
            f"{settings().public_url(host, f'/undangan/{token}')}\n\n"
            "Tautan ini hanya untuk Anda dan hanya dapat dipakai sekali.\n"
        ),
    )
