"""The dated rules as they stand in the database: read as a book, changed only by adding what holds from a later day."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from eorder_platform import clock
from eorder_platform.errors import NotVisible, Refused
from eorder_platform.reference.models import RuleRow
from eorder_platform.rules import Rule, RuleBook, refuse_senseless
from eorder_platform.sentences import Sentence
from eorder_platform.texts import too_long

NATIONAL_ZONE: Final = "Asia/Jakarta"
"""The agency's clock: national law begins and ends on dates in Jakarta."""

AWAITING: Final = {
    "small_business_share_minimum": "the region's account of its spending on small business",
    "small_business_package_maximum": "the region's account of its spending on small business",
    "micro_capital_maximum": "a business's size by its capital",
    "small_capital_maximum": "a business's size by its capital",
    "medium_capital_maximum": "a business's size by its capital",
    "quote_request_required_from": "requests for quotes",
    "quote_request_minimum_vendors": "requests for quotes",
    "quote_validity_days": "requests for quotes",
    "negotiation_rounds_maximum": "requests for quotes",
    "negotiation_vendor_answer_hours": "requests for quotes",
    "negotiation_buyer_answer_days": "requests for quotes",
    "owner_estimate_required_above": "an owner's estimate on the order",
    "purchase_receipt_maximum": "contracts of other forms than the purchase order",
    "payment_receipt_maximum": "contracts of other forms than the purchase order",
    "work_order_maximum": "contracts of other forms than the purchase order",
    "consultancy_direct_maximum": "contracts of other forms than the purchase order",
    "construction_direct_maximum": "contracts of other forms than the purchase order",
    "procurement_officer_maximum": "contracts of other forms than the purchase order",
    "card_payment_maximum": "payment by the government's card",
    "income_tax_22_platform_permil": "payment through a marketplace",
    "inspection_start_days": "a deadline for the beginning of an inspection",
    "cancellation_form_megabytes": "the signed form of a cancellation",
    "tax_deposit_imprest_days": "the deposit of withheld taxes",
    "tax_deposit_day": "the deposit of withheld taxes",
}
"""Rules that nothing reads yet, each with the work that will. A page that showed one would promise too much."""


@dataclass(frozen=True)
class RuleChange:
    """What shall hold from a day on. The unit stays that of the rule before."""

    key: str
    value: int
    valid_from: date
    legal_basis: str


async def national_rules(session: AsyncSession, keys: Collection[str] = ()) -> list[Rule]:
    """Every national rule, or those of these keys, with their past and announced future, by key and first day."""
    row = RuleRow
    columns = (
        row.key,
        row.value,
        row.unit,
        row.valid_from,
        row.valid_to,
        row.legal_basis,
        row.tenant_may_override,
    )
    wanted = select(*columns, row.verified).order_by(row.key, row.valid_from)
    rows = await session.execute(wanted.where(row.key.in_(list(keys))) if keys else wanted)
    return [Rule(*one) for one in rows]


async def rules_in_force(session: AsyncSession) -> list[Rule]:
    """The national rules that the system keeps, for people to read and change; none that awaits its work."""
    return [rule for rule in await national_rules(session) if rule.key not in AWAITING]


async def rule_book(session: AsyncSession, keys: Collection[str] = ()) -> RuleBook:
    """The national rules, or those of these keys, as a book; a region adds its deviations by `with_overrides`."""
    return RuleBook(await national_rules(session, keys))


async def change_rule(session: AsyncSession, changed_by: UUID, change: RuleChange) -> None:
    """From `valid_from` on another value holds; the row before ends on the day before.

    Nothing that holds already is ever changed: what was signed under it must stay explicable. Refused: a day that has
    come already in Jakarta, a key that nobody has ruled on or that awaits its work, a later change already
    announced, no legal basis, a value that makes no sense in its unit.
    """
    latest = await _latest(session, change.key)
    if latest is None or change.key in AWAITING:
        raise NotVisible("Aturan ini tidak ditemukan.")
    _check(change, latest)
    refuse_senseless(latest.unit, change.value)
    if latest.valid_to is None or latest.valid_to >= change.valid_from:
        latest.valid_to = change.valid_from - timedelta(days=1)
        await (
            session.flush()
        )  # its end before the next one's beginning: no two hold on one day, not even meanwhile
    session.add(
        RuleRow(
            key=change.key,
            value=change.value,
            unit=latest.unit,
            valid_from=change.valid_from,
            legal_basis=change.legal_basis.strip(),
            tenant_may_override=latest.tenant_may_override,
            verified=True,
            changed_by=changed_by,
        )
    )


async def _latest(session: AsyncSession, key: str) -> RuleRow | None:
    """The last row of a key. Who waited for the lock asks again: what was added meanwhile is not among the locked."""
    of_key = select(RuleRow).where(RuleRow.key == key).order_by(RuleRow.valid_from.desc())
    await session.execute(of_key.with_for_update())
    latest: RuleRow | None = await session.scalar(
        of_key.limit(1), execution_options={"populate_existing": True}
    )
    return latest


def _check(change: RuleChange, latest: RuleRow) -> None:
    problems: list[tuple[str | None, str]] = []
    if change.value < 0:
        problems.append(("value", "Nilai aturan tidak boleh negatif."))
    if change.valid_from <= clock.today(NATIONAL_ZONE):
        problems.append(
            ("valid_from", "Aturan baru berlaku paling cepat besok, agar yang sudah dihitung tidak berubah.")
        )
    elif change.valid_from <= latest.valid_from:
        text = "Sudah ada nilai yang berlaku mulai %(day)s. Pilih tanggal sesudahnya."
        problems.append(("valid_from", Sentence(text, day=latest.valid_from)))
    if len(change.legal_basis.strip()) < 5:
        problems.append(("legal_basis", "Tulis dasar hukumnya, misalnya “PMK 131/2024 ps. 3”."))
    elif sentence := too_long(change.legal_basis, "legal_basis"):
        problems.append(("legal_basis", sentence))
    if problems:
        raise Refused.several(problems)
