"""The owner changes the business's facts after registering: at once, or as a request where the verifier must look."""

from collections.abc import Mapping
from typing import Final, NamedTuple
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from eorder_platform.directory.asking import Pairs, ask_for_change, difference
from eorder_platform.directory.checking import Answers
from eorder_platform.directory.evidence import Evidence
from eorder_platform.directory.fact_kinds import WEIGHED, spread
from eorder_platform.directory.locking import locked
from eorder_platform.directory.members import Member
from eorder_platform.directory.models import Vendor, VendorChange, VendorStatus
from eorder_platform.directory.registering import check_section
from eorder_platform.directory.sections import FIELDS, Section, answers_of
from eorder_platform.errors import Conflict
from eorder_platform.identity.signing_nationally import signing_nationally
from eorder_platform.ids import new_id
from eorder_platform.secrecy import masked

IDENTITY: Final = frozenset({"business_id_number", "owner_name", "national_identity_number"})
"""Which business it is and whose: after verification that stays."""
SECRETS: Final = frozenset({"national_identity_number", "tax_id", "bank_account"})
PUBLIC_FACTS: Final = frozenset(
    {"legal_name", "trade_name", "legal_form", "scale_basis", "scale_amount", "vat_registered", "region_code"}
)


class Changed(NamedTuple):
    """What a change did: `at_once` changed facts, `asked` made a request to the verifier."""

    at_once: bool
    asked: bool


async def change_section(
    session: AsyncSession,
    member: Member,
    section: Section,
    answers: Answers,
    note: str = "",
    evidence: Evidence | None = None,
) -> Changed:
    """Change one group of facts.

    Refused to staff, and while the verifier looks at the business. Before verification everything changes at once.
    After it, :data:`IDENTITY` keeps its values whatever is sent, and what taxes and payouts rest on
    (fact_kinds.WEIGHED) becomes a request, with `note` and `evidence` for the verifier; another bank account only with
    fresh proof of the person.
    """
    member.must_own()
    vendor, private = await locked(session, member.vendor_id)
    if vendor.status == VendorStatus.UNDER_VERIFICATION:
        raise Conflict("Data usaha sedang diperiksa, jadi belum dapat diubah. Tunggu putusan verifikator.")
    before = answers_of(vendor, private)
    given = with_others(section, answers, before, vendor)
    asker = member.account_id
    wanted = await check_section(session, section, given, vendor.id, kept=before, asker=asker)
    changed = difference(before, {**_of_others(section, before), **wanted.as_answers()})
    kind, weighed = WEIGHED.get(section, (None, ())) if vendor.verified_at else (None, ())
    asked = {name: pair for name, pair in changed.items() if name in weighed}
    at_once = {name: pair for name, pair in changed.items() if name not in weighed}
    if at_once:
        kept = {name: text for name, text in before.items() if name in weighed}
        free = {**{name: text for name, text in given.items() if name not in weighed}, **kept}
        (await check_section(session, section, free, vendor.id, kept=before)).write(vendor, private)
        record_change(session, vendor.id, member.account_id, section, at_once)
        spread(session, vendor, private, public=bool(at_once.keys() & PUBLIC_FACTS))
    if asked and kind:
        if section is Section.BANK:
            await signing_nationally(session)
        after = {name: text for name, text in wanted.as_answers().items() if name in weighed}
        await ask_for_change(session, member, kind, after, note=note, evidence=evidence)
    return Changed(bool(at_once), bool(asked))


def record_change(
    session: AsyncSession, vendor_id: UUID, account_id: UUID, section: str, pairs: Pairs
) -> None:
    """Write into the business's history what has changed; secret numbers by their last digits."""
    facts = {name: list(pair) for name, pair in masked_pairs(pairs).items()}
    session.add(
        VendorChange(id=new_id(), vendor_id=vendor_id, account_id=account_id, section=section, facts=facts)
    )


def fixed_facts(vendor: Vendor) -> frozenset[str]:
    """The facts that can no longer be changed at all."""
    return IDENTITY if vendor.verified_at is not None else frozenset()


def masked_pairs(pairs: Pairs) -> dict[str, tuple[str, str]]:
    """Before and after of each field, secret numbers by their last digits."""
    return {
        name: (masked(before) if before else "", masked(after) if after else "")
        if name in SECRETS
        else (before, after)
        for name, (before, after) in pairs.items()
    }


def with_others(section: Section, answers: Answers, before: Answers, vendor: Vendor) -> dict[str, str]:
    """A group's answers among those of the other groups and with what stays, as a check of the group needs them."""
    fixed = {name: before[name] for name in fixed_facts(vendor) if name in before}
    return {**_of_others(section, before), **answers, **fixed}


def _of_others(section: Section, before: Mapping[str, str]) -> dict[str, str]:
    """The facts of the other groups."""
    return {name: text for name, text in before.items() if name not in FIELDS[section]}
