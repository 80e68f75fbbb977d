"""The dated rules of the nation: what holds today, its history, and a change that begins on a later day."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from itertools import groupby
from typing import Any, Final
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath
from sqlalchemy.ext.asyncio import AsyncSession

from eorder_platform import clock, tenancy
from eorder_platform.dates import parse_date
from eorder_platform.directory.checking import Answers, Checking, written
from eorder_platform.errors import NotVisible
from eorder_platform.identity.agency import agency_admin_for
from eorder_platform.identity.models import NationalRoleName
from eorder_platform.identity.signing_in import national_roles
from eorder_platform.identity.signing_nationally import announce_rule
from eorder_platform.reference.law import NATIONAL_ZONE, RuleChange, rules_in_force
from eorder_platform.reference.places import categories
from eorder_platform.reference.taxonomy import change_accounts
from eorder_platform.rules import Rule
from eorder_web.edge.access import AGENCY
from eorder_web.edge.answering import Problems, page
from eorder_web.edge.forms import NOTHING_TYPED, Form
from eorder_web.edge.places import NATIONALLY, nationally_as
from eorder_web.edge.visiting import Request
from eorder_web.edge.writing import write
from eorder_web.look.addresses import address
from eorder_web.look.rule_values import choices, hint, in_words, suffix, value_in

AS_ADMIN: Final = nationally_as(agency_admin_for)


@dataclass(frozen=True)
class RuleHistory:
    """A rule over time: the row of today, and the one announced after it."""

    key: str
    rows: tuple[Rule, ...]
    today: date

    @property
    def now(self) -> Rule | None:
        return next((row for row in self.rows if row.holds_on(self.today)), None)

    @property
    def announced(self) -> Rule | None:
        return next((row for row in self.rows if row.valid_from > self.today), None)

    @property
    def topic(self) -> str:
        """What it is about, told by its key: taxes, deadlines, or limits."""
        if any(word in self.key for word in ("tax", "vat", "stamp", "account", "catering")):
            return "tax"
        unit = self.rows[-1].unit
        return (
            "deadline"
            if unit.endswith("days") or unit in ("hours", "minutes", "hour_of_day", "month_day")
            else "limit"
        )


@get("/aturan", opt=AGENCY, name="agency.rules")
async def list_all(request: Request) -> Response[str]:
    """Every rule with its value of today."""
    async with tenancy.national() as session:
        histories = _histories(await rules_in_force(session))
    topics = [
        (topic, [one for one in histories if one.topic == topic]) for topic in ("limit", "deadline", "tax")
    ]
    return page(request, "agency/rules.html", active="rules", topics=topics, in_words=in_words)


@get("/aturan/kategori", opt=AGENCY, name="agency.taxonomy")
async def taxonomy(request: Request) -> Response[str]:
    """The catalogue's categories with the tax class of their products."""
    async with tenancy.national() as session:
        listed = await categories(session)
    groups = [one for one in listed if one.parent_code is None]
    tree = [(group, [one for one in listed if one.parent_code == group.code]) for group in groups]
    return page(request, "agency/taxonomy.html", active="rules", tree=tree)


@get("/aturan/kategori/{code:str}", opt=AGENCY, name="agency.category")
async def category(request: Request, code: FromPath[str]) -> Response[str]:
    """One category: its tax class, and the budget accounts that pay for it."""
    return await _category_page(request, code)


@post("/aturan/kategori/{code:str}", opt=AGENCY, name="agency.change_category")
async def change_category(request: Request, code: FromPath[str]) -> Response[Any]:
    """Write which budget accounts pay for it; only the agency's administrator may."""

    async def work(session: AsyncSession, account_id: UUID, form: Form) -> str:
        await change_accounts(session, account_id, code, form.get("accounts", ""))
        return address("agency.taxonomy")

    again = partial(_category_page, request, code)
    return await write(request, AS_ADMIN, work, "Rekening kategori tersimpan.", again)


@get("/aturan/{key:str}", opt=AGENCY, name="agency.rule")
async def show(request: Request, key: FromPath[str]) -> Response[str]:
    """One rule with its history and the form for its next value."""
    return await _rule_page(request, key)


@post("/aturan/{key:str}", opt=AGENCY, name="agency.change_rule")
async def change(request: Request, key: FromPath[str]) -> Response[Any]:
    """Announce the next value; only the agency's administrator may."""

    async def work(session: AsyncSession, account_id: UUID, form: Form) -> str:
        await announce_rule(session, account_id, _change(await _rule(session, key), form))
        return address("agency.rule", key=key)

    again = partial(_rule_page, request, key)
    return await write(request, AS_ADMIN, work, "Nilai baru dicatat dan berlaku mulai tanggalnya.", again)


async def _rule(session: AsyncSession, key: str) -> Rule:
    """Its newest row, which says its unit."""
    rows = [rule for rule in await rules_in_force(session) if rule.key == key]
    if not rows:
        raise NotVisible("Aturan ini tidak ditemukan.")
    return rows[-1]


def _change(rule: Rule, answers: Answers) -> RuleChange:
    checking = Checking()
    change = RuleChange(
        key=rule.key,
        value=checking.take(value_in, answers.get("value", ""), rule.unit),
        valid_from=checking.take(parse_date, answers.get("valid_from", ""), field="valid_from"),
        legal_basis=checking.take(written, answers, "legal_basis", "Dasar hukum", 5),
    )
    checking.done()
    return change


def _histories(rules: Sequence[Rule]) -> list[RuleHistory]:
    today = clock.today(NATIONAL_ZONE)
    return [RuleHistory(key, tuple(rows), today) for key, rows in groupby(rules, key=lambda rule: rule.key)]


async def _rule_page(
    request: Request, key: str, problems: Problems = (), values: Mapping[str, str] = NOTHING_TYPED
) -> Response[str]:
    async with NATIONALLY.enter(request) as (session, account_id):
        found = [one for one in _histories(await rules_in_force(session)) if one.key == key]
        roles = await national_roles(session, account_id)
    if not found:
        raise NotVisible("Aturan ini tidak ditemukan.")
    return page(
        request,
        "agency/rule.html",
        active="rules",
        history=found[0],
        in_words=in_words,
        choices=choices,
        hint=hint,
        suffix=suffix,
        answers=values,
        problems=problems,
        may_change=NationalRoleName.AGENCY_ADMIN in roles,
        tomorrow=(clock.today(NATIONAL_ZONE) + timedelta(days=1)).isoformat(),
    )


async def _category_page(
    request: Request, code: str, problems: Problems = (), values: Mapping[str, str] = NOTHING_TYPED
) -> Response[str]:
    async with NATIONALLY.enter(request) as (session, account_id):
        listed = {one.code: one for one in await categories(session)}
        roles = await national_roles(session, account_id)
    if code not in listed:
        raise NotVisible("Kategori ini tidak ditemukan.")
    return page(
        request,
        "agency/category.html",
        active="rules",
        category=listed[code],
        main=listed.get(listed[code].parent_code or ""),
        answers=values,
        problems=problems,
        may_change=NationalRoleName.AGENCY_ADMIN in roles,
    )


NATION = [list_all, taxonomy, category, change_category, show, change]
