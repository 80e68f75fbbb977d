"""The national rules as of the day this was written, with their history since 2020."""

from collections.abc import Iterator
from datetime import date

from eorder_platform.rules import Rule
from eorder_platform.seeds.reading import seed_rows


def national_rules() -> Iterator[Rule]:
    """Every row of rules.csv.

    A rule that is older than the platform begins on 1 January 2020. `verified` = no marks what is common
    knowledge without a source at hand: a treasurer or lawyer confirms it before go-live.
    """
    for row in seed_rows("rules.csv"):
        yield Rule(
            key=row["key"],
            value=int(row["value"]),
            unit=row["unit"],
            valid_from=date.fromisoformat(row["valid_from"]),
            valid_to=date.fromisoformat(row["valid_to"]) if row["valid_to"] else None,
            legal_basis=row["legal_basis"],
            tenant_may_override=row["tenant_may_override"] == "yes",
            verified=row["verified"] == "yes",
        )
