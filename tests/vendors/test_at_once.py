"""Five at once, each from a page of their own: what one did, the others are told in a sentence, never in a 500."""

import asyncio
from collections.abc import Callable
from typing import Any

import httpx
from sqlalchemy import func, select

from eorder_platform import tenancy
from eorder_platform.directory.models import Participation, VendorMember
from eorder_platform.identity.models import Account
from eorder_platform.identity.signing_in import create_account_with_hash
from eorder_platform.outbox import NationalOutbox
from eorder_platform.tenancy import Tenant
from tests.directory.factories import a_committed_vendor, digits
from tests.directory.test_lock_order import waiting
from tests.vendors.browsing import NATION, Visitor

ClientFor = Callable[[str], httpx.AsyncClient]


async def five_pages(
    client_for: ClientFor, page: str, action: str
) -> tuple[list[tuple[Visitor, dict[str, str]]], Any]:
    """The owner of a business has the same page open five times; each form has its own key."""
    owner, visitors = await a_committed_vendor(), [Visitor(client_for(NATION)) for _ in range(5)]
    forms = []
    for visitor in visitors:
        await visitor.signs_in(owner.account_id, owner.name, owner.role)
        await visitor.opens(page)
        forms.append((visitor, visitor.hidden_fields(action)))
    assert len({form["_kunci"] for _, form in forms}) == 5
    return forms, owner


async def test_a_region_that_is_asked_five_times_at_once_is_asked_once(
    client_for: ClientFor, dki: Tenant
) -> None:
    action = f"/usaha/wilayah/{dki.id}/permintaan"
    forms, owner = await five_pages(client_for, "/usaha/wilayah", action)
    async with tenancy.national() as nation:
        # all five have come to the region's row before the first of them has made it
        standing = Participation(vendor_id=owner.vendor_id, tenant_id=dki.id, status="requested")
        nation.add(standing)
        await nation.flush()
        asking = [asyncio.create_task(visitor.client.post(action, data=form)) for visitor, form in forms]
        await waiting(nation, 5)
        await nation.delete(standing)
    answers = await asyncio.gather(*asking)
    assert [one.status_code for one in answers] == [303] * 5, [one.text for one in answers]
    asked = {"vendor_id": str(owner.vendor_id), "tenant_id": str(dki.id)}
    async with tenancy.national() as nation:
        asked_regions = select(func.count()).where(Participation.vendor_id == owner.vendor_id)
        told = select(func.count()).where(
            NationalOutbox.job == "catalogue.receive_request", NationalOutbox.arguments == asked
        )
        assert (await nation.scalar(asked_regions), await nation.scalar(told)) == (1, 1)


async def test_somebody_who_is_taken_on_five_times_at_once_is_invited_once(client_for: ClientFor) -> None:
    forms, owner = await five_pages(client_for, "/usaha/profil/tim", "/usaha/profil/tim")
    staff = {"name": "Yusuf Hasan", "email": f"yusuf{digits(9)}@contoh.id"}
    sent = (
        visitor.client.post("/usaha/profil/tim", data=form | staff | {"email": email})
        for (visitor, form), email in zip(forms, [staff["email"], staff["email"].upper()] * 3, strict=False)
    )
    answers = await asyncio.gather(*sent)
    assert sorted(one.status_code for one in answers) == [303, 422, 422, 422, 422], [
        one.text for one in answers
    ]
    assert all("sudah memiliki akun" in one.text for one in answers if one.status_code == 422)
    async with tenancy.national() as nation:
        theirs = func.lower(Account.email) == staff["email"]
        invited = (await nation.scalars(select(Account.id).where(theirs))).all()
        letters = select(func.count()).where(
            NationalOutbox.job == "identity.invite",
            NationalOutbox.arguments["account_id"].astext == str(invited[0]),
        )
        team = select(func.count()).where(VendorMember.vendor_id == owner.vendor_id)
        assert (len(invited), await nation.scalar(letters), await nation.scalar(team)) == (1, 1, 2)


async def test_whoever_makes_an_account_at_that_moment_is_not_drawn_into_the_business(
    client_for: ClientFor,
) -> None:
    """Between the look-up and the invitation they were there, and were taken for the person that had been invited."""
    forms, _ = await five_pages(client_for, "/usaha/profil/tim", "/usaha/profil/tim")
    visitor, form = forms[0]
    email = f"pejabat{digits(9)}@contoh.id"
    async with tenancy.national() as nation:
        theirs = await create_account_with_hash(nation, email, "Pejabat Baru", "-")
        adding = asyncio.create_task(
            visitor.client.post("/usaha/profil/tim", data=form | {"name": "Yusuf", "email": email})
        )
        await waiting(nation, 1)
    answer = await adding
    assert answer.status_code == 422 and "sudah memiliki akun" in answer.text
    async with tenancy.national() as nation:
        assert await nation.scalar(select(VendorMember).where(VendorMember.account_id == theirs.id)) is None
        assert (await nation.get_one(Account, theirs.id)).password_hash == "-"
