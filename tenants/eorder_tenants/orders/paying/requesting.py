"""From a complete invoice towards money: the treasurer asks for the payment, the budget user (PA) approves it.

An invoice that the treasurer leaves unchecked counts as complete, so that the days until payment run; one that cannot
be paid as it is goes back to the vendor. Who approves is never replaced by the clock: it calls, and once the day of
payment is over the region's auditor and the public see by how many days (domain.md 2.6).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from eorder_platform import clock, straight
from eorder_platform.errors import Refused
from eorder_platform.tenancy import Tenant
from eorder_platform.texts import fitting
from eorder_tenants.approvals.duties import approver_did_not_request, money_is_there, treasurer_is_alone
from eorder_tenants.catalogue.sanctions import sanction_on
from eorder_tenants.orders.core import stepping
from eorder_tenants.orders.core.carrying import carry, cause_on
from eorder_tenants.orders.core.fiscal_year import LAST_PAYMENT_REQUEST, last_day
from eorder_tenants.orders.core.models import Order, Status
from eorder_tenants.orders.core.parts import Case, handed_over_on, settle, source_of
from eorder_tenants.orders.core.steps import (
    ADMIN,
    AUDITOR,
    DAY_BEFORE,
    KEEP_RUNNING,
    OWNER,
    PA,
    TREASURER,
    Step,
    Subject,
)
from eorder_tenants.orders.paying.funding import CARRY
from eorder_tenants.orders.paying.invoicing import lacks_tax_invoice
from eorder_tenants.orders.paying.payee import payee_has_changed, refuse_changed_payee, why_held
from eorder_tenants.organisation.actors import SYSTEM, SYSTEM_ACTOR, Actor
from eorder_tenants.organisation.law import rulebook

UNPAID_IN_TIME = (
    "Setelah itu tampil sebagai lewat batas di halaman publik; admin daerah dan inspektorat diberi tahu."
)


async def _refuse_after(session: AsyncSession, case: Case, key: str | None = None) -> None:
    """Refused after the last day that rule `key` names for the year that pays, or without one after its 31 December."""
    tenant: Tenant = session.info["tenant"]
    rules, today = await rulebook(session), clock.today(tenant.zone)
    for handover in (one for one in case.handovers if one.gross_rupiah):
        source = source_of(case.order, handover)
        year = source.fiscal_year if source else today.year
        last = last_day(rules, key, year) if key else date(year, 12, 31)
        if today > last:
            raise Refused(
                "Hari terakhir tahun anggaran %(year)s untuk langkah ini %(last)s. Tagihan ini dicatat sebagai utang"
                " belanja, lalu dibayar dari anggaran tahun berjalan.",
                year=str(year),
                last=last,
            )


def _why_incomplete(case: Case) -> str | None:
    if payee_has_changed(case.order, case.invoice):
        return "Rekening penyedia berubah setelah tagihan dikirim; kirim lagi dengan rekening yang berlaku."
    if lacks_tax_invoice(case.invoice):
        return "Faktur pajak belum ada; kirim lagi dengan nomornya."
    return None


def _it_is_complete(actor: Actor, case: Case) -> str | None:
    return _why_incomplete(case) or money_is_there(actor, case)


def _it_is_incomplete(actor: Actor, case: Case) -> str | None:
    return None if _why_incomplete(case) else "Tagihan ini lengkap."


REQUEST = Step(
    name="request_payment",
    noun="permintaan-pembayaran",
    label="Ajukan pembayaran",
    done="Pembayaran diajukan bendahara",
    subject=Subject.INVOICE,
    sources=(Status.INVOICED,),
    target=Status.PAYMENT_REQUESTED,
    by=(TREASURER,),
    duties=(treasurer_is_alone, money_is_there),
    clock="payment_days",
    reminder=DAY_BEFORE,
    awaited=True,
    signs=True,
)
APPROVE = Step(
    name="approve_payment",
    noun="persetujuan-pembayaran",
    label="Setujui pembayaran",
    done="Pembayaran disetujui",
    subject=Subject.INVOICE,
    sources=(Status.PAYMENT_REQUESTED,),
    target=Status.PAYMENT_APPROVED,
    by=(PA,),
    duties=(approver_did_not_request,),
    clock=KEEP_RUNNING,
    reminder=DAY_BEFORE,
    awaited=True,
    signs=True,
)
REFUSE = Step(
    name="refuse_payment",
    noun="penolakan-pembayaran",
    label="Kembalikan ke bendahara",
    done="Pembayaran dikembalikan ke bendahara",
    subject=Subject.INVOICE,
    sources=(Status.PAYMENT_REQUESTED,),
    target=Status.INVOICED,
    by=(PA,),
    duties=(approver_did_not_request,),
    clock="invoice_check_days",
    reason=True,
)
REQUEST_UNCHECKED = Step(
    name="request_unchecked",
    label="Ajukan otomatis",
    done="Tagihan dianggap lengkap dan diajukan karena bendahara tidak memeriksanya",
    subject=Subject.INVOICE,
    sources=(Status.INVOICED,),
    target=Status.PAYMENT_REQUESTED,
    by=(SYSTEM,),
    duties=(_it_is_complete,),
    clock="payment_days",
    reminder=DAY_BEFORE,
    rule="invoice_check_days",
    warning="Setelah itu tagihan dianggap lengkap dan diajukan ke Pengguna Anggaran.",
    tells=(TREASURER, OWNER),
)
RETURN_INCOMPLETE = Step(
    name="return_incomplete",
    label="Kembalikan otomatis",
    done="Tagihan dikembalikan otomatis",
    subject=Subject.INVOICE,
    sources=(Status.INVOICED,),
    target=Status.HANDED_OVER,
    by=(SYSTEM,),
    duties=(_it_is_incomplete,),
    clock="invoice_days",
    rule="invoice_check_days",
    warning="Setelah itu tagihan dikembalikan ke penyedia.",
    tells=(TREASURER,),
)
CALL_APPROVER = Step(
    name="call_approver",
    label="Ingatkan Pengguna Anggaran",
    done="Batas pembayaran lewat tanpa persetujuan",
    subject=Subject.INVOICE,
    sources=(Status.PAYMENT_REQUESTED,),
    target=Status.PAYMENT_REQUESTED,
    by=(SYSTEM,),
    clock="escalation_days",
    rule="payment_days",
    warning=UNPAID_IN_TIME,
    tells=(ADMIN, AUDITOR, TREASURER, OWNER),
)


@REQUEST.use_case
async def request_payment(
    session: AsyncSession, actor: Actor, order_id: UUID, version: int, part_id: UUID | None = None
) -> Order:
    """The treasurer has checked the invoice and found it complete: the days until payment begin to run.

    Refused after the last day for payment requests of the year whose budget pays.
    """
    case = await stepping.begin(session, actor, REQUEST, order_id, version, part_id)
    await refuse_changed_payee(session, case)
    await _refuse_after(session, case, LAST_PAYMENT_REQUEST)
    case.invoice.requested_by, case.invoice.requested_at = actor.official_id, clock.now()
    case.invoice.requested_for = case.acts_for
    await stepping.finish(session, actor, case, REQUEST)
    return _keep_its_day(session, case)


@REQUEST.shown_with
async def what_holds_it(_session: straight.Reads, case: Case, _typed: Mapping[str, str]) -> dict[str, Any]:
    """Why it cannot be paid now, if so, and what it lacks."""
    return {"held": why_held(case.order), "lacking": lacks_tax_invoice(case.invoice)}


@dataclass(frozen=True)
class PaymentApproval:
    """`audit_note`: the inspectorate and the number of its note, where a sanction for cheating asks for one."""

    order_id: UUID
    version: int
    part_id: UUID | None = None
    audit_note: str = ""


NOTE_NEEDED = (
    "Penyedia ini kena sanksi karena kecurangan (putusan %(decision)s), jadi pembayaran memerlukan catatan APIP. "
    "Tulis nama inspektorat dan nomor catatannya."
)


@APPROVE.use_case
async def approve_payment(session: AsyncSession, actor: Actor, approval: PaymentApproval) -> Order:
    """The budget user (Pengguna Anggaran) approves what the treasurer asked for, while the year that pays it lasts.

    A debt is a debt, also to a vendor under a sanction; where that is for cheating, it is paid with a note of the
    inspectorate (domain.md 3.9), which the journal keeps.
    """
    case = await stepping.begin(
        session, actor, APPROVE, approval.order_id, approval.version, approval.part_id
    )
    await _refuse_after(session, case)
    note = " ".join(approval.audit_note.split())
    sanction = await sanction_on(session, case.order.vendor_id)
    if sanction and sanction.is_of_a_cheat and len(note) < 5:
        raise Refused(NOTE_NEEDED, "audit_note", decision=sanction.number)
    case.invoice.approved_by, case.invoice.approved_at = actor.official_id, clock.now()
    case.invoice.approved_for = case.acts_for
    return await stepping.finish(session, actor, case, APPROVE, reason=fitting(note, "audit_note"))


@APPROVE.shown_with
async def what_it_needs(session: straight.Reads, case: Case, _typed: Mapping[str, str]) -> dict[str, Any]:
    """Whether the inspectorate's note is asked for."""
    sanction = await sanction_on(session, case.order.vendor_id)
    return {"needs_note": sanction is not None and sanction.is_of_a_cheat}


@REFUSE.use_case
async def refuse_payment(
    session: AsyncSession,
    actor: Actor,
    order_id: UUID,
    version: int,
    reason: str,
    part_id: UUID | None = None,
) -> Order:
    """The budget user does not approve, and says why; the treasurer checks again."""
    case = await stepping.begin(session, actor, REFUSE, order_id, version, part_id)
    await stepping.finish(session, actor, case, REFUSE, reason=reason)
    case.invoice.requested_by = case.invoice.requested_for = case.invoice.requested_at = None
    return case.order


@REQUEST_UNCHECKED.use_case
async def request_unchecked(session: AsyncSession, case: Case) -> Order:
    """The treasurer neither asked for the payment nor sent the invoice back in time: the budget user is asked.

    What its year cannot pay any more is carried instead, if the closing of the year (clock/closing.py) has not come by.
    """
    tenant: Tenant = session.info["tenant"]
    rules, today = await rulebook(session), clock.today(tenant.zone)
    late = [
        (one, cause)
        for one in case.handovers
        if (cause := cause_on(case.order, one, rules, today, handed_over_on(one, tenant)))
    ]
    if late:
        await carry(session, SYSTEM_ACTOR, case.order, CARRY, late)
        details = {"carried": str(late[0][1])}
        return await stepping.finish(session, SYSTEM_ACTOR, case, CARRY, details=details)
    case.invoice.requested_at = clock.now()
    await stepping.finish(session, SYSTEM_ACTOR, case, REQUEST_UNCHECKED)
    return _keep_its_day(session, case)


def _keep_its_day(session: AsyncSession, case: Case) -> Order:
    """The days until payment run from the first request, and not anew because the budget user sent it back."""
    invoice, tenant = case.invoice, session.info["tenant"]
    invoice.pay_by = invoice.due_at = invoice.pay_by or invoice.due_at
    settle(case.order, tenant.zone)
    return case.order


@RETURN_INCOMPLETE.use_case
async def return_incomplete(session: AsyncSession, case: Case) -> Order:
    """Nobody looked at an invoice that cannot be paid as it is: the vendor sends it anew."""
    why = _why_incomplete(case)
    case.invoice.pay_by = None
    return await stepping.finish(session, SYSTEM_ACTOR, case, RETURN_INCOMPLETE, reason=why)


@CALL_APPROVER.use_case
async def call_approver(session: AsyncSession, case: Case) -> Order:
    """Not approved by the day on which it had to be paid: those who can appoint somebody else are told."""
    why = "Pengguna Anggaran belum menyetujui pembayaran sampai batas waktu."
    return await stepping.finish(session, SYSTEM_ACTOR, case, CALL_APPROVER, reason=why)
