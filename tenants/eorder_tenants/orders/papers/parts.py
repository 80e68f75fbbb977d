"""What the documents of an order have in common: the head of the sheet, the parties, the lines and the signatures."""

from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Any, TypedDict
from zoneinfo import ZoneInfo

from eorder_platform.tenancy import Tenant
from eorder_tenants.documents import facts
from eorder_tenants.documents.signing import Heading
from eorder_tenants.orders.core.assessing import amounts_of
from eorder_tenants.orders.core.models import Delivery, Order, OrderLine
from eorder_tenants.organisation.actors import Letter
from eorder_tenants.taxes.assessment import Assessment

VENDOR_CAPACITY = "Penyedia"
"""Under this capacity the vendor signs the purchase order and the inspection report, after the officer."""


@dataclass(frozen=True)
class StandsIn:
    """By which letter somebody signs, of which kind, and for whom (nobody: the office is vacant)."""

    kind: str
    number: str
    absent: str = ""

    @property
    def title(self) -> str:
        """What stands before the office that they fill: "Plh."."""
        return f"{self.kind.capitalize()}."

    @property
    def reason(self) -> str:
        """ "surat 800/12/2026, atas nama Budi Santosa"."""
        return f"surat {self.number}" + (f", atas nama {self.absent}" if self.absent else "")


@dataclass(frozen=True)
class Signer:
    """An official as documents name them."""

    name: str
    position: str
    civil_servant_id: str | None
    stands_in: StandsIn | None = None

    def by(self, letter: Letter | None) -> "Signer":
        """The same as they sign by a letter, where they do."""
        if letter is None:
            return self
        return replace(self, stands_in=StandsIn(letter.kind, letter.number, letter.delegator_name))


class Header(TypedDict):
    number: str
    issued_at: datetime
    place: str
    letterhead: facts.Letterhead
    order_number: str
    rup_code: str
    package_name: str
    budget_line_code: str
    budget_line_name: str
    verification_url: str
    verification_code: str


def header(tenant: Tenant, order: Order, heading: Heading) -> Header:
    unit, package, budget_line = order.work_unit, order.package, order.budget_line
    assert package and budget_line and order.number
    return Header(
        number=heading.number,
        issued_at=heading.issued_at,
        place=unit.city,
        letterhead=facts.Letterhead(
            government=f"Pemerintah {tenant.name}",
            unit=unit.name,
            address=unit.address,
            code=tenant.code,
            accent=tenant.accent,
            motif=tenant.motif,
        ),
        order_number=order.number,
        rup_code=package.rup_code,
        package_name=package.name,
        budget_line_code=budget_line.account_code,
        budget_line_name=budget_line.account_name,
        verification_url=heading.verification_url,
        verification_code=heading.verification_code,
    )


def officer_signs(
    capacity: str, officer: Signer, at: datetime, position: str | None = None, factor: str = ""
) -> facts.Signatory:
    stands_in = officer.stands_in
    return facts.Signatory(
        capacity=f"{stands_in.title} {capacity}" if stands_in else capacity,
        name=officer.name,
        position=stands_in.reason if stands_in else position or officer.position,
        id_number=f"NIP {officer.civil_servant_id}" if officer.civil_servant_id else "",
        signed_at=at,
        factor=factor,
    )


def vendor_signs(order: Order, at: datetime | None, capacity: str = VENDOR_CAPACITY) -> facts.Signatory:
    owner: str = order.participation.payee["owner_name"]
    return facts.Signatory(
        capacity=capacity, name=owner, position=order.vendor_name, id_number="", signed_at=at
    )


def buyer(officer: Signer, appointment: str) -> facts.Official:
    return facts.Official(
        name=officer.name,
        nip=officer.civil_servant_id or "",
        position=officer.position,
        appointment=f"{officer.stands_in.title} {officer.stands_in.reason}"
        if officer.stands_in
        else appointment,
    )


def vendor(order: Order) -> facts.Vendor:
    payee: dict[str, Any] = order.participation.payee
    return facts.Vendor(
        name=order.vendor_name,
        npwp=payee.get("tax_id") or "",
        address=payee["address"],
        representative=payee["owner_name"],
        bank_name=payee["bank_name"],
        bank_account=payee["bank_account"],
        bank_holder=payee["bank_account_holder"],
    )


def lines(order: Order) -> tuple[facts.Line, ...]:
    """Everything that is ordered."""
    return tuple(_line(line, line.due_quantity, line.due_rupiah) for line in order.lines if line.due_quantity)


def accepted_lines(order: Order, delivery: Delivery) -> tuple[facts.Line, ...]:
    """What was accepted of one delivery."""
    amounts = amounts_of(order, delivery)
    accepted = {line.order_line_id: line.payable_quantity for line in delivery.lines}
    return tuple(
        _line(line, accepted[line.id], amounts[line]) for line in order.lines if accepted.get(line.id)
    )


def inspected_lines(order: Order, delivery: Delivery) -> tuple[facts.InspectedLine, ...]:
    """What was ordered in all, what came with this delivery, and what became of it."""
    found = {line.order_line_id: line for line in delivery.lines}
    return tuple(
        facts.InspectedLine(
            name=line.name,
            unit=line.unit,
            ordered=line.quantity,
            delivered=found[line.id].delivered_quantity or Decimal(0),
            accepted=found[line.id].accepted_quantity or Decimal(0),
            rejected=found[line.id].rejected_quantity or Decimal(0),
            note=found[line.id].note or "",
        )
        for line in order.lines
        if line.id in found
    )


def _line(line: OrderLine, quantity: Decimal, total: int) -> facts.Line:
    return facts.Line(
        name=line.name, quantity=quantity, unit=line.unit, unit_price=line.unit_price_rupiah, total=total
    )


def added(assessment: Assessment) -> tuple[facts.Charge, ...]:
    vat = [
        facts.Charge(label=one.label, amount=one.amount, base=one.taxable_base)
        for one in assessment.vat_lines
    ]
    local = [
        facts.Charge(label=one.label, amount=one.amount, base=one.base) for one in assessment.local_tax_lines
    ]
    return (*vat, *local)


def office_time(tenant: Tenant, moment: datetime) -> datetime:
    return moment.astimezone(ZoneInfo(tenant.zone))


def withheld(assessment: Assessment) -> tuple[facts.Charge, ...]:
    """Every tax that the treasurer keeps back, as one reads it."""
    vat = [facts.Charge(label="PPN", amount=assessment.vat_withheld)] if assessment.vat_withheld else []
    income = [
        facts.Charge(label=line.label, amount=line.amount, base=line.base)
        for line in assessment.income_tax_lines
        if line.amount
    ]
    earlier = [
        facts.Charge(label=one.label, amount=one.amount, base=one.base) for one in assessment.caught_up
    ]
    return (*vat, *income, *earlier)
