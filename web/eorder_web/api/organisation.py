"""What a region is: its officials and units, its own rules and holidays, the vendors that ask to take part."""

from datetime import date, datetime
from typing import Annotated, Final, Literal
from uuid import UUID

import msgspec
from sqlalchemy.ext.asyncio import AsyncSession

from eorder_platform.errors import NotVisible
from eorder_tenants.catalogue.deciding import DECLINE_WORDS, accept_vendor, decline_vendor
from eorder_tenants.catalogue.queries import requests_waiting
from eorder_tenants.organisation import queries
from eorder_tenants.organisation.actors import Actor
from eorder_tenants.organisation.appointing import Appointment, appoint
from eorder_tenants.organisation.closing import ClosedDay, close_on, closed_days_to_come, open_on
from eorder_tenants.organisation.ending import end_appointment
from eorder_tenants.organisation.inviting import invite_again
from eorder_tenants.organisation.models import Role
from eorder_tenants.organisation.overriding import Deviation, set_rule, withdraw_rule
from eorder_tenants.organisation.phoning import change_own_phone, change_phone, change_unit_phone, own_phone
from eorder_tenants.organisation.queries import ListedOfficial, ListedUnit
from eorder_web.api.calls import Call
from eorder_web.api.operations import NOTHING, Listing, Operation, Page, reads, writes
from eorder_web.api.paging import paged, position
from eorder_web.api.places import HERE, acting

ORGANISATION: Final = "organisation"
READ, OFFICIALS_WRITE, WRITE = "officials:read", "officials:write", "organisation:write"

Phone = Annotated[str, msgspec.Meta(max_length=40)]


class OfficialQuery(Listing, kw_only=True, frozen=True):
    """`q`: part of a name, NIP, e-mail or position."""

    q: Annotated[str, msgspec.Meta(max_length=100)] = ""


class PhoneBody(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """A telephone number; an empty one takes it away."""

    phone: Phone


class PhoneView(msgspec.Struct, frozen=True):
    """The number under which the office is reached."""

    phone: str


class AppointmentBody(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """What somebody is appointed to. `work_unit_id`: none for the whole region. `letter_number`: of the decree (SK)."""

    role: Literal[tuple(str(one) for one in Role)]  # type: ignore[valid-type]
    work_unit_id: UUID | None = None
    valid_from: date
    valid_to: date
    letter_number: str


class EndBody(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """The last day on which the appointment holds."""

    last_day: date


class RuleBody(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """The region's own value in the rule's unit (rupiah whole, rates in per mille), from a later day on."""

    value: int
    valid_from: date
    valid_to: date | None = None
    legal_basis: str


class DeviationView(msgspec.Struct, frozen=True):
    """A value that the region wrote."""

    id: UUID
    value: int
    valid_from: date
    valid_to: date | None
    legal_basis: str


class RuleView(msgspec.Struct, frozen=True, kw_only=True):
    """A rule that the region may set. `value`: what counts today; `maximum`: what the nation allows at most."""

    key: str
    unit: str
    value: int
    national_value: int
    maximum: int | None
    legal_basis: str
    deviations: list[DeviationView]


class HolidayBody(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """A day on which the region's offices are closed, and why."""

    day: date
    name: str


class VendorRequestView(msgspec.Struct, frozen=True):
    """A vendor that waits for the region's decision, until `due_at`."""

    vendor_id: UUID
    trade_name: str
    legal_name: str
    city: str
    requested_at: datetime
    due_at: datetime | None


class DeclineBody(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """Why, and a note that the vendor will read."""

    reason: Literal[tuple(str(one) for one in DECLINE_WORDS)]  # type: ignore[valid-type]
    note: str = ""


@reads("/officials", tag=ORGANISATION, scope=READ, says="Pejabat daerah dengan penugasannya.")
async def officials(call: Call, query: OfficialQuery) -> Page[ListedOfficial]:
    """The region's officials by name, with the roles they hold today or will; for its administrator."""
    after = position(query, tuple[str, UUID])
    async with acting(call) as (session, actor):
        found = await queries.officials_behind(session, actor, query.q, after, query.limit + 1)
    return paged(call, query, found, lambda at: (found[at].name, found[at].id), lambda one: one)


@reads("/officials/{official_id}", tag=ORGANISATION, scope=READ, says="Satu pejabat dengan penugasannya.")
async def official(call: Call, official_id: UUID) -> ListedOfficial:
    """One official; for the region's administrator."""
    async with acting(call) as (session, actor):
        found = await queries.official_named(session, actor, official_id)
    if found is None:
        raise NotVisible("Pejabat ini tidak ditemukan.")
    return found


@writes(
    "/officials/{official_id}/appointments",
    tag=ORGANISATION,
    scope=WRITE,
    place=HERE,
    made=True,
    twins=("organisation.appoint",),
    shows="organisation.official",
    says="Menugaskan pejabat dengan surat keputusan.",
    signs=True,
)
async def appointment(session: AsyncSession, actor: Actor, official_id: UUID, body: AppointmentBody) -> str:
    """Grant a role by letter and for a period; never to oneself (SOD6)."""
    wanted = Appointment(
        official_id,
        Role(body.role),
        body.work_unit_id,
        body.valid_from,
        body.valid_to,
        body.letter_number,
    )
    await appoint(session, actor, wanted)
    return f"/officials/{official_id}"


@writes(
    "/appointments/{assignment_id}/ending",
    tag=ORGANISATION,
    scope=WRITE,
    place=HERE,
    twins=("organisation.end",),
    shows="organisation.official",
    says="Mengakhiri penugasan pada satu hari.",
)
async def ending(session: AsyncSession, actor: Actor, assignment_id: UUID, body: EndBody) -> str:
    """End an appointment on a day."""
    row = await end_appointment(session, actor, assignment_id, body.last_day)
    return f"/officials/{row.official_id}"


@writes(
    "/officials/{official_id}/phone",
    method="PUT",
    tag=ORGANISATION,
    scope=OFFICIALS_WRITE,
    place=HERE,
    twins=("organisation.change_phone",),
    shows="organisation.official",
    says="Mengganti nomor telepon seorang pejabat.",
)
async def official_phone(session: AsyncSession, actor: Actor, official_id: UUID, body: PhoneBody) -> str:
    """Under which number an official is reached at the office."""
    await change_phone(session, actor, official_id, body.phone)
    return f"/officials/{official_id}"


@writes(
    "/officials/{official_id}/invitation",
    tag=ORGANISATION,
    scope=OFFICIALS_WRITE,
    place=HERE,
    twins=("organisation.invite_again",),
    shows="organisation.official",
    says="Mengirim undangan baru kepada pejabat.",
)
async def invitation(session: AsyncSession, actor: Actor, official_id: UUID) -> str:
    """Send a new invitation, unless the account has a password already."""
    await invite_again(session, actor, official_id)
    return f"/officials/{official_id}"


@reads("/work-units", tag=ORGANISATION, scope=READ, says="Satuan kerja daerah ini.")
async def work_units(call: Call) -> Page[ListedUnit]:
    """Every work unit, in the order of the codes; for the region's administrator."""
    async with acting(call) as (session, actor):
        return Page(await queries.work_units(session, actor))


@writes(
    "/work-units/{unit_id}/phone",
    method="PUT",
    tag=ORGANISATION,
    scope=OFFICIALS_WRITE,
    place=HERE,
    twins=("organisation.change_unit_phone",),
    shows="organisation.work_units",
    says="Mengganti nomor telepon satuan kerja.",
)
async def unit_phone(session: AsyncSession, actor: Actor, unit_id: UUID, body: PhoneBody) -> str:
    """Under which number the unit's office is reached."""
    await change_unit_phone(session, actor, unit_id, body.phone)
    return "/work-units"


@reads("/me/phone", tag=ORGANISATION, scope=READ, says="Nomor telepon kantor Anda.")
async def my_phone(call: Call) -> PhoneView:
    """Under which number the person of the token is reached at the office."""
    async with acting(call) as (session, actor):
        return PhoneView(await own_phone(session, actor))


@writes(
    "/me/phone",
    method="PUT",
    tag=ORGANISATION,
    scope=OFFICIALS_WRITE,
    place=HERE,
    twins=("people.change_phone",),
    shows="organisation.my_phone",
    says="Mengganti nomor telepon kantor Anda.",
)
async def change_my_phone(session: AsyncSession, actor: Actor, body: PhoneBody) -> str:
    """Say one's own number."""
    await change_own_phone(session, actor, body.phone)
    return "/me/phone"


@reads("/rules", tag=ORGANISATION, scope=READ, says="Aturan yang boleh diatur daerah.")
async def rules(call: Call) -> Page[RuleView]:
    """Every rule that the region may set, with what counts today; for its administrator."""
    async with acting(call) as (session, actor):
        found = await queries.overridable_rules(session, actor)
    return Page([_rule(one) for one in found])


@reads("/rules/{key}", tag=ORGANISATION, scope=READ, says="Satu aturan daerah dan nilainya.")
async def rule(call: Call, key: str) -> RuleView:
    """One rule with the values that the region wrote."""
    async with acting(call) as (session, actor):
        found = await queries.overridable_rules(session, actor)
    wanted = next((one for one in found if one.national.key == key), None)
    if wanted is None:
        raise NotVisible("Aturan ini tidak dapat diatur daerah.")
    return _rule(wanted)


@writes(
    "/rules/{key}/values",
    tag=ORGANISATION,
    scope=WRITE,
    place=HERE,
    made=True,
    twins=("organisation.set_rule",),
    shows="organisation.rule",
    says="Menulis nilai daerah untuk satu aturan.",
    signs=True,
)
async def set_value(session: AsyncSession, actor: Actor, key: str, body: RuleBody) -> str:
    """The region's own value from a later day on; the one before ends on the day before."""
    known = {one.national.key for one in await queries.overridable_rules(session, actor)}
    if key not in known:
        raise NotVisible("Aturan ini tidak dapat diatur daerah.")
    wanted = Deviation(key, body.value, body.valid_from, body.valid_to, body.legal_basis)
    await set_rule(session, actor, wanted)
    return f"/rules/{key}"


@writes(
    "/rules/values/{override_id}",
    method="DELETE",
    tag=ORGANISATION,
    scope=WRITE,
    place=HERE,
    twins=("organisation.withdraw_rule",),
    shows="organisation.rule",
    says="Mencabut nilai daerah.",
    signs=True,
)
async def withdraw_value(session: AsyncSession, actor: Actor, override_id: UUID) -> str:
    """Take a value back: an announced one disappears, one that holds ends today."""
    return f"/rules/{await withdraw_rule(session, actor, override_id)}"


@reads("/holidays", tag=ORGANISATION, scope=READ, says="Hari libur yang akan datang.")
async def holidays(call: Call) -> Page[ClosedDay]:
    """The national holidays and the region's own from today on."""
    async with acting(call) as (session, actor):
        return Page(await closed_days_to_come(session, actor))


@writes(
    "/holidays",
    tag=ORGANISATION,
    scope=WRITE,
    place=HERE,
    made=True,
    twins=("organisation.close_on",),
    shows="organisation.holidays",
    says="Menambah hari libur daerah.",
)
async def close(session: AsyncSession, actor: Actor, body: HolidayBody) -> str:
    """One day more on which the offices are closed."""
    await close_on(session, actor, body.day, body.name)
    return "/holidays"


@writes(
    "/holidays/{day}",
    method="DELETE",
    tag=ORGANISATION,
    scope=WRITE,
    place=HERE,
    twins=("organisation.open_on",),
    shows="organisation.holidays",
    says="Mencabut hari libur daerah.",
)
async def reopen(session: AsyncSession, actor: Actor, day: date) -> str:
    """That day is a working day again."""
    await open_on(session, actor, day)
    return "/holidays"


@reads("/vendor-requests", tag=ORGANISATION, scope=READ, says="Penyedia yang menunggu diterima.")
async def vendor_requests(call: Call) -> Page[VendorRequestView]:
    """Vendors that wait for a decision, the longest waiting first; for who decides."""
    async with acting(call) as (session, actor):
        found = await requests_waiting(session, actor)
    return Page(
        [
            VendorRequestView(
                one.vendor.id,
                one.vendor.trade_name,
                one.vendor.legal_name,
                one.city,
                one.requested_at,
                one.due_at,
            )
            for one in found
        ]
    )


@writes(
    "/vendor-requests/{vendor_id}/acceptance",
    tag=ORGANISATION,
    scope=WRITE,
    place=HERE,
    twins=("catalogue.accept_vendor",),
    says="Menerima penyedia di daerah ini.",
)
async def accept(session: AsyncSession, actor: Actor, vendor_id: UUID) -> str:
    """Take the vendor in; its products come into the catalogue within moments."""
    await accept_vendor(session, actor, vendor_id)
    return NOTHING


@writes(
    "/vendor-requests/{vendor_id}/refusal",
    tag=ORGANISATION,
    scope=WRITE,
    place=HERE,
    twins=("catalogue.decline_vendor",),
    says="Menolak permohonan penyedia dengan alasan.",
)
async def decline(session: AsyncSession, actor: Actor, vendor_id: UUID, body: DeclineBody) -> str:
    """Decline the vendor with a reason that it will read."""
    await decline_vendor(session, actor, vendor_id, body.reason, body.note)
    return NOTHING


def _rule(one: queries.OverridableRule) -> RuleView:
    return RuleView(
        key=one.national.key,
        unit=one.national.unit,
        value=one.today.value,
        national_value=one.national.value,
        maximum=one.maximum,
        legal_basis=one.today.legal_basis,
        deviations=[
            DeviationView(row.id, row.value, row.valid_from, row.valid_to, row.legal_basis)
            for row in one.deviations
        ],
    )


OPERATIONS: Final[list[Operation]] = [
    *(officials, official, appointment, ending, official_phone, invitation),
    *(work_units, unit_phone, my_phone, change_my_phone),
    *(rules, rule, set_value, withdraw_value, holidays, close, reopen),
    *(vendor_requests, accept, decline),
]
