"""The agency's page of words that mean the same: tried, kept, withdrawn; nobody else changes them."""

from collections.abc import Callable
from uuid import UUID

import httpx
import pytest

from eorder_platform import tenancy
from eorder_platform.errors import NotAllowed
from eorder_platform.identity.agency import agency_admin_for, give_role
from eorder_platform.identity.models import Account, NationalRoleName
from eorder_platform.tenancy import Tenant
from eorder_platform.wording.editing import current_synonyms
from tests.catalogue.factories import a_seller, a_word
from tests.identity.openid.factories import an_account
from tests.vendors.browsing import NATION, Visitor


@pytest.fixture
def visitor(client_for: Callable[[str], httpx.AsyncClient]) -> Visitor:
    return Visitor(client_for(NATION))


async def comes(visitor: Visitor, role: NationalRoleName) -> UUID:
    account_id = await an_account("Ratna Wulandari")
    async with tenancy.national() as session:
        await give_role(session, (await session.get_one(Account, account_id)).email, role)
    await visitor.signs_in(account_id, "Ratna Wulandari", role)
    return account_id


async def phrases(words: str) -> list[str]:
    async with tenancy.national() as session:
        return [one.phrase for one in await current_synonyms(session, words)]


async def test_a_synonym_is_tried_kept_and_withdrawn(visitor: Visitor, dki: Tenant) -> None:
    seller, typed = await a_seller(dki), a_word()
    await comes(visitor, NationalRoleName.AGENCY_ADMIN)
    await visitor.opens(f"/padanan?kata={typed}&sama={seller.word}")
    assert visitor.sees(seller.product.name), "the trial shows what would be found"
    assert await phrases(typed) == [], "trying changes nothing"
    await visitor.sends("/padanan", {"phrase": typed, "meanings": seller.word}, again=True)
    assert await phrases(typed) == [typed]
    async with tenancy.national() as session:
        (kept,) = await current_synonyms(session, typed)
    await visitor.opens(f"/padanan?q={typed}")
    assert visitor.sees(seller.word)
    await visitor.sends(f"/padanan/{kept.id}/pencabutan")
    assert await phrases(typed) == []


async def test_what_says_nothing_stands_beside_its_field(visitor: Visitor) -> None:
    await comes(visitor, NationalRoleName.AGENCY_ADMIN)
    page = await visitor.opens("/padanan?kata=kertas&sama=%23ATLANTIS")
    assert page.status_code == 422
    assert visitor.sees("Kategori “ATLANTIS” tidak ada.")
    await visitor.opens("/padanan?kata=zzcoba&sama=kertas")
    refused = await visitor.sends("/padanan", {"phrase": "", "meanings": "kertas"})
    assert refused.status_code == 422
    assert visitor.sees("Tulis kata yang diketik orang")


async def test_a_verifier_reads_and_changes_nothing(visitor: Visitor) -> None:
    typed = a_word()
    account_id = await comes(visitor, NationalRoleName.VERIFIER)
    await visitor.opens("/padanan")
    assert not visitor.sees("Tambah padanan")
    await visitor.opens(f"/padanan?kata={typed}&sama=kertas")
    assert visitor.page.status_code == 200
    assert 'method="post" action="/padanan"' not in visitor.page.text
    async with tenancy.national() as session:
        with pytest.raises(NotAllowed):
            await agency_admin_for(session, account_id)
