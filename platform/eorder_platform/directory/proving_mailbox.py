"""Somebody makes an account for themselves: it is there once they type the code that was mailed to them.

Whoever asks is answered alike, whether or not their address has an account: nobody looks before the letter is written,
and only the letter says so. Until the code is typed what they wrote lies sealed, and is forgotten after a day.
"""

import hmac
import json
import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import Final, Self
from uuid import UUID

from sqlalchemy import delete, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from eorder_platform import clock, outbox, tenancy
from eorder_platform.directory.checking import Answers, Checking, written
from eorder_platform.directory.identity_numbers import parse_phone
from eorder_platform.directory.models import CODES_MAILED, CODES_TRIED, PendingAccount, RegistrationDraft
from eorder_platform.directory.registering import save_draft
from eorder_platform.errors import NotVisible, Refused
from eorder_platform.formatting import INDONESIAN
from eorder_platform.identity import guessing
from eorder_platform.identity.addresses import check_email
from eorder_platform.identity.departing import end_sessions
from eorder_platform.identity.links import Purpose as LinkPurpose
from eorder_platform.identity.links import token_for
from eorder_platform.identity.models import Account
from eorder_platform.identity.passwords import check_new_password, hash_password
from eorder_platform.identity.recovering import LETTERS, take_password
from eorder_platform.identity.signing_in import SignedIn, create_account_with_hash
from eorder_platform.ids import new_id
from eorder_platform.secrecy import Purpose, decrypt, encrypt, keyed_hash
from eorder_platform.sentences import counted

FIELDS: Final = ("name", "email", "phone")
DIGITS: Final = 6
CODE_VALIDITY: Final = timedelta(minutes=15)
NEXT_LETTER_AFTER: Final = timedelta(seconds=60)
KEPT: Final = timedelta(days=1)
REGISTRATIONS_OF_AN_ADDRESS: Final = 60


@dataclass(frozen=True)
class Person:
    """Who asks for an account, as checked; `language` is the one their page spoke."""

    name: str
    email: str
    phone: str
    language: str

    @classmethod
    def of(cls, answers: Answers, language: str = INDONESIAN) -> Self:
        """Every problem at once, that of the password too."""
        checking, password = Checking(), answers.get("password", "")
        known = (answers.get("email", ""), answers.get("name", ""))
        person = cls(
            checking.take(written, answers, "name", "Nama", 3),
            checking.take(check_email, answers.get("email", "")),
            checking.take(parse_phone, answers.get("phone", "")),
            language,
        )
        if password.strip():
            checking.take(check_new_password, password, of=known)
        else:
            checking.note("password", "Kata sandi wajib diisi.")
        checking.done()
        return person


@dataclass(frozen=True)
class Letter:
    """What is mailed: the code, or a token to set a new password to whoever has an account at that address."""

    person: Person
    reference: str
    code: str | None
    new_password: str | None


async def ask_for_account(
    session: AsyncSession, answers: Answers, address: str, form_key: str, language: str = INDONESIAN
) -> UUID:
    """Have a code mailed (job `vendors.mail_code`); the same form sent again asks once. Returns what waits for it.

    Refused: a name, e-mail, phone or password that is none, all named at once; and for a while after many letters.
    """
    person = Person.of(answers, language)
    await _count_letter(person, guessing.Limit(f"registrations from:{address}", REGISTRATIONS_OF_AN_ADDRESS))
    pending_id, now = new_id(), clock.now()
    row = {
        "id": pending_id,
        "form_key": form_key,
        "person_encrypted": encrypt(json.dumps(vars(person)), Purpose.PENDING_ACCOUNT, pending_id),
        "password_hash": await hash_password(answers["password"]),
        "letters": 1,
        "letter_asked_at": now,
        "tries": 0,
        "created_at": now,
    }
    asked = insert(PendingAccount).values(row).on_conflict_do_nothing(index_elements=["form_key"])
    if await session.scalar(asked.returning(PendingAccount.id)) is None:
        same = select(PendingAccount.id).where(PendingAccount.form_key == form_key)
        return (await session.scalars(same)).one()
    outbox.write(session, "vendors.mail_code", pending_id=pending_id)
    return pending_id


async def who_asked(session: AsyncSession, pending_id: UUID) -> Person | None:
    """Who waits for the code; None once a day has passed or the account was made."""
    pending = await session.get(PendingAccount, pending_id)
    return _person_of(pending) if pending is not None and _is_kept(pending) else None


async def send_another_code(session: AsyncSession, pending_id: UUID) -> None:
    """Mail a new code, which ends the one before. Refused within a minute, and after five letters."""
    pending = await _pending(session, pending_id)
    if (wait := pending.letter_asked_at + NEXT_LETTER_AFTER - clock.now()) > timedelta():
        seconds = counted("%(n)s detik", wait.seconds + 1)
        raise Refused("Surat baru dapat diminta lagi dalam %(wait)s.", wait=seconds)
    if pending.letters >= CODES_MAILED:
        raise Refused("Sudah %(most)s surat dikirim. Periksa alamatnya, lalu mulai lagi.", most=CODES_MAILED)
    await _count_letter(_person_of(pending))
    pending.letters, pending.letter_asked_at = pending.letters + 1, clock.now()
    pending.code_hash, pending.tries = None, 0
    outbox.write(session, "vendors.mail_code", pending_id=pending.id)


async def prepare_letter(session: AsyncSession, pending_id: UUID) -> Letter | None:
    """What the job mails; run again, the same. None where nobody waits any more.

    The code follows from the row and the master key; the row keeps its hash alone, and for an address that has an
    account one that no code fits.
    """
    pending = await session.get(PendingAccount, pending_id, with_for_update=True)
    if pending is None:
        return None
    person, reference = _person_of(pending), f"code-{pending.id}-{pending.letters}"
    account = await _account_with(session, person.email)
    code, token = None, None
    if account is not None and not account.is_vacant:
        token = token_for(account, LinkPurpose.NEW_PASSWORD) if account.active else None
    else:
        code = str(int(keyed_hash(reference, Purpose.CODE), 16) % 10**DIGITS).zfill(DIGITS)
    pending.code_hash = _hash(pending.id, code or secrets.token_hex())
    pending.code_made_at = clock.now()
    return Letter(person, reference, code, token)


async def open_account(pending_id: UUID, typed: str) -> SignedIn:
    """The code was right: the account is there, its mailbox confirmed. A second click finds the first one's account.

    An account of that address that nobody holds (:attr:`Account.is_vacant`) is theirs from now on, and nobody else's
    who knew its password. Refused beside "code"; five wrong ones end it, also where many are typed at once.
    """
    code = "".join(typed.split())
    if not (code.isascii() and code.isdigit() and len(code) == DIGITS):
        raise Refused("Kode terdiri dari %(digits)s angka.", "code", digits=DIGITS)
    async with tenancy.national() as session:
        pending = await _pending(session, pending_id)
        if clock.now() > (pending.code_made_at or pending.letter_asked_at) + CODE_VALIDITY:
            raise Refused("Kode ini sudah kedaluwarsa. Minta kode baru.", "code")
        if pending.tries >= CODES_TRIED:
            raise Refused("Kode ini sudah terlalu sering salah. Minta kode baru.", "code")
        pending.tries += 1
        left = CODES_TRIED - pending.tries
        person, password_hash = _person_of(pending), pending.password_hash
        expected = pending.code_hash or ""
    if not hmac.compare_digest(expected, _hash(pending_id, code)):
        raise Refused("Kode tidak cocok. Sisa percobaan: %(left)s.", "code", left=left)
    async with tenancy.national() as session:
        gone = delete(PendingAccount).where(PendingAccount.id == pending_id)
        first = (await session.execute(gone.returning(PendingAccount.id))).first() is not None
        account = await _account_with(session, person.email)
        if first and (account is None or account.is_vacant):
            account = await _take(session, account, person, password_hash)
        if account is None or not account.active:
            raise NotVisible
        return SignedIn(account.id, account.name, account.email, account.language)


async def forget_pending(session: AsyncSession) -> None:
    """What nobody can finish any more."""
    await session.execute(delete(PendingAccount).where(PendingAccount.created_at < clock.now() - KEPT))


async def _take(
    session: AsyncSession, account: Account | None, person: Person, password_hash: str
) -> Account:
    if account is None:
        account = await create_account_with_hash(session, person.email, person.name, password_hash)
    else:
        account_id = account.id
        account.name = person.name
        await take_password(session, account, password_hash)
        await session.execute(delete(RegistrationDraft).where(RegistrationDraft.account_id == account_id))
        end_sessions(session, account_id)
    account.language = person.language
    await save_draft(session, account.id, {"phone": person.phone})
    return account


async def _account_with(session: AsyncSession, email: str) -> Account | None:
    same = select(Account).where(func.lower(Account.email) == email.lower())
    account: Account | None = await session.scalar(same.with_for_update())
    return account


async def _pending(session: AsyncSession, pending_id: UUID) -> PendingAccount:
    pending = await session.get(PendingAccount, pending_id, with_for_update=True)
    if pending is None or not _is_kept(pending):
        raise NotVisible("Pendaftaran ini sudah selesai atau lewat satu hari. Mulai lagi dari awal.")
    return pending


def _is_kept(pending: PendingAccount) -> bool:
    return clock.now() < pending.created_at + KEPT


def _person_of(pending: PendingAccount) -> Person:
    return Person(**json.loads(decrypt(pending.person_encrypted, Purpose.PENDING_ACCOUNT, pending.id)))


async def _count_letter(person: Person, *others: guessing.Limit) -> None:
    """A stranger cannot fill somebody's mailbox, nor try codes for it without end."""
    await guessing.count_attempt([guessing.Limit(f"letters:{person.email.lower()}", LETTERS), *others])


def _hash(pending_id: UUID, code: str) -> str:
    return keyed_hash(f"{pending_id}:{code}", Purpose.CODE)
