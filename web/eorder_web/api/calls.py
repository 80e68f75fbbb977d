"""A request of the API as its operations see it: at which place, by which program for whom, in which language."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from eorder_platform.errors import NotAllowed
from eorder_platform.identity.sessions import NATIONAL_PLACE
from eorder_platform.tenancy import Tenant

PREFIX: Final = "/api/v1"


@dataclass(frozen=True)
class Caller:
    """A program that acts for a person, as its access token says.

    `regions`: slugs of those in which it may act, empty for all. `methods` and `proved_at`: how the person proved who
    they are when they let the program in, as in a session.
    """

    account_id: UUID
    client_id: str
    scopes: frozenset[str]
    regions: frozenset[str] = frozenset()
    methods: tuple[str, ...] = ()
    proved_at: datetime | None = None


@dataclass
class Call:
    """What is known before an operation runs. `path` is below /api/v1; `values` are those in the path by name.

    `signs`: the operation takes proof of the person.
    """

    method: str
    path: str
    query: bytes
    headers: Mapping[bytes, bytes]
    host: str
    address: str
    request_id: str
    locale: str
    tenant: Tenant | None = None
    caller: Caller | None = None
    values: dict[str, Any] = field(default_factory=dict)
    signs: bool = False

    @property
    def place(self) -> str:
        return self.tenant.slug if self.tenant is not None else NATIONAL_PLACE

    @property
    def region(self) -> Tenant:
        """The region of this host; only its operations exist there."""
        assert self.tenant is not None
        return self.tenant

    @property
    def account_id(self) -> UUID:
        """Whose token it is."""
        if self.caller is None:
            raise NotAllowed("Masuk dahulu untuk melakukan ini.")
        return self.caller.account_id

    def header(self, name: bytes) -> str:
        """A header's text, empty where it is not sent."""
        return self.headers.get(name, b"").decode("latin-1")
