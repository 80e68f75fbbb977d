"""Rates, thresholds, caps and deadlines with the days on which they hold: what the law may change is data."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, time
from enum import IntEnum
from hashlib import sha256
from itertools import pairwise
from typing import Final

from eorder_platform.errors import Refused
from eorder_platform.sentences import Fact, Rate, Rupiah


class Rounding(IntEnum):
    """How a tax is brought to whole rupiah: values of the rules whose unit is `rounding`."""

    DOWN = 0
    HALF_UP = 1


UNITS: Final = frozenset(
    "rupiah permil part rounding flag article account count business_days calendar_days hours minutes months years"
    " month_day hour_of_day day_of_month megabytes".split()
)
SENSIBLE: Final = {
    "business_days": range(1, 367),
    "calendar_days": range(1, 367),
    "hours": range(1, 1_001),
    "minutes": range(1, 1_441),
    "hour_of_day": range(8, 25),
    "months": range(1, 121),
    "years": range(1, 101),
    "permil": range(2_001),
    "part": range(1, 1_001),
    "flag": range(2),
    "rounding": range(2),
}
"""By unit. A deadline of no day at all, or of a million, would stop every order that asks for it."""


class RuleMissing(LookupError):
    """No rule of that key holds on that day: a gap in the seeded law, never the person's mistake."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One value of the law from its first to its last day (both included; no last day = until further notice).

    `value` is a whole number in `unit`: rupiah, permil, business_days, calendar_days, hours, minutes, years, megabytes,
    count, part (of a fraction), month_day (1210 = 10 December), hour_of_day (24 = the end of the day), day_of_month,
    article, account (KAP and KJS as nine digits), flag (0 or 1) or rounding. `verified` is False where the source is
    general knowledge.
    """

    key: str
    value: int
    unit: str
    valid_from: date
    valid_to: date | None
    legal_basis: str
    tenant_may_override: bool = False
    verified: bool = True

    def holds_on(self, day: date) -> bool:
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)

    def overlaps(self, other: "Rule") -> bool:
        return self.holds_on(other.valid_from) or other.holds_on(self.valid_from)


class RuleBook:
    """National rules with one region's deviations on top.

    `national` and `overrides` are rows in any order; the unit of an override is that of the national rule. Two rows of
    a key that hold on the same day, or a negative value: ValueError. An override that the national rule of that day
    forbids has no effect, and one above the national `<key>_maximum` of that day counts as that maximum, so that a
    change of national law acts everywhere on its first day.
    """

    def __init__(self, national: Iterable[Rule], overrides: Iterable[Rule] = ()) -> None:
        self._national = _by_key(national)
        self._overrides = _by_key(overrides)

    def with_overrides(self, overrides: Iterable[Rule]) -> "RuleBook":
        """The same national rules for another region."""
        book = RuleBook(())
        book._national = self._national
        book._overrides = _by_key(overrides)
        return book

    def value(self, key: str, *, on: date) -> int:
        """The value that counts on that day; RuleMissing where nobody has ruled."""
        return self.rule(key, on=on).value

    def rule(self, key: str, *, on: date) -> Rule:
        """The row that counts on that day, with its legal basis; RuleMissing where nobody has ruled."""
        national = _holding(self._national, key, on)
        if national is None:
            raise RuleMissing(f"no rule {key!r} holds on {on.isoformat()}")
        override = _holding(self._overrides, key, on)
        if override is None or not national.tenant_may_override:
            return national
        maximum = _holding(self._national, _maximum_of(key), on)
        if maximum is not None and override.value > maximum.value:
            return replace(national, value=maximum.value, legal_basis=maximum.legal_basis)
        return replace(override, unit=national.unit)

    def on(self, day: date) -> "RulesOfDay":
        """The rules of one day, remembering which of them were asked for."""
        return RulesOfDay(self, day)

    def admit(self, override: Rule) -> None:
        """Refuses a region's deviation that the nation does not allow on every day of its period.

        The caller stores it afterwards; a deviation needs a national rule that holds on its first day.
        """
        rows = [rule for rule in self._national.get(override.key, ()) if rule.overlaps(override)]
        if not any(rule.holds_on(override.valid_from) for rule in rows):
            raise Refused(
                "Aturan nasional yang akan disesuaikan tidak berlaku pada tanggal itu.", "valid_from"
            )
        for rule in rows:
            if not rule.tenant_may_override:
                raise Refused(
                    "Aturan ini ditetapkan nasional (%(basis)s) dan tidak dapat diubah daerah.",
                    basis=rule.legal_basis,
                )
        for maximum in self._national.get(_maximum_of(override.key), ()):
            if maximum.overlaps(override) and override.value > maximum.value:
                most = Rupiah(maximum.value) if maximum.unit == "rupiah" else maximum.value
                basis = maximum.legal_basis
                raise Refused("Paling tinggi %(most)s (%(basis)s).", "value", most=most, basis=basis)


class RulesOfDay:
    """Look-ups on one day. `used` is the snapshot to keep with whatever was computed from them."""

    def __init__(self, book: RuleBook, day: date) -> None:
        self.day = day
        self._book = book
        self._used: dict[str, Rule] = {}

    @property
    def used(self) -> tuple[Rule, ...]:
        return tuple(rule for _, rule in sorted(self._used.items()))

    def rule(self, key: str) -> Rule:
        return self._used.setdefault(key, self._book.rule(key, on=self.day))

    def value(self, key: str) -> int:
        return self.rule(key).value


def refuse_senseless(unit: str, value: int) -> None:
    """Refuse a slip of the finger before it becomes law: a deadline of 0 days, 13 months, a rate above the whole."""
    if unit == "month_day" and not _is_month_day(value):
        raise Refused("Hari itu tidak ada dalam setahun.", "value")
    sensible = SENSIBLE.get(unit)
    if sensible is not None and value not in sensible:
        raise Refused(
            "Nilai ini paling sedikit %(least)s dan paling banyak %(most)s.",
            "value",
            least=_as_fact(unit, sensible[0]),
            most=_as_fact(unit, sensible[-1]),
        )


def _as_fact(unit: str, value: int) -> Fact:
    if unit == "permil":
        return Rate(value)
    if unit == "hour_of_day":
        return time(value) if value < 24 else time(23, 59)
    return value


def version_of(rules: Iterable[Rule]) -> str:
    """Twelve hexadecimal digits that are equal exactly when the same values of the same rules were used."""
    written = sorted(f"{rule.key}={rule.value} since {rule.valid_from.isoformat()}" for rule in set(rules))
    return sha256("\n".join(written).encode()).hexdigest()[:12]


def _is_month_day(value: int) -> bool:
    """Does that day exist in every year?"""
    try:
        date(2026, value // 100, value % 100)
    except ValueError:
        return False
    return True


def _maximum_of(key: str) -> str:
    return f"{key}_maximum"


def _holding(rules: Mapping[str, tuple[Rule, ...]], key: str, day: date) -> Rule | None:
    return next((rule for rule in rules.get(key, ()) if rule.holds_on(day)), None)


def _by_key(rules: Iterable[Rule]) -> Mapping[str, tuple[Rule, ...]]:
    found: dict[str, list[Rule]] = {}
    for rule in sorted(rules, key=lambda rule: rule.valid_from):
        if rule.value < 0:
            raise ValueError(f"a rule is never negative: {rule}")
        found.setdefault(rule.key, []).append(rule)
    for rows in found.values():
        for earlier, later in pairwise(rows):
            if earlier.overlaps(later):
                raise ValueError(f"two rules {earlier.key!r} hold on {later.valid_from.isoformat()}")
    return {key: tuple(rows) for key, rows in found.items()}
