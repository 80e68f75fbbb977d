"""Programs that ask the API for somebody: an access token of theirs, and a client that shows it."""

from collections.abc import Callable
from uuid import UUID

import httpx

from eorder_platform import tenancy
from eorder_platform.identity.models import Account
from eorder_platform.identity.openid.scopes import Scope
from eorder_platform.ids import new_id
from tests.identity.openid.factories import AProgram, a_program, a_token

ClientFor = Callable[[str], httpx.AsyncClient]


async def an_account_of(person_id: UUID, name: str = "Orang Uji") -> None:
    """The national account behind an official or a member that a test made without one."""
    async with tenancy.national() as session:
        session.add(Account(id=person_id, email=f"{new_id().hex}@uji.id", name=name, password_hash="-"))


async def a_client(
    client_for: ClientFor, host: str, person_id: UUID, *scopes: Scope, program: AProgram | None = None
) -> httpx.AsyncClient:
    """A program at that host that acts for this person and may do everything, or only what is named."""
    given = scopes or tuple(Scope)
    program = program or await a_program(scopes=frozenset(Scope))
    token = await a_token(program, person_id, *given)
    client = client_for(host)
    client.base_url = httpx.URL(f"http://{host}/api/v1")
    client.headers["Authorization"] = f"Bearer {token}"
    return client
