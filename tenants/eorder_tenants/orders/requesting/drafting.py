"""The officer's draft (draf pesanan) for one vendor and unit, until it is submitted or discarded."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from uuid import UUID

from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm.attributes import set_committed_value

from eorder_platform import clock
from eorder_platform.directory.models import ParticipationStatus
from eorder_platform.errors import Conflict, NotAllowed, NotVisible, Refused
from eorder_platform.ids import new_id
from eorder_platform.rules import RuleBook
from eorder_platform.tenancy import Tenant
from eorder_platform.texts import too_long
from eorder_tenants.approvals.duties import only_their_own, why_kept_out, why_linked
from eorder_tenants.budgets.models import BudgetLine, Package
from eorder_tenants.catalogue.models import Offer, VendorParticipation
from eorder_tenants.orders.core import stepping
from eorder_tenants.orders.core.assessing import assess_on_order
from eorder_tenants.orders.core.fiscal_year import problems_with_due_date
from eorder_tenants.orders.core.models import Order, OrderLine, Status
from eorder_tenants.orders.core.parts import Case
from eorder_tenants.orders.core.plain_fields import kept_in
from eorder_tenants.orders.core.steps import PP, Step
from eorder_tenants.orders.requesting.catalogue_lines import (
    automatic_title,
    is_within,
    offers_of,
    price,
    quantity_problem,
    shipping_of,
)
from eorder_tenants.organisation.actors import SYSTEM, SYSTEM_ACTOR, Actor
from eorder_tenants.organisation.law import rulebook
from eorder_tenants.organisation.models import Role, WorkUnit

MOST_LINES = 100

CHANGE = Step(
    name="change",
    label="Ubah",
    done="Draf diubah",
    sources=(Status.DRAFT,),
    target=Status.DRAFT,
    by=(PP,),
    duties=(only_their_own,),
)
DISCARD = Step(
    name="discard",
    noun="pembuangan",
    label="Buang draf",
    done="Draf dibuang",
    sources=(Status.DRAFT,),
    target=Status.CANCELLED,
    by=(PP,),
    duties=(only_their_own,),
    stamp="closed_at",
)
FORGET = Step(
    name="forget",
    label="Buang otomatis",
    done="Draf dibuang karena lama tidak diubah",
    sources=(Status.DRAFT,),
    target=Status.CANCELLED,
    by=(SYSTEM,),
    stamp="closed_at",
    rule="draft_idle_days",
)


@dataclass(frozen=True)
class DraftChange:
    """The whole form of a draft as the officer sent it; `quantities` by line. What is not chosen yet is None.

    `more`: what was typed in further plain fields (core/plain_fields.py) by name; a field that is not in it stays.
    """

    order_id: UUID
    version: int
    title: str
    quantities: Mapping[UUID, Decimal]
    package_id: UUID | None
    budget_line_id: UUID | None
    delivery_address: str
    delivery_region_code: str
    delivery_due_on: date | None
    note: str = ""
    more: Mapping[str, str] = field(default_factory=dict)

    @property
    def typed(self) -> dict[str, str]:
        """What was typed in the plain fields."""
        return {"delivery_address": self.delivery_address, "note": self.note, **self.more}


async def add_to_draft(
    session: AsyncSession,
    actor: Actor,
    offer_id: UUID,
    quantity: Decimal,
    work_unit_id: UUID,
    into: UUID | None = None,
) -> Order:
    """Put an offer into that draft of the officer, or begin a new one for its vendor and unit where none is named.

    An offer that is in it already gets the quantity on top. Refused: an offer that the catalogue does not show (any
    more), a vendor who is not active here, a quantity that cannot be ordered. A vendor to whom the officer belongs:
    NotAllowed (SOD5). A draft that
    was submitted meanwhile, or is for another vendor or unit: Conflict.
    """
    offer = (await session.scalars(select(Offer).where(Offer.id == offer_id, Offer.visible))).one_or_none()
    if offer is None:
        raise NotVisible("Produk ini tidak ada lagi di katalog.")
    unit = await _unit_of(session, actor, work_unit_id)
    participation = await session.get_one(VendorParticipation, offer.vendor_id)
    if why := why_kept_out(actor) or why_linked(actor, participation.payee):
        raise NotAllowed(why)
    if participation.status != ParticipationStatus.ACTIVE:
        raise Refused("%(vendor)s sedang tidak menerima pesanan dari daerah ini.", vendor=offer.vendor_name)
    order = (
        await _begun(session, actor, offer, unit)
        if into is None
        else await _joined(session, actor, offer, unit, into)
    )
    named_automatically = order.title == automatic_title(order.lines)
    line = next((one for one in order.lines if one.offer_id == offer.id), None)
    if problem := quantity_problem(offer, quantity + (line.quantity if line else 0)):
        raise Refused(problem, "quantity")
    if line is None:
        if len(order.lines) >= MOST_LINES:
            raise Refused("Satu pesanan paling banyak memuat %(most)s produk.", most=MOST_LINES)
        line = OrderLine(
            order_id=order.id, position=len(order.lines) + 1, offer_id=offer.id, quantity=Decimal(0)
        )
        order.lines.append(line)
    line.quantity += quantity
    price(line, offer)
    if named_automatically:
        order.title = automatic_title(order.lines)
    await _assess_again(session, order, await offers_of(session, order))
    return order


@CHANGE.use_case
async def change_draft(session: AsyncSession, actor: Actor, change: DraftChange) -> Order:
    """Keep what the officer filled in, even if not complete: submitting asks for the rest (:func:`fill_in`)."""
    order = (await stepping.begin(session, actor, CHANGE, change.order_id, change.version)).order
    offers, rules = await offers_of(session, order), await rulebook(session)
    await fill_in(session, order, change, offers, rules)
    await _assess_again(session, order, offers, rules)
    return order


async def fill_in(
    session: AsyncSession, order: Order, change: DraftChange, offers: Mapping[UUID, Offer], rules: RuleBook
) -> None:
    """Write the officer's form on the order that the caller has begun to change.

    Refused beside their fields: quantities that cannot be ordered, a package or budget line that does not exist, an
    address outside the region, a date that has passed or for which the budget line's year cannot pay any more, a plain
    field that its check refuses.
    """
    texts, wrong = kept_in(change.typed)
    if sentence := too_long(change.title.strip(), "title"):
        wrong.append(("title", sentence))
    if problems := [*_problems(session, order, change, offers), *wrong]:
        raise Refused.several(problems)
    for line in order.lines:
        if line.id in change.quantities:
            line.quantity = change.quantities[line.id]
            line.total_rupiah = line.due_rupiah
    order.title = change.title.strip() or automatic_title(order.lines)
    await _choose_funding(session, order, change)
    if problems := problems_with_due_date(order.budget_line, change.delivery_due_on, rules):
        raise Refused.several(problems)
    for name, text in texts.items():
        setattr(order, name, text)
    order.delivery_region_code = change.delivery_region_code
    order.delivery_due_on = change.delivery_due_on


async def try_out(
    session: AsyncSession, order: Order, change: DraftChange
) -> Sequence[tuple[str | None, str]]:
    """Reckon with the officer's form on an order that is only looked at; what is wrong with it is told, not refused."""
    offers, rules = await offers_of(session, order), await rulebook(session)
    try:
        await fill_in(session, order, change, offers, rules)
    except Refused as refusal:
        return refusal.problems
    await _reckon(session, order, offers, rules)
    return ()


async def remove_line(
    session: AsyncSession, actor: Actor, order_id: UUID, version: int, line_id: UUID
) -> Order:
    """Take one product out of the draft; a draft may become empty."""
    order = (await stepping.begin(session, actor, CHANGE, order_id, version)).order
    offers = await offers_of(session, order)
    line = next((one for one in order.lines if one.id == line_id), None)
    if line is None:
        raise NotVisible("Baris ini tidak ada lagi di draf.")
    named_automatically = order.title == automatic_title(order.lines)
    order.lines.remove(line)
    for position, remaining in enumerate(order.lines, start=1):
        remaining.position = position
    if named_automatically:
        order.title = automatic_title(order.lines)
    await _assess_again(session, order, offers)
    return order


async def refresh_prices(session: AsyncSession, actor: Actor, order_id: UUID, version: int) -> Order:
    """Take over today's names, prices and shipping of the catalogue; submitting refuses outdated ones."""
    order = (await stepping.begin(session, actor, CHANGE, order_id, version)).order
    offers = await offers_of(session, order)
    for line in order.lines:
        if offer := offers.get(line.offer_id):
            price(line, offer)
    await _assess_again(session, order, offers)
    return order


@DISCARD.use_case
async def discard_draft(session: AsyncSession, actor: Actor, order_id: UUID, version: int) -> None:
    """Throw a draft away."""
    case = await stepping.begin(session, actor, DISCARD, order_id, version)
    await _throw_away(session, actor, case, DISCARD)


@FORGET.use_case
async def forget_draft(session: AsyncSession, case: Case) -> None:
    """A draft that nobody touched for long (rule draft_idle_days) is thrown away."""
    await _throw_away(session, SYSTEM_ACTOR, case, FORGET)


async def _throw_away(session: AsyncSession, actor: Actor, case: Case, step: Step) -> None:
    """A draft that was never submitted is gone. One that had been keeps its journal and becomes cancelled."""
    if case.order.number is None:
        await session.delete(case.order)
    else:
        await stepping.finish(session, actor, case, step)


async def _unit_of(session: AsyncSession, actor: Actor, work_unit_id: UUID) -> WorkUnit:
    if not actor.holds(Role.PROCUREMENT_OFFICER, work_unit_id):
        raise NotAllowed("Anda bukan pejabat pengadaan satuan kerja ini.")
    unit = await session.get(WorkUnit, work_unit_id)
    if unit is None or not unit.active:
        raise Refused("Satuan kerja ini tidak aktif.", "work_unit_id")
    return unit


async def _begun(session: AsyncSession, actor: Actor, offer: Offer, unit: WorkUnit) -> Order:
    draft_id = new_id()
    await session.execute(
        insert(Order).values(
            id=draft_id,
            title="",
            status=Status.DRAFT,
            work_unit_id=unit.id,
            vendor_id=offer.vendor_id,
            vendor_name=offer.vendor_name,
            delivery_address=unit.address,
            delivery_region_code=unit.region_code,
            drafted_by=actor.official_id,
            created_at=clock.now(),
            changed_at=clock.now(),
        )
    )
    return await stepping.locked(session, actor, draft_id)


async def _joined(session: AsyncSession, actor: Actor, offer: Offer, unit: WorkUnit, draft_id: UUID) -> Order:
    order = await stepping.locked(session, actor, draft_id)
    theirs = (Status.DRAFT, actor.official_id, offer.vendor_id, unit.id)
    if (order.status, order.drafted_by, order.vendor_id, order.work_unit_id) != theirs:
        raise Conflict(
            "Draf ini baru saja diajukan dari tempat lain. Tambahkan lagi untuk memulai draf baru."
        )
    return order


async def _choose_funding(session: AsyncSession, order: Order, change: DraftChange) -> None:
    """The package and the budget line, with their rows where they are others than before."""
    if change.package_id != order.package_id:
        package = await session.get(Package, change.package_id) if change.package_id else None
        if package is None and change.package_id:
            raise Refused("Pilih paket RUP satuan kerja ini.", "package_id")
        order.package_id = change.package_id
        set_committed_value(order, "package", package)
    if change.budget_line_id != order.budget_line_id:
        line = await session.get(BudgetLine, change.budget_line_id) if change.budget_line_id else None
        if line is None and change.budget_line_id:
            raise Refused("Pilih baris anggaran paket ini.", "budget_line_id")
        order.budget_line_id = change.budget_line_id
        set_committed_value(order, "budget_line", line)


async def _assess_again(
    session: AsyncSession, order: Order, offers: Mapping[UUID, Offer], rules: RuleBook | None = None
) -> None:
    await _reckon(session, order, offers, rules or await rulebook(session))
    stepping.touch(order)


async def _reckon(session: AsyncSession, order: Order, offers: Mapping[UUID, Offer], rules: RuleBook) -> None:
    tenant: Tenant = session.info["tenant"]
    order.shipping_rupiah = shipping_of(order, offers)
    if order.lines:
        await assess_on_order(session, order, rules, clock.today(tenant.zone))
    else:
        order.base_rupiah = order.vat_rupiah = order.gross_rupiah = order.withheld_rupiah = (
            order.net_rupiah
        ) = 0
        order.assessment = {}


def _problems(
    session: AsyncSession, order: Order, change: DraftChange, offers: Mapping[UUID, Offer]
) -> list[tuple[str | None, str]]:
    tenant: Tenant = session.info["tenant"]
    problems: list[tuple[str | None, str]] = []
    for line in order.lines:
        offer, quantity = offers.get(line.offer_id), change.quantities.get(line.id, line.quantity)
        if offer and (problem := quantity_problem(offer, quantity)):
            problems.append((f"quantity_{line.id}", problem))
    if change.delivery_due_on and change.delivery_due_on < clock.today(tenant.zone):
        problems.append(("delivery_due_on", "Tanggal penyerahan sudah lewat."))
    if not is_within(change.delivery_region_code, tenant.region_code):
        problems.append(("delivery_region_code", "Alamat penyerahan harus berada di daerah ini."))
    return problems
