"""What an order's page shows, to its officials and to its vendor: the order, its parts, and what may be done now."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from eorder_platform import clock, straight
from eorder_platform.directory.models import VendorRole
from eorder_platform.rules import RuleBook
from eorder_tenants.orders.core.carrying import told_of
from eorder_tenants.orders.core.checking import Choice
from eorder_tenants.orders.core.fiscal_year import what_is_near
from eorder_tenants.orders.core.models import Delivery, Invoice, Order, Status
from eorder_tenants.orders.core.plain_fields import particulars_of
from eorder_tenants.orders.core.steps import Step
from eorder_tenants.orders.reading.choices import choices_for
from eorder_tenants.orders.reading.context import beside_of
from eorder_tenants.orders.reading.costs import costs_of, expected_of, standing_of
from eorder_tenants.orders.reading.holders import Holder, hands_of, if_idle
from eorder_tenants.organisation.actors import Actor
from eorder_tenants.organisation.models import Role
from eorder_tenants.organisation.proving import minutes_asked
from eorder_web.edge.answering import Problems
from eorder_web.edge.forms import NOTHING_TYPED
from eorder_web.edge.navigation import ROLE_WORDS
from eorder_web.edge.proving import ProofShown
from eorder_web.look.addresses import address
from eorder_web.look.formatting import datetime_short
from eorder_web.look.rendering import has_template
from eorder_web.look.translating import _, ngettext
from eorder_web.orders import deliveries, presenting
from eorder_web.orders.conversation import conversation_of
from eorder_web.orders.linking import Links
from eorder_web.orders.standing_in import capacity, title
from eorder_web.orders.taking import Attempt


@dataclass(frozen=True)
class Offered:
    """A step as the page offers it: where its form goes, what the form shows, and what was wrong with it last time.

    `template` is the step's own `<noun>.html`, or None where a button, or a reason and a button, is all of it.
    `primary`: it is the one thing that the page asks of its reader. `idle`: what follows where they do not do it.
    `asks_proof`: it is signed, and the person has not proved themselves just now.
    """

    choice: Choice
    links: Links
    template: str | None
    facts: Mapping[str, Any]
    values: Mapping[str, str]
    problems: Problems
    primary: bool
    idle: str | None
    asks_proof: bool = False

    @property
    def address(self) -> str:
        return self.links.step(self.choice.step.noun)

    @property
    def key(self) -> str:
        part = self.choice.case.part
        return f"{self.choice.step.name}-{part.id if part else ''}"

    @property
    def by_letter(self) -> str:
        """In whose name the reader takes it, where by a letter."""
        return capacity(self.choice.letter) if self.choice.letter else ""

    @property
    def is_late(self) -> bool:
        """Is its deadline over?"""
        due_at = self.choice.case.due_at
        return due_at is not None and due_at < clock.now()

    def proof(self, shown: ProofShown) -> ProofShown:
        """How this form asks for proof; `shown`: by what this person can give it here."""
        return replace(shown, asked=self.asks_proof)

    @property
    def signed_rupiah(self) -> int:
        """What is signed comes to this."""
        if expected := self.facts.get("expected"):
            gross: int = expected.assessment.gross
            return gross
        part = self.choice.case.part
        return part.gross_rupiah if isinstance(part, Invoice) else self.choice.case.order.gross_rupiah

    @property
    def is_of_vendor(self) -> bool:
        """Whoever signs is who is paid, so their form names the buyer."""
        return isinstance(self.choice.step.by[0], VendorRole)

    @property
    def kind(self) -> str:
        """How its button looks."""
        return "primary" if self.primary else ""

    def id(self, name: str) -> str:
        """The id of that field on the page, where the forms of several parts have fields of the same name."""
        part, step = self.choice.case.part, self.choice.step
        if isinstance(part, Delivery):
            return f"{name}-{step.noun}-{part.sequence}"
        if isinstance(part, Invoice):
            return f"{name}-{step.noun}-{self.choice.case.order.invoices.index(part) + 1}"
        return f"{name}-{step.noun}"

    @property
    def summary(self) -> Problems:
        """The problems, each with the id of its field."""
        return [(self.id(name) if name else None, sentence) for name, sentence in self.problems]


@dataclass(frozen=True)
class HolderShown:
    """A line of "in whose hands": when, who, in which office and for what; `you`: the reader is among them.

    `phones`: whom one reaches under which number, of those who are named.
    """

    when: str
    name: str
    role: str
    phones: list[tuple[str, str]]
    now: bool
    you: bool

    @property
    def initials(self) -> str:
        return "".join(word[0] for word in self.name.split()[:2]).upper()


async def workspace_of(
    session: straight.Reads, actor: Actor, order: Order, zone: str, links: Links, attempt: Attempt
) -> dict[str, Any]:
    """The context that both pages of an order have in common."""
    beside = await beside_of(session, actor, order, attempt.earlier)
    rules, events, documents, names = beside.rules, beside.entries, beside.documents, beside.names
    choices = choices_for(actor, order)
    next_choice = presenting.awaited(choices)
    offered = [
        await _offered(session, actor, one, one is next_choice, links, attempt, rules) for one in choices
    ]
    of_order = [one for one in offered if not isinstance(one.choice.case.part, Delivery)]
    costs = await costs_of(session, order, rules)
    expected = expected_of(costs)
    hands = await hands_of(session, order, rules)
    shown_below = attempt.in_conversation or any(one.problems for one in offered)
    assessed = presenting.assessment_of(order, expected)
    asks = any(not one.choice.step.reason for one in of_order)
    return {
        "order": order,
        "links": links,
        "problems": () if shown_below else attempt.problems,
        "status_text": presenting.status_tag(order.status),
        "stages": presenting.stages(order, zone),
        "amounts": presenting.amounts(order, assessed, expected),
        "deductions": _not_told_yet(presenting.deductions(order, assessed, expected), offered),
        "particulars": particulars_of(order),
        "expected": expected,
        "names": names,
        "balance": beside.balance,
        "sanction": beside.sanction,
        "documents": documents,
        "entries": presenting.journal_entries(events),
        "notice": presenting.last_word(events),
        "progress": deliveries.progress(order) if order.deliveries else [],
        "deliveries": deliveries.deliveries_shown(order, zone, choices, documents, costs, names),
        "late": deliveries.late_costs(costs),
        "standing": standing_of(order, costs) if costs else None,
        "talk": conversation_of(actor, order, beside.comments, links, attempt),
        "holders": _holders(hands.turns, actor, order, zone),
        "receivers": hands.receivers,
        "acts": of_order if asks else [],
        "others": [] if asks else of_order,
        "offered_on": _by_delivery(offered),
        "next": next((one for one in offered if one.primary), None),
        "next_here": next_choice is not None and not isinstance(next_choice.case.part, Delivery),
        "waiting_for": waiting_text(order, choices),
        "onward": _onward(actor, order),
        "year_end": what_is_near(order, rules, clock.today(zone)),
        "carried": told_of(order),
    }


def _not_told_yet(
    found: list[presenting.Deductions], offered: Sequence[Offered]
) -> list[presenting.Deductions]:
    """Without the invoice whose payment form gives the reasons of the day on which it is paid."""
    told = {one.choice.case.invoice.number for one in offered if one.facts.get("reasons")}
    return [one for one in found if one.invoice not in told]


def waiting_text(order: Order, choices: Sequence[Choice]) -> str:
    """For those who may do nothing now: how the order stands."""
    if Status(order.status).is_final:
        return _("Pesanan ini sudah berakhir; tidak ada lagi yang perlu dilakukan.")
    return "" if choices else _("Saat ini tidak ada yang menunggu Anda pada pesanan ini.")


def _onward(actor: Actor, order: Order) -> tuple[str, str] | None:
    """For officials whose work here is over: their tasks, or goods like these where the purchase came to nothing."""
    if Status(order.status).is_dead and actor.holds(Role.PROCUREMENT_OFFICER) and order.lines:
        alike = " ".join(order.lines[0].name.split()[:2])  # the whole name finds this vendor's alone
        return _("Cari penggantinya di katalog"), address("catalogue.list", words=alike)
    if actor.roles - {Role.AUDITOR, Role.TENANT_ADMIN} and not actor.vendor_id:
        return _("Kotak tugas"), address("orders.tasks")
    return None


async def _offered(
    session: straight.Reads,
    actor: Actor,
    choice: Choice,
    primary: bool,
    links: Links,
    attempt: Attempt,
    rules: RuleBook,
) -> Offered:
    step, part = choice.step, choice.case.part
    template = f"orders/steps/{step.noun}.html"
    own = choice.allowed and has_template(template)
    failed = _shares_form(step, attempt.step) and attempt.part_id == (part.id if part else None)
    values = attempt.values if failed else NOTHING_TYPED
    return Offered(
        choice=choice,
        links=links,
        template=template if own else None,
        facts=await step.facts(session, choice.case, values) if own and step.facts else {},
        values=values,
        problems=attempt.problems if failed else (),
        primary=primary,
        idle=if_idle(choice.case, rules) if step.awaited and choice.allowed else None,
        asks_proof=choice.allowed and _asks_proof(session, actor, step, rules),
    )


def _asks_proof(session: straight.Reads, actor: Actor, step: Step, rules: RuleBook) -> bool:
    if not (step.signs or step.may_sign):
        return False
    today = clock.today(session.info["tenant"].zone)
    minutes = minutes_asked(rules, today, "" if step.signs else step.may_sign)
    return minutes is not None and (actor.proof is None or not actor.proof.is_fresh(minutes))


def _shares_form(step: Step, tried: Step | None) -> bool:
    """Two buttons of one form are two steps with the same input."""
    return step is tried or (tried is not None and step.input is not None and step.input is tried.input)


def _by_delivery(offered: Sequence[Offered]) -> dict[UUID, list[Offered]]:
    found: dict[UUID, list[Offered]] = {}
    for one in offered:
        if isinstance(one.choice.case.part, Delivery):
            found.setdefault(one.choice.case.part.id, []).append(one)
    return found


def _holders(found: Sequence[Holder], reader: Actor, order: Order, zone: str) -> list[HolderShown]:
    shown, words = list[HolderShown](), [_("Berikutnya"), _("Lalu")]
    for one in found:
        when = _now(one, zone) if one.now else words.pop(0) + _for_days(one)
        shown.append(_holder(one, when, reader, order))
    return shown


def _holder(one: Holder, when: str, reader: Actor, order: Order) -> HolderShown:
    vendor = bool(one.people and one.people[0].vendor_id)
    you = reader.vendor_id is not None if vendor else any(person.id == reader.id for person in one.people)
    persons = sorted(one.people, key=lambda person: person.id != reader.id)
    name = ", ".join(_named(person, one, order) for person in persons[:2])
    if len(persons) > 2:
        name = _("%(names)s, dan %(n)s lainnya", names=name, n=len(persons) - 2)
    return HolderShown(
        when=when,
        name=name,
        role=f"{order.vendor_name if vendor else _(ROLE_WORDS.get(one.party, ''))} · {_(one.step.label)}",
        phones=[
            (one.name, one.phone)
            for one in persons[:2]
            if one.phone and one.id != reader.id and not (vendor and you)
        ],
        now=one.now,
        you=you,
    )


def _named(person: Actor, one: Holder, order: Order) -> str:
    """Their name, and that they stand in where the step is not their own."""
    if not isinstance(one.party, Role) or person.holds(one.party, order.work_unit_id):
        return person.name
    letter = next(
        (it for it in person.letters if it.covers(one.party, order.work_unit_id, one.step.name)), None
    )
    return f"{person.name} ({title(letter.kind, letter.role)})" if letter else person.name


def _now(one: Holder, zone: str) -> str:
    if one.until is None:
        return _("Sekarang")
    when = datetime_short(one.until, zone)
    if one.until < clock.now():
        return _("Sekarang, lewat batas %(when)s", when=when)
    return _("Sekarang, sampai %(when)s", when=when)


def _for_days(one: Holder) -> str:
    """How long their turn may last, where a rule says so."""
    if one.days is None:
        return ""
    if one.days.unit == "business_days":
        return ", " + ngettext("%(n)s hari kerja", "%(n)s hari kerja", one.days.value)
    return ", " + ngettext("%(n)s hari", "%(n)s hari", one.days.value)
