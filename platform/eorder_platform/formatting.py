"""How figures and dates read, once for every layer: Babel knows how each language writes them.

`locale` names whose convention it is; what offices write (documents, mail, the journal) is Indonesian. Whole figures
are grouped by Python with Babel's mark, because a catalogue page prints a hundred of them: 2 µs instead of the 29 µs
of Babel's own pattern, and a tenth of one where the figure was written before.
"""

from datetime import date, datetime, time
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_datetime
from babel.numbers import parse_pattern

INDONESIAN: Final = "id"
NO_BREAK_SPACE: Final = "\N{NO-BREAK SPACE}"
SHORT_AREA_CODES: Final = ("21", "22", "24", "31", "61")
"""Jakarta, Bandung, Semarang, Surabaya and Medan; other places have three digits, as mobile numbers do."""
MINUS: Final = "\N{MINUS SIGN}"

_SCALES: Final = ((10**12, 2), (10**9, 1), (10**6, 1))
"""From which size on an amount is shortened, and to how many decimals."""


@lru_cache(maxsize=16_384)
def rupiah(amount: int, locale: str = INDONESIAN) -> str:
    """`Rp 12.500.000` with a no-break space; a negative amount carries a true minus sign before the currency."""
    return f"{MINUS if amount < 0 else ''}Rp{NO_BREAK_SPACE}{_grouped(abs(amount), locale)}"


@lru_cache(maxsize=4_096)
def rupiah_short(amount: int, locale: str = INDONESIAN) -> str:
    """`Rp 412,6 miliar`, `Rp 2,29 triliun`: the scale in words, half up; below one million the whole amount."""
    sign, size = MINUS if amount < 0 else "", abs(amount)
    for scale, digits in _SCALES:
        # 999.95 million rounds up to one billion, never to "1.000,0 juta"
        if size >= scale - scale // 20_000:
            figure = (Decimal(size) / scale).quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP)
            words = NO_BREAK_SPACE + _scale_word(scale, locale)
            return f"{sign}Rp{NO_BREAK_SPACE}{quantity(figure, locale)}{words}"
    return rupiah(amount, locale)


@lru_cache(maxsize=4_096)
def number(value: int | Decimal, digits: int = 0, locale: str = INDONESIAN) -> str:
    """`2.500`, or with `digits` decimals `4,20`; halves round away from zero."""
    if isinstance(value, int) and digits == 0:
        return (MINUS if value < 0 else "") + _grouped(abs(value), locale)
    rounded = Decimal(value).quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP)
    pattern = parse_pattern(f"#,##0.{'0' * digits}" if digits else "#,##0")
    figure: str = pattern.apply(abs(rounded), _locale(locale))
    return (MINUS if rounded < 0 else "") + figure


@lru_cache(maxsize=4_096)
def quantity(value: int | Decimal, locale: str = INDONESIAN) -> str:
    """A Decimal(12,3) without its idle zeros: `120`, `2,5`."""
    if isinstance(value, int):
        return number(value, 0, locale)
    digits = max(0, -int(value.normalize().as_tuple().exponent))
    return number(value, digits, locale)


@lru_cache(maxsize=1_024)
def percent(value: int | Decimal, digits: int = 1, locale: str = INDONESIAN) -> str:
    """`96,1%` from a value that already is in percent; a whole number stays whole."""
    if isinstance(value, int) or value == value.to_integral_value():
        digits = 0
    return number(value, digits, locale) + "%"


@lru_cache(maxsize=4_096)
def date_long(day: date, locale: str = INDONESIAN) -> str:
    """`23 November 2026`."""
    return format_date(day, f"d{NO_BREAK_SPACE}MMMM{NO_BREAK_SPACE}y", locale=_locale(locale))


@lru_cache(maxsize=4_096)
def date_short(day: date, locale: str = INDONESIAN) -> str:
    """`23 Nov 2026`."""
    return format_date(day, f"d{NO_BREAK_SPACE}MMM{NO_BREAK_SPACE}y", locale=_locale(locale))


def decimal_mark(locale: str = INDONESIAN) -> str:
    """What stands before the decimals."""
    return _symbol("decimal", locale)


def group_mark(locale: str = INDONESIAN) -> str:
    """What stands between the thousands."""
    return _symbol("group", locale)


def moment_long(moment: datetime, zone: str) -> str:
    """`Rabu, 15 Juli 2026 pukul 16.00 WIB`, as letters say it: in the office's zone."""
    local = moment.astimezone(ZoneInfo(zone))
    return format_datetime(local, "EEEE, d MMMM y 'pukul' HH.mm", locale=_locale(INDONESIAN)) + f" {local:%Z}"


def time_short(moment: time | datetime, locale: str = INDONESIAN) -> str:
    """`16.00`; English writes a colon."""
    return f"{moment.hour:02}{_symbol('timeSeparator', locale)}{moment.minute:02}"


def month_names(locale: str = INDONESIAN, *, short: bool = False) -> list[str]:
    """The twelve months as :func:`date_long` (or, short, :func:`date_short`) writes them."""
    names = _locale(locale).months["format"]["abbreviated" if short else "wide"]
    return [names[month] for month in range(1, 13)]


def phone(number: str) -> str:
    """`+62 812-4433-1655` from the stored `+6281244331655`, `+62 21-1234-5678`; anything else stays as it is."""
    if not number.startswith("+62"):
        return number
    rest = number.removeprefix("+62")
    area = 2 if rest.startswith(SHORT_AREA_CODES) else 3
    return f"+62{NO_BREAK_SPACE}{rest[:area]}-{rest[area : area + 4]}-{rest[area + 4 :]}".rstrip("-")


def _grouped(value: int, locale: str) -> str:
    return f"{value:,}".replace(",", group_mark(locale))


@lru_cache(maxsize=16)
def _symbol(name: str, locale: str) -> str:
    mark: str = _locale(locale).number_symbols["latn"][name]
    return mark


@lru_cache(maxsize=16)
def _scale_word(scale: int, locale: str) -> str:
    """`juta`, `miliar`, `triliun`."""
    return str(_locale(locale).compact_decimal_formats["long"]["other"][str(scale)].pattern.strip("0 "))


_locale = lru_cache(maxsize=8)(Locale.parse)
