"""What is signed asks for proof of the person, below every page; the journal keeps which factor, under its seal."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta

import httpx
import pytest
from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession

from eorder_platform import clock, tenancy
from eorder_platform.directory.models import VendorRole
from eorder_platform.errors import Refused
from eorder_platform.identity import sessions
from eorder_platform.identity.events import NOWHERE
from eorder_platform.identity.factors import take_code
from eorder_platform.identity.models import Account
from eorder_platform.identity.proving import Factor, Proof, ProofNeeded
from eorder_platform.ids import new_id
from eorder_platform.tenancy import Tenant
from eorder_tenants.orders.contracting.approving import approve_order
from eorder_tenants.orders.core import journal
from eorder_tenants.orders.core.models import Order, OrderEvent, Status
from eorder_tenants.orders.core.steps import Party, Step
from eorder_tenants.orders.letters.asking import WantedLetter, ask_letter
from eorder_tenants.orders.letters.issuing import issue_letter
from eorder_tenants.orders.letters.scope import scopes_of
from eorder_tenants.orders.lifecycle import steps
from eorder_tenants.organisation.actors import Actor
from eorder_tenants.organisation.appointing import Appointment, appoint
from eorder_tenants.organisation.models import LetterKind, Role, RuleOverride
from eorder_tenants.organisation.overriding import Deviation, set_rule
from eorder_web.edge.visiting import SESSION_COOKIE
from tests.api.factories import a_client
from tests.identity.proofs import code, with_app
from tests.orders.factories import Cast, a_cast, an_order, take
from tests.orders.test_pages import words_of
from tests.organisation.factories import an_official
from tests.organisation.visiting import let_in, send

pytestmark = pytest.mark.unproved
ClientFor = Callable[[str], httpx.AsyncClient]
SIGNED = {"approve", "accept", "hand_over", "request_payment", "approve_payment"}
MAY_BE_SIGNED = {"submit", "inspect", "record_payment"}


def unproved(actor: Actor) -> Actor:
    return replace(actor, proof=None)


def shown(actor: Actor, ago: timedelta, factor: Factor = Factor.APP) -> Actor:
    return replace(actor, proof=Proof(factor, clock.now() - ago))


def signer_of(cast: Cast, step: Step) -> Actor:
    signers: dict[Party, Actor] = {
        Role.COMMITMENT_OFFICER: cast.approver,
        Role.TREASURER: cast.treasurer,
        Role.BUDGET_USER: cast.budget_user,
        VendorRole.OWNER: cast.owner,
    }
    return signers[step.by[0]]


async def waiting_for_approval(tenant: Tenant) -> tuple[Cast, Order]:
    async with tenancy.inside(tenant) as session:
        cast = await a_cast(session, price=1_000_000, pkp=False)
        return cast, await an_order(session, cast, Status.AWAITING_APPROVAL)


async def has_account(actor: Actor) -> None:
    """The official's account, with an app."""
    async with tenancy.national() as session:
        email = f"{new_id().hex}@uji.id"
        session.add(Account(id=actor.official_id, email=email, name=actor.name, password_hash="-"))
    await with_app(actor.official_id)


@asynccontextmanager
async def signed_in(client_for: ClientFor, tenant: Tenant, actor: Actor) -> AsyncIterator[httpx.AsyncClient]:
    async with client_for(f"{tenant.slug}.localhost") as browser:
        await let_in(browser, tenant, actor)
        await sessions.remember_factors(actor.official_id, ("app",))
        yield browser


async def form_at(browser: httpx.AsyncClient, page: str, action: str) -> dict[str, str]:
    """What the form that leads there carries unseen."""
    html = (await browser.get(page)).text
    form = next(one for one in html.split("<form")[1:] if f'action="{action}"' in one)
    return {
        name: form.partition(f'name="{name}" value="')[2].partition('"')[0]
        for name in ("_csrf", "_kunci", "version")
    }


async def journal_of(tenant: Tenant, order: Order) -> list[OrderEvent]:
    async with tenancy.inside(tenant) as session:
        return await journal.history(session, order.id)


def test_what_is_signed_is_declared_with_the_step() -> None:
    assert {step.name for step in steps() if step.signs} == SIGNED
    assert {step.name for step in steps() if step.may_sign} == MAY_BE_SIGNED
    assert not [step.name for step in steps() if step.is_of_system and (step.signs or step.may_sign)]


@pytest.mark.parametrize("step", [step for step in steps() if step.signs], ids=lambda step: step.name)
async def test_no_signature_without_proof_of_the_last_five_minutes(step: Step, dki: Tenant) -> None:
    async with tenancy.inside(dki) as session:
        cast = await a_cast(session, price=1_000_000, pkp=False)
        order = await an_order(session, cast, step.sources[0])
        signer = signer_of(cast, step)
        for actor in (unproved(signer), shown(signer, timedelta(minutes=5, seconds=1))):
            with pytest.raises(ProofNeeded) as needed:
                await take(session, actor, step, order, cast)
            assert needed.value.problems[0][0] == "kode"
        await take(session, shown(signer, timedelta(minutes=4, seconds=50), Factor.SYNCED), step, order, cast)
        newest = await journal.latest(session, order.id)
        assert newest is not None and (newest.action, newest.factor) == (step.name, "swk")
        await session.flush()
        assert journal.is_whole(await journal.history(session, order.id), dki)
        await session.rollback()


async def test_the_form_names_amount_and_payee_and_takes_the_code(client_for: ClientFor, dki: Tenant) -> None:
    cast, order = await waiting_for_approval(dki)
    await has_account(cast.approver)
    page, action = f"/pesanan/{order.id}", f"/pesanan/{order.id}/persetujuan"
    async with signed_in(client_for, dki, cast.approver) as browser:
        html = (await browser.get(page)).text
        assert f"Anda menandatangani Rp 1.000.000 kepada {order.vendor_name}" in words_of(html).replace(
            "\xa0", " "
        )
        assert 'name="kode"' in html and 'autocomplete="one-time-code"' in html
        for typed, said in (("", "bukti bahwa ini Anda"), ("000000", "tidak cocok")):
            answer = await send(browser, page, action, {"periksa": "ya", "kode": typed})
            assert (
                answer.status_code == 422
                and said in answer.text
                and 'id="kode-persetujuan-galat"' in answer.text
            )
        answer = await send(browser, page, action, {"periksa": "ya", "kode": code()})
        assert answer.status_code == 303, words_of(answer.text)
        html = (await browser.get(page)).text
    assert f"{cast.approver.name}, dengan kode aplikasi" in words_of(html)
    assert [event.factor for event in await journal_of(dki, order)] == [None, "otp"]


async def test_who_proved_themselves_just_now_is_asked_nothing(client_for: ClientFor, dki: Tenant) -> None:
    cast, order = await waiting_for_approval(dki)
    async with signed_in(client_for, dki, cast.approver) as browser:
        await sessions.prove("dki", browser.cookies[SESSION_COOKIE], "otp")
        assert 'name="kode"' not in (await browser.get(f"/pesanan/{order.id}")).text
        with clock.travelling_to(clock.now() + timedelta(minutes=5, seconds=5)):
            assert 'name="kode"' in (await browser.get(f"/pesanan/{order.id}")).text


async def test_proof_carried_to_another_place_proves_nothing_there(
    client_for: ClientFor, dki: Tenant, gorontalo: Tenant
) -> None:
    cast, order = await waiting_for_approval(dki)
    await has_account(cast.approver)
    async with signed_in(client_for, dki, cast.approver) as browser:
        elsewhere = await sessions.start(
            "gorontalo", cast.approver.official_id, "x", "x@uji.id", ("commitment_officer",), ""
        )
        await sessions.prove("gorontalo", elsewhere, "otp")
        answer = await send(
            browser, f"/pesanan/{order.id}", f"/pesanan/{order.id}/persetujuan", {"periksa": "ya"}
        )
        assert answer.status_code == 422 and "bukti bahwa ini Anda" in answer.text
        browser.cookies.set(SESSION_COOKIE, elsewhere)
        assert (await browser.get(f"/pesanan/{order.id}")).status_code == 303


async def test_a_double_click_signs_once_and_is_not_told_that_its_code_was_used(
    client_for: ClientFor, dki: Tenant
) -> None:
    cast, order = await waiting_for_approval(dki)
    await has_account(cast.approver)
    action = f"/pesanan/{order.id}/persetujuan"
    async with signed_in(client_for, dki, cast.approver) as browser:
        sent = {**await form_at(browser, f"/pesanan/{order.id}", action), "periksa": "ya", "kode": code()}
        answers = await asyncio.gather(*(browser.post(action, data=sent) for _ in range(2)))
    assert [answer.status_code for answer in answers] == [303, 303]
    assert [event.action for event in await journal_of(dki, order)] == ["submit", "approve"]


async def test_one_code_signs_in_one_session_only(client_for: ClientFor, dki: Tenant) -> None:
    cast, order = await waiting_for_approval(dki)
    await has_account(cast.approver)
    action = f"/pesanan/{order.id}/persetujuan"
    async with (
        signed_in(client_for, dki, cast.approver) as one,
        signed_in(client_for, dki, cast.approver) as other,
    ):
        typed = code()
        forms = [
            {**await form_at(browser, f"/pesanan/{order.id}", action), "periksa": "ya", "kode": typed}
            for browser in (one, other)
        ]
        answers = await asyncio.gather(
            *(browser.post(action, data=sent) for browser, sent in zip((one, other), forms, strict=True))
        )
    assert sorted(answer.status_code for answer in answers) == [303, 422]
    assert [event.action for event in await journal_of(dki, order)] == ["submit", "approve"]


async def test_what_changed_since_it_was_shown_is_not_signed(client_for: ClientFor, dki: Tenant) -> None:
    cast, order = await waiting_for_approval(dki)
    await has_account(cast.approver)
    async with signed_in(client_for, dki, cast.approver) as browser:
        answer = await send(
            browser,
            f"/pesanan/{order.id}",
            f"/pesanan/{order.id}/persetujuan",
            {"periksa": "ya", "kode": code(), "version": str(order.version - 1)},
        )
        assert answer.status_code == 409 and "sudah diubah" in answer.text
        answer = await send(
            browser, f"/pesanan/{order.id}", f"/pesanan/{order.id}/persetujuan", {"periksa": "ya"}
        )
    assert answer.status_code == 303, "the proof was given, and counts for what stands now"


async def test_a_factor_changed_past_the_application_breaks_the_seal(dki: Tenant) -> None:
    cast, order = await waiting_for_approval(dki)
    async with tenancy.inside(dki) as session:
        await approve_order(session, cast.approver, order.id, order.version)
        assert journal.is_whole(entries := await journal.history(session, order.id), dki)
        for other in (None, "hwk"):
            assert not journal.is_whole([entries[0], _with_factor(entries[1], other)], dki)
    with pytest.raises(Exception, match="permission denied"):
        async with tenancy.inside(dki) as session:
            await session.execute(update(OrderEvent).values(factor=None))


def _with_factor(entry: OrderEvent, factor: str | None) -> OrderEvent:
    columns = {column.key: getattr(entry, column.key) for column in OrderEvent.__table__.columns}
    return OrderEvent(**{**columns, "factor": factor})


async def test_a_region_may_ask_for_proof_of_more_acts(dki_session: AsyncSession, dki: Tenant) -> None:
    cast = await a_cast(dki_session, price=1_000_000, pkp=False)
    first, second = [await an_order(dki_session, cast, Status.DELIVERED) for _ in range(2)]
    step = next(step for step in steps() if step.name == "inspect")
    receiver = unproved(cast.receiver)
    await take(dki_session, receiver, step, first, cast)
    newest = await journal.latest(dki_session, first.id)
    assert newest is not None and newest.factor is None
    rule = RuleOverride(
        id=new_id(),
        key="proof_at_inspection",
        value=1,
        valid_from=clock.today(dki.zone),
        legal_basis="Pergub 12/2026",
        changed_by=cast.admin.id,
    )
    dki_session.add(rule)
    await dki_session.flush()
    with pytest.raises(ProofNeeded):
        await take(dki_session, receiver, step, second, cast)


async def test_appointing_and_ruling_are_signed_too(client_for: ClientFor, dki: Tenant) -> None:
    async with tenancy.inside(dki) as session:
        admin = await an_official(session, Role.TENANT_ADMIN)
        person = await an_official(session)
        today = clock.today(dki.zone)
        assert person.id
        wanted = Appointment(person.id, Role.TREASURER, None, today, today + timedelta(days=60), "821/2026")
        with pytest.raises(ProofNeeded):
            await appoint(session, unproved(admin), wanted)
        tomorrow = today + timedelta(days=1)
        with pytest.raises(ProofNeeded):
            await set_rule(
                session, unproved(admin), Deviation("payment_days", 2, tomorrow, None, "Pergub 12/2026 ps. 4")
            )
    await has_account(admin)
    page = f"/organisasi/pejabat/{person.id}"
    form = {
        "role": "treasurer",
        "letter_number": "821/2026",
        "valid_from": str(today),
        "valid_to": str(today + timedelta(days=60)),
    }
    async with signed_in(client_for, dki, admin) as browser:
        assert (await send(browser, page, f"{page}/penugasan", form)).status_code == 422
        answer = await send(browser, page, f"{page}/penugasan", {**form, "kode": code()})
    assert answer.status_code == 303, words_of(answer.text)


async def test_what_has_no_room_for_a_code_is_asked_on_a_page_that_carries_it(
    client_for: ClientFor, dki: Tenant
) -> None:
    async with tenancy.inside(dki) as session:
        admin = await an_official(session, Role.TENANT_ADMIN)
        tomorrow = clock.today(dki.zone) + timedelta(days=1)
        wanted = Deviation("completion_days", 9, tomorrow, None, "Pergub 12/2026 ps. 4")
        row = await set_rule(session, admin, wanted)
    await has_account(admin)
    action = f"/organisasi/aturan/nilai/{row.id}/pencabutan"
    async with signed_in(client_for, dki, admin) as browser:
        answer = await send(browser, "/organisasi/aturan/completion_days", action, {})
        assert answer.status_code == 422 and "tidak hilang" in answer.text
        token = answer.text.partition('name="_csrf" value="')[2].partition('"')[0]
        answer = await browser.post(action, data={"_csrf": token, "kode": code()})
    assert answer.status_code == 303, words_of(answer.text)
    with pytest.raises(Refused):
        async with tenancy.inside(dki) as session:
            await set_rule(session, replace(admin, proof=None), wanted)


async def test_a_program_signs_with_the_code_that_its_person_reads_and_once(
    client_for: ClientFor, dki: Tenant
) -> None:
    cast, order = await waiting_for_approval(dki)
    await has_account(cast.approver)
    program = await a_client(client_for, "dki.localhost", cast.approver.official_id)
    address, body = f"/orders/{order.id}/persetujuan", {"declared": True}
    headers = {"If-Match": f'"{order.version}"', "Idempotency-Key": new_id().hex}
    refused = await program.post(address, json=body, headers=headers)
    assert refused.status_code == 422 and "bukti bahwa ini Anda" in refused.text
    wrong = await program.post(address, json=body, headers={**headers, "Proof-Code": "000000"})
    assert wrong.status_code == 422 and "tidak cocok" in wrong.text
    proved = {**headers, "Proof-Code": code()}
    answers = [await program.post(address, json=body, headers=proved) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [200, 200], answers[1].text
    assert [event.factor for event in await journal_of(dki, order)] == [None, "otp"]


async def test_somebody_elses_code_signs_nothing(client_for: ClientFor, dki: Tenant) -> None:
    cast, order = await waiting_for_approval(dki)
    await has_account(cast.approver)
    action = f"/pesanan/{order.id}/persetujuan"
    theirs = "KRSXG5CTMVRXEZLUKRSXG5CTMVRXEZLU"
    async with signed_in(client_for, dki, cast.approver) as browser:
        answer = await send(
            browser, f"/pesanan/{order.id}", action, {"periksa": "ya", "kode": code(secret=theirs)}
        )
        assert answer.status_code == 422 and "tidak cocok" in answer.text
        used = code()
        await take_code(cast.approver.official_id, used, NOWHERE)  # read over the shoulder, and used first
        answer = await send(browser, f"/pesanan/{order.id}", action, {"periksa": "ya", "kode": used})
        assert answer.status_code == 422 and "sudah dipakai" in answer.text
    assert [event.action for event in await journal_of(dki, order)] == ["submit"]


async def test_whoever_issues_a_letter_signs_it_and_whoever_asks_does_not(
    client_for: ClientFor, dki: Tenant
) -> None:
    async with tenancy.inside(dki) as session:
        cast = await a_cast(session)
        asked = await ask_letter(session, unproved(cast.approver), wanted(cast, cast.receiver, dki))
        assert asked.issued_at is None
        for signing in (
            issue_letter(session, unproved(cast.budget_user), asked.id),
            ask_letter(session, unproved(cast.budget_user), wanted(cast, cast.officer, dki)),
        ):
            with pytest.raises(ProofNeeded):
                await signing
    await has_account(cast.budget_user)
    page = f"/pelimpahan/{asked.id}"
    async with signed_in(client_for, dki, cast.budget_user) as browser:
        answer = await send(browser, page, f"{page}/penerbitan", {})
        assert answer.status_code == 422 and "bukti bahwa ini Anda" in answer.text
        answer = await send(browser, page, f"{page}/penerbitan", {"kode": code()})
        assert answer.status_code == 303, words_of(answer.text)
        assert "Diterbitkan" in (await browser.get(page)).text


def wanted(cast: Cast, delegate: Actor, tenant: Tenant) -> WantedLetter:
    """A letter from the commitment officer for three days."""
    today = clock.today(tenant.zone)
    return WantedLetter(
        kind=LetterKind.ABSENT,
        role=Role.COMMITMENT_OFFICER,
        work_unit_id=cast.unit.id,
        delegate_id=delegate.official_id,
        delegator_id=cast.approver.official_id,
        first_day=today,
        last_day=today + timedelta(days=2),
        number=f"800/{new_id().hex[-8:]}",
        scopes=frozenset(one.key for one in scopes_of(Role.COMMITMENT_OFFICER)),
    )


async def test_every_operation_that_signs_says_so_and_takes_a_code_once(
    client_for: ClientFor, dki: Tenant
) -> None:
    async with client_for("dki.localhost") as reader, client_for("localhost") as nation:
        documents = [(await one.get("/api/v1/openapi.json")).json() for one in (reader, nation)]
    signing = {
        operation["operationId"]
        for document in documents
        for methods in document["paths"].values()
        for operation in methods.values()
        if any(one.get("name") == "Proof-Code" for one in operation["parameters"])
    }
    steps_ = {f"orders.{name}" for name in (SIGNED | MAY_BE_SIGNED) - {"accept"}} | {"inbox.accept"}
    others = {"letters.asking", "letters.issuing", "organisation.appointment", "agency.announce"}
    others |= {"sanctions.settle", "sanctions.end"}
    assert signing == steps_ | others | {"organisation.set_value", "organisation.withdraw_value"}
    async with tenancy.inside(dki) as session:
        admin = await an_official(session, Role.TENANT_ADMIN)
        one, other = [await an_official(session) for _ in range(2)]
    await has_account(admin)
    program, today = await a_client(client_for, "dki.localhost", admin.official_id), clock.today(dki.zone)
    body = {
        "role": "internal_auditor",
        "letter_number": "821/2026",
        "valid_from": str(today),
        "valid_to": str(today + timedelta(days=3)),
    }
    address = "/officials/{}/appointments"
    refused = await program.post(address.format(one.id), json=body)
    assert refused.status_code == 422 and refused.json()["errors"][0]["field"] == "kode"
    assert refused.json()["type"].endswith("/proof-needed")
    shown = {"Proof-Code": code()}
    assert (await program.get("/orders", headers=shown)).status_code in (200, 403), "reading uses none up"
    made = await program.post(address.format(one.id), json=body, headers=shown)
    assert made.status_code == 201, made.text
    again = await program.post(address.format(other.id), json=body, headers=shown)
    assert again.status_code == 422 and "bukti bahwa ini Anda" in again.text
