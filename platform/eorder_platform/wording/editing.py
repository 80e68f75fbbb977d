"""The agency says which words mean the same; every search follows at once.

Nothing is changed in place: what is added or withdrawn makes the next version, and each keeps from which version to
which it held, so that it can be said why somebody found what on some day.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from eorder_platform.errors import NotVisible, Refused
from eorder_platform.ids import new_id
from eorder_platform.reference.models import Category
from eorder_platform.texts import fitting
from eorder_platform.wording.indexing import CATEGORY
from eorder_platform.wording.learning import learn_words
from eorder_platform.wording.lexicon import MOST_WORDS
from eorder_platform.wording.models import Synonym, SynonymVersion
from eorder_platform.wording.words import cut, plain

MOST_MEANINGS: Final = 20
LONGEST_PHRASE: Final = 60
TRIES: Final = 5


@dataclass(frozen=True)
class NewSynonym:
    """What people type, what it also means (phrases, or `#` and a category's code), and whether it holds both ways."""

    phrase: str
    meanings: tuple[str, ...]
    both_ways: bool = False


def read_meanings(typed: str) -> tuple[str, ...]:
    """Phrases parted by commas, semicolons or lines."""
    return tuple(dict.fromkeys(filter(None, (" ".join(one.split()) for one in re.split(r"[,;\n]", typed)))))


async def check_synonym(session: AsyncSession, asked: NewSynonym) -> NewSynonym:
    """As it would be kept. Refused: no words, too many of them, a category that there is not, a word as its own."""
    problems = []
    phrase = " ".join(plain(asked.phrase).split())
    fitting(asked.phrase, "phrase")
    if not cut(phrase) or len(phrase) > LONGEST_PHRASE:
        problems.append(("phrase", "Tulis kata yang diketik orang, paling banyak 60 huruf."))
    elif len(cut(phrase)) > MOST_WORDS:
        problems.append(("phrase", "Paling banyak lima kata."))
    meanings = await _meanings(session, asked.meanings)
    meanings = tuple(one for one in meanings if one != phrase)
    if not meanings:
        problems.append(("meanings", "Tulis paling sedikit satu padanan."))
    elif len(meanings) > MOST_MEANINGS or any(len(one) > LONGEST_PHRASE for one in meanings):
        problems.append(("meanings", "Paling banyak 20 padanan, masing-masing paling banyak 60 huruf."))
    if problems:
        raise Refused.several(problems)
    return NewSynonym(phrase, meanings, asked.both_ways)


async def add_synonym(session: AsyncSession, account_id: UUID, asked: NewSynonym) -> Synonym:
    """From now on whoever types the phrase also finds its meanings. What the phrase meant before goes on besides."""
    new = await check_synonym(session, asked)
    version = await _next_version(session, account_id)
    before = await session.scalar(
        select(Synonym).where(Synonym.phrase == new.phrase, Synonym.ended_version.is_(None)).with_for_update()
    )
    meanings = dict.fromkeys([*(before.meanings if before else ()), *new.meanings])
    both_ways = new.both_ways or (before is not None and before.both_ways)
    if before is not None:
        before.ended_version = version
        await session.flush()  # its place is free only then
    added = Synonym(
        id=new_id(), phrase=new.phrase, meanings=list(meanings), both_ways=both_ways, version=version
    )
    session.add(added)
    await session.flush()
    await learn_words(
        session, " ".join([new.phrase, *(one for one in new.meanings if not one.startswith(CATEGORY))])
    )
    return added


async def end_synonym(session: AsyncSession, account_id: UUID, synonym_id: UUID) -> Synonym:
    """The phrase means itself alone from now on. Twice changes nothing."""
    found = await session.get(Synonym, synonym_id, with_for_update=True)
    if found is None:
        raise NotVisible("Padanan ini tidak ditemukan.")
    if found.ended_version is None:
        found.ended_version = await _next_version(session, account_id)
    return found


async def current_synonyms(session: AsyncSession, words: str = "") -> Sequence[Synonym]:
    """What holds today, by phrase; with words only those that have them in their phrase or a meaning."""
    found = select(Synonym).where(Synonym.ended_version.is_(None)).order_by(Synonym.phrase)
    rows = list(await session.scalars(found))
    sought = plain(words).strip()
    return [one for one in rows if sought in one.phrase or any(sought in other for other in one.meanings)]


async def newest_version(session: AsyncSession) -> SynonymVersion | None:
    """Who changed them last, and when."""
    newest = select(SynonymVersion).order_by(SynonymVersion.version.desc()).limit(1)
    found: SynonymVersion | None = await session.scalar(newest)
    return found


async def _meanings(session: AsyncSession, typed: Iterable[str]) -> tuple[str, ...]:
    """A category is meant by its code behind a "#"; anything else is words."""
    found: dict[str, None] = {}
    for text in typed:
        fitting(text, "meanings")
        if text.startswith(CATEGORY):
            code = text.removeprefix(CATEGORY).strip().upper()
            if await session.get(Category, code) is None:
                raise Refused("Kategori “%(code)s” tidak ada.", "meanings", code=code[:40])
            found[CATEGORY + code] = None
        elif cut(text):
            found[" ".join(plain(text).split())] = None
    return tuple(found)


async def _next_version(session: AsyncSession, account_id: UUID) -> int:
    """Two at once both get one: who comes second takes the next."""
    for _ in range(TRIES):
        version = (await session.scalar(select(func.max(SynonymVersion.version))) or 0) + 1
        try:
            async with session.begin_nested():
                session.add(SynonymVersion(version=version, changed_by=account_id))
        except IntegrityError:
            continue
        return version
    raise Refused("Padanan sedang diubah orang lain. Ulangi sebentar lagi.")
