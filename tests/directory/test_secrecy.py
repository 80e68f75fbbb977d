"""Private facts lie encrypted, and a sealed value fits its own row only."""

import pytest
from cryptography.exceptions import InvalidTag

from eorder_platform.ids import new_id
from eorder_platform.secrecy import Purpose, decrypt, encrypt, keyed_hash

NIK = "7571011208900001"


def test_what_was_sealed_opens_for_its_owner_and_purpose() -> None:
    owner = new_id()
    assert decrypt(encrypt(NIK, Purpose.IDENTITY, owner), Purpose.IDENTITY, owner) == NIK


def test_a_sealed_value_shows_nothing_and_never_looks_the_same_twice() -> None:
    owner = new_id()
    one, other = encrypt(NIK, Purpose.IDENTITY, owner), encrypt(NIK, Purpose.IDENTITY, owner)
    assert one != other
    assert NIK.encode() not in one


def test_a_value_carried_to_another_row_or_purpose_does_not_open() -> None:
    owner = new_id()
    sealed = encrypt(NIK, Purpose.IDENTITY, owner)
    for purpose, row in ((Purpose.IDENTITY, new_id()), (Purpose.BANK_ACCOUNT, owner)):
        with pytest.raises(InvalidTag):
            decrypt(sealed, purpose, row)


def test_a_hash_finds_the_same_number_within_one_purpose_only() -> None:
    assert keyed_hash(NIK, Purpose.IDENTITY) == keyed_hash(NIK, Purpose.IDENTITY)
    assert keyed_hash(NIK, Purpose.IDENTITY) != keyed_hash(NIK, Purpose.TAX_ID)
    assert NIK not in keyed_hash(NIK, Purpose.IDENTITY)
