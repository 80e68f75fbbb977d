"""Separation of duties (pemisahan tugas, domain.md 1.2): pure guards that say why a person may not do an act.

A guard returns the sentence the person reads, or None. It sees only the facts on the order, so that the same answer
disables a button, refuses a request and stops a script. An act counts for everyone in :func:`persons_behind`: whoever
acts by a letter and the person they stand in for. A signature counts for both as well, so that no rule can be walked
around through a letter, in neither direction (SOD4, SOD9).
"""

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any, Final, Protocol
from uuid import UUID

from eorder_platform.sentences import Fact, Rupiah, Sentence
from eorder_tenants.organisation.actors import Actor
from eorder_tenants.organisation.models import Role


class Signatures(Protocol):
    """Who did what so far on that which an act concerns, and what the rules need besides.

    A signature is everybody for whom it counts: who signed, and for whom. Several may have inspected and handed over:
    an invoice bills several deliveries.
    """

    @property
    def drafted_by(self) -> UUID: ...
    @property
    def approved_by(self) -> frozenset[UUID]: ...
    @property
    def inspected_by(self) -> frozenset[UUID]: ...
    @property
    def handed_over_by(self) -> frozenset[UUID]: ...
    @property
    def payment_requested_by(self) -> frozenset[UUID]: ...
    @property
    def payment_approved_by(self) -> frozenset[UUID]: ...
    @property
    def paid_by(self) -> frozenset[UUID]: ...
    @property
    def gross_rupiah(self) -> int: ...
    @property
    def merged_receipt_maximum(self) -> int: ...
    @property
    def payee(self) -> Mapping[str, Any]: ...
    @property
    def lacks_money(self) -> bool: ...


Duty = Callable[[Actor, Any], str | None]


def persons_behind(actor: Actor) -> frozenset[UUID]:
    """Whose acts this one counts as."""
    return frozenset(one for one in (actor.id, actor.acts_for) if one)


def only_their_own(actor: Actor, case: Signatures) -> str | None:
    """A draft belongs to the procurement officer who began it."""
    if case.drafted_by not in persons_behind(actor):
        return "Hanya pejabat pengadaan yang menyusun pesanan ini yang dapat melakukannya."
    return None


def not_the_drafter(actor: Actor, case: Signatures) -> str | None:
    """SOD1–SOD4: who ordered neither approves, receives nor pays."""
    if case.drafted_by in persons_behind(actor):
        return "Anda membuat pesanan ini, jadi langkah ini harus dilakukan pejabat lain."
    return None


def approver_did_not_draft(actor: Actor, case: Signatures) -> str | None:
    """SOD1: procurement officer and commitment officer of an order are two persons."""
    if case.drafted_by in persons_behind(actor):
        return "Anda membuat pesanan ini, jadi tidak dapat menyetujuinya."
    return None


def receiver_did_not_approve(actor: Actor, case: Signatures) -> str | None:
    """SOD3: one person may approve and receive small orders only (rule merged_receipt_maximum)."""
    if case.approved_by & persons_behind(actor):
        return _above_the_merged_receipt(
            case,
            "Anda menyetujui pesanan ini, jadi tidak dapat memeriksanya: nilainya di atas %(most)s.",
        )
    return None


def signer_did_not_inspect(actor: Actor, case: Signatures) -> str | None:
    """SOD3, seen from the handover report."""
    if case.inspected_by & persons_behind(actor):
        return _above_the_merged_receipt(
            case,
            "Anda memeriksa pesanan ini, jadi tidak dapat menandatangani serah terimanya: "
            "nilainya di atas %(most)s.",
        )
    return None


def treasurer_is_alone(actor: Actor, case: Signatures) -> str | None:
    """SOD2: who pays has neither ordered, approved nor received."""
    persons = persons_behind(actor)
    acts: tuple[tuple[frozenset[UUID], str], ...] = (
        (frozenset({case.drafted_by}), "Anda membuat pesanan ini, jadi tidak dapat membayarnya."),
        (case.approved_by, "Anda menyetujui pesanan ini, jadi tidak dapat membayarnya."),
        (case.inspected_by, "Anda memeriksa pesanan ini, jadi tidak dapat membayarnya."),
        (
            case.handed_over_by,
            "Anda menandatangani serah terima pesanan ini, jadi tidak dapat membayarnya.",
        ),
    )
    return next((why for signed, why in acts if signed & persons), None)


def did_not_pay(actor: Actor, case: Signatures) -> str | None:
    """SOD2, seen from a later delivery: who asked for or made a payment of the order receives none of it."""
    if case.paid_by & persons_behind(actor):
        return "Anda mengurus pembayaran pesanan ini, jadi tidak dapat menerima barangnya."
    return None


def money_is_there(actor: Actor, case: Signatures) -> str | None:
    """What was carried from a year that is over is paid once a line of a later year takes it on."""
    if case.lacks_money:
        return "Utang belanja ini belum dibebankan ke anggaran tahun berjalan, jadi belum dapat diajukan."
    return None


def payer_did_not_approve(actor: Actor, case: Signatures) -> str | None:
    """SOD4: who approved the payment does not carry it out."""
    if case.payment_approved_by & persons_behind(actor):
        return "Anda menyetujui pembayaran ini, jadi bendahara lain yang mencatatnya."
    return None


def approver_did_not_request(actor: Actor, case: Signatures) -> str | None:
    """SOD4: nobody approves the payment that they asked for themselves, nor for goods that they ordered or received."""
    persons = persons_behind(actor)
    if case.payment_requested_by & persons:
        return "Anda mengajukan pembayaran ini, jadi tidak dapat menyetujuinya."
    if case.drafted_by in persons or case.inspected_by & persons:
        return "Anda membuat atau memeriksa pesanan ini, jadi tidak dapat menyetujui pembayarannya."
    return None


def no_hand_in_orders(actor: Actor, case: Signatures) -> str | None:
    """SOD6, for whoever acts as an official."""
    return why_kept_out(actor) if actor.appointments else None


def not_of_the_vendor(actor: Actor, case: Signatures) -> str | None:
    """SOD5, for whoever acts as an official."""
    return why_linked(actor, case.payee) if actor.appointments else None


def why_kept_out(actor: Actor) -> str | None:
    """SOD6: who administers or audits a region has no hand in its orders, whatever else they were appointed to."""
    if actor.holds(Role.TENANT_ADMIN):
        return "Admin daerah tidak bertindak dalam pesanan."
    if actor.holds(Role.AUDITOR):
        return "Pengawas membaca semua pesanan dan tidak mengubah apa pun."
    return None


def why_linked(actor: Actor, payee: Mapping[str, Any]) -> str | None:
    """SOD5: an official who belongs to a vendor never acts as its buyer, in no region.

    The link is a fact that the national directory hands to the region with the vendor's payee facts:
    ``payee["member_account_ids"]``, the accounts of its owner and staff (catalogue/models.py).
    """
    if _accounts(tuple(payee.get("member_account_ids", ()))) & persons_behind(actor):
        return (
            "Akun Anda terdaftar pada usaha penyedia ini, jadi Anda tidak dapat bertindak sebagai pembelinya."
        )
    return None


EVERYBODYS: Final[tuple[Duty, ...]] = (no_hand_in_orders, not_of_the_vendor)
"""Asked before every step, whatever it is."""

SEPARATION: Final[frozenset[Duty]] = frozenset(
    {
        not_the_drafter,
        approver_did_not_draft,
        receiver_did_not_approve,
        signer_did_not_inspect,
        treasurer_is_alone,
        did_not_pay,
        payer_did_not_approve,
        approver_did_not_request,
    }
)
"""The duties that keep two acts of one person apart: whoever tries all the same raises red flag RF15."""


def within_the_letter(actor: Actor, case: Signatures) -> str | None:
    """A letter may end at an amount: what is worth more waits for whoever wrote it."""
    letter = actor.letter
    if letter is None or letter.maximum_rupiah is None or case.gross_rupiah <= letter.maximum_rupiah:
        return None
    facts: dict[str, Fact] = {"number": letter.number, "most": Rupiah(letter.maximum_rupiah)}
    if not letter.delegator_name:
        return Sentence("Surat %(number)s hanya sampai %(most)s tiap pesanan.", **facts)
    return Sentence(
        "Surat %(number)s hanya sampai %(most)s tiap pesanan, jadi yang ini menunggu %(name)s.",
        name=letter.delegator_name,
        **facts,
    )


@lru_cache(maxsize=256)
def _accounts(members: tuple[str, ...]) -> frozenset[UUID]:
    """Asked for each order of a task list and each step of an order."""
    return frozenset(map(UUID, members))


def _above_the_merged_receipt(case: Signatures, text: str) -> str | None:
    if case.gross_rupiah <= case.merged_receipt_maximum:
        return None
    return Sentence(text, most=Rupiah(case.merged_receipt_maximum))
