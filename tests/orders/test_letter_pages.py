"""Letters, red flags and the auditors' record as a browser without JavaScript meets them."""

from collections.abc import Callable
from datetime import date, timedelta
from uuid import UUID

import httpx
import pytest
from sqlalchemy import select, text, update
from sqlalchemy.exc import DBAPIError

from eorder_platform import clock, tenancy
from eorder_platform.identity import sessions
from eorder_platform.tenancy import Tenant, provisioning
from eorder_tenants.orders.core.models import Status
from eorder_tenants.orders.letters.ending import end_letter
from eorder_tenants.organisation.actors import actor_for
from eorder_tenants.organisation.models import AuditRead, Delegation, Role, RoleAssignment
from eorder_tenants.tables import metadata
from eorder_web.edge.dispatching import Dispatcher
from eorder_web.orders.watching import PAGE_WORDS
from tests.api.factories import a_client, an_account_of
from tests.orders.factories import Cast, a_cast, an_order
from tests.orders.test_letters import a_letter
from tests.organisation.factories import an_official
from tests.organisation.visiting import let_in, send

ClientFor = Callable[[str], httpx.AsyncClient]
TODAY = date(2026, 7, 6)


async def _cast(tenant: Tenant, status: Status = Status.AWAITING_APPROVAL) -> tuple[Cast, UUID]:
    async with tenancy.inside(tenant) as session:
        cast = await a_cast(session)
        return cast, (await an_order(session, cast, status)).id


def _office(role: Role, cast: Cast, holder: UUID | None) -> str:
    return f"{role}.{cast.unit.id}.{holder or ''}"


async def test_from_asking_to_acting_to_ending(client_for: ClientFor, dki: Tenant) -> None:
    cast, order_id = await _cast(dki)
    form = {
        "delegate_id": str(cast.receiver.id),
        "first_day": TODAY.isoformat(),
        "last_day": (TODAY + timedelta(days=4)).isoformat(),
        "number": f"ND-{cast.unit.code}",
    }
    async with client_for("dki.localhost") as browser:
        await let_in(browser, dki, cast.approver)
        page = (await browser.get("/pelimpahan/baru")).text
        assert "Ajukan surat kepada Pengguna Anggaran" in page
        seen = await send(browser, "/pelimpahan/baru", "/pelimpahan", {**form, "number": ""})
        assert seen.status_code == 422 and "Tulis nomor suratnya." in seen.text
        token = page.partition('name="_csrf" value="')[2].partition('"')[0]
        scopes = ["issued_at", "handed_over_at"]
        office = _office(Role.COMMITMENT_OFFICER, cast, cast.approver.id)
        fields = {**form, "scopes": scopes, "office": office, "_csrf": token}
        preview = await browser.post("/pelimpahan/pratinjau", data=fields)
        assert preview.status_code == 200
        assert f"1 pesanan dapat dikerjakan {cast.receiver.name}" in preview.text
        assert f"({'Plh'} PPK) atas nama {cast.approver.name}, surat {form['number']}" in preview.text
        async with tenancy.inside(dki) as session:
            assert (
                await session.scalar(select(Delegation.id).where(Delegation.number == form["number"])) is None
            )
        answer = await browser.post("/pelimpahan", data={**fields, "_kunci": cast.unit.id.hex})
        assert answer.status_code == 303
        where = answer.headers["location"]
        page = (await browser.get(where)).text
        assert "Surat ini menunggu Pengguna Anggaran" in page and "Terbitkan surat ini?" not in page
        assert "Belum terbit, jadi belum memberi tugas apa pun." in page
        assert "menunggu Anda terbitkan" not in (await browser.get("/tugas")).text
        english = (await browser.get(where, params={"bahasa": "en"})).text
        assert "6\N{NO-BREAK SPACE}Juli\N{NO-BREAK SPACE}2026" in english, (
            "the letter itself stays Indonesian"
        )
        await browser.get("/tugas", params={"bahasa": "id"})
        assert (await browser.get(f"{where}/lembar.pdf")).status_code == 404
    async with client_for("dki.localhost") as browser:
        await let_in(browser, dki, cast.budget_user)
        assert form["number"] in (await browser.get("/pelimpahan")).text
        waits = f"Surat {form['number']} untuk {cast.receiver.name} menunggu Anda terbitkan."
        assert waits in (await browser.get("/tugas")).text
        assert (await send(browser, where, f"{where}/penerbitan", {})).status_code == 303
        assert waits not in (await browser.get("/tugas")).text
        paper = await browser.get(f"{where}/lembar.pdf")
        assert paper.headers["content-type"] == "application/pdf" and paper.content.startswith(b"%PDF")
        assert paper.content == (await browser.get(f"{where}/lembar.pdf")).content
    async with client_for("dki.localhost") as browser:
        await let_in(browser, dki, cast.receiver)
        tasks = (await browser.get("/tugas")).text
        assert f"Sebagai Plh PPK atas nama {cast.approver.name}, surat {form['number']}" in tasks
        page = (await browser.get(f"/pesanan/{order_id}")).text
        assert f"Anda bertindak sebagai Plh PPK atas nama {cast.approver.name}" in page
        signed = await send(
            browser, f"/pesanan/{order_id}", f"/pesanan/{order_id}/persetujuan", {"periksa": "ya"}
        )
        assert signed.status_code == 303
        page = (await browser.get(f"/pesanan/{order_id}")).text
        who = f"{cast.receiver.name} (Plh PPK) atas nama {cast.approver.name}, surat {form['number']}"
        assert who in page, "the journal says for whom"
        assert f"{cast.receiver.name} atas nama {cast.approver.name}" in page, "the people of the order too"
        english = (await browser.get(f"/pesanan/{order_id}", params={"bahasa": "en"})).text
        assert f"on behalf of {cast.approver.name}, letter {form['number']}" in english
        await browser.get("/tugas", params={"bahasa": "id"})
        assert (await send(browser, where, f"{where}/pengakhiran", {})).status_code == 303
        assert "Sebagai Plh PPK" not in (await browser.get("/tugas")).text
    async with client_for("dki.localhost") as browser:
        await let_in(browser, dki, cast.stranger)
        assert (await browser.get(where)).status_code == 404


async def test_a_letter_ended_while_the_page_was_open_is_refused_at_the_click(
    client_for: ClientFor, dki: Tenant
) -> None:
    cast, order_id = await _cast(dki)
    async with tenancy.inside(dki) as session:
        letter = await a_letter(session, cast, cast.receiver)
    async with client_for("dki.localhost") as browser:
        await let_in(browser, dki, cast.receiver)
        page = (await browser.get(f"/pesanan/{order_id}")).text
        token = page.partition('name="_csrf" value="')[2].partition('"')[0]
        version = page.partition('name="version" value="')[2].partition('"')[0]
        async with tenancy.inside(dki) as session:
            await end_letter(session, cast.approver, letter.id)
        fields = {"version": version, "periksa": "ya", "_csrf": token, "_kunci": letter.id.hex}
        answer = await browser.post(f"/pesanan/{order_id}/persetujuan", data=fields)
        assert answer.status_code == 403 and "tidak mencakup" in answer.text


async def test_menus_follow_without_a_new_sign_in(client_for: ClientFor, dki: Tenant) -> None:
    """A role that ended since the sign-in is gone from the session itself, for pages that ask no database."""
    async with tenancy.inside(dki) as session:
        cast = await a_cast(session)
        person = await an_official(session, Role.TREASURER, Role.AUDITOR, unit=cast.unit)
    async with client_for("dki.localhost") as browser:
        await let_in(browser, dki, person)
        token = next(value for value in browser.cookies.values())
        async with tenancy.inside(dki) as session:
            await session.execute(
                update(RoleAssignment)
                .where(RoleAssignment.official_id == person.id, RoleAssignment.role == Role.AUDITOR)
                .values(valid_to=TODAY - timedelta(days=1))
            )
        await browser.get("/pesanan")
        kept = await sessions.find(dki.slug, token)
        assert kept and kept.roles == (Role.TREASURER,)


async def test_every_page_that_an_auditor_reads_is_kept(client_for: ClientFor, dki: Tenant) -> None:
    """A31: who read which order and when; nobody else's reading is kept, and nothing of it can be changed."""
    cast, order_id = await _cast(dki, Status.ISSUED)
    async with client_for("dki.localhost") as browser:
        await let_in(browser, dki, cast.auditor)
        await browser.get(f"/pesanan/{order_id}")
        await browser.get("/pesanan", params={"q": "kertas"})
        await browser.get("/pesanan.csv")
        assert (await browser.get(f"/pesanan/{cast.unit.id}")).status_code == 404
    async with client_for("dki.localhost") as browser:
        await let_in(browser, dki, cast.approver)
        await browser.get(f"/pesanan/{order_id}")
        assert (await browser.get("/pengawasan/pembacaan")).status_code == 403
    async with tenancy.inside(dki) as session:
        rows = await session.execute(
            select(AuditRead.page, AuditRead.subject_id, AuditRead.detail)
            .where(AuditRead.official_id.in_([cast.auditor.id, cast.approver.id]))
            .order_by(AuditRead.id)
        )
        found = [tuple(one) for one in rows]
    assert found[:2] == [("orders.show", order_id, ""), ("orders.list", None, "q=kertas")]
    assert {one[0] for one in found[2:]} == {"orders.list_csv"}
    for change in ("update audit_read set page = 'x'", "delete from audit_read"):
        with pytest.raises(DBAPIError):
            async with tenancy.inside(dki) as session:
                await session.execute(text(change))
    with pytest.raises(DBAPIError):
        async with tenancy.inside(dki) as session:
            await session.execute(
                text(
                    "insert into audit_read (id, official_id, page, recorded_at) values (:id, :id, 'x', now())"
                ),
                {"id": cast.auditor.id},
            )
    async with client_for("dki.localhost") as browser:
        await let_in(browser, dki, cast.admin)
        page = (await browser.get("/pengawasan/pembacaan", params={"q": str(order_id)})).text
        assert cast.auditor.name in page and f"/pesanan/{order_id}" in page


def test_what_an_auditor_opens_is_called_by_words_and_never_by_its_route(application: Dispatcher) -> None:
    pages = {
        one.name: one.opt.get("access")
        for route in application.region.routes
        for one in getattr(route, "route_handlers", ())
        if "GET" in one.http_methods
    }
    keep_nothing = {"letters.preview_form", "budgets.sample_csv", "budgets.sample_xlsx"}
    assert {name for name, access in pages.items() if access == "official"} - keep_nothing <= set(PAGE_WORDS)
    assert set(PAGE_WORDS) <= set(pages)


async def test_what_a_program_reads_for_an_auditor_is_kept_too(client_for: ClientFor, dki: Tenant) -> None:
    cast, order_id = await _cast(dki, Status.ISSUED)
    await an_account_of(cast.auditor.official_id)
    async with await a_client(client_for, "dki.localhost", cast.auditor.official_id) as program:
        assert (await program.get(f"/orders/{order_id}")).status_code == 200
    async with tenancy.inside(dki) as session:
        read = select(AuditRead.page, AuditRead.subject_id).where(AuditRead.official_id == cast.auditor.id)
        assert [tuple(one) for one in await session.execute(read)] == [(f"api /orders/{order_id}", order_id)]


async def test_a_program_asks_issues_acts_and_ends_as_its_person_may(
    client_for: ClientFor, dki: Tenant
) -> None:
    cast, order_id = await _cast(dki)
    for person in (cast.approver, cast.budget_user, cast.receiver):
        await an_account_of(person.official_id)
    asked = {
        "kind": "plh",
        "role": "commitment_officer",
        "work_unit_id": str(cast.unit.id),
        "delegate_id": str(cast.receiver.id),
        "delegator_id": str(cast.approver.id),
        "first_day": TODAY.isoformat(),
        "last_day": TODAY.isoformat(),
        "number": f"ND-{cast.unit.code}",
    }
    async with await a_client(client_for, "dki.localhost", cast.approver.official_id) as program:
        made = await program.post("/letters", json=asked, headers={"Idempotency-Key": "satu"})
        assert made.status_code == 201 and made.json()["state"] == "asked"
        again = await program.post(
            "/letters", json=asked | {"number": "lain"}, headers={"Idempotency-Key": "dua"}
        )
        assert again.status_code == 422 and "beririsan" in again.text
    letter = made.json()["id"]
    async with await a_client(client_for, "dki.localhost", cast.budget_user.official_id) as program:
        issued = await program.post(f"/letters/{letter}/issue", headers={"Idempotency-Key": "tiga"})
        assert issued.json()["state"] == "holds" and issued.json()["issued_by_name"] == cast.budget_user.name
    async with await a_client(client_for, "dki.localhost", cast.receiver.official_id) as program:
        order = (await program.get(f"/orders/{order_id}")).json()
        offered = {one["name"]: one["letter"] for one in order["steps"]}
        assert offered["approve"] == asked["number"]
        ended = await program.post(f"/letters/{letter}/ending", headers={"Idempotency-Key": "empat"})
        assert ended.json()["state"] == "ended"
        order = (await program.get(f"/orders/{order_id}")).json()
        assert "approve" not in {one["name"] for one in order["steps"]}


async def test_an_auditor_serves_several_regions_for_a_time(
    client_for: ClientFor, dki: Tenant, gorontalo: Tenant
) -> None:
    """One account, an appointment in each region; the database keeps none without an end."""
    async with tenancy.inside(dki) as session:
        auditor = await an_official(session, Role.AUDITOR, name="Auditor KPK")
    async with tenancy.inside(gorontalo) as session:
        await an_official(session, Role.AUDITOR, name="Auditor KPK", account_id=auditor.id)
    orders = {tenant.slug: (await _cast(tenant, Status.ISSUED))[1] for tenant in (dki, gorontalo)}
    for tenant in (dki, gorontalo):
        async with client_for(f"{tenant.slug}.localhost") as browser:
            await let_in(browser, tenant, auditor)
            assert (await browser.get(f"/pesanan/{orders[tenant.slug]}")).status_code == 200
            (other,) = set(orders.values()) - {orders[tenant.slug]}
            assert (await browser.get(f"/pesanan/{other}")).status_code == 404
        async with tenancy.inside(tenant) as session:
            read = select(AuditRead.subject_id).where(AuditRead.official_id == auditor.id)
            assert list(await session.scalars(read)) == [orders[tenant.slug]]
    with pytest.raises(DBAPIError):
        async with tenancy.inside(gorontalo) as session:
            await session.execute(
                update(RoleAssignment).where(RoleAssignment.official_id == auditor.id).values(valid_to=None)
            )
    with clock.travelling_to(clock.now() + timedelta(days=5 * 366)):
        async with tenancy.inside(gorontalo) as session:
            assert (await actor_for(session, auditor.official_id)).roles == frozenset()


async def test_what_an_auditor_reads_is_kept_while_the_region_is_suspended(
    client_for: ClientFor, gorontalo: Tenant
) -> None:
    cast, order_id = await _cast(gorontalo, Status.ISSUED)
    await provisioning.set_suspended(gorontalo, metadata, "Uji")
    try:
        async with client_for("gorontalo.localhost") as browser:
            await let_in(browser, gorontalo, cast.auditor)
            assert (await browser.get(f"/pesanan/{order_id}")).status_code == 200
        async with tenancy.inside(gorontalo) as session:
            read = select(AuditRead.subject_id).where(AuditRead.official_id == cast.auditor.id)
            assert list(await session.scalars(read)) == [order_id]
    finally:
        await provisioning.set_suspended(gorontalo, metadata, None)
