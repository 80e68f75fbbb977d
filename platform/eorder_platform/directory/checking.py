"""Collects what is wrong with a form's answers, so that every problem is named at once beside its field."""

from collections.abc import Callable, Mapping
from typing import ParamSpec, TypeVar, cast

from eorder_platform.errors import Refused
from eorder_platform.sentences import term
from eorder_platform.texts import fitting

P = ParamSpec("P")
T = TypeVar("T")

Answers = Mapping[str, str]
"""A form as it was typed: field name → text, an unticked box is absent."""


class Checking:
    """Runs checks one after another. Their results count only after :meth:`done`, which refuses everything found."""

    def __init__(self) -> None:
        self.problems: list[tuple[str | None, str]] = []

    def take(self, check: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """What the check gives; where it refuses, its problems are kept and the result must not be used."""
        try:
            return check(*args, **kwargs)
        except Refused as refusal:
            self.problems += refusal.problems
            return cast(T, None)

    def note(self, field: str | None, sentence: str) -> None:
        """One more problem."""
        self.problems.append((field, sentence))

    def done(self) -> None:
        """Refuse if anything was found."""
        if self.problems:
            raise Refused.several(self.problems)


def written(answers: Answers, field: str, name: str, shortest: int = 1) -> str:
    """A text with its outer and doubled spaces removed; refused when empty, too short or too long."""
    text = " ".join(answers.get(field, "").split())
    if not text:
        raise Refused("%(name)s wajib diisi.", field, name=term(name))
    if len(text) < shortest:
        raise Refused("%(name)s paling sedikit %(least)s huruf.", field, name=term(name), least=shortest)
    return fitting(text, field)


def chosen(answers: Answers, field: str, name: str, among: type[T]) -> T:
    """One member of a StrEnum; refused when nothing or something else was chosen."""
    try:
        return cast(Callable[[str], T], among)(answers.get(field, ""))
    except ValueError:
        raise Refused("Pilih %(what)s.", field, what=term(name)) from None
