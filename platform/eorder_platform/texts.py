"""How long a text may be: one measure, the browser's own, and one table that pages and checks read."""

import re
from typing import Final

from eorder_platform.errors import Refused
from eorder_platform.sentences import Sentence

LONGEST: Final = {
    "text": 2_000,
    "reason": 1_000,
    "note": 1_000,
    "description": 4_000,
    "redirect_addresses": 4_000,
    "sign_out_addresses": 4_000,
    "public_keys": 8_000,
    "regions": 4_000,
    "homepage": 500,
    "back_channel_address": 500,
    "operator": 120,
    "url": 500,
    "issuer": 500,
    "client_id": 200,
    "secret": 500,
    "civil_servant_claim": 60,
    "delivery_address": 1_000,
    "accounts": 1_000,
    "legal_basis": 300,
    "street_address": 300,
    "legal_name": 200,
    "trade_name": 200,
    "owner_name": 200,
    "bank_account_holder": 200,
    "title": 160,
    "name": 120,
    "carrier": 120,
    "driver": 120,
    "letter_number": 100,
    "audit_note": 200,
    "facts": 4_000,
    "reasons": 1_000,
    "giver": 120,
    "certificate_number": 100,
    "reference": 60,
    "number": 60,
    "tax_invoice_number": 60,
    "value": 60,
    "phrase": 60,
    "meanings": 1_000,
    "unit": 20,
}
"""Characters, by the name of the form's field: what stands in its `maxlength` is what the server takes."""
_OF_A_ROW: Final = re.compile(r"_[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")


def longest_of(field: str) -> int | None:
    """The most characters of that field ("note", or "note_<id>" of one row); None where its form alone bounds it."""
    return LONGEST.get(_OF_A_ROW.sub("", field))


def length(text: str) -> int:
    """As a browser counts for `maxlength`: in units of UTF-16, a line break as one."""
    return len(text.replace("\r\n", "\n").encode("utf-16-le", "surrogatepass")) // 2


def above(text: str, most: int) -> Sentence | None:
    """What to say of a text that is longer than that."""
    if (count := length(text)) <= most:
        return None
    return Sentence("Paling panjang %(most)s karakter, ini %(count)s.", most=most, count=count)


def too_long(text: str, field: str) -> Sentence | None:
    """What to say of a text that is longer than its field may be."""
    most = longest_of(field)
    return above(text, most) if most is not None else None


def fitting(text: str, field: str) -> str:
    """The text; refused beside its field where it is too long."""
    if sentence := too_long(text, field):
        raise Refused.several([(field, sentence)])
    return text
