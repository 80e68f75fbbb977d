"""Mail to people: through SMTP, or into a local mailbox that a development page shows."""

import asyncio
import smtplib
import ssl
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import format_datetime, parseaddr
from pathlib import Path
from typing import Protocol
from urllib.parse import unquote, urlsplit

from eorder_platform import clock
from eorder_platform.ids import new_id
from eorder_platform.settings import settings
from eorder_platform.trying_out import is_test_address

SMTP_TIMEOUT_SECONDS = 20


@dataclass(frozen=True)
class ReceivedMail:
    """A message as the mailbox page shows it; `name` tells it from the others."""

    name: str
    sent_at: datetime
    to: str
    subject: str
    text: str


async def send_mail(
    *, to: str, subject: str, text: str, html: str = "", reference: str = "", unsubscribe: str = ""
) -> None:
    """Sends a plain text, `html` beside it for those who see pictures of buttons.

    A sandbox's test people have no mailbox; what they are sent stays in the local one and goes to no mail server.
    Belongs in a job: it waits for the mail server and raises what that answers. A job that may run twice gives a
    `reference` of its own: both letters then bear the same Message-ID, and mailboxes show one.
    `unsubscribe`: the address to POST to for no more of them, which mail programs offer as a button (RFC 8058).
    """
    message = compose(
        sender=settings().mail_from, to=to, subject=subject, text=text, html=html, reference=reference
    )
    if unsubscribe:
        message["List-Unsubscribe"] = f"<{unsubscribe}>"
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    await asyncio.to_thread(_carrier(to).deliver, message)


def read_mailbox(at_most: int = 100) -> list[ReceivedMail]:
    """The newest messages of the local mailbox, newest first; none where mail goes through SMTP."""
    return Mailbox(settings().mailbox).newest(at_most)


def compose(
    *, sender: str, to: str, subject: str, text: str, html: str = "", reference: str = ""
) -> EmailMessage:
    """The message itself. A line break in a header is a ValueError: it would forge another header."""
    message = EmailMessage(policy=policy.SMTP)
    message["From"] = sender
    message["To"] = to
    message["Subject"] = subject
    message["Date"] = format_datetime(clock.now())
    message["Message-ID"] = f"<{reference or new_id()}@{parseaddr(sender)[1].partition('@')[2]}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(text)
    if html:
        message.add_alternative(html, subtype="html")
    return message


class Carrier(Protocol):
    """Takes a message away. It blocks: call it from a thread."""

    def deliver(self, message: EmailMessage) -> None: ...


class SmtpServer:
    """A mail server by ``smtp://user:password@host:port`` (encrypted where it offers) or ``smtps://…`` (always)."""

    def __init__(self, url: str) -> None:
        self._address = urlsplit(url)

    def deliver(self, message: EmailMessage) -> None:
        host = self._address.hostname or "localhost"
        if self._address.scheme == "smtps":
            connection: smtplib.SMTP = smtplib.SMTP_SSL(
                host,
                self._address.port or 465,
                timeout=SMTP_TIMEOUT_SECONDS,
                context=ssl.create_default_context(),
            )
        else:
            connection = smtplib.SMTP(host, self._address.port or 25, timeout=SMTP_TIMEOUT_SECONDS)
        with connection as server:
            server.ehlo()
            if self._address.scheme == "smtp" and server.has_extn("starttls"):
                server.starttls(context=ssl.create_default_context())
            if self._address.username:
                server.login(unquote(self._address.username), unquote(self._address.password or ""))
            server.send_message(message)


class Mailbox:
    """A folder with one .eml file for each message; one that is delivered again is there once."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def deliver(self, message: EmailMessage) -> None:
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        reference = str(message["Message-ID"]).strip("<>").partition("@")[0]
        if any(self._folder.glob(f"*-{reference}.eml")):
            return
        name = f"{clock.now():%Y%m%dT%H%M%S%f}-{reference}"
        unfinished = self._folder / f"{name}.part"
        unfinished.write_bytes(message.as_bytes())
        unfinished.rename(self._folder / f"{name}.eml")

    def newest(self, at_most: int) -> list[ReceivedMail]:
        files = sorted(self._folder.glob("*.eml"), key=lambda file: file.name, reverse=True)
        return [_read(file) for file in files[:at_most]]


def _carrier(to: str) -> Carrier:
    chosen = settings()
    if chosen.smtp_url and not is_test_address(to):
        return SmtpServer(chosen.smtp_url)
    return Mailbox(chosen.mailbox)


def _read(file: Path) -> ReceivedMail:
    message = message_from_bytes(file.read_bytes(), policy=policy.default)
    return ReceivedMail(
        name=file.stem,
        sent_at=message["Date"].datetime.astimezone(UTC),
        to=str(message["To"]),
        subject=str(message["Subject"]).strip(),
        text=_plain_part(message).replace("\r\n", "\n"),
    )


def _plain_part(message: EmailMessage) -> str:
    part = message.get_body(("plain",))
    return str(part.get_content()) if part is not None else ""
