"""A bill that was made for its vendor lacks the number of the tax invoice (faktur pajak); the vendor adds it.

Without it nothing can be paid: the bill would go back to the vendor, be made for them again, and go back again.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from eorder_platform import clock, straight
from eorder_platform.errors import Refused
from eorder_platform.projections.invoice_numbers import claim_numbers
from eorder_platform.tenancy import Tenant
from eorder_tenants.orders.core import stepping
from eorder_tenants.orders.core.models import Invoice, Status
from eorder_tenants.orders.core.parts import Case
from eorder_tenants.orders.core.steps import KEEP_RUNNING, OWNER, TREASURER, Step, Subject
from eorder_tenants.orders.paying.invoicing import (
    claims,
    lacks_tax_invoice,
    refuse_used_numbers,
    tax_invoice_number,
    used,
)
from eorder_tenants.organisation.actors import Actor
from eorder_tenants.organisation.law import rulebook
from eorder_tenants.taxes.assessment import Assessment


def _it_lacks_one(_actor: Actor, case: Case) -> str | None:
    return None if lacks_tax_invoice(case.invoice) else "Tagihan ini tidak kekurangan faktur pajak."


ADD_TAX_INVOICE = Step(
    name="add_tax_invoice",
    noun="faktur-pajak",
    label="Lengkapi faktur pajak",
    done="Nomor faktur pajak dilengkapi",
    subject=Subject.INVOICE,
    sources=(Status.INVOICED,),
    target=Status.INVOICED,
    by=(OWNER,),
    duties=(_it_lacks_one,),
    clock=KEEP_RUNNING,
    passing=True,
    tells=(TREASURER,),
)


@dataclass(frozen=True)
class TaxInvoice:
    """The vendor's form: the number as the tax office's system gave it."""

    order_id: UUID
    version: int
    tax_invoice_number: str = ""
    part_id: UUID | None = None


@ADD_TAX_INVOICE.use_case
async def add_tax_invoice(session: AsyncSession, actor: Actor, typed: TaxInvoice) -> Invoice:
    """The bill stands as it was made, with its number added once. Refused beside the field as when a vendor bills."""
    case = await stepping.begin(session, actor, ADD_TAX_INVOICE, typed.order_id, typed.version, typed.part_id)
    order, invoice, tenant = case.order, case.invoice, session.info["tenant"]
    digits = (await rulebook(session)).value("tax_invoice_digits", on=clock.today(tenant.zone))
    assessment = Assessment.from_facts(invoice.assessment)
    invoice.tax_invoice_number = tax_invoice_number(assessment, typed.tax_invoice_number, digits)
    wanted = claims("", invoice.tax_invoice_number)
    await refuse_used_numbers(session, order, invoice, wanted)
    await stepping.finish(session, actor, case, ADD_TAX_INVOICE, details={"invoice": invoice.number})
    await session.flush()
    # Last of all, as when a vendor bills: it is claimed in the nation's own transaction.
    if taken := await claim_numbers(order.vendor_id, tenant.id, order.id, wanted, []):
        raise Refused.several(used(kind) for kind in taken)
    return invoice


@ADD_TAX_INVOICE.shown_with
async def how_it_looks(session: straight.Reads, case: Case, _typed: Mapping[str, str]) -> dict[str, Any]:
    """How many digits, and whether the treasurer collects the VAT."""
    tenant: Tenant = session.info["tenant"]
    return {
        "collected": Assessment.from_facts(case.invoice.assessment).vat_withheld > 0,
        "digits": (await rulebook(session)).value("tax_invoice_digits", on=clock.today(tenant.zone)),
        "gross": case.invoice.gross_rupiah,
    }
