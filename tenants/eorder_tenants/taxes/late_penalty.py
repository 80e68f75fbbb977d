"""The penalty for late delivery (denda keterlambatan): one permil a calendar day, Perpres 16/2018 art. 79."""

from datetime import date

from eorder_platform.rules import RuleBook


def late_penalty(
    late_base: int, due: date, delivered: date, rulebook: RuleBook, *, excused_days: int = 0
) -> int:
    """Rupiah to deduct from the payment, cut down to whole rupiah; it does not change any tax.

    `late_base` is the price before VAT of what came late (of the whole order where nothing usable came in time).
    Calendar days after `due`, less excused ones, count up to 50; the rules are those of the day it fell due.
    """
    days = max(0, (delivered - due).days - excused_days)
    days = min(days, rulebook.value("late_penalty_days_maximum", on=due))
    return late_base * days * rulebook.value("late_penalty_permil", on=due) // 1000
