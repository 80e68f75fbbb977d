"""What the forms about a business need besides its answers: choices, hints, and who checks a field."""

from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from eorder_platform import clock
from eorder_platform.directory.banks import BANKS
from eorder_platform.directory.checking import Answers
from eorder_platform.directory.sections import Section
from eorder_platform.errors import Refused
from eorder_platform.identity.sessions import Session
from eorder_platform.reference.law import NATIONAL_ZONE, rule_book
from eorder_platform.reference.places import provinces, regencies_of
from eorder_web.edge.answering import Problems
from eorder_web.edge.visiting import Request
from eorder_web.look.formatting import rupiah_short
from eorder_web.look.translating import _


@dataclass(frozen=True)
class Asked:
    """See vendors/fields.html."""

    problems: Problems
    check: str | None
    fixed: frozenset[str]
    provinces: list[tuple[str, str]]
    regencies: list[tuple[str, str]]
    banks: list[tuple[str, str]]
    scales: str
    years: list[str]


def of_field_left(request: Request, refusal: Refused) -> Problems:
    """What is wrong in the one field that was just left, of all that is wrong so far."""
    field = request.htmx_source.partition("#")[2]
    return [problem for problem in refusal.problems if problem[0] == field]


def first_for(section: Section, draft: Answers, person: Session) -> Answers:
    """The draft, with what the account already tells where nothing was typed yet."""
    if section is Section.OWNER and "owner_name" not in draft:
        return {**draft, "owner_name": person.name}
    if section is Section.ADDRESS and "email" not in draft:
        return {**draft, "email": person.email}
    return draft


async def asked(
    session: AsyncSession,
    section: Section,
    answers: Answers,
    problems: Problems,
    check: str | None,
    fixed: frozenset[str] = frozenset(),
) -> Asked:
    """What one group's fields need around them."""
    in_address = section is Section.ADDRESS
    province = answers.get("province_code", "")
    return Asked(
        problems=problems,
        check=check,
        fixed=fixed,
        provinces=await provinces(session) if in_address else [],
        regencies=await regencies_of(session, province) if in_address and province else [],
        banks=list(BANKS.items()),
        scales=await _scales(session) if section is Section.BUSINESS else "",
        years=_years(answers.get("turnover_year", "")) if section is Section.OWNER else [],
    )


def _years(stated: str) -> list[str]:
    """For which year turnover may be stated: this one; an older statement is still shown as what it was."""
    this = str(clock.today(NATIONAL_ZONE).year)
    return [this, stated] if stated.isdigit() and stated != this else [this]


async def _scales(session: AsyncSession) -> str:
    law = (await rule_book(session)).on(clock.today(NATIONAL_ZONE))
    return _(
        "Menurut penjualan, mikro sampai %(micro)s, kecil sampai %(small)s, menengah sampai %(medium)s.",
        micro=rupiah_short(law.value("micro_sales_maximum")),
        small=rupiah_short(law.value("small_sales_maximum")),
        medium=rupiah_short(law.value("medium_sales_maximum")),
    )
