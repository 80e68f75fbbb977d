"""The owner changes the business's facts after registering; every change is recorded and reaches the regions."""

from collections.abc import Mapping
from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession

from eorder_platform import outbox
from eorder_platform.directory.checking import Answers
from eorder_platform.directory.members import Member
from eorder_platform.directory.models import Vendor, VendorChange, VendorPrivate, VendorStatus
from eorder_platform.directory.registering import check_section
from eorder_platform.directory.sections import Section, answers_of
from eorder_platform.errors import Conflict
from eorder_platform.ids import new_id

VERIFIED_FACTS: Final = frozenset(
    {"business_id_number", "legal_name", "legal_form", "owner_name", "national_identity_number", "tax_id"}
)
"""What the verifier has compared with documents: after that it stays."""
SECRETS: Final = frozenset({"national_identity_number", "tax_id", "bank_account"})
PUBLIC_FACTS: Final = frozenset(
    {"legal_name", "trade_name", "legal_form", "scale_basis", "scale_amount", "vat_registered", "region_code"}
)
PAYEE_FACTS: Final = PUBLIC_FACTS | {
    "owner_name", "tax_id", "without_tax_id", "certificate_number", "certificate_until", "low_turnover",
    "street_address", "postcode", "phone", "email", "bank_code", "bank_account", "bank_account_holder",
}  # fmt: skip


async def change_section(session: AsyncSession, member: Member, section: Section, answers: Answers) -> bool:
    """Change one group of facts; returns whether anything was different.

    Refused to staff, and while the verifier looks at the business. Once verified, :data:`VERIFIED_FACTS` keep their
    values whatever is sent. A change that a region pays or buys by bumps the payee's version and is spread to it.
    """
    member.must_own()
    vendor = await session.get_one(Vendor, member.vendor_id, with_for_update=True, populate_existing=True)
    private = await session.get_one(
        VendorPrivate, member.vendor_id, with_for_update=True, populate_existing=True
    )
    if vendor.status == VendorStatus.UNDER_VERIFICATION:
        raise Conflict("Data usaha sedang diperiksa, jadi belum dapat diubah. Tunggu putusan verifikator.")
    before = answers_of(vendor, private)
    facts = await check_section(session, section, _with_fixed_facts(answers, before, vendor), vendor.id)
    facts.write(vendor, private)
    changed = _difference(before, answers_of(vendor, private))
    if changed:
        session.add(
            VendorChange(
                id=new_id(),
                vendor_id=vendor.id,
                account_id=member.account_id,
                section=section,
                facts=_masked(changed),
            )
        )
        _spread(session, vendor, private, changed)
    return bool(changed)


def fixed_facts(vendor: Vendor) -> frozenset[str]:
    """The facts that can no longer be changed here."""
    return VERIFIED_FACTS if vendor.verified_at is not None else frozenset()


def masked(number: str) -> str:
    """A secret number as it may be shown in a history: its last four digits."""
    return f"•••• {number[-4:]}"


def _with_fixed_facts(answers: Answers, before: Answers, vendor: Vendor) -> dict[str, str]:
    kept = {name: before[name] for name in fixed_facts(vendor) if name in before}
    given = dict(answers)
    if "tax_id" in kept:
        given.pop("without_tax_id", None)
    return {**given, **kept}


def _spread(
    session: AsyncSession, vendor: Vendor, private: VendorPrivate, changed: Mapping[str, object]
) -> None:
    if changed.keys() & PAYEE_FACTS:
        private.version += 1
        outbox.write(session, "catalogue.spread_payee", vendor_id=vendor.id)
    if changed.keys() & PUBLIC_FACTS:
        outbox.write(session, "directory.spread_vendor", vendor_id=vendor.id)


def _difference(before: Mapping[str, str], after: Mapping[str, str]) -> dict[str, tuple[str, str]]:
    names = sorted(before.keys() | after.keys())
    pairs = {name: (before.get(name, ""), after.get(name, "")) for name in names}
    return {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}


def _masked(changed: Mapping[str, tuple[str, str]]) -> dict[str, list[str]]:
    return {
        name: [masked(value) if value and name in SECRETS else value for value in pair]
        for name, pair in changed.items()
    }
