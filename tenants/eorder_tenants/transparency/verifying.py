"""Is this paper genuine? What the code under its QR tells, and whether a file is the one that was signed (A37)."""

from collections.abc import AsyncIterable
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

import asyncpg

from eorder_tenants.documents.facts import DocumentKind
from eorder_tenants.documents.signing import hash_of
from eorder_tenants.transparency.stages import Stage, stage_of


@dataclass(frozen=True)
class PublicDocument:
    """What a document's code tells everybody.

    `value_rupiah` is None where the kind has no amount. `intact`: the stored facts are still the signed ones.
    `content_hash` is the SHA-256 of the PDF, None until it is first printed; `being_printed` after a countersignature,
    while an earlier print still stands.
    """

    kind: DocumentKind
    number: str
    signed_at: datetime
    verification_code: str
    unit_name: str
    vendor_name: str
    order_number: str
    order_title: str
    order_status: str
    value_rupiah: int | None
    intact: bool
    content_hash: str | None
    being_printed: bool

    @property
    def stage(self) -> Stage:
        return stage_of(self.order_status)

    @property
    def still_counts(self) -> bool:
        """Genuine, and its order did not come to nothing afterwards."""
        return self.intact and self.stage is not Stage.ENDED


_BY_CODE = """
select d.kind, d.number, d.signed_at, d.verification_code, u.name as unit_name, o.vendor_name,
       o.number as order_number, o.title as order_title, o.status as order_status, d.facts, d.facts_hash,
       d.content_hash, d.rendered_at is null as being_printed
from order_document d join orders o on o.id = d.order_id join work_unit u on u.id = d.work_unit_id
where d.verification_code = $1 and o.issued_at is not null
"""


async def document_under(connection: asyncpg.Connection, code: str) -> PublicDocument | None:
    """The document of that code, or None; small letters, spaces and missing dashes are forgiven."""
    row = await connection.fetchrow(_BY_CODE, grouped(code))
    if row is None:
        return None
    # The facts hold numbers of people: of them only the amount leaves this function.
    facts = row["facts"]
    return PublicDocument(
        kind=DocumentKind(row["kind"]),
        number=row["number"],
        signed_at=row["signed_at"],
        verification_code=row["verification_code"],
        unit_name=row["unit_name"],
        vendor_name=row["vendor_name"],
        order_number=row["order_number"],
        order_title=row["order_title"],
        order_status=row["order_status"],
        value_rupiah=facts.get("gross"),
        intact=hash_of(facts) == row["facts_hash"],
        content_hash=row["content_hash"],
        being_printed=row["being_printed"],
    )


def grouped(code: str) -> str:
    """A code as it is printed, in groups of four: "7kq4 m2xd93pa" becomes "7KQ4-M2XD-93PA"."""
    letters = "".join(letter for letter in code.upper() if letter.isascii() and letter.isalnum())
    return "-".join(letters[start : start + 4] for start in range(0, len(letters), 4))


async def fingerprint(pieces: AsyncIterable[bytes]) -> str:
    """The SHA-256 of a file read piece by piece."""
    digest = sha256()
    async for piece in pieces:
        digest.update(piece)
    return digest.hexdigest()
