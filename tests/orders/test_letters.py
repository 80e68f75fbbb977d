"""Standing in by letter: who may ask and issue, what it gives, what it never gives, and when it ends (SOD4, SOD9)."""

import asyncio
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy import func, select, text, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession

from eorder_platform import clock, tenancy
from eorder_platform.errors import Conflict, NotAllowed, NotVisible, Refused
from eorder_platform.ids import new_id
from eorder_platform.notices.models import Notice
from eorder_platform.outbox import Outbox
from eorder_platform.sentences import from_json
from eorder_platform.tenancy import Tenant
from eorder_tenants.approvals.models import RedFlag
from eorder_tenants.documents.models import OrderDocument
from eorder_tenants.orders.contracting.approving import APPROVE, approve_order
from eorder_tenants.orders.core import journal
from eorder_tenants.orders.core.checking import ForbiddenByDuty, why_not
from eorder_tenants.orders.core.models import Order, OrderEvent, Status
from eorder_tenants.orders.core.parts import Case
from eorder_tenants.orders.fulfilling.inspecting import InspectionForm, inspect_order
from eorder_tenants.orders.letters.asking import WantedLetter, ask_letter
from eorder_tenants.orders.letters.ending import end_letter
from eorder_tenants.orders.letters.issuing import issue_letter
from eorder_tenants.orders.letters.queries import offices_of
from eorder_tenants.orders.letters.scope import scopes_of
from eorder_tenants.orders.paying.recording import MadePayment, PaymentMethod, record_payment
from eorder_tenants.orders.paying.requesting import PaymentApproval, approve_payment, request_payment
from eorder_tenants.orders.reading.tasks import tasks_of
from eorder_tenants.orders.telling.letters import (
    letters_to_tell_of,
    tell_by_the_clock,
    tell_of_end_of_appointment,
    tell_of_letter,
)
from eorder_tenants.organisation.actors import Actor, actor_for
from eorder_tenants.organisation.ending import end_appointment
from eorder_tenants.organisation.models import (
    Delegation,
    LetterKind,
    Official,
    Role,
    RoleAssignment,
    RuleOverride,
)
from tests.orders.factories import MONDAY, Cast, a_cast, accepting, an_order, go_on
from tests.organisation.factories import a_work_unit, an_official
from tests.organisation.visiting import let_in

ClientFor = Callable[[str], httpx.AsyncClient]
TODAY = date(2026, 7, 6)


def wanted(cast: Cast, delegate: Actor, role: Role = Role.COMMITMENT_OFFICER, **changed: Any) -> WantedLetter:
    """A letter for this week about everything that the role does, from the one who holds it in the cast."""
    holder = {
        Role.COMMITMENT_OFFICER: cast.approver,
        Role.RECEIVER: cast.receiver,
        Role.TREASURER: cast.treasurer,
        Role.BUDGET_USER: cast.budget_user,
    }.get(role, cast.officer)
    facts: dict[str, Any] = {
        "kind": LetterKind.ABSENT,
        "role": role,
        "work_unit_id": cast.unit.id,
        "delegate_id": delegate.id,
        "delegator_id": holder.id,
        "first_day": TODAY,
        "last_day": TODAY + timedelta(days=4),
        "number": f"800/{new_id().hex[-8:]}",
        "scopes": frozenset(one.key for one in scopes_of(role)),
    }
    return WantedLetter(**(facts | changed))


async def a_letter(
    session: AsyncSession, cast: Cast, delegate: Actor, role: Role = Role.COMMITMENT_OFFICER, **changed: Any
) -> Delegation:
    """One that holds: asked for and issued by the budget user, by the other one where it is the budget user's own."""
    issuer = cast.budget_user
    if delegate.id == issuer.id:
        issuer = await an_official(session, Role.BUDGET_USER, unit=cast.unit, name="PA Lain")
    return await ask_letter(session, issuer, wanted(cast, delegate, role, **changed))


async def anew(session: AsyncSession, actor: Actor) -> Actor:
    """The same person as the database knows them now, who proved themselves as before."""
    assert actor.id
    await session.flush()
    return await actor_for(session, actor.id, actor.proof)


@pytest.fixture
async def cast(dki_session: AsyncSession) -> Cast:
    return await a_cast(dki_session)


async def test_a_commitment_officer_asks_and_the_budget_user_issues(
    dki_session: AsyncSession, cast: Cast
) -> None:
    letter = await ask_letter(dki_session, cast.approver, wanted(cast, cast.receiver))
    assert letter.issued_at is None
    assert (await anew(dki_session, cast.receiver)).letters == ()
    for other in (cast.approver, cast.receiver, cast.treasurer, cast.admin, cast.stranger):
        with pytest.raises(NotAllowed):
            await issue_letter(dki_session, other, letter.id)
    await issue_letter(dki_session, cast.budget_user, letter.id)
    (held,) = (await anew(dki_session, cast.receiver)).letters
    assert (held.role, held.delegator_id, held.number) == (
        Role.COMMITMENT_OFFICER,
        cast.approver.id,
        letter.number,
    )
    with pytest.raises(Conflict, match="sudah terbit"):
        await issue_letter(dki_session, cast.budget_user, letter.id)


async def test_an_act_done_for_another_says_so_everywhere(dki_session: AsyncSession, cast: Cast) -> None:
    await a_letter(dki_session, cast, cast.receiver, number="800/12/2026")
    order = await an_order(dki_session, cast, Status.AWAITING_APPROVAL)
    stand_in = await anew(dki_session, cast.receiver)
    await approve_order(dki_session, stand_in, order.id, order.version)
    assert (order.approved_by, order.approved_for) == (cast.receiver.id, cast.approver.id)
    entry = (await journal.history(dki_session, order.id))[-1]
    assert entry.delegation_id == stand_in.letters[0].id
    assert entry.details["letter"] == {"number": "800/12/2026", "kind": "plh", "for": cast.approver.name}
    assert entry.role == Role.COMMITMENT_OFFICER
    assert await journal.verify(dki_session, order.id)
    paper = await dki_session.scalar(select(OrderDocument).where(OrderDocument.order_id == order.id))
    assert paper
    signatory = paper.facts["signatories"][0]
    assert signatory["name"] == cast.receiver.name
    assert signatory["capacity"] == "Plh. Pejabat Pembuat Komitmen"
    assert signatory["position"] == f"surat 800/12/2026, atas nama {cast.approver.name}"
    assert "800/12/2026" in paper.facts["buyer"]["appointment"]


async def test_the_seal_covers_the_letter(dki_session: AsyncSession, cast: Cast) -> None:
    await a_letter(dki_session, cast, cast.receiver)
    order = await an_order(dki_session, cast, Status.AWAITING_APPROVAL)
    await approve_order(dki_session, await anew(dki_session, cast.receiver), order.id, order.version)
    entries = await journal.history(dki_session, order.id)
    tenant = dki_session.info["tenant"]
    assert journal.is_whole(entries, tenant)
    dki_session.expunge(entries[-1])
    entries[-1].delegation_id = None
    assert not journal.is_whole(entries, tenant)


async def test_who_drafted_does_not_approve_through_a_letter(dki_session: AsyncSession, cast: Cast) -> None:
    """A7."""
    await a_letter(dki_session, cast, cast.officer)
    order = await an_order(dki_session, cast, Status.AWAITING_APPROVAL)
    with pytest.raises(ForbiddenByDuty, match="Anda membuat pesanan ini") as refusal:
        await approve_order(dki_session, await anew(dki_session, cast.officer), order.id, order.version)
    assert refusal.value.separates and refusal.value.letter


async def test_nor_does_the_absent_officer_profit_from_their_letter(
    dki_session: AsyncSession, cast: Cast
) -> None:
    """Who drafted is stood in for: their stand-in does not approve what the absent person drafted."""
    cast.officer = await an_official(
        dki_session, Role.PROCUREMENT_OFFICER, Role.COMMITMENT_OFFICER, unit=cast.unit, name="Rangkap"
    )
    await a_letter(dki_session, cast, cast.receiver, delegator_id=cast.officer.id)
    order = await an_order(dki_session, cast, Status.AWAITING_APPROVAL)
    with pytest.raises(ForbiddenByDuty, match=r"bertindak atas nama Rangkap.*Anda membuat pesanan ini"):
        await approve_order(dki_session, await anew(dki_session, cast.receiver), order.id, order.version)


async def test_what_a_stand_in_did_keeps_the_absent_person_out_too(
    dki_session: AsyncSession, cast: Cast
) -> None:
    """The stand-in approves for Budi; Budi, who may receive as well, does not inspect what is above the limit."""
    both = await an_official(dki_session, Role.COMMITMENT_OFFICER, Role.RECEIVER, unit=cast.unit, name="Budi")
    stand_in = await an_official(dki_session, Role.RECEIVER, unit=cast.unit, name="Rina")
    await a_letter(dki_session, cast, stand_in, delegator_id=both.id)
    order = await an_order(dki_session, cast, Status.AWAITING_APPROVAL)
    await approve_order(dki_session, await anew(dki_session, stand_in), order.id, order.version)
    await go_on(dki_session, cast, order, Status.DELIVERED)
    order.merged_receipt_maximum = 1
    form = InspectionForm(order.id, order.version, accepting(order))
    with pytest.raises(ForbiddenByDuty, match="atas nama Anda terhitung sebagai tindakan Anda"):
        await inspect_order(dki_session, both, form)
    with pytest.raises(ForbiddenByDuty, match=r"^Anda menyetujui pesanan ini"):
        await inspect_order(dki_session, stand_in, form)
    await inspect_order(dki_session, cast.receiver, form)


async def test_a_payment_is_asked_approved_and_made_by_three_however_many_letters(
    dki_session: AsyncSession, cast: Cast
) -> None:
    order = await an_order(dki_session, cast, Status.INVOICED)
    second = await an_official(
        dki_session, Role.PROCUREMENT_OFFICER, unit=cast.unit, name="Bendahara Pembantu"
    )
    await a_letter(dki_session, cast, second, Role.TREASURER, number="900/1")
    await a_letter(dki_session, cast, second, Role.BUDGET_USER, number="900/2")
    await a_letter(
        dki_session,
        cast,
        cast.treasurer,
        Role.BUDGET_USER,
        number="900/3",
        first_day=TODAY + timedelta(days=9),
        last_day=TODAY + timedelta(days=9),
    )
    second = await anew(dki_session, second)
    await request_payment(dki_session, second, order.id, order.version)
    assert (order.invoices[0].requested_by, order.invoices[0].requested_for) == (second.id, cast.treasurer.id)
    with pytest.raises(ForbiddenByDuty, match="mengajukan pembayaran"):
        await approve_payment(dki_session, second, PaymentApproval(order.id, order.version))
    with clock.travelling_to(MONDAY + timedelta(days=9)):
        absent = await anew(dki_session, cast.treasurer)
        with pytest.raises(ForbiddenByDuty, match="atas nama Anda"):
            await approve_payment(dki_session, absent, PaymentApproval(order.id, order.version))
    await approve_payment(dki_session, cast.budget_user, PaymentApproval(order.id, order.version))
    paid = await record_payment(
        dki_session,
        second,
        MadePayment(order.id, order.version, PaymentMethod.DIRECT, order.id.hex),
    )
    assert (paid.paid_by, paid.paid_for) == (second.id, cast.treasurer.id)
    receipt = await dki_session.scalar(
        select(OrderDocument).where(
            OrderDocument.order_id == order.id, OrderDocument.kind == "payment_receipt"
        )
    )
    assert receipt
    assert [one["capacity"] for one in receipt.facts["signatories"]] == [
        "Pengguna Anggaran",
        "Plh. Bendahara Pengeluaran",
        "Penyedia",
    ]


async def test_who_approved_the_payment_by_letter_says_so_on_the_receipt(
    dki_session: AsyncSession, cast: Cast
) -> None:
    order = await an_order(dki_session, cast, Status.PAYMENT_REQUESTED)
    deputy = await an_official(dki_session, Role.COMMITMENT_OFFICER, unit=cast.unit, name="Wakil")
    await a_letter(dki_session, cast, deputy, Role.BUDGET_USER, number="900/7")
    await approve_payment(
        dki_session, await anew(dki_session, deputy), PaymentApproval(order.id, order.version)
    )
    await go_on(dki_session, cast, order, Status.PAID)
    receipt = await dki_session.scalar(
        select(OrderDocument).where(
            OrderDocument.order_id == order.id, OrderDocument.kind == "payment_receipt"
        )
    )
    assert receipt
    first = receipt.facts["signatories"][0]
    assert (first["capacity"], first["name"]) == ("Plh. Pengguna Anggaran", "Wakil")
    assert first["position"] == f"surat 900/7, atas nama {cast.budget_user.name}"


async def test_a_letter_ends_at_its_amount(dki_session: AsyncSession, cast: Cast) -> None:
    order = await an_order(dki_session, cast, Status.AWAITING_APPROVAL)
    await a_letter(dki_session, cast, cast.receiver, maximum_rupiah=order.gross_rupiah - 1, number="800/9")
    stand_in = await anew(dki_session, cast.receiver)
    with pytest.raises(ForbiddenByDuty, match=r"hanya sampai Rp.*menunggu Budi Santosa") as refusal:
        await approve_order(dki_session, stand_in, order.id, order.version)
    assert not refusal.value.separates, "that is no attempt at two hands"
    assert [one for one in await tasks_of(dki_session, stand_in) if one.order_id == order.id] == []


async def test_a_letter_gives_what_it_names_and_nothing_else(dki_session: AsyncSession, cast: Cast) -> None:
    """A letter for the handover alone does not approve; a letter of one unit gives nothing in another."""
    await a_letter(dki_session, cast, cast.receiver, scopes=frozenset({"handed_over_at"}))
    order = await an_order(dki_session, cast, Status.AWAITING_APPROVAL)
    stand_in = await anew(dki_session, cast.receiver)
    with pytest.raises(NotAllowed, match="tidak mencakup"):
        await approve_order(dki_session, stand_in, order.id, order.version)
    other = await a_cast(dki_session)
    there = await an_order(dki_session, other, Status.AWAITING_APPROVAL)
    with pytest.raises(NotVisible):
        await approve_order(dki_session, stand_in, there.id, there.version)


async def test_tasks_held_by_letter_are_told_apart(dki_session: AsyncSession, cast: Cast) -> None:
    order = await an_order(dki_session, cast, Status.AWAITING_APPROVAL)
    assert await tasks_of(dki_session, cast.receiver) == []
    letter = await a_letter(dki_session, cast, cast.receiver)
    (task,) = await tasks_of(dki_session, await anew(dki_session, cast.receiver))
    assert (task.order_id, task.step) == (order.id, APPROVE)
    assert task.letter and task.letter.id == letter.id
    (own,) = await tasks_of(dki_session, cast.approver)
    assert own.letter is None
    assert await tasks_of(dki_session, await anew(dki_session, cast.officer)) == []


@pytest.mark.parametrize(
    "ends",
    [
        "the letter is ended",
        "its last day is over",
        "the absent person's appointment is over",
        "the absent person is deactivated",
        "the stand-in is deactivated",
        "the stand-in serves nowhere any more",
    ],
)
async def test_it_ends_to_the_second(dki_session: AsyncSession, cast: Cast, ends: str) -> None:
    letter = await a_letter(dki_session, cast, cast.receiver)
    assert (await anew(dki_session, cast.receiver)).letters
    later, yesterday = MONDAY, TODAY - timedelta(days=1)
    appointments = update(RoleAssignment).values(valid_to=yesterday)
    match ends:
        case "the letter is ended":
            await end_letter(dki_session, cast.approver, letter.id)
        case "its last day is over":
            later = MONDAY.replace(hour=17) + timedelta(days=4)  # midnight in Jakarta after the fifth day
            with clock.travelling_to(later - timedelta(seconds=1)):
                assert (await anew(dki_session, cast.receiver)).letters
        case "the absent person's appointment is over":
            await dki_session.execute(appointments.where(RoleAssignment.official_id == cast.approver.id))
        case "the absent person is deactivated":
            await dki_session.execute(
                update(Official).where(Official.id == cast.approver.id).values(active=False)
            )
        case "the stand-in is deactivated":
            await dki_session.execute(
                update(Official).where(Official.id == cast.receiver.id).values(active=False)
            )
        case _:
            await dki_session.execute(appointments.where(RoleAssignment.official_id == cast.receiver.id))
    with clock.travelling_to(later):
        assert (await anew(dki_session, cast.receiver)).letters == ()


async def test_a_letter_revoked_between_page_and_click(dki_session: AsyncSession, cast: Cast) -> None:
    letter = await a_letter(dki_session, cast, cast.receiver)
    order = await an_order(dki_session, cast, Status.AWAITING_APPROVAL)
    assert why_not(await anew(dki_session, cast.receiver), Case(order), APPROVE) is None
    await end_letter(dki_session, cast.receiver, letter.id)
    with pytest.raises(NotAllowed):
        await approve_order(dki_session, await anew(dki_session, cast.receiver), order.id, order.version)
    with pytest.raises(Conflict):
        await end_letter(dki_session, cast.approver, letter.id)


async def test_of_two_letters_the_one_that_is_free_counts(dki_session: AsyncSession, cast: Cast) -> None:
    """Two absent officers: one drafted the order, so their letter is of no use for it; the other's is."""
    drafter = await an_official(
        dki_session, Role.PROCUREMENT_OFFICER, Role.COMMITMENT_OFFICER, unit=cast.unit, name="Perancang"
    )
    cast.officer = drafter
    await a_letter(dki_session, cast, cast.receiver, delegator_id=drafter.id, number="800/1")
    free = await a_letter(dki_session, cast, cast.receiver, number="800/2")
    order = await an_order(dki_session, cast, Status.AWAITING_APPROVAL)
    await approve_order(dki_session, await anew(dki_session, cast.receiver), order.id, order.version)
    assert (await journal.history(dki_session, order.id))[-1].delegation_id == free.id


async def test_nobody_reaches_back_before_their_letter(dki_session: AsyncSession, cast: Cast) -> None:
    """A letter of today, a payment said to have been made last Friday."""
    order = await an_order(dki_session, cast, Status.PAYMENT_APPROVED)
    second = await an_official(
        dki_session, Role.PROCUREMENT_OFFICER, unit=cast.unit, name="Bendahara Pembantu"
    )
    with clock.travelling_to(MONDAY + timedelta(days=2)):
        await a_letter(
            dki_session, cast, second, Role.TREASURER, number="900/5", first_day=TODAY + timedelta(days=2)
        )
        second = await anew(dki_session, second)
        made = MadePayment(order.id, order.version, PaymentMethod.DIRECT, order.id.hex, paid_on=TODAY)
        with pytest.raises(Refused, match="Surat 900/5 baru berlaku"):
            await record_payment(dki_session, second, made)
        await record_payment(dki_session, second, replace(made, paid_on=TODAY + timedelta(days=2)))


REFUSED: dict[str, tuple[dict[str, Any], str]] = {
    "a day that is over": ({"first_day": TODAY - timedelta(days=1)}, "tidak berlaku surut"),
    "backwards": ({"last_day": TODAY - timedelta(days=1)}, "mendahului"),
    "too long": ({"last_day": TODAY + timedelta(days=30)}, "Paling lama 30 hari"),
    "no number": ({"number": " "}, "nomor surat"),
    "no duty": ({"scopes": frozenset()}, "paling sedikit satu"),
    "a duty of another role": ({"scopes": frozenset({"submitted_at"})}, "paling sedikit satu"),
    "an amount of nothing": ({"maximum_rupiah": 0}, "lebih dari nol"),
    "an office that is held": ({"kind": LetterKind.VACANT}, "ada yang memegang"),
}


@pytest.mark.parametrize("case", list(REFUSED))
async def test_a_letter_that_makes_no_sense_is_refused(
    dki_session: AsyncSession, cast: Cast, case: str
) -> None:
    changed, sentence = REFUSED[case]
    with pytest.raises(Refused, match=sentence):
        await ask_letter(dki_session, cast.budget_user, wanted(cast, cast.receiver, **changed))


async def test_who_may_stand_in(dki_session: AsyncSession, cast: Cast) -> None:
    elsewhere = await an_official(dki_session, Role.RECEIVER, unit=await a_work_unit(dki_session))
    nobody = await an_official(dki_session)
    for person, sentence in (
        (cast.approver, "dirinya sendiri"),
        (elsewhere, "di unit kerja ini"),
        (nobody, "di unit kerja ini"),
        (cast.admin, "Admin daerah dan auditor"),
        (cast.auditor, "Admin daerah dan auditor"),
    ):
        with pytest.raises(Refused, match=sentence):
            await ask_letter(dki_session, cast.budget_user, wanted(cast, person))


async def test_only_the_holder_and_the_budget_user_ask(dki_session: AsyncSession, cast: Cast) -> None:
    for other in (cast.officer, cast.treasurer, cast.admin, cast.auditor, cast.stranger):
        with pytest.raises(NotAllowed):
            await ask_letter(dki_session, other, wanted(cast, cast.receiver))
    with pytest.raises(NotAllowed, match="tidak dapat dilimpahkan"):
        await ask_letter(dki_session, cast.officer, wanted(cast, cast.receiver, Role.PROCUREMENT_OFFICER))


async def test_who_stands_in_hands_nothing_on(dki_session: AsyncSession, cast: Cast) -> None:
    await a_letter(dki_session, cast, cast.receiver)
    stand_in = await anew(dki_session, cast.receiver)
    for pretended in (stand_in.id, cast.approver.id):
        with pytest.raises(NotAllowed, match="tidak dapat dilimpahkan lagi"):
            await ask_letter(
                dki_session, stand_in, wanted(cast, cast.treasurer, delegator_id=pretended, number="800/x")
            )
    assert all(one.official_id != cast.approver.id for one in await offices_of(dki_session, stand_in))
    await a_letter(dki_session, cast, cast.approver, Role.BUDGET_USER, number="800/pa")
    for_budget_user = await anew(dki_session, cast.approver)
    asked = await ask_letter(dki_session, cast.treasurer, wanted(cast, cast.receiver, Role.TREASURER))
    with pytest.raises(NotAllowed):
        await issue_letter(dki_session, for_budget_user, asked.id)


async def test_an_office_has_one_stand_in_at_a_time(dki_session: AsyncSession, cast: Cast) -> None:
    first = await a_letter(dki_session, cast, cast.receiver)
    touching = wanted(cast, cast.treasurer, first_day=first.last_day, last_day=first.last_day)
    with pytest.raises(Refused, match="beririsan"):
        await ask_letter(dki_session, cast.budget_user, touching)
    following = replace(
        touching, first_day=first.last_day + timedelta(days=1), last_day=first.last_day + timedelta(days=1)
    )
    await ask_letter(dki_session, cast.budget_user, following)
    await end_letter(dki_session, cast.approver, first.id)
    await ask_letter(dki_session, cast.budget_user, replace(touching, number="800/again"))
    with pytest.raises(Refused, match="sudah dipakai"):
        await ask_letter(
            dki_session,
            cast.budget_user,
            wanted(cast, cast.receiver, Role.TREASURER, number="800/again"),
        )


async def test_a_vacant_office_is_filled_by_the_budget_user(dki_session: AsyncSession, cast: Cast) -> None:
    """Plt: nobody is stood in for, and nobody's hand but their own counts."""
    ended = update(RoleAssignment).values(valid_to=TODAY - timedelta(days=1))
    order = await an_order(dki_session, cast, Status.AWAITING_APPROVAL)
    await dki_session.execute(ended.where(RoleAssignment.official_id == cast.approver.id))
    vacant = wanted(cast, cast.receiver, kind=LetterKind.VACANT, delegator_id=None, number="821/1")
    letter = await ask_letter(dki_session, cast.budget_user, vacant)
    assert letter.issued_by == cast.budget_user.id and letter.delegator_id is None
    acting = await anew(dki_session, cast.receiver)
    await approve_order(dki_session, acting, order.id, order.version)
    assert (order.approved_by, order.approved_for) == (cast.receiver.id, None)
    assert (await journal.history(dki_session, order.id))[-1].details["letter"] == {
        "number": "821/1",
        "kind": "plt",
    }
    with pytest.raises(NotAllowed):
        await ask_letter(dki_session, cast.approver, replace(vacant, number="821/2"))


async def test_a_kpa_is_budget_user_and_commitment_officer_only_where_the_region_says_so(
    dki_session: AsyncSession,
) -> None:
    """A8."""
    cast = await a_cast(dki_session, ceiling=60_000_000)
    kpa = await an_official(dki_session, Role.DELEGATED_BUDGET_USER, unit=cast.unit, name="Kuasa")
    order = await an_order(dki_session, cast, Status.AWAITING_APPROVAL)
    before = await anew(dki_session, kpa)
    assert before.roles == {Role.DELEGATED_BUDGET_USER, Role.BUDGET_USER}
    with pytest.raises(NotAllowed):
        await approve_order(dki_session, before, order.id, order.version)
    dki_session.add(
        RuleOverride(
            id=new_id(), key="kpa_as_ppk", value=1, valid_from=TODAY, valid_to=None, legal_basis="Pergub 1"
        )
    )
    after = await anew(dki_session, kpa)
    await approve_order(dki_session, after, order.id, order.version)
    entry = (await journal.history(dki_session, order.id))[-1]
    assert (entry.role, entry.details["as"]) == (Role.COMMITMENT_OFFICER, Role.DELEGATED_BUDGET_USER)
    drafter = await an_official(
        dki_session, Role.DELEGATED_BUDGET_USER, Role.PROCUREMENT_OFFICER, unit=cast.unit, name="Kuasa PP"
    )
    cast.officer = drafter
    own = await an_order(dki_session, cast, Status.AWAITING_APPROVAL)
    with pytest.raises(ForbiddenByDuty, match="Anda membuat pesanan ini"):
        await approve_order(dki_session, await anew(dki_session, drafter), own.id, own.version)


SQL = {
    "to oneself": "delegate_id = delegator_id",
    "issued to oneself": "issued_by = delegate_id",
    "backwards": "last_day = first_day - 1",
    "of nothing": "duties = '{}'",
    "for nobody": "delegator_id = null",
    "from another's appointment": "appointment_id = :other",
    "of a role that the appointment is not": "role = 'treasurer'",
    "of a role that nobody hands over": "role = 'procurement_officer'",
    "at the same time": "id = id",
}


@pytest.mark.parametrize("case", list(SQL))
async def test_the_database_itself_refuses(dki_session: AsyncSession, cast: Cast, case: str) -> None:
    """Whoever has the region's login writes no letter that the use cases would not."""
    letter = await a_letter(dki_session, cast, cast.receiver)
    other = await dki_session.scalar(
        select(RoleAssignment.id).where(RoleAssignment.official_id == cast.treasurer.id)
    )
    columns = [
        *(
            "kind",
            "role",
            "work_unit_id",
            "delegate_id",
            "delegator_id",
            "appointment_id",
            "appointment_role",
        ),
        *("duties", "first_day", "last_day", "asked_by", "issued_by", "issued_at"),
    ]
    column, _, value = SQL[case].partition(" = ")
    values = ", ".join(value if one == column else one for one in columns)
    if case != "at the same time":
        values = values.replace("first_day, last_day", "first_day + 60, last_day + 60")
    with pytest.raises(DBAPIError):
        async with dki_session.begin_nested():
            await dki_session.execute(
                text(
                    f"insert into delegation (id, number, {', '.join(columns)})"
                    f" select :id, :number, {values} from delegation where id = :letter"
                ),
                {"id": new_id(), "number": "x/1", "letter": letter.id}
                | ({"other": other} if ":other" in values else {}),
            )


@pytest.mark.parametrize(
    "change",
    [
        "last_day = last_day + 1",
        "duties = '{approve,hand_over}'",
        "delegate_id = asked_by",
        "issued_at = issued_at - interval '1 day'",
    ],
)
async def test_a_letter_that_stands_is_not_rewritten(
    dki_session: AsyncSession, cast: Cast, change: str
) -> None:
    letter = await a_letter(dki_session, cast, cast.receiver)
    with pytest.raises(DBAPIError):
        async with dki_session.begin_nested():
            await dki_session.execute(
                text(f"update delegation set {change} where id = :id"), {"id": letter.id}
            )


async def test_an_entry_names_no_letter_of_somebody_else(dki_session: AsyncSession, cast: Cast) -> None:
    letter = await a_letter(dki_session, cast, cast.receiver)
    order = await an_order(dki_session, cast, Status.AWAITING_APPROVAL)
    with pytest.raises(DBAPIError):
        async with dki_session.begin_nested():
            await dki_session.execute(
                text(
                    "insert into order_event (id, order_id, sequence, at, action, to_status, actor_id, actor_name,"
                    " role, delegation_id, details, previous_hash, hash) select :id, order_id, sequence + 1, at,"
                    " action, to_status, :actor, '', role, :letter, '{}', 'x', 'x' from order_event"
                    " where order_id = :order"
                ),
                {"id": new_id(), "actor": cast.officer.id, "letter": letter.id, "order": order.id},
            )


async def test_everybody_concerned_is_told(dki: Tenant) -> None:
    async with tenancy.inside(dki) as session:
        cast = await a_cast(session)
        await an_order(session, cast, Status.AWAITING_APPROVAL)
        letter = await ask_letter(session, cast.approver, wanted(cast, cast.receiver))
    await tell_of_letter(dki, letter.id, "asked")
    assert await _told(dki, cast.budget_user) == [f"Surat Plh {letter.number} menunggu Anda terbitkan"]
    async with tenancy.inside(dki) as session:
        await issue_letter(session, cast.budget_user, letter.id)
    for _ in range(2):
        await tell_of_letter(dki, letter.id, "issued")
    assert await _told(dki, cast.receiver) == [
        f"Anda Plh PPK atas nama Budi Santosa dengan surat {letter.number}"
    ]
    assert await _told(dki, cast.approver) == [f"Ismail Pakaya mewakili Anda dengan surat {letter.number}"]
    async with tenancy.inside(dki) as session:
        await end_letter(session, cast.approver, letter.id)
    await tell_of_letter(dki, letter.id, "ended")
    assert (await _told(dki, cast.approver))[
        -1
    ] == f"Surat {letter.number} berakhir; tugasnya kembali kepada Anda"
    assert (await _told(dki, cast.receiver))[
        -1
    ] == f"Surat {letter.number} berakhir; Anda tidak lagi mewakili."


async def test_the_clock_tells_of_beginnings_and_ends_once(dki: Tenant) -> None:
    async with tenancy.inside(dki) as session:
        cast = await a_cast(session)
        tomorrow = TODAY + timedelta(days=1)
        letter = await a_letter(session, cast, cast.receiver, first_day=tomorrow, last_day=tomorrow)
        assert letter.id not in [one.id for one in await letters_to_tell_of(session)]
    for days, what, expected in ((1, "begun", 1), (2, "ended", 1)):
        with clock.travelling_to(MONDAY + timedelta(days=days)):
            async with tenancy.inside(dki) as session:
                due = [one for one in await letters_to_tell_of(session) if one.id == letter.id]
                assert len(due) == expected
                assert await tell_by_the_clock(session, letter.id)
            await tell_of_letter(dki, letter.id, what)
            async with tenancy.inside(dki) as session:
                assert letter.id not in [one.id for one in await letters_to_tell_of(session)]


async def test_who_takes_over_from_somebody_who_left_is_told(dki: Tenant) -> None:
    async with tenancy.inside(dki) as session:
        cast = await a_cast(session)
        await an_order(session, cast, Status.AWAITING_APPROVAL)
        successor = await an_official(session, Role.COMMITMENT_OFFICER, unit=cast.unit, name="Pengganti")
        appointment = await session.scalar(
            select(RoleAssignment.id).where(RoleAssignment.official_id == cast.approver.id)
        )
        assert appointment
        await end_appointment(session, cast.admin, appointment, TODAY - timedelta(days=1))
        assert await session.scalar(select(func.count()).where(Outbox.job == "orders.tell_successors")), (
            "the job is written with the end itself"
        )
    for _ in range(2):
        await tell_of_end_of_appointment(dki, appointment)
    async with tenancy.inside(dki) as session:
        rows = await session.scalars(select(Notice.headline).where(Notice.account_id == successor.id))
        assert [str(from_json(one)) for one in rows] == ["1 pesanan kini menunggu Anda"]
        assert await tasks_of(session, await anew(session, cast.approver)) == []


async def test_two_letters_at_once_are_one(dki: Tenant) -> None:
    """Two clicks in two windows ask for the same office: the database lets one of them stand."""
    async with tenancy.inside(dki) as session:
        cast = await a_cast(session)

    async def ask(delegate: Actor) -> bool:
        try:
            async with tenancy.inside(dki) as session:
                await ask_letter(session, cast.budget_user, wanted(cast, delegate))
        except Refused:
            return False
        return True

    answers = await asyncio.gather(ask(cast.receiver), ask(cast.treasurer), ask(cast.receiver))
    assert sorted(answers) == [False, False, True]


async def _told(tenant: Tenant, person: Actor) -> list[str]:
    async with tenancy.inside(tenant) as session:
        rows = await session.scalars(
            select(Notice.headline)
            .where(Notice.account_id == person.id, Notice.source.like("letter:%"))
            .order_by(Notice.id)
        )
        return [str(from_json(one)) for one in rows]


async def test_a_forbidden_attempt_stays_as_a_red_flag_once_a_day(client_for: ClientFor, dki: Tenant) -> None:
    """A7 from the page: refused, nothing happened, and the auditor reads of it. A Plh letter makes the drafter try."""
    async with tenancy.inside(dki) as session:
        cast = await a_cast(session)
        order = await an_order(session, cast, Status.AWAITING_APPROVAL)
        letter = await a_letter(session, cast, cast.officer)
    async with client_for("dki.localhost") as browser:
        await let_in(browser, dki, cast.officer)
        page = f"/pesanan/{order.id}"
        html = (await browser.get(page)).text
        assert "Anda membuat pesanan ini" in html
        for _ in range(2):
            token = re.findall(r'name="_csrf" value="([^"]*)"', (await browser.get(page)).text)[0]
            fields = {"version": str(order.version), "periksa": "ya", "_csrf": token, "_kunci": new_id().hex}
            answer = await browser.post(f"{page}/persetujuan", data=fields)
            assert answer.status_code == 403, answer.text[:3000]
    async with tenancy.inside(dki) as session:
        assert (await session.get_one(Order, order.id)).status == Status.AWAITING_APPROVAL
        flags = list(await session.scalars(select(RedFlag).where(RedFlag.order_id == order.id)))
        entries = await session.scalar(
            select(func.count()).select_from(OrderEvent).where(OrderEvent.order_id == order.id)
        )
    assert [(one.code, one.step, one.actor_id, one.delegation_id) for one in flags] == [
        ("RF15", "approve", cast.officer.id, letter.id)
    ]
    assert entries == 1
    async with client_for("dki.localhost") as browser:
        await let_in(browser, dki, cast.auditor)
        html = (await browser.get("/pengawasan/tanda-merah", params={"q": cast.officer.name})).text
        assert "RF15" in html and cast.officer.name in html and letter.number in html
    async with client_for("dki.localhost") as browser:
        await let_in(browser, dki, cast.approver)
        assert (await browser.get("/pengawasan/tanda-merah")).status_code == 403
