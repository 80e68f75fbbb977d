"""Reference data from the seeds into `nusantara`: regions, categories, holidays, rules. Again changes nothing."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import exists, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from eorder_platform.ids import new_id
from eorder_platform.reference.models import Category, Holiday, RegionRow, RuleRow
from eorder_platform.rules import Rule
from eorder_platform.seeds.categories import categories
from eorder_platform.seeds.holidays import national_holidays
from eorder_platform.seeds.regions import regions
from eorder_platform.seeds.rules import national_rules
from eorder_platform.seeds.synonyms import synonyms
from eorder_platform.tables import Base
from eorder_platform.wording.mending import keys_of
from eorder_platform.wording.models import KnownWord, Synonym, SynonymVersion
from eorder_platform.wording.words import cut


async def seed_reference(connection: AsyncConnection) -> None:
    """All of it for a new deployment; later only rules that it does not know at all, which newer code asks for.

    Everything else is the agency's since: what they changed, added or took away stays as they left it.
    """
    known = set(await connection.scalars(select(RuleRow.key)))
    rules = [one for one in national_rules() if one.key not in known]
    if rules:
        await _insert_rules(connection, rules)
    if not await connection.scalar(select(exists().select_from(SynonymVersion))):
        await _insert_synonyms(connection)
    if await connection.scalar(select(exists().select_from(RegionRow))):
        return
    await _insert(
        connection,
        RegionRow,
        [
            {"code": one.code, "name": one.name, "level": one.level, "parent_code": one.parent_code}
            for one in regions()
        ],
    )
    await _insert(
        connection,
        Category,
        [
            {
                "code": one.code,
                "parent_code": one.parent_code,
                "name": one.name,
                "name_english": one.name_english,
                "tax_class": str(one.tax_class),
                "accounts": list(one.accounts),
                "position": position,
                "active": True,
            }
            for position, one in enumerate(categories())
        ],
    )
    await _insert(connection, Holiday, [{"day": day, "name": name} for day, name in national_holidays()])


async def _insert_rules(connection: AsyncConnection, rules: Sequence[Rule]) -> None:
    await _insert(
        connection,
        RuleRow,
        [
            {
                "id": new_id(),
                "key": one.key,
                "value": one.value,
                "unit": one.unit,
                "valid_from": one.valid_from,
                "valid_to": one.valid_to,
                "legal_basis": one.legal_basis,
                "tenant_may_override": one.tenant_may_override,
                "verified": one.verified,
            }
            for one in rules
        ],
    )


async def _insert_synonyms(connection: AsyncConnection) -> None:
    await _insert(connection, SynonymVersion, [{"version": 1}])
    entries = list(synonyms())
    rows = [
        {"id": new_id(), "phrase": phrase, "meanings": list(meanings), "both_ways": both_ways, "version": 1}
        for phrase, meanings, both_ways in entries
    ]
    await _insert(connection, Synonym, rows)
    texts = [text for phrase, meanings, _ in entries for text in (phrase, *meanings)]
    texts += [name for one in categories() for name in (one.name, one.name_english)]
    keys = keys_of(word.text for text in texts for word in cut(text))
    await _insert(connection, KnownWord, [{"word": word, "keys": some} for word, some in keys.items()])


async def _insert(connection: AsyncConnection, model: type[Base], rows: Sequence[dict[str, Any]]) -> None:
    await connection.execute(insert(model).on_conflict_do_nothing(), list(rows))
