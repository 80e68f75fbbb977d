"""Carried payables on their way to money: the treasurer or the budget user (PA) names the line of this year that pays.

Until then the clock calls those who can; an approved payment that was not made in its year the treasurer carries.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from eorder_platform import clock, straight
from eorder_platform.errors import Refused
from eorder_platform.reference.law import NATIONAL_ZONE
from eorder_platform.tenancy import Tenant
from eorder_tenants.budgets import ledger
from eorder_tenants.budgets.ledger import Draw
from eorder_tenants.orders.core import stepping
from eorder_tenants.orders.core.budget import cause_of
from eorder_tenants.orders.core.carrying import carry
from eorder_tenants.orders.core.models import Order, Status, WhyCarried
from eorder_tenants.orders.core.parts import Case, payable_of, source_of
from eorder_tenants.orders.core.steps import ADMIN, OWNER, PA, TREASURER, Step, Subject
from eorder_tenants.organisation.actors import SYSTEM, SYSTEM_ACTOR, Actor


def _money_is_missing(actor: Actor, case: Case) -> str | None:
    return None if case.lacks_money else "Tagihan ini tidak memuat utang belanja yang menunggu anggaran."


def _year_is_over(actor: Actor, case: Case) -> str | None:
    """By the westernmost of the country's clocks: where it is over there, it is over everywhere."""
    sources = [source_of(case.order, one) for one in case.handovers]
    today = clock.today(NATIONAL_ZONE)
    if any(source and source.fiscal_year < today.year for source in sources):
        return None
    return "Tahun anggaran yang membayar tagihan ini belum berakhir."


def _next_year_has_begun(actor: Actor, case: Case) -> str | None:
    """What was carried in the last days of December waits for the budget of January; by the same clock."""
    carried = [payable_of(case.order, one) for one in case.handovers]
    if any(one and one.fiscal_year >= clock.today(NATIONAL_ZONE).year for one in carried):
        return "Dapat dibebankan mulai 1 Januari, ke anggaran tahun berikutnya."
    return None


CARRY: Final = Step(
    name="carry_over",
    noun="utang-belanja",
    label="Catat sebagai utang belanja",
    done="Dicatat sebagai utang belanja",
    subject=Subject.INVOICE,
    sources=(Status.PAYMENT_APPROVED,),
    target=Status.INVOICED,
    by=(TREASURER, SYSTEM),
    duties=(_year_is_over,),
    clock="invoice_check_days",
    passing=True,
    tells=(PA, TREASURER, OWNER),
)
FUND: Final = Step(
    name="fund_payable",
    noun="pembebanan",
    label="Bebankan ke anggaran tahun ini",
    done="Utang belanja dibebankan ke anggaran tahun berjalan",
    subject=Subject.INVOICE,
    sources=(Status.INVOICED,),
    target=Status.INVOICED,
    by=(TREASURER, PA),
    duties=(_money_is_missing, _next_year_has_begun),
    clock="invoice_check_days",
    passing=True,
    tells=(OWNER, TREASURER),
)
CALL_FUNDER: Final = Step(
    name="call_funder",
    label="Ingatkan yang membebankan",
    done="Utang belanja masih menunggu anggaran",
    subject=Subject.INVOICE,
    sources=(Status.INVOICED,),
    target=Status.INVOICED,
    by=(SYSTEM,),
    duties=(_money_is_missing,),
    clock="escalation_days",
    rule="invoice_check_days",
    warning="Setelah itu Pengguna Anggaran dan admin daerah diminta menyediakan anggarannya.",
    tells=(ADMIN, PA, TREASURER),
)


@dataclass(frozen=True)
class Funding:
    """The form: `funding` names package and budget line as its choice does, "<package>/<line>"."""

    order_id: UUID
    version: int
    funding: str = ""
    part_id: UUID | None = None


@dataclass(frozen=True)
class LineOfYear:
    """A package and line of this year from which the unit may pay what was carried; `fits`: the same account."""

    package_id: UUID
    budget_line_id: UUID
    package_name: str
    account_name: str
    available: int
    fits: bool

    @property
    def value(self) -> str:
        return f"{self.package_id}/{self.budget_line_id}"


@FUND.use_case
async def fund_payable(session: AsyncSession, actor: Actor, chosen: Funding) -> Order:
    """Bind money of this year's budget for all of an invoice that was carried from a year that is over.

    Refused beside `funding`: a line of another year or unit, an inactive package, too little left.
    """
    case = await stepping.begin(session, actor, FUND, chosen.order_id, chosen.version, chosen.part_id)
    order = case.order
    carried = [one for one in (payable_of(order, handover) for handover in case.handovers) if one]
    waiting = [one for one in carried if one.new_budget_line_id is None]
    amount = sum(one.amount_rupiah for one in waiting)
    found = {one.value: one for one in await lines_of_year(session, order)}
    line = found.get(chosen.funding)
    if line is None:
        raise Refused("Pilih paket dan baris anggaran tahun ini milik satuan kerja yang memesan.", "funding")
    tenant: Tenant = session.info["tenant"]
    year, now = clock.today(tenant.zone).year, clock.now()
    order.round += 1
    draw = Draw(line.budget_line_id, line.package_id, amount)
    try:
        await ledger.take_on(session, actor, cause_of(order, FUND), [draw])
    except Refused as refusal:
        raise Refused(refusal.message, "funding") from refusal
    for payable in waiting:
        payable.new_budget_line_id, payable.new_package_id = line.budget_line_id, line.package_id
        payable.new_fiscal_year = year
        payable.assigned_by, payable.assigned_at = actor.official_id, now
    details = {"amount_rupiah": amount, "fiscal_year": year}
    return await stepping.finish(session, actor, case, FUND, details=details)


@FUND.shown_with
async def where_money_is(session: straight.Reads, case: Case, typed: Mapping[str, str]) -> dict[str, Any]:
    """What is to be paid, and this year's lines that could."""
    carried = [one for one in (payable_of(case.order, handover) for handover in case.handovers) if one]
    waiting = [one for one in carried if one.new_budget_line_id is None]
    return {
        "amount": sum(one.amount_rupiah for one in waiting),
        "years": sorted({one.fiscal_year for one in waiting}),
        "lines": await lines_of_year(session, case.order),
    }


@CARRY.use_case
async def carry_over(
    session: AsyncSession, actor: Actor, order_id: UUID, version: int, part_id: UUID | None = None
) -> Order:
    """An approved payment was not made in its year: it waits for money of the next, and is asked for anew."""
    case = await stepping.begin(session, actor, CARRY, order_id, version, part_id)
    order = case.order
    unpaid = [
        (one, WhyCarried.NOT_PAID) for one in case.handovers if source_of(order, one) and one.gross_rupiah
    ]
    await carry(session, actor, order, CARRY, unpaid)
    case.invoice.requested_by = case.invoice.approved_by = None
    case.invoice.requested_for = case.invoice.approved_for = None
    case.invoice.requested_at = case.invoice.approved_at = None
    return await stepping.finish(session, actor, case, CARRY, details={"carried": str(WhyCarried.NOT_PAID)})


@CALL_FUNDER.use_case
async def call_funder(session: AsyncSession, case: Case) -> Order:
    """Nobody named the money that pays: those who can, and who can upload a budget, are told."""
    why = "Belum ada anggaran tahun berjalan yang membayar utang belanja ini."
    return await stepping.finish(session, SYSTEM_ACTOR, case, CALL_FUNDER, reason=why)


async def lines_of_year(session: straight.Reads, order: Order) -> list[LineOfYear]:
    """The unit's active packages and lines of this year that have something left; the same account first."""
    tenant: Tenant = session.info["tenant"]
    account = order.budget_line.account_code if order.budget_line else ""
    year = clock.today(tenant.zone).year
    found = await straight.rows(session, _LINES, order.work_unit_id, year, account)
    return [LineOfYear(*one) for one in found]


_LINES: Final = """
select k.id, l.id, k.name, l.account_name, b.ceiling - b.held - b.committed - b.realised, l.account_code = $3
from budget_balance b join budget_line l on l.id = b.budget_line_id join package k on k.id = b.package_id
where l.work_unit_id = $1 and l.fiscal_year = $2 and k.active and not b.overcommitted
    and b.ceiling - b.held - b.committed - b.realised > 0
order by l.account_code = $3 desc, b.ceiling - b.held - b.committed - b.realised desc, k.name limit 200
"""
