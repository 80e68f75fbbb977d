"""Signing a document: its number, its facts, its hash and the code that proves it, in the signer's transaction.

The PDF is made from the facts by a job (jobs.py). A second signature changes nothing but that signature's moment.
"""

import hashlib
import json
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from eorder_platform import clock, outbox
from eorder_platform.addresses import regional_address
from eorder_platform.ids import new_id
from eorder_platform.tenancy import Tenant
from eorder_tenants.documents.facts import DocumentFacts, DocumentKind
from eorder_tenants.documents.models import OrderDocument
from eorder_tenants.documents.numbering import next_document_number
from eorder_tenants.documents.queries import document_of
from eorder_tenants.organisation.models import WorkUnit

CODE_LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
"""Without 0 O 1 I L, which people confuse when they type what they read."""


@dataclass(frozen=True)
class Heading:
    """What signing gives to a document's facts. `issued_at` is the office's own time; `factor`: with what the signer
    proved themselves, empty where nothing was asked."""

    number: str
    issued_at: datetime
    verification_code: str
    verification_url: str
    factor: str = ""


async def sign(
    session: AsyncSession,
    order_id: UUID,
    unit: WorkUnit,
    kind: DocumentKind,
    signer_id: UUID,
    compose: Callable[[Heading], DocumentFacts],
    *,
    part_id: UUID | None = None,
    factor: str | None = None,
) -> OrderDocument:
    """Number and store a document whose facts `compose` makes, and have it printed.

    `part_id`: the part of the order it is about, where it is not about the whole.
    """
    tenant: Tenant = session.info["tenant"]
    now = clock.now()
    local = now.astimezone(ZoneInfo(tenant.zone))
    sequence, number = await next_document_number(session, unit, kind, local.date())
    code = _new_code()
    address = regional_address(tenant.hosts[0], "transparency.document", code=code)
    facts = compose(Heading(number, local, code, address, factor or "")).to_json()
    document = OrderDocument(
        id=new_id(),
        order_id=order_id,
        part_id=part_id,
        work_unit_id=unit.id,
        kind=kind,
        year=local.year,
        sequence=sequence,
        number=number,
        facts=facts,
        facts_hash=hash_of(facts),
        verification_code=code,
        signed_at=now,
        signed_by=signer_id,
    )
    session.add(document)
    outbox.write(session, "documents.render", document_id=document.id)
    return document


async def countersign(
    session: AsyncSession,
    order_id: UUID,
    kind: DocumentKind,
    capacity: str,
    name: str,
    *,
    part_id: UUID | None = None,
    factor: str | None = None,
) -> OrderDocument:
    """Add the moment at which the other party signed, under `capacity`, and have the document printed anew."""
    tenant: Tenant = session.info["tenant"]
    document = await document_of(session, order_id, kind, part_id)
    assert document, f"order {order_id} has no {kind} to countersign"
    now = clock.now().astimezone(ZoneInfo(tenant.zone)).isoformat()
    document.facts = document.facts | {
        "signatories": [
            signatory | {"signed_at": now, "name": name, "factor": factor or ""}
            if signatory["capacity"] == capacity
            else signatory
            for signatory in document.facts["signatories"]
        ]
    }
    document.facts_hash = hash_of(document.facts)
    document.rendered_at = None
    outbox.write(session, "documents.render", document_id=document.id)
    return document


def hash_of(facts: Mapping[str, Any]) -> str:
    """SHA-256 of the facts in one canonical form; it stands in the journal and on the verification page."""
    written = json.dumps(facts, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(written.encode()).hexdigest()


def _new_code() -> str:
    letters = "".join(secrets.choice(CODE_LETTERS) for _ in range(12))
    return "-".join(letters[start : start + 4] for start in (0, 4, 8))
