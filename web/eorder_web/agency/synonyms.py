"""Which words mean the same, and beside them what people sought and did not find; tried before it is kept."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Final
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath, QueryParameter
from sqlalchemy.ext.asyncio import AsyncSession

from eorder_platform import clock, tenancy
from eorder_platform.directory.finding_products import COUNTED_AT_MOST, FoundProducts, find_products
from eorder_platform.errors import Refused
from eorder_platform.identity.agency import agency_admin_for
from eorder_platform.identity.models import NationalRoleName
from eorder_platform.identity.signing_in import national_roles
from eorder_platform.reference.law import NATIONAL_ZONE
from eorder_platform.wording.editing import (
    NewSynonym,
    add_synonym,
    check_synonym,
    current_synonyms,
    end_synonym,
    newest_version,
    read_meanings,
)
from eorder_platform.wording.missing import missed_since
from eorder_web.edge.access import AGENCY
from eorder_web.edge.answering import Problems, page
from eorder_web.edge.forms import NOTHING_TYPED, TICKED, Form
from eorder_web.edge.places import NATIONALLY, nationally_as
from eorder_web.edge.queries import Page, Words, page_in, words_in
from eorder_web.edge.visiting import Request
from eorder_web.edge.writing import write
from eorder_web.look.addresses import address

AS_ADMIN: Final = nationally_as(agency_admin_for)
SHOWN: Final = 3
A_PAGE: Final = 20

Phrase = Annotated[str, QueryParameter(name="kata")]
Meanings = Annotated[str, QueryParameter(name="sama")]
BothWays = Annotated[str, QueryParameter(name="dua_arah")]


@dataclass(frozen=True)
class Trial:
    """What a synonym would do: what its phrase finds now, and with it."""

    asked: NewSynonym
    now: FoundProducts
    then: FoundProducts


@get("/padanan", opt=AGENCY, name="agency.synonyms")
async def listing(
    request: Request,
    words: Words = "",
    number: Page = "",
    phrase: Phrase = "",
    meanings: Meanings = "",
    both_ways: BothWays = "",
) -> Response[str]:
    """The synonyms of today, what was sought in vain, and a synonym tried out where one is asked about."""
    typed = {"phrase": phrase, "meanings": meanings, "both_ways": both_ways}
    return await _page(request, words_in(words, 60), typed, number=number, tries=bool(meanings))


@post("/padanan", opt=AGENCY, name="agency.add_synonym")
async def add(request: Request) -> Response[Any]:
    """From now on the words mean the same; only the agency's administrator may."""

    async def work(session: AsyncSession, account_id: UUID, form: Form) -> str:
        await add_synonym(session, account_id, _asked(form))
        return address("agency.synonyms")

    async def again(problems: Problems, form: Form) -> Response[str]:
        return await _page(request, "", form, problems)

    return await write(request, AS_ADMIN, work, "Padanan berlaku mulai sekarang.", again)


@post("/padanan/{synonym_id:uuid}/pencabutan", opt=AGENCY, name="agency.end_synonym")
async def end(request: Request, synonym_id: FromPath[UUID]) -> Response[Any]:
    """The words no longer mean the same; only the agency's administrator may."""

    async def work(session: AsyncSession, account_id: UUID, _form: Form) -> str:
        await end_synonym(session, account_id, synonym_id)
        return address("agency.synonyms")

    return await write(request, AS_ADMIN, work, "Padanan dicabut.")


def _asked(typed: Mapping[str, str]) -> NewSynonym:
    both_ways = typed.get("both_ways") == TICKED
    return NewSynonym(typed.get("phrase", ""), read_meanings(typed.get("meanings", "")), both_ways)


async def _page(
    request: Request,
    words: str,
    typed: Mapping[str, str] = NOTHING_TYPED,
    problems: Problems = (),
    *,
    number: str = "",
    tries: bool = False,
) -> Response[str]:
    tried = None
    async with NATIONALLY.enter(request) as (session, account_id):
        roles = await national_roles(session, account_id)
        synonyms, newest = await current_synonyms(session, words), await newest_version(session)
        missed = await missed_since(session, clock.today(NATIONAL_ZONE).replace(day=1))
        if tries:
            try:
                tried = await check_synonym(session, _asked(typed))
            except Refused as refusal:
                problems = refusal.problems
    trial = await _try(tried) if tried is not None else None
    last = max(1, -(-len(synonyms) // A_PAGE))
    current = page_in(number, last)
    answer = page(
        request,
        "agency/synonyms.html",
        active="synonyms",
        q=words,
        synonyms=synonyms[(current - 1) * A_PAGE : current * A_PAGE],
        current=current,
        last=last,
        newest=newest,
        missed=missed,
        answers=typed,
        problems=problems,
        trial=trial,
        counted_at_most=COUNTED_AT_MOST,
        may_change=NationalRoleName.AGENCY_ADMIN in roles,
    )
    answer.status_code = 422 if problems else 200
    return answer


async def _try(asked: NewSynonym) -> Trial:
    async with tenancy.searching_national() as connection:
        now = await find_products(connection, asked.phrase, SHOWN)
        then = await find_products(
            connection, asked.phrase, SHOWN, besides=(asked.phrase, asked.meanings, False)
        )
    return Trial(asked, now, then)


NATION = [listing, add, end]
