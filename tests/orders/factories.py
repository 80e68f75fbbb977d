"""A region with everybody who has a hand in an order, and orders taken as far as a test needs by the use cases."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, fields
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

import eorder_tenants.tables  # noqa: F401  a file of tests that runs alone knows every table too
from eorder_platform import clock
from eorder_platform.directory.models import TaxClass, VendorRole
from eorder_platform.ids import new_id
from eorder_platform.tenancy import Tenant
from eorder_platform.wording import indexing
from eorder_tenants.budgets.models import BudgetBalance, BudgetLine, Package
from eorder_tenants.catalogue.models import Offer, VendorParticipation
from eorder_tenants.catalogue.offering import words_of
from eorder_tenants.orders.clock.expiring import let_pass
from eorder_tenants.orders.contracting.answering import accept_order, decline_order
from eorder_tenants.orders.contracting.approving import approve_order, reject_order
from eorder_tenants.orders.contracting.cancelling import ask_cancellation, withdraw_order
from eorder_tenants.orders.core.models import Invoice, Order, Payment, Status
from eorder_tenants.orders.core.steps import LAST_CALL
from eorder_tenants.orders.core.steps import Step as LifecycleStep
from eorder_tenants.orders.fulfilling.completing import complete_order
from eorder_tenants.orders.fulfilling.delivering import (
    Arrival,
    NewDelivery,
    announce_delivery,
    deliver_order,
    start_delivery,
)
from eorder_tenants.orders.fulfilling.giving_up import terminate_order
from eorder_tenants.orders.fulfilling.handing_over import Rest, Signature, hand_over
from eorder_tenants.orders.fulfilling.inspecting import (
    Finding,
    InspectionForm,
    agree_inspection,
    inspect_order,
)
from eorder_tenants.orders.paying.invoicing import NewInvoice, send_invoice
from eorder_tenants.orders.paying.recording import MadePayment, PaymentMethod, record_payment
from eorder_tenants.orders.paying.requesting import PaymentApproval, approve_payment, request_payment
from eorder_tenants.orders.requesting.drafting import DraftChange, add_to_draft, change_draft
from eorder_tenants.orders.requesting.submitting import submit_order
from eorder_tenants.organisation.actors import SYSTEM_ACTOR, Actor, vendor_actor
from eorder_tenants.organisation.models import Role, WorkUnit
from eorder_web.operations.demo.people import PROVED
from tests.budgets.factories import a_budget_line, a_package, change_ceiling
from tests.directory.factories import a_public_vendor
from tests.organisation.factories import a_work_unit, an_official

MONDAY = datetime(2026, 7, 6, 2, 0, tzinfo=UTC)
"""09.00 in Jakarta, 10.00 in Gorontalo, in a week without holidays."""


@dataclass
class Cast:
    """Everybody and everything that an order needs. Names as in a play, to be read in a test.

    `later`: package and line of the next year that may pay what this one cannot, as the form names them.
    """

    tenant: Tenant
    unit: WorkUnit
    budget_line: BudgetLine
    package: Package
    balance: BudgetBalance
    offer: Offer
    participation: VendorParticipation
    officer: Actor
    approver: Actor
    receiver: Actor
    treasurer: Actor
    budget_user: Actor
    auditor: Actor
    admin: Actor
    owner: Actor
    staff: Actor
    stranger: Actor
    other_vendor: Actor
    later: str = ""

    @property
    def everybody(self) -> dict[str, Actor]:
        """Every kind of actor, the system among them."""
        people = {name: value for name, value in vars(self).items() if isinstance(value, Actor)}
        return people | {"system": SYSTEM_ACTOR}


async def a_cast(
    session: AsyncSession,
    *,
    price: int = 10_000_000,
    tax_class: TaxClass = TaxClass.GOODS,
    pkp: bool = True,
    ceiling: int = 20_000_000,
    unit_name: str = "buah",
    shipping: int = 0,
    charges_local_tax: bool = False,
    payee: dict[str, Any] | None = None,
    year: int = 2026,
) -> Cast:
    """A unit with its officials, a budget of that year, one vendor with one offer; its national row is committed."""
    tenant: Tenant = session.info["tenant"]
    unit = await a_work_unit(session)
    unit.region_code = f"{tenant.region_code}"
    budget_line = await a_budget_line(session, unit, max(ceiling, 1), year=year)
    package = await a_package(session, unit, max(ceiling, 1), year=year)
    balance = await change_ceiling(session, SYSTEM_ACTOR, budget_line.id, package.id, ceiling, f"DPA {year}")
    owner, staff = new_id(), new_id()
    participation = await _a_participation(session, pkp=pkp, members=[owner, staff], payee=payee)
    offer = await an_offer(
        session, participation, price=price, tax_class=tax_class, unit=unit_name, shipping=shipping
    )
    offer.charges_local_tax = charges_local_tax
    someone_else = await a_work_unit(session, "Dinas Kesehatan")
    return Cast(
        tenant=tenant,
        unit=unit,
        budget_line=budget_line,
        package=package,
        balance=balance,
        offer=offer,
        participation=participation,
        officer=await an_official(session, Role.PROCUREMENT_OFFICER, unit=unit, name="Dewi Lestari"),
        approver=await an_official(session, Role.COMMITMENT_OFFICER, unit=unit, name="Budi Santosa"),
        receiver=await an_official(session, Role.RECEIVER, unit=unit, name="Ismail Pakaya"),
        treasurer=await an_official(session, Role.TREASURER, unit=unit, name="Sri Wahyuni"),
        budget_user=await an_official(session, Role.BUDGET_USER, unit=unit, name="Hendra Gunawan"),
        auditor=await an_official(session, Role.AUDITOR, name="Ratna Sari"),
        admin=await an_official(session, Role.TENANT_ADMIN, name="Agus Salim"),
        owner=vendor_actor(owner, "Rahmat Hidayat", participation.vendor_id, VendorRole.OWNER, PROVED),
        staff=vendor_actor(staff, "Lina Marlina", participation.vendor_id, VendorRole.STAFF, PROVED),
        stranger=await an_official(
            session,
            *(role for role in Role if role not in (Role.AUDITOR, Role.TENANT_ADMIN)),
            unit=someone_else,
        ),
        other_vendor=vendor_actor(new_id(), "Orang Lain", new_id(), VendorRole.OWNER, PROVED),
    )


async def next_year_of(
    session: AsyncSession, cast: Cast, ceiling: int = 40_000_000, year: int = 2027
) -> BudgetBalance:
    """The unit's money of the next year, for the same account: what is carried may be paid from it."""
    line = await a_budget_line(session, cast.unit, ceiling, year=year)
    package = await a_package(session, cast.unit, ceiling, year=year)
    cast.later = f"{package.id}/{line.id}"
    return await change_ceiling(session, SYSTEM_ACTOR, line.id, package.id, ceiling, f"DPA {year}")


async def an_offer(
    session: AsyncSession,
    participation: VendorParticipation,
    *,
    price: int = 10_000_000,
    tax_class: TaxClass = TaxClass.GOODS,
    name: str = "Kertas HVS A4",
    unit: str = "buah",
    shipping: int = 0,
    minimum: Decimal = Decimal(1),
) -> Offer:
    """An offer that the region's catalogue shows."""
    tenant: Tenant = session.info["tenant"]
    offer = Offer(
        id=new_id(),
        vendor_id=participation.vendor_id,
        category_code="ATK.PAPER",
        category_group="ATK",
        name=name,
        description="",
        unit=unit,
        price_rupiah=price,
        minimum_order=minimum,
        lead_days=1,
        tax_class=tax_class,
        domestic=True,
        shipping_rupiah=shipping,
        coverage=[tenant.region_code],
        photos=[],
        art=None,
        vendor_name="CV Cahaya Tulis",
        vendor_scale="small",
        vendor_form="limited_partnership",
        vendor_region_code=tenant.region_code,
        vendor_city="",
        vat_registered=participation.payee["vat_registered"],
        product_version=1,
        published_at=clock.now(),
    )
    offer.search, offer.search_version = words_of(offer), indexing.VERSION
    session.add(offer)
    await session.flush()
    return offer


async def a_draft(session: AsyncSession, cast: Cast, quantity: Decimal | int = 1) -> Order:
    """The officer's complete draft, ready to be submitted."""
    order = await add_to_draft(session, cast.officer, cast.offer.id, Decimal(quantity), cast.unit.id)
    return await change_draft(session, cast.officer, completed(order, cast))


def completed(order: Order, cast: Cast, **changes: Any) -> DraftChange:
    """The draft's form, filled in."""
    answers: dict[str, Any] = {
        "order_id": order.id,
        "version": order.version,
        "title": order.title,
        "quantities": {line.id: line.quantity for line in order.lines},
        "package_id": cast.package.id,
        "budget_line_id": cast.budget_line.id,
        "delivery_address": "Jalan Gatot Subroto Kav. 40-41, lantai 3",
        "delivery_region_code": cast.tenant.region_code,
        "delivery_due_on": _in_two_weeks(cast),
    }
    return DraftChange(**(answers | changes))


def _in_two_weeks(cast: Cast) -> date:
    """Or on the last day of handovers, where that is nearer."""
    today = clock.today(cast.tenant.zone)
    last = date(today.year, 12, 20)
    return min(today + timedelta(days=14), last) if today <= last else today + timedelta(days=14)


async def an_order(
    session: AsyncSession, cast: Cast, status: Status = Status.AWAITING_APPROVAL, quantity: Decimal | int = 1
) -> Order:
    """An order taken to a status by the people who may, step by step."""
    order = await a_draft(session, cast, quantity)
    for step in WAY[status]:
        await step(session, cast, order)
    await session.flush()
    return order


async def go_on(session: AsyncSession, cast: Cast, order: Order, until: Status) -> Order:
    """From wherever it stands on the way of an order that goes well, further to a status."""
    steps = [step for _, step in _HAPPY]
    reached = [Status.DRAFT, *(status for status, _ in _HAPPY)]
    for step in steps[reached.index(Status(order.status)) : reached.index(until)]:
        await step(session, cast, order)
    await session.flush()
    return order


Step = Callable[[AsyncSession, Cast, Order], Awaitable[Any]]


def accepting(order: Order, rejected: int = 0, note: str = "Penyok dalam perjalanan") -> dict[UUID, Finding]:
    """Findings that reject so many of the first line and accept everything else."""
    findings = {line.id: Finding(line.quantity, Decimal(0)) for line in order.lines}
    if rejected:
        first = order.lines[0]
        findings[first.id] = Finding(first.quantity - rejected, Decimal(rejected), note)
    return findings


async def _inspect(session: AsyncSession, cast: Cast, order: Order) -> None:
    await inspect_order(session, cast.receiver, InspectionForm(order.id, order.version, accepting(order)))


async def _invoice(session: AsyncSession, cast: Cast, order: Order) -> None:
    number = a_tax_invoice_number() if order.vat_rupiah else ""
    await send_invoice(session, cast.owner, NewInvoice(order.id, order.version, tax_invoice_number=number))


def a_tax_invoice_number() -> str:
    """Seventeen digits that no other invoice bears: code 02, status 00, a serial."""
    return f"0200{new_id().int % 10**13:013}"


async def pay(session: AsyncSession, cast: Cast, order: Order) -> Payment:
    """The treasurer records an approved payment."""
    made = MadePayment(order.id, order.version, PaymentMethod.IMPREST, f"TRX-{order.id.hex}")
    return await record_payment(session, cast.treasurer, made)


async def _terminate(session: AsyncSession, cast: Cast, order: Order) -> None:
    await left_alone(session, order)
    await terminate_order(session, cast.approver, order.id, order.version, "Tidak pernah dikirim")


async def _expire(session: AsyncSession, cast: Cast, order: Order) -> None:
    await session.flush()
    assert order.due_at
    with clock.travelling_to(order.due_at + timedelta(seconds=1)):
        await let_pass(session, order.id)


async def billed_by_the_clock(session: AsyncSession, cast: Cast) -> Order:
    """An order whose vendor did not bill: the bill was made for them, without a tax invoice."""
    order = await an_order(session, cast, Status.HANDED_OVER)
    await _expire(session, cast, order)
    assert order.status == Status.INVOICED
    return order


async def left_alone(session: AsyncSession, order: Order) -> None:
    """Nobody does what the order waits for, until the clock has called twice."""
    for _ in range(LAST_CALL):
        await session.flush()
        assert order.due_at
        with clock.travelling_to(order.due_at + timedelta(seconds=1)):
            step = await let_pass(session, order.id)
        assert step and step.stays


async def _announce_half(session: AsyncSession, cast: Cast, order: Order) -> None:
    half = {line.id: line.quantity / 2 for line in order.lines}
    await announce_delivery(session, cast.staff, NewDelivery(order.id, order.version, half))


def unproven(order: Order) -> dict[str, Any]:
    """Why nothing is shown, for those orders of which it is asked."""
    dear = order.gross_rupiah > 25_000_000
    return {"without_proof": "Ponsel pengantar rusak"} if dear else {}


SUBMIT: Step = lambda s, c, o: submit_order(s, c.officer, o.id, o.version)  # noqa: E731
APPROVE: Step = lambda s, c, o: approve_order(s, c.approver, o.id, o.version)  # noqa: E731
ACCEPT: Step = lambda s, c, o: accept_order(s, c.owner, o.id, o.version)  # noqa: E731
START: Step = lambda s, c, o: start_delivery(s, c.staff, NewDelivery(o.id, o.version, **unproven(o)))  # noqa: E731
DELIVER: Step = lambda s, c, o: deliver_order(s, c.staff, Arrival(o.id, o.version, **unproven(o)))  # noqa: E731
AGREE: Step = lambda s, c, o: agree_inspection(s, c.owner, o.id, o.version)  # noqa: E731
HAND_OVER: Step = lambda s, c, o: hand_over(s, c.approver, Signature(o.id, o.version, Rest.CLOSED))  # noqa: E731
REQUEST: Step = lambda s, c, o: request_payment(s, c.treasurer, o.id, o.version)  # noqa: E731
APPROVE_PAYMENT: Step = lambda s, c, o: approve_payment(s, c.budget_user, PaymentApproval(o.id, o.version))  # noqa: E731
COMPLETE: Step = lambda s, c, o: complete_order(s, c.approver, o.id, o.version)  # noqa: E731
REJECT: Step = lambda s, c, o: reject_order(s, c.approver, o.id, o.version, "Tidak jadi dibeli")  # noqa: E731
DECLINE: Step = lambda s, c, o: decline_order(s, c.owner, o.id, o.version, "Stok habis")  # noqa: E731
WITHDRAW: Step = lambda s, c, o: withdraw_order(s, c.approver, o.id, o.version, "Salah unit")  # noqa: E731
ANNOUNCE: Step = lambda s, c, o: announce_delivery(s, c.staff, NewDelivery(o.id, o.version))  # noqa: E731
ASK: Step = lambda s, c, o: ask_cancellation(s, c.owner, o.id, o.version, "Gudang kebanjiran")  # noqa: E731

_HAPPY: tuple[tuple[Status, Step], ...] = (
    (Status.AWAITING_APPROVAL, SUBMIT),
    (Status.ISSUED, APPROVE),
    (Status.ACCEPTED, ACCEPT),
    (Status.IN_DELIVERY, START),
    (Status.DELIVERED, DELIVER),
    (Status.INSPECTED, _inspect),
    (Status.HANDOVER_PENDING, AGREE),
    (Status.HANDED_OVER, HAND_OVER),
    (Status.INVOICED, _invoice),
    (Status.PAYMENT_REQUESTED, REQUEST),
    (Status.PAYMENT_APPROVED, APPROVE_PAYMENT),
    (Status.PAID, pay),
    (Status.COMPLETED, COMPLETE),
)
WAY: dict[Status, tuple[Step, ...]] = {Status.DRAFT: ()}
for _number, (_status, _) in enumerate(_HAPPY, start=1):
    WAY[_status] = tuple(step for _, step in _HAPPY[:_number])
WAY |= {
    Status.REJECTED: (SUBMIT, REJECT),
    Status.CANCELLED: (SUBMIT, APPROVE, WITHDRAW),
    Status.EXPIRED: (SUBMIT, APPROVE, _expire),
    Status.TERMINATED: (SUBMIT, APPROVE, ACCEPT, _terminate),
    Status.CANCELLATION_ASKED: (SUBMIT, APPROVE, ACCEPT, ASK),
    Status.ANNOUNCED: (SUBMIT, APPROVE, ACCEPT, ANNOUNCE),
    Status.PARTLY_DELIVERED: (SUBMIT, APPROVE, ACCEPT, _announce_half),
}


async def take(
    session: AsyncSession,
    actor: Actor,
    step: LifecycleStep,
    order: Order,
    cast: Cast,
    *,
    version: int | None = None,
    part_id: UUID | None = None,
) -> Any:
    """Take any step of the lifecycle that people take, with an answer to everything it asks."""
    seen = order.version if version is None else version
    if step.input is None:
        reason = ("Alasan yang cukup panjang",) if step.reason else ()
        part = (part_id,) if part_id else ()
        return await step.act(session, actor, order.id, seen, *reason, *part)
    if step.input is DraftChange:
        return await step.act(session, actor, completed(order, cast, version=seen))
    answers = {
        "findings": accepting(order),
        "method": PaymentMethod.DIRECT,
        "reference": order.id.hex,
        "tax_invoice_number": a_tax_invoice_number(),
        "rest": Rest.CLOSED,
        "part_id": part_id,
        "funding": cast.later,
    }
    asked = {one.name for one in fields(step.input)}
    return await step.act(
        session,
        actor,
        step.input(order.id, seen, **{name: value for name, value in answers.items() if name in asked}),
    )


async def _a_participation(
    session: AsyncSession, *, pkp: bool, members: list[UUID], payee: dict[str, Any] | None
) -> VendorParticipation:
    tenant: Tenant = session.info["tenant"]
    vendor_id = await a_public_vendor(tenant.region_code, vat_registered=pkp)
    facts = {
        "owner_name": "Rahmat Hidayat",
        "tax_id": "•••• 0000",
        "bank_name": "Bank DKI",
        "bank_account": "•••• 2233",
        "bank_account_id": str(vendor_id),
        "bank_account_changing_since": None,
        "bank_account_holder": "CV Cahaya Tulis",
        "address": "Jalan Percetakan Negara Nomor 14, Johar Baru",
        "phone": "+628129988",
        "email": "cahaya@example.id",
        "legal_form": "limited_partnership",
        "vat_registered": pkp,
        "final_tax_certificate_until": None,
        "turnover_statement_year": None,
        "member_account_ids": [str(member) for member in members],
    }
    participation = VendorParticipation(
        vendor_id=vendor_id,
        status="active",
        payee=facts | (payee or {}),
        payee_version=1,
        requested_at=clock.now(),
    )
    session.add(participation)
    await session.flush()
    return participation


async def invoice_of(session: AsyncSession, order_id: UUID) -> Invoice | None:
    """The one invoice of an order."""
    return (await session.scalars(select(Invoice).where(Invoice.order_id == order_id))).one_or_none()


async def payment_of(session: AsyncSession, order_id: UUID) -> Payment | None:
    """The one payment of an order."""
    return (await session.scalars(select(Payment).where(Payment.order_id == order_id))).one_or_none()
