"""A rule that stands in the law is read by somebody, or no page shows it as if it held."""

import ast
from pathlib import Path

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from eorder_platform.errors import NotVisible
from eorder_platform.reference.law import AWAITING, national_rules, rules_in_force
from eorder_platform.seeds.rules import national_rules as seeded_rules
from eorder_tenants.organisation.overriding import Deviation, set_rule
from eorder_tenants.organisation.queries import overridable_rules
from tests.budgets.factories import an_administrator

ROOT = Path(__file__).parents[2]
NO_READER = ("seeds", "rule_words.py", "reference", "demo")
"""Where a key stands without its value being asked for."""


def _texts_in_code() -> set[str]:
    sources = (path for room in ("platform", "tenants", "web") for path in (ROOT / room).rglob("*.py"))
    read = [path for path in sources if not set(NO_READER) & set(path.parts)]
    return {
        node.value
        for path in read
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }


def test_every_rule_is_read_or_says_what_it_awaits() -> None:
    """`<key>_maximum` bounds a region's deviation from `<key>` (RuleBook)."""
    keys, texts, awaiting = {rule.key for rule in seeded_rules()}, _texts_in_code(), set(AWAITING)
    assert awaiting < keys
    read = {key for key in keys if key in texts or key.removesuffix("_maximum") in texts & keys}
    assert sorted(keys - read - awaiting) == [], (
        "nobody reads these: enforce them, or say in AWAITING what will"
    )
    assert sorted(read & awaiting) == [], "these are read now: take them out of AWAITING"


async def test_what_awaits_its_work_is_neither_shown_nor_set(dki_session: AsyncSession) -> None:
    admin, awaiting = an_administrator(), set(AWAITING)
    shown = {rule.key for rule in await rules_in_force(dki_session)}
    assert shown and not shown & awaiting
    assert {rule.key for rule in await national_rules(dki_session)} == shown | awaiting
    offered = {rule.national.key for rule in await overridable_rules(dki_session, admin)}
    assert offered and offered <= shown
    for rule in seeded_rules():
        if rule.key in awaiting and rule.tenant_may_override:
            wanted = Deviation(rule.key, rule.value, rule.valid_from, None, "Pergub 12/2026 ps. 4")
            with pytest.raises(NotVisible):
                await set_rule(dki_session, admin, wanted)
