"""What is tried, and the tests that answer for it."""

from dataclasses import dataclass
from typing import Final

_PLATFORM: Final = "platform/eorder_platform"
_TENANTS: Final = "tenants/eorder_tenants"


@dataclass(frozen=True)
class Subject:
    """Modules, and the tests of which any may notice a change in them; `servers`: these tests ask the database."""

    modules: tuple[str, ...]
    tests: tuple[str, ...]
    servers: bool = True


SUBJECTS: Final = {
    "money": Subject(
        (f"{_PLATFORM}/money.py", f"{_PLATFORM}/business_days.py"),
        ("tests/money", "tests/rules/test_business_days.py"),
        servers=False,
    ),
    "taxes": Subject(
        tuple(
            f"{_TENANTS}/taxes/{module}.py"
            for module in (
                "assessment",
                "cap",
                "figures",
                "income_tax",
                "late_penalty",
                "local_tax",
                "payment",
                "reasons",
                "supplies",
                "vat",
                "withholding",
            )
        ),
        ("tests/taxes",),
        servers=False,
    ),
    "ledger": Subject(
        tuple(f"{_TENANTS}/budgets/{module}.py" for module in ("ledger", "portions", "reconciling")),
        (
            "tests/budgets/test_ledger.py",
            "tests/budgets/test_portions.py",
            "tests/budgets/test_reconciling.py",
            "tests/budgets/test_race.py",
        ),
    ),
    "lifecycle": Subject(
        (
            f"{_TENANTS}/orders/lifecycle.py",
            *(
                f"{_TENANTS}/orders/core/{module}.py"
                for module in ("assessing", "budget", "checking", "dating", "parts", "stepping", "steps")
            ),
        ),
        (
            "tests/orders/test_forbidden.py",
            "tests/orders/test_lifecycle.py",
            "tests/orders/test_approving.py",
            "tests/orders/test_deadlines.py",
            "tests/orders/test_deliveries.py",
            "tests/orders/test_dating.py",
            "tests/orders/test_step_addresses.py",
            "tests/orders/test_drafting.py",
            "tests/orders/test_paying.py",
            "tests/orders/test_together.py",
            "tests/orders/test_undoing.py",
        ),
    ),
    "tenancy": Subject(
        tuple(
            f"{_PLATFORM}/tenancy/{module}.py"
            for module in ("connecting", "migrating", "ownership", "provisioning", "registry", "renaming")
        ),
        (
            "tests/tenancy/test_inside.py",
            "tests/tenancy/test_escapes.py",
            "tests/tenancy/test_hosts.py",
            "tests/tenancy/test_renaming.py",
            "tests/tenancy/test_command_line.py",
            "tests/tenancy/test_suspended.py",
            "tests/tenancy/test_placements.py",
            "tests/tenancy/test_fleet.py",
            "tests/tenancy/test_roles.py",
            "tests/tenancy/test_catalogue.py",
        ),
    ),
}
