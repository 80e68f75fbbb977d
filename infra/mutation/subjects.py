"""What is tried, and the tests that answer for it, quickest first."""

from typing import Final

PLATFORM: Final = "platform/eorder_platform"
TENANTS: Final = "tenants/eorder_tenants"

_TAXES: Final = ("tests/taxes",)
_LEDGER: Final = (
    "tests/budgets/test_ledger.py",
    "tests/budgets/test_reconciling.py",
    "tests/budgets/test_reading.py",
)
_ORDERS: Final = (
    "tests/orders/test_forbidden.py",
    "tests/orders/test_lifecycle.py",
    "tests/orders/test_approving.py",
    "tests/orders/test_deadlines.py",
    "tests/orders/test_paying.py",
)

SUBJECTS: Final[dict[str, dict[str, tuple[str, ...]]]] = {
    "money": {f"{PLATFORM}/money.py": ("tests/money",)},
    "taxes": {
        f"{TENANTS}/taxes/{module}.py": _TAXES
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
    },
    "ledger": {f"{TENANTS}/budgets/ledger.py": _LEDGER},
    "lifecycle": {f"{TENANTS}/orders/lifecycle.py": _ORDERS},
    "tenancy": {
        f"{PLATFORM}/tenancy/connecting.py": (
            "tests/tenancy/test_inside.py",
            "tests/tenancy/test_escapes.py",
        ),
        f"{PLATFORM}/tenancy/registry.py": ("tests/tenancy/test_hosts.py", "tests/tenancy/test_renaming.py"),
        f"{PLATFORM}/tenancy/renaming.py": ("tests/tenancy/test_renaming.py",),
        f"{PLATFORM}/tenancy/provisioning.py": (
            "tests/tenancy/test_command_line.py",
            "tests/tenancy/test_suspended.py",
            "tests/tenancy/test_placements.py",
        ),
        f"{PLATFORM}/tenancy/migrating.py": (
            "tests/tenancy/test_fleet.py",
            "tests/tenancy/test_placements.py",
        ),
        f"{PLATFORM}/tenancy/ownership.py": (
            "tests/tenancy/test_roles.py",
            "tests/tenancy/test_catalogue.py",
        ),
    },
}
"""By subject: each module with its tests."""
NEED_SERVERS: Final = ("ledger", "lifecycle", "tenancy")
"""Subjects whose tests ask the database; the others' need nothing but their module."""
