"""A form that was sent, and one reader for each kind of field. What a browser would never send is not there."""

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from types import MappingProxyType
from typing import Final
from uuid import UUID

from litestar.datastructures import FormMultiDict, UploadFile

from eorder_platform.blanks import trimmed
from eorder_platform.dates import parse_date
from eorder_platform.errors import Refused
from eorder_platform.money import parse_quantity
from eorder_platform.texts import too_long
from eorder_web.look.translating import spoken

TICKED: Final = "ya"
PASSWORD: Final = "password"
"""How the names of all fields for passwords end."""
NOT_CARRIED: Final = frozenset({"_csrf", "kode", "kunci_sandi"})
LONGEST_NUMBER: Final = 18
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
NOTHING_TYPED: Final[Mapping[str, str]] = MappingProxyType({})


class Form(Mapping[str, str]):
    """By name the texts as they were typed, without what cannot be seen around them; anything else by its reader.

    A password stays as it is, blanks and all.
    """

    def __init__(self, sent: FormMultiDict) -> None:
        self._sent = sent
        self._texts: dict[str, str] = {}
        for name, value in sent.items():
            if isinstance(value, str):
                self._texts.setdefault(name, value if name.endswith(PASSWORD) else as_typed(value))

    def __getitem__(self, name: str) -> str:
        return self._texts[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._texts)

    def __len__(self) -> int:
        return len(self._texts)

    def text(self, name: str) -> str:
        """A text; empty where the field is missing."""
        return self._texts.get(name, "")

    def refuse_what_is_no_text(self) -> None:
        """Every text is named that is longer than its field may be (texts.LONGEST) or holds what nobody can see."""
        if found := [
            (name, sentence)
            for name, text in self.items()
            if not name.endswith(PASSWORD) and (sentence := too_long(text, name) or unseen(text))
        ]:
            raise Refused.several(found)

    def holds_nul(self) -> bool:
        """Whether a text holds the one character that no column takes; a password is kept nowhere."""
        return any(
            isinstance(value, str) and "\0" in value and not name.endswith(PASSWORD)
            for name, value in self._sent.multi_items()
        )

    def day(self, name: str) -> date:
        """A date; refused beside its field where it is none."""
        return parse_date(self.text(name), field=name)

    def number(self, name: str) -> int | None:
        """A whole number that a page of ours wrote into a hidden field."""
        text = self._texts.get(name, "")
        return int(text) if text.isascii() and text.isdigit() and len(text) <= LONGEST_NUMBER else None

    def id(self, name: str) -> UUID | None:
        """The id that a page of ours offered."""
        return id_in(self._texts.get(name, ""))

    def quantity(self, name: str) -> Decimal:
        """A quantity in the convention of the page; refused beside its field."""
        return parse_quantity(self._texts.get(name, ""), field=name, locale=spoken())

    def ticked(self, name: str) -> bool:
        """Whether a box is ticked."""
        return self._texts.get(name) == TICKED

    def every(self, name: str) -> list[str]:
        """All texts of a field that may be there several times."""
        return [as_typed(value) for value in self._sent.getall(name, []) if isinstance(value, str)]

    def only(self, names: Iterable[str]) -> dict[str, str]:
        """The texts of these fields as typed; what the form does not carry (an unticked box) stays absent."""
        return {name: self._texts[name] for name in names if name in self._texts}

    def plain(self) -> list[tuple[str, str]]:
        """What was sent but for files, our own fields and what proves the person: to be carried on by another form."""
        sent = [(name, value) for name, value in self._sent.multi_items() if isinstance(value, str)]
        return [(name, value) for name, value in sent if name not in NOT_CARRIED]

    def file(self, name: str) -> UploadFile | None:
        """The one file that was chosen, if any."""
        return next(iter(self.files(name)), None)

    def files(self, name: str) -> list[UploadFile]:
        """The files that were chosen; a field left empty sends one without a name."""
        sent = self._sent.getall(name, [])
        return [file for file in sent if isinstance(file, UploadFile) and file.filename]


def unseen(text: str) -> str:
    """What to say of control characters within a text; a line break and a tab are none of them."""
    return "Ada karakter yang tidak dapat ditampilkan." if _CONTROL.search(text) else ""


def as_typed(sent: str) -> str:
    """What was typed, as the browser measures it: it sends a line break, which counts as one character, as two."""
    return trimmed(sent.replace("\r\n", "\n").replace("\r", "\n"))


def id_in(text: str) -> UUID | None:
    """An id as pages of ours write it; anything else is none."""
    try:
        return UUID(text)
    except ValueError:
        return None
