"""A year of orders: each walks the lifecycle at office hours until the state in which the demo shows it.

What every order will go through is drawn first; then a region's steps are taken in the order of time, each in a
transaction of its own, so that numbers of orders and documents follow their dates.
"""

from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from random import Random
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from eorder_platform import clock, outbox, tenancy
from eorder_platform.business_days import (
    END_OF_DAY,
    add_business_days,
    add_calendar_days,
    is_business_day,
)
from eorder_platform.directory.models import VendorMember, VendorRole
from eorder_platform.identity.models import Account
from eorder_platform.seeds.holidays import national_holidays
from eorder_platform.tenancy import Tenant
from eorder_tenants.budgets.models import BudgetBalance, BudgetLine, Package
from eorder_tenants.catalogue.models import Offer
from eorder_tenants.orders.clock import expiring
from eorder_tenants.orders.clock.closing import close_year
from eorder_tenants.orders.contracting import answering, approving, cancelling
from eorder_tenants.orders.conversation import commenting
from eorder_tenants.orders.conversation.commenting import NewComment
from eorder_tenants.orders.core.models import CarriedPayable, Delivery, DeliveryLine, Order, OrderLine, Status
from eorder_tenants.orders.fulfilling import completing, delivering, giving_up, handing_over, inspecting
from eorder_tenants.orders.fulfilling.delivering import Arrival, NewDelivery
from eorder_tenants.orders.fulfilling.handing_over import Rest, Signature
from eorder_tenants.orders.fulfilling.inspecting import Cause, Finding, InspectionForm, Result
from eorder_tenants.orders.paying import invoicing, recording, requesting
from eorder_tenants.orders.paying.funding import Funding, fund_payable
from eorder_tenants.orders.paying.invoicing import NewInvoice
from eorder_tenants.orders.paying.recording import MadePayment, PaymentMethod
from eorder_tenants.orders.requesting import drafting, submitting
from eorder_tenants.orders.requesting.drafting import DraftChange
from eorder_tenants.organisation.actors import Actor, actor_for, vendor_actor
from eorder_tenants.organisation.models import Role, RoleAssignment, WorkUnit
from eorder_web.operations.demo.people import PROVED
from eorder_web.operations.demo.regions import LINES, REGIONS, DemoLine

Progress = Callable[[str, int, int], None]

ENDINGS: Final = {
    Status.COMPLETED: 148,
    Status.TERMINATED: 4,
    Status.PAID: 12,
    Status.PAYMENT_APPROVED: 6,
    Status.PAYMENT_REQUESTED: 7,
    Status.INVOICED: 10,
    Status.HANDED_OVER: 9,
    Status.HANDOVER_PENDING: 6,
    Status.INSPECTED: 6,
    Status.DELIVERED: 10,
    Status.IN_DELIVERY: 9,
    Status.ANNOUNCED: 3,
    Status.PARTLY_DELIVERED: 4,
    Status.ACCEPTED: 8,
    Status.CANCELLATION_ASKED: 3,
    Status.ISSUED: 14,
    Status.AWAITING_APPROVAL: 14,
    Status.DRAFT: 8,
    Status.REJECTED: 7,
    Status.EXPIRED: 6,
    Status.CANCELLED: 6,
}
"""How many of the 300 orders end in which state."""
PARTS: Final = ("dki", "gorontalo", "dki", None)
"""Whose the orders of a state are, in turn; None: one of the small regions."""
WITH_THE_VENDOR: Final = frozenset(
    {Status.ISSUED, Status.ACCEPTED, Status.IN_DELIVERY, Status.INSPECTED, Status.HANDED_OVER}
)
SHOWN: Final = {"dki": ("CV Cahaya Tulis", "Dapur Bu Yayah"), "gorontalo": ("CV Cahaya Tulis",)}
"""Vendors of the accounts in the README: something waits for them too."""
PURPOSES: Final = {
    "FNB-MEET": (
        "Konsumsi rapat koordinasi",
        "Konsumsi bimbingan teknis",
        "Konsumsi pertemuan kader",
        "Konsumsi musyawarah",
    ),
    "FNB-GUEST": ("Jamuan kunjungan kerja", "Jamuan tamu daerah"),
    "ATK.INK": ("Tinta dan toner triwulan", "Tinta dan toner pelayanan"),
    "ATK": ("Alat tulis triwulan", "Alat tulis pelatihan", "Alat tulis ujian"),
    "ICT-S": ("Perangkat kecil pelayanan", "Penyimpanan arsip digital"),
    "CLEAN.SUPPLY": ("Bahan kebersihan kantor", "Bahan kebersihan triwulan"),
    "CLEAN.SERVICE": ("Kebersihan gedung pelayanan", "Kebersihan ruang rapat"),
    "PRINT": ("Cetak bahan sosialisasi", "Cetakan kegiatan", "Cetakan laporan"),
    "UNIF.SHIRT": ("Seragam petugas lapangan", "Seragam kegiatan"),
    "UNIF.BATIK": ("Batik pegawai", "Kain daerah untuk hari jadi"),
    "SOUV": ("Cendera mata kunjungan", "Perlengkapan peserta"),
    "RENT": ("Sewa perlengkapan acara", "Perlengkapan upacara"),
    "DOCU": ("Dokumentasi hari jadi", "Dokumentasi pelatihan"),
    "MAINT": ("Servis pendingin ruangan", "Perawatan AC ruang pelayanan"),
    "PLANT": ("Tanaman kantor", "Penghijauan halaman kantor"),
}
"""What an order is for, by how the category of its first product begins."""

CARRIERS: Final = (
    ("Mobil bak terbuka", "Pak Darto"),
    ("Sepeda motor", "Rudi"),
    ("Kurir toko", "Bu Neni"),
    ("Mobil boks", "Pak Asep"),
)
"""How goods come, and who brings them."""
CONVERSATIONS: Final = 8 * (
    (
        "Gudang buka sampai pukul 15.00, hari Jumat sampai pukul 11.00. Bisa tiba pagi?",
        "Bisa, sekitar pukul 10.00. Sopir kami menelepon sebelum berangkat.",
    ),
    (
        "Lift barang sedang diperbaiki. Mohon dibawa dengan troli lewat pintu timur.",
        "Baik, kami bawa dua orang untuk membantu menurunkan.",
    ),
    (
        "Apakah kemasannya dapat diberi nama unit kerja kami?",
        "Sudah kami beri label pada setiap kardus.",
    ),
)
"""What the receiver asks before goods set out, and what the vendor answers: of every hundredth order to the 24th."""


@dataclass(frozen=True)
class Office:
    """A unit with its people and the package and budget line of each account and year it may draw from."""

    unit: WorkUnit
    people: Mapping[Role, Actor]
    fundings: Mapping[tuple[str, int], tuple[UUID, UUID]]


@dataclass
class Region:
    """What the stories of one region choose from."""

    tenant: Tenant
    offices: Sequence[Office]
    offers: Sequence[Offer]
    vendors: Mapping[UUID, Actor]


async def tell_stories(
    tenants: Mapping[str, Tenant],
    counts: Mapping[Status, int],
    begin: date,
    today: date,
    progress: Progress,
) -> None:
    """Plan the year's orders, take their steps region by region in the order of time, then tell the nation."""
    endings = _deal(counts, list(tenants))
    total, done, owners = sum(counts.values()), 0, await _owners()
    for slug, tenant in tenants.items():
        region = await _look_around(tenant, owners)
        for story, step in _in_order_of_time(_plan(region, endings[slug], begin, today)):
            with clock.travelling_to(step.moment):
                async with tenancy.inside(tenant) as session:
                    await step.act(session)
            if step is story.steps[-1]:
                done += 1
                progress("Pesanan setahun", done, total)
        await outbox.carry_out_open(slug, ("orders.project", "orders.settle_secrets"))
        await _forget_old_news(tenant, clock.now() - timedelta(days=NEWS_DAYS))


async def _forget_old_news(tenant: Tenant, before: datetime) -> None:
    """Nobody is written to today about what happened in June: a year of stories would bury the letters of today."""
    async with tenancy.inside(tenant) as session:
        old = delete(outbox.Outbox).where(
            outbox.Outbox.job.in_(("orders.tell", "orders.tell_comment")), outbox.Outbox.created_at < before
        )
        await session.execute(old)


def _deal(counts: Mapping[Status, int], slugs: Sequence[str]) -> dict[str, list[Status]]:
    """To each region its endings: of every state some for DKI and Gorontalo, the small regions share the rest."""
    small = [slug for slug in slugs if slug not in PARTS]
    turns = [part for part in PARTS if small or part]
    dealt: dict[str, list[Status]] = {slug: [] for slug in slugs}
    shared = 0
    for status, count in counts.items():
        for number in range(count):
            slug = turns[number % len(turns)]
            if slug is None:
                slug = small[shared % len(small)]
                shared += 1
            dealt[slug].append(status)
    return dealt


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
        # In an order that is the same every time; the first office is the one whose people the README names.
        units = sorted(await session.scalars(select(WorkUnit)), key=lambda unit: NAMES.index(unit.name))
        by_name = select(Offer).where(Offer.visible).order_by(Offer.name, Offer.vendor_name)
        offers = list(await session.scalars(by_name))
        offices = [await _office(session, unit) for unit in units]
    vendors = {
        vendor_id: vendor_actor(account_id, name, vendor_id, VendorRole.OWNER, PROVED)
        for vendor_id, (account_id, name) in owners.items()
    }
    return Region(tenant, offices, offers, vendors)


async def _office(session: AsyncSession, unit: WorkUnit) -> Office:
    people = {}
    appointed = select(RoleAssignment.role, RoleAssignment.official_id).where(
        RoleAssignment.work_unit_id == unit.id
    )
    for role, official_id in await session.execute(appointed):
        people[Role(role)] = await actor_for(session, official_id, PROVED)
    rows = await session.execute(
        select(BudgetLine.account_code, BudgetLine.fiscal_year, Package.id, BudgetLine.id)
        .join(BudgetBalance, BudgetBalance.budget_line_id == BudgetLine.id)
        .join(Package, Package.id == BudgetBalance.package_id)
        .where(Package.work_unit_id == unit.id)
    )
    fundings = {(account, year): (package_id, line_id) for account, year, package_id, line_id in rows}
    return Office(unit, people, fundings)


NAMES: Final = [unit.name for region in REGIONS for unit in region.units]
Act = Callable[[AsyncSession], Awaitable[Any]]
Pause = timedelta | Callable[[Sequence[datetime], str], datetime]
"""How long after the act before, in office hours; or what the calendar makes of all moments so far in a zone."""


@dataclass(frozen=True)
class Step:
    """One act at its moment."""

    moment: datetime
    act: Act


@dataclass
class Story:
    """One order: where, what, from whom, how it ends, and the dice that decide everything in between.

    `carried`: it was handed over in December, and its treasurer asked for the payment in January.
    """

    region: Region
    office: Office
    line: DemoLine
    offers: Sequence[Offer]
    ending: Status
    dice: Random
    carried: bool = False
    order_id: UUID | None = None
    steps: list[Step] = field(default_factory=list)

    @property
    def year(self) -> int:
        """The fiscal year that pays: that of the last of submission, signature and the vendor's answer."""
        return self.steps[min(ANSWERED, len(self.steps)) - 1].moment.year

    async def order(self, session: AsyncSession) -> Order:
        assert self.order_id
        return await session.get_one(Order, self.order_id)

    async def draft(self, session: AsyncSession) -> None:
        """The officer fills the draft."""
        officer, unit = self.office.people[Role.PROCUREMENT_OFFICER], self.office.unit
        first, *others = self.offers
        order = await drafting.add_to_draft(session, officer, first.id, self._quantity(first), unit.id)
        for offer in others:
            quantity = self._quantity(offer)
            order = await drafting.add_to_draft(session, officer, offer.id, quantity, unit.id, order.id)
        package_id, line_id = self.office.fundings[self.line.account_code, self.year]
        await drafting.change_draft(
            session,
            officer,
            DraftChange(
                order_id=order.id,
                version=order.version,
                title=self.dice.choice(self._purposes()),
                quantities={line.id: line.quantity for line in order.lines},
                package_id=package_id,
                budget_line_id=line_id,
                delivery_address=f"{unit.name}, {unit.address}, {unit.city}",
                delivery_region_code=unit.region_code,
                delivery_due_on=min(
                    self._due_on(clock.today(self.region.tenant.zone)), date(self.year, 12, 31)
                ),
                note="",
            ),
        )
        self.order_id = order.id

    def _due_on(self, day: date) -> date:
        """The delivery date of a draft that is filled on that day."""
        return _business_day_from(day + timedelta(days=8 + max(one.lead_days for one in self.offers)))

    def _undelivered(self, moments: Sequence[datetime], zone: str) -> datetime:
        """The end of the delivery date."""
        due = self._due_on(moments[0].astimezone(ZoneInfo(zone)).date())
        return datetime.combine(due, END_OF_DAY, ZoneInfo(zone)).astimezone(UTC)

    def _purposes(self) -> Sequence[str]:
        category = self.offers[0].category_code
        return next(purposes for prefix, purposes in PURPOSES.items() if category.startswith(prefix))

    def _quantity(self, offer: Offer) -> Decimal:
        """Enough for a usual order of Rp 0.6 to 9 million, never below the least order."""
        wanted = self.dice.triangular(600_000, 9_000_000, 1_600_000) / len(self.offers)
        return Decimal(max(int(offer.minimum_order), round(wanted / offer.price_rupiah)))

    def way(self) -> list[tuple[Act, Pause]]:
        """The acts that lead to the ending, each with how long after the one before it happens."""
        dice, people = self.dice, self.office.people
        officer, ppk = people[Role.PROCUREMENT_OFFICER], people[Role.COMMITMENT_OFFICER]
        receiver, treasurer, pa = people[Role.RECEIVER], people[Role.TREASURER], people[Role.BUDGET_USER]
        vendor, zone = self.region.vendors[self.offers[0].vendor_id], self.region.tenant.zone

        def by(actor: Actor, use_case: Any, *more: Any) -> Act:
            async def act(session: AsyncSession) -> None:
                order = await self.order(session)
                await use_case(session, actor, order.id, order.version, *more)

            return act

        def hours(least: float, most: float) -> timedelta:
            return timedelta(hours=dice.uniform(least, most))

        def chance(share: float) -> bool:
            return (
                not self.carried and self.ending in (Status.COMPLETED, Status.PAID) and dice.random() < share
            )

        async def inspect(session: AsyncSession) -> None:
            order, findings = await self.order(session), {}
            lines = select(OrderLine).where(OrderLine.order_id == order.id).order_by(OrderLine.position)
            for line in await session.scalars(lines):
                short = line.quantity >= 40 and dice.random() < 0.08
                rejected = (line.quantity / 20).quantize(Decimal(1)) if short else Decimal(0)
                note = "Kemasan rusak saat tiba" if short else ""
                findings[line.id] = Finding(
                    line.quantity - rejected, rejected, note, Cause.DAMAGED if rejected else None
                )
            await inspecting.inspect_order(
                session, receiver, InspectionForm(order.id, order.version, findings)
            )

        async def invoice(session: AsyncSession) -> None:
            order = await self.order(session)
            number = f"02{dice.randint(10**14, 10**15 - 1)}" if order.vat_rupiah else ""
            await invoicing.send_invoice(session, vendor, NewInvoice(order.id, order.version, "", number))

        async def pay(session: AsyncSession) -> None:
            order = await self.order(session)
            reference = f"TRF{clock.now():%y%m%d}{dice.randint(10**6, 10**7 - 1)}"
            last = date(self.year, 12, 31)
            left = last if await payable_now(session) and clock.today(zone) > last else None
            made = MadePayment(order.id, order.version, PaymentMethod.IMPREST, reference, paid_on=left)
            await recording.record_payment(session, treasurer, made)

        async def payable_now(session: AsyncSession) -> bool:
            """Does the order's own line pay it, not that of a later year?"""
            carried = select(CarriedPayable.id).where(CarriedPayable.order_id == self.order_id).limit(1)
            return await session.scalar(carried) is None

        async def ask(session: AsyncSession) -> None:
            """What the year could not pay any more is paid from the next one's line for the same account."""
            order, year = await self.order(session), clock.today(zone).year
            if year > self.year:
                await close_year(session, order.id)
                chosen = "/".join(str(one) for one in self.office.fundings[self.line.account_code, year])
                await fund_payable(session, treasurer, Funding(order.id, order.version, chosen))
            await requesting.request_payment(session, treasurer, order.id, order.version)

        async def approve_payment(session: AsyncSession) -> None:
            order = await self.order(session)
            if clock.today(zone).year > self.year and await payable_now(session):
                await ask(session)
            await requesting.approve_payment(session, pa, requesting.PaymentApproval(order.id, order.version))

        async def announce(session: AsyncSession) -> None:
            order = await self.order(session)
            carrier, driver = dice.choice(CARRIERS)
            new = NewDelivery(
                order.id, order.version, {}, order.delivery_due_on, time(9, 30), carrier, driver
            )
            await delivering.announce_delivery(session, vendor, new)

        async def send_half(session: AsyncSession) -> None:
            order = await self.order(session)
            lines = list(await session.scalars(select(OrderLine).where(OrderLine.order_id == order.id)))
            half = {line.id: line.quantity // 2 for line in lines if line.quantity >= 2}
            half = half or {lines[0].id: lines[0].quantity / 2}
            carrier, driver = dice.choice(CARRIERS)
            new = NewDelivery(
                order.id,
                order.version,
                half,
                clock.today(self.region.tenant.zone),
                time(13),
                carrier,
                driver,
                without_proof=WITHOUT_PROOF if order.gross_rupiah > ASKED_ABOVE else "",
            )
            await delivering.start_delivery(session, vendor, new)

        async def inspect_half(session: AsyncSession) -> None:
            order = await self.order(session)
            coming = select(DeliveryLine.order_line_id).join(Delivery).where(Delivery.order_id == order.id)
            findings = {line_id: Finding(result=Result.ALL) for line_id in await session.scalars(coming)}
            await inspecting.inspect_order(
                session, receiver, InspectionForm(order.id, order.version, findings)
            )

        async def sign_half(session: AsyncSession) -> None:
            order = await self.order(session)
            await handing_over.hand_over(session, ppk, Signature(order.id, order.version, Rest.DELIVERED))

        async def talk(session: AsyncSession, order: Order) -> None:
            number = int((order.number or "0")[-2:])
            if number < len(CONVERSATIONS):
                for minutes, who, words in zip(
                    (40, 20), (receiver, vendor), CONVERSATIONS[number], strict=True
                ):
                    with clock.travelling_to(clock.now() - timedelta(minutes=minutes)):
                        await commenting.write_comment(session, who, NewComment(order.id, words))

        async def start_delivery(session: AsyncSession) -> None:
            order = await self.order(session)
            await talk(session, order)
            carrier, driver = dice.choice(CARRIERS)
            due = order.delivery_due_on or clock.today(self.region.tenant.zone)
            expected = max(clock.today(self.region.tenant.zone), due - timedelta(days=2))
            await delivering.start_delivery(
                session,
                vendor,
                NewDelivery(
                    order.id,
                    order.version,
                    {},
                    expected,
                    time(10),
                    carrier,
                    driver,
                    without_proof=WITHOUT_PROOF if order.gross_rupiah > ASKED_ABOVE else "",
                ),
            )

        async def sign_handover(session: AsyncSession) -> None:
            order = await self.order(session)
            await handing_over.hand_over(session, ppk, Signature(order.id, order.version, Rest.CLOSED))

        async def expire(session: AsyncSession) -> None:
            assert await expiring.let_pass(session, (await self.order(session)).id) is answering.EXPIRE

        async def warn(session: AsyncSession) -> None:
            assert await expiring.let_pass(session, (await self.order(session)).id) is giving_up.WARN

        async def arrive(session: AsyncSession) -> None:
            order = await self.order(session)
            why = WITHOUT_PROOF if order.gross_rupiah > ASKED_ABOVE else ""
            await delivering.deliver_order(
                session, vendor, Arrival(order.id, order.version, without_proof=why)
            )

        submit = by(officer, submitting.submit_order), hours(0.4, 3)
        approve = by(ppk, approving.approve_order), hours(2, 26)
        accept = by(vendor, answering.accept_order), hours(2, 30)
        start = start_delivery, hours(12, 40)
        deliver = arrive, hours(3, 28)
        checked = inspect, hours(0.5, 8)
        bill = invoice, hours(1, 30)
        reason = "Kegiatan diundur, jadwal baru menyusul."
        match self.ending:
            case Status.DRAFT:
                return []
            case Status.REJECTED if dice.random() < 0.4:
                why = "Kebutuhan ini sudah tersedia di gudang."
                return [submit, (by(ppk, approving.reject_order, why), hours(3, 20))]
            case Status.REJECTED:
                why = "Tenaga kami penuh pada tanggal itu."
                return [submit, approve, (by(vendor, answering.decline_order, why), hours(3, 20))]
            case Status.CANCELLED if dice.random() < 0.5:
                return [submit, approve, (by(ppk, cancelling.withdraw_order, reason), hours(2, 8))]
            case Status.EXPIRED:
                return [submit, approve, (expire, _unanswered)]
            case Status.TERMINATED:
                why = "Barang tidak pernah datang, juga sesudah dua kali ditegur."
                end = by(ppk, giving_up.terminate_order, why), hours(3, 20)
                return [submit, approve, accept, (warn, self._undelivered), (warn, _uncured), end]
        asked: list[tuple[Act, Pause]] = [
            submit,
            approve,
            accept,
            (by(ppk, cancelling.ask_cancellation, reason), hours(2, 20)),
        ]
        if self.ending is Status.CANCELLATION_ASKED:
            return asked
        if self.ending is Status.CANCELLED:
            return [*asked, (by(vendor, cancelling.agree_cancellation), hours(3, 26))]
        if self.ending is Status.ANNOUNCED:
            return [submit, approve, accept, (announce, hours(3, 20))]
        agree = by(vendor, inspecting.agree_inspection), hours(0.5, 20)
        pays: list[tuple[Act, Pause]] = [
            (ask, _in_january if self.carried else hours(1, 20)),
            (approve_payment, hours(2, 24)),
            (pay, hours(2, 36)),
        ]
        if self.ending is Status.PARTLY_DELIVERED:
            first = [(send_half, hours(12, 40)), deliver, (inspect_half, hours(0.5, 8)), agree]
            return [submit, approve, accept, *first, (sign_half, hours(1, 24)), bill, *pays]
        returned: list[tuple[Act, Pause]] = []
        if chance(0.06):
            why = "Sebutkan jumlah peserta dalam keperluan pesanan."
            returned = [submit, (by(ppk, approving.return_order, why), hours(2, 20))]
        if chance(0.06):
            deliver = deliver[0], timedelta(days=dice.uniform(9, 13))  # later than promised
        again: list[tuple[Act, Pause]] = []
        if chance(0.03):
            why = "Warna dan ukurannya tidak sesuai pesanan."
            again = [deliver, (by(receiver, inspecting.send_back, why), hours(0.5, 6))]
        contested: list[tuple[Act, Pause]] = []
        if chance(0.03):
            why = "Jumlah yang kami serahkan lengkap, mohon dihitung kembali."
            contested = [checked, (by(vendor, inspecting.contest_inspection, why), hours(1, 10))]
        rewritten: list[tuple[Act, Pause]] = []
        if chance(0.04):
            why = "Nomor rekening pada tagihan belum sesuai."
            rewritten = [bill, (by(treasurer, invoicing.return_invoice, why), hours(1, 12))]
        hand_over = sign_handover, hours(1, 24)
        whole: list[tuple[Status, list[tuple[Act, Pause]]]] = [
            (Status.AWAITING_APPROVAL, [*returned, submit]),
            (Status.ISSUED, [approve]),
            (Status.ACCEPTED, [accept]),
            (Status.IN_DELIVERY, [start]),
            (Status.DELIVERED, [*again, deliver]),
            (Status.INSPECTED, [*contested, checked]),
            (Status.HANDOVER_PENDING, [agree]),
            (Status.HANDED_OVER, [hand_over]),
            (Status.INVOICED, [*rewritten, bill]),
            (Status.PAYMENT_REQUESTED, pays[:1]),
            (Status.PAYMENT_APPROVED, pays[1:2]),
            (Status.PAID, pays[2:]),
            (Status.COMPLETED, [(by(ppk, completing.complete_order), hours(5, 60))]),
        ]
        names = [status for status, _ in whole]
        return [act for _, acts in whole[: names.index(self.ending) + 1] for act in acts]


WITHOUT_PROOF: Final = "Surat jalan diserahkan langsung kepada penerima."
ASKED_ABOVE: Final = 25_000_000
"""Orders worth more ask for a proof of shipping and arrival (rule proof_required_above)."""
CARRIED_SINCE: Final = 3
"""The day of December on which the order begins that a year leaves to the next."""
ANSWERED: Final = 3
"""So many steps until the vendor has answered."""
NEWS_DAYS: Final = 3
"""What happened in these last days is told by notice and letter when the demo begins."""
VENDOR_ANSWER_DAYS: Final = 3
DELIVERY_CURE_DAYS: Final = 7
OPEN_SINCE_HOURS: Final = {
    Status.DRAFT: (1, 30),
    Status.AWAITING_APPROVAL: (1, 44),
    Status.ISSUED: (1, 30),
    Status.ACCEPTED: (2, 50),
    Status.CANCELLATION_ASKED: (2, 60),
    Status.ANNOUNCED: (1, 30),
    Status.PARTLY_DELIVERED: (2, 40),
    Status.IN_DELIVERY: (1, 30),
    Status.DELIVERED: (0.3, 26),
    Status.INSPECTED: (0.5, 30),
    Status.HANDOVER_PENDING: (0.5, 40),
    Status.HANDED_OVER: (1, 50),
    Status.INVOICED: (0.3, 22),
    Status.PAYMENT_REQUESTED: (0.5, 40),
    Status.PAYMENT_APPROVED: (0.5, 40),
    Status.PAID: (2, 60),
}
"""For how long an order stands today where the demo shows it."""
HOLIDAYS: Final = {day for day, _ in national_holidays()}
OPENS, CLOSES = time(8), time(15, 45)


def _plan(region: Region, endings: Sequence[Status], begin: date, today: date) -> list[Story]:
    """The region's orders: finished ones over the year, open ones lately; one that last year left to this one."""
    tenant = region.tenant
    first_day = begin if begin.month == 1 else date(begin.year + 1, 1, 5)
    now = _before(datetime.combine(today, time(), UTC), tenant.zone)
    seen: dict[Status, int] = {}
    stories = []
    for number, ending in enumerate(endings):
        dice = Random(f"{tenant.slug} {number}")
        so_far = seen[ending] = seen.get(ending, -1) + 1
        first, wanted = ending in OPEN_SINCE_HOURS and so_far < 2, None
        if first and ending in WITH_THE_VENDOR:
            shown = SHOWN.get(tenant.slug, ())
            wanted = shown[so_far] if so_far < len(shown) else None
        office = region.offices[0] if first else dice.choice(region.offices)
        story = _begun(region, office, ending, dice, wanted)
        story.carried = ending is Status.COMPLETED and so_far == 0 and begin < first_day
        way = story.way()
        if story.carried:
            since = datetime(begin.year, begin.month, CARRIED_SINCE, 2, tzinfo=UTC)
            moments = _forwards(since, way, tenant.zone)
        elif ending in OPEN_SINCE_HOURS:
            moments = _backwards(
                now - timedelta(hours=dice.uniform(*OPEN_SINCE_HOURS[ending])), way, tenant.zone
            )
        else:
            day = dice.uniform(2, (today - first_day).days - 12)
            opening = datetime.combine(first_day, time(2), UTC)
            moments = _forwards(opening + timedelta(days=day), way, tenant.zone)
            while moments[-1] > now:
                day -= 7
                moments = _forwards(opening + timedelta(days=day), way, tenant.zone)
        story.steps = _steps(story, moments, way)
        stories.append(story)
    return stories


def _begun(region: Region, office: Office, ending: Status, dice: Random, wanted: str | None) -> Story:
    """What is bought, from whom: one vendor's goods that one budget line pays for, delivered to the office."""
    reachable = [
        offer
        for offer in region.offers
        if any(office.unit.region_code.startswith(code) for code in offer.coverage)
        and wanted in (None, offer.vendor_name)
    ]
    lines = [line for line in LINES if any(line.buys(offer.category_code) for offer in reachable)]
    line = dice.choices(lines, [line.ceiling_rupiah for line in lines])[0]
    sold = [offer for offer in reachable if line.buys(offer.category_code)]
    vendor_id = dice.choice(sold).vendor_id
    of_vendor = [offer for offer in sold if offer.vendor_id == vendor_id]
    chosen = dice.sample(of_vendor, min(len(of_vendor), dice.choice((1, 1, 2, 3))))
    return Story(region, office, line, chosen, ending, dice)


def _steps(story: Story, moments: Sequence[datetime], way: Sequence[tuple[Act, Pause]]) -> list[Step]:
    """The draft is filled in the transaction that submits it: two of one officer and vendor would become one."""
    if not way:
        return [Step(moments[0], story.draft)]
    submit = way[0][0]

    async def draft_and_submit(session: AsyncSession) -> None:
        with clock.travelling_to(moments[0]):
            await story.draft(session)
        await submit(session)

    acts = [draft_and_submit, *(act for act, _ in way[1:])]
    return [Step(moment, act) for moment, act in zip(moments[1:], acts, strict=True)]


def _in_order_of_time(stories: Sequence[Story]) -> Iterator[tuple[Story, Step]]:
    """Every step of the region; drafts that stay drafts last, so that no other order is added to them."""
    told = [
        (story.ending is Status.DRAFT, step.moment, number, story, step)
        for number, story in enumerate(stories)
        for step in story.steps
    ]
    for *_, story, step in sorted(told, key=lambda one: one[:3]):
        yield story, step


def _forwards(begins: datetime, way: Sequence[tuple[Act, Pause]], zone: str) -> list[datetime]:
    """When the draft is filled and every act happens, from the first on."""
    moments = [_after(begins, zone)]
    for _, pause in way:
        if isinstance(pause, timedelta):
            moments.append(_after(moments[-1] + pause, zone))
        else:
            moments.append(pause(moments, zone) + timedelta(seconds=20))
    return moments


def _unanswered(moments: Sequence[datetime], zone: str) -> datetime:
    """When the time is over that the vendor had to answer."""
    return add_business_days(moments[-1], VENDOR_ANSWER_DAYS, zone, HOLIDAYS)


def _in_january(moments: Sequence[datetime], zone: str) -> datetime:
    """A morning of the first full week of the next year, in which offices open again."""
    first = datetime(moments[-1].year + 1, 1, 6, 9, 20, tzinfo=ZoneInfo(zone))
    return _after(first, zone)


def _uncured(moments: Sequence[datetime], zone: str) -> datetime:
    """When the time is over that a warning gave."""
    return add_calendar_days(moments[-1], DELIVERY_CURE_DAYS, zone, END_OF_DAY)


def _backwards(ends: datetime, way: Sequence[tuple[Act, Pause]], zone: str) -> list[datetime]:
    """The same from the last act back."""
    moments = [_before(ends, zone)]
    for _, pause in reversed(way):
        assert isinstance(pause, timedelta), "only what has ended is planned by the calendar"
        moments.insert(0, _before(moments[0] - pause, zone))
    return moments


def _after(moment: datetime, zone: str) -> datetime:
    """The same moment, or the next in which an office of that zone is open; minutes stay, so that none is usual."""
    local = moment.astimezone(ZoneInfo(zone))
    if local.time() > CLOSES:
        local = _at(local + timedelta(days=1), OPENS)
    elif local.time() < OPENS:
        local = _at(local, OPENS)
    while not is_business_day(local.date(), HOLIDAYS):
        local = _at(local + timedelta(days=1), OPENS)
    return local.astimezone(UTC)


def _before(moment: datetime, zone: str) -> datetime:
    """The same moment, or the last before it in which an office of that zone was open."""
    local = moment.astimezone(ZoneInfo(zone))
    if local.time() < OPENS:
        local = _at(local - timedelta(days=1), CLOSES)
    elif local.time() > CLOSES:
        local = _at(local, CLOSES)
    while not is_business_day(local.date(), HOLIDAYS):
        local = _at(local - timedelta(days=1), CLOSES)
    return local.astimezone(UTC)


def _at(local: datetime, edge: time) -> datetime:
    """Within half an hour of that edge of the day, by the minutes and seconds that the moment has anyway."""
    inwards = timedelta(minutes=local.minute % 30, seconds=local.second)
    day = datetime.combine(local.date(), edge, local.tzinfo)
    return day + inwards if edge == OPENS else day - inwards


def _business_day_from(day: date) -> date:
    while not is_business_day(day, HOLIDAYS):
        day += timedelta(days=1)
    return day
