"""The plain fields of an order: what the officer types in the draft and others read, each declared once.

The draft's form, its reading and checking, both pages of the order and its purchase order follow from the declaration.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from eorder_platform.directory.identity_numbers import parse_phone
from eorder_platform.errors import Refused
from eorder_platform.formatting import phone
from eorder_platform.texts import above
from eorder_tenants.orders.core.models import Order


class Kind(StrEnum):
    """How a field is typed: on one line, on several, or with a telephone's keys."""

    LINE = "line"
    LINES = "lines"
    PHONE = "phone"


@dataclass(frozen=True, kw_only=True)
class PlainField:
    """One field. `name` is its column of the order, and its name in forms and in DraftChange.

    `check` gives what was typed as it is kept, or refuses it beside `field`; what is left empty is kept empty.
    `shown`: how what is kept reads. `has_own_place`: pages and purchase order place it by themselves; any other stands
    under its label where the delivery is described, on the purchase order if it is `printed`.
    """

    name: str
    label: str
    hint: str = ""
    kind: Kind = Kind.LINE
    longest: int = 1_000
    required: bool = False
    check: Callable[..., str] | None = None
    shown: Callable[[str], str] = str
    has_own_place: bool = False
    printed: bool = False

    def kept(self, typed: str) -> str:
        """What was typed, as the order keeps it."""
        text = typed.strip()
        if sentence := above(text, self.longest):
            raise Refused.several([(self.name, sentence)])
        return self.check(text, field=self.name) if self.check and text else text


PLAIN_FIELDS: Final = (
    PlainField(
        name="delivery_address",
        label="Alamat kirim",
        kind=Kind.LINES,
        required=True,
        has_own_place=True,
    ),
    PlainField(
        name="delivery_contact_phone",
        label="Telepon penerima",
        hint="Pengantar menghubungi nomor ini saat tiba. Penyedia melihatnya setelah pesanan terbit.",
        kind=Kind.PHONE,
        longest=30,
        check=parse_phone,
        shown=phone,
        printed=True,
    ),
    PlainField(name="note", label="Catatan untuk penyedia", kind=Kind.LINES, has_own_place=True),
)
"""In the order of the form."""


@dataclass(frozen=True)
class Particular:
    """What an order says in one of its plain fields."""

    field: PlainField
    text: str

    @property
    def shown(self) -> str:
        return self.field.shown(self.text)


def kept_in(typed: Mapping[str, str]) -> tuple[dict[str, str], list[tuple[str | None, str]]]:
    """What was typed, by the names of fields, as the order keeps it; and what is wrong with the rest of it."""
    kept: dict[str, str] = {}
    problems: list[tuple[str | None, str]] = []
    for one in PLAIN_FIELDS:
        if one.name in typed:
            try:
                kept[one.name] = one.kept(typed[one.name])
            except Refused as refusal:
                problems += refusal.problems
    return kept, problems


def particulars_of(order: Order) -> list[Particular]:
    """What stands under its label where the delivery is described; nothing that was left empty."""
    found = [Particular(one, getattr(order, one.name)) for one in PLAIN_FIELDS if not one.has_own_place]
    return [one for one in found if one.text]


def printed_of(order: Order) -> tuple[tuple[str, str], ...]:
    """(label, text) of those that the purchase order prints."""
    return tuple((one.field.label, one.shown) for one in particulars_of(order) if one.field.printed)
