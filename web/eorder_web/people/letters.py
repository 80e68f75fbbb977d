"""Letters about what happened to an account: a new device, a changed factor, a recovery. Nobody switches them off."""

from datetime import datetime
from typing import Final
from uuid import UUID

from eorder_platform import outbox, tenancy
from eorder_platform.addresses import national_address
from eorder_platform.identity.events import TELL, Kind, told_of
from eorder_platform.identity.models import AccountEvent
from eorder_platform.identity.reclaiming import FINISH, STOP, token_of
from eorder_platform.mail import send_mail
from eorder_web.look.formatting import datetime_short
from eorder_web.look.rendering import NATIONAL_ZONE
from eorder_web.look.translating import _, speaking

EVENT_WORDS: Final = {
    Kind.NEW_DEVICE: "Masuk dari perangkat yang belum dikenal",
    Kind.APP_SET: "Kode aplikasi dipasang",
    Kind.APP_REMOVED: "Kode aplikasi dihapus",
    Kind.PASSKEY_ADDED: "Kunci sandi dipasang",
    Kind.PASSKEY_REMOVED: "Kunci sandi dihapus",
    Kind.PAPER_MADE: "Kode pemulihan dibuat baru",
    Kind.PAPER_USED: "Kode pemulihan dipakai",
    Kind.PASSWORD_CHANGED: "Kata sandi diganti",
    Kind.RECOVERY_ASKED: "Pemulihan akun diminta",
    Kind.RECOVERY_CONFIRMED: "Pemulihan akun disetujui satu admin nasional",
    Kind.RECOVERY_OPENS: "Pemulihan akun disetujui dua admin nasional",
    Kind.RECOVERY_STOPPED: "Pemulihan akun dihentikan",
    Kind.RECOVERY_DONE: "Akun dipulihkan: kata sandi baru, semua faktor dihapus",
}
"""What happened, as the letter's subject and the account's page say it."""


@outbox.national_job(TELL)
async def tell(*, event_id: str) -> None:
    """Tell the person. Run again it sends the same letter, which mailboxes show once."""
    async with tenancy.national() as session:
        event, account = await told_of(session, UUID(event_id))
    with speaking(account.language):
        subject = _(EVENT_WORDS[Kind(event.kind)])
        lines = [
            _("Yth. %(name)s,", name=account.name),
            f"{subject}.",
            "\n".join(
                [
                    _("Waktu: %(when)s", when=datetime_short(event.at, NATIONAL_ZONE)),
                    *(f"{_(label)}: {event.details[key]}" for key, label in _FACTS if event.details.get(key)),
                ]
            ),
            _(
                "Bila ini bukan Anda, ganti kata sandi dan keluarkan semua perangkat sekarang:\n%(address)s",
                address=national_address("people.account"),
            )
            if "recovery" not in event.details
            else _of_recovery(event),
        ]
    await send_mail(
        to=account.email,
        subject=subject,
        text="\n\n".join(lines) + "\n",
        reference=f"account-event-{event.id}",
    )


def _of_recovery(event: AccountEvent) -> str:
    """How it is stopped, and once both agreed, how and from when on it is finished."""
    recovery_id = UUID(event.details["recovery"])
    if event.kind in (Kind.RECOVERY_STOPPED, Kind.RECOVERY_DONE):
        return _("Masuk:\n%(address)s", address=national_address("people.sign_in_form"))
    stop = _(
        "Bila bukan Anda yang memintanya, hentikan sekarang dengan satu klik:\n%(address)s",
        address=national_address("people.recovery", token=token_of(recovery_id, STOP)),
    )
    if not event.details.get("opens_at"):
        return stop
    finish = _(
        "Bila Anda yang memintanya, tentukan kata sandi baru mulai %(when)s:\n%(address)s",
        when=datetime_short(datetime.fromisoformat(event.details["opens_at"]), NATIONAL_ZONE),
        address=national_address("people.reclaim_form", token=token_of(recovery_id, FINISH)),
    )
    return f"{stop}\n\n{finish}"


_FACTS: Final = (
    ("browser", "Perangkat"),
    ("office", "Tempat masuk"),
    ("address", "Alamat jaringan"),
    ("name", "Nama"),
)
"""What of an event the letter tells, each with its label."""
