"""Private facts as they lie in the database: encrypted (AES-256-GCM), with keyed hashes to find duplicates.

The keys are derived from the master key, one for each purpose, so that a hash of one column tells nothing about
another and a stolen database tells nothing at all. A sealed value fits only its purpose and its owner's row, and one
that a region holds only that region: each has keys of its own.
"""

import hmac
import os
from enum import StrEnum
from functools import lru_cache
from typing import Final
from uuid import UUID

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from eorder_platform.settings import settings

NONCE_BYTES: Final = 12
KEY_BYTES: Final = 32
FIRST_GENERATION: Final = b"\x01"
"""Which key sealed a value stands in its first byte, so that the master key can be changed one day."""


class Purpose(StrEnum):
    """What is kept secret; each has keys of its own."""

    IDENTITY = "identity"
    TAX_ID = "tax_id"
    BANK_ACCOUNT = "bank_account"
    REGISTRATION_DRAFT = "registration_draft"
    PENDING_ACCOUNT = "pending_account"
    CODE = "code"
    FACTS = "facts"
    PAYEE = "payee"
    LOOKUP = "lookup"
    SIGNING_KEY = "signing_key"
    SUBJECT = "subject"
    SHOWN_ONCE = "shown_once"
    STAFF_DIRECTORY = "staff_directory"
    WEBHOOK = "webhook"
    MISSED = "missed"
    AUTHENTICATOR = "authenticator"
    RECOVERY_CODE = "recovery_code"


def encrypt(text: str, purpose: Purpose, owner_id: UUID, *, region: UUID | None = None) -> bytes:
    """Seal a text for the row of `owner_id`, in that region or in the nation."""
    nonce = os.urandom(NONCE_BYTES)
    sealed = AESGCM(_key(purpose, "encrypt", region)).encrypt(nonce, text.encode(), owner_id.bytes)
    return FIRST_GENERATION + nonce + sealed


def decrypt(sealed: bytes, purpose: Purpose, owner_id: UUID, *, region: UUID | None = None) -> str:
    """Open what :func:`encrypt` sealed; InvalidTag where it belongs to another row, purpose or region."""
    nonce, body = sealed[1 : 1 + NONCE_BYTES], sealed[1 + NONCE_BYTES :]
    return AESGCM(_key(purpose, "encrypt", region)).decrypt(nonce, body, owner_id.bytes).decode()


def masked(number: str) -> str:
    """A secret number as it may be shown: its last four digits."""
    return f"•••• {number[-4:]}"


def keyed_hash(text: str, purpose: Purpose) -> str:
    """The same text gives the same hash, which nobody without the master key can compute or search through."""
    return hmac.new(_key(purpose, "hash"), text.encode(), "sha256").hexdigest()


@lru_cache(maxsize=1024)
def journal_key(region: UUID) -> bytes:
    """The key with which a region's journal is sealed; the database does not hold it."""
    derived = HKDF(SHA256(), KEY_BYTES, salt=None, info=f"eorder:journal:{region}".encode())
    return derived.derive(settings().master_key.encode())


@lru_cache(maxsize=1024)
def _key(purpose: Purpose, use: str, region: UUID | None = None) -> bytes:
    info = f"eorder:{use}:{purpose}" + (f":{region}" if region else "")
    derived = HKDF(SHA256(), KEY_BYTES, salt=None, info=info.encode())
    return derived.derive(settings().master_key.encode())
