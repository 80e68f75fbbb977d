"""From a form that was sent to what a step's use case takes: each field of its input is read by its type."""

import types
from collections.abc import Mapping
from dataclasses import MISSING, Field, fields, is_dataclass
from datetime import date, time
from decimal import Decimal
from enum import StrEnum
from typing import Any, Final, Union, get_args, get_origin, get_type_hints
from uuid import UUID

from eorder_platform.attachments import Attachment, attachment
from eorder_platform.dates import parse_hour
from eorder_platform.errors import Refused
from eorder_tenants.orders.core.steps import Step
from eorder_web.edge.forms import Form, id_in

DECLARED: Final = "periksa"
"""The box that says: I have checked this."""


async def answers_to(step: Step, order_id: UUID, form: Form) -> tuple[Any, ...]:
    """What follows session and actor when the step is taken.

    Refused beside its field: a declaration that was not ticked, a choice that does not exist, a date, hour or quantity
    that is none, a file that is neither photo nor PDF. What a browser of ours would never send reads as if it were not
    there.
    """
    if step.declares and not form.ticked(DECLARED):
        raise Refused("Centang pernyataan ini dahulu.", DECLARED)
    version, part_id = form.number("version") or 0, form.id("part_id")
    if step.input is None:
        given = [order_id, version, *([form.text("reason")] if step.reason else [])]
        return (*given, part_id) if part_id else tuple(given)
    known = {"order_id": order_id, "version": version, "part_id": part_id}
    hints, read = get_type_hints(step.input), {}
    for field in fields(step.input):
        if field.name in known:
            read[field.name] = known[field.name]
        else:
            read[field.name] = await _read(form, field, hints[field.name])
    return (step.input(**read),)


async def _read(form: Form, field: Field[Any], hint: Any) -> Any:
    if get_origin(hint) is not None and issubclass(_plain(get_origin(hint)), Mapping):
        _, kind = get_args(hint)
        return dict(_by_line(form, field.name, kind))
    kind, optional = _kind(hint)
    if kind is Attachment:
        return await _attached(form, field.name)
    value = None if kind is bool and field.name not in form else _value(form, field.name, kind)
    if value is None and not optional:
        if field.default is not MISSING:
            return field.default
        if kind is str:
            return ""  # what was not written the step explains in its own words
        raise Refused("Pilih atau isi bagian ini.", field.name)
    return value


def _by_line(form: Form, name: str, kind: type[Any]) -> list[tuple[UUID, Any]]:
    """One value for each line of the order: fields are called by the name and the line's id."""
    parts = [one.name for one in fields(kind)] if is_dataclass(kind) else [name]
    ids = {
        line_id: None
        for sent in form
        for part in parts
        if sent.startswith(f"{part}_") and (line_id := id_in(sent.removeprefix(f"{part}_")))
    }
    if not is_dataclass(kind):
        found = [(line_id, _value(form, f"{name}_{line_id}", kind)) for line_id in ids]
        answered = [(line_id, value) for line_id, value in found if value is not None]
        # Emptied fields are no answer; a form without them leaves the choice to the step.
        if ids and not answered:
            raise Refused("Pilih atau isi bagian ini.", f"{name}_{next(iter(ids))}")
        return answered
    hints, made = get_type_hints(kind), list[tuple[UUID, Any]]()
    for line_id in ids:
        values = {part: _value(form, f"{part}_{line_id}", _kind(hints[part])[0]) for part in parts}
        made.append((line_id, kind(**{part: value for part, value in values.items() if value is not None})))
    return made


def _value(form: Form, name: str, kind: Any) -> Any:
    """A field of that type, None where it was left empty."""
    text = form.text(name)
    if kind is bool:
        return form.ticked(name)
    if not text:
        return None
    if kind is Decimal:
        return form.quantity(name)
    if kind is int:
        return form.number(name)
    if kind is date:
        return form.day(name)
    if kind is time:
        return parse_hour(text, field=name)
    if isinstance(kind, type) and issubclass(kind, StrEnum):
        if text not in set(kind):
            raise Refused("Pilih salah satu yang tersedia.", name)
        return kind(text)
    return text


async def _attached(form: Form, name: str) -> Attachment | None:
    file = form.file(name)
    return None if file is None else await attachment(file.filename, await file.read(), field=name)


def _kind(hint: Any) -> tuple[Any, bool]:
    """The type without None, and whether None was allowed."""
    if get_origin(hint) in (Union, types.UnionType):
        kinds = [one for one in get_args(hint) if one is not type(None)]
        return kinds[0], len(kinds) < len(get_args(hint))
    return hint, False


def _plain(origin: Any) -> type[Any]:
    return origin if isinstance(origin, type) else object
