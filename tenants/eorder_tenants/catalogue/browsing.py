"""Browsing and searching the catalogue: one statement answers a page of offers, how many there are, and the choices.

Written by hand and read as records, because these are the hottest pages (questions.py says what keeps them fast). Only
a search that finds nothing asks further: whether a word was mistyped, then whether a word less finds something.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, Final, NamedTuple
from uuid import UUID

import asyncpg

from eorder_platform import clock, tenancy
from eorder_platform.tenancy import Tenant
from eorder_platform.wording import lexicon, mending
from eorder_platform.wording.asking import Query, Understood, understand
from eorder_platform.wording.lexicon import Lexicon
from eorder_tenants.catalogue import questions
from eorder_tenants.catalogue.questions import CARD, COUNTED_AT_MOST, PAGE_SIZE, PLACE, Question
from eorder_tenants.catalogue.wanted import EVERYTHING, Maker, Sort, Wanted
from eorder_tenants.organisation.ordering import OrderingUnit, read_units

__all__ = ["CARD", "EVERYTHING", "LAST_PAGE", "LONGEST_WORDS", "PLACE", "Maker", "Sort", "Wanted", "browse"]

LAST_PAGE: Final = -(-COUNTED_AT_MOST // PAGE_SIZE)
LONGEST_WORDS: Final = 100
FEW: Final = 3
"""Where no more than these have all the words, some are shown that have one less."""
SIMILAR: Final = 12
NEAR: Final = 4


class Choice(NamedTuple):
    """One value to filter by; `offers` is how many there are, None where that is not kept in sight."""

    code: str
    name: str
    offers: int | None


@dataclass(frozen=True)
class Choices:
    """What there is to filter by, and the names of the categories and regencies that were asked for.

    Without words the numbers are of the whole catalogue; with words of what they find, where `more` says that there
    is more than was counted. `makers` and `domestic` are known only then.
    """

    groups: Sequence[Choice]
    regions: Sequence[Choice]
    names: Mapping[str, str]
    makers: Mapping[str, int | None] = field(default_factory=dict)
    domestic: int | None = None
    more: bool = False


@dataclass(frozen=True)
class Shelf:
    """A page of the catalogue. `choices` is the JSON that :func:`read_choices` reads: mostly it is as it was before.

    Above COUNTED_AT_MOST the number found is told as "more than", unless it is kept; pages end there in any case.
    `synonyms` were sought too; `instead` is what was sought in the place of mistyped words; `loosely`: no offer has all
    the words, these have some. Where only a few have all, `similar` have some. `categories`, as (code, name), are near
    where nothing is found.
    """

    offers: tuple[Mapping[str, Any], ...]
    found: int
    more_than_counted: bool
    last_page: int
    choices: str
    units: tuple[OrderingUnit, ...] = ()
    unfiltered: int = 0
    synonyms: tuple[str, ...] = ()
    instead: str = ""
    loosely: bool = False
    similar: tuple[Mapping[str, Any], ...] = ()
    categories: tuple[tuple[str, str], ...] = ()


async def browse(
    tenant: Tenant, wanted: Wanted, locale: str = "id", *, officer_id: UUID | None = None
) -> Shelf:
    """A page of what a region offers, in one round trip; beyond the last page it is empty.

    For a procurement officer the units come along that they may order for today.
    """
    officer = (officer_id, clock.today(tenant.zone)) if officer_id else None
    if not wanted.words:
        return _shelf(await _ask(tenant, Question(wanted, None, officer), locale), wanted)
    return await _search(tenant, wanted, locale, officer)


async def offers_behind(
    tenant: Tenant, wanted: Wanted, after: tuple[Any, UUID] | None, most: int
) -> list[asyncpg.Record]:
    """Offers for programs: no counting and no choices, as many as asked, behind the one whose keys are `after`.

    Keys are what the list is sorted by and the id: `published_at` for the newest first, `price_rupiah` otherwise. By
    relevance nothing can be continued: the newest come first then. Words count with their synonyms; none is mended.
    """
    order = Sort.NEWEST if wanted.order is Sort.RELEVANCE else wanted.order
    async with tenancy.searching(tenant) as connection:
        query = None
        if wanted.words:
            known = await lexicon.current(connection, tenant.placement)
            query = understand(wanted.words, known, literally=wanted.literally).query()
        question = Question(wanted, query, speaks=False)
        sql = question.steps(order, after, most)
        return list(await connection.fetch(sql, *question.asked))


def read_choices(choices: str, wanted: Wanted) -> Choices:
    """What a shelf offers to choose from, what was chosen all the same included: part of a category, a rare regency."""
    read = json.loads(choices)
    names: dict[str, str] = read["names"] or {}
    return Choices(
        groups=_with_asked(read["groups"], wanted.categories, names),
        regions=_with_asked(read["regions"], wanted.regions, names),
        names=names,
        makers=dict.fromkeys(_MAKERS, 0 if "makers" in read else None) | (read.get("makers") or {}),
        domestic=read.get("domestic"),
        more=read.get("more", False),
    )


async def _search(tenant: Tenant, wanted: Wanted, locale: str, officer: tuple[UUID, date] | None) -> Shelf:
    known = lexicon.known(tenant.placement)
    understood = understand(wanted.words, known, literally=wanted.literally)
    records = await _ask(tenant, Question(wanted, understood.query(), officer), locale)
    if records[0]["lexicon"] != known.state:
        async with tenancy.reading(tenant) as connection:
            known = await lexicon.read(connection, tenant.placement)
        understood = understand(wanted.words, known, literally=wanted.literally)
        records = await _ask(tenant, Question(wanted, understood.query(), officer), locale)
    shelf = _shelf(records, wanted, understood)
    if shelf.unfiltered > FEW or wanted.literally or not understood.words or wanted.page > 1:
        return shelf
    if shelf.unfiltered:
        return await _with_similar(tenant, wanted, locale, understood, shelf)
    return await _search_further(tenant, wanted, locale, officer, understood, known) or replace(
        shelf, categories=lexicon.near(known, understood.words)[:NEAR]
    )


async def _with_similar(
    tenant: Tenant, wanted: Wanted, locale: str, understood: Understood, shelf: Shelf
) -> Shelf:
    if (looser := understood.looser()) is None:
        return shelf
    records = await _ask(tenant, Question(replace(wanted, sort=None), looser), locale)
    found = {offer["id"] for offer in shelf.offers}
    others = [one for one in records if one["id"] is not None and one["id"] not in found]
    return replace(shelf, similar=tuple(others[:SIMILAR]))


async def _search_further(
    tenant: Tenant,
    wanted: Wanted,
    locale: str,
    officer: tuple[UUID, date] | None,
    understood: Understood,
    known: Lexicon,
) -> Shelf | None:
    """What was probably meant: the words as they are spelt, then any of them; None where that finds nothing either."""
    instead = ""
    tries: list[tuple[Query | None, bool]] = [(understood.looser(), True)]
    async with tenancy.searching(tenant) as connection:
        slips = await mending.slips_in(connection, understood.words, "offer", "visible")
    if slips:
        instead = mending.mended(understood.words, slips)
        understood = understand(instead, known)
        tries = [(understood.query(), False), (understood.looser(), True)]
    for query, loosely in tries:
        if query is not None:
            records = await _ask(tenant, Question(wanted, query, officer), locale)
            shelf = _shelf(records, wanted, understood, instead=instead, loosely=loosely)
            if shelf.unfiltered:
                return shelf
    return None


async def _ask(tenant: Tenant, question: Question, locale: str) -> list[asyncpg.Record]:
    connect = tenancy.reading if question.one_plan else tenancy.searching
    async with connect(tenant) as connection:
        return list(await connection.fetch(question.sql(), *question.values(locale)))


def _shelf(
    records: list[asyncpg.Record],
    wanted: Wanted,
    understood: Understood | None = None,
    *,
    instead: str = "",
    loosely: bool = False,
) -> Shelf:
    head, most = records[0], questions.COUNTED_AT_MOST
    found = head["found"] or 0
    counted = not wanted.everything and wanted.one_choice is None
    return Shelf(
        offers=() if head["id"] is None else tuple(records),
        found=min(found, most) if counted else found,
        more_than_counted=counted and found > most,
        last_page=max(1, -(-min(found, most) // PAGE_SIZE)),
        choices=head["choices"],
        units=read_units(head.get("units")),
        unfiltered=head["unfiltered"] or 0,
        synonyms=understood.synonyms if understood else (),
        instead=instead,
        loosely=loosely,
    )


_MAKERS: Final = ("micro", "small", "medium", "cooperative")


def _with_asked(
    offered: list[list[Any]] | None, asked: Sequence[str], names: Mapping[str, str]
) -> list[Choice]:
    choices = [Choice(*one) for one in offered or ()]
    known = {choice.code for choice in choices}
    return choices + [
        Choice(code, names[code], None) for code in asked if code not in known and code in names
    ]
