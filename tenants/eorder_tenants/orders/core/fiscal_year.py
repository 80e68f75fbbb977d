"""The end of the fiscal year (tahun anggaran): until when its money may be ordered, handed over and asked for.

A budget line pays for one calendar year. The last days are rules that a region may set for itself (domain.md 2.6).
"""

from datetime import date, timedelta
from functools import lru_cache
from typing import Final

from eorder_platform.rules import RuleBook
from eorder_platform.sentences import Sentence
from eorder_tenants.budgets.models import BudgetLine
from eorder_tenants.orders.core.models import Order, Status

LAST_ORDER: Final = "year_end_last_order"
LAST_HANDOVER: Final = "year_end_last_handover"
LAST_PAYMENT_REQUEST: Final = "year_end_last_payment_request"
NEAR: Final = timedelta(days=14)
"""From so many days before a last day on, pages remind of it."""

Problem = tuple[str | None, str]


@lru_cache(maxsize=256)
def last_day(rules: RuleBook, key: str, year: int) -> date:
    """The last day of a fiscal year on which one of the three may still happen.

    Each day is asked by the rule in force on it, as far as that is known today: a region's own date that was announced
    for December counts in July already.
    """
    day = date(year, 12, 31)
    while day.month * 100 + day.day > rules.value(key, on=day) and day > date(year, 1, 1):
        day -= timedelta(days=1)
    return day


def problems_with_due_date(line: BudgetLine | None, due_on: date | None, rules: RuleBook) -> list[Problem]:
    """Whether the line's year pays for what is handed over on that day, in one sentence with what is allowed."""
    if line is None or due_on is None:
        return []
    year = line.fiscal_year
    first, last = date(year, 1, 1), last_day(rules, LAST_HANDOVER, year)
    if due_on < first:
        text = "Paling awal %(first)s: anggaran paket ini untuk tahun %(year)s."
        return [("delivery_due_on", Sentence(text, first=first, year=str(year)))]
    if due_on > last:
        text = "Paling lambat %(last)s, hari terakhir serah terima tahun anggaran %(year)s."
        return [("delivery_due_on", Sentence(text, last=last, year=str(year)))]
    return []


def problems_with_year(line: BudgetLine | None, rules: RuleBook, today: date) -> list[Problem]:
    """Whether the line's year may still be ordered from, submitted and signed alike."""
    if line is None:
        return []
    last = last_day(rules, LAST_ORDER, line.fiscal_year)
    if today <= last:
        return []
    text = "Pesanan terakhir tahun anggaran %(year)s adalah %(last)s. Pakai paket tahun berikutnya."
    return [("package_id", Sentence(text, year=str(line.fiscal_year), last=last))]


def why_not_acceptable(order: Order, rules: RuleBook, today: date) -> Sentence | None:
    """Why the vendor can no longer take the order on: the year is over, or its last handover before the delivery."""
    line, due_on = order.budget_line, order.delivery_due_on
    assert line and due_on
    year = line.fiscal_year
    if year_is_over(line, today):
        text = "Tahun anggaran %(year)s sudah berakhir, jadi pesanan ini tidak dapat diterima lagi."
        return Sentence(text, year=str(year))
    if not problems_with_due_date(line, due_on, rules):
        return None
    return Sentence(
        "Tanggal kirim pesanan ini %(due)s, padahal serah terima tahun anggaran %(year)s paling lambat %(last)s. Tolak"
        " pesanan ini agar dipesan ulang.",
        due=due_on,
        year=str(year),
        last=last_day(rules, LAST_HANDOVER, year),
    )


def year_is_over(line: BudgetLine, today: date) -> bool:
    return today.year > line.fiscal_year


def what_is_near(order: Order, rules: RuleBook, today: date) -> Sentence | None:
    """For a page of the order, from two weeks before on: the last day that concerns it, and what follows after it."""
    line = order.budget_line
    key, text = next(((key, text) for key, statuses, text in _NEAR if order.status in statuses), (None, ""))
    if line is None or key is None:
        return None
    last = last_day(rules, key, line.fiscal_year)
    if today < last - NEAR or today > date(line.fiscal_year, 12, 31):
        return None
    return Sentence(text, year=str(line.fiscal_year), last=last)


def all_that_is_near(rules: RuleBook, today: date) -> Sentence | None:
    """The last days of this year in one sentence, from two weeks before the first of them on."""
    last = {
        key: last_day(rules, key, today.year) for key in (LAST_ORDER, LAST_HANDOVER, LAST_PAYMENT_REQUEST)
    }
    if today < min(last.values()) - NEAR:
        return None
    return Sentence(
        "Akhir tahun anggaran %(year)s: surat pesanan terakhir %(order)s, serah terima terakhir %(handover)s,"
        " permintaan pembayaran terakhir %(request)s.",
        year=str(today.year),
        order=last[LAST_ORDER],
        handover=last[LAST_HANDOVER],
        request=last[LAST_PAYMENT_REQUEST],
    )


_ORDERING: Final = frozenset({Status.DRAFT, Status.AWAITING_APPROVAL})
_COMING: Final = frozenset(
    status for status in Status if Status.ISSUED.place <= status.place <= Status.HANDOVER_PENDING.place
)
_ASKING: Final = frozenset({Status.HANDED_OVER, Status.INVOICED})
_NEAR: Final = (
    (
        LAST_ORDER,
        _ORDERING,
        "Surat pesanan tahun anggaran %(year)s ditandatangani paling lambat %(last)s; sesudahnya ditolak.",
    ),
    (
        LAST_HANDOVER,
        _COMING,
        "Serah terima terakhir tahun anggaran %(year)s adalah %(last)s. Yang diserahterimakan tahun berikutnya dicatat"
        " sebagai utang belanja.",
    ),
    (
        LAST_PAYMENT_REQUEST,
        _ASKING,
        "Permintaan pembayaran terakhir tahun anggaran %(year)s adalah %(last)s. Yang belum diajukan sampai hari itu"
        " dicatat sebagai utang belanja.",
    ),
)
