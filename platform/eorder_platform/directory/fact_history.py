"""What the tax office knew of a business before its facts of today: a payment goes by the facts of its value date."""

import json
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from eorder_platform.directory.models import FactKind, FactVersion, Vendor, VendorPrivate
from eorder_platform.directory.sections import answers_of
from eorder_platform.money import parse_rupiah
from eorder_platform.secrecy import Purpose, decrypt

TAXED_BY = (FactKind.BUSINESS, FactKind.TAX)


async def earlier_tax_facts(
    session: AsyncSession, vendor: Vendor, private: VendorPrivate
) -> list[dict[str, Any]]:
    """Every set of facts that a verifier has replaced, oldest first; `until`: the ISO time from which others hold.

    Shape of each: {"until", "legal_form", "tax_id" (whether they had one), "vat_registered",
    "final_tax_certificate_until", "turnover_statement_year", "turnover_outside_rupiah"}, as in payee_facts. The first
    held from the registration on.
    """
    versions = select(FactVersion).where(FactVersion.vendor_id == vendor.id, FactVersion.kind.in_(TAXED_BY))
    kept = [
        (one, _opened(one))
        for one in await session.scalars(versions.order_by(FactVersion.valid_from, FactVersion.id))
    ]
    answers = answers_of(vendor, private)
    for kind in TAXED_BY:  # what held first, where anything was ever replaced
        first = next((facts for one, facts in kept if one.kind == kind), {})
        answers = {**_without(answers, kept, kind), **first}
    earlier = []
    for version, facts in kept:
        if version.request_id is None:
            continue
        earlier.append({"until": version.valid_from.isoformat(), **_tax_facts(answers)})
        answers = {**_without(answers, kept, FactKind(version.kind)), **facts}
    return earlier


def _opened(version: FactVersion) -> dict[str, str]:
    facts: dict[str, str] = json.loads(decrypt(version.facts_encrypted, Purpose.FACTS, version.id))
    return facts


def _without(
    answers: dict[str, str], kept: list[tuple[FactVersion, dict[str, str]]], kind: FactKind
) -> dict[str, str]:
    """The answers without those of a kind: a version leaves out what was empty then."""
    names = {name for one, facts in kept if one.kind == kind for name in facts}
    return {name: text for name, text in answers.items() if name not in names}


def _tax_facts(answers: dict[str, str]) -> dict[str, Any]:
    year, outside = answers.get("turnover_year"), answers.get("turnover_outside")
    return {
        "legal_form": answers["legal_form"],
        "tax_id": bool(answers.get("tax_id")),
        "vat_registered": answers["vat_registered"] == "ya",
        "final_tax_certificate_until": answers.get("certificate_until") or None,
        "turnover_statement_year": int(year) if year else None,
        "turnover_outside_rupiah": parse_rupiah(outside) if outside else 0,
    }
