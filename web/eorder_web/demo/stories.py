"""A year of orders: each walks the lifecycle at office hours until the state in which the demo shows it."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from random import Random
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from eorder_platform import clock, outbox, tenancy
from eorder_platform.directory.models import VendorMember, VendorRole
from eorder_platform.identity.models import Account
from eorder_platform.tenancy import Tenant
from eorder_tenants.budgets.models import BudgetBalance, BudgetLine, Package
from eorder_tenants.catalogue.models import Offer
from eorder_tenants.orders import (
    answering,
    approving,
    cancelling,
    completing,
    delivering,
    drafting,
    expiring,
    handing_over,
    inspecting,
    submitting,
)
from eorder_tenants.orders.drafting import DraftChange
from eorder_tenants.orders.inspecting import Finding, Inspection
from eorder_tenants.orders.models import Order, Status
from eorder_tenants.organisation.actors import Actor, actor_for, vendor_actor
from eorder_tenants.organisation.models import Role, RoleAssignment, WorkUnit
from eorder_tenants.payments import invoicing, paying
from eorder_tenants.payments.invoicing import NewInvoice
from eorder_tenants.payments.paying import MadePayment, PaymentMethod
from eorder_web.demo.regions import LINES

Progress = Callable[[str, int, int], None]

ENDINGS: Final = {
    Status.COMPLETED: 152,
    Status.PAID: 12,
    Status.PAYMENT_APPROVED: 6,
    Status.PAYMENT_REQUESTED: 7,
    Status.INVOICED: 10,
    Status.HANDED_OVER: 9,
    Status.HANDOVER_PENDING: 6,
    Status.INSPECTED: 6,
    Status.DELIVERED: 10,
    Status.IN_DELIVERY: 12,
    Status.ACCEPTED: 12,
    Status.CANCELLATION_ASKED: 3,
    Status.ISSUED: 14,
    Status.AWAITING_APPROVAL: 14,
    Status.DRAFT: 8,
    Status.REJECTED: 7,
    Status.EXPIRED: 6,
    Status.CANCELLED: 6,
}
"""How many of the 300 orders end in which state."""
SHARES: Final = {"dki": 0.5, "gorontalo": 0.26}
"""Which part of the orders is whose; the six small regions share the rest."""
PURPOSES: Final = {
    "FNB-MEET": (
        "Konsumsi rapat koordinasi",
        "Konsumsi bimbingan teknis",
        "Makan siang kader",
        "Konsumsi musyawarah",
    ),
    "FNB-GUEST": ("Jamuan kunjungan kerja", "Bingkisan tamu daerah"),
    "ATK": ("Alat tulis triwulan", "Kertas dan tinta ujian", "Alat tulis pelatihan"),
    "ICT-S": ("Perangkat kecil pelayanan", "Penyimpanan arsip digital"),
    "CLEAN": ("Bahan kebersihan kantor", "Kebersihan gedung pelayanan"),
    "PRINT": ("Cetak bahan sosialisasi", "Spanduk kegiatan", "Cetak buku laporan"),
    "UNIF": ("Seragam petugas lapangan", "Batik pegawai"),
    "SOUV": ("Plakat penghargaan", "Perlengkapan peserta"),
    "RENT": ("Sewa perlengkapan acara", "Sewa tata suara upacara"),
    "DOCU": ("Dokumentasi hari jadi", "Dokumentasi pelatihan"),
    "MAINT": ("Servis pendingin ruangan", "Servis komputer pelayanan"),
    "PLANT": ("Tanaman hias kantor", "Papan bunga ucapan"),
}


@dataclass(frozen=True)
class Office:
    """A unit with its people and the packages it may draw from, by category group."""

    unit: WorkUnit
    people: Mapping[Role, Actor]
    fundings: Mapping[str, tuple[UUID, UUID]]


@dataclass
class Region:
    """What the stories of one region choose from."""

    tenant: Tenant
    offices: Sequence[Office]
    offers: Mapping[str, Sequence[Offer]]
    vendors: Mapping[UUID, Actor]


async def tell_stories(
    tenants: Mapping[str, Tenant],
    counts: Mapping[Status, int],
    begin: date,
    today: date,
    progress: Progress,
) -> None:
    """Walk the orders through the year, region by region in the order of time, then tell the nation of them."""
    endings = [status for status, count in counts.items() for _ in range(count)]
    Random("orders").shuffle(endings)
    total = len(endings)
    shares = _shares(list(tenants), total)
    done, owners = 0, await _owners()
    for slug, tenant in tenants.items():
        region = await _look_around(tenant, owners)
        mine, endings = endings[: shares[slug]], endings[shares[slug] :]
        for story in _plan(region, mine, begin, today):
            await story.tell()
            done += 1
            progress("Pesanan setahun", done, total)
        await outbox.carry_out_open(slug, ("orders.project",))


def _shares(slugs: Sequence[str], total: int) -> dict[str, int]:
    shares = {slug: round(total * SHARES.get(slug, 0)) for slug in slugs}
    small = [slug for slug in slugs if slug not in SHARES] or list(slugs)
    left = total - sum(shares.values())
    for place, slug in enumerate(small):
        shares[slug] += left // len(small) + (place < left % len(small))
    return shares


async def _owners() -> dict[UUID, tuple[UUID, str]]:
    async with tenancy.national() as session:
        rows = await session.execute(
            select(VendorMember.vendor_id, Account.id, Account.name).join(
                Account, Account.id == VendorMember.account_id
            )
        )
        return {vendor_id: (account_id, name) for vendor_id, account_id, name in rows}


async def _look_around(tenant: Tenant, owners: Mapping[UUID, tuple[UUID, str]]) -> Region:
    async with tenancy.inside(tenant) as session:
        units = list(await session.scalars(select(WorkUnit).order_by(WorkUnit.code)))
        offers: dict[str, list[Offer]] = {}
        for offer in await session.scalars(select(Offer).where(Offer.visible).order_by(Offer.name, Offer.id)):
            offers.setdefault(offer.category_group, []).append(offer)
        offices = [await _office(session, unit) for unit in units]
    vendors = {
        vendor_id: vendor_actor(account_id, name, vendor_id, VendorRole.OWNER)
        for vendor_id, (account_id, name) in owners.items()
    }
    return Region(tenant, offices, offers, vendors)


async def _office(session: AsyncSession, unit: WorkUnit) -> Office:
    people = {}
    appointed = select(RoleAssignment.role, RoleAssignment.official_id).where(
        RoleAssignment.work_unit_id == unit.id
    )
    for role, official_id in await session.execute(appointed):
        people[Role(role)] = await actor_for(session, official_id)
    rows = await session.execute(
        select(Package.id, BudgetLine.id, BudgetLine.account_code)
        .join(BudgetBalance, BudgetBalance.package_id == Package.id)
        .join(BudgetLine, BudgetLine.id == BudgetBalance.budget_line_id)
        .where(Package.work_unit_id == unit.id)
    )
    by_account = {account: (package_id, line_id) for package_id, line_id, account in rows}
    fundings = {group: by_account[line.account_code] for line in LINES for group in line.groups}
    return Office(unit, people, fundings)


@dataclass
class Story:
    """One order: where, when it begins, how it ends, and the dice that decide everything in between.

    Nothing happens after `not_after`: the last steps are drawn together rather than told of the future.
    """

    region: Region
    office: Office
    begins: datetime
    ending: Status
    dice: Random
    not_after: datetime

    async def tell(self) -> None:
        """The whole way in one transaction, each step at its own moment."""
        async with tenancy.inside(self.region.tenant) as session:
            async for _ in self._steps(session):
                pass

    async def _steps(self, session: AsyncSession) -> AsyncIterator[None]:
        people, moment = self.office.people, self.begins
        group = self.dice.choice([one for one in self.office.fundings if self.region.offers.get(one)])
        with clock.travelling_to(moment):
            order = await self._draft(session, people[Role.PROCUREMENT_OFFICER], group)
        yield
        vendor = self.region.vendors[order.vendor_id]
        way = self._way(session, order, people, vendor)
        for left, (act, actor, pause) in zip(range(len(way), 0, -1), way, strict=True):
            planned = _office_hours(moment + pause, self.region.tenant.zone)
            moment = min(planned, self.not_after - timedelta(minutes=11 * left))
            with clock.travelling_to(moment):
                await act(actor)
            yield

    async def _draft(self, session: AsyncSession, officer: Actor, group: str) -> Order:
        first = self.dice.choice(self.region.offers[group])
        of_vendor = [one for one in self.region.offers[group] if one.vendor_id == first.vendor_id]
        chosen = self.dice.sample(of_vendor, min(len(of_vendor), self.dice.choice((1, 1, 2, 3))))
        order = None
        for offer in chosen:
            order = await drafting.add_to_draft(
                session, officer, offer.id, self._quantity(offer, len(chosen)), self.office.unit.id
            )
        assert order is not None
        package_id, line_id = self.office.fundings[group]
        due = (clock.now() + timedelta(days=7 + max(offer.lead_days for offer in chosen))).date()
        return await drafting.change_draft(
            session,
            officer,
            DraftChange(
                order_id=order.id,
                version=order.version,
                title=self.dice.choice(PURPOSES[group]),
                quantities={line.id: line.quantity for line in order.lines},
                package_id=package_id,
                budget_line_id=line_id,
                delivery_address=f"{self.office.unit.name}, {self.office.unit.address}, {self.office.unit.city}",
                delivery_region_code=self.office.unit.region_code,
                delivery_due_on=due,
                note="",
            ),
        )

    def _quantity(self, offer: Offer, among: int) -> Decimal:
        """Enough for a usual order of Rp 0.6 to 9 million, never below the least order."""
        wanted = self.dice.triangular(600_000, 9_000_000, 2_200_000) / among
        return Decimal(max(int(offer.minimum_order), round(wanted / offer.price_rupiah)))

    def _way(
        self, session: AsyncSession, order: Order, people: Mapping[Role, Actor], vendor: Actor
    ) -> list[tuple[Callable[[Actor], Awaitable[Any]], Actor, timedelta]]:
        """The acts that lead to the ending, each with its actor and how long after the one before it happens."""
        dice = self.dice
        officer, ppk = people[Role.PROCUREMENT_OFFICER], people[Role.COMMITMENT_OFFICER]
        receiver, treasurer, pa = people[Role.RECEIVER], people[Role.TREASURER], people[Role.BUDGET_USER]

        def plain(use_case: Any, *more: Any) -> Callable[[Actor], Awaitable[Any]]:
            return lambda actor: use_case(session, actor, order.id, order.version, *more)

        def hours(least: float, most: float) -> timedelta:
            return timedelta(hours=dice.uniform(least, most))

        async def inspect(actor: Actor) -> None:
            findings = {}
            for line in order.lines:
                short = line.quantity >= 40 and dice.random() < 0.08
                rejected = (line.quantity / 20).quantize(Decimal(1)) if short else Decimal(0)
                note = "Kemasan rusak saat tiba" if short else ""
                findings[line.id] = Finding(line.quantity - rejected, rejected, note)
            await inspecting.inspect_order(session, actor, Inspection(order.id, order.version, findings))

        async def invoice(actor: Actor) -> None:
            number = f"02{dice.randint(10**14, 10**15 - 1)}" if order.vat_rupiah else ""
            await invoicing.send_invoice(session, actor, NewInvoice(order.id, order.version, "", number))

        async def pay(actor: Actor) -> None:
            reference = f"TRF{clock.now():%y%m%d}{dice.randint(10**6, 10**7 - 1)}"
            made = MadePayment(order.id, order.version, PaymentMethod.IMPREST, reference)
            await paying.record_payment(session, actor, made)

        async def expire(_: Actor) -> None:
            await expiring.let_pass(session, order.id)

        submit = (plain(submitting.submit_order), officer, hours(0.4, 3))
        approve = (plain(approving.approve_order), ppk, hours(2, 26))
        accept = (plain(answering.accept_order), vendor, hours(2, 30))
        whole = [
            (Status.AWAITING_APPROVAL, submit),
            (Status.ISSUED, approve),
            (Status.ACCEPTED, accept),
            (Status.IN_DELIVERY, (plain(delivering.start_delivery), vendor, hours(12, 40))),
            (Status.DELIVERED, (plain(delivering.deliver_order), vendor, hours(3, 28))),
            (Status.INSPECTED, (inspect, receiver, hours(0.5, 8))),
            (Status.HANDOVER_PENDING, (plain(inspecting.agree_inspection), vendor, hours(0.5, 20))),
            (Status.HANDED_OVER, (plain(handing_over.hand_over), ppk, hours(1, 24))),
            (Status.INVOICED, (invoice, vendor, hours(1, 30))),
            (Status.PAYMENT_REQUESTED, (plain(paying.request_payment), treasurer, hours(1, 20))),
            (Status.PAYMENT_APPROVED, (plain(paying.approve_payment), pa, hours(2, 24))),
            (Status.PAID, (pay, treasurer, hours(2, 36))),
            (Status.COMPLETED, (plain(completing.complete_order), ppk, hours(5, 60))),
        ]
        reason = "Kegiatan diundur, jadwal baru menyusul."
        special: dict[Status, list[Any]] = {
            Status.DRAFT: [],
            Status.REJECTED: [
                submit,
                approve,
                (plain(answering.decline_order, "Dapur kami penuh pada tanggal itu."), vendor, hours(3, 20)),
            ],
            Status.CANCELLED: [submit, approve, (plain(cancelling.withdraw_order, reason), ppk, hours(2, 8))],
            Status.EXPIRED: [submit, approve, (expire, vendor, timedelta(days=8))],
            Status.CANCELLATION_ASKED: [
                submit,
                approve,
                accept,
                (plain(cancelling.ask_cancellation, reason), ppk, hours(2, 20)),
            ],
        }
        if self.ending in special:
            return special[self.ending]
        names = [status for status, _ in whole]
        return [step for _, step in whole[: names.index(self.ending) + 1]]


_DAYS_UNTIL: Final = {
    Status.DRAFT: 1.0,
    Status.AWAITING_APPROVAL: 1.2,
    Status.ISSUED: 2.0,
    Status.ACCEPTED: 3.5,
    Status.CANCELLATION_ASKED: 4.5,
    Status.IN_DELIVERY: 6.0,
    Status.DELIVERED: 7.5,
    Status.INSPECTED: 8.0,
    Status.HANDOVER_PENDING: 9.0,
    Status.HANDED_OVER: 10.5,
    Status.INVOICED: 12.0,
    Status.PAYMENT_REQUESTED: 13.5,
    Status.PAYMENT_APPROVED: 15.0,
    Status.PAID: 17.0,
}
"""How many days before today an order begins that today stands there; weekends make the way longer."""


def _plan(region: Region, endings: Sequence[Status], begin: date, today: date) -> list[Story]:
    """The region's orders in the order of their beginning: finished ones over the year, open ones lately."""
    dice = Random(f"stories {region.tenant.slug}")
    last_finished = (today - begin).days - 30
    not_after = datetime.combine(today, time(1), UTC)
    stories = []
    for number, ending in enumerate(endings):
        if ending in _DAYS_UNTIL:
            day = datetime.combine(today, time(8), UTC) - timedelta(
                days=_DAYS_UNTIL[ending] * 1.6 + dice.random()
            )
        else:
            day = datetime.combine(begin, time(2), UTC) + timedelta(days=2 + dice.uniform(0, last_finished))
        own = Random(f"{region.tenant.slug} {number}")
        moment = _office_hours(day + timedelta(minutes=own.randint(0, 300)), region.tenant.zone)
        stories.append(Story(region, own.choice(region.offices), moment, ending, own, not_after))
    return sorted(stories, key=lambda story: story.begins)


def _office_hours(moment: datetime, zone: str) -> datetime:
    """The same moment, or the next in which an office of that zone is open (weekdays 08.00 to 15.45)."""
    local = moment.astimezone(ZoneInfo(zone))
    if local.time() > time(15, 45):
        local = datetime.combine(local.date() + timedelta(days=1), time(8, local.minute), local.tzinfo)
    elif local.time() < time(8):
        local = datetime.combine(local.date(), time(8, local.minute), local.tzinfo)
    while local.weekday() >= 5:
        local = datetime.combine(local.date() + timedelta(days=1), time(8, local.minute), local.tzinfo)
    return local.astimezone(UTC)
