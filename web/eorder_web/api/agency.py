"""The national agency's work: businesses and changes that wait for a verifier, the rules, the categories' accounts."""

from datetime import date, datetime
from typing import Annotated, Any, Final
from uuid import UUID

import msgspec
import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from eorder_platform import clock
from eorder_platform.adapters.models import Inquiry
from eorder_platform.directory.asking import pairs_of
from eorder_platform.directory.change_queue import request_file, requests_waiting
from eorder_platform.directory.changing_profile import SECRETS
from eorder_platform.directory.deciding_changes import accept_change, refuse_change
from eorder_platform.directory.inquiring import Standing, inquire_again, standings_of
from eorder_platform.directory.sections import answers_of
from eorder_platform.directory.verification_queue import case_file, cases_waiting
from eorder_platform.directory.verifying import Verifier, accept_vendor, return_vendor
from eorder_platform.errors import NotVisible
from eorder_platform.identity.agency import agency_admin_for
from eorder_platform.identity.signing_nationally import announce_rule
from eorder_platform.reference.law import NATIONAL_ZONE, RuleChange, rules_in_force
from eorder_platform.reference.places import categories
from eorder_platform.reference.taxonomy import change_accounts
from eorder_platform.secrecy import masked
from eorder_platform.wording.editing import NewSynonym, add_synonym, current_synonyms, end_synonym
from eorder_platform.wording.missing import missed_since
from eorder_web.api.calls import Call
from eorder_web.api.operations import NATION, Operation, Page, reads, writes
from eorder_web.api.places import AS_VERIFIER, nationally_as

AGENCY: Final = "agency"
READ, WRITE = "agency:read", "agency:write"
AS_ADMIN: Final = nationally_as(agency_admin_for)

log = structlog.get_logger()


class WaitingCaseView(msgspec.Struct, frozen=True, kw_only=True):
    """A business that waits; `round`: how often it was handed in."""

    case_id: UUID
    submitted_at: datetime
    vendor_id: UUID
    legal_name: str
    business_id_number: str
    legal_form: str
    business_scale: str
    city: str
    round: int


class WaitingChangeView(msgspec.Struct, frozen=True, kw_only=True):
    """A change that waits."""

    request_id: UUID
    kind: str
    requested_at: datetime
    decidable_from: datetime | None
    legal_name: str
    business_id_number: str


class InquiryView(msgspec.Struct, frozen=True, kw_only=True):
    """What another authority was asked about a business; `outdated`: its answer is about facts of before."""

    system: str
    connected: bool
    outdated: bool
    asked_at: datetime | None
    outcome: str | None
    reason: str | None
    source: str
    stand_in: bool
    evidence: str
    answered_at: datetime | None
    asked_again_at: datetime | None


class CaseView(msgspec.Struct, frozen=True, kw_only=True):
    """A business that waits for a decision; secret numbers by their last digits."""

    id: UUID
    vendor_id: UUID
    submitted_at: datetime
    outcome: str | None
    reason: str | None
    facts: dict[str, str]
    inquiries: list[InquiryView]


class ChangeView(msgspec.Struct, frozen=True, kw_only=True):
    """What a verified business asks to change: old beside new, secret numbers by their last digits."""

    id: UUID
    vendor_id: UUID
    kind: str
    requested_at: datetime
    decidable_from: datetime | None
    outcome: str | None
    changes: dict[str, list[str]]


class ReasonBody(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """Why; the vendor reads it."""

    reason: str


class NationalRuleView(msgspec.Struct, frozen=True):
    """A value of a rule, with the days on which it holds and its law."""

    key: str
    unit: str
    value: int
    valid_from: date
    valid_to: date | None
    legal_basis: str


class NewValueBody(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """The next value of a rule in its unit (rupiah whole, rates in per mille), from a later day on."""

    value: int
    valid_from: date
    legal_basis: str


class CategoryView(msgspec.Struct, frozen=True, kw_only=True):
    """A category of the catalogue with the budget accounts that pay for it."""

    code: str
    name: str
    name_english: str
    parent_code: str | None
    tax_class: str | None
    accounts: list[str]
    active: bool


class SynonymView(msgspec.Struct, frozen=True, kw_only=True):
    """Whoever types `phrase` also finds `meanings`: phrases, or `#` and a category's code."""

    id: UUID
    phrase: str
    meanings: list[str]
    both_ways: bool
    version: int


class MissedView(msgspec.Struct, frozen=True):
    """Words that found nothing, how many people sought them, in how many regions."""

    words: str
    people: int
    regions: int


class SynonymBody(msgspec.Struct, frozen=True, kw_only=True):
    """`both_ways`: a phrase among the meanings finds this one too."""

    phrase: Annotated[str, msgspec.Meta(max_length=60)]
    meanings: Annotated[
        list[Annotated[str, msgspec.Meta(max_length=60)]], msgspec.Meta(min_length=1, max_length=20)
    ]
    both_ways: bool = False


class AccountsBody(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """Account codes, or their beginnings."""

    accounts: list[str]


@reads("/verification/cases", on=NATION, tag=AGENCY, scope=READ, says="Usaha yang menunggu verifikasi.")
async def cases(call: Call) -> Page[WaitingCaseView]:
    """The businesses that wait, the longest wait first; at most fifty."""
    async with AS_VERIFIER.enter(call) as (session, _):
        return Page([WaitingCaseView(**one._asdict()) for one in await cases_waiting(session)])


@reads("/verification/cases/{case_id}", on=NATION, tag=AGENCY, scope=READ, says="Satu berkas verifikasi.")
async def case(call: Call, case_id: UUID) -> CaseView:
    """One business with its facts; that somebody has read them is logged."""
    async with AS_VERIFIER.enter(call) as (session, verifier):
        found, vendor, private = await case_file(session, case_id)
        log.info("private facts read", vendor=str(vendor.id), verifier=str(verifier.account_id))
        return CaseView(
            id=found.id,
            vendor_id=vendor.id,
            submitted_at=found.submitted_at,
            outcome=found.outcome,
            reason=found.reason,
            facts={
                name: masked(text) if name in SECRETS else text
                for name, text in answers_of(vendor, private).items()
            },
            inquiries=[_inquiry(one) for one in await standings_of(session, vendor, private)],
        )


def _inquiry(standing: Standing) -> InquiryView:
    row = standing.inquiry or Inquiry(source="", stand_in=False, evidence="")
    return InquiryView(
        system=standing.system,
        connected=standing.is_connected,
        outdated=standing.is_about_before,
        asked_at=row.asked_at,
        outcome=row.outcome,
        reason=row.reason,
        source=row.source,
        stand_in=row.stand_in,
        evidence=row.evidence,
        answered_at=row.answered_at,
        asked_again_at=row.next_at,
    )


@writes(
    "/verification/cases/{case_id}/acceptance",
    on=NATION,
    tag=AGENCY,
    scope=WRITE,
    place=AS_VERIFIER,
    twins=("agency.accept",),
    shows="agency.case",
    says="Memverifikasi usaha.",
)
async def accept(session: AsyncSession, verifier: Verifier, case_id: UUID) -> str:
    """The business is verified."""
    await accept_vendor(session, verifier, case_id)
    return f"/verification/cases/{case_id}"


@writes(
    "/verification/cases/{case_id}/inquiries",
    on=NATION,
    tag=AGENCY,
    scope=WRITE,
    place=AS_VERIFIER,
    twins=("agency.inquire",),
    shows="agency.case",
    says="Menanyai lembaga lain sekali lagi.",
)
async def inquire(session: AsyncSession, verifier: Verifier, case_id: UUID) -> str:
    """Other authorities are asked once more about a business that waits."""
    await inquire_again(session, verifier, case_id)
    return f"/verification/cases/{case_id}"


@writes(
    "/verification/cases/{case_id}/return",
    on=NATION,
    tag=AGENCY,
    scope=WRITE,
    place=AS_VERIFIER,
    twins=("agency.return",),
    shows="agency.case",
    says="Mengembalikan berkas usaha dengan alasan.",
)
async def send_back(session: AsyncSession, verifier: Verifier, case_id: UUID, body: ReasonBody) -> str:
    """The business goes back to its owner with a reason."""
    await return_vendor(session, verifier, case_id, body.reason)
    return f"/verification/cases/{case_id}"


@reads("/verification/changes", on=NATION, tag=AGENCY, scope=READ, says="Perubahan yang menunggu putusan.")
async def changes(call: Call) -> Page[WaitingChangeView]:
    """The changes that wait, the longest wait first; at most fifty."""
    async with AS_VERIFIER.enter(call) as (session, _):
        return Page([WaitingChangeView(**one._asdict()) for one in await requests_waiting(session)])


@reads(
    "/verification/changes/{request_id}", on=NATION, tag=AGENCY, scope=READ, says="Satu permintaan perubahan."
)
async def change(call: Call, request_id: UUID) -> ChangeView:
    """One change, old beside new; that somebody has read it is logged."""
    async with AS_VERIFIER.enter(call) as (session, verifier):
        file = await request_file(session, request_id)
        log.info("private facts read", vendor=str(file.vendor.id), verifier=str(verifier.account_id))
        asked = file.request
        return ChangeView(
            id=asked.id,
            vendor_id=asked.vendor_id,
            kind=asked.kind,
            requested_at=asked.requested_at,
            decidable_from=asked.decidable_from,
            outcome=asked.outcome,
            changes={
                name: [masked(text) if name in SECRETS and text else text for text in pair]
                for name, pair in pairs_of(asked).items()
            },
        )


@writes(
    "/verification/changes/{request_id}/acceptance",
    on=NATION,
    tag=AGENCY,
    scope=WRITE,
    place=AS_VERIFIER,
    twins=("agency.accept_change",),
    shows="agency.change",
    says="Menerima perubahan data usaha.",
)
async def accept_asked(session: AsyncSession, verifier: Verifier, request_id: UUID) -> str:
    """What was asked for holds from now on."""
    await accept_change(session, verifier, request_id)
    return f"/verification/changes/{request_id}"


@writes(
    "/verification/changes/{request_id}/refusal",
    on=NATION,
    tag=AGENCY,
    scope=WRITE,
    place=AS_VERIFIER,
    twins=("agency.refuse_change",),
    shows="agency.change",
    says="Menolak perubahan data usaha dengan alasan.",
)
async def refuse_asked(session: AsyncSession, verifier: Verifier, request_id: UUID, body: ReasonBody) -> str:
    """What holds goes on to hold; the vendor reads why."""
    await refuse_change(session, verifier, request_id, body.reason)
    return f"/verification/changes/{request_id}"


@reads(
    "/national-rules", on=NATION, tag=AGENCY, scope=READ, says="Aturan nasional yang berlaku dan diumumkan."
)
async def rules(call: Call) -> Page[NationalRuleView]:
    """Every dated rule: what holds today, and what was announced."""
    async with AS_VERIFIER.enter(call) as (session, _):
        today = clock.today(NATIONAL_ZONE)
        return Page(
            [
                NationalRuleView(one.key, one.unit, one.value, one.valid_from, one.valid_to, one.legal_basis)
                for one in await rules_in_force(session)
                if one.valid_to is None or one.valid_to >= today
            ]
        )


@writes(
    "/national-rules/{key}/values",
    on=NATION,
    tag=AGENCY,
    scope=WRITE,
    place=AS_ADMIN,
    made=True,
    twins=("agency.change_rule",),
    shows="agency.rules",
    says="Mengumumkan nilai aturan berikutnya.",
    signs=True,
)
async def announce(session: AsyncSession, account_id: UUID, key: str, body: NewValueBody) -> str:
    """Announce the next value of a rule; only the agency's administrator may."""
    if key not in {one.key for one in await rules_in_force(session)}:
        raise NotVisible("Aturan ini tidak ditemukan.")
    await announce_rule(session, account_id, RuleChange(key, body.value, body.valid_from, body.legal_basis))
    return "/national-rules"


@reads("/categories", on=NATION, tag=AGENCY, scope=READ, says="Kategori katalog dan rekeningnya.")
async def all_categories(call: Call) -> Page[CategoryView]:
    """The catalogue's categories with the budget accounts that pay for them."""
    async with AS_VERIFIER.enter(call) as (session, _):
        return Page([_category(one) for one in await categories(session)])


@writes(
    "/categories/{code}/accounts",
    method="PUT",
    on=NATION,
    tag=AGENCY,
    scope=WRITE,
    place=AS_ADMIN,
    twins=("agency.change_category",),
    shows="agency.all_categories",
    says="Menulis rekening yang membiayai satu kategori.",
)
async def accounts(session: AsyncSession, account_id: UUID, code: str, body: AccountsBody) -> str:
    """Which budget accounts pay for a category; only the agency's administrator may."""
    await change_accounts(session, account_id, code, "\n".join(body.accounts))
    return "/categories"


@reads("/synonyms", on=NATION, tag=AGENCY, scope=READ, says="Padanan kata pencarian yang berlaku.")
async def all_synonyms(call: Call) -> Page[SynonymView]:
    """Which words mean the same today."""
    async with AS_VERIFIER.enter(call) as (session, _):
        return Page([_synonym(one) for one in await current_synonyms(session)])


@reads(
    "/missed-searches", on=NATION, tag=AGENCY, scope=READ, says="Yang dicari dan tidak ditemukan bulan ini."
)
async def missed_searches(call: Call) -> Page[MissedView]:
    """What at least five people sought this month and did not find."""
    async with AS_VERIFIER.enter(call) as (session, _):
        found = await missed_since(session, clock.today(NATIONAL_ZONE).replace(day=1))
        return Page([MissedView(one.words, one.people, one.regions) for one in found])


@writes(
    "/synonyms",
    on=NATION,
    tag=AGENCY,
    scope=WRITE,
    place=AS_ADMIN,
    twins=("agency.add_synonym",),
    shows="agency.all_synonyms",
    says="Menambah padanan, yang berlaku seketika.",
)
async def new_synonym(session: AsyncSession, account_id: UUID, body: SynonymBody) -> str:
    """Words that mean the same from now on; only the agency's administrator may."""
    await add_synonym(session, account_id, NewSynonym(body.phrase, tuple(body.meanings), body.both_ways))
    return "/synonyms"


@writes(
    "/synonyms/{synonym_id}/ending",
    on=NATION,
    tag=AGENCY,
    scope=WRITE,
    place=AS_ADMIN,
    twins=("agency.end_synonym",),
    shows="agency.all_synonyms",
    says="Mencabut padanan.",
)
async def end_of_synonym(session: AsyncSession, account_id: UUID, synonym_id: UUID) -> str:
    """The words no longer mean the same; only the agency's administrator may."""
    await end_synonym(session, account_id, synonym_id)
    return "/synonyms"


def _synonym(one: Any) -> SynonymView:
    return SynonymView(
        id=one.id,
        phrase=one.phrase,
        meanings=list(one.meanings),
        both_ways=one.both_ways,
        version=one.version,
    )


def _category(one: Any) -> CategoryView:
    return CategoryView(
        code=one.code,
        name=one.name,
        name_english=one.name_english,
        parent_code=one.parent_code,
        tax_class=one.tax_class,
        accounts=list(one.accounts or ()),
        active=one.active,
    )


OPERATIONS: Final[list[Operation]] = [
    *(cases, case, accept, send_back, inquire, changes, change, accept_asked, refuse_asked),
    *(rules, announce, all_categories, accounts),
    *(all_synonyms, missed_searches, new_synonym, end_of_synonym),
]
