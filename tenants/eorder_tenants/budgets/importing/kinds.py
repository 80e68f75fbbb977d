"""The four kinds of file, in the order in which a new region uploads them."""

from typing import Final

from eorder_platform.errors import NotVisible
from eorder_tenants.budgets.importing.budget_lines import BUDGET_LINES
from eorder_tenants.budgets.importing.kind import Kind
from eorder_tenants.budgets.importing.officials import OFFICIALS
from eorder_tenants.budgets.importing.packages import PACKAGES
from eorder_tenants.budgets.importing.work_units import WORK_UNITS

KINDS: Final = {kind.name: kind for kind in (WORK_UNITS, OFFICIALS, BUDGET_LINES, PACKAGES)}


def kind_named(name: str) -> Kind:
    """The kind of that name; NotVisible for any other word in an address or a form."""
    if name not in KINDS:
        raise NotVisible("Jenis berkas ini tidak dikenal.")
    return KINDS[name]
