"""The national rules as of the day this was written, with their history since 2020: one TOML file a subject in law/.

Each value stands beside the days on which it holds and the law it rests on:

    [vat_permil]
    unit = "permil"
    tenant_may_override = false      # the default

    [[vat_permil.values]]
    value = 120
    since = 2025-01-01               # until = …, where a last day is known
    law = "PMK 131/2024"             # listed in laws.toml; amended_by = ["…"] where a later law changed it
    article = "3"
    looked_up = "2026-11 enforcea.com"

A value of a law says when and where it was looked up, or `unverified = true`: common knowledge that a treasurer or
lawyer confirms before go-live. `following` names the practice a rule of our own was modelled on; `note` goes with the
citation. A rule that is older than the platform begins on 1 January 2020.
"""

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from importlib import resources
from typing import Any, Final

from eorder_platform.rules import UNITS, Rule, RuleBook

LAW: Final = resources.files("eorder_platform.seeds") / "law"
LAWS: Final = "laws.toml"
OWN_TERMS: Final = "Ketentuan layanan e-Order"
LOOKED_UP: Final = re.compile(r"20\d\d-(0[1-9]|1[0-2]) \S.*")
"""Month and place: `2026-11 pasal.id`."""


def national_rules() -> Iterator[Rule]:
    """Every value of every subject; ValueError where one is not as the module says."""
    for file in sorted(LAW.iterdir(), key=lambda file: file.name):
        if file.name != LAWS:
            yield from rules_of(file.name, file.read_text(encoding="utf-8"))


def rules_of(subject: str, text: str) -> list[Rule]:
    """The rules of one file; ValueError names file, key and value for whoever wrote it.

    Refused: a value without its first day or its law, a law that laws.toml does not list, one that says neither where
    it was looked up nor that it is unverified, an unknown unit or field, and two values of a key on the same day.
    """
    found = list[Rule]()
    for key, rule in tomllib.loads(text).items():
        unknown = rule.keys() - {"unit", "tenant_may_override", "values"}
        _need(not unknown, f"{subject} {key}: unknown {sorted(unknown)}")
        _need(rule.get("unit") in UNITS, f"{subject} {key}: unknown unit {rule.get('unit')!r}")
        _need(bool(rule.get("values")), f"{subject} {key}: no value")
        for facts in rule["values"]:
            written = _written(f"{subject} {key} since {facts.get('since')}", facts)
            found.append(written.rule(key, rule["unit"], rule.get("tenant_may_override", False)))
    RuleBook(found)  # refuses two values on one day
    return found


@lru_cache(maxsize=1)
def laws() -> dict[str, str]:
    """What every law that is cited is about, by the name under which it is cited."""
    return tomllib.loads((LAW / LAWS).read_text(encoding="utf-8"))


@dataclass(frozen=True, slots=True)
class _Written:
    """One value as it stands in its file."""

    value: int
    since: date
    law: str
    until: date | None = None
    amended_by: list[str] = field(default_factory=list)
    article: str = ""
    following: str = ""
    note: str = ""
    looked_up: str = ""
    unverified: bool = False

    def problem(self) -> str | None:
        strangers = [law for law in (self.law, *self.amended_by) if law not in laws()]
        if strangers:
            return f"{', '.join(strangers)} is not listed in {LAWS}"
        if (
            type(self.value) is not int
            or type(self.since) is not date
            or type(self.until) not in (date, type(None))
        ):
            return "a value is a whole number, and its days are dates"
        if self.until is not None and self.until < self.since:
            return "ends before it begins"
        if self.looked_up and not LOOKED_UP.fullmatch(self.looked_up):
            return "looked_up names month and place, as in '2026-11 pasal.id'"
        if self.law != OWN_TERMS and bool(self.looked_up) == self.unverified:
            return "say where it was looked up, or unverified = true"
        return None

    def rule(self, key: str, unit: str, tenant_may_override: bool) -> Rule:
        basis, verified = self.legal_basis(), not self.unverified
        return Rule(key, self.value, unit, self.since, self.until, basis, tenant_may_override, verified)

    def legal_basis(self) -> str:
        """As it is cited: `Perpres 16/2018 jo. 12/2021 ps. 65`."""
        kind = f"{self.law.split()[0]} "
        cited = " jo. ".join([self.law, *(law.removeprefix(kind) for law in self.amended_by)])
        cited += f" ps. {self.article}" if self.article else ""
        cited += f" ({self.following})" if self.following else ""
        return f"{cited}; {self.note}" if self.note else cited


def _written(where: str, facts: dict[str, Any]) -> _Written:
    try:
        written = _Written(**facts)
    except TypeError as error:
        raise ValueError(f"{where}: {error}") from None
    _need(not (problem := written.problem()), f"{where}: {problem}")
    return written


def _need(is_so: bool, sentence: str) -> None:
    if not is_so:
        raise ValueError(sentence)
