"""What a visitor asked for in the address; whatever makes no sense there is left aside, never an error."""

from uuid import UUID

from eorder_tenants.transparency.stages import Stage

ALL_YEARS = "semua"
LAST_PAGE = 400
"""Beyond ten thousand orders one searches rather than turns pages."""


def year_of(text: str, current: int) -> int | None:
    """The current year unless another was asked for; None for all years."""
    if text == ALL_YEARS:
        return None
    return int(text) if text.isascii() and text.isdigit() and 2000 <= int(text) < 2200 else current


def page_of(text: str) -> int:
    """A page's number, the first where it is none."""
    return min(max(int(text), 1), LAST_PAGE) if text.isascii() and text.isdigit() else 1


def stage_named(text: str) -> Stage | None:
    """The stage of that name in the address."""
    return Stage(text) if text in set(Stage) else None


def id_of(text: str) -> UUID | None:
    """An id, None where it is none."""
    try:
        return UUID(text)
    except ValueError:
        return None


def code_of(text: str) -> str | None:
    """A category's code or an order's number, None where it cannot be one (a NUL would not even reach a column)."""
    return text if text.isprintable() and 0 < len(text) <= 64 else None
