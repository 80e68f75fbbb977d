"""Fields of this folder's forms."""

from datetime import date

from litestar.datastructures import FormMultiDict

from eorder_platform.errors import Refused


def texts(form: FormMultiDict) -> dict[str, str]:
    """The text fields of a form, without surrounding blanks."""
    return {name: value.strip() for name, value in form.items() if isinstance(value, str)}


def date_in(form: dict[str, str], name: str) -> date:
    """The date in a field; refused beside it."""
    try:
        return date.fromisoformat(form.get(name, ""))
    except ValueError as error:
        raise Refused("Pilih tanggal, atau tulis seperti 2026-12-31.", name) from error
