"""Fields of this folder's forms. What a browser would never send reads as if it were not there."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID


def texts(form: Mapping[str, Any]) -> dict[str, str]:
    """The fields that are texts, as they were typed."""
    return {name: value for name, value in form.items() if isinstance(value, str)}


def version_in(form: Mapping[str, str]) -> int:
    """Which version of the order the person saw; 0, which no order ever has, where the form does not tell."""
    return number_in(form, "version") or 0


def number_in(form: Mapping[str, str], name: str) -> int | None:
    """A whole number that a page of ours wrote into a hidden field."""
    text = form.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None


def uuid_in(text: object) -> UUID | None:
    """The id in a field, None where there is none."""
    try:
        return UUID(str(text)) if text else None
    except ValueError:
        return None
