"""The administrator's pages as a browser without JavaScript meets them."""

from collections.abc import Callable
from uuid import UUID

import httpx

from eorder_platform import tenancy
from eorder_platform.identity.inviting import accept_invitation, find_or_invite, issue_token
from eorder_platform.identity.jobs import invite as invite_in_nation
from eorder_platform.ids import new_id
from eorder_platform.mail import read_mailbox
from eorder_platform.tenancy import Tenant
from eorder_tenants.organisation.actors import actor_for
from eorder_tenants.organisation.jobs import invite as invite_in_region
from eorder_tenants.organisation.models import Role
from tests.identity.arriving import sign_in
from tests.organisation.factories import an_official
from tests.organisation.visiting import committed, let_in, send

ClientFor = Callable[[str], httpx.AsyncClient]


async def test_an_administrator_appoints_and_ends(client_for: ClientFor, dki: Tenant) -> None:
    admin, person = await committed(dki, Role.TENANT_ADMIN), await committed(dki)
    address = f"/organisasi/pejabat/{person.id}"
    appointment = {
        "role": "treasurer",
        "work_unit_id": "",
        "letter_number": "SK 9/2026",
        "valid_from": "2026-01-01",
        "valid_to": "2099-12-31",
    }
    async with client_for("dki.localhost") as browser:
        await let_in(browser, dki, admin)
        answer = await send(browser, address, f"{address}/penugasan", appointment)
        assert answer.status_code == 303
        html = (await browser.get(address)).text
        assert "SK 9/2026" in html
        ending = html.partition('action="/organisasi/penugasan/')[2].partition("/")[0]
        answer = await send(
            browser, address, f"/organisasi/penugasan/{ending}/pengakhiran", {"last_day": "2020-01-01"}
        )
        assert answer.status_code == 422
        assert "tidak dapat diakhiri surut" in answer.text
        assert f'id="last_day-{ending}"' in answer.text
    async with tenancy.inside(dki) as session:
        assert (await actor_for(session, UUID(str(person.id)))).roles == {Role.TREASURER}


async def test_a_refused_appointment_keeps_what_was_typed_and_says_why(
    client_for: ClientFor, dki: Tenant
) -> None:
    admin, person = await committed(dki, Role.TENANT_ADMIN), await committed(dki)
    address = f"/organisasi/pejabat/{person.id}"
    form = {"role": "", "letter_number": "SK <9>", "valid_from": "besok", "valid_to": ""}
    async with client_for("dki.localhost") as browser:
        await let_in(browser, dki, admin)
        answer = await send(browser, address, f"{address}/penugasan", form)
    assert answer.status_code == 422
    assert "SK &lt;9&gt;" in answer.text
    assert all(f'id="{name}-galat"' in answer.text for name in ("role", "valid_from", "valid_to"))


async def test_other_officials_see_no_organisation(client_for: ClientFor, dki: Tenant) -> None:
    treasurer = await committed(dki, Role.TREASURER)
    async with client_for("dki.localhost") as browser:
        await let_in(browser, dki, treasurer)
        answers = [
            (await browser.get(address)).status_code
            for address in ("/organisasi", "/organisasi/unit", "/organisasi/aturan", "/anggaran/unggahan")
        ]
    assert answers == [403] * 4


async def test_a_region_sees_only_its_own_officials(
    client_for: ClientFor, dki: Tenant, gorontalo: Tenant
) -> None:
    stranger, admin = await committed(gorontalo, Role.TREASURER), await committed(dki, Role.TENANT_ADMIN)
    async with client_for("dki.localhost") as browser:
        await let_in(browser, dki, admin)
        answer = await browser.get(f"/organisasi/pejabat/{stranger.id}")
    assert answer.status_code == 404


async def test_a_cap_above_the_maximum_is_refused_beside_its_field(
    client_for: ClientFor, gorontalo: Tenant
) -> None:
    admin = await committed(gorontalo, Role.TENANT_ADMIN)
    address = "/organisasi/aturan/order_cap"
    form = {"value": "250.000.000", "valid_from": "2099-01-01", "legal_basis": "Pergub 12/2026"}
    async with client_for("gorontalo.localhost") as browser:
        await let_in(browser, gorontalo, admin)
        answer = await send(browser, address, address, form)
        assert answer.status_code == 422
        assert 'id="value-galat"' in answer.text
        answer = await send(browser, address, address, form | {"value": "150.000.000"})
        assert answer.status_code == 303
        assert "150.000.000" in (await browser.get("/organisasi/aturan")).text
        assert (await browser.get("/organisasi/aturan/vat_permil")).status_code == 404


async def test_an_invitation_is_sent_again_only_to_who_has_no_password(
    client_for: ClientFor, dki: Tenant
) -> None:
    email = f"{new_id().hex}@dki.example.go.id"
    async with tenancy.national() as session:
        account_id = await find_or_invite(session, email, "Dewi Lestari", "dki.localhost")
    async with tenancy.inside(dki) as session:
        await an_official(session, Role.TREASURER, account_id=account_id)
    admin = await committed(dki, Role.TENANT_ADMIN)
    address = f"/organisasi/pejabat/{account_id}"
    async with client_for("dki.localhost") as browser:
        await let_in(browser, dki, admin)
        assert (await send(browser, address, f"{address}/undangan", {})).status_code == 303
    await carry_out_invitation(dki, account_id)
    first = [mail for mail in read_mailbox() if mail.to == email]
    async with tenancy.national() as session:
        token = first[0].text.partition("/undangan/")[2].split()[0]
        await accept_invitation(session, token, "tujuh gajah menari")
    await carry_out_invitation(dki, account_id)
    second = [mail for mail in read_mailbox() if mail.to == email]
    assert (len(first), len(second)) == (1, 1)


async def carry_out_invitation(tenant: Tenant, account_id: UUID) -> None:
    """What the worker does with the job that the page wrote, and with the one that follows from it."""
    await invite_in_region(tenant, official_id=str(account_id))
    await invite_in_nation(account_id=str(account_id), host=tenant.hosts[0])


async def test_an_invited_person_sets_a_password_and_signs_in(client_for: ClientFor, dki: Tenant) -> None:
    email, password = f"{new_id().hex}@dki.example.go.id", "tujuh gajah menari"
    async with tenancy.national() as session:
        account_id = await find_or_invite(session, email, "Dewi Lestari", "dki.localhost")
        issued = await issue_token(session, account_id)
    assert issued is not None
    address = f"/undangan/{issued[1]}"
    async with tenancy.inside(dki) as session:
        await an_official(session, Role.TREASURER, account_id=account_id)
    async with client_for("localhost") as browser:
        assert "Dewi Lestari" in (await browser.get(address)).text
        assert (await send(browser, address, address, {"password": "pendek"})).status_code == 422
        assert (await send(browser, address, address, {"password": password})).status_code == 303
        assert (await browser.get(address)).status_code == 404
    async with client_for("dki.localhost") as browser:
        answer = await sign_in(browser, email, password)
    assert (answer.status_code, answer.headers["location"]) == (303, "/tugas")
