"""Identity numbers for invented people and businesses: well formed, so that the rules accept them, and nobody's."""

from random import Random


def business_id_number(number: int) -> str:
    """NIB, 13 digits."""
    return f"91200{number:08}"


def national_identity_number(dice: Random, region_code: str, serial: int) -> str:
    """NIK: region of issue, date of birth, serial number (domain.md 3.4)."""
    area = region_code.replace(".", "").ljust(4, "1")[:4] + "01"
    return f"{area}{dice.randint(1, 28):02}{dice.randint(1, 12):02}{dice.randint(60, 99)}{serial:04}"


def company_tax_id(number: int) -> str:
    """NPWP of an entity, 16 digits: "0" and the 15 old ones with their check digit (domain.md 3.3)."""
    stem = f"02{number:06}"
    return f"0{stem}{_luhn_digit(stem)}001000"


def bank_account(dice: Random) -> str:
    """Ten digits."""
    return f"{dice.randint(10**9, 10**10 - 1)}"


def _luhn_digit(stem: str) -> int:
    digits = [int(digit) for digit in reversed(stem)]
    doubled = (sum(divmod(2 * digit, 10)) if place % 2 == 0 else digit for place, digit in enumerate(digits))
    return -sum(doubled) % 10
