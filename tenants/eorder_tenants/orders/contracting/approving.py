"""The commitment officer (PPK) answers a submitted order: signs it, returns it for correction, or rejects it."""

from collections.abc import Mapping
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from eorder_platform import clock
from eorder_platform.errors import Refused
from eorder_platform.sentences import Rupiah, Sentence
from eorder_platform.tenancy import Tenant
from eorder_tenants.approvals.duties import approver_did_not_draft, not_the_drafter
from eorder_tenants.budgets import ledger
from eorder_tenants.catalogue.models import Offer
from eorder_tenants.documents import signing
from eorder_tenants.documents.facts import DocumentKind
from eorder_tenants.orders.core import stepping
from eorder_tenants.orders.core.assessing import assess_on_order
from eorder_tenants.orders.core.budget import cause_of, release_hold
from eorder_tenants.orders.core.fiscal_year import problems_with_due_date
from eorder_tenants.orders.core.models import Order, Status
from eorder_tenants.orders.core.parts import Case
from eorder_tenants.orders.core.steps import DAY_BEFORE, PP, PPK, Step
from eorder_tenants.orders.papers import composing as papers
from eorder_tenants.orders.requesting.submitting import (
    Problem,
    problems_with_offers,
    problems_with_package,
    problems_with_vendor_and_account,
)
from eorder_tenants.orders.requesting.today import TODAY, today_of
from eorder_tenants.organisation.actors import SYSTEM, SYSTEM_ACTOR, Actor
from eorder_tenants.taxes.cap import refuse_over_cap

APPROVE = Step(
    name="approve",
    noun="persetujuan",
    label="Setujui dan tandatangani surat pesanan",
    done="Surat pesanan ditandatangani PPK",
    sources=(Status.AWAITING_APPROVAL,),
    target=Status.ISSUED,
    by=(PPK,),
    duties=(approver_did_not_draft,),
    document=DocumentKind.PURCHASE_ORDER,
    clock="vendor_answer_days",
    reminder=DAY_BEFORE,
    stamp="issued_at",
    awaited=True,
    declares="Saya sudah memeriksa harga, spesifikasi, dan pagu.",
    signs=True,
    tells=(PP,),
)
RETURN = Step(
    name="return_to_draft",
    noun="pengembalian",
    label="Kembalikan",
    done="Dikembalikan untuk diperbaiki",
    sources=(Status.AWAITING_APPROVAL,),
    target=Status.DRAFT,
    by=(PPK,),
    duties=(not_the_drafter,),
    reason=True,
)
REJECT = Step(
    name="reject",
    noun="penolakan-ppk",
    label="Tolak",
    done="Ditolak PPK",
    sources=(Status.AWAITING_APPROVAL,),
    target=Status.REJECTED,
    by=(PPK,),
    duties=(not_the_drafter,),
    stamp="closed_at",
    reason=True,
    tells=(PP,),
)
LAPSE = Step(
    name="lapse",
    label="Kembalikan otomatis",
    done="Kembali menjadi draf karena tidak dijawab PPK",
    sources=(Status.AWAITING_APPROVAL,),
    target=Status.DRAFT,
    by=(SYSTEM,),
    rule="approval_lapse_days",
    warning="Setelah itu pesanan kembali menjadi draf dan anggarannya dilepas.",
)


@APPROVE.use_case
async def approve_order(session: AsyncSession, actor: Actor, order_id: UUID, version: int) -> Order:
    """Sign the purchase order (surat pesanan): what was held becomes a commitment, the vendor's time begins to run.

    Everything that may have changed since the submission is asked again: the vendor's standing, the products, the
    package, the last days of the budget's year, the taxes and the cap of today. Refused with what is wrong; then the
    order can be returned.
    """
    case = await stepping.begin(session, actor, APPROVE, order_id, version, further=TODAY)
    order = case.order
    tenant: Tenant = session.info["tenant"]
    today = clock.today(tenant.zone)
    asked = await today_of(session, order)
    offers, rules = asked.offers, asked.rules
    problems: list[Problem] = [
        *problems_with_vendor_and_account(order, asked),
        *problems_with_offers(order, offers),
        *_problems_with_tax_classes(order, offers),
        *problems_with_package(order, tenant, rules),
        *problems_with_due_date(order.budget_line, order.delivery_due_on, rules),
    ]
    if order.delivery_due_on and order.delivery_due_on < today:
        problems.append((None, "Tanggal penyerahan sudah lewat."))
    if problems:
        raise Refused.several((None, sentence) for _, sentence in problems)
    assessment = await assess_on_order(session, order, rules, today)
    if assessment.gross != order.budget_rupiah:
        raise Refused(
            "Pajak berubah sejak pesanan ini diajukan: nilainya sekarang %(now)s, sedangkan "
            "anggaran yang dicadangkan %(reserved)s. Kembalikan untuk diajukan lagi.",
            now=Rupiah(assessment.gross),
            reserved=Rupiah(order.budget_rupiah),
        )
    refuse_over_cap(assessment, rules, today)
    await ledger.commit(session, actor, cause_of(order, APPROVE), [order.draw])
    order.vendor_scale, order.vendor_form = _size_of_vendor(offers)
    order.approved_by, order.approved_for = actor.official_id, case.acts_for
    order.agreed_rupiah, order.agreed_vat = assessment.gross, assessment.vendor.vat_registered
    composer = await papers.purchase_order(session, case, actor.official_id, assessment, rules, today)
    document = await signing.sign(
        session,
        order.id,
        order.work_unit,
        DocumentKind.PURCHASE_ORDER,
        actor.official_id,
        composer,
        factor=case.factor,
    )
    return await stepping.finish(
        session,
        actor,
        case,
        APPROVE,
        document_hash=document.facts_hash,
        details={"document": document.number, "gross_rupiah": order.gross_rupiah},
        rules=rules,
    )


def _size_of_vendor(offers: Mapping[UUID, Offer]) -> tuple[str, str]:
    """Scale and legal form as its products carry them; public figures keep them, whatever the vendor becomes."""
    offer = next(iter(offers.values()))
    return offer.vendor_scale, offer.vendor_form


def _problems_with_tax_classes(order: Order, offers: Mapping[UUID, Offer]) -> list[Problem]:
    """Products whose tax class the agency corrected since the officer submitted them."""
    text = "Pajak %(product)s berubah sejak pesanan ini diajukan. Kembalikan untuk diajukan lagi."
    return [
        (None, Sentence(text, product=line.name))
        for line in order.lines
        if (offer := offers.get(line.offer_id))
        and (offer.tax_class, offer.charges_local_tax) != (line.tax_class, line.charges_local_tax)
    ]


@RETURN.use_case
async def return_order(
    session: AsyncSession, actor: Actor, order_id: UUID, version: int, reason: str
) -> Order:
    """Give the order back to its officer for correction; its money is free again until the next submission."""
    case = await stepping.begin(session, actor, RETURN, order_id, version)
    return await back_to_draft(session, actor, case, RETURN, reason)


@REJECT.use_case
async def reject_order(
    session: AsyncSession, actor: Actor, order_id: UUID, version: int, reason: str
) -> Order:
    """Say no for good."""
    case = await stepping.begin(session, actor, REJECT, order_id, version)
    await release_hold(session, actor, case.order, REJECT)
    return await stepping.finish(session, actor, case, REJECT, reason=reason)


@LAPSE.use_case
async def let_lapse(session: AsyncSession, case: Case) -> Order:
    """Nobody answered in time: a draft again, its hold released."""
    why = "PPK tidak menjawab sampai batas waktu."
    return await back_to_draft(session, SYSTEM_ACTOR, case, LAPSE, why)


async def back_to_draft(
    session: AsyncSession, actor: Actor, case: Case, step: Step, reason: str | None
) -> Order:
    """Release the hold and open a new round, so that the ledger takes the next submission as a new one."""
    order = case.order
    await release_hold(session, actor, order, step)
    await stepping.finish(session, actor, case, step, reason=reason)
    order.round += 1
    order.submitted_at = None
    return order
