"""The procurement officer submits a draft (pengajuan pesanan): everything is checked and the money is held."""

from typing import Final
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from eorder_platform import clock, straight
from eorder_platform.directory.models import ParticipationStatus, VendorStatus
from eorder_platform.errors import Refused
from eorder_platform.rules import RuleBook
from eorder_platform.sentences import Rupiah, Sentence
from eorder_platform.tenancy import Tenant
from eorder_tenants.approvals.duties import only_their_own
from eorder_tenants.budgets import ledger
from eorder_tenants.budgets.ledger import Cause
from eorder_tenants.budgets.methods import is_orderable
from eorder_tenants.catalogue.models import Offer
from eorder_tenants.orders.core import stepping
from eorder_tenants.orders.core.assessing import assess_on_order
from eorder_tenants.orders.core.budget import cause_of
from eorder_tenants.orders.core.fiscal_year import problems_with_due_date, problems_with_year
from eorder_tenants.orders.core.models import Order, Status
from eorder_tenants.orders.core.parts import Case
from eorder_tenants.orders.core.steps import PP, Step
from eorder_tenants.orders.requesting.catalogue_lines import (
    is_within,
    quantity_problem,
    shipping_of,
)
from eorder_tenants.orders.requesting.drafting import DraftChange, fill_in
from eorder_tenants.orders.requesting.financing import problems_with_account
from eorder_tenants.orders.requesting.today import TODAY, Today, today_of
from eorder_tenants.organisation.actors import Actor
from eorder_tenants.taxes.cap import refuse_over_cap

SUBMIT = Step(
    name="submit",
    noun="pengajuan",
    label="Ajukan ke PPK",
    done="Diajukan ke PPK",
    sources=(Status.DRAFT,),
    target=Status.AWAITING_APPROVAL,
    by=(PP,),
    duties=(only_their_own,),
    clock="approval_lapse_days",
    reminder="approval_reminder_days",
    stamp="submitted_at",
    awaited=True,
    may_sign="proof_at_submission",
)
Problem = tuple[str | None, str]

_COUNT: Final = """
insert into order_counter (year, last_number) values ($1, 1)
on conflict (year) do update set last_number = order_counter.last_number + 1 returning last_number
"""


@SUBMIT.use_case
async def submit_order(session: AsyncSession, actor: Actor, order_id: UUID, version: int) -> Order:
    """From draft to awaiting approval, with its number and its money held.

    Refused, every problem at once: no package or one that may not be ordered from today (RUP not announced, inactive,
    planned by another method, outside its selection dates, Perpres 16/2018), no budget line or one whose account pays
    for other things or whose year takes no order any more, an incomplete or past delivery or one after the year's last
    handover, and whatever
    :func:`problems_with_offers` finds. Then alone: an order above the cap, a budget without enough left.
    """
    case = await stepping.begin(session, actor, SUBMIT, order_id, version, further=TODAY)
    return await _submit(session, actor, case, await today_of(session, case.order))


async def submit_draft(session: AsyncSession, actor: Actor, change: DraftChange) -> Order:
    """Keep the officer's form and submit it, in one go: refused, neither is done."""
    case = await stepping.begin(session, actor, SUBMIT, change.order_id, change.version, further=TODAY)
    today = await today_of(session, case.order)
    with session.no_autoflush:  # the row is written once at the end, not before every question
        await fill_in(session, case.order, change, today.offers, today.rules)
        return await _submit(session, actor, case, today)


async def _submit(session: AsyncSession, actor: Actor, case: Case, today: Today) -> Order:
    order, rules = case.order, today.rules
    _refuse_what_is_wrong(order, today, session.info["tenant"])
    with session.no_autoflush:
        await _assess(session, order, today.offers, rules)
        cause = cause_of(order, SUBMIT)
        await stepping.finish(
            session,
            actor,
            case,
            SUBMIT,
            details={"gross_rupiah": order.gross_rupiah, "round": order.round},
            rules=rules,
        )
        await _hold_and_number(session, actor, order, cause)
    return order


def _refuse_what_is_wrong(order: Order, today: Today, tenant: Tenant) -> None:
    problems = [
        *problems_with_package(order, tenant, today.rules),
        *problems_with_delivery(order, tenant, today.rules),
        *problems_with_vendor_and_account(order, today),
        *problems_with_offers(order, today.offers),
        *problems_with_prices(order, today.offers),
    ]
    if problems:
        raise Refused.several(problems)


async def _assess(session: AsyncSession, order: Order, offers: dict[UUID, Offer], rules: RuleBook) -> None:
    tenant: Tenant = session.info["tenant"]
    today = clock.today(tenant.zone)
    order.submitted_at = clock.now()
    order.shipping_rupiah = shipping_of(order, offers)
    order.merged_receipt_maximum = rules.value("merged_receipt_maximum", on=today)
    refuse_over_cap(await assess_on_order(session, order, rules, today), rules, today)
    order.budget_rupiah = order.gross_rupiah


async def _hold_and_number(session: AsyncSession, actor: Actor, order: Order, cause: Cause) -> None:
    """Last of all: everybody who orders from this budget line, and in this region, waits for these two rows."""
    await ledger.hold(session, actor, cause, [order.draw])
    if order.number is None:
        tenant: Tenant = session.info["tenant"]
        order.number = await _next_number(session, tenant, clock.today(tenant.zone).year)


def problems_with_vendor_and_account(order: Order, today: Today) -> list[Problem]:
    """What the nation knows against it: the vendor may not receive a new order here, the account pays for other things.

    The vendor must be verified by the nation and active in the region.
    """
    problems = problems_with_account(order, today.offers, today.accounts)
    if order.participation.status != ParticipationStatus.ACTIVE:
        text = "%(vendor)s sedang tidak menerima pesanan dari daerah ini."
        problems.append((None, Sentence(text, vendor=order.vendor_name)))
    elif today.vendor_status != VendorStatus.VERIFIED:
        text = "%(vendor)s sedang tidak dapat menerima pesanan baru di seluruh Indonesia."
        problems.append((None, Sentence(text, vendor=order.vendor_name)))
    return problems


def problems_with_offers(order: Order, offers: dict[UUID, Offer]) -> list[Problem]:
    """Products that the catalogue no longer shows, that are not delivered there, or fewer than the vendor sells."""
    problems: list[Problem] = []
    for line in order.lines:
        field = f"quantity_{line.id}"
        offer = offers.get(line.offer_id)
        if offer is None:
            text = "%(product)s sudah tidak ada di katalog. Keluarkan dari pesanan."
            problems.append((field, Sentence(text, product=line.name)))
            continue
        if problem := quantity_problem(offer, line.quantity):
            problems.append((field, problem))
        if not any(is_within(order.delivery_region_code, code) for code in offer.coverage):
            sentence = Sentence("%(product)s tidak dikirim ke wilayah ini.", product=line.name)
            problems.append(("delivery_region_code", sentence))
    return problems


def problems_with_package(order: Order, tenant: Tenant, rules: RuleBook) -> list[Problem]:
    """Whether the package of the procurement plan (paket RUP) and the year of its budget may be ordered from today."""
    package, line, today = order.package, order.budget_line, clock.today(tenant.zone)
    if package is None or package.work_unit_id != order.work_unit_id:
        return [("package_id", "Pilih paket RUP satuan kerja ini.")]
    if not package.announced or not package.active:
        return [
            ("package_id", "Paket RUP ini belum diumumkan atau tidak aktif, jadi belum boleh dibelanjakan.")
        ]
    if not is_orderable(package.method):
        text = (
            "Paket RUP ini direncanakan lewat %(method)s. Yang dapat dipesan di sini hanya paket e-purchasing dan"
            " pengadaan langsung."
        )
        return [("package_id", Sentence(text, method=package.method))]
    if problems := problems_with_year(line, rules, today):
        return problems
    if not package.selection_from <= today <= package.selection_until:
        text = "Masa pemilihan paket RUP ini %(first)s sampai %(last)s."
        sentence = Sentence(text, first=package.selection_from, last=package.selection_until)
        return [("package_id", sentence)]
    if line is None or line.work_unit_id != order.work_unit_id or line.fiscal_year != package.fiscal_year:
        return [("budget_line_id", "Pilih baris anggaran paket ini.")]
    return []


def problems_with_delivery(order: Order, tenant: Tenant, rules: RuleBook) -> list[Problem]:
    """Whether it is said what is to come, where to and until when, and the budget's year pays for it on that day."""
    problems: list[Problem] = []
    if not order.lines:
        problems.append((None, "Pesanan masih kosong. Pilih produk di katalog."))
    if len(order.delivery_address.strip()) < 10:
        problems.append(("delivery_address", "Tulis alamat penyerahan yang lengkap."))
    if order.delivery_due_on is None:
        problems.append(("delivery_due_on", "Isi tanggal penyerahan."))
    elif order.delivery_due_on < clock.today(tenant.zone):
        problems.append(("delivery_due_on", "Tanggal penyerahan sudah lewat."))
    problems += problems_with_due_date(order.budget_line, order.delivery_due_on, rules)
    return problems


def problems_with_prices(order: Order, offers: dict[UUID, Offer]) -> list[Problem]:
    """What changed in the catalogue since the officer last looked; they see the new price before they submit it."""
    changed = []
    for line in order.lines:
        offer = offers.get(line.offer_id)
        if offer and offer.price_rupiah != line.unit_price_rupiah:
            changed.append(
                Sentence(
                    "Harga %(product)s sekarang %(now)s, tadinya %(before)s. Perbarui harga, lalu ajukan lagi.",
                    product=line.name,
                    now=Rupiah(offer.price_rupiah),
                    before=Rupiah(line.unit_price_rupiah),
                )
            )
        elif offer and (offer.tax_class, offer.charges_local_tax) != (line.tax_class, line.charges_local_tax):
            text = "Pajak %(product)s berubah. Perbarui harga, lalu ajukan lagi."
            changed.append(Sentence(text, product=line.name))
    if not changed and order.lines and shipping_of(order, offers) != order.shipping_rupiah:
        now = Rupiah(shipping_of(order, offers))
        text = "Ongkos kirim sekarang %(now)s. Perbarui harga, lalu ajukan lagi."
        changed.append(Sentence(text, now=now))
    return [("prices", sentence) for sentence in changed]


async def _next_number(session: AsyncSession, tenant: Tenant, year: int) -> str:
    """``EO-31-2026-0000123``: region, year, and a sequence of the whole region; taken last, its row is locked.

    A sandbox's begin with UJI, so that none is taken for the region's own.
    """
    sequence = await straight.value(session, _COUNT, year)
    return f"{'UJI' if tenant.is_sandbox else 'EO'}-{tenant.region_code}-{year}-{sequence:07}"
