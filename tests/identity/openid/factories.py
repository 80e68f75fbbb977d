"""Programs and people for the tests of OpenID Connect."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from eorder_platform import tenancy
from eorder_platform.identity.openid import access_tokens, programs
from eorder_platform.identity.openid.access_tokens import NewToken
from eorder_platform.identity.openid.models import Program, ProgramKind
from eorder_platform.identity.openid.scopes import Scope
from eorder_platform.identity.signing_in import create_account_with_hash
from eorder_platform.ids import new_id

RETURN = "https://program.example/kembali"
SCOPES = frozenset({Scope.OPENID, Scope.PROFILE, Scope.EMAIL, Scope.OFFLINE, Scope.ORDERS_READ})


@dataclass(frozen=True)
class AProgram:
    """A registered program with the secret that it was shown."""

    id: UUID
    client_id: str
    secret: str
    row: Program


async def a_program(**different: Any) -> AProgram:
    """A program that acts for people, registered and committed."""
    facts: dict[str, Any] = {
        "name": "Buku Lapak",
        "operator": "PT Contoh Buku Digital",
        "homepage": "https://program.example/",
        "kind": ProgramKind.BROKER,
        "scopes": SCOPES,
        "redirect_addresses": (RETURN,),
    }
    async with tenancy.national() as session:
        done = await programs.register(session, None, programs.NewProgram(**{**facts, **different}))
    return AProgram(done.program.id, done.program.id.hex, done.secret or "", done.program)


async def an_account(name: str = "Salma Idrus", password_hash: str = "!") -> UUID:
    """A person with an account and no password that fits."""
    async with tenancy.national() as session:
        account = await create_account_with_hash(session, f"{new_id().hex}@uji.id", name, password_hash)
    return account.id


async def a_token(program: AProgram, account_id: UUID | None, *scopes: Scope, **different: Any) -> str:
    """An access token, committed."""
    async with tenancy.national() as session:
        return await access_tokens.issue(session, NewToken(program.id, account_id, scopes, **different))
