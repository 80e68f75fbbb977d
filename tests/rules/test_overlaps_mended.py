"""Where two values of a rule held on one day, the revision that forbids it lets the later one count from its day on."""

from datetime import date

import pytest
from sqlalchemy import text

from eorder_platform.database import home
from eorder_platform.ids import new_id
from eorder_platform.tenancy import Tenant
from eorder_platform.tenancy.migrating import history
from eorder_platform.tenancy.ownership import owning

BEFORE = [
    (date(2026, 1, 1), None),
    (date(2026, 3, 1), None),
    (date(2026, 3, 5), date(2026, 3, 9)),
    (date(2027, 1, 1), None),
]
AFTER = [
    (date(2026, 1, 1), date(2026, 2, 28)),
    (date(2026, 3, 1), date(2026, 3, 4)),
    (date(2026, 3, 5), date(2026, 3, 9)),
    (date(2027, 1, 1), None),
]


@pytest.mark.parametrize(
    ("of", "revision", "table", "constraint", "more"),
    [
        (
            "nusantara",
            "n0240_one_rule_a_day",
            "nusantara.rule",
            "one_rule_a_day",
            ", unit, tenant_may_override, verified",
        ),
        ("tenant", "t0310_one_value_a_day", "rule_override", "one_value_a_day", ""),
    ],
)
async def test_overlaps_are_mended(
    of: str, revision: str, table: str, constraint: str, more: str, dki: Tenant
) -> None:
    module = history(of).get_revision(revision).module
    values = ", 'rupiah', false, false" if more else ""
    async with owning(home()) as engine, engine.connect() as owner:
        await owner.execute(text(f"set local search_path = {dki.schema}, nusantara"))
        await owner.execute(text(f"alter table {table} drop constraint {constraint}"))
        for first, last in BEFORE:
            await owner.execute(
                text(
                    f"insert into {table} (id, key, value, valid_from, valid_to, legal_basis{more})"
                    f" values (:id, 'uji', 1, :first, :last, 'Uji'{values})"
                ),
                {"id": new_id(), "first": first, "last": last},
            )
        for statement in (module.MEND, module.HOLD):
            await owner.exec_driver_sql(statement)
        found = text(f"select valid_from, valid_to from {table} where key = 'uji' order by valid_from")
        assert [tuple(row) for row in await owner.execute(found)] == AFTER
        await owner.rollback()
