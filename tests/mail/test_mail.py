"""Mail through a real connection to a small mail server, and into the local mailbox."""

import asyncio
import base64
import smtplib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import pytest

from eorder_platform import clock
from eorder_platform.mail import Mailbox, SmtpServer, compose, read_mailbox, send_mail

MORNING = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)


def a_message(subject: str = "Pesanan baru", to: str = "rahmat@cahayatulis.example") -> EmailMessage:
    return compose(
        sender="e-Order Nusantara <tidak-dibalas@eorder.example>",
        to=to,
        subject=subject,
        text="Ada pesanan baru untuk Anda senilai Rp\u00a021.798.180.\n",
    )


def test_a_message_waits_in_the_mailbox(tmp_path: Path) -> None:
    with clock.travelling_to(MORNING):
        Mailbox(tmp_path / "mailbox").deliver(a_message())
    [received] = Mailbox(tmp_path / "mailbox").newest(10)
    assert received.to == "rahmat@cahayatulis.example"
    assert received.subject == "Pesanan baru"
    assert received.text == "Ada pesanan baru untuk Anda senilai Rp\u00a021.798.180.\n"
    assert received.sent_at == MORNING


async def test_without_a_mail_server_the_mailbox_page_shows_what_was_sent() -> None:
    await send_mail(to="sri@dki.example", subject="Tagihan menunggu", text="Buka kotak tugas Anda.")
    newest = read_mailbox(at_most=1)[0]
    assert (newest.to, newest.subject, newest.text) == (
        "sri@dki.example",
        "Tagihan menunggu",
        "Buka kotak tugas Anda.\n",
    )


def test_the_newest_message_comes_first(tmp_path: Path) -> None:
    mailbox = Mailbox(tmp_path)
    for hours, subject in ((2, "ketiga"), (0, "pertama"), (1, "kedua")):
        with clock.travelling_to(MORNING + timedelta(hours=hours)):
            mailbox.deliver(a_message(subject))
    assert [mail.subject for mail in mailbox.newest(2)] == ["ketiga", "kedua"]


def test_a_mailbox_that_nobody_wrote_to_is_empty(tmp_path: Path) -> None:
    assert Mailbox(tmp_path / "belum-ada").newest(10) == []


def test_a_message_still_being_written_is_not_shown(tmp_path: Path) -> None:
    (tmp_path / "20261123T020000000000-x.part").write_bytes(b"From: setengah")
    assert Mailbox(tmp_path).newest(10) == []


@pytest.mark.parametrize("forged", ["Halo\nBcc: semua@example.org", "Halo\r\nBcc: semua@example.org"])
def test_a_header_cannot_be_forged(forged: str) -> None:
    with pytest.raises(ValueError, match="linefeed or carriage return"):
        a_message(subject=forged)
    with pytest.raises(ValueError, match="linefeed or carriage return"):
        a_message(to=forged)


async def test_a_message_reaches_the_mail_server() -> None:
    async with a_mail_server() as server:
        await asyncio.to_thread(
            SmtpServer(f"smtp://127.0.0.1:{server.port}").deliver, a_message("Surat pesanan – terbit")
        )
    [received] = server.received
    assert received["To"] == "rahmat@cahayatulis.example"
    assert received["Subject"] == "Surat pesanan – terbit"
    assert received["Message-ID"].endswith("@eorder.example>")
    assert "Rp\u00a021.798.180" in received.get_content()
    assert server.envelopes == ["tidak-dibalas@eorder.example", "rahmat@cahayatulis.example"]


async def test_name_and_password_are_given_where_the_address_has_them() -> None:
    async with a_mail_server() as server:
        address = f"smtp://pengirim:rahasia%40kita@127.0.0.1:{server.port}"
        await asyncio.to_thread(SmtpServer(address).deliver, a_message())
    assert server.logins == ["\x00pengirim\x00rahasia@kita"]


async def test_a_refused_recipient_is_not_taken_for_sent() -> None:
    async with a_mail_server(refusing="rahmat@") as server:
        with pytest.raises(smtplib.SMTPRecipientsRefused):
            await asyncio.to_thread(SmtpServer(f"smtp://127.0.0.1:{server.port}").deliver, a_message())
    assert server.received == []


@dataclass
class MailServer:
    """What a mail server of the test has been told."""

    port: int = 0
    refusing: str | None = None
    logins: list[str] = field(default_factory=list)
    envelopes: list[str] = field(default_factory=list)
    received: list[EmailMessage] = field(default_factory=list)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 uji\r\n")
        while line := (await reader.readline()).decode().strip():
            verb = line.split(" ")[0].upper()
            if verb == "DATA":
                writer.write(b"354 lanjut\r\n")
                content = await reader.readuntil(b"\r\n.\r\n")
                message = message_from_bytes(content[:-3], policy=policy.default)
                assert isinstance(message, EmailMessage)
                self.received.append(message)
            writer.write(self.answer(verb, line).encode() + b"\r\n")
            if verb == "QUIT":
                break
        writer.close()

    def answer(self, verb: str, line: str) -> str:
        if verb == "EHLO":
            return "250-uji\r\n250-8BITMIME\r\n250 AUTH PLAIN"
        if verb == "AUTH":
            self.logins.append(base64.b64decode(line.split(" ")[2]).decode())
            return "235 baik"
        if verb in {"MAIL", "RCPT"}:
            address = line[line.index("<") + 1 : line.index(">")]
            if self.refusing and address.startswith(self.refusing):
                return "550 tidak dikenal"
            self.envelopes.append(address)
        return "221 selesai" if verb == "QUIT" else "250 baik"


@asynccontextmanager
async def a_mail_server(refusing: str | None = None) -> AsyncIterator[MailServer]:
    told = MailServer(refusing=refusing)
    listening = await asyncio.start_server(told.serve, "127.0.0.1", 0)
    told.port = listening.sockets[0].getsockname()[1]
    async with listening:
        yield told
