"""The kinds of facts on which taxes and payouts rest, and how each is read and put in force.

Once a business is verified none of them changes by the vendor's own word: a change is a request (asking.py) that the
agency's verifier decides (deciding_changes.py), and what holds from then on is a version. Another kind is one more
member of `FactKind` (models.py; a revision for the two CHECKs that list them) and a :func:`declare` beside the code
that owns the fact::

    async def _in_force(session: AsyncSession, about: About) -> dict[str, str]:
        return {"tax_class": (await session.get_one(Product, about.subject_id)).tax_class}

    async def _put_in_force(session: AsyncSession, about: About, facts: Answers) -> None:
        ...  # write the row, and the outbox rows that spread it

    declare(FactKind.TAX_CLASS, _in_force, _put_in_force)

Its use case then calls `ask_for_change(session, member, FactKind.TAX_CLASS, {"tax_class": "rental"}, subject_id=…)`.
What the pages call it stands in `vendors/words.html` (`FACT_KINDS`, `FIELD_NAMES`, `said`).
"""

from collections.abc import Awaitable, Callable
from typing import Final, NamedTuple
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from eorder_platform import outbox
from eorder_platform.directory.checking import Answers
from eorder_platform.directory.locking import locked
from eorder_platform.directory.models import FactKind, Vendor, VendorPrivate
from eorder_platform.directory.registering import check_section
from eorder_platform.directory.sections import Section, answers_of


class About(NamedTuple):
    """Whose fact it is, and of what where it is not of the business itself."""

    vendor_id: UUID
    subject_id: UUID | None = None


class Kind(NamedTuple):
    """`by_mail`: the owner confirms a request by a link in their mail before anything else (confirming_account.py).

    `in_force` reads the facts as they hold now; `put_in_force` checks and writes all of them anew and spreads them.

    `put_in_force` may refuse: what was right when it was asked can have become wrong.
    """

    by_mail: bool

    in_force: Callable[[AsyncSession, About], Awaitable[dict[str, str]]]
    put_in_force: Callable[[AsyncSession, About, Answers], Awaitable[None]]


WEIGHED: Final = {
    Section.BUSINESS: (FactKind.BUSINESS, ("legal_name", "legal_form", "scale_basis", "scale_amount")),
    Section.OWNER: (
        FactKind.TAX,
        ("tax_id", "without_tax_id", "vat_registered", "certificate_number", "certificate_until", "turnover_year",
         "turnover_outside"),
    ),
    Section.BANK: (FactKind.BANK_ACCOUNT, ("bank_code", "bank_account", "bank_account_holder")),
}  # fmt: skip
"""Which answers of a group wait for the verifier, and as which kind of fact."""

_kinds: dict[FactKind, Kind] = {}


def declare(
    kind: FactKind,
    in_force: Callable[[AsyncSession, About], Awaitable[dict[str, str]]],
    put_in_force: Callable[[AsyncSession, About, Answers], Awaitable[None]],
    *,
    by_mail: bool = False,
) -> None:
    """Make a kind of fact one that can be asked for."""
    _kinds[kind] = Kind(by_mail, in_force, put_in_force)


def kind_of(kind: str) -> Kind:
    """The declared kind."""
    return _kinds[FactKind(kind)]


def spread(session: AsyncSession, vendor: Vendor, private: VendorPrivate, *, public: bool) -> None:
    """Every region that knows the vendor learns what it pays by; `public`: what everybody reads of it too."""
    private.version += 1
    outbox.write(session, "catalogue.spread_payee", vendor_id=vendor.id)
    if public:
        outbox.write(session, "directory.spread_vendor", vendor_id=vendor.id)


def _of_section(section: Section, kind: FactKind, fields: tuple[str, ...]) -> None:
    async def in_force(session: AsyncSession, about: About) -> dict[str, str]:
        now = answers_of(*await locked(session, about.vendor_id))
        return {name: now[name] for name in fields if name in now}

    async def put_in_force(session: AsyncSession, about: About, facts: Answers) -> None:
        vendor, private = await locked(session, about.vendor_id)
        now = answers_of(vendor, private)
        others = {name: text for name, text in now.items() if name not in fields}
        wanted = {**others, **facts}
        (await check_section(session, section, wanted, vendor.id, kept=now)).write(vendor, private)
        spread(session, vendor, private, public=section is not Section.BANK)

    declare(kind, in_force, put_in_force, by_mail=section is Section.BANK)


for _section, (_kind, _fields) in WEIGHED.items():
    _of_section(_section, _kind, _fields)
