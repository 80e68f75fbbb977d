"""How a person is named who acts by a letter: in the journal, among the people of an order, on tasks and on buttons."""

from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

from eorder_tenants.organisation.actors import Letter
from eorder_tenants.organisation.models import LetterKind, Role
from eorder_web.edge.navigation import ROLE_WORDS
from eorder_web.look.translating import _

KIND_WORDS: Final = {LetterKind.ABSENT: "Plh", LetterKind.VACANT: "Plt"}
"""Abbreviations that stay as they are in every language: a signature bears them."""


def title(kind: str, role: str) -> str:
    """ "Plh PPK"."""
    return f"{KIND_WORDS[LetterKind(kind)]} {_(ROLE_WORDS[Role(role)])}"


def capacity(letter: Letter) -> str:
    """ "Plh PPK atas nama Budi Santosa, surat 800/12/2026"; of a vacant office without a name."""
    return _in_words(title(letter.kind, letter.role), letter.delegator_name, letter.number)


def who_acted(name: str, role: str, details: Mapping[str, Any]) -> str:
    """Who did it, as the journal's entry has it: "Rina (Plh PPK) atas nama Budi, surat 800/12/2026"."""
    letter = details.get("letter")
    if letter:
        return _in_words(f"{name} ({title(letter['kind'], role)})", letter.get("for", ""), letter["number"])
    if details.get("as") == Role.DELEGATED_BUDGET_USER:
        return _("%(name)s (KPA selaku PPK)", name=name)
    return name


def signed_by(by: UUID | None, stood_in_for: UUID | None, names: Mapping[UUID, str]) -> str:
    """Whoever signed, and for whom."""
    name = names.get(by, "") if by else ""
    absent = names.get(stood_in_for, "") if stood_in_for else ""
    return _("%(name)s atas nama %(absent)s", name=name, absent=absent) if absent else name


def _in_words(who: str, absent: str, number: str) -> str:
    if absent:
        return _("%(who)s atas nama %(name)s, surat %(number)s", who=who, name=absent, number=number)
    return _("%(who)s, surat %(number)s", who=who, number=number)
