"""Rates and account codes as text, and rounding as the rules want it."""

import re
from decimal import Decimal

from eorder_platform import formatting
from eorder_platform.money import round_half_up
from eorder_platform.rules import Rounding
from eorder_platform.sentences import Rate

_PERCENT = re.compile(r"(\d+)(?:,(\d))?%")


def rounded(numerator: int, denominator: int, rounding: int) -> int:
    """numerator / denominator in whole rupiah; `rounding` is the value of a rule of that unit."""
    return round_half_up(numerator, denominator) if rounding == Rounding.HALF_UP else numerator // denominator


def percent(permil: int) -> str:
    """15 → "1,5%"."""
    return formatting.percent(Decimal(permil) / 10)


def rate(written: str) -> Rate | str:
    """What :func:`percent` wrote, as the fact of a sentence again; a rate made of several stays as it is."""
    plain = _PERCENT.fullmatch(written)
    return Rate(int(plain[1]) * 10 + int(plain[2] or 0)) if plain else written


def account_text(account: int) -> str:
    """411122920 → "411122-920": account code (KAP) and kind of deposit (KJS)."""
    return f"{account // 1000}-{account % 1000:03}"
