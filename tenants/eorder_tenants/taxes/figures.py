"""Rates and account codes as text, and rounding as the rules want it."""

from eorder_platform.money import round_half_up
from eorder_platform.rules import Rounding


def rounded(numerator: int, denominator: int, rounding: int) -> int:
    """numerator / denominator in whole rupiah; `rounding` is the value of a rule of that unit."""
    return round_half_up(numerator, denominator) if rounding == Rounding.HALF_UP else numerator // denominator


def percent(permil: int) -> str:
    """15 → "1,5%"."""
    whole, tenth = divmod(permil, 10)
    return f"{whole},{tenth}%" if tenth else f"{whole}%"


def account_text(account: int) -> str:
    """411122920 → "411122-920": account code (KAP) and kind of deposit (KJS)."""
    return f"{account // 1000}-{account % 1000:03}"
