"""Separation of duties (pemisahan tugas, domain.md 1.2): pure guards that say why a person may not do an act.

A guard returns the sentence the person reads, or None. It sees only the facts on the order, so that the same answer
disables a button, refuses a request and stops a script. An act counts for everyone in :func:`persons_behind`: there a
delegation will add the person acted for, so that no rule can be walked around through a letter (SOD4, SOD9).
"""

from collections.abc import Callable, Mapping
from typing import Any, Protocol
from uuid import UUID

from eorder_platform.sentences import Rupiah, Sentence
from eorder_tenants.organisation.actors import Actor
from eorder_tenants.organisation.models import Role


class Hands(Protocol):
    """Who had a hand in an order, and what the rules need besides. An Order is one."""

    drafted_by: UUID
    approved_by: UUID | None
    inspected_by: UUID | None
    handed_over_by: UUID | None
    payment_requested_by: UUID | None
    payment_approved_by: UUID | None
    gross_rupiah: int
    merged_receipt_maximum: int


Duty = Callable[[Actor, Any], str | None]


def persons_behind(actor: Actor) -> frozenset[UUID]:
    """Whose acts this one counts as."""
    return frozenset({actor.id} if actor.id else ())


def only_his_own(actor: Actor, order: Hands) -> str | None:
    """A draft belongs to the procurement officer who began it."""
    if order.drafted_by not in persons_behind(actor):
        return "Hanya pejabat pengadaan yang menyusun pesanan ini yang dapat melakukannya."
    return None


def not_the_drafter(actor: Actor, order: Hands) -> str | None:
    """SOD1–SOD4: who ordered neither approves, receives nor pays."""
    if order.drafted_by in persons_behind(actor):
        return "Anda membuat pesanan ini, jadi langkah ini harus dilakukan pejabat lain."
    return None


def approver_did_not_draft(actor: Actor, order: Hands) -> str | None:
    """SOD1: procurement officer and commitment officer of an order are two persons."""
    if order.drafted_by in persons_behind(actor):
        return "Anda membuat pesanan ini, jadi tidak dapat menyetujuinya."
    return None


def receiver_did_not_approve(actor: Actor, order: Hands) -> str | None:
    """SOD3: one person may approve and receive small orders only (rule merged_receipt_maximum)."""
    if order.approved_by in persons_behind(actor):
        return _above_the_merged_receipt(
            order,
            "Anda menyetujui pesanan ini, jadi tidak dapat memeriksanya: nilainya di atas %(most)s.",
        )
    return None


def signer_did_not_inspect(actor: Actor, order: Hands) -> str | None:
    """SOD3, seen from the handover report."""
    if order.inspected_by in persons_behind(actor):
        return _above_the_merged_receipt(
            order,
            "Anda memeriksa pesanan ini, jadi tidak dapat menandatangani serah terimanya: "
            "nilainya di atas %(most)s.",
        )
    return None


def treasurer_is_alone(actor: Actor, order: Hands) -> str | None:
    """SOD2: who pays has neither ordered, approved nor received."""
    acts = {
        order.drafted_by: "Anda membuat pesanan ini, jadi tidak dapat membayarnya.",
        order.approved_by: "Anda menyetujui pesanan ini, jadi tidak dapat membayarnya.",
        order.inspected_by: "Anda memeriksa pesanan ini, jadi tidak dapat membayarnya.",
        order.handed_over_by: "Anda menandatangani serah terima pesanan ini, jadi tidak dapat membayarnya.",
    }
    for person in persons_behind(actor):
        if person in acts:
            return acts[person]
    return None


def payer_did_not_approve(actor: Actor, order: Hands) -> str | None:
    """SOD4: who approved the payment does not carry it out."""
    if order.payment_approved_by in persons_behind(actor):
        return "Anda menyetujui pembayaran ini, jadi bendahara lain yang mencatatnya."
    return None


def approver_did_not_request(actor: Actor, order: Hands) -> str | None:
    """SOD4: nobody approves the payment that he asked for himself, nor for goods that he ordered or received."""
    mine = persons_behind(actor)
    if order.payment_requested_by in mine:
        return "Anda mengajukan pembayaran ini, jadi tidak dapat menyetujuinya."
    if order.drafted_by in mine or order.inspected_by in mine:
        return "Anda membuat atau memeriksa pesanan ini, jadi tidak dapat menyetujui pembayarannya."
    return None


def why_kept_out(actor: Actor) -> str | None:
    """SOD6: who administers or audits a region has no hand in its orders, whatever else he was appointed to."""
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
    members = {UUID(member) for member in payee.get("member_account_ids", ())}
    if members & persons_behind(actor):
        return (
            "Akun Anda terdaftar pada usaha penyedia ini, jadi Anda tidak dapat bertindak sebagai pembelinya."
        )
    return None


def _above_the_merged_receipt(order: Hands, text: str) -> str | None:
    if order.gross_rupiah <= order.merged_receipt_maximum:
        return None
    return Sentence(text, most=Rupiah(order.merged_receipt_maximum))
