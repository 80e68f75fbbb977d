"""What exists only to try things out (a sandbox region, its test people and test vendor), told by ids and addresses.

Its keys are of version 8, otherwise like all others. So an id says which world its row belongs to, nothing can move a
row to the other one, and the database holds the two apart with CHECKs that look at no other row (decision 0036).
"""

from typing import Final
from uuid import UUID

from eorder_platform.ids import new_id

TEST_VERSION: Final = 8
"""RFC 9562 leaves version 8 to whoever makes the id; the other bits are a UUIDv7's."""
TEST_DOMAIN: Final = ".uji.example"
"""Addresses of test people end so; no letter ever arrives there (RFC 2606)."""
_VERSION_BITS: Final = 0xF << 76


def new_test_id() -> UUID:
    """A new id of something that exists only to try things out."""
    return UUID(int=new_id().int & ~_VERSION_BITS | TEST_VERSION << 76)


def new_id_beside(other: UUID) -> UUID:
    """A new id of the same world as that one."""
    return new_test_id() if is_test(other) else new_id()


def new_account_id(email: str) -> UUID:
    """An id for a new account: whose address is a test's, is a test person."""
    return new_test_id() if is_test_address(email) else new_id()


def is_test(id: UUID) -> bool:
    """Does what has this id exist only to try things out?"""
    return id.version == TEST_VERSION


def is_test_address(email: str) -> bool:
    """Does the address belong to somebody who exists only to try things out?"""
    return email.strip().lower().endswith(TEST_DOMAIN)


def is_test_sql(column: str) -> str:
    """SQL of the same question about a column of ids; it asks nothing but the row at hand."""
    return f"substr({column}::text, 15, 1) = '{TEST_VERSION}'"


def same_world(one: str, other: str) -> str:
    """SQL of a CHECK that the ids of two columns are both real or both tests."""
    return f"({is_test_sql(one)}) = ({is_test_sql(other)})"
