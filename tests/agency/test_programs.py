"""The agency's page of programs: registered once, a secret shown once, stopped at once."""

import re
from collections.abc import Callable
from uuid import UUID

import httpx
import pytest

from eorder_platform import tenancy
from eorder_platform.identity.agency import give_role
from eorder_platform.identity.models import Account, NationalRoleName
from eorder_platform.identity.openid import access_tokens, programs
from eorder_platform.identity.openid.access_tokens import NewToken
from eorder_platform.identity.openid.models import Program
from eorder_platform.identity.openid.scopes import Scope
from eorder_platform.ids import new_id
from tests.identity.openid.factories import a_program, an_account
from tests.vendors.browsing import NATION, Visitor

FORM = {
    "name": "Sistem Keuangan DKI",
    "operator": "BPKD DKI Jakarta",
    "homepage": "https://keuangan.example/",
    "kind": "finance",
    "scopes": ["openid", "orders:read"],
    "acts_for_people": "ya",
    "redirect_addresses": "https://keuangan.example/kembali",
    "regions": "dki",
}


@pytest.fixture
def visitor(client_for: Callable[[str], httpx.AsyncClient]) -> Visitor:
    return Visitor(client_for(NATION))


async def comes(visitor: Visitor, role: NationalRoleName) -> UUID:
    account_id = await an_account("Ratna Wulandari")
    async with tenancy.national() as session:
        await give_role(session, (await session.get_one(Account, account_id)).email, role)
    await visitor.signs_in(account_id, "Ratna Wulandari", role)
    return account_id


async def test_a_program_is_registered_once_and_its_secret_is_shown_once(visitor: Visitor) -> None:
    await comes(visitor, NationalRoleName.AGENCY_ADMIN)
    await visitor.opens("/program/baru")
    refused = await visitor.sends("/program", {**FORM, "regions": "atlantis"})
    assert refused.status_code == 422 and "atlantis" in refused.text and "Sistem Keuangan DKI" in refused.text
    await visitor.sends("/program", FORM, again=True)
    shown = re.search(r"eos_[\w-]{40,}", visitor.page.text)
    assert visitor.page.status_code == 200 and visitor.sees("Membaca pesanan dan statusnya")
    path = visitor.page.url.path
    async with tenancy.national() as session:
        program = await session.get_one(Program, UUID(path.rpartition("/")[2]))
        assert shown is not None and programs.is_secret_of(program, shown[0])
        assert (program.regions, program.scopes) == (["dki"], ["openid", "orders:read"])
    await visitor.opens(path)
    assert "eos_" not in visitor.page.text and program.id.hex in visitor.page.text
    await visitor.opens("/program")
    assert visitor.page.text.count("BPKD DKI Jakarta") == 1


async def test_a_secret_is_changed_and_a_program_is_stopped_and_lives_again(visitor: Visitor) -> None:
    await comes(visitor, NationalRoleName.AGENCY_ADMIN)
    program, person = await a_program(name=f"Program {new_id().hex[:8]}"), await an_account()

    async def a_token() -> str:
        async with tenancy.national() as session:
            return await access_tokens.issue(session, NewToken(program.id, person, (Scope.ORDERS_READ,)))

    token = await a_token()
    await visitor.opens(f"/program/{program.id}")
    await visitor.sends(f"/program/{program.id}/rahasia")
    assert visitor.sees("eos_") and program.secret not in visitor.page.text
    assert await access_tokens.find(token) is None
    token = await a_token()
    await visitor.sends(f"/program/{program.id}/penghentian")
    assert visitor.sees("Dihentikan") and await access_tokens.find(token) is None
    await visitor.sends(f"/program/{program.id}/pembukaan")
    assert visitor.sees("Aktif") and await access_tokens.find(token) is None


async def test_a_verifier_reads_and_changes_nothing(visitor: Visitor) -> None:
    await comes(visitor, NationalRoleName.VERIFIER)
    program = await a_program()
    await visitor.opens(f"/program/{program.id}")
    assert visitor.page.status_code == 200 and "Hentikan program" not in visitor.page.text
    csrf = visitor.hidden_fields("/keluar")
    assert (await visitor.client.post("/program", data={**csrf, **FORM})).status_code == 403
    for act in ("rahasia", "penghentian", "pembukaan"):
        answer = await visitor.client.post(f"/program/{program.id}/{act}", data=csrf)
        assert answer.status_code == 403
    async with tenancy.national() as session:
        assert (await session.get_one(Program, program.id)).active
